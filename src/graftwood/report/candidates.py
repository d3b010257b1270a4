"""The predictions as the page shows them: one row per candidate, none left out in silence.

A long table is cut for the page, and the summary says of how many rows; rows with a
problem stay rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

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
        n, n_shown, n_problems, decimals, axis (None without a prediction), known_tasks,
        other_tasks (with unit and decimals), rows (formula, known, value, spread, low, high, others,
        problem), and columns and table (the frame itself, for download).

    Raises
    ------
    MissingColumn
        A column of the target's predictions is missing.
    """
    frame = records.predictions
    if not len(frame):
        return {"n": 0, "n_shown": 0, "n_problems": 0, "rows": []}
    _require_columns(frame, records.target)
    units = {task.name: task.unit for task in records.tasks}
    known = [name for name in units if f"{name}_known" in frame.columns]
    others = [name for name in units if name != records.target and f"{name}_spread" in frame.columns]
    shown = frame.iloc[:MAX_ROWS]
    problems = frame["problem"].fillna("").astype(str)
    return {
        "n": len(frame),
        "n_shown": len(shown),
        "n_problems": int((problems != "").sum()),
        "decimals": _decimals(shown, records.target),
        "axis": _axis(shown, records.target),
        "known_tasks": [_task(shown, name, f"{name}_known", units[name]) for name in known],
        "other_tasks": [_task(shown, name, name, units[name]) for name in others],
        "rows": [_row(row, records.target, known, others) for _, row in shown.iterrows()],
        "columns": [str(column) for column in frame.columns],
        "table": [[_cell(value) for value in row] for row in shown.itertuples(index=False, name=None)],
    }


def _require_columns(frame: pd.DataFrame, target: str) -> None:
    needed = ["formula", *(f"{target}{part}" for part in _PARTS), "problem"]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise MissingColumn(f"summarise: the predictions lack the columns {', '.join(missing)}.")


def _row(row: pd.Series, target: str, known: list[str], others: list[str]) -> Summary:
    value, spread, low, high = (plain(row[f"{target}{part}"]) for part in _PARTS)
    problem = row["problem"]
    return {
        "formula": str(row["formula"]),
        "known": {name: plain(row[f"{name}_known"]) for name in known},
        "value": value,
        "spread": spread,
        "low": low,
        "high": high,
        "others": {
            name: {"value": plain(row[name]), "spread": plain(row[f"{name}_spread"])} for name in others
        },
        "problem": "" if pd.isna(problem) else str(problem),
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


def _task(frame: pd.DataFrame, name: str, column: str, unit: str) -> Summary:
    return {"name": name, "unit": unit, "decimals": min(3, _decimals(frame, column))}


def _cell(value: Any) -> str | float | None:
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    return float(value) if isinstance(value, float) or hasattr(value, "dtype") else str(value)
