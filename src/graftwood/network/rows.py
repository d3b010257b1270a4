"""Rows that a network is asked about: new ones, or those it was trained on.

Of new rows every tree may speak.  Of a training row only the trees count that
never saw its material, stage by stage, so that what is said of it is leak-free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graftwood.coding.parts import owner
from graftwood.network.any_base import BaseStage, CrossFit
from graftwood.network.outlook import honest_mean, mean_over_bags
from graftwood.network.relation import Relation
from graftwood.network.training import TrainingData

ROWS_AT_ONCE = 8192  # what every tree says of so many rows is held at a time


@dataclass(frozen=True)
class Rows:
    """Rows and what is known of them.

    Attributes
    ----------
    codes : ndarray of shape (n_rows, n_inputs), uint8
    known : ndarray of shape (n_rows, n_tasks), NaN = not known
        As trees learn labels: class numbers, logarithms of positive ones.
    tasks : tuple of str
        Columns of ``known``.
    n_classes : tuple of int
        Per task, 0 for one that is no category.
    n_jobs : int
    values : ndarray of shape (n_rows, n_columns), optional
        Inputs as numbers, where a model that is no forest needs them.

    Examples
    --------
    >>> known = np.array([[1.0, np.nan], [np.nan, np.nan]])
    >>> rows = Rows(np.zeros((2, 1), np.uint8), known, ("colour", "gap"), (3, 0), 1)
    >>> rows.knows(("colour", "gap")), rows.known_of("colour")[0]
    (array([ True, False]), array([0., 1., 0.]))
    """

    codes: np.ndarray
    known: np.ndarray
    tasks: tuple[str, ...]
    n_classes: tuple[int, ...]
    n_jobs: int
    values: np.ndarray | None = field(default=None, repr=False, kw_only=True)
    # What nodes said of these rows, by name: several children of a node ask alike.
    heard: dict[str, Any] = field(default_factory=dict, repr=False, compare=False, kw_only=True)
    parts: dict[bytes, Any] = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    def some(self, at: np.ndarray) -> Rows:
        """Return a part of the rows."""
        return replace(self, **self._at(at), heard={}, parts={})

    def _at(self, at: np.ndarray) -> dict[str, Any]:
        values = None if self.values is None else self.values[at]
        return {"codes": self.codes[at], "known": self.known[at], "values": values}

    def part(self, at: np.ndarray) -> Rows:
        """Return a part of the rows, the same object each time it is asked for."""
        if len(at) == self.n_rows:
            return self
        return self.parts.setdefault(at.tobytes(), self.some(at))

    def without(self, task: str) -> Rows:
        """Return the rows with a task's labels and their parts forgotten, as for the prediction of itself."""
        known = self.known.copy()
        known[:, [owner(other) == owner(task) for other in self.tasks]] = np.nan
        return replace(self, known=known, heard={}, parts={})

    def told(self, known: np.ndarray) -> Rows:
        """Return the rows with other labels known, (n_rows, n_tasks)."""
        return replace(self, known=known, heard={}, parts={})

    def knows(self, tasks: tuple[str, ...]) -> np.ndarray:
        """Which rows have a label of any of the tasks, (n_rows,) bool."""
        columns = [self.tasks.index(task) for task in tasks]
        return ~np.isnan(self.known[:, columns]).all(axis=1)

    def known_of(self, task: str) -> np.ndarray:
        """Known labels as further inputs: (n_rows, 1), or (n_rows, n_classes) for more than two classes."""
        column = self.tasks.index(task)
        labels, n_classes = self.known[:, column], self.n_classes[column]
        if n_classes <= 2:
            return labels[:, None]
        told = np.eye(n_classes)[np.nan_to_num(labels).astype(int)]
        told[np.isnan(labels)] = np.nan
        return told

    def bags(self, stage: Any, name: str, more: np.ndarray | None, view: int) -> np.ndarray:
        """Return what every tree of a stage says, or what its model does, as one bag."""
        if isinstance(stage, BaseStage):
            return stage.bags(self._values(), more)
        return stage.bags(self.codes, more, view, self.n_jobs)

    def _values(self) -> np.ndarray:
        if self.values is None:
            raise ValueError("Rows: a model that is no forest needs the values of the inputs; pass values=.")
        return self.values

    def mean(self, bags: np.ndarray, stage: str) -> np.ndarray:
        """Mean over the trees that may speak of a row."""
        return mean_over_bags(bags)

    def honest(self, relation: Relation, task: str, center: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What trees say of a task that never saw the row, out of bag where it was trained on; and where."""
        return relation.honest(task, self.codes, center)


@dataclass(frozen=True)
class TrainingRows(Rows):
    """Rows of the training table.

    Attributes
    ----------
    data : TrainingData
    at : ndarray of shape (n_rows,), int
        Their numbers in the table.
    saw : mapping
        Forest -> which materials it was trained on, (n_materials,) bool; other model -> its cross-fit.
    leaves : dict, optional
        Where (forest, view) -> leaves of all these rows, (n_trees, n_rows), is kept for later, of forests
        without further inputs.

    Examples
    --------
    >>> from graftwood.network.training import ForestOptions, assemble
    >>> data = assemble(
    ...     "Example", np.zeros((1, 3), dtype=np.uint8), np.array([1]), np.array([False]), ("gap",),
    ...     np.arange(3.0)[:, None], groups=None, weights=None, seed=0,
    ...     options=ForestOptions(n_estimators=5), n_jobs=1,
    ... )
    >>> training_rows(data, np.array([0, 2]), {}, is_known=False).known
    array([[nan],
           [nan]])
    """

    data: TrainingData = field(repr=False)
    at: np.ndarray
    saw: Mapping[str, np.ndarray | CrossFit] = field(repr=False)
    leaves: dict[tuple[str, int], np.ndarray] | None = field(repr=False, default=None)

    def some(self, at: np.ndarray) -> Rows:
        """Return a part of the rows."""
        return replace(self, **self._at(at), at=self.at[at], heard={}, parts={}, leaves=None)

    def bags(self, stage: Any, name: str, more: np.ndarray | None, view: int) -> np.ndarray:
        """Return what every tree of a stage says; of a model what it says without the row's material."""
        made = self.saw[name]
        if isinstance(made, CrossFit):
            return made.bags(self._values(), more, self.data.material[self.at])
        if more is not None or self.leaves is None:
            return super().bags(stage, name, more, view)
        leaves = stage.leaves(self.codes, None, view, self.n_jobs)
        self.leaves[name, view] = leaves
        return np.asarray(stage.told(leaves, view))

    def mean(self, bags: np.ndarray, stage: str) -> np.ndarray:
        """Mean over the trees that never saw the row's material; over all for materials not in the stage."""
        saw = self.saw[stage]
        if isinstance(saw, CrossFit):
            return np.asarray(bags[0])
        honest = self.data.out_of_bag(self.at) | ~saw[self.data.material[self.at]]
        return honest_mean(bags, honest)

    def honest(self, relation: Relation, task: str, center: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What was said: the mean of these rows is out of bag already, as of rows that are new."""
        return center, np.zeros(self.n_rows, dtype=bool)


def training_rows(
    data: TrainingData,
    at: np.ndarray,
    saw: Mapping[str, np.ndarray | CrossFit],
    *,
    is_known: bool,
    leaves: dict[tuple[str, int], np.ndarray] | None = None,
) -> TrainingRows:
    """Rows of the training table as if they were new, their labels known or not.

    Parameters
    ----------
    data : TrainingData
    at : ndarray of int
    saw, leaves
        As `TrainingRows` has them.
    is_known : bool
    """
    labels = data.labels[at]
    known = labels.copy() if is_known else np.full(labels.shape, np.nan)
    codes = np.ascontiguousarray(data.codes[:, at].T)
    values = None if data.values is None else data.values[at]
    return TrainingRows(
        codes, known, data.tasks, data.n_classes, data.n_jobs, data, at, saw, values=values, leaves=leaves
    )


def by_regime(regimes: np.ndarray) -> Iterator[np.ndarray]:
    """Rows of one regime, a bounded number at a time, so that what all trees say of them fits in memory."""
    for regime in np.unique(regimes):
        rows = np.flatnonzero(regimes == regime)
        for first in range(0, len(rows), ROWS_AT_ONCE):
            yield rows[first : first + ROWS_AT_ONCE]
