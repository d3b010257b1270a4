"""Pooled: all sources as if they measured the same thing, the mistake that transfer must beat."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from graftwood.architectures.base import Architecture, check_base, check_real
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.kinds import REAL
from graftwood.architectures.labels import LabelColumns, check_units
from graftwood.architectures.outlook import Outlook, honest_mean, mean_over_bags
from graftwood.architectures.stage import train_stage
from graftwood.architectures.training import TrainingData
from graftwood.options import Rule, anything, one_of


class Pooled(Architecture):
    """One random forest on the union of all tasks' labels.

    The paper's warning: where sources disagree, pooling puts an error into the
    model that no further data removes.  With the source as an input the forest may
    tell them apart.

    Parameters
    ----------
    target : str or int
        Task to predict.
    source_as_input : bool, default False
        Whether the task that a label belongs to is a categorical input.
    n_estimators : int, default 100
    base : MultiTaskForest, optional
        Lends its options to the forest.
    kinds : dict, optional
        Task -> "real", "positive" (learned in its logarithm) or "category"; else told from the dtype.
    units : dict, optional
        Unit per task; tasks with different units are refused.
    random_state : int, RandomState or None
    n_jobs : int, optional

    Raises
    ------
    UnitMismatch
        The tasks' stated units differ.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(40.0)[:, None]
    >>> Y = np.column_stack([X[:, 0], X[:, 0] + 10.0])
    >>> pooled = Pooled(target=0, n_estimators=20, random_state=0).fit(X, Y)
    >>> bool(22 < pooled.predict([[20.0]])[0] < 28)  # between the two sources
    True
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "base": [anything("None or a MultiTaskForest")],
        "source_as_input": [one_of(True, False)],
    }

    def __init__(
        self,
        target: str | int = 0,
        *,
        source_as_input: bool = False,
        n_estimators: int = 100,
        base: MultiTaskForest | None = None,
        kinds: dict[Any, str] | None = None,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.target = target
        self.source_as_input = source_as_input
        self.n_estimators = n_estimators
        self.base = base
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        check_base(self.base, type(self).__name__)
        check_units(self.units or {}, columns.names, type(self).__name__)
        check_real(columns, columns.names, type(self).__name__, (REAL,))
        self.target_ = columns.find(self.target, type(self).__name__)
        return (self.target_,)

    def _learn(self, data: TrainingData) -> None:
        rows, task = np.nonzero(~np.isnan(data.labels))
        # Asked for at fit: the option may be changed afterwards, the grown trees cannot.
        self._asks_for_source = bool(self.source_as_input)
        more = task[:, None].astype(np.float64) if self.source_as_input else None
        role = "pooled with source" if self.source_as_input else "pooled"
        labels = data.labels[rows, task][:, None]
        self._trained = train_stage(data, role, rows, labels, more, more_is_category=True)
        self._stage = self._trained.stage

    def _calibrate(self, data: TrainingData) -> Any:
        calibrations = super()._calibrate(data)
        del self._trained
        return calibrations

    def _source_input(self, n_rows: int) -> np.ndarray | None:
        if not self._asks_for_source:
            return None
        return np.full((1, n_rows, 1), float(self._columns.canonical.index(self.target_)))

    def _out_of_bag(self, data: TrainingData, task: str, rows: np.ndarray, regime: str) -> Outlook:
        bags = self._trained.bags(rows, self._source_input(len(rows)))
        return Outlook(honest_mean(bags, data.out_of_bag(rows)), bags)

    def _outlook(self, task: str, codes: np.ndarray, known: np.ndarray, regime: str) -> Outlook:
        bags = self._stage.bags(codes, self._source_input(len(codes)))
        return Outlook(mean_over_bags(bags), bags)
