"""Pooled: all sources as if they measured the same thing, the mistake that transfer must beat."""

from __future__ import annotations

from typing import Any, ClassVar

from graftwood.architectures.base import Architecture, check_base, check_numbers
from graftwood.coding.labels import LabelColumns, check_units
from graftwood.coding.parts import how_much, whether
from graftwood.network.train import Step, mixture
from graftwood.network.training import TrainingData
from graftwood.network.united import United
from graftwood.options import Rule, anything, one_of


class Pooled(Architecture):
    """One random forest on the union of all tasks' labels.

    The paper's warning: where sources disagree, pooling puts an error into the
    model that no further data removes.  With the source as an input the forest may
    tell them apart.  A label known at prediction moves no prediction, as a pool has no place for it; it only
    tells which error bar holds, that of materials which were learned from or that of new ones.

    Parameters
    ----------
    target : str or int
        Task to predict.
    source_as_input : bool, default False
        Whether the task that a label belongs to is a categorical input.
    n_estimators : int, default 100
    base : MultiTaskForest, scikit-learn model or (regressor, classifier), optional
        What stands for a forest: a MultiTaskForest lends its options; of any other model the error bar
        is that of held-out residuals, the same for all rows.
    kinds : dict, optional
        Task -> "real", "positive" (learned in its logarithm), "nonnegative" (zeros are a class of
        their own) or "category"; else told from the dtype.
    units : dict, optional
        Unit per task; tasks with different units are refused.
    random_state : int, RandomState or None
    n_jobs : int, optional
    client : str, optional
        Address of a Dask scheduler on whose workers the forests are grown, the same as here.

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
        "base": [anything("None, a MultiTaskForest or scikit-learn models")],
        "source_as_input": [one_of(True, False)],
    }

    def __init__(
        self,
        target: str | int = 0,
        *,
        source_as_input: bool = False,
        n_estimators: int = 100,
        base: Any = None,
        kinds: dict[Any, str] | None = None,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        client: str | None = None,
    ) -> None:
        self.target = target
        self.source_as_input = source_as_input
        self.n_estimators = n_estimators
        self.base = base
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.client = client

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        check_base(self.base, type(self).__name__)
        check_units(self.units or {}, columns.given, type(self).__name__)
        check_numbers(columns, columns.given, type(self).__name__)
        self.target_ = columns.find(self.target, f"{type(self).__name__}: target")
        return (self.target_,)

    def _steps(self, data: TrainingData) -> list[Step]:
        if self.target_ not in data.nonnegative:
            tasks = tuple(task for task in data.tasks if task not in data.computed)
            return [self._united(data, self.target_, tasks)]
        parts = [
            self._united(data, part(self.target_), tuple(part(task) for task in data.nonnegative))
            for part in (whether, how_much)
        ]
        return [*parts, mixture(self.target_, data.options)]

    def _united(self, data: TrainingData, task: str, tasks: tuple[str, ...]) -> Step:
        role = "pooled with source" if self.source_as_input else "pooled"
        role += task.removeprefix(self.target_)
        return United(task, tasks, bool(self.source_as_input), role, data.options)
