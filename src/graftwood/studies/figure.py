"""Still pictures of the studies: curves and rows of dots, one style for each architecture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graftwood.studies.names import label_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACROSS = 2  # panels in a row
INK, SOFT_INK, LINE = "#1c2420", "#5b6760", "#e3e7e3"
# Okabe and Ito's colours, which colour-blind readers tell apart, and a marker of its own for each.
STYLES = {
    "single": ("#5b6760", "o"),
    "self_difference": ("#9aa39d", "v"),
    "self_latent": ("#9aa39d", "^"),
    "pooled": ("#cc79a7", "x"),
    "difference": ("#d55e00", "s"),
    "latent": ("#0072b2", "D"),
    "multi_task": ("#009e73", "P"),
    "latent_with_energies": ("#56b4e9", "d"),
    "multi_task_with_energies": ("#8fd0b8", "p"),
    "blend": ("#1c2420", "*"),
}


def style_of(name: str) -> tuple[str, str]:
    """Return colour and marker of an architecture; a variant has those of its family."""
    return STYLES.get(name, STYLES.get(name.partition(":")[0], (SOFT_INK, "o")))


@dataclass(frozen=True)
class Points:
    """Values of one architecture.

    Attributes
    ----------
    name : str
        Key of the architecture; colour, marker and label follow from it.
    x, y, error : sequence of float
        ``error`` is one standard error, NaN where there is none.
    label : str, default ""
        By default that of the architecture.
    is_filled : bool, default True
        Hollow markers are a second value of the same row.

    Examples
    --------
    >>> Points("latent", (1.0,), (0.3,), (0.1,)).shown
    'Latent variable'
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    error: Sequence[float]
    label: str = ""
    is_filled: bool = True

    @property
    def shown(self) -> str:
        """Return the label."""
        return self.label or label_of(self.name)


@dataclass(frozen=True)
class Panel:
    """One panel: its title and what is in it.

    Examples
    --------
    >>> Panel("hidden", []).title
    'hidden'
    """

    title: str
    points: list[Points]


def draw_curves(panels: list[Panel], path: Path, x_label: str, y_label: str, *, is_log: bool = False) -> None:
    """Draw a line per architecture against a quantity, bars of one standard error.

    Parameters
    ----------
    panels : list of Panel
    path : Path
        The suffix, .png or .svg, says in which format.
    x_label, y_label : str
    is_log : bool, default False
        Logarithmic x, as of numbers of labels.
    """
    figure, axes_of = _panels(len(panels), 3.6, share_y=True)
    for axes, panel in zip(axes_of, panels, strict=True):
        n = len(panel.points)
        for at, points in enumerate(panel.points):
            colour, marker = style_of(points.name)
            x = np.asarray(points.x, dtype=float)
            # Side by side, so that bars do not hide each other.
            shift = (at - (n - 1) / 2) * 0.012
            x = x * (1 + 2 * shift) if is_log else x + shift * (np.ptp(x) or 1.0)
            axes.errorbar(
                x, points.y, yerr=points.error, color=colour, marker=marker, markersize=5, linewidth=1.4,
                elinewidth=0.8, capsize=2, label=points.shown,
            )  # fmt: skip
        if is_log:
            axes.set_xscale("log")
            ticks = sorted({float(x) for points in panel.points for x in points.x})
            axes.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
            axes.minorticks_off()
        axes.set_title(panel.title, color=INK, fontsize=10.5)
        axes.set_ylim(bottom=0)
        _tidy(axes, "both")
    for axes in axes_of[-ACROSS:]:
        axes.set_xlabel(x_label, color=INK)
    for axes in axes_of[::ACROSS]:
        axes.set_ylabel(y_label, color=INK)
    _legend(figure, _handles(axes_of))
    _save(figure, path)


def draw_dots(
    panels: list[Panel],
    path: Path,
    x_label: str,
    *,
    zero: bool = False,
    meaning: tuple[str, str] | None = None,
) -> None:
    """Draw a row per architecture and a dot with a bar of one standard error.

    Parameters
    ----------
    panels : list of Panel
        The x of their points are the values, one per row, ``error`` their standard errors.
    path : Path
    x_label : str
    zero : bool, default False
        Draw a line at 0 and give all panels one scale, for differences.
    meaning : (str, str), optional
        What full and hollow dots are, where there are both.
    """
    rows = max(len({points.shown for points in panel.points}) for panel in panels)
    figure, axes_of = _panels(len(panels), 0.7 + 0.31 * rows, share_y=False)
    for number, (axes, panel) in enumerate(zip(axes_of, panels, strict=True)):
        names = list(dict.fromkeys(points.shown for points in panel.points))
        for points in panel.points:
            colour, marker = style_of(points.name)
            axes.errorbar(
                points.x, [names.index(points.shown)], xerr=points.error, fmt=marker, color=colour, capsize=3,
                markerfacecolor=colour if points.is_filled else "white", markersize=6,
                zorder=3 if points.is_filled else 4,
            )  # fmt: skip
        if zero:
            axes.axvline(0, color=INK, linewidth=1)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        same = number % ACROSS and names == list(
            dict.fromkeys(points.shown for points in panels[number - 1].points)
        )
        axes.tick_params(labelleft=not same)
        axes.set_title(panel.title, color=INK, fontsize=10.5)
        _tidy(axes, "x")
    if zero:
        ends = np.array([axes.get_xlim() for axes in axes_of])
        for axes in axes_of:
            axes.set_xlim(ends[:, 0].min(), ends[:, 1].max())
    for axes in axes_of[-ACROSS:]:
        axes.set_xlabel(x_label, color=INK)
    if meaning:
        _legend(figure, _two_markers(meaning))
    _save(figure, path)


def _panels(n: int, height: float, share_y: bool) -> tuple[Any, list[Axes]]:
    from matplotlib.figure import Figure

    across = min(ACROSS, n)
    n_down = -(-n // across)
    figure = Figure(figsize=(1.8 + 3.9 * across, 0.9 + height * n_down), facecolor="white")
    figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
    panels = list(figure.subplots(n_down, across, squeeze=False, sharey="row" if share_y else False).ravel())
    for spare in panels[n:]:
        spare.set_axis_off()
    return figure, panels[:n]


def _handles(panels: list[Axes]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    return found


def _two_markers(meaning: tuple[str, str]) -> dict[str, Any]:
    from matplotlib.lines import Line2D

    return {
        words: Line2D([], [], color=INK, marker="o", linestyle="", markerfacecolor=face)
        for words, face in zip(meaning, (INK, "white"), strict=True)
    }


def _legend(figure: Any, handles: dict[str, Any]) -> None:
    figure.legend(
        list(handles.values()), list(handles), loc="outside lower center", ncols=4, frameon=False, fontsize=9
    )


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
        figure.savefig(path, dpi=160, metadata={"Date": None} if path.suffix == ".svg" else None)
