"""The comparison as the page shows it: one row per architecture, regime and subset.

Reads the long table of the study and turns it round; nothing is computed anew but
the order of the rows and the decimals of the columns.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from graftwood.errors import GraftwoodError
from graftwood.report.numbers import decimals_for, plain
from graftwood.report.words import REGIMES, architecture_words, in_order, meaning_of, regime_words
from graftwood.study.records import StudyRecords

Summary = dict[str, Any]

#: metric -> (name, what it means, how it is written, whether it has the target's unit)
METRICS = {
    "mae": ("MAE", "mean absolute error", "number", True),
    "rmse": ("RMSE", "root mean square error", "number", True),
    "ndme": ("NDME", "RMSE divided by the standard deviation of the labels", "number", False),
    "coverage_68": ("In 68 % bars", "share of labels within the 68 % error bar", "percent", False),
    "coverage_90": ("In 90 % bars", "share of labels within the 90 % error bar", "percent", False),
}


def comparison_summary(records: StudyRecords, unit: str) -> Summary:
    """Return subsets, columns and rows of the comparison of the target.

    Parameters
    ----------
    records : StudyRecords
        The finished study.
    unit : str
        Unit of the target.

    Returns
    -------
    dict
        subsets, regimes, columns, rows, architectures, best; ``rows[i][metric]`` is
        ``{"value", "error"}`` with None for what is missing.

    Raises
    ------
    GraftwoodError
        The comparison has no mean absolute error of the target.
    """
    table = records.comparison[records.comparison["task"] == records.target]
    if not (table["metric"] == "mae").any():
        raise GraftwoodError(
            f"summarise: the comparison has no metric 'mae' of task {records.target!r}; a report needs it."
        )
    subsets = sorted(table["subset"].unique(), key=lambda name: (name != "all", name))
    regimes = _known_first(list(table["regime"].unique()))
    architectures = _best_first(table, subsets[0])
    cells = table.set_index(["subset", "architecture", "regime", "metric"]).sort_index()
    rows = [
        _row(cells, subset, architecture, regime, records.best)
        for subset in subsets
        for architecture in architectures
        for regime in regimes
        if (subset, architecture, regime, "mae") in cells.index
    ]
    return {
        "subsets": [
            {"key": name, "n": max(row["n"] for row in rows if row["subset"] == name)} for name in subsets
        ],
        "regimes": [{"key": key, "name": regime_words(key)[0]} for key in regimes],
        "columns": _columns(rows, unit),
        "rows": rows,
        "architectures": [_architecture(key) for key in architectures],
        "best": dict(records.best),
    }


def find_row(
    comparison: Summary, architecture: str, regime: str, subset: str | None = None
) -> Summary | None:
    """Return one row of the summary's comparison, of the first subset when none is named."""
    subset = comparison["subsets"][0]["key"] if subset is None else subset
    wanted = (architecture, regime, subset)
    rows = (
        row for row in comparison["rows"] if (row["architecture"], row["regime"], row["subset"]) == wanted
    )
    return next(rows, None)


def _known_first(regimes: list[str]) -> list[str]:
    order = list(REGIMES)
    return sorted(regimes, key=lambda key: order.index(key) if key in order else len(order))


def _best_first(table: pd.DataFrame, subset: str) -> list[str]:
    """Sort by error, those without a source below the rest and single last of all."""
    chosen = table[(table["metric"] == "mae") & (table["subset"] == subset)]
    error = chosen.groupby("architecture")["value"].min()
    return sorted(
        in_order(list(error.index)),
        key=lambda key: (architecture_words(key).is_control, key == "single", error[key]),
    )


def _architecture(key: str) -> Summary:
    words = architecture_words(key)
    return {
        "key": key,
        "label": words.label,
        "meaning": meaning_of(key),
        "is_control": words.is_control,
        "light": words.light,
        "dark": words.dark,
    }


def _row(cells: pd.DataFrame, subset: str, architecture: str, regime: str, best: dict[str, str]) -> Summary:
    words = architecture_words(architecture)
    row: Summary = {
        "subset": subset,
        "architecture": architecture,
        "label": words.label,
        "is_control": words.is_control,
        "regime": regime,
        "regime_name": regime_words(regime)[0],
        "is_best": best.get(regime) == architecture,
    }
    for metric in [*METRICS, "r2"]:
        key: Any = (subset, architecture, regime, metric)
        cell = cells.loc[key] if key in cells.index else None
        row[metric] = _cell(cell, "value", "standard_error")
        if metric == "mae" and cell is not None:
            row["n"] = int(cell["n_test"])
            gain = _cell(cell, "gain_over_single", "gain_standard_error")
            row["gain"] = {"value": None, "error": None} if architecture == "single" else gain
    return row


def _cell(cell: pd.Series | None, value: str, error: str) -> Summary:
    if cell is None:
        return {"value": None, "error": None}
    return {"value": plain(cell[value]), "error": plain(cell[error])}


def _columns(rows: list[Summary], unit: str) -> list[Summary]:
    known = {
        "mae": METRICS["mae"],
        "gain": ("Gain over single", "how much lower the MAE is, paired by material", "signed", True),
        **{metric: METRICS[metric] for metric in list(METRICS)[1:]},
    }
    columns = []
    for key, (name, meaning, style, has_unit) in known.items():
        values = [row[key]["value"] for row in rows if row[key]["value"] is not None]
        errors = [row[key]["error"] for row in rows if row[key]["error"] is not None]
        if values:
            decimals = 1 if style == "percent" else decimals_for(values, errors)
            shown_unit = "%" if style == "percent" else unit if has_unit else ""
            columns.append(
                {
                    "key": key,
                    "name": name,
                    "meaning": meaning,
                    "style": style,
                    "unit": shown_unit,
                    "decimals": decimals,
                }
            )
    by_key = {column["key"]: column for column in columns}
    if "gain" in by_key:
        by_key["gain"]["decimals"] = by_key["mae"]["decimals"]
    return columns
