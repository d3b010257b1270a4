"""Measured and calculated band gaps: architectures on Matbench's folds, on unseen chemistry, with few labels.

Gaps are plain numbers here, as the paper has them; with zeros as a class of their own they run in
the race (``race.py``).  Four parts: Matbench's folds, chemical systems held out together, optical gaps of
Strehlow and Cook, and a learning curve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from graftwood.coding.inputs import code_rows
from graftwood.data.split import chemical_system_folds, material_folds
from graftwood.studies.fold_scores import mae, rmse, score_folds
from graftwood.studies.gap_table import OTHER_DATABASES, START, TARGET, GapTable, matbench_folds
from graftwood.studies.kept import PartOf
from graftwood.studies.names import OF_THE_PAPER
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.hold_out import Finished, Split, hold_out
from graftwood.study.labels import tell_labels

MATBENCH, SYSTEMS, OPTICAL = "Matbench folds", "chemical systems held out", "optical gaps"
ALL, NON_METALS, METALS = "all", "non-metals", "metals"
TASKS = (TARGET, START, *OTHER_DATABASES)  # the databases' medians; polymorphs and means are the race's
Tell = Callable[[str], None]


@dataclass(frozen=True)
class PartSettings:
    """Size of the four parts.

    Attributes
    ----------
    n_estimators : int
    n_folds : int
    n_source_only : int
        Compositions without a measured gap.
    n_labels : tuple of int
        Of the learning curve; all labels are its last point.
    n_optical_repeats : int
        Divisions of the optical gaps, which are few.
    regimes : tuple of str
    seed, n_jobs : int

    Examples
    --------
    >>> PartSettings().n_labels
    (50, 200, 800)
    """

    n_estimators: int = 60
    n_folds: int = 5
    n_source_only: int = 2000
    n_labels: tuple[int, ...] = (50, 200, 800)
    n_optical_repeats: int = 3
    regimes: tuple[str, ...] = ("hidden", "visible")
    seed: int = 0
    n_jobs: int = 1


def run_parts(
    table: GapTable, settings: PartSettings, finished: Finished | None, tell: Tell
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predict the held-out gaps of all parts.

    Parameters
    ----------
    table : GapTable
    settings : PartSettings
    finished : Finished, optional
    tell : callable
        Told what is being done.

    Returns
    -------
    held_out : DataFrame
        Columns task (the part), trial, fold, row, label, prediction, architecture, regime.
    curve : DataFrame
        The same and n_labels, of the learning curve.
    """
    small = table.first(table.n_measured + settings.n_source_only)
    split = split_of(small, matbench_folds(small.n_measured, len(small.Y), n_folds=settings.n_folds))
    labelled = small.Y[TARGET].notna().to_numpy()
    systems = chemical_system_folds(
        small.systems, labelled, n_folds=settings.n_folds, random_state=settings.seed
    )
    parts = [_hold_out(split, MATBENCH, 0, settings, finished, tell)]
    parts.append(_hold_out(replace(split, folds=systems), SYSTEMS, 0, settings, finished, tell))
    optical = optical_table(small)
    for trial in range(settings.n_optical_repeats):
        folds = material_folds(
            optical.materials, optical.Y[TARGET].notna().to_numpy(), n_folds=settings.n_folds,
            random_state=settings.seed + trial,
        )  # fmt: skip
        parts.append(_hold_out(split_of(optical, folds), OPTICAL, trial, settings, finished, tell))
    return pd.concat(parts, ignore_index=True), _curve(split, parts[0], settings, finished, tell)


def split_of(table: GapTable, folds: np.ndarray) -> Split:
    """Rows, labels and folds; all gaps are plain numbers."""
    Y = table.Y[[task for task in TASKS if task in table.Y]]
    labels = tell_labels(Y, "reproduce band-gap", dict.fromkeys(Y, "real"))
    return Split(code_rows(table.X, "reproduce band-gap"), labels, TARGET, (), table.materials, folds)


