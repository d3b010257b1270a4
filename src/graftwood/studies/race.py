"""The accuracy race on Matbench's measured band gaps: named candidates, pooled as chosen in training.

In every fold and regime all candidates are fitted, and a few of them, smaller, on three folds within the
training materials.  What to pool is chosen by the latter alone (``pool.py``).  Materials that are equal in
atomic fractions to a test material lose their labels, wherever they stand in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from graftwood.coding.inputs import code_rows
from graftwood.data.split import material_folds
from graftwood.network.shared import shared_forests
from graftwood.studies.gap_table import MATBENCH_SEED, TARGET, GapTable, matbench_folds
from graftwood.studies.kept import PartOf
from graftwood.studies.names import BLEND, BLEND_ALL, EXTRA
from graftwood.studies.pool import QUANTILES, choose_members, pooled_median, predict_quantiles
from graftwood.studies.race_entries import Size, race_candidates
from graftwood.study.candidates import Candidate
from graftwood.study.hold_out import Finished, Split
from graftwood.study.labels import tell_labels

Tell = Callable[[str], None]


@dataclass(frozen=True)
class RaceSettings:
    """Size of the race.

    Attributes
    ----------
    size, inner_size : Size
        Of the models that predict, and of those by which members are chosen.
    bases : tuple of str, default ("extra",)
        Bases beside the forest.  Boosting is left out: it costs as much as all else, and of the first
        folds' choices it was in few (decision 020).
    n_folds, n_inner_folds : int
    n_source_only, n_inner_source_only : int
        Compositions without a measured gap.
    confirm_seeds : tuple of int
        Seeds of the other divisions, fixed beforehand, on which the lean entry is run.
    regimes : tuple of str
    seed, n_jobs : int

    Examples
    --------
    >>> RaceSettings().n_inner_folds
    3
    """

    size: Size = Size(80, 120)
    inner_size: Size = Size(30, 60)
    bases: tuple[str, ...] = (EXTRA,)
    n_folds: int = 5
    n_inner_folds: int = 3
    n_source_only: int = 4000
    n_inner_source_only: int = 1000
    confirm_seeds: tuple[int, ...] = (1, 2, 3, 4, 5)
    regimes: tuple[str, ...] = ("hidden", "visible")
    seed: int = 0
    n_jobs: int = 1


@dataclass(frozen=True, eq=False)
class RaceResult:
    """What the race left.

    Attributes
    ----------
    held_out : DataFrame
        Columns row, fold, is_known, label, prediction, architecture, regime, trial.
    picks : DataFrame
        Columns regime, fold, architecture, n_picks: what was chosen in each fold.
    confirmed : DataFrame
        As ``held_out``, of the lean entry and the single task on Matbench's folds (trial 0) and on other
        divisions.

    Examples
    --------
    >>> RaceResult(pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).picks.empty
    True
    """

    held_out: pd.DataFrame
    picks: pd.DataFrame
    confirmed: pd.DataFrame


def run_race(table: GapTable, settings: RaceSettings, finished: Finished | None, tell: Tell) -> RaceResult:
    """Run the race, or go on with one that was stopped.

    Parameters
    ----------
    table : GapTable
        With ``settings.n_source_only`` rows without a measured gap.
    settings : RaceSettings
    finished : Finished, optional
    tell : callable
        Told what is being done.
    """
    folds = matbench_folds(table.n_measured, len(table.Y), MATBENCH_SEED, settings.n_folds)
    split = split_of(table, folds)
    parts, picks = [], []
    for fold in range(settings.n_folds):
        for regime in settings.regimes:
            outer = _predict(
                split, table, fold, regime, settings, settings.size, PartOf(finished, "race"), tell
            )
            chosen = _choose(table, split, fold, regime, settings, finished, tell)
            picks += [(regime, fold, name, n) for name, n in Counter(chosen).items()]
            parts += _with_blends(outer, chosen, regime)
    counted = pd.DataFrame(picks, columns=["regime", "fold", "architecture", "n_picks"])
    held_out = pd.concat(parts, ignore_index=True).assign(trial=0)
    return RaceResult(held_out, counted, _confirm(table, counted, settings, finished, tell))


def split_of(table: GapTable, folds: np.ndarray) -> Split:
    """Rows, labels and folds; the target is nonnegative, the calculations are plain numbers."""
    kinds = {task: "nonnegative" if task == TARGET else "real" for task in table.Y}
    labels = tell_labels(table.Y, "reproduce band-gap", kinds)
    return Split(code_rows(table.X, "reproduce band-gap"), labels, TARGET, (), table.materials, folds)


def _predict(
    split: Split,
    table: GapTable,
    fold: int,
    regime: str,
    settings: RaceSettings,
    size: Size,
    kept: PartOf,
    tell: Tell,
    names: tuple[str, ...] | None = None,
) -> dict[str, pd.DataFrame]:
    """Predict one fold by every candidate or those named; without sources both regimes are one."""
    entries = race_candidates(
        TARGET, table.sources, table.start, settings.bases, size, settings.seed, settings.n_jobs
    )
    found = {}
    with shared_forests():
        for entry in entries:
            if names is None or entry.name in names:
                tell(f"{kept.part}, fold {fold + 1}, {regime}, {entry.name}")
                found[entry.name] = _kept_or_made(split, fold, regime, entry, settings, kept)
    return found


def _kept_or_made(
    split: Split, fold: int, regime: str, entry: Candidate, settings: RaceSettings, kept: PartOf
) -> pd.DataFrame:
    place = (fold, regime if entry.uses_sources else settings.regimes[0], entry.name)
    there = kept.load(*place)
    if there is not None:
        return there[0]
    made = predict_quantiles(split, fold, regime, entry)
    kept.save(*place, made, ())
    return made


def _choose(
    table: GapTable,
    split: Split,
    fold: int,
    regime: str,
    settings: RaceSettings,
    finished: Finished | None,
    tell: Tell,
) -> list[str]:
    """Choose members on folds within the training materials; the test materials are no rows at all."""
    inner, inner_table = inner_split(table, split, fold, settings)
    kept = PartOf(finished, f"inner folds of fold {fold + 1}")
    parts: dict[str, list[pd.DataFrame]] = {}
    for number in range(settings.n_inner_folds):
        said = _predict(inner, inner_table, number, regime, settings, settings.inner_size, kept, tell)
        for name, part in said.items():
            parts.setdefault(name, []).append(part)
    joined = {name: pd.concat(each, ignore_index=True) for name, each in parts.items()}
    quantiles = {name: each[QUANTILES].to_numpy() for name, each in joined.items()}
    return choose_members(quantiles, next(iter(joined.values()))["label"].to_numpy())


def inner_split(table: GapTable, split: Split, fold: int, settings: RaceSettings) -> tuple[Split, GapTable]:
    """Rows of the training materials of a fold, and three folds of their measured materials.

    Examples
    --------
    >>> X, keys = np.zeros((6, 1)), np.array(list("abcdef"))
    >>> table = GapTable(X, pd.DataFrame({"gap_exp": [1.0, 2, 0, 3, 2, 0], "gap_mp": 1.0}), keys, keys, 6)
    >>> outer = split_of(table, np.array([0, 1, 0, 1, 1, 1]))
    >>> inner, _ = inner_split(table, outer, 0, RaceSettings(n_inner_folds=2))
    >>> inner.materials.tolist()
    ['b', 'd', 'e', 'f']
    """
    is_test = np.isin(table.materials, table.materials[split.folds == fold])
    source_only = np.arange(len(table.Y)) >= table.n_measured + settings.n_inner_source_only
    rows = np.flatnonzero(~is_test & ~source_only)
    inner = GapTable(
        table.X[rows], table.Y.iloc[rows].reset_index(drop=True), table.materials[rows],
        table.systems[rows], int((rows < table.n_measured).sum()),
    )  # fmt: skip
    labelled = inner.Y[TARGET].notna().to_numpy()
    folds = material_folds(
        inner.materials, labelled, n_folds=settings.n_inner_folds, random_state=settings.seed
    )
    return split_of(inner, folds), inner


def _with_blends(said: dict[str, pd.DataFrame], chosen: list[str], regime: str) -> list[pd.DataFrame]:
    columns = ["row", "fold", "is_known", "label", "prediction"]
    parts = [each[columns].assign(architecture=name, regime=regime) for name, each in said.items()]
    first = next(iter(said.values()))[columns]
    for name, members in ((BLEND, chosen), (BLEND_ALL, list(said))):
        median = pooled_median([said[member][QUANTILES].to_numpy() for member in members])
        parts.append(first.assign(prediction=median, architecture=name, regime=regime))
    return parts


def _confirm(
    table: GapTable, picks: pd.DataFrame, settings: RaceSettings, finished: Finished | None, tell: Tell
) -> pd.DataFrame:
    """Run the lean entry, small models of the usual members, on further divisions."""
    parts = []
    small = table.first(table.n_measured + settings.n_inner_source_only)
    for trial, seed in enumerate((MATBENCH_SEED, *settings.confirm_seeds)):
        folds = matbench_folds(table.n_measured, len(small.Y), seed, settings.n_folds)
        split = split_of(small, folds)
        for regime in settings.regimes:
            names = usual_members(picks, regime)
            for fold in range(settings.n_folds):
                kept = PartOf(finished, f"division {seed}")
                wanted = (*names, "single")
                said = _predict(split, small, fold, regime, settings, settings.inner_size, kept, tell, wanted)
                single = said.pop("single") if "single" not in names else said["single"]
                both = [each for each in _with_blends(said, list(names), regime)][-2:-1]
                alone = single[["row", "fold", "is_known", "label", "prediction"]]
                both.append(alone.assign(architecture="single", regime=regime))
                parts += [each.assign(trial=trial) for each in both]
    return pd.concat(parts, ignore_index=True)


def usual_members(picks: pd.DataFrame, regime: str) -> tuple[str, ...]:
    """Return the members picked in at least half of the folds, each as many times as in all folds together.

    Where none is, those that were picked in the most folds.

    Examples
    --------
    >>> columns = ["regime", "fold", "architecture", "n_picks"]
    >>> rows = [("hidden", 0, "a", 1), ("hidden", 0, "b", 1), ("hidden", 1, "a", 1), ("hidden", 2, "c", 3)]
    >>> usual_members(pd.DataFrame(rows, columns=columns), "hidden")
    ('a', 'a')
    """
    here = picks[picks["regime"] == regime]
    members = here.groupby("architecture")["n_picks"].agg(["size", "sum"])
    needed = min(here["fold"].nunique() / 2, members["size"].max())
    usual = members.loc[members["size"] >= needed, "sum"].sort_values(ascending=False, kind="stable")
    return tuple(str(name) for name, n_picks in usual.items() for _ in range(n_picks))


def quick_race() -> RaceSettings:
    """Return settings of a race that takes seconds and only shows that all works.

    Examples
    --------
    >>> quick_race().n_folds
    2
    """
    return replace(
        RaceSettings(), size=Size(6, 4), inner_size=Size(4, 3), bases=(EXTRA,), n_folds=2,
        n_inner_folds=2, n_source_only=40, n_inner_source_only=20, confirm_seeds=(1,),
    )  # fmt: skip
