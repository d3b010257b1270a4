"""What all architectures share: checks on the way in, calibrated spreads on the way out.

An architecture fills two hooks: which tasks it models, and which forests make up its
network (``network/train.py``).  How it is fitted is here, what it is asked is in ``answers/predictor.py``.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import ClassifierTags

from graftwood.answers.bounded import Bounded
from graftwood.answers.doubt import Doubt
from graftwood.answers.doubt_learning import learn_all_odds, learn_doubt
from graftwood.answers.hurdle import calibrate_hurdle
from graftwood.blas import one_thread
from graftwood.coding.inputs import InputCoder, count_rows, learn_inputs
from graftwood.coding.kinds import CATEGORY
from graftwood.coding.labels import LabelColumns, read_labels
from graftwood.coding.order import check_order
from graftwood.coding.weights import check_weights
from graftwood.errors import UnreliableSpread, WrongOption, warn
from graftwood.network.any_base import models_of
from graftwood.network.apart import pairs_of, warn_of_labels_apart
from graftwood.network.echo import without_echo
from graftwood.network.error_bars import error_bars_are_wanted, more_than_intervals_is_wanted
from graftwood.network.measurement import noise_of, read_label_std, weigh_labels
from graftwood.network.out_of_bag import Said, Trained, tell
from graftwood.network.outlook import HIDDEN
from graftwood.network.patterns import LEAST_MATERIALS, regime_of
from graftwood.network.train import Step, train_network
from graftwood.network.training import ForestOptions, TrainingData, assemble
from graftwood.options import Rule, anything, check_options, mapping, one_of, seed_of, text, whole
from graftwood.uncertainty.rescale import Calibration, calibrate, uncalibrated

SHARED_RULES: dict[str, list[Rule]] = {
    "n_estimators": [whole(1)],
    "n_jobs": [one_of(None), one_of(-1), whole(1)],
    "client": [one_of(None), text("the address of a Dask scheduler, a text")],
    "kinds": [one_of(None), mapping()],
    "units": [one_of(None), mapping()],
    "target": [anything("a task")],
}


class Architecture(Bounded):
    """Base class of every architecture: how it is fitted; what it is asked is in ``answers/predictor.py``.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> isinstance(model, Architecture), model.predict([[1.0]])
    (True, array([4.]))
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {}
    can_be_nested: ClassVar[bool] = True  # whether it can stand within another

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.target_tags.multi_output = True
        # Scorers of probabilities ask the fitted model; what it will be told is not known before.
        if hasattr(self, "_columns") and all(self._columns.kind(t) == CATEGORY for t in self._predicted()):
            tags.estimator_type, tags.regressor_tags = "classifier", None
            tags.classifier_tags = ClassifierTags()
        return tags

    def fit(
        self, X: Any, Y: Any, groups: Any = None, sample_weight: Any = None, label_std: Any = None
    ) -> Architecture:
        """Learn from labels, any of which may be missing.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
            Numbers, NaN = missing; DataFrame columns may be categorical.
        Y : array, Series or DataFrame of shape (n_rows,) or (n_rows, n_tasks)
            Labels in the unit of each task, NaN = missing; text, booleans and categoricals are classes.
            Rows belong to those of X by their place, as in scikit-learn; an index is not looked at.
        groups : array of shape (n_rows,), optional
            Material of each row; rows of one material are in or out of a bag together.
            By default every row is a material of its own.
        sample_weight : array of shape (n_rows,), optional
            Weight of each row, 0 leaves it out.
        label_std : array of Y's shape or DataFrame of some of its tasks, optional
            Standard deviation of each label's measurement, in its unit; 0 is exact.  Better labels weigh
            more, 1 / (v + label_std ** 2) with v the variance of errors that measurement does not explain,
            and ``predict(return_std=True, of="value")`` leaves measurement errors out.

        Returns
        -------
        self

        Raises
        ------
        NotFinite, ShapeMismatch, TooFewLabels, UnknownTask, UnitMismatch, WrongOption, EmptyTable,
        LabelRange

        Warns
        -----
        LabelsApart
            Two tasks have labels of the same materials, but hardly any in one row.
        """
        who = type(self).__name__
        check_options(who, self.get_params(deep=False), {**SHARED_RULES, **self._rules})
        check_order(who, X, Y=Y, groups=groups, sample_weight=sample_weight, label_std=label_std)
        weights = check_weights(sample_weight, count_rows(X, who), who)
        coder = learn_inputs(X, who, None if weights is None else weights > 0)
        columns, labels = self._read_labels(Y, weights)
        self.tasks_ = self._modelled(columns)
        options = self._forest_options()
        codes = coder.encode(X, who, self._threads)
        values = coder.numbers(X, who) if self._has_models() else None
        data = assemble(
            who, codes, coder.n_codes, coder.is_category, columns.learned, labels,
            groups=groups, weights=weights, seed=seed_of(self.random_state, who), options=options,
            n_jobs=self._threads, client=self.client,
            n_classes=tuple(len(columns.classes_of(task)) for task in columns.learned),
            nonnegative=columns.nonnegative, computed=columns.computed, values=values,
        )  # fmt: skip
        data = weigh_labels(data, read_label_std(label_std, columns, labels, who), who)
        self._coder: InputCoder = coder
        self._columns: LabelColumns = columns
        trained = self._train(data)
        tell(data, trained)
        self._network = trained.network
        if error_bars_are_wanted():  # else it is fitted for a choice, which tells nothing of its fits
            has_label = dict(zip(data.tasks, ~np.isnan(data.labels.T), strict=True))
            pairs = pairs_of(trained.network, self._predicted())
            warn_of_labels_apart(has_label, data.material, pairs, who)
        self.n_features_in_ = coder.n_inputs
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        said: dict[str, dict[str, Said]] = {}
        with one_thread():
            self._calibrations = self._calibrate(data, trained, said)
            self._doubt = self._learn_doubt(data, trained, said)
        return self

    def _read_labels(self, Y: Any, weights: np.ndarray | None) -> tuple[LabelColumns, np.ndarray]:
        return read_labels(Y, type(self).__name__, self.kinds, weights, self.units)

    @abstractmethod
    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        """Check task names; set ``target_``; return the tasks that will be predicted."""

    @abstractmethod
    def _steps(self, data: TrainingData) -> list[Step]:
        """Say which forests are trained, in which order, and what they see of each other."""

    def _train(self, data: TrainingData) -> Trained:
        """Train the network that its steps make up; what is made of whole architectures does it itself."""
        return train_network(data, self._steps(data))

    def _forest_options(self) -> ForestOptions:
        base = getattr(self, "base", None)
        if base is None:
            return ForestOptions(n_estimators=int(self.n_estimators))
        if hasattr(base, "forest_options"):
            return base.forest_options(int(self.n_estimators))
        return ForestOptions(int(self.n_estimators), models=models_of(base, type(self).__name__))

    def _has_models(self) -> bool:
        """Whether a model that is no forest is fitted, which needs inputs as numbers."""
        return bool(self._forest_options().models)

    def _calibrate(
        self, data: TrainingData, trained: Trained, said: dict[str, dict[str, Said]]
    ) -> dict[str, dict[str, Any]]:
        """Calibrate spreads of every task and regime, and keep the out-of-bag predictions."""
        calibrations: dict[str, dict[str, Any]] = {task: {} for task in self.tasks_}
        self._oob: dict[str, np.ndarray] = {}
        if not data.options.bootstrap:
            return calibrations
        for task in self.tasks_:
            is_number = task not in data.nonnegative and not data.classes_of(task)
            if not error_bars_are_wanted(task) and (is_number or task not in self._predicted()):
                continue
            if task in data.nonnegative:
                self._oob[task], calibrations[task] = calibrate_hurdle(
                    data, trained, task, type(self).__name__
                )
                continue
            hidden = trained.hidden(data, task)
            said[task] = {HIDDEN: hidden}
            self._oob[task] = np.full((data.n_given, *hidden.center.shape[1:]), np.nan)
            self._oob[task][data.given_rows[hidden.rows]] = hidden.center
            is_computed = is_number and bool(trained.network.nodes[task].expression)
            if is_computed and _n_materials(data, hidden) < LEAST_MATERIALS:
                calibrations[task][HIDDEN] = self._uncalibrated(task, _n_materials(data, hidden))
                continue
            for key, each in trained.told(data, task, hidden):
                # A factor from a handful of rows says less than that of rows of which less is known.
                if _n_materials(data, each) >= LEAST_MATERIALS:
                    said[task][key] = each
            if not data.classes_of(task):
                for key, each in said[task].items():
                    unheard = without_echo(data, trained, task, regime_of(key), each)
                    calibrations[task][key] = self._calibration(data, task, unheard)
        return calibrations

    def _learn_doubt(
        self, data: TrainingData, trained: Trained, said: dict[str, dict[str, Said]]
    ) -> Doubt | None:
        if not data.options.bootstrap:
            return None
        if not more_than_intervals_is_wanted():
            return Doubt((), {}, (), np.empty((0, 0)), learn_all_odds(data, said))
        return learn_doubt(data, trained, said, self._calibrations, self._oob, self._predicted())

    def _uncalibrated(self, task: str, n_materials: int) -> Calibration:
        warn(
            f"{type(self).__name__}: the error bar of task {task} is that of the trees as it is, as "
            f"{n_materials} materials have a label of it and {LEAST_MATERIALS} are needed to calibrate it.",
            UnreliableSpread,
        )
        return uncalibrated()

    def _calibration(self, data: TrainingData, task: str, said: Said) -> Calibration:
        labels, given = data.column(task)[said.rows], data.given_rows[said.rows]
        return calibrate(
            labels, said.center, said.sd, type(self).__name__, task, given,
            noise_of(data, task, said.rows), said.excess, data.material[said.rows],
            None if data.weights is None else data.weights[said.rows],
            has_line=more_than_intervals_is_wanted(),
        )  # fmt: skip