def optical_table(table: GapTable) -> GapTable:
    """Return the rows of calculated gaps with the optical gaps of Strehlow and Cook as the target."""
    from graftwood.datasets import load_optical_gaps
    from graftwood.features.formula import read_formulas

    frame = load_optical_gaps().frame
    gaps = frame.groupby(read_formulas(frame["formula"]).materials)["gap_eV"].median().dropna()
    optical = gaps.reindex(table.materials).to_numpy(dtype=np.float64, copy=True)
    optical[pd.Series(table.materials).duplicated().to_numpy()] = np.nan
    Y = table.Y.assign(**{TARGET: optical})
    keep = np.flatnonzero(Y.notna().any(axis=1))
    return GapTable(
        table.X[keep], Y.iloc[keep].reset_index(drop=True), table.materials[keep], table.systems[keep], 0
    )


def candidates_for(split: Split, settings: PartSettings, seed: int) -> list[Candidate]:
    """Every architecture and the controls; the difference starts from the Materials Project."""
    sources = [task for task in split.labels.frame.columns if task != TARGET]
    found = default_candidates(
        TARGET, sources, units=dict.fromkeys((TARGET, *sources), "eV"),
        n_estimators=settings.n_estimators, random_state=seed, n_jobs=settings.n_jobs,
    )  # fmt: skip
    named = [replace(each, name=each.name.removesuffix(f":{START}")) for each in found]
    return [each for each in named if each.name in OF_THE_PAPER]


def _hold_out(
    split: Split, part: str, trial: int, settings: PartSettings, finished: Finished | None, tell: Tell
) -> pd.DataFrame:
    kept = PartOf(finished, part).of_trial(trial)
    candidates = candidates_for(split, settings, settings.seed + trial)
    found = _fold_by_fold(split, candidates, settings, kept, tell)
    return found.assign(task=part, trial=trial)


def _fold_by_fold(
    split: Split, candidates: list[Candidate], settings: PartSettings, kept: PartOf, tell: Tell
) -> pd.DataFrame:
    """One fold at a time, so that forests of one fold alone are in memory."""
    parts = []
    for fold in range(split.folds.max() + 1):
        tell(f"{kept.part}, fold {fold + 1}")
        one = replace(split, folds=np.where(split.folds == fold, fold, -1))
        parts.append(hold_out(one, candidates, settings.regimes, finished=kept))
    return pd.concat(parts, ignore_index=True)


def _curve(
    split: Split, full: pd.DataFrame, settings: PartSettings, finished: Finished | None, tell: Tell
) -> pd.DataFrame:
    """Take labels of the target away, always the same ones first; all else stays."""
    n_full = round(split.labels.frame[TARGET].notna().sum() * (1 - 1 / settings.n_folds))
    parts = [full.assign(n_labels=n_full)]
    candidates = [each for each in candidates_for(split, settings, settings.seed) if each.name != "pooled"]
    for n_labels in settings.n_labels:
        kept = PartOf(finished, f"{n_labels} labels")
        for fold in range(settings.n_folds):
            tell(f"{kept.part}, fold {fold + 1}")
            thinned = with_fewer(split, fold, n_labels, settings.seed)
            found = hold_out(thinned, candidates, settings.regimes, finished=kept)
            parts.append(found.assign(task=MATBENCH, trial=0, n_labels=n_labels))
    return pd.concat(parts, ignore_index=True)


def with_fewer(split: Split, fold: int, n_labels: int, seed: int) -> Split:
    """Return the split of one fold in which only so many training materials keep the target's label."""
    labelled = split.labels.frame[TARGET].notna().to_numpy()
    is_test = np.isin(split.materials, split.materials[split.folds == fold])
    training = np.unique(split.materials[labelled & ~is_test])
    # Raw bits are fixed for ever; a Generator's methods may change between NumPy versions.
    order = training[np.argsort(np.random.PCG64([seed, fold]).random_raw(len(training)), kind="stable")]
    taken = np.isin(split.materials, order[n_labels:]) & labelled
    folds = np.where(split.folds == fold, fold, -1)
    return replace(split, labels=split.labels.without(taken, [TARGET]), folds=folds)


def score_gaps(held_out: pd.DataFrame) -> pd.DataFrame:
    """Score all rows, and non-metals and metals, that is, measured gaps above and at zero."""
    measures = {"mae": mae, "rmse": rmse}
    is_metal = held_out["label"].to_numpy(dtype=np.float64) == 0
    rows = {ALL: np.ones(len(held_out), dtype=bool), NON_METALS: ~is_metal, METALS: is_metal}
    return pd.concat(
        [
            score_folds(held_out[mask].assign(subset=name), measures)
            for name, mask in rows.items()
            if mask.any()
        ],
        ignore_index=True,
    )
