"""Single task: a forest on the target's labels alone, what every transfer must beat."""

from __future__ import annotations

from typing import Any, ClassVar

from graftwood.architectures.base import Architecture, check_base
from graftwood.architectures.trees import Forest
from graftwood.coding.labels import LabelColumns
from graftwood.network.train import Step, alone
from graftwood.network.training import TrainingData
from graftwood.options import Rule, anything


class SingleTask(Forest, Architecture):
    """A random forest per task, each on its own labels; no task informs another.

    Parameters
    ----------
    target : str or int, optional
        Task to predict, by name or column number; by default every task.
    n_estimators : int, default 100
        Number of trees.
    base : MultiTaskForest, scikit-learn model or (regressor, classifier), optional
        What stands for a forest: a MultiTaskForest lends its options; of any other model the error bar
        is that of held-out residuals, the same for all rows.
    kinds : dict, optional
        Task -> "real", "positive" (learned in its logarithm), "nonnegative" (zeros are a class of
        their own) or "category"; else told from the dtype.
    units : dict, optional
        Unit of tasks, for messages and checks.
    random_state : int, RandomState or None
    n_jobs : int, optional
        Threads; -1 uses all processors.
    client : str, optional
        Address of a Dask scheduler on whose workers the forests are grown, the same as here.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(40.0)[:, None]
    >>> model = SingleTask(n_estimators=20, random_state=0).fit(X, X[:, 0] ** 2)
    >>> mean, spread = model.predict([[20.0]], return_std=True)
    >>> bool(abs(mean[0] - 400) < 40), bool(spread[0] > 0)
    (True, True)
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "base": [anything("None, a MultiTaskForest or scikit-learn models")]
    }

    def __init__(
        self,
        target: str | int | None = None,
        *,
        n_estimators: int = 100,
        base: Any = None,
        kinds: dict[Any, str] | None = None,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        client: str | None = None,
    ) -> None:
        self.target = target
        self.n_estimators = n_estimators
        self.base = base
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.client = client

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        who = type(self).__name__
        check_base(self.base, who)
        self.target_ = None if self.target is None else columns.find(self.target, f"{who}: target")
        return columns.names if self.target_ is None else (self.target_,)

    def _steps(self, data: TrainingData) -> list[Step]:
        return [step for task in self.tasks_ for step in alone(data, task)]
