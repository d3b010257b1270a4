"""Two still pictures of the study: distances by corner, and error against labels on real tasks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graftwood.fewshot.study.methods import ANIL, BEST_ANIL, POOLED, PURSUIT, SINGLE, TO_POOLED
from graftwood.fewshot.study.real import MSE
from graftwood.fewshot.study.records import FewShotRecords, Measurement, name_of, standard_error
from graftwood.fewshot.study.simulated import DISTANCE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANELS_ACROSS = 3
MOST_RATIO = 1.35
INK, SOFT_INK, LINE = "#1c2420", "#5b6760", "#e3e7e3"
# Okabe and Ito's colours, which colour-blind readers tell apart.
STYLES = {
    PURSUIT: ("#0072b2", "o"),
    BEST_ANIL: ("#d55e00", "s"),
    ANIL: ("#e69f00", "s"),
    "gradient": ("#009e73", "^"),
    "nuclear": ("#cc79a7", "D"),
    TO_POOLED: ("#1c2420", "v"),
    POOLED: ("#5b6760", "x"),
    SINGLE: ("#9aa39d", "+"),
}
IN_CORNERS = (PURSUIT, "nuclear", "gradient", "moments", "burer_monteiro", "maml", BEST_ANIL, ANIL)


def draw_corners(records: FewShotRecords, path: Path) -> None:
    """Draw the distance of the subspace from the truth, a panel per corner and a line per method.

    Parameters
    ----------
    records : FewShotRecords
    path : Path
        The suffix, .png or .svg, says in which format.
    """
    found = [each for each in records.measurements if each.metric == DISTANCE]
    places = list(dict.fromkeys(each.place for each in found))
    figure, panels = _panels(len(places), 2.9)
    for axes, place in zip(panels, places, strict=True):
        for height, method in enumerate(IN_CORNERS):
            each = next(each for each in found if (each.method, each.place) == (method, place))
            colour, marker = STYLES.get(method, (SOFT_INK, "o"))
            axes.errorbar(each.mean, height, xerr=each.standard_error, fmt=marker, color=colour, capsize=3)
        axes.set_yticks(range(len(IN_CORNERS)), [name_of(method) for method in IN_CORNERS])
        axes.set_ylim(len(IN_CORNERS) - 0.5, -0.5)
        axes.tick_params(labelleft=panels.index(axes) % PANELS_ACROSS == 0)
        axes.set_xlim(left=-0.02 * axes.get_xlim()[1])
        axes.set_title(place, color=INK, fontsize=11)
        _tidy(axes, "x")
    figure.supxlabel(
        "Distance from the true subspace (0 found, 1 missed); bars: one standard error", fontsize=10
    )
    _save(figure, path)


def draw_curves(records: FewShotRecords, path: Path) -> None:
    """Draw the error of new tasks over that of the ridge shrunk to the pooled fit, a panel per real table.

    Bars are one standard error of the paired difference. What is far above, as a ridge per task, is off the
    panel, and the number stands at its edge.

    Parameters
    ----------
    records : FewShotRecords
        With a real part.
    path : Path
    """
    found = [each for each in records.measurements if each.metric == MSE]
    places = list(dict.fromkeys(each.place for each in found))
    figure, panels = _panels(len(places), 4.4)
    for axes, place in zip(panels, places, strict=True):
        base = [each for each in found if (each.method, each.place) == (TO_POOLED, place)]
        for at, method in enumerate(STYLES):
            lines = [each for each in found if (each.method, each.place) == (method, place)]
            _draw_curve(axes, lines, base, at)
        axes.set_title(place, color=INK, fontsize=11)
        axes.set_xticks(range(len(base)), [str(_n_labels(each)) for each in base])
        axes.set_xlabel("Labels of the new task", color=INK)
        axes.set_ylim(0.75, MOST_RATIO)
        _tidy(axes, "y")
    panels[0].set_ylabel("Error over that of the ridge to pooled fit", color=INK)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    _save(figure, path)


def _draw_curve(axes: Axes, lines: list[Measurement], base: list[Measurement], at: int) -> None:
    method = lines[0].method
    colour, marker = STYLES[method]
    ratios = [each.mean / other.mean for each, other in zip(lines, base, strict=True)]
    errors = [
        standard_error(np.array(each.values) - np.array(other.values)) / other.mean
        for each, other in zip(lines, base, strict=True)
    ]
    places = np.arange(len(lines)) + 0.09 * (at - (len(STYLES) - 1) / 2)
    shown = np.where(np.array(ratios) < MOST_RATIO, ratios, np.nan)
    axes.errorbar(
        places,
        shown,
        yerr=errors,
        color=colour,
        marker=marker,
        linestyle="",
        capsize=2,
        label=name_of(method),
    )
    for place, ratio in zip(places, ratios, strict=True):
        if ratio >= MOST_RATIO:
            axes.text(place, MOST_RATIO, f"{ratio:.1f}", color=colour, fontsize=8, ha="center", va="top")


def _n_labels(measured: Measurement) -> int:
    return int(measured.regime.split()[0])


def _panels(n: int, height: float) -> tuple[Any, list[Axes]]:
    from matplotlib.figure import Figure

    n_down, across = -(-n // PANELS_ACROSS), min(n, PANELS_ACROSS)
    figure = Figure(figsize=(2.8 + 2.9 * across, height * n_down), facecolor="white", layout="constrained")
    panels = list(figure.subplots(n_down, across, squeeze=False).ravel())
    for spare in panels[n:]:
        spare.set_axis_off()
    return figure, panels[:n]


def _tidy(axes: Axes, grid: Any) -> None:
    axes.grid(axis=grid, color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9, labelcolor=INK)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def _save(figure: Any, path: Path) -> None:
    from matplotlib import rc_context

    # A fixed salt and no date make the same study the same file.
    with rc_context({"svg.hashsalt": "graftwood", "svg.fonttype": "path"}):
        figure.savefig(path, dpi=200, metadata={"Date": None} if path.suffix == ".svg" else None)
