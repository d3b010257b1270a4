"""Multi-task forest: one tree structure for all tasks, a view of it per task."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from graftwood.architectures.base import Architecture
from graftwood.architectures.labels import LabelColumns
from graftwood.architectures.outlook import Outlook, honest_mean, mean_over_bags
from graftwood.architectures.stage import train_stage
from graftwood.architectures.training import ForestOptions, TrainingData
from graftwood.options import Rule, fraction, number, one_of, whole


class MultiTaskForest(Architecture):
    """Random forest over several tasks at once, labels missing anywhere.

    Every cut is chosen on all tasks together (the sum of their impurities, each on
    the rows that have its label), so tasks with many labels show those with few
    where to cut.  Each task then reads its own view of the trees.

    Parameters
    ----------
    target : str or int, optional
        Task that `predict` returns; by default all tasks.
    n_estimators : int, default 100
        Number of trees.
    max_features : float, int, "sqrt" or None, default 1/3
        Inputs drawn per split: a fraction, a number, or all of them.  As many are drawn
        as said, constant ones included, and further ones only while none allows a cut.
    min_samples_leaf : int, default 1
        Fewest rows in a leaf; in a task's view, rows with that task's label.
    max_depth : int, optional
    task_weight : float, default 0.5
        A task with n labels counts n ** -task_weight per label: 0 as in Lolo, 1 balanced.
    units : dict, optional
        Unit of tasks, for messages and checks.
    random_state : int, RandomState or None
    n_jobs : int, optional
        Threads; -1 uses all processors.  The forest is the same for any number.

    Attributes
    ----------
    tasks_ : tuple of str
        Tasks that are modelled.
    target_ : str or None

    References
    ----------
    Hutchinson et al., arXiv:1711.05099 (multi-task architecture); Breiman, Machine
    Learning 45, 5 (2001).

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(40.0)[:, None]
    >>> Y = np.column_stack([X[:, 0] > 19, X[:, 0] > 19]) * 1.0
    >>> Y[::2, 1] = np.nan
    >>> model = MultiTaskForest(n_estimators=20, random_state=0).fit(X, Y)
    >>> model.predict([[2.0], [35.0]]).round(1)
    array([[0., 0.],
           [1., 1.]])
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "max_features": [fraction(), whole(1), one_of("sqrt", None)],
        "min_samples_leaf": [whole(1)],
        "max_depth": [whole(1), one_of(None)],
        "task_weight": [number(0, 1)],
    }

    def __init__(
        self,
        target: str | int | None = None,
        *,
        n_estimators: int = 100,
        max_features: float | int | str | None = 1 / 3,
        min_samples_leaf: int = 1,
        max_depth: int | None = None,
        task_weight: float = 0.5,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.target = target
        self.n_estimators = n_estimators
        self.max_features = max_features
        self.min_samples_leaf = min_samples_leaf
        self.max_depth = max_depth
        self.task_weight = task_weight
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs

    def forest_options(self, n_estimators: int) -> ForestOptions:
        """Options of this forest with another number of trees: what a ``base`` lends to an architecture."""
        return ForestOptions(
            n_estimators, self.max_features, self.min_samples_leaf, self.max_depth, self.task_weight
        )

    def _forest_options(self) -> ForestOptions:
        return self.forest_options(int(self.n_estimators))

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        self.target_ = None if self.target is None else columns.find(self.target, type(self).__name__)
        return columns.names

    def _learn(self, data: TrainingData) -> None:
        rows = np.arange(data.codes.shape[1])
        self._trained = train_stage(data, "all tasks", rows, data.labels)
        self._stage = self._trained.stage

    def _calibrate(self, data: TrainingData) -> Any:
        calibrations = super()._calibrate(data)
        del self._trained
        return calibrations

    def _out_of_bag(self, data: TrainingData, task: str, rows: np.ndarray, regime: str) -> Outlook:
        bags = self._trained.bags(rows, task=data.tasks.index(task))
        return Outlook(honest_mean(bags, data.out_of_bag(rows)), bags)

    def _outlook(self, task: str, codes: np.ndarray, known: np.ndarray, regime: str) -> Outlook:
        bags = self._stage.bags(codes, task=self._columns.canonical.index(task))
        return Outlook(mean_over_bags(bags), bags)