def _n_materials(data: TrainingData, said: Said) -> int:
    return len(np.unique(data.material[said.rows]))


def check_base(base: Any, who: str) -> None:
    """Refuse a base that is neither a sound MultiTaskForest nor a scikit-learn model or pair of them.

    Raises
    ------
    WrongOption
    """
    if base is None:
        return
    if hasattr(base, "forest_options"):
        check_options(f"{who}'s base", base.get_params(deep=False), {**SHARED_RULES, **base._rules})
        if base.correction:
            raise WrongOption(f"{who}: base must have correction=False; name a Difference instead.")
        return
    if isinstance(base, Architecture):
        raise WrongOption(f"{who}: base must be a MultiTaskForest or a scikit-learn model, got {base!r}.")
    models_of(base, who)


def check_numbers(
    columns: LabelColumns, tasks: tuple[str, ...], who: str, *, may_mix: tuple[str, ...] = ()
) -> None:
    """Refuse tasks that cannot be added or pooled: all must be real, or all positive, or all nonnegative.

    Parameters
    ----------
    columns : LabelColumns
    tasks : tuple of str
    who : str
        Class name for messages.
    may_mix : tuple of str, optional
        Kinds that go together.

    Raises
    ------
    WrongOption
    """
    first = columns.kind(tasks[0])
    for task in tasks:
        kind = columns.kind(task)
        if kind == CATEGORY:
            raise WrongOption(
                f"{who}: task {task} is a category, which cannot be added or pooled; "
                "leave it out, or use LatentVariable or MultiTaskForest."
            )
        if {kind, first} <= set(may_mix):
            continue
        if kind != first:
            raise WrongOption(
                f"{who}: task {tasks[0]} is {first} and task {task} is {kind}, and both must be of one kind; "
                f"say kinds={{{task!r}: {first!r}}}, or use LatentVariable."
            )
