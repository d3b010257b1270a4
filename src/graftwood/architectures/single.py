"""Single task: a forest on the target's labels alone, what every transfer must beat."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from graftwood.architectures.base import Architecture, check_base
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.labels import LabelColumns
from graftwood.architectures.outlook import Outlook, honest_mean, mean_over_bags
from graftwood.architectures.stage import TrainedStage, train_stage
from graftwood.architectures.training import TrainingData
from graftwood.architectures.trees import Forest, TreesOf
from graftwood.options import Rule, anything


class SingleTask(Forest, Architecture):
    """A random forest per task, each on its own labels; no task informs another.

    Parameters
    ----------
    target : str or int, optional
        Task to predict, by name or column number; by default every task.
    n_estimators : int, default 100
        Number of trees.
    base : MultiTaskForest, optional
        Lends its options (``max_features``, ``min_samples_leaf``, ...) to the forest.
    kinds : dict, optional
        Task -> "real", "positive" (learned in its logarithm) or "category"; else told from the dtype.
    units : dict, optional
        Unit of tasks, for messages and checks.
    random_state : int, RandomState or None
    n_jobs : int, optional
        Threads; -1 uses all processors.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(40.0)[:, None]
    >>> model = SingleTask(n_estimators=20, random_state=0).fit(X, X[:, 0] ** 2)
    >>> mean, spread = model.predict([[20.0]], return_std=True)
    >>> bool(abs(mean[0] - 400) < 40), bool(spread[0] > 0)
    (True, True)
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {"base": [anything("None or a MultiTaskForest")]}

    def __init__(
        self,
        target: str | int | None = None,
        *,
        n_estimators: int = 100,
        base: MultiTaskForest | None = None,
        kinds: dict[Any, str] | None = None,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.target = target
        self.n_estimators = n_estimators
        self.base = base
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        check_base(self.base, type(self).__name__)
        self.target_ = None if self.target is None else columns.find(self.target, type(self).__name__)
        return columns.names if self.target_ is None else (self.target_,)

    def _learn(self, data: TrainingData) -> None:
        self._trained = {task: train_single(data, task) for task in self.tasks_}
        self._stages = {task: trained.stage for task, trained in self._trained.items()}

    def _calibrate(self, data: TrainingData) -> Any:
        calibrations = super()._calibrate(data)
        del self._trained
        return calibrations

    def _trees_of(self, task: str) -> TreesOf:
        return TreesOf(self._stages[task], 0)

    def _out_of_bag(self, data: TrainingData, task: str, rows: np.ndarray, regime: str) -> Outlook:
        bags = self._trained[task].bags(rows)
        return Outlook(honest_mean(bags, data.out_of_bag(rows)), bags)

    def _outlook(self, task: str, codes: np.ndarray, known: np.ndarray, regime: str) -> Outlook:
        bags = self._stages[task].bags(codes, n_jobs=self._threads)
        return Outlook(mean_over_bags(bags), bags)


def train_single(data: TrainingData, task: str) -> TrainedStage:
    """Train a forest on one task's labelled rows; the first stage of every chain."""
    rows = data.labelled(task)
    return train_stage(data, f"task {task}", rows, data.column(task)[rows, None], tasks=(task,))
