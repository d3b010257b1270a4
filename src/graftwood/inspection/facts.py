"""From a study's data to one plain dict that holds all that an inspection says.

Every number that terminal and page show is in it, and it goes through JSON unchanged.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graftwood.data import std_counts
from graftwood.inspection.coverage import coverage_of, keys_of, spellings_of
from graftwood.inspection.doubts import doubts_of
from graftwood.inspection.repeats import repeats_of
from graftwood.reading import StudyData
from graftwood.reading.cells import READINGS
from graftwood.reading.task_rows import TaskRows, place_of
from graftwood.reading.units import split_header

Facts = dict[str, Any]
N_BINS = 24

MEANINGS = {
    "uncertainty": "read as value and standard deviation",
    "range": "read as its middle, with its width / √12 as standard deviation",
    "limit": "left out: a limit is no value",
    "approximate": "read as the value",
    "unit": "converted from the unit in the cell",
    "missing": "taken for an empty cell",
    "unreadable": "left out: no number",
}


def inspect_study(data: StudyData) -> Facts:
    """Return what an inspection says.

    Parameters
    ----------
    data : StudyData

    Returns
    -------
    dict
        title, file, target, n_materials, n_rows, material, inputs, tasks, overlap, coverage, repeats,
        spellings, split_compositions, cells, conversions, problems, doubts; only text, numbers, None,
        lists and dicts.

    Examples
    --------
    ``inspect_study(read_study("study.toml"))["doubts"]``
    """
    table = data.table
    repeats = {name: repeats_of(data, name) for name in data.tasks}
    return {
        "title": data.said.study.title,
        "file": str(data.path),
        "target": data.said.study.target,
        "material": list(data.said.study.material),
        "n_rows": table.n_rows,
        "n_materials": len(set(table.materials)),
        "inputs": [_input(data, name) for name in data.inputs],
        "tasks": [_task(data, name, rows) for name, rows in data.tasks.items()],
        "overlap": _overlap(data),
        "coverage": coverage_of(data),
        "repeats": repeats,
        "spellings": spellings_of(data),
        "split_compositions": keys_of(data),
        "cells": _cells(data),
        "conversions": [told for rows in data.tasks.values() for told in rows.conversions],
        "problems": [_problem(line) for line in table.problems.itertuples()],
        "doubts": doubts_of(data, repeats),
    }


def _input(data: StudyData, name: str) -> Facts:
    told, cells = data.inputs[name], data.table.inputs[name]
    files = [rows.source.file for rows in data.tasks.values() if name in rows.source.input_columns]
    return {
        "name": name,
        "kind": told.kind,
        "unit": told.unit,
        "files": list(dict.fromkeys(files)),
        "n_missing": int(cells.isna().sum()),
        "n_distinct": int(cells.nunique()),
    }


def _task(data: StudyData, name: str, rows: TaskRows) -> Facts:
    task, section = data.table.task(name), data.said.tasks[name]
    labels = data.table.labels[name].dropna()
    materials = data.table.materials[data.table.labels[name].notna().to_numpy()]
    n_std, _ = std_counts(data.table).get(name, (0, len(labels)))
    facts: Facts = {
        "name": name,
        "kind": task.kind,
        "unit": task.unit,
        "source": task.source,
        "file": section.file,
        "column": section.column,
        "where": section.where,
        "repeats": section.repeats,
        "same_as": list(task.same_as),
        "is_target": name == data.said.study.target,
        "n_rows": rows.n_rows,
        "n_filtered": rows.n_filtered,
        "n_cells": int(rows.source.frame[name].notna().sum()),
        "n_labels": len(labels),
        "n_materials": len(set(materials)),
        "n_std": n_std,
        "is_weighed": 0 < n_std == len(labels),
    }
    if task.kind == "category":
        counts = labels.value_counts()
        return {**facts, "classes": [{"class": str(key), "n": int(n)} for key, n in counts.items()]}
    return {**facts, **_distribution(labels.to_numpy(dtype=float))}


def _distribution(labels: np.ndarray) -> Facts:
    low, high = float(labels.min()), float(labels.max())
    counts, edges = _histogram(labels, low, high)
    quartiles = np.quantile(labels, [0.25, 0.5, 0.75])
    return {
        "low": low,
        "high": high,
        "quartiles": [float(value) for value in quartiles],
        "n_zeros": int((labels == 0).sum()),
        "n_negative": int((labels < 0).sum()),
        "bins": [int(count) for count in counts],
        "edges": [float(edge) for edge in edges],
    }


def _histogram(labels: np.ndarray, low: float, high: float) -> tuple[Any, Any]:
    """Counts and edges; labels that floats can hardly tell apart are in one bin."""
    if not high - low > 2 * N_BINS * np.spacing(max(abs(low), abs(high))) or not np.isfinite(high - low):
        return [len(labels)], [low, high]
    return np.histogram(labels, bins=N_BINS)


def _overlap(data: StudyData) -> Facts:
    overlap = data.table.overlap()
    return {"tasks": list(overlap.index), "counts": [[int(n) for n in row] for row in overlap.to_numpy()]}


def _cells(data: StudyData) -> list[Facts]:
    """Cells that are neither plain numbers nor empty, by task, column and way of reading."""
    notes = data.notes
    groups = []
    for (task, column, file, read_as), lines in notes.groupby(
        ["task", "column", "file", "read_as"], sort=False
    ):
        groups.append(
            {
                "task": str(task),
                "column": str(column),
                "file": str(file),
                "read_as": str(read_as),
                "meaning": _meaning(data, str(task), str(column), str(read_as)),
                "n": len(lines),
                "lines": [_cell(line) for line in lines.itertuples()],
            }
        )
    return sorted(groups, key=lambda group: READINGS.index(str(group["read_as"])))


def _meaning(data: StudyData, task: str, column: str, read_as: str) -> str:
    if read_as == "limit" and data.said.tasks[task].limits == "use the limit":
        is_label = column in (data.said.tasks[task].column, _label_header(data, task))
        return "read as the limit itself, as the study says" if is_label else MEANINGS[read_as]
    return MEANINGS[read_as]


def _label_header(data: StudyData, task: str) -> str:
    columns = data.notes.query("task == @task")["column"].unique()
    wanted = data.said.tasks[task].column
    return next((str(column) for column in columns if split_header(str(column))[0] == wanted), wanted)


def _cell(line: Any) -> Facts:
    return {
        "place": place_of(Path(line.file), line.row),
        "cell": line.cell,
        "value": _plain(line.value),
        "std": _plain(line.std),
        "limit": line.limit,
        "low": _plain(line.low),
        "high": _plain(line.high),
    }


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _problem(line: Any) -> Facts:
    return {
        "place": place_of(Path(line.source), line.row),
        "cell": "" if pd.isna(line.input) else str(line.input),
        "problem": str(line.problem),
    }
