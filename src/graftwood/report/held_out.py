"""What held-out materials tell: predictions beside labels, and how honest the error bars are.

Both are computed here from the held-out rows themselves, so that a reader can check
them against each other; drawing is left to ``plots.py``.
"""

from __future__ import annotations

import math
from html import escape
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graftwood.metrics import coverage_of_transform
from graftwood.report.comparison import find_row
from graftwood.report.numbers import even_axis, plain, shortened
from graftwood.report.words import architecture_words, regime_words
from graftwood.study.records import StudyRecords

Summary = dict[str, Any]

#: More points than this are thinned out evenly, so that the page stays small and quick.
MAX_POINTS = 6000

#: Promised shares of the error-bar check.
LEVELS = tuple(round(0.05 * step, 2) for step in range(1, 20))

#: Observed share within one spread that counts as what was promised (68 %).
HONEST = (0.63, 0.73)

N_MISSES = 7


def parity_summary(records: StudyRecords, comparison: Summary) -> list[Summary]:
    """Return, per regime, labels and predictions of the best architecture.

    Parameters
    ----------
    records : StudyRecords
        The finished study.
    comparison : dict
        The summary's comparison, whose MAE and R2 are repeated here.

    Returns
    -------
    list of dict
        regime, architecture, n, n_shown, n_missing, formula, beside (spread and what was known),
        label, prediction, spread (lists in the target's unit), axis, misses (largest errors first).
    """
    parts = []
    for regime in comparison["regimes"]:
        architecture = records.best.get(regime["key"], "")
        rows, n_missing = _rows(records.held_out, architecture, regime["key"])
        if len(rows):
            row = find_row(comparison, architecture, regime["key"]) or {}
            parts.append(
                {
                    "regime": regime["key"],
                    "regime_name": regime["name"],
                    "architecture": architecture,
                    "architecture_label": architecture_words(architecture).label,
                    "n": len(rows),
                    "n_missing": n_missing,
                    "mae": row.get("mae", {}).get("value"),
                    "r2": row.get("r2", {}).get("value"),
                    **_points(rows),
                    "misses": _misses(rows),
                }
            )
    for part in parts:
        part["axis"] = even_axis(min(p["low"] for p in parts), max(p["high"] for p in parts), n_ticks=9)
    return parts


def error_bar_summary(records: StudyRecords, comparison: Summary) -> list[Summary]:
    """Return, per regime, the observed share within every promised interval.

    A label lies within the interval of level p when its error is at most z spreads, with z the
    normal quantile at (1 + p) / 2; of a nonnegative target it counts where it is in the middle of
    its predicted mixture of zero and a value.

    Parameters
    ----------
    records : StudyRecords
        The finished study.
    comparison : dict
        The summary's comparison, for the order of architectures.

    Returns
    -------
    list of dict
        regime, levels, curves (architecture, observed, is_best), and of the best architecture n,
        within_68, within_90, standard_error_68, judgement.
    """
    parts = []
    for regime in comparison["regimes"]:
        curves = [
            _curve(records, architecture["key"], regime["key"])
            for architecture in comparison["architectures"]
        ]
        curves = [curve for curve in curves if curve["n"]]
        best = next((curve for curve in curves if curve["is_best"]), None)
        if curves:
            part = {"regime": regime["key"], "regime_name": regime["name"], "levels": list(LEVELS)}
            parts.append(
                {**part, "curves": curves, "best": None if best is None else _judge(best, regime["key"])}
            )
    return parts


def observed_coverage(error: npt.NDArray[np.float64], spread: npt.NDArray[np.float64], level: float) -> float:
    """Return the share of errors inside the central normal interval of a level.

    An error of exactly 0 (a metal's gap) lies inside any interval and says nothing of its width;
    it counts with the promised share, as in the table of the comparison.

    Parameters
    ----------
    error : ndarray of shape (n,)
        Label minus prediction.
    spread : ndarray of shape (n,)
        Predicted standard deviation in the same unit.
    level : float
        Promised share, in (0, 1).

    Examples
    --------
    >>> observed_coverage(np.array([0.5, -2.0]), np.array([1.0, 1.0]), 0.68)
    0.5
    """
    reach = NormalDist().inv_cdf((1 + level) / 2)
    inside = np.abs(error) <= reach * spread
    return float(np.mean(np.where(error == 0, level, inside)))


def _rows(held_out: pd.DataFrame, architecture: str, regime: str) -> tuple[pd.DataFrame, int]:
    chosen = held_out[(held_out["architecture"] == architecture) & (held_out["regime"] == regime)]
    known = chosen[["label", "prediction", "spread"]].notna().all(axis=1)
    return chosen[known], int((~known).sum())


def _points(rows: pd.DataFrame) -> Summary:
    both = rows[["label", "prediction"]].to_numpy(dtype=float)
    step = math.ceil(len(rows) / MAX_POINTS)
    shown = rows.iloc[::step]
    return {
        "n_shown": len(shown),
        "low": float(both.min()),
        "high": float(both.max()),
        "formula": [str(formula) for formula in shown["formula"]],
        "beside": [
            [shortened(spread), told] for spread, told in zip(shown["spread"], _known(shown), strict=True)
        ],
        **{name: [shortened(v) for v in shown[name]] for name in ("label", "prediction", "spread")},
    }


def _known(rows: pd.DataFrame) -> list[str]:
    """What was known of each row, as a line of the text that hovering shows."""
    if "known" not in rows:
        return [""] * len(rows)
    return [
        f"<br>known: {escape(known)}" if isinstance(known, str) and known else "" for known in rows["known"]
    ]


def _misses(rows: pd.DataFrame) -> list[Summary]:
    size = (rows["prediction"] - rows["label"]).abs().to_numpy(dtype=float)
    worst = rows.iloc[np.argsort(-size, kind="stable")[:N_MISSES]]
    return [
        {
            "formula": str(row["formula"]),
            "label": plain(row["label"]),
            "prediction": plain(row["prediction"]),
            "spread": plain(row["spread"]),
        }
        for _, row in worst.iterrows()
    ]


def _curve(records: StudyRecords, architecture: str, regime: str) -> Summary:
    rows, _ = _rows(records.held_out, architecture, regime)

    def observed(level: float) -> float:
        if "at_most" in rows:
            return coverage_of_transform(rows["below"], rows["at_most"], level=level)
        error = (rows["label"] - rows["prediction"]).to_numpy(dtype=float)
        return observed_coverage(error, rows["spread"].to_numpy(dtype=float), level)

    return {
        "architecture": architecture,
        "label": architecture_words(architecture).label,
        "is_control": architecture_words(architecture).is_control,
        "is_best": records.best.get(regime) == architecture,
        "n": len(rows),
        "observed": [observed(level) for level in LEVELS] if len(rows) else [],
        "within_68": observed(0.68) if len(rows) else None,
        "within_90": observed(0.90) if len(rows) else None,
    }


def _judge(curve: Summary, regime: str) -> Summary:
    share = curve["within_68"]
    judgement = "too narrow" if share < HONEST[0] else "too wide" if share > HONEST[1] else "as promised"
    return {
        **{key: curve[key] for key in ("architecture", "label", "n", "within_68", "within_90")},
        "condition": regime_words(regime)[2],
        "standard_error_68": math.sqrt(share * (1 - share) / curve["n"]),
        "judgement": judgement,
        "as_promised": list(HONEST),
    }
