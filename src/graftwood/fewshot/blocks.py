"""Rows of many tasks as padded blocks, and the passes over them that every solver needs.

A block holds tasks with nearly as many rows as three-dimensional arrays, padded
with rows of zeros, which change no sum.  A block fits the processor's cache, and a
pass does all its work on one before it goes to the next: memory is read once a
pass and nothing of shape (n_tasks, n_inputs, n_inputs) ever exists.

Every task counts alike: its sum of squares is divided by its number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graftwood.fewshot.rows import Rows

BLOCK_CELLS = 250_000  # 2 MB, the size of a cache: 1 to 4 MB take the same time, 32 MB take 1.4 times as long
PADDING = 1.25


@dataclass(frozen=True)
class Block:
    """Some tasks of a problem.

    Attributes
    ----------
    tasks : slice or ndarray of shape (n,)
        Which tasks.
    X : ndarray of shape (n, m, n_inputs)
        Inputs; rows beyond a task's own are zero.
    y : ndarray of shape (n, m)
        Labels, zero beyond a task's own.
    n_rows : ndarray of shape (n,)
        Rows of each task that are its own.

    Examples
    --------
    >>> block = Block(slice(0, 2), np.ones((2, 3, 4)), np.ones((2, 3)), np.array([3, 2]))
    >>> block.weight[:, None] * block.is_real
    array([[0.33333333, 0.33333333, 0.33333333],
           [0.5       , 0.5       , 0.        ]])
    """

    tasks: slice | np.ndarray
    X: np.ndarray
    y: np.ndarray
    n_rows: np.ndarray

    @cached_property
    def weight(self) -> np.ndarray:
        """Weight of each task's rows, 1 / n_rows; 0 for a task without rows."""
        return np.where(self.n_rows > 0, 1.0 / np.maximum(self.n_rows, 1), 0.0)

    @cached_property
    def is_real(self) -> np.ndarray:
        """Mask of shape (n, m): which rows are a task's own."""
        return np.arange(self.y.shape[1]) < self.n_rows[:, None]

    def mapped(self, basis: np.ndarray) -> np.ndarray:
        """Return the inputs seen through a basis of shape (k, n_inputs): shape (n, m, k)."""
        n, m, n_inputs = self.X.shape
        return (self.X.reshape(n * m, n_inputs) @ basis.T).reshape(n, m, len(basis))


@dataclass(frozen=True)
class Pass:
    """What one pass at given coefficients finds.

    Attributes
    ----------
    loss : float
        Sum over tasks of mean squared residuals.
    descent : ndarray of shape (n_tasks, n_inputs)
        Minus half the gradient: X_t^T r_t / m_t.
    length, curvature : float
        Of the descent projected on the rows of the present basis: its squared norm, and the weighted
        squared norm of its image in the labels.

    Examples
    --------
    >>> Pass(1.0, np.zeros((2, 3)), 4.0, 8.0).step
    0.5
    """

    loss: float
    descent: np.ndarray
    length: float = 0.0
    curvature: float = 0.0

    @property
    def step(self) -> float:
        """Step that minimises the loss along the projected descent (normalised hard thresholding)."""
        return self.length / self.curvature if self.curvature > 0 else 1.0


