"""How far a subspace is from another one, and coefficients from their truth.

Subspaces are compared by their projectors: a basis may be rotated, and need not be orthonormal.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def subspace_distance(found: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the share of a true subspace that a found one misses, from 0 (none) to 1 (all of it).

    It is ``norm((I - P) B.T) / sqrt(s)`` with P the projector on the rows found and B an orthonormal basis of
    the s true ones; the square is the mean squared sine of the angles between them. Lower is better.

    Parameters
    ----------
    found : array of shape (k, n_inputs)
    truth : array of shape (s, n_inputs)

    Examples
    --------
    >>> subspace_distance([[2.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]])
    0.0
    >>> round(subspace_distance([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]), 6)
    0.707107
    """
    basis, true = orthonormal_rows(found), orthonormal_rows(truth)
    missed = true - (true @ basis.T) @ basis
    return float(np.linalg.norm(missed) / np.sqrt(max(1, len(true))))


def orthonormal_rows(rows: npt.ArrayLike) -> np.ndarray:
    """Return an orthonormal basis of the space of some rows; dependent rows are dropped."""
    matrix = np.atleast_2d(np.asarray(rows, dtype=np.float64))
    if matrix.size == 0:
        return matrix.reshape(0, matrix.shape[-1])
    _, values, basis = np.linalg.svd(matrix, full_matrices=False)
    return basis[values > 1e-12 * max(float(values[0]), 1e-300)]


def relative_error(found: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the norm of the error of coefficients over the norm of the truth; 1 is as good as zeros.

    Examples
    --------
    >>> relative_error([3.0, 0.0], [3.0, 4.0])
    0.8
    """
    true = np.asarray(truth, dtype=np.float64)
    return float(np.linalg.norm(np.asarray(found) - true) / np.linalg.norm(true))
