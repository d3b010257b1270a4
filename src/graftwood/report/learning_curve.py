"""The learning curve as the page draws it: error against the number of the target's labels, per regime."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from graftwood.report.numbers import decimals_for, even_axis, plain
from graftwood.report.words import architecture_words, regime_words

Summary = dict[str, Any]
METRICS = {"mae": "Mean absolute error", "log_loss": "Log loss"}


def curve_summary(curve: pd.DataFrame | None, unit: str) -> Summary | None:
    """Return the curves of every regime, with the places of points in per cent of the drawing.

    Parameters
    ----------
    curve : DataFrame or None
        As `graftwood.study.learning_curve.learning_curve` gives it.
    unit : str
        Of the target.

    Returns
    -------
    dict or None
        metric, unit, decimals, sizes (n and x), axis (of the error), panels: list of regime,
        name and lines: list of key, label, light, dark, is_again (a colour that is
        drawn already) and points (n, value, error, x, y, low, high).
    """
    if curve is None or not len(curve):
        return None
    metric = next(name for name in METRICS if name in set(curve["metric"]))
    lines = curve[(curve["metric"] == metric) & curve["value"].notna()]
    sizes = sorted(int(n) for n in lines["n_labels"].unique())
    ends = pd.concat([lines["value"] + lines["standard_error"], lines["value"] - lines["standard_error"]])
    axis: Any = even_axis(max(0.0, float(ends.min())), float(ends.max()))
    return {
        "metric": METRICS[metric],
        "unit": unit if metric == "mae" else "",
        "decimals": decimals_for(list(lines["value"]), list(lines["standard_error"])),
        "sizes": [{"n": n, "x": _across(n, sizes)} for n in sizes],
        "axis": axis,
        "ticks": [{"value": tick, "y": _down(tick, axis)} for tick in axis["ticks"]],
        "panels": [_panel(str(key), part, sizes, axis) for key, part in lines.groupby("regime", sort=False)],
    }


def _panel(regime: str, lines: pd.DataFrame, sizes: list[int], axis: Any) -> Summary:
    drawn = [_line(str(key), part, sizes, axis) for key, part in lines.groupby("architecture", sort=False)]
    for place, line in enumerate(drawn):  # two of one colour are told apart by their strokes
        line["is_again"] = any(line["light"] == before["light"] for before in drawn[:place])
    return {
        "regime": regime,
        "name": regime_words(regime)[0],
        "condition": regime_words(regime)[2],
        "lines": drawn,
    }


def _line(key: str, part: pd.DataFrame, sizes: list[int], axis: Any) -> Summary:
    words = architecture_words(key)
    points = []
    for row in part.sort_values("n_labels").itertuples():
        value, error = float(row.value), plain(row.standard_error)  # type: ignore[arg-type]
        points.append(
            {
                "n": int(row.n_labels),  # type: ignore[arg-type]
                "value": value,
                "error": error,
                "x": _across(int(row.n_labels), sizes),  # type: ignore[arg-type]
                "y": _down(value, axis),
                "low": _down(value - (error or 0.0), axis),
                "high": _down(value + (error or 0.0), axis),
            }
        )
    return {"key": key, "label": words.label, "light": words.light, "dark": words.dark, "points": points}


def _across(n: int, sizes: list[int]) -> float:
    """Place on a logarithmic axis, in per cent, with room at both ends."""
    if len(sizes) == 1:
        return 50.0
    share = math.log(n / sizes[0]) / math.log(sizes[-1] / sizes[0])
    return round(10 + 82 * share, 2)


def _down(value: float, axis: Any) -> float:
    share = (value - axis["low"]) / (axis["high"] - axis["low"])
    return round(92 - 86 * min(1.0, max(0.0, share)), 2)
