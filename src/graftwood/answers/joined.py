"""What is said of rows, all tasks together, and labels drawn from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from graftwood.answers.answer import Answer
from graftwood.uncertainty.joint import join

DRAWN_AT_ONCE = 2**20  # numbers per task


@dataclass(frozen=True)
class Joined:
    """What is said of rows, all tasks together.

    Attributes
    ----------
    answers : dict of str to Answer
    correlation : ndarray of shape (n_rows, n_tasks, n_tasks)
        Tasks as ``answers`` has them.
    n_open : ndarray of shape (n_rows,), int
        Tasks whose label is not known.
    is_known : ndarray of shape (n_rows, n_tasks), bool

    Examples
    --------
    >>> Joined({}, np.ones((3, 0, 0)), np.zeros(3), np.zeros((3, 0), bool)).n_rows
    3
    """

    answers: Mapping[str, Answer]
    correlation: np.ndarray
    n_open: np.ndarray
    is_known: np.ndarray

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.correlation)

    def draw(self, normals: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Labels (n_draws, n_rows) of every task, from normal numbers (n_draws, n_rows or 1, n_tasks)."""
        levels = join(normals, self.correlation[rows])
        return {
            task: answer.some(rows).quantile(levels[:, :, column])
            for column, (task, answer) in enumerate(self.answers.items())
        }


def stretches(n_rows: int, n_draws: int) -> Iterator[np.ndarray]:
    """Rows in order, as many at a time as are drawn at once.

    Examples
    --------
    >>> [len(rows) for rows in stretches(5, DRAWN_AT_ONCE // 2)]
    [2, 2, 1]
    """
    size = max(1, DRAWN_AT_ONCE // n_draws)
    for first in range(0, n_rows, size):
        yield np.arange(first, min(first + size, n_rows))