@dataclass(frozen=True)
class Problem:
    """All tasks, in blocks.

    Attributes
    ----------
    blocks : tuple of Block
    n_tasks, n_inputs, n_rows : int

    Examples
    --------
    >>> rows = Rows(np.eye(4), np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 0, 1, 1]), 2)
    >>> found = make_problem(rows).descend(np.zeros((2, 4)))
    >>> found.loss, found.descent
    (15.0, array([[0.5, 1. , 0. , 0. ],
           [0. , 0. , 1.5, 2. ]]))
    """

    blocks: tuple[Block, ...]
    n_tasks: int
    n_inputs: int
    n_rows: int

    def descend(self, coef: np.ndarray, basis: np.ndarray | None = None) -> Pass:
        """Return loss and descent at coefficients of shape (n_tasks, n_inputs), in one pass.

        With the basis of those coefficients, shape (k, n_inputs), the pass also measures the step.
        """
        descent = np.empty((self.n_tasks, self.n_inputs))
        loss = length = curvature = 0.0
        for block in self.blocks:
            residual = block.y - np.einsum("tmd,td->tm", block.X, coef[block.tasks])
            weighted = residual * block.weight[:, None]
            loss += float(np.vdot(residual, weighted))
            part = np.einsum("tmd,tm->td", block.X, weighted)
            descent[block.tasks] = part
            if basis is not None:
                projected = (part @ basis.T) @ basis
                length += float(np.vdot(projected, projected))
                curvature += _curvature(block, projected)
        return Pass(loss, descent, length, curvature)

    def loss(self, coef: np.ndarray) -> float:
        """Return the sum over tasks of mean squared residuals."""
        total = 0.0
        for block in self.blocks:
            residual = block.y - np.einsum("tmd,td->tm", block.X, coef[block.tasks])
            total += float(np.vdot(residual, residual * block.weight[:, None]))
        return total

    def input_scale(self) -> float:
        """Return the mean square of all inputs to the nearest power of 4, which is 1 for standard ones.

        Steps are divided by it, so that the inputs' unit does not matter; a power makes that exact.
        """
        total = sum(float(np.vdot(block.X, block.X)) for block in self.blocks)
        mean = total / (self.n_rows * self.n_inputs)
        return 4.0 ** round(np.log2(mean) / 2) if mean > 0 else 1.0

    def curvature(self, direction: np.ndarray) -> float:
        """Return the weighted squared norm of X_t times a direction of shape (n_tasks, n_inputs)."""
        return sum(_curvature(block, direction[block.tasks]) for block in self.blocks)


def _curvature(block: Block, direction: np.ndarray) -> float:
    image = np.einsum("tmd,td->tm", block.X, direction)
    return float(np.vdot(image, image * block.weight[:, None]))


def make_problem(rows: Rows) -> Problem:
    """Cut rows into blocks.

    Where all tasks have equally many rows, the blocks are views and nothing is copied.

    Parameters
    ----------
    rows : Rows
        Sorted by task.
    """
    counts = rows.counts
    is_even = len(counts) > 0 and counts.min() == counts.max()
    blocks = _even_blocks(rows, int(counts[0])) if is_even else _padded_blocks(rows, counts)
    return Problem(tuple(blocks), rows.n_tasks, rows.n_inputs, len(rows.y))


def _even_blocks(rows: Rows, n_rows: int) -> Iterator[Block]:
    X = rows.X.reshape(rows.n_tasks, n_rows, rows.n_inputs)
    y = rows.y.reshape(rows.n_tasks, n_rows)
    size = max(1, BLOCK_CELLS // max(1, n_rows * rows.n_inputs))
    for start in range(0, rows.n_tasks, size):
        tasks = slice(start, min(start + size, rows.n_tasks))
        yield Block(tasks, X[tasks], y[tasks], np.full(len(y[tasks]), n_rows))


def _padded_blocks(rows: Rows, counts: np.ndarray) -> Iterator[Block]:
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    order = np.argsort(counts, kind="stable")
    start = 0
    while start < len(order):
        least = counts[order[start]]
        most = max(least + 1, int(PADDING * least))
        size = max(1, BLOCK_CELLS // (most * rows.n_inputs))
        tasks = order[start : start + size]
        tasks = np.sort(tasks[counts[tasks] <= most])
        start += len(tasks)
        place = np.arange(max(1, counts[tasks].max()))
        is_real = place < counts[tasks][:, None]
        index = np.where(is_real, first[tasks][:, None] + place, 0)
        X = rows.X[index]
        X[~is_real] = 0.0
        yield Block(tasks, X, np.where(is_real, rows.y[index], 0.0), counts[tasks])
