"""Repeats: how often one thing was measured several times, and where the values disagree.

A disagreement is never refused: it is listed, with the place of every value.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graftwood.data.spelling import as_spelling
from graftwood.features.formula import read_formulas
from graftwood.reading import StudyData
from graftwood.reading.task_rows import place_of

Facts = dict[str, Any]
MOST_VALUES = 30  # of a column that may tell repeats apart; more make it a counter or a note
SHARE = 0.5  # of the labels' standard deviation: what counts as a clash where the study does not say


def repeats_of(data: StudyData, name: str) -> Facts:
    """Return the repeats of a task and their clashes, the largest first.

    Parameters
    ----------
    data : StudyData
    name : str
        The task's.

    Returns
    -------
    dict
        n_groups (several labels for equal inputs), n_labels in them, median_spread (of largest minus
        smallest, None for classes), threshold, is_default, clashes (shown, n, low, high, spread, labels with
        place and value).

    Notes
    -----
    Without ``clash`` in the study file, a clash is a spread above half the standard deviation of
    the task's labels.
    """
    rows, by = _rows(data, name)
    group = rows.groupby(by, dropna=False, sort=False)["label"].transform("size")
    several = rows[group > 1]
    is_category = data.table.task(name).kind == "category"
    given = data.said.tasks[name].clash
    threshold = None if is_category else given or SHARE * _scale(rows["label"])
    found = [_group(lines, by, is_category) for _, lines in several.groupby(by, dropna=False, sort=False)]
    limit = 1 if threshold is None else threshold
    clashes = sorted((each for each in found if each["spread"] > limit), key=lambda each: -each["spread"])
    spreads = [each["spread"] for each in found]
    told_apart = _told_apart(data.tasks[name].beside, rows, by, limit, is_category) if clashes else []
    return {
        "n_groups": len(found),
        "n_labels": len(several),
        "merged_by": data.said.tasks[name].repeats,
        "median_spread": None if is_category or not spreads else float(np.median(spreads)),
        "threshold": threshold,
        "is_default": given is None,
        "clashes": clashes,
        "told_apart": told_apart,
    }


def _told_apart(
    beside: pd.DataFrame, rows: pd.DataFrame, by: list[str], limit: float, is_category: bool
) -> list[Facts]:
    """Columns that the study does not use and that tell clashing repeats apart, the best first.

    A clash is told apart by a column when no clash is left among rows that have equal cells there.
    """
    clashing = rows[rows.groupby(by, dropna=False)["label"].transform(_spread(is_category)) > limit]
    n_groups = clashing.groupby(by, dropna=False).ngroups
    found = []
    for column in beside.columns:
        cells = beside[column].reindex(clashing.index).astype(str)
        if not 1 < cells.nunique() <= max(MOST_VALUES, len(cells) // 4):
            continue
        finer = [*by, "cell"]
        left = clashing.assign(cell=cells).groupby(finer, dropna=False)["label"].agg(_spread(is_category))
        still = (left > limit).groupby(level=list(range(len(by))), dropna=False).any()
        if (~still).sum() * 4 >= n_groups:
            found.append({"column": str(column), "n": int((~still).sum())})
    return sorted(found, key=lambda each: -int(str(each["n"])))[:3]


def _spread(is_category: bool) -> Any:
    if is_category:
        return lambda labels: labels.nunique()
    return lambda labels: labels.max() - labels.min()


def _rows(data: StudyData, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Labelled rows of a task; compositions stand for their formulas."""
    source = data.tasks[name].source
    frame = source.frame[source.frame[name].notna()]
    by = [f"input {column}" for column in source.input_columns]
    columns: dict[str, Any] = {}
    shown = pd.Series("", index=frame.index)
    for column, key in zip(source.input_columns, by, strict=True):
        cells = frame[column]
        if data.inputs[column].kind == "composition":
            texts = as_spelling(cells)
            unique = list(texts.unique())
            keys = dict(zip(unique, read_formulas(unique).materials, strict=True))
            columns[key] = texts.map(keys)
        else:
            columns[key] = cells
        unit = data.inputs[column].unit
        said = cells.map(lambda cell: f"{cell:g}" if isinstance(cell, float) else str(cell))
        said = (
            said if data.inputs[column].kind == "composition" else f"{column} " + said + f" {unit}".rstrip()
        )
        shown = shown.where(cells.isna(), shown + ", " + said)
    rows = pd.DataFrame({**columns, "label": frame[name]})
    rows["shown"] = shown.str.removeprefix(", ")
    rows["place"] = [place_of(Path(source.file), row) for row in frame.index]
    readable = [
        key for column, key in zip(source.input_columns, by, strict=True) if column in data.compositions
    ]
    return rows[(rows[readable] != "").all(axis=1)] if readable else rows, by


def _scale(labels: pd.Series) -> float:
    # Of labels near the largest float, twice of which is none, nothing clashes.
    with np.errstate(over="ignore"):
        spread = float(labels.astype(float).std()) if len(labels) > 1 else 0.0
    return min(spread, float(np.finfo(float).max))


def _group(lines: pd.DataFrame, by: list[str], is_category: bool) -> Facts:
    labels = lines["label"]
    if is_category:
        low, high, spread = None, None, float(labels.nunique())
    else:
        low, high = float(labels.min()), float(labels.max())
        spread = high - low
    shown = min(lines["shown"], key=lambda text: (len(text), text))
    order = lines.sort_values("label", kind="stable")
    values = [str(label) if is_category else float(label) for label in order["label"]]
    return {
        "shown": shown,
        "n": len(lines),
        "low": low,
        "high": high,
        "spread": spread,
        "labels": [
            {"place": place, "value": value} for place, value in zip(order["place"], values, strict=True)
        ],
    }
