"""Doubts: what would make a comparison dishonest or weak, each with what to do about it.

A leak is what would let a model see the answer; the rest makes results weaker than they could be.
Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from graftwood.data import std_counts
from graftwood.inspection.rare_classes import rare_classes
from graftwood.reading import StudyData
from graftwood.reading.units import is_unit, same_unit

Facts = dict[str, Any]
LEAK, DOUBT, NOTE = "leak", "doubt", "note"
LEAST_PAIRS = 5  # common materials below which agreement says nothing
EQUAL_SHARE, SURE_ORDER = 0.95, 0.9999
FEW_MATERIALS = 30
MANY_ZEROS = 0.2


def doubts_of(data: StudyData, repeats: dict[str, Facts]) -> list[Facts]:
    """Return every doubt: level ("leak", "doubt" or "note"), about, text, advice; leaks first."""
    found = [
        *_leaking_tasks(data),
        *_leaking_inputs(data),
        *_units(data),
        *_clashes(repeats),
        *_few_labels(data),
        *_rare_classes(data),
        *_kinds(data),
        *_some_std(data),
        *_large_std(data),
        *_no_overlap(data),
    ]
    return sorted(found, key=lambda doubt: (LEAK, DOUBT, NOTE).index(doubt["level"]))


def _doubt(level: str, about: str, text: str, advice: str) -> Facts:
    return {"level": level, "about": about, "text": text, "advice": advice}


def _target(data: StudyData) -> tuple[str, pd.Series]:
    name = data.said.study.target
    return name, data.table.labels[name]


def _leaking_tasks(data: StudyData) -> Iterator[Facts]:
    target, labels = _target(data)
    hidden = data.table.task(target).same_as
    for task in data.table.tasks:
        if task.name == target or task.name in hidden:
            continue
        how = _tells(data.table.labels[task.name], labels, task.name, target)
        if how:
            same = list(dict.fromkeys([*hidden, task.name]))
            listed = ", ".join(f'"{name}"' for name in same)
            yield _doubt(
                LEAK, task.name, how,
                f"If it comes from the same measurement, write same_as = [{listed}] under [tasks.{target}], "
                "so that both are hidden together.",
            )  # fmt: skip


def _leaking_inputs(data: StudyData) -> Iterator[Facts]:
    target, labels = _target(data)
    for name, told in data.inputs.items():
        if told.kind == "composition" or name in data.said.study.material:
            continue
        how = _tells(data.table.inputs[name], labels, f"The input {name}", target)
        if how:
            yield _doubt(
                LEAK, name, how,
                f"Leave out [inputs.{name}] unless it is known before {target} is.",
            )  # fmt: skip


def _tells(other: pd.Series, target: pd.Series, name: str, of: str) -> str:
    """A sentence on how one column tells the other, "" if it does not."""
    both = other.notna() & target.notna()
    n = int(both.sum())
    if n < LEAST_PAIRS or target[both].nunique() < 2:
        return ""
    one, two = other[both], target[both]
    if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(two):
        x, y = one.to_numpy(dtype=float), two.to_numpy(dtype=float)
        share = float(np.isclose(x, y, rtol=1e-6, atol=0).mean())
        if share >= EQUAL_SHARE:
            return f"{name} equals {of} on {share:.0%} of {n:,} common rows."
        if n >= 2 * LEAST_PAIRS and len(np.unique(x)) > 2 and abs(spearmanr(x, y).statistic) >= SURE_ORDER:
            return f"{name} puts {n:,} common rows in the order of {of}."
        return ""
    classes = two.groupby(one.astype(str)).nunique()
    if len(classes) > 1 and len(classes) <= n / 2 and (classes == 1).all():
        return f"{name} determines {of} on {n:,} common rows."
    return ""


def _units(data: StudyData) -> Iterator[Facts]:
    target, labels = _target(data)
    unit = data.table.task(target).unit
    for task in data.table.tasks:
        if task.unit and not is_unit(task.unit):
            yield _doubt(
                NOTE, task.name, f"The unit {task.unit!r} of {task.name} is none that can be converted.",
                "It is shown as it is; write one like 'eV' to have it checked.",
            )  # fmt: skip
        if task.name == target or "category" in (task.kind, data.table.task(target).kind):
            continue
        if task.unit and unit and not same_unit(task.unit, unit) and _is_convertible(task.unit, unit):
            yield _doubt(
                DOUBT, task.name, f"{task.name} is in {task.unit} and {target} in {unit}.",
                f'Write unit = "{unit}" under [tasks.{task.name}]: difference models need one unit.',
            )  # fmt: skip
            continue  # which explains a factor between them
        factor = _decades(data.table.labels[task.name], labels)
        if factor:
            yield _doubt(
                DOUBT, task.name,
                f"On common materials the labels of {task.name} are about {factor} times those of {target}.",
                "If that is a unit, name both units; they are then converted.",
            )  # fmt: skip


def _is_convertible(one: str, other: str) -> bool:
    from graftwood.errors import UnitMismatch
    from graftwood.reading.units import converter

    try:
        converter(one, other, place="")
    except UnitMismatch:
        return False
    return True


def _decades(other: pd.Series, target: pd.Series) -> str:
    """A factor of thousands between two columns, "" if there is none."""
    both = (other.astype(float) > 0) & (target.astype(float) > 0)
    if both.sum() < LEAST_PAIRS:
        return ""
    ratio = np.log10(other[both].astype(float) / target[both].astype(float))
    low, middle, high = np.quantile(ratio, [0.25, 0.5, 0.75])
    for power in (-6, -3, 3, 6):
        if abs(middle - power) < 0.25 and high - low < 0.5:
            return f"10^{power}" if abs(power) > 3 else ("1000" if power > 0 else "1/1000")
    return ""


def _clashes(repeats: dict[str, Facts]) -> Iterator[Facts]:
    for name, told in repeats.items():
        n = len(told["clashes"])
        if n:
            text = f"In {n:,} of {told['n_groups']:,} cases repeats of {name} disagree."
            listed = f"They are listed below by file and line; {_apart(told['told_apart'])}"
            mend = "filter rows with where, tell them apart by an input, or correct them."
            yield _doubt(DOUBT, name, text, listed + mend)


def _apart(columns: list[Facts]) -> str:
    """Say which columns of the file would tell repeats apart."""
    if not columns:
        return ""
    named = ", ".join(f"{each['column']} in {each['n']:,}" for each in columns)
    return f"columns that tell them apart: {named}; "


def _few_labels(data: StudyData) -> Iterator[Facts]:
    overlap = data.table.overlap()
    target = data.said.study.target
    for name in overlap.index:
        n = int(overlap.loc[name, name])
        if n < FEW_MATERIALS:
            what = "the comparison will hardly decide anything" if name == target else "it can teach little"
            yield _doubt(
                DOUBT, name, f"Only {n:,} materials have {name}: {what}.", "Add labels if there are any."
            )


def _rare_classes(data: StudyData) -> Iterator[Facts]:
    for rare in rare_classes(data):
        text, advice = str(rare), rare.way_out
        yield _doubt(
            DOUBT, rare.task, f"{text[0].upper()}{text[1:]}.",
            f"{advice[0].upper()}{advice[1:]}; compare and fit refuse it.",
        )  # fmt: skip


def _kinds(data: StudyData) -> Iterator[Facts]:
    for task in data.table.tasks:
        if task.kind != "real":
            continue
        labels = data.table.labels[task.name].dropna().to_numpy(dtype=float)
        zeros = float((labels == 0).mean())
        if zeros >= MANY_ZEROS and (labels >= 0).all():
            yield _doubt(
                NOTE, task.name, f"{zeros:.0%} of the labels of {task.name} are exactly 0 and none is below.",
                f'Consider kind = "nonnegative" under [tasks.{task.name}].',
            )  # fmt: skip
        elif (labels > 0).all() and np.quantile(labels, 0.95) > 100 * np.quantile(labels, 0.05):
            yield _doubt(
                NOTE, task.name, f"The labels of {task.name} are all above 0 and span several powers of ten.",
                f'Consider kind = "positive" under [tasks.{task.name}], which learns their logarithm.',
            )  # fmt: skip


def _some_std(data: StudyData) -> Iterator[Facts]:
    for name, (n_std, n_labels) in std_counts(data.table).items():
        if n_std < n_labels:
            yield _doubt(
                NOTE, name, f"Only {n_std:,} of {n_labels:,} labels of {name} have a standard deviation.",
                "Labels are weighed by them only where every label of a task has one, so these are not "
                f"used; add the others, for instance in a column named by label_std under [tasks.{name}].",
            )  # fmt: skip


def _large_std(data: StudyData) -> Iterator[Facts]:
    """Errors larger than the spread of the labels themselves, as one in another unit than it is taken for."""
    for name, (n_std, _) in std_counts(data.table).items():
        labels = data.table.labels[name].astype(float)
        spread = float(labels.std())
        if n_std < LEAST_PAIRS or data.table.label_std is None:
            continue
        stated = float(data.table.label_std[name][labels.notna()].astype(float).median())
        if stated > spread:
            unit = f" {data.table.task(name).unit}".rstrip()
            column = data.said.tasks[name].label_std
            where = f" of the column {column!r}" if column else ""
            yield _doubt(
                DOUBT, name, f"Standard deviations of labels of {name} have the median {stated:.3g}{unit}, "
                f"more than the {spread:.3g}{unit} by which the labels themselves spread.",
                f"Check the unit{where}: where none is written, it is that of the labels' column.",
            )  # fmt: skip


def _no_overlap(data: StudyData) -> Iterator[Facts]:
    overlap, target = data.table.overlap(), data.said.study.target
    for name in overlap.index:
        if name != target and overlap.loc[name, target] == 0:
            yield _doubt(
                DOUBT, name, f"No material has both {name} and {target}.",
                "Check that the inputs of both files are written alike; a source without common materials "
                "can hardly be related to the target.",
            )  # fmt: skip
