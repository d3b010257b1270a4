"""Matrices of low rank: hard and soft thresholding of singular values, without a large decomposition.

The smaller Gram matrix of a tall or wide matrix is decomposed, which loses singular
values below 1e-8 of the largest; for the leading ones that is harmless.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh

SAFE = (1e-200, 1e200)


def leading_rows(matrix: np.ndarray, rank: int) -> np.ndarray:
    """Return the leading right singular vectors as orthonormal rows.

    Parameters
    ----------
    matrix : ndarray of shape (n, n_inputs)
        Finite.
    rank : int
        At most min(n, n_inputs).

    Returns
    -------
    ndarray of shape (rank, n_inputs)

    Examples
    --------
    >>> abs(leading_rows(np.diag([1.0, 3.0, 2.0]), 2))
    array([[0., 1., 0.],
           [0., 0., 1.]])
    """
    n, n_inputs = matrix.shape
    is_tall = n >= n_inputs
    gram = matrix.T @ matrix if is_tall else matrix @ matrix.T
    if not SAFE[0] < np.trace(gram) < SAFE[1]:  # squares under- or overflow, or all is zero
        matrix = matrix / (float(np.abs(matrix).max(initial=0.0)) or 1.0)
        gram = matrix.T @ matrix if is_tall else matrix @ matrix.T
    vectors = leading_eigenvectors(gram, rank)
    if is_tall:
        return vectors.T
    # The decomposition keeps the rows orthonormal where singular values vanish.
    return np.linalg.qr(matrix.T @ vectors)[0].T


def leading_eigenvectors(symmetric: np.ndarray, rank: int) -> np.ndarray:
    """Return eigenvectors of the largest eigenvalues as columns, the largest first."""
    size = len(symmetric)
    _, vectors = eigh(symmetric, subset_by_index=[size - rank, size - 1], check_finite=False)
    return vectors[:, ::-1]


def hard_threshold(matrix: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest matrix of a rank, and the basis of its rows.

    Parameters
    ----------
    matrix : ndarray of shape (n, n_inputs)
    rank : int

    Returns
    -------
    nearest : ndarray of shape (n, n_inputs)
    basis : ndarray of shape (rank, n_inputs), rows orthonormal

    Examples
    --------
    >>> hard_threshold(np.diag([1.0, 3.0]), 1)[0].round(12)
    array([[0., 0.],
           [0., 3.]])
    """
    basis = leading_rows(matrix, rank)
    return (matrix @ basis.T) @ basis, basis


def soft_threshold(matrix: np.ndarray, amount: float) -> tuple[np.ndarray, float]:
    """Return a matrix with its singular values lowered by an amount, and their sum afterwards.

    Parameters
    ----------
    matrix : ndarray of shape (n, n_inputs)
    amount : float
        In the unit of the matrix; singular values below it become 0.

    Examples
    --------
    >>> lowered, total = soft_threshold(np.diag([1.0, 3.0]), 2.0)
    >>> lowered.round(12), round(total, 12)
    (array([[0., 0.],
           [0., 1.]]), 1.0)
    """
    n, n_inputs = matrix.shape
    is_tall = n >= n_inputs
    values, vectors = np.linalg.eigh(matrix.T @ matrix if is_tall else matrix @ matrix.T)
    singular = np.sqrt(np.maximum(values, 0.0))
    kept = singular > amount
    vectors, singular = vectors[:, kept], singular[kept]
    shrunk = vectors * ((singular - amount) / singular)
    total = float(np.sum(singular - amount))
    if is_tall:
        return (matrix @ shrunk) @ vectors.T, total
    return shrunk @ (vectors.T @ matrix), total
