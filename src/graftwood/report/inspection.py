"""An inspection as one self-contained page without scripts from elsewhere; drawings are SVG.

What is said is in the dict that `graftwood.inspection.inspect_study` gives; here it is only
laid out.
"""

from __future__ import annotations

import math
import os
from typing import Any

from graftwood.report.html import _environment
from graftwood.report.numbers import even_axis
from graftwood.report.periodic import periodic_rows
from graftwood.store.atomic import atomic_path

Facts = dict[str, Any]
MAX_ROWS = 200  # of a list on the page; the rest is counted
LEVELS = {
    "leak": ("Leak", "harms", "✕"),
    "doubt": ("Doubt", "undecided", "?"),
    "note": ("Note", "note", "i"),
}


def render_inspection(facts: Facts) -> str:
    """Return the page of an inspection.

    Parameters
    ----------
    facts : dict
        As `graftwood.inspection.inspect_study` gives it.

    Returns
    -------
    str
        A whole HTML document that needs no network.

    Examples
    --------
    ``render_inspection(inspect_study(read_study("study.toml")))``
    """
    template = _environment().get_template("inspection.html")
    return template.render(
        **facts,
        periods=periodic_rows(),
        levels=LEVELS,
        max_rows=MAX_ROWS,
        histograms={task["name"]: _histogram(task) for task in facts["tasks"] if "bins" in task},
        tables=[_element_table(group) for group in facts["coverage"]["groups"]],
        answer=_answer(facts),
    )


def write_inspection(facts: Facts, path: str | os.PathLike[str]) -> None:
    """Write the page; a file of that name is replaced in one step.

    Raises
    ------
    UnreadableFile
        The folder does not exist, or ``path`` is a folder.
    """
    page = render_inspection(facts)
    with atomic_path(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _answer(facts: Facts) -> list[str]:
    """What a reader must know first, in a sentence or two."""
    leaks = [doubt for doubt in facts["doubts"] if doubt["level"] == "leak"]
    doubts = [doubt for doubt in facts["doubts"] if doubt["level"] == "doubt"]
    if leaks:
        first = f"{len(leaks)} leak{'s' * (len(leaks) > 1)} to mend before anything is compared."
    elif doubts:
        first = f"No leak was found; {len(doubts)} doubt{'s' * (len(doubts) > 1)} to look at."
    else:
        first = "No leak and no doubt was found."
    n = len(facts["problems"])
    left = (
        f"{n:,} cell{'s' * (n > 1)} or row{'s' * (n > 1)} could not be used." if n else "Every row was read."
    )
    return [first, left]


def _histogram(task: Facts) -> Facts:
    """Bars in per cent of the drawing, and an axis with even ticks."""
    edges, counts = task["edges"], task["bins"]
    axis: Any = even_axis(edges[0], edges[-1], n_ticks=5) if len(counts) > 1 else _around(edges[0])
    if not axis["high"] > axis["low"]:
        axis = _around(edges[0])
    most = max(counts)
    width = axis["high"] - axis["low"]
    bars = [
        {
            "x": 100 * (low / width - axis["low"] / width),
            "width": max(0.6, 100 * (high / width - low / width) - 0.25),
            "height": 100 * count / most,
            "low": low,
            "high": high,
            "n": count,
        }
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    return {"axis": axis, "bars": bars, "most": most}


def _around(value: float) -> Facts:
    """An axis for labels that are all about equal."""
    reach = max(0.5, abs(value) / 2)
    return {"low": value - reach, "high": value + reach, "ticks": [value]}


def _element_table(group: Facts) -> Facts:
    most = max(group["counts"].values(), default=1)
    # Counts span powers of ten, so the colour goes with their logarithm.
    share = {
        symbol: 0.12 + 0.88 * math.log1p(count) / math.log1p(most)
        for symbol, count in group["counts"].items()
    }
    return {**group, "most": most, "share": share}
