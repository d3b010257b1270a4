"""Heads: what a task adds to the shared subspace, found by ridge regression from few labels.

With coefficients ``theta = basis.T @ w``, ``w ~ N(0, head_variance)`` and noise
``N(0, noise_variance)`` on the labels, the best head is a ridge with the penalty
``noise_variance / head_variance``.  Both are estimated by maximising the labels'
likelihood with all heads integrated out, so the default penalty needs no labels held out.
Least squares is no default: with as many labels as the subspace has dimensions its
error is tens of times the coefficients (docs/few-shot.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graftwood.fewshot.blocks import Problem

LEAST_RATIO, MOST_RATIO = 1e-12, 1e6  # of the penalty to the mean eigenvalue of the inputs' Gram matrices


@dataclass(frozen=True)
class Head:
    """A new task's linear function.

    Attributes
    ----------
    coef : ndarray of shape (n_inputs,)
        Label unit per unit of each input.
    intercept : float
        Unit of the label.
    weights : ndarray of shape (rank,)
        The same in the coordinates of the subspace, on top of the pooled centre if there is one.

    Examples
    --------
    >>> Head(np.array([2.0, 0.0]), 1.0, np.array([2.0])).predict([[3.0, 5.0]])
    array([7.])
    """

    coef: np.ndarray
    intercept: float
    weights: np.ndarray

    def predict(self, X: Any) -> np.ndarray:
        """Return predictions of shape (n_rows,) in the label's unit.

        Raises
        ------
        NotFinite, ShapeMismatch, EmptyTable
        """
        from graftwood.fewshot.rows import read_inputs

        return read_inputs("Head", X, len(self.coef)) @ self.coef + self.intercept


@dataclass(frozen=True)
class HeadPrior:
    """Penalty of heads and the noise it was found with.

    Attributes
    ----------
    alpha : float
        Ridge penalty: a head minimises ``norm(y - Z w)**2 + alpha norm(w)**2``.
    noise : float
        Standard deviation of the labels about their tasks' functions, in the label's unit; NaN when it
        was not estimated.

    Examples
    --------
    >>> HeadPrior(5.0, 1.0).alpha
    5.0
    """

    alpha: float
    noise: float


def ridge_head(mapped: np.ndarray, y: np.ndarray, alpha: float) -> np.ndarray:
    """Return heads of one or many tasks; padding rows of zeros change nothing.

    The smaller of the two equal systems is solved, over dimensions or over rows.

    Parameters
    ----------
    mapped : ndarray of shape (..., m, k)
        Inputs in the coordinates of the subspace.
    y : ndarray of shape (..., m)
    alpha : float
        Above 0.

    Returns
    -------
    ndarray of shape (..., k)

    Examples
    --------
    >>> ridge_head(np.array([[1.0], [1.0]]), np.array([3.0, 3.0]), alpha=1.0)
    array([2.])
    """
    m, k = mapped.shape[-2:]
    turned = np.swapaxes(mapped, -1, -2)
    if k <= m:
        return np.linalg.solve(turned @ mapped + alpha * np.eye(k), turned @ y[..., None])[..., 0]
    dual = np.linalg.solve(mapped @ turned + alpha * np.eye(m), y[..., None])
    return (turned @ dual)[..., 0]


def ridge_heads(problem: Problem, basis: np.ndarray, alpha: float) -> np.ndarray:
    """Return the heads of all tasks, shape (n_tasks, k)."""
    weights = np.zeros((problem.n_tasks, len(basis)))
    if len(basis):
        for block in problem.blocks:
            weights[block.tasks] = ridge_head(block.mapped(basis), block.y, alpha)
    return weights


def exact_heads(problem: Problem, basis: np.ndarray) -> np.ndarray:
    """Return least-squares heads, of shape (n_tasks, k), as the methods that alternate ask for them.

    A penalty of 1e-12 of the mean eigenvalue stands in for the shortest solution where labels are too few.
    """
    return ridge_heads(problem, basis, max(LEAST_RATIO * _scale(problem, basis), 1e-300))


def _scale(problem: Problem, basis: np.ndarray) -> float:
    """Mean eigenvalue of the tasks' Gram matrices in the subspace."""
    squares = sum(float(np.sum(np.square(block.mapped(basis)))) for block in problem.blocks)
    return squares / max(1, problem.n_tasks * len(basis))


def likeliest_prior(problem: Problem, basis: np.ndarray, n_spent: int = 0) -> HeadPrior:
    """Return the penalty under which the labels are likeliest, all heads integrated out.

    With ``S_t = I + Z_t Z_t.T / alpha`` the noise variance is ``sum y_t.T inv(S_t) y_t / n`` and minus twice
    the log likelihood ``n log(noise variance) + sum log det S_t``, up to a constant.

    Parameters
    ----------
    problem : Problem
    basis : ndarray of shape (k, n_inputs)
    n_spent : int, default 0
        Labels' worth that the subspace itself was fitted with; they do not count as evidence of low noise.
    """
    from scipy.optimize import minimize_scalar

    total = sum(float(np.vdot(block.y, block.y)) for block in problem.blocks)
    n = max(problem.n_rows - n_spent, 0.5 * problem.n_rows)
    if len(basis) == 0 or total == 0.0:
        return HeadPrior(1.0, float(np.sqrt(total / n)))
    eigenvalues, energies = _spectra(problem, basis)
    scale = _scale(problem, basis)

    def noise_variance(alpha: float) -> float:
        left = total - float(np.sum(energies / (eigenvalues + alpha)))
        return max(left, 1e-24 * total) / n

    def misfit(log_ratio: float) -> float:
        alpha = scale * float(np.exp(log_ratio))
        return n * float(np.log(noise_variance(alpha))) + float(np.sum(np.log1p(eigenvalues / alpha)))

    grid = np.linspace(np.log(LEAST_RATIO), np.log(MOST_RATIO), 42)
    best = int(np.argmin([misfit(point) for point in grid]))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    alpha = scale * float(np.exp(minimize_scalar(misfit, bounds=around, method="bounded").x))
    return HeadPrior(alpha, float(np.sqrt(noise_variance(alpha))))


def _spectra(problem: Problem, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues e of every task's Gram matrix, and e times the squared labels in their directions."""
    eigenvalues, energies = [], []
    for block in problem.blocks:
        mapped = block.mapped(basis)
        turned = np.swapaxes(mapped, -1, -2)
        if mapped.shape[2] <= mapped.shape[1]:
            values, vectors = np.linalg.eigh(turned @ mapped)
            part = np.swapaxes(vectors, -1, -2) @ (turned @ block.y[..., None])
            energy = part[..., 0] ** 2
        else:
            values, vectors = np.linalg.eigh(mapped @ turned)
            part = np.swapaxes(vectors, -1, -2) @ block.y[..., None]
            energy = part[..., 0] ** 2 * np.maximum(values, 0.0)
        eigenvalues.append(np.maximum(values, 0.0).ravel())
        energies.append(energy.ravel())
    return np.concatenate(eigenvalues), np.concatenate(energies)
