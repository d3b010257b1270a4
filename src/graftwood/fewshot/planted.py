"""Tasks with a planted subspace: what the methods are tested and compared on, because the truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graftwood.fewshot.rows import Rows


@dataclass(frozen=True)
class PlantedTasks:
    """Linear tasks whose coefficients lie in one subspace.

    Attributes
    ----------
    X : ndarray of shape (n_tasks * n_rows, n_inputs)
        Standard normal.
    y : ndarray of shape (n_tasks * n_rows,)
    task : ndarray of shape (n_tasks * n_rows,)
        Numbers of the tasks, 0 to n_tasks - 1, sorted.
    subspace : ndarray of shape (rank, n_inputs)
        The truth, orthonormal rows.
    coef : ndarray of shape (n_tasks, n_inputs)
        The truth; of unit norm in the mean square.
    noise : float
        Standard deviation of the labels' noise.

    Examples
    --------
    >>> planted = plant_tasks(n_tasks=3, n_rows=2, n_inputs=4, rank=1, noise=0.0, seed=0)
    >>> planted.X.shape, bool(np.allclose(planted.y[2:4], planted.X[2:4] @ planted.coef[1]))
    ((6, 4), True)
    """

    X: np.ndarray
    y: np.ndarray
    task: np.ndarray
    subspace: np.ndarray
    coef: np.ndarray
    noise: float

    def rows(self) -> Rows:
        """Return the same as rows."""
        return Rows(self.X, self.y, self.task, len(self.coef))

    def draw_new_task(self, n_rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return inputs, labels and true coefficients of a task that was not among the others."""
        rng = np.random.default_rng([seed, 1])
        rank, n_inputs = self.subspace.shape
        coef = (rng.normal(size=rank) / np.sqrt(rank)) @ self.subspace
        X = rng.normal(size=(n_rows, n_inputs))
        return X, X @ coef + self.noise * rng.normal(size=n_rows), coef


def plant_tasks(
    *, n_tasks: int, n_rows: int, n_inputs: int, rank: int, noise: float, seed: int
) -> PlantedTasks:
    """Draw tasks: standard normal inputs, heads of variance 1 / rank, normal noise.

    The setting of Tripuraneni, Jin and Jordan (arXiv:2002.11684): a task's coefficients have norm 1 in the
    mean square, so noise 1 is as large as the signal.

    Parameters
    ----------
    n_tasks, n_rows, n_inputs, rank : int
    noise : float
        Standard deviation, in the label's unit.
    seed : int
        Kept apart from the seeds of methods, which else might start at the truth.
    """
    rng = np.random.default_rng([seed, 0])
    subspace = np.linalg.qr(rng.normal(size=(n_inputs, rank)))[0].T
    coef = (rng.normal(size=(n_tasks, rank)) / np.sqrt(rank)) @ subspace
    X = rng.normal(size=(n_tasks, n_rows, n_inputs))
    y = np.einsum("tmd,td->tm", X, coef) + noise * rng.normal(size=(n_tasks, n_rows))
    task = np.repeat(np.arange(n_tasks), n_rows)
    return PlantedTasks(X.reshape(-1, n_inputs), y.ravel(), task, subspace, coef, noise)
