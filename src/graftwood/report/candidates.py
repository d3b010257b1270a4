"""The predictions as the page shows them: one row per candidate, none left out in silence.

A long table is cut for the page, and the summary says of how many rows; rows with a
problem stay rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from graftwood.data.table import Task
from graftwood.errors import MissingColumn
from graftwood.report.numbers import decimals_for, even_axis, plain
from graftwood.study.records import StudyRecords

Summary = dict[str, Any]

#: More rows than this are left to predictions.csv.
MAX_ROWS = 1000

_PARTS = ("", "_spread", "_low", "_high")


def candidates_summary(records: StudyRecords) -> Summary:
    """Return the candidates' predictions, their axis and how many there are.

    Parameters
    ----------
    records : StudyRecords
        The finished study; predictions without rows give a summary without rows.

    Returns
    -------
    dict
        n, n_shown, n_problems, decimals, axis (None without a prediction or of a category),
        known_tasks, other_tasks (with unit, decimals and is_class), rows (formula, known, value, others,
        problem, and spread, low, high of a number, probability and next, the second class and its
        probability, of a category), and columns and table (the frame itself, for download).

    Raises
    ------
    MissingColumn
        A column of the target's predictions is missing.
    """
    frame = records.predictions
    if not len(frame):
        return {"n": 0, "n_shown": 0, "n_problems": 0, "rows": []}
    tasks = {task.name: task for task in records.tasks}
    target = tasks[records.target]
    _require_columns(frame, target)
    known = [name for name in tasks if f"{name}_known" in frame.columns]
    others = [
        name for name, task in tasks.items()
        if task is not target and (f"{name}_spread" in frame.columns or _odds(frame, task))
    ]  # fmt: skip
    shown = frame.iloc[:MAX_ROWS]
    is_class = target.kind == "category"
    problems = frame["problem"].fillna("").astype(str)
    return {
        "n": len(frame),
        "n_shown": len(shown),
        "n_problems": int((problems != "").sum()),
        "decimals": 2 if is_class else _decimals(shown, target.name),
        "axis": None if is_class else _axis(shown, target.name),
        "known_tasks": [_task(shown, tasks[name], f"{name}_known") for name in known],
        "other_tasks": [_task(shown, tasks[name], name) for name in others],
        "rows": [
            _row(row, target, [tasks[name] for name in known], [tasks[name] for name in others])
            for _, row in shown.iterrows()
        ],
        "columns": [str(column) for column in frame.columns],
        "table": [[_cell(value) for value in row] for row in shown.itertuples(index=False, name=None)],
    }


def _require_columns(frame: pd.DataFrame, target: Task) -> None:
    parts = ("",) if target.kind == "category" else _PARTS
    needed = ["formula", *(f"{target.name}{part}" for part in parts), "problem"]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise MissingColumn(f"summarise: the predictions lack the columns {', '.join(missing)}.")


def _odds(frame: pd.DataFrame | pd.Series, task: Task) -> dict[str, str]:
    """Classes of a category and the columns of their probabilities."""
    prefix = f"{task.name}_probability_"
    columns = frame.columns if isinstance(frame, pd.DataFrame) else frame.index
    found = {str(c).removeprefix(prefix): str(c) for c in columns if str(c).startswith(prefix)}
    return found if task.kind == "category" else {}


def _row(row: pd.Series, target: Task, known: list[Task], others: list[Task]) -> Summary:
    problem = row["problem"]
    return {
        "formula": str(row["formula"]),
        "known": {task.name: _value(row[f"{task.name}_known"], task) for task in known},
        **_prediction(row, target),
        "others": {task.name: _prediction(row, task) for task in others},
        "problem": "" if pd.isna(problem) else str(problem),
    }


def _value(cell: Any, task: Task) -> str | float | None:
    if task.kind != "category":
        return plain(cell)
    return None if pd.isna(cell) else str(cell)


def _prediction(row: pd.Series, task: Task) -> Summary:
    """A number with its error bar, or a class with its probability and the next one's."""
    if task.kind != "category":
        parts = zip(("value", "spread", "low", "high"), _PARTS, strict=True)
        return {name: plain(row.get(f"{task.name}{part}", np.nan)) for name, part in parts}
    said = None if pd.isna(row[task.name]) else str(row[task.name])
    odds = {name: plain(row[column]) or 0.0 for name, column in _odds(row, task).items()}
    rest = sorted((name for name in odds if name != said), key=lambda name: -odds[name])
    is_next = said is not None and bool(rest)
    return {
        "value": said,
        "probability": None if said is None else odds.get(said),
        "next": {"name": rest[0], "probability": odds[rest[0]]} if is_next else None,
    }


def _axis(frame: pd.DataFrame, target: str) -> Summary | None:
    ends = frame[[f"{target}_low", f"{target}_high"]].to_numpy(dtype=float)
    known = ends[np.isfinite(ends)]
    return even_axis(float(known.min()), float(known.max()), n_ticks=7) if len(known) else None


def _decimals(frame: pd.DataFrame, name: str) -> int:
    spread = f"{name}_spread"
    errors = list(frame[spread].astype(float)) if spread in frame.columns else []
    # A spread of 0.4 asks for one decimal; a second one lets neighbours be told apart.
    return (
        min(3, decimals_for([], errors) + 1) if errors else decimals_for(list(frame[name].astype(float)), [])
    )


def _task(frame: pd.DataFrame, task: Task, column: str) -> Summary:
    is_class = task.kind == "category"
    decimals = 0 if is_class else min(3, _decimals(frame, column))
    return {"name": task.name, "unit": task.unit, "decimals": decimals, "is_class": is_class}


def _cell(value: Any) -> str | float | None:
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    return float(value) if isinstance(value, float) or hasattr(value, "dtype") else str(value)
