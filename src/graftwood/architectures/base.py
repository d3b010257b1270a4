"""What all architectures share: checks on the way in, calibrated spreads on the way out.

An architecture fills four hooks: which tasks it models, how it learns, what it
says out of bag, and what it says of new rows.  Everything a user calls is here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from graftwood.architectures.inputs import InputCoder, count_rows, learn_inputs
from graftwood.architectures.labels import LabelColumns, read_known, read_labels
from graftwood.architectures.outlook import Outlook
from graftwood.architectures.training import ForestOptions, TrainingData, assemble, check_weights
from graftwood.errors import UnknownTask, WrongOption
from graftwood.options import Rule, anything, check_options, mapping, number, one_of, whole
from graftwood.uncertainty.rescale import Calibration, bag_spread, calibrate

HIDDEN, VISIBLE = "hidden", "visible"

_OF = {"of": [one_of("observation")]}
_COVERAGE = {"coverage": [number(0.01, 0.999)]}
SHARED_RULES: dict[str, list[Rule]] = {
    "n_estimators": [whole(1)],
    "n_jobs": [one_of(None), one_of(-1), whole(1)],
    "units": [one_of(None), mapping()],
    "target": [anything("a task")],
}


class Architecture(RegressorMixin, BaseEstimator):
    """Base class: fit, predict, error bars and known labels, the same for every architecture.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> isinstance(model, Architecture), model.predict([[1.0]])
    (True, array([4.]))
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X: Any, Y: Any, groups: Any = None, sample_weight: Any = None) -> Architecture:
        """Learn from labels, any of which may be missing.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
            Numbers, NaN = missing; DataFrame columns may be categorical.
        Y : array, Series or DataFrame of shape (n_rows,) or (n_rows, n_tasks)
            Labels in the unit of each task, NaN = missing.
        groups : array of shape (n_rows,), optional
            Material of each row; rows of one material are in or out of a bag together.
            By default every row is a material of its own.
        sample_weight : array of shape (n_rows,), optional
            Weight of each row, 0 leaves it out.

        Returns
        -------
        self

        Raises
        ------
        NotFinite, ShapeMismatch, TooFewLabels, UnknownTask, UnitMismatch, WrongOption, EmptyTable
        """
        who = type(self).__name__
        check_options(who, self.get_params(deep=False), {**SHARED_RULES, **self._rules})
        weights = check_weights(sample_weight, count_rows(X, who), who)
        coder = learn_inputs(X, who, None if weights is None else weights > 0)
        columns, labels = read_labels(Y, who)
        self.tasks_ = self._modelled(columns)
        options = self._forest_options()
        data = assemble(
            who, coder.encode(X, who), coder.n_codes, coder.is_category, columns.canonical, labels,
            groups=groups, weights=weights, seed=_seed(self.random_state, who), options=options,
            n_jobs=_n_threads(self.n_jobs),
        )  # fmt: skip
        self._coder: InputCoder = coder
        self._columns: LabelColumns = columns
        self._learn(data)
        self.n_features_in_ = coder.n_inputs
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        self._calibrations = self._calibrate(data)
        return self

    def predict(self, X: Any, known: Any = None, return_std: bool = False, of: str = "observation") -> Any:
        """Predict the target (every task, where the architecture has no target).

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        known : DataFrame or array of shape (n_rows, n_tasks), optional
            Labels already known of these rows, NaN where not; a DataFrame may name some tasks only.
        return_std : bool, default False
            Return the spread as well.
        of : {"observation"}, default "observation"
            The spread of what: a new measurement of the same material.

        Returns
        -------
        mean : ndarray of shape (n_rows,), or (n_rows, n_tasks) without a target
        spread : ndarray like ``mean``, only with ``return_std``; in the label's unit
        """
        check_options(type(self).__name__, {"of": of}, _OF)
        mean, sd, regimes = self._look(X, known)
        if not return_std:
            return self._shape(mean)
        spread = {task: self._spread(task, sd[task], regimes[task]) for task in mean}
        return self._shape(mean), self._shape(spread)

    def predict_interval(self, X: Any, coverage: float = 0.9, known: Any = None) -> tuple[Any, Any]:
        """Predict the interval that covers a new measurement with this probability.

        Returns
        -------
        low, high : ndarray of shape (n_rows,), or (n_rows, n_tasks) without a target
        """
        check_options(type(self).__name__, {"coverage": coverage}, _COVERAGE)
        mean, sd, regimes = self._look(X, known)
        half = {task: self._spread(task, sd[task], regimes[task], coverage) for task in mean}
        low = {task: mean[task] - half[task] for task in mean}
        return self._shape(low), self._shape({task: mean[task] + half[task] for task in mean})

    def predict_tasks(
        self, X: Any, known: Any = None, coverage: float = 0.9, tasks: Sequence[str] | None = None
    ) -> dict[str, dict[str, np.ndarray]]:
        """Predict every task that the architecture models, or some of them, with spread and interval.

        Returns
        -------
        dict
            Per task the arrays ``mean``, ``spread``, ``low`` and ``high`` of shape (n_rows,).
            A task whose label is known has that label and no spread, unless it is the target.
        """
        check_is_fitted(self, "tasks_")
        who = type(self).__name__
        check_options(who, {"coverage": coverage}, _COVERAGE)
        wanted = self.tasks_ if tasks is None else tuple(tasks)
        for task in wanted:
            if task not in self.tasks_:
                raise UnknownTask(
                    f"{who} does not predict task {task!r}; it predicts {', '.join(self.tasks_)}."
                )
        mean, sd, regimes = self._look(X, known, wanted)
        result = {}
        for task in wanted:
            spread = self._spread(task, sd[task], regimes[task])
            half = self._spread(task, sd[task], regimes[task], coverage)
            result[task] = {
                "mean": mean[task], "spread": spread, "low": mean[task] - half, "high": mean[task] + half,
            }  # fmt: skip
        return result

    @abstractmethod
    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        """Check task names; set ``target_``; return the tasks that will be predicted."""

    @abstractmethod
    def _learn(self, data: TrainingData) -> None:
        """Train the stages."""

    @abstractmethod
    def _out_of_bag(self, data: TrainingData, task: str, rows: np.ndarray, regime: str) -> Outlook:
        """Say of training rows what would be said of test rows in this regime."""

    @abstractmethod
    def _outlook(self, task: str, codes: np.ndarray, known: np.ndarray, regime: str) -> Outlook:
        """Say of new rows (codes of shape (n_rows, n_inputs)) what is asked."""

    def _sources_of(self, task: str) -> tuple[str, ...]:
        """Tasks whose known labels enter the prediction of this task."""
        return ()

    def _forest_options(self) -> ForestOptions:
        base = getattr(self, "base", None)
        if base is None:
            return ForestOptions(n_estimators=int(self.n_estimators))
        return base.forest_options(int(self.n_estimators))

    def _look(self, X: Any, known: Any, tasks: tuple[str, ...] | None = None) -> tuple[dict, dict, dict]:
        """Center, bag spread and regime of every row, per task."""
        check_is_fitted(self, "tasks_")
        who = type(self).__name__
        codes = np.ascontiguousarray(self._coder.encode(X, who).T)
        labels = read_known(known, self._columns, len(codes), who)
        mean, sd, regimes = {}, {}, {}
        for task in tasks or self._predicted():
            regimes[task] = self._regimes(task, labels)
            mean[task], sd[task] = np.empty(len(codes)), np.empty(len(codes))
            for regime in np.unique(regimes[task]):
                rows = np.flatnonzero(regimes[task] == regime)
                outlook = self._outlook(task, codes[rows], labels[rows], regime)
                mean[task][rows], sd[task][rows] = outlook.center, bag_spread(outlook.bags)
            if task != self.target_ and tasks:
                given = labels[:, self._columns.canonical.index(task)]
                mean[task] = np.where(np.isnan(given), mean[task], given)
                regimes[task] = np.where(np.isnan(given), regimes[task], "known")
        return mean, sd, regimes

    def _regimes(self, task: str, known: np.ndarray) -> np.ndarray:
        """Regime of every row: visible when a label that this task builds on is known."""
        columns = [self._columns.canonical.index(source) for source in self._sources_of(task)]
        if not columns:
            return np.full(len(known), HIDDEN)
        return np.where(np.isnan(known[:, columns]).all(axis=1), HIDDEN, VISIBLE)

    def _predicted(self) -> tuple[str, ...]:
        return self.tasks_ if self.target_ is None else (self.target_,)

    def _calibrate(self, data: TrainingData) -> dict[str, dict[str, Calibration]]:
        calibrations: dict[str, dict[str, Calibration]] = {}
        for task in self.tasks_:
            rows = data.labelled(task)
            calibrations[task] = {HIDDEN: self._calibration(data, task, rows, HIDDEN)}
            columns = [data.tasks.index(source) for source in self._sources_of(task)]
            seen = rows[~np.isnan(data.labels[rows][:, columns]).all(axis=1)] if columns else rows[:0]
            # A factor from a handful of rows says less than that of the other regime.
            if len(np.unique(data.material[seen])) >= 10:
                calibrations[task][VISIBLE] = self._calibration(data, task, seen, VISIBLE)
        return calibrations

    def _calibration(self, data: TrainingData, task: str, rows: np.ndarray, regime: str) -> Calibration:
        outlook = self._out_of_bag(data, task, rows, regime)
        return calibrate(data.column(task)[rows], outlook.center, outlook.bags, data.out_of_bag(rows))

    def _spread(
        self, task: str, sd: np.ndarray, regimes: np.ndarray, coverage: float | None = None
    ) -> np.ndarray:
        result = np.zeros(len(sd))
        for regime in (HIDDEN, VISIBLE):
            known = self._calibrations[task]
            calibration = known.get(regime, known[HIDDEN])
            rows = regimes == regime
            result[rows] = (
                calibration.spread(sd[rows])
                if coverage is None
                else calibration.half_width(sd[rows], coverage)
            )
        return result

    def _shape(self, values: Mapping[str, np.ndarray]) -> Any:
        """One task as (n_rows,), all tasks as Y came."""
        if self.target_ is not None or self._columns.flat:
            return next(iter(values.values()))
        return np.column_stack([values[task] for task in self._columns.names])


def check_base(base: Any, who: str) -> None:
    """Refuse a base that is neither None nor a MultiTaskForest with allowed options."""
    if base is not None and not hasattr(base, "forest_options"):
        raise WrongOption(f"{who}: base must be None or a MultiTaskForest, got {base!r}.")
    if base is not None:
        check_options(f"{who}'s base", base.get_params(deep=False), {**SHARED_RULES, **base._rules})


def _seed(random_state: Any, who: str) -> int:
    if random_state is None or isinstance(random_state, np.random.RandomState):
        return int(check_random_state(random_state).randint(2**31 - 1))
    if isinstance(random_state, (int, np.integer)) and 0 <= random_state < 2**32:
        return int(random_state)
    raise WrongOption(
        f"{who}: random_state must be None, an integer from 0 to 2**32 - 1 or a RandomState, "
        f"got {random_state!r}."
    )


def _n_threads(n_jobs: int | None) -> int:
    import os

    if n_jobs == -1:
        return os.cpu_count() or 1
    return 1 if n_jobs is None else int(n_jobs)
