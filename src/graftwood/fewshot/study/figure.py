"""Two still pictures of the study: distances by corner, and error against labels on real tasks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graftwood.fewshot.study.methods import ANIL, BEST_ANIL, POOLED, PURSUIT, SINGLE, TO_POOLED
from graftwood.fewshot.study.real import MSE
from graftwood.fewshot.study.records import FewShotRecords, Measurement, name_of
from graftwood.fewshot.study.simulated import DISTANCE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
    figure, panels = _panels(len(places), 3.6)
    for axes, place in zip(panels, places, strict=True):
        for height, method in enumerate(IN_CORNERS):
            each = next(each for each in found if (each.method, each.place) == (method, place))
            colour, marker = STYLES.get(method, (SOFT_INK, "o"))
            axes.errorbar(each.mean, height, xerr=each.standard_error, fmt=marker, color=colour, capsize=3)
        axes.set_yticks(range(len(IN_CORNERS)), [name_of(method) for method in IN_CORNERS])
        axes.set_ylim(len(IN_CORNERS) - 0.5, -0.5)
        axes.tick_params(labelleft=axes is panels[0])
        axes.set_xlim(left=0)
        axes.set_title(place, color=INK, fontsize=11)
        _tidy(axes, "x")
    figure.supxlabel("Distance from the true subspace (0 found, 1 missed); bars: one standard error", fontsize=10)
    _save(figure, path)


def draw_curves(records: FewShotRecords, path: Path) -> None:
    """Draw error against the number of labels of a new task, a panel per real table.

    Parameters
    ----------
    records : FewShotRecords
        With a real part.
    path : Path
    """
    found = [each for each in records.measurements if each.metric == MSE]
    places = list(dict.fromkeys(each.place for each in found))
    figure, panels = _panels(len(places), 4.0)
    for axes, place in zip(panels, places, strict=True):
        for method, (colour, marker) in STYLES.items():
            lines = [each for each in found if (each.method, each.place) == (method, place)]
            _draw_curve(axes, lines, colour, marker)
        axes.set_title(place, color=INK, fontsize=11)
        axes.set_xscale("log")
        labels = [_n_labels(each) for each in found if (each.method, each.place) == (PURSUIT, place)]
        axes.set_xticks(labels, [str(n) for n in labels])
        axes.minorticks_off()
        axes.set_xlabel("Labels of the new task", color=INK)
        _tidy(axes, "y")
    panels[0].set_ylabel("Squared error over the labels' variance", color=INK)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    _save(figure, path)


def _draw_curve(axes: Axes, lines: list[Measurement], colour: str, marker: str) -> None:
    axes.errorbar(
        [_n_labels(each) for each in lines],
        [each.mean for each in lines],
        yerr=[each.standard_error for each in lines],
        color=colour,
        marker=marker,
        linewidth=1.4,
        capsize=3,
        label=name_of(lines[0].method),
    )


def _n_labels(measured: Measurement) -> int:
    return int(measured.regime.split()[0])


def _panels(n: int, height: float) -> tuple[Any, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2.8 + 2.9 * n, height), facecolor="white", layout="constrained")
    return figure, list(figure.subplots(1, n, squeeze=False)[0])


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
