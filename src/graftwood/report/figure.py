"""The comparison as one still picture, for a README or a paper.

The page's charts are drawn by the browser (``plots.py``); this one is drawn by
matplotlib, through its objects alone, so that no window opens and no global state
changes.
"""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from graftwood.report.comparison import comparison_summary
from graftwood.report.numbers import fixed
from graftwood.report.words import architecture_words
from graftwood.store.atomic import atomic_path
from graftwood.study.records import StudyRecords

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Summary = dict[str, Any]

INK, SOFT_INK, LINE, BAND = "#1c2420", "#5b6760", "#e3e7e3", "#f0f2f0"
WIDTH_INCHES, DOTS_PER_INCH = 8.0, 200
_MEANINGS = {"visible": "the material's other labels are known", "hidden": "nothing is known of it"}
_OFFSET = {"visible": -0.16, "hidden": 0.16}


def draw_comparison_figure(records: StudyRecords, path: str | os.PathLike[str]) -> None:
    """Draw the mean absolute error, of a category the accuracy, of every architecture in every regime.

    A filled mark is the visible regime, an open one the hidden; bars are one standard error;
    squares on grey are controls, which use no source.

    Parameters
    ----------
    records : StudyRecords
        The finished study; its comparison's subset "all" (or the first) is drawn.
    path : str or path
        Where to; the suffix (.png, .svg or .pdf) says in which format.  A PNG is 1,600 pixels
        wide, to be shown at 800.

    Raises
    ------
    UnreadableFile
        The folder does not exist.
    GraftwoodError
        The comparison has neither mean absolute error nor accuracy of the target.

    Examples
    --------
    ``draw_comparison_figure(records, "docs/comparison.png")``
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    unit = next(task.unit for task in records.tasks if task.name == records.target)
    comparison = comparison_summary(records, unit)
    subset = comparison["subsets"][0]
    rows = [row for row in comparison["rows"] if row["subset"] == subset["key"]]
    places = {key: place for place, key in enumerate(dict.fromkeys(row["architecture"] for row in rows))}
    figure = Figure(figsize=(WIDTH_INCHES, 1.5 + 0.42 * len(places)), facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    _draw_ground(axes, rows, places, comparison["columns"][0])
    for row in rows:
        _draw_mark(axes, row, places[row["architecture"]])
    _draw_words(figure, axes, records.title, comparison, unit)
    suffix = Path(path).suffix.lower()
    # A fixed salt and no date make the same study the same file.
    with rc_context({"svg.hashsalt": "graftwood", "svg.fonttype": "path"}), atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=DOTS_PER_INCH, metadata={"Date": None} if suffix == ".svg" else None)


def _draw_ground(axes: Axes, rows: list[Summary], places: dict[str, int], column: Summary) -> None:
    controls = [place for key, place in places.items() if architecture_words(key).is_control]
    if controls:
        axes.axhspan(min(controls) - 0.5, max(controls) + 0.5, color=BAND, zorder=0)
        end: Any = {"transform": axes.get_yaxis_transform(), "ha": "right", "va": "top"}
        axes.text(0.99, min(controls) - 0.42, "controls: use no source", color=SOFT_INK, fontsize=9, **end)
    single = next((row["main"]["value"] for row in rows if row["architecture"] == "single"), None)
    if single is not None:
        axes.axvline(single, color=SOFT_INK, linestyle=(0, (4, 3)), linewidth=1, zorder=1)
        text = f"single task {fixed(single, column['decimals'])}"
        place: Any = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "ha": "center"}
        axes.annotate(text, (single, 1.0), (0, 3), color=SOFT_INK, fontsize=9, **place)
    axes.set_ylim(len(places) - 0.5, -0.5)
    axes.set_yticks(list(places.values()), [architecture_words(key).label for key in places])
    axes.grid(axis="x", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=10, labelcolor=INK)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_mark(axes: Axes, row: Summary, place: int) -> None:
    colour = architecture_words(row["architecture"]).light
    height = place + _OFFSET.get(row["regime"], 0.0)
    value, error = row["main"]["value"], row["main"]["error"] or 0.0
    axes.errorbar(
        value,
        height,
        xerr=error,
        fmt="s" if row["is_control"] else "o",
        markersize=6.5 if row["is_control"] else 8,
        markerfacecolor="white" if row["regime"] == "hidden" else colour,
        markeredgecolor=colour,
        markeredgewidth=1.6,
        ecolor=colour,
        elinewidth=1.6,
        capsize=3,
        capthick=1.6,
        zorder=3,
    )
    if row["is_best"]:
        place_of: Any = {"textcoords": "offset points", "va": "center", "fontsize": 9, "fontweight": "bold"}
        axes.annotate("chosen", (value + error, height), (7, 0), color="#1d6b45", **place_of)


def _draw_words(figure: Figure, axes: Axes, title: str, comparison: Summary, unit: str) -> None:
    from matplotlib.lines import Line2D

    measure, n = comparison["measure"], comparison["subsets"][0]["n"]
    shown = f" ({unit})" if unit and comparison["columns"][0]["unit"] else ""
    name = measure["meaning"][0].upper() + measure["meaning"][1:]
    direction = "lower" if measure["lower_is_better"] else "higher"
    figure.suptitle("\n".join(wrap(title, 64)), x=0.012, ha="left", fontsize=13, fontweight="bold", color=INK)
    axes.set_xlabel(f"{name}{shown} of {n:,} held-out materials, {direction} is better", color=INK)
    marks = [
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            markersize=8,
            markeredgewidth=1.6,
            markeredgecolor=SOFT_INK,
            markerfacecolor="white" if regime["key"] == "hidden" else SOFT_INK,
            label=f"{regime['name'].lower()}: {_MEANINGS.get(regime['key'], '')}".removesuffix(": "),
        )
        for regime in comparison["regimes"]
    ]
    figure.legend(
        handles=marks,
        loc="outside lower center",
        ncols=len(marks),
        frameon=False,
        fontsize=9.5,
        labelcolor=INK,
        handletextpad=0.2,
    )
