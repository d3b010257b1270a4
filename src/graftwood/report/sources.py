"""What each source is worth, as the page draws it: gains with error bars around zero, per regime."""

from __future__ import annotations

from typing import Any

import pandas as pd

from graftwood.report.numbers import decimals_for, even_axis, plain
from graftwood.report.words import architecture_words, regime_words

Summary = dict[str, Any]
SURE = 2.0  # standard errors from zero at which a gain is called one


def sources_summary(ranked: pd.DataFrame | None, unit: str, is_category: bool) -> Summary | None:
    """Return the worth of every source in every regime.

    Parameters
    ----------
    ranked : DataFrame or None
        As `graftwood.study.rank_sources.rank_sources` gives it.
    unit : str
        Of the target.
    is_category : bool
        Whether the target has classes; errors are then Brier scores.

    Returns
    -------
    dict or None
        unit, decimals, axis, zero (its place in per cent), ticks, shares (below 1), panels: list of
        regime, name, condition, reference and lines: source, n_labels, gain, gain_error, loss,
        loss_error, at (gains at the shares), word, x, low, high (places in per cent).
    """
    if ranked is None or not ranked["gain"].notna().any():
        return None
    ends = pd.concat([ranked["gain"] + sign * ranked["gain_standard_error"] for sign in (-1, 1)]).dropna()
    axis: Any = even_axis(min(0.0, float(ends.min())), max(0.0, float(ends.max())))
    shares = [
        name.removeprefix("gain_at_") for name in map(str, ranked)
        if name.startswith("gain_at_") and not name.endswith("_standard_error") and name != "gain_at_1"
    ]  # fmt: skip
    return {
        "unit": "" if is_category else unit,
        "measure": "Brier score" if is_category else "mean absolute error",
        "decimals": decimals_for(list(ranked["gain"].dropna()), list(ranked["gain_standard_error"].dropna())),
        "zero": _across(0.0, axis),
        "ticks": [{"value": tick, "x": _across(tick, axis)} for tick in axis["ticks"]],
        "shares": [{"key": share, "value": float(share)} for share in shares],
        "panels": [
            _panel(str(key), part, axis, shares) for key, part in ranked.groupby("regime", sort=False)
        ],
    }


def _panel(regime: str, lines: pd.DataFrame, axis: Any, shares: list[str]) -> Summary:
    name, _, condition = regime_words(regime)[:3]
    return {
        "regime": regime,
        "name": name,
        "condition": condition,
        "reference": architecture_words(str(lines["reference"].iloc[0])).label,
        "lines": [_line(line, axis, shares) for line in lines.to_dict("records")],
    }


def _line(line: dict[Any, Any], axis: Any, shares: list[str]) -> Summary:
    gain, error = plain(line["gain"]), plain(line["gain_standard_error"])
    width = error or 0.0
    places = {} if gain is None else {
        "x": _across(gain, axis), "low": _across(gain - width, axis), "high": _across(gain + width, axis),
    }  # fmt: skip
    return {
        "source": str(line["source"]),
        "n_labels": int(line["n_labels"]),
        "gain": gain,
        "gain_error": error,
        "loss": plain(line["loss"]),
        "loss_error": plain(line["loss_standard_error"]),
        "at": [plain(line[f"gain_at_{share}"]) for share in shares],
        "word": _word(gain, error),
        **places,
    }


def _word(gain: float | None, error: float | None) -> str:
    """Say what a gain is: a gain, a loss, or neither.

    Examples
    --------
    >>> _word(0.3, 0.1), _word(-0.3, 0.1), _word(0.1, 0.1), _word(None, None)
    ('helps', 'harms', 'not decided', 'not measured')
    """
    if gain is None or error is None:
        return "not measured"
    if abs(gain) <= SURE * error:
        return "not decided"
    return "helps" if gain > 0 else "harms"


def _across(value: float, axis: Any) -> float:
    share = (value - axis["low"]) / (axis["high"] - axis["low"])
    return round(4 + 92 * min(1.0, max(0.0, share)), 2)
