"""How errors fall with the number of the target's labels, with and without sources.

The folds are those of the comparison.  In each, the target's labels of some training
materials are taken away, always the same ones first, and all else stays: what a source is
worth when labels are scarcer than they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from graftwood.coding.inputs import code_rows
from graftwood.data.label_std import learnable_std
from graftwood.study.candidates import Candidate
from graftwood.study.compare import Comparison
from graftwood.study.folds import split_rows
from graftwood.study.hold_out import Finished, Progress, Split, hold_out
from graftwood.study.labels import tell_labels
from graftwood.study.score import score
from graftwood.study.steps import Validation, inputs_of, kinds_of
from graftwood.study.tagged import tagged
from graftwood.study.verdict import losses

if TYPE_CHECKING:
    from graftwood.study.run import Study

FEWEST = 15  # labelled training materials; below it folds leave too little to learn from
COLUMNS = ("architecture", "regime", "n_labels", "metric", "value", "standard_error", "gain_over_single",
           "gain_standard_error")  # fmt: skip


def learning_curve(
    study: Study,
    found: Comparison,
    validation: Validation,
    progress: Progress | None = None,
    finished: Finished | None = None,
) -> pd.DataFrame:
    """Measure the error at half of the target's labels, a quarter, and so on.

    Parameters
    ----------
    study : Study
    found : Comparison
        Of the same study, validated in the same way; it gives the last point, all labels.
    validation : Validation
        Its first trial is used.
    progress, finished : optional
        As for `graftwood.study.steps.compare_study`.

    Returns
    -------
    DataFrame
        Columns architecture, regime, n_labels (labelled training materials), metric, value,
        standard_error, gain_over_single, gain_standard_error; of the single task, the best
        architecture without and the best with sources.
    """
    split = split_of(study, validation, "learning_curve")
    candidates = contenders(found)
    sizes = _sizes(split)
    lines = [_at(_first_trial(found.held_out), study, split, candidates, _n_training(split))]
    for place, size in enumerate(sizes):
        kept = tagged(finished, f"at {size}")
        parts = []
        for fold in np.unique(split.folds[split.folds >= 0]):
            shown = _named(
                progress, size, place * validation.n_folds + int(fold), len(sizes) * validation.n_folds
            )
            parts.append(
                hold_out(_with_fewer(split, int(fold), size), candidates, validation.regimes, shown, kept)
            )
        lines.append(_at(pd.concat(parts, ignore_index=True), study, split, candidates, size))
    curve = pd.concat(lines, ignore_index=True)
    return curve.sort_values(["regime", "architecture", "metric", "n_labels"], ignore_index=True)


def contenders(found: Comparison) -> list[Candidate]:
    """The single task, the best architecture without sources and the best with them, in any regime."""
    names = {"single"}
    for regime in found.held_out["regime"].unique():
        errors, _ = losses(found, regime)
        for uses in (True, False):
            side = [c.name for c in found.candidates if c.uses_sources == uses and c.name in errors]
            if side:
                names.add(str(errors[side].mean().idxmin()))
    return [candidate for candidate in found.candidates if candidate.name in names]


def split_of(study: Study, validation: Validation, who: str) -> Split:
    """The study's rows, divided as in the first trial of its comparison."""
    table = study.table
    labels = tell_labels(table.labels, who, kinds_of(table))
    folds = split_rows(table, study.target, validation.split, validation.n_folds, study.random_state)
    same_as = tuple(table.task(study.target).same_as)
    X = code_rows(inputs_of(study), who)
    std = learnable_std(table)
    return Split(X, labels, study.target, same_as, table.materials, folds, label_std=std)


def _n_training(split: Split) -> int:
    """Labelled training materials of a fold, on average."""
    labelled = split.labels.frame[split.target].notna().to_numpy()
    n = len(set(split.materials[labelled]))
    return round(n * (1 - 1 / (split.folds.max() + 1)))


def _sizes(split: Split) -> list[int]:
    """Half of the labels, a quarter, and so on, the largest first."""
    sizes, size = [], _n_training(split) // 2
    while size >= FEWEST:
        sizes.append(size)
        size //= 2
    return sizes


def _with_fewer(split: Split, fold: int, size: int) -> Split:
    """The split of one fold, in which only ``size`` training materials keep the target's label."""
    labelled = split.labels.frame[split.target].notna().to_numpy()
    training = np.unique(split.materials[labelled & (split.folds != fold)])
    # Raw bits are fixed for ever; a Generator's methods may change between NumPy versions.
    order = training[np.argsort(np.random.PCG64(fold).random_raw(len(training)), kind="stable")]
    taken = np.isin(split.materials, order[size:]) & labelled
    folds = np.where(split.folds == fold, fold, -1)
    tasks = [split.target, *split.same_as]
    return replace(split, labels=split.labels.without(taken, tasks), folds=folds)


def _named(progress: Progress | None, size: int, done: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda what, _, __: progress(f"{size} labels, {what}", done, total)


def _first_trial(held_out: pd.DataFrame) -> pd.DataFrame:
    return held_out[held_out["trial"] == 0] if "trial" in held_out else held_out


def _at(
    held_out: pd.DataFrame, study: Study, split: Split, candidates: Sequence[Candidate], size: int
) -> pd.DataFrame:
    """Scores at one size."""
    names = [candidate.name for candidate in candidates]
    classes = split.labels.classes.get(study.target, ())
    chosen = held_out[held_out["architecture"].isin(names)]
    table: Any = score(chosen, study.target, {}, classes, split.labels.kinds[study.target])
    return table.assign(n_labels=size)[list(COLUMNS)]
