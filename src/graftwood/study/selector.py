"""TransferSelector: an estimator that tries every architecture on held-out materials and keeps the best.

What is chosen and why is in ``study/judging.py`` and ``study/verdict.py``; what a
fitted selector is asked is answered by the winners, row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from graftwood.architectures.base import SHARED_RULES
from graftwood.coding.labels import LabelColumns
from graftwood.coding.order import check_order
from graftwood.coding.weights import check_weights
from graftwood.errors import TooFewToJudge, UnknownTask, WrongOption, warn
from graftwood.network.error_bars import without_error_bars
from graftwood.network.inputs_per_split import may_try_both
from graftwood.network.outlook import HIDDEN
from graftwood.options import Rule, check_options, one_of, seed_of, whole
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.compare import Comparison, compare_split, divide, material_keys, tell_labels_apart
from graftwood.study.fast import compare_out_of_bag
from graftwood.study.hold_out import Split
from graftwood.study.judging import LEAST_PER_FOLD, count_materials, judge_all, useful_sources
from graftwood.study.labels import Labels, tell_labels, tell_std
from graftwood.study.records import Verdict
from graftwood.study.routing import RoutedPredictor
from graftwood.study.winners import fit_winners

SHARE_OF_TREES = 5  # forests of the comparison have a fifth of the trees; a sixth is too few for chains
SHARE_OF_BOTH = 6  # ... where each is grown by two plans, or it costs over eight fits
FEWEST_TREES = 10
ROWS_TIMES_TREES = 25_000  # on small tables any few trees cost the same, and chains need them


class TransferSelector(RoutedPredictor):
    """Choose how to use the other tasks, or not to, on materials that no model has seen.

    Every candidate is tried by grouped validation, with small forests, in each regime on its own.
    The `Blend` of candidates that errs least is fitted on all rows; with ``blend=False``, of those within
    one standard error of the best (paired by material), the plainest.  The verdict compares the best
    model with sources to the best without on folds that did not choose them.

    Parameters
    ----------
    target : str or int, default 0
        Task to predict, by name or column number.
    candidates : sequence of Candidate, optional
        What to try, the plainest first, their ``uses_sources`` said; the first serves where
        nothing can be judged.  By default up to 19: `default_candidates` with its variants.
    n_folds : int, default 3
        Folds of the comparison.
    n_estimators : int, default 100
        Trees per forest of the winners.
    n_estimators_compared : int, optional
        Trees per forest of the comparison, at least 10; by default a fifth of ``n_estimators`` (a
        sixth where forests are grown by two plans, see ``max_features`` of `MultiTaskForest`), up to half of
        them where rows times trees stay below 25,000.
    fast : bool, default False
        Compare out of bag, one fit per candidate with two thirds of the trees, instead of in folds.
    blend : bool, default True
        Choose the weighted mean of up to four candidates that errs least, instead of one of them.
    same_as : sequence of str, default ()
        Tasks that repeat the target's measurement: never a source, hidden together with it.
    kinds : dict, optional
        Task -> "real", "positive", "nonnegative" or "category"; else told from the dtype.
    units : dict, optional
        Unit per task; differences start from sources in the target's unit only.
    random_state : int, RandomState or None
    n_jobs : int, optional
        Threads; -1 uses all processors.
    client : str, optional
        Address of a Dask scheduler on whose workers the forests are grown, the same as here.

    Attributes
    ----------
    weights_ : dict
        Regime ("hidden", "visible") -> candidate -> its weight in what was chosen, of sum 1.
    best_ : dict
        Regime -> name of its winner, as "0.75 latent + 0.25 single" where it is a blend.  A row of
        which a source's label is known is predicted by the visible winner, the others by the hidden one.
    models_ : dict
        Regime -> its winner, fitted on all rows.
    verdict_ : Verdict or None
        Whether the sources help with nothing known of the material; ``kind`` is "helps",
        "no difference", "harms" or "undecided", ``str()`` the sentence.  None without sources.
    verdicts_ : dict
        Regime -> Verdict; the visible one is judged on materials of which something is known.
    comparison_ : Comparison or None
        Errors of all candidates; None where nothing could be tested.
    fallback_ : dict
        Regime -> why nothing could be judged there, so that the plainest candidate was taken
        (or, where other labels are known, the hidden winner).
    left_out_ : dict
        Source -> why it was not used.
    tasks_ : tuple of str
        Tasks that the winners of both regimes predict.

    Raises
    ------
    NotFinite, ShapeMismatch, TooFewLabels, UnknownTask, UnitMismatch, WrongOption, EmptyTable

    Warns
    -----
    TooFewToJudge
        A choice could not be validated, or a source has too few labels to be tried.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(300, 4))
    >>> dft = np.sin(2 * X[:, 0]) + X[:, 1]
    >>> Y = pd.DataFrame({"gap_dft": dft, "gap_exp": np.where(np.arange(300) % 5, np.nan, dft + 1)})
    >>> model = TransferSelector("gap_exp", n_estimators=50, random_state=0).fit(X, Y)
    >>> model.verdicts_["visible"].kind
    'helps'
    >>> model.predict(X[:1], known=Y[["gap_dft"]][:1]).shape
    (1,)
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        **SHARED_RULES,
        "n_folds": [whole(2)],
        "n_estimators_compared": [one_of(None), whole(1)],
        "fast": [one_of(True, False)],
        "blend": [one_of(True, False)],
    }

    verdict_: Verdict | None
    verdicts_: dict[str, Verdict]
    comparison_: Comparison | None
    fallback_: dict[str, str]
    left_out_: dict[str, str]

    def __init__(
        self,
        target: str | int = 0,
        *,
        candidates: Sequence[Candidate] | None = None,
        n_folds: int = 3,
        n_estimators: int = 100,
        n_estimators_compared: int | None = None,
        fast: bool = False,
        blend: bool = True,
        same_as: Sequence[str] = (),
        kinds: Mapping[Any, str] | None = None,
        units: Mapping[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        client: str | None = None,
    ) -> None:
        self.target = target
        self.candidates = candidates
        self.n_folds = n_folds
        self.n_estimators = n_estimators
        self.n_estimators_compared = n_estimators_compared
        self.fast = fast
        self.blend = blend
        self.same_as = same_as
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.client = client

    def fit(
        self, X: Any, Y: Any, groups: Any = None, sample_weight: Any = None, label_std: Any = None
    ) -> TransferSelector:
        """Compare, choose, and fit the winners on all rows.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
            Numbers, NaN = missing; DataFrame columns may be categorical.
        Y : array, Series or DataFrame of shape (n_rows,) or (n_rows, n_tasks)
            Labels in the unit of each task, NaN = missing; text, booleans and categoricals are classes.
        groups : array of shape (n_rows,), optional
            Material of each row, never split between folds.
        sample_weight : array of shape (n_rows,), optional
            Weight of each row in every fit; 0 leaves it out.  Losses are not weighted.
        label_std : array of Y's shape or DataFrame of some of its tasks, optional
            Standard deviation of each label's measurement, used in every fit as by the architectures.

        Returns
        -------
        self
        """
        who = type(self).__name__
        check_options(who, self.get_params(deep=False), self._rules)
        check_order(who, X, Y=Y, groups=groups, sample_weight=sample_weight, label_std=label_std)
        labels = tell_labels(Y, who, self.kinds)
        columns = LabelColumns(tuple(labels.frame.columns), named=True, flat=False)
        self.target_ = columns.find(self.target, f"{who}: target")
        std = tell_std(label_std, labels, who)
        materials = material_keys(groups, len(labels.frame), who)
        weights = check_weights(sample_weight, len(labels.frame), who)
        used = labels if weights is None else labels.without(weights == 0)
        labels = self._choose_sources(used, materials)
        candidates = self._candidates(labels)
        seed = seed_of(self.random_state, who)
        n_materials = count_materials(labels, materials, self.target_)
        split = self._divide(X, labels, materials, weights, n_materials, seed)
        if split:
            split = replace(split, label_std=std)
            tell_labels_apart(split, who)
        n_trees = self._trees(len(labels.frame), len(split.X.codes) if split else 1)
        tried = [candidate.with_options(n_trees, seed, self.n_jobs, self.client) for candidate in candidates]
        unit = str((self.units or {}).get(self.target_, ""))
        compare = compare_out_of_bag if self.fast else compare_split
        with without_error_bars():
            found = judge_all(
                split, tried, n_materials, int(self.n_folds), unit, compare, blends=bool(self.blend)
            )
        self.weights_, self.best_ = found.weights, found.best
        self.comparison_, self.fallback_ = found.comparison, found.fallback
        self.verdicts_ = found.verdicts if self.sources_ else {}
        self.verdict_ = self.verdicts_.get(HIDDEN)
        self._warn()
        final = {c.name: c.with_options(None, seed, self.n_jobs, self.client) for c in candidates}
        self.models_ = fit_winners(
            found.weights, final, X, labels, self.target_, groups=groups, sample_weight=weights, label_std=std
        )
        self._take_over(X)
        return self

    def _choose_sources(self, labels: Labels, materials: np.ndarray) -> Labels:
        """Find the sources and leave out those with too few labels."""
        who, tasks = type(self).__name__, list(labels.frame.columns)
        if isinstance(self.same_as, str):
            raise WrongOption(f"{who}: same_as must be a sequence of names, got the text {self.same_as!r}.")
        for task in self.same_as:
            if task not in tasks:
                raise UnknownTask(f"{who}: same_as names {task!r}; the tasks are {', '.join(tasks)}.")
        self._columns = LabelColumns(
            tuple(tasks), named=True, flat=False, kinds=tuple(labels.kinds[task] for task in tasks),
            classes=tuple(labels.classes.get(task, ()) for task in tasks),
        )  # fmt: skip
        offered = [task for task in tasks if task != self.target_ and task not in self.same_as]
        least = LEAST_PER_FOLD * int(self.n_folds)
        sources, self.left_out_ = useful_sources(labels, materials, offered, least)
        self.sources_ = tuple(sources)
        return Labels(labels.frame[[self.target_, *sources]], labels.kinds, labels.classes)

    def _candidates(self, labels: Labels) -> list[Candidate]:
        if self.candidates is None:
            # Tasks that are no source here may have a unit all the same.
            units = {task: unit for task, unit in (self.units or {}).items() if task in labels.frame}
            return default_candidates(
                self.target_, list(self.sources_), kinds=labels.kinds, units=units,
                has_variants=True, n_estimators=int(self.n_estimators),
            )  # fmt: skip
        who, given = type(self).__name__, list(self.candidates)
        if not given or any(not isinstance(candidate, Candidate) for candidate in given):
            raise WrongOption(f"{who}: candidates must be None or a sequence of Candidate, got {given!r}.")
        if len({candidate.name for candidate in given}) < len(given):
            raise WrongOption(f"{who}: two candidates have one name; give each its own.")
        if given[0].uses_sources:
            raise WrongOption(
                f"{who}: the first candidate, {given[0].name}, uses sources; begin with one that uses none."
            )
        return given

    def _trees(self, n_rows: int, n_inputs: int) -> int:
        if self.n_estimators_compared is not None:
            return int(self.n_estimators_compared)
        n_trees = int(self.n_estimators)
        if self.fast:  # out of bag a third of the trees predict a row; all of them cost over eight fits
            return max(FEWEST_TREES, 2 * n_trees // 3)
        affordable = min(ROWS_TIMES_TREES // max(n_rows, 1), n_trees // 2)
        share = SHARE_OF_BOTH if may_try_both(n_inputs, n_rows) else SHARE_OF_TREES
        return max(FEWEST_TREES, n_trees // share, affordable)

    def _divide(
        self, X: Any, labels: Labels, materials: np.ndarray, weights: Any, n_materials: int, seed: int
    ) -> Split | None:
        if n_materials < int(self.n_folds):
            return None
        return divide(
            X, labels, target=self.target_, groups=materials, n_folds=int(self.n_folds),
            random_state=seed, sample_weight=weights, who=type(self).__name__,
        )  # fmt: skip

    def _warn(self) -> None:
        who = type(self).__name__
        for source, reason in self.left_out_.items():
            warn(f"{who}: source {source} was not tried: {reason}.", TooFewToJudge)
        for regime, reason in self.fallback_.items():
            warn(
                f"{who}: nothing could be judged in the {regime} regime, as {reason}; "
                f"{self.best_[regime]} is used there.",
                TooFewToJudge,
            )
