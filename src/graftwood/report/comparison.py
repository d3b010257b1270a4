"""The comparison as the page shows it: one row per architecture, regime and subset.

Reads the long table of the study and turns it round; nothing is computed anew but
the order of the rows and the decimals of the columns.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from graftwood.errors import GraftwoodError
from graftwood.report.measures import Measure, measures_of
from graftwood.report.numbers import decimals_for, plain
from graftwood.report.words import REGIMES, architecture_words, in_order, meaning_of, regime_words
from graftwood.study.records import StudyRecords

Summary = dict[str, Any]


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
        measure (the headline: key, name, meaning, axis, short_axis, lower_is_better), subsets,
        regimes, columns, rows, architectures, best; ``rows[i][metric]`` is ``{"value", "error"}``
        with None for what is missing, and ``rows[i]["main"]`` that of the headline.

    Raises
    ------
    GraftwoodError
        The comparison has neither a mean absolute error nor an accuracy of the target.
    """
    table = records.comparison[records.comparison["task"] == records.target]
    measures = measures_of(list(table["metric"].unique()))
    if not measures:
        raise GraftwoodError(
            f"summarise: the comparison has neither metric 'mae' nor 'accuracy' of task {records.target!r}; "
            "a report needs one."
        )
    main = measures[0]
    subsets = sorted(table["subset"].unique(), key=lambda name: (name != "all", name))
    regimes = _known_first(list(table["regime"].unique()))
    architectures = _best_first(table, subsets[0], main)
    cells = table.set_index(["subset", "architecture", "regime", "metric"]).sort_index()
    rows = [
        _row(cells, (subset, architecture, regime), measures, records.best)
        for subset in subsets
        for architecture in architectures
        for regime in regimes
        if (subset, architecture, regime, main.key) in cells.index
    ]
    return {
        "measure": {
            "key": main.key,
            "name": main.name,
            "meaning": main.meaning,
            "axis": main.axis(unit),
            "short_axis": main.axis(unit, is_short=True),
            "lower_is_better": main.lower_is_better,
        },
        "subsets": [
            {"key": name, "n": max(row["n"] for row in rows if row["subset"] == name)} for name in subsets
        ],
        "regimes": [{"key": key, "name": regime_words(key)[0]} for key in regimes],
        "columns": _columns(rows, measures, unit),
        "rows": rows,
        "architectures": [_architecture(key) for key in architectures],
        "best": dict(records.best),
    }


def find_row(comparison: Summary, architecture: str, regime: str) -> Summary | None:
    """Return one row of the summary's comparison, of the first subset."""
    wanted = (architecture, regime, comparison["subsets"][0]["key"])
    rows = (
        row for row in comparison["rows"] if (row["architecture"], row["regime"], row["subset"]) == wanted
    )
    return next(rows, None)


def _known_first(regimes: list[str]) -> list[str]:
    order = list(REGIMES)
    return sorted(regimes, key=lambda key: order.index(key) if key in order else len(order))


def _best_first(table: pd.DataFrame, subset: str, main: Measure) -> list[str]:
    """Sort by the headline, those without a source below the rest and single last of all."""
    chosen = table[(table["metric"] == main.key) & (table["subset"] == subset)]
    sign = 1 if main.lower_is_better else -1
    error = (sign * chosen.set_index("architecture")["value"]).groupby(level=0).min()
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


def _row(
    cells: pd.DataFrame, where: tuple[str, str, str], measures: tuple[Measure, ...], best: dict[str, str]
) -> Summary:
    subset, architecture, regime = where
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
    for metric in [*(measure.key for measure in measures), "r2"]:
        key: Any = (*where, metric)
        row[metric] = _cell(cells.loc[key] if key in cells.index else None, "value", "standard_error")
    headline: Any = (*where, measures[0].key)
    main = cells.loc[headline]
    row["main"], row["n"] = row[measures[0].key], int(main["n_test"])
    gain = _cell(main, "gain_over_single", "gain_standard_error")
    row["gain"] = {"value": None, "error": None} if architecture == "single" else gain
    return row


def _cell(cell: pd.Series | None, value: str, error: str) -> Summary:
    if cell is None:
        return {"value": None, "error": None}
    return {"value": plain(cell[value]), "error": plain(cell[error])}


def _columns(rows: list[Summary], measures: tuple[Measure, ...], unit: str) -> list[Summary]:
    main = measures[0]
    direction = "lower" if main.lower_is_better else "higher"
    meaning = f"how much {direction} the {main.name} is, paired by material"
    gain = Measure("gain", "Gain over single", meaning, "signed", main.has_unit)
    columns = []
    for measure in (main, gain, *measures[1:]):
        values = [row[measure.key]["value"] for row in rows if row[measure.key]["value"] is not None]
        errors = [row[measure.key]["error"] for row in rows if row[measure.key]["error"] is not None]
        if values:
            is_share = measure.style == "percent"
            columns.append(
                {
                    "key": measure.key,
                    "name": measure.name,
                    "meaning": measure.meaning,
                    "style": measure.style,
                    "unit": "%" if is_share else unit if measure.has_unit else "",
                    "decimals": 1 if is_share else decimals_for(values, errors),
                }
            )
    by_key = {column["key"]: column for column in columns}
    if "gain" in by_key:
        by_key["gain"]["decimals"] = by_key[main.key]["decimals"]
    return columns
