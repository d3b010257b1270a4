"""Which source is worth having: what each adds to the target alone, and what is lost without it.

Every set of sources is tried on the same folds of the target's materials, so that
gains are paired by material.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from graftwood.coding.labels import LabelColumns
from graftwood.coding.order import check_order
from graftwood.errors import MissingColumn, TooFewLabels, WrongOption
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.options import check_options, whole
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.compare import divide
from graftwood.study.hold_out import Finished, Progress, Split, hold_out
from graftwood.study.labels import Labels, tell_labels
from graftwood.study.learning_curve import split_of
from graftwood.study.tagged import tagged
from graftwood.study.verdict import cautious_error, gain_of

if TYPE_CHECKING:
    from graftwood.study.run import Study
    from graftwood.study.steps import Validation

REGIMES = (HIDDEN, VISIBLE)
ARCHITECTURES = ("latent", "multi_task")
SHARES = (0.25, 0.5, 1.0)  # of a source's labelled materials


def rank_sources(
    X: Any,
    Y: Any,
    *,
    target: str | int,
    groups: Any = None,
    architecture: str | None = None,
    fractions: Sequence[float] = SHARES,
    n_folds: int = 3,
    n_estimators: int = 30,
    kinds: Mapping[Any, str] | None = None,
    same_as: Sequence[str] = (),
    random_state: int = 0,
    n_jobs: int | None = None,
) -> pd.DataFrame:
    """Rank sources by the error of the target that each saves.

    Parameters
    ----------
    X : array or DataFrame of shape (n_rows, n_inputs)
    Y : DataFrame or array of shape (n_rows, n_tasks)
        Labels, NaN = missing; every task but the target is a source.
    target : str or int
    groups : array of shape (n_rows,), optional
        Material of each row, never split between training and test.
    architecture : {"latent", "multi_task"}, optional
        How sources are used; by default latent.
    fractions : sequence of float, default (0.25, 0.5, 1.0)
        Shares of a source's labelled materials, above 0 and at most 1; each share holds the
        smaller ones.  1 is always tried.
    n_folds : int, default 3
    n_estimators : int, default 30
        Trees per forest.
    kinds : mapping, optional
        Task -> "real", "positive", "nonnegative" or "category"; else told from the dtype.
    same_as : sequence of str, default ()
        Tasks that repeat the target's measurement; they are no sources.
    random_state : int, default 0
    n_jobs : int, optional

    Returns
    -------
    DataFrame
        One row per regime and source, the largest gain first within a regime: regime, source,
        n_labels (of the source), gain and gain_standard_error (what the source alone saves
        against the best model without sources), loss and loss_standard_error (what is lost
        when it is left out of all sources), ``gain_at_<fraction>`` and
        ``gain_at_<fraction>_standard_error``, reference (the model without sources),
        n_materials.  All in the target's unit (absolute error), or in Brier score.

    Raises
    ------
    MissingColumn
        There is no source.
    WrongOption, UnknownTask, TooFewLabels, ShapeMismatch, NotFinite
        As for `compare`.

    Notes
    -----
    In the visible regime fewer labels also mean that fewer are known of test materials.
    A thin share may leave a fold without two labels of a source; its gain is then NaN.

    References
    ----------
    Hutchinson et al., arXiv:1711.05099: data is worth publishing for what it transfers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(120, 3))
    >>> good = np.sin(3 * X[:, 0])
    >>> dear = np.where(np.arange(120) % 3, np.nan, good)
    >>> Y = pd.DataFrame({"good": good, "useless": rng.normal(size=120), "dear": dear})
    >>> ranked = rank_sources(X, Y, target="dear", fractions=(), n_estimators=10)
    >>> ranked.query("regime == 'visible'")["source"].tolist()
    ['good', 'useless']
    """
    who = "rank_sources"
    check_options(who, {"n_estimators": n_estimators}, {"n_estimators": [whole(1)]})
    check_order(who, X, Y=Y, groups=groups)
    labels = tell_labels(Y, who, kinds)
    columns = LabelColumns(tuple(labels.frame.columns), named=True, flat=False)
    name = columns.find(target, f"{who}: target")
    shares = _check_fractions(fractions)
    repeats = [columns.find(task, f"{who}: same_as") for task in same_as]
    sources = [task for task in columns.names if task != name and task not in repeats]
    if not sources:
        raise MissingColumn(f"{who}: Y has no task besides {name}; add a column of labels per source.")
    labels = Labels(labels.frame[[name, *sources]], labels.kinds, labels.classes)
    split = divide(X, labels, target=name, groups=groups, n_folds=n_folds, random_state=random_state, who=who)
    options = {"n_estimators": n_estimators, "random_state": random_state, "n_jobs": n_jobs}
    trials = _Trials(split, _architecture(architecture), options)
    return _ranked(trials, sources, shares, random_state)


def rank_study_sources(
    study: Study, validation: Validation, progress: Progress | None = None, finished: Finished | None = None
) -> pd.DataFrame:
    """Rank the sources of a study on the folds of its comparison; see `rank_sources`.

    Parameters
    ----------
    study : Study
    validation : Validation
        Its first trial is used.
    progress, finished : optional
        As for `graftwood.study.steps.compare_study`.

    Returns
    -------
    DataFrame
        As `rank_sources` gives it, of the regimes of the comparison.

    Raises
    ------
    MissingColumn
        The study has no source.
    TooFewLabels
        There are fewer groups than folds.
    """
    split = split_of(study, validation, "rank_sources")
    sources = [str(task) for task in split.labels.frame if task not in (study.target, *split.same_as)]
    if not sources:
        raise MissingColumn(f"rank_sources: the study has no source besides {study.target}; add a task.")
    options = {
        "n_estimators": study.n_estimators_compared, "random_state": study.random_state,
        "n_jobs": study.n_jobs,
    }  # fmt: skip
    trials = _Trials(split, ARCHITECTURES[0], options, finished)
    ranked = _ranked(trials, sources, _check_fractions(SHARES), study.random_state, progress)
    return ranked[ranked["regime"].isin(validation.regimes)].reset_index(drop=True)


def _ranked(
    trials: _Trials,
    sources: list[str],
    shares: tuple[float, ...],
    seed: int,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """One line per source and regime, the largest gain first."""
    ranked = pd.DataFrame(list(_lines(trials, sources, shares, seed, progress)))
    best = ranked.groupby("regime")["gain"].rank(ascending=False, method="first")
    order = ranked.assign(place=best).sort_values(["regime", "place"]).index
    return ranked.loc[order].reset_index(drop=True)


def _check_fractions(fractions: Sequence[float]) -> tuple[float, ...]:
    given: list[Any] = list(fractions) if isinstance(fractions, Iterable) else [fractions]
    if not isinstance(fractions, Iterable) or any(
        not isinstance(share, (int, float, np.number)) or not 0 < share <= 1 for share in given
    ):
        raise WrongOption(
            f"rank_sources: fractions must be a list of numbers above 0 and at most 1, got {fractions!r}."
        )
    return tuple(sorted({float(share) for share in given} | {1.0}))


def _architecture(asked: str | None) -> str:
    if asked is None:
        return "latent"
    if asked not in ARCHITECTURES:
        raise WrongOption(
            f"rank_sources: architecture must be None or one of {ARCHITECTURES}, got {asked!r}."
        )
    return asked


@dataclass(frozen=True, eq=False)
class _Trials:
    """Losses per material of sets of sources on one division into folds."""

    split: Split
    architecture: str
    options: dict[str, Any]
    finished: Finished | None = None

    def without_sources(self) -> dict[str, tuple[pd.Series, str]]:
        """Losses of the best model without sources, per regime, and its name."""
        found = self._hold_out(self.split.labels, [], "alone")
        mean = found.groupby("architecture")["loss"].mean()
        best = str(mean.idxmin())
        return {regime: (_by_material(found[found["architecture"] == best]), best) for regime in REGIMES}

    def with_sources(
        self, labels: Labels, sources: Iterable[str], share: float = 1.0
    ) -> dict[str, pd.Series]:
        """Losses with some sources, per regime; empty where a source cannot be learned."""
        used = list(sources)
        try:
            found = self._hold_out(labels, used, f"with {share:g} of {used}")
        except TooFewLabels:
            return {}
        return {regime: _by_material(found[found["regime"] == regime]) for regime in REGIMES}

    def _hold_out(self, labels: Labels, sources: list[str], tag: str) -> pd.DataFrame:
        target = self.split.target
        shown = Labels(labels.frame[[target, *sources]], labels.kinds, labels.classes)
        tried: list[Candidate] = default_candidates(target, sources, kinds=labels.kinds, **self.options)
        tried = [c for c in tried if not c.uses_sources] if not sources else tried
        wanted = [c for c in tried if not sources or c.name == self.architecture]
        split, regimes = replace(self.split, labels=shown), REGIMES if sources else REGIMES[:1]
        return hold_out(split, wanted, regimes, finished=tagged(self.finished, tag))


def _by_material(part: pd.DataFrame) -> pd.Series:
    return part.groupby(["material", "fold"])["loss"].mean()


def _lines(
    trials: _Trials, sources: list[str], shares: tuple[float, ...], seed: int, progress: Progress | None
) -> Any:
    """Yield one line per source and regime."""
    labels = trials.split.labels
    free = trials.without_sources()
    everything = trials.with_sources(labels, sources)
    for place, source in enumerate(sources):
        if progress is not None:
            progress(f"source {source}", place + 1, len(sources) + 1)
        others = [task for task in sources if task != source]
        rest = trials.with_sources(labels, others) if others else {}
        curve = {
            share: trials.with_sources(_thinned(trials.split, source, share, seed), [source], share)
            for share in shares
        }
        for regime in REGIMES:
            reference, name = free[regime]
            without = rest.get(regime) if others else reference
            line: dict[str, Any] = {
                "regime": regime, "source": source, "n_labels": int(labels.frame[source].notna().sum()),
            }  # fmt: skip
            line |= _pair("gain", reference, curve[1.0].get(regime))
            line |= _pair("loss", without, everything.get(regime))
            for share in shares:
                line |= _pair(f"gain_at_{share:g}", reference, curve[share].get(regime))
            yield line | {"reference": name, "n_materials": len(reference)}


def _pair(name: str, reference: pd.Series | None, other: pd.Series | None) -> dict[str, float]:
    """Mean loss saved against the reference and its standard error, NaN where one could not be had."""
    if reference is None or other is None:
        return {name: float("nan"), f"{name}_standard_error": float("nan")}
    other = other.reindex(reference.index)
    gain = gain_of(reference, other, reference.index.get_level_values("fold").to_numpy(), n_resamples=1)
    error = cautious_error(gain, (reference - other).to_numpy())
    return {name: gain.difference, f"{name}_standard_error": error}


def _thinned(split: Split, source: str, share: float, seed: int) -> Labels:
    """Keep the labels of a share of a source's materials; a smaller share is part of a larger one."""
    if share == 1:
        return split.labels
    labelled = split.labels.frame[source].notna().to_numpy()
    materials = np.unique(split.materials[labelled])
    # Raw bits are fixed for ever; drawn per material in the order of keys, whatever the rows' order.
    order = materials[np.argsort(np.random.PCG64(seed).random_raw(len(materials)), kind="stable")]
    kept = order[: max(2, round(share * len(materials)))]
    return split.labels.without(~np.isin(split.materials, kept), [source])
