"""The page's charts, as plain plotly figures that go through JSON.

A colour is the name of a CSS variable (``--arch-difference``): the page puts in what
the reader's light or dark theme makes of it.  Numbers come from the summary; what is
left here is where a mark stands and what it looks like.
"""

from __future__ import annotations

from html import escape
from typing import Any

from graftwood.report.words import colour_name

Summary = dict[str, Any]
Figure = dict[str, Any]

ROW_HEIGHT = 46
_OFFSET = {"visible": -0.15, "hidden": 0.15}


def comparison_figure(comparison: Summary, subset: str) -> Figure:
    """Return the chart of the headline measure: one line per architecture, one mark per regime.

    Parameters
    ----------
    comparison : dict
        The summary's comparison.
    subset : str
        Key of the subset of materials to show.

    Returns
    -------
    dict
        data and layout of a plotly figure, colours by name.
    """
    rows = [row for row in comparison["rows"] if row["subset"] == subset]
    column = comparison["columns"][0]
    labels = list(dict.fromkeys(row["label"] for row in rows))
    places = {label: place for place, label in enumerate(labels)}
    single = next((row["main"]["value"] for row in rows if row["architecture"] == "single"), None)
    controls = [places[row["label"]] for row in rows if row["is_control"]]
    layout = plain_layout(x=comparison["measure"]["axis"])
    layout["height"] = 84 + ROW_HEIGHT * len(labels)
    layout["yaxis"] |= {
        "tickvals": list(places.values()),
        "ticktext": [label.replace(", ", ",<br>") for label in labels],
        "range": [len(labels) - 0.45, -0.55],
        "showgrid": False,
        "showline": False,
        "ticks": "",
        "ticklabelstandoff": 10,
    }
    layout["shapes"] = _band(controls) + ([] if single is None else [_reference(single)])
    layout["annotations"] = _band_title(controls) + _chosen(rows, places)
    if single is not None:
        layout["annotations"].append(_reference_title(single, column))
        layout["margin"] |= {"t": 26}
    data = [_mark(row, places[row["label"]], column) for row in rows]
    return {
        "data": data,
        "layout": layout,
        "narrow": _narrow(layout, places, comparison["measure"]["short_axis"]),
    }


def parity_figure(part: Summary, target: str, unit: str) -> Figure:
    """Return predictions against labels of one regime, a square chart.

    Parameters
    ----------
    part : dict
        One regime of the summary's parity.
    target, unit : str
        Name and unit of the target.
    """
    axis, ends = part["axis"], [part["axis"]["low"], part["axis"]["high"]]
    edge = 0.02 * (ends[1] - ends[0])
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": part["label"],
        "y": part["prediction"],
        "text": [escape(formula) for formula in part["formula"]],
        "customdata": part["beside"],
        "marker": {
            "color": colour_name(part["architecture"]),
            "size": 5,
            "opacity": 0.36,
            "line": {"width": 0},
        },
        "hovertemplate": (
            f"<b>%{{text}}</b><br>label %{{x:.3~g}} {escape(unit)}"
            f"<br>predicted %{{y:.3~g}} ± %{{customdata[0]:.2~g}} {escape(unit)}"
            "%{customdata[1]}<extra></extra>"
        ),
    }
    layout = plain_layout(x=f"Label of {target}{_in(unit)}", y=f"Prediction{_in(unit)}")
    for name in ("xaxis", "yaxis"):
        layout[name] |= {"range": [ends[0] - edge, ends[1] + edge], "tickvals": axis["ticks"]}
    layout |= {"hovermode": "closest", "dragmode": "zoom"}
    return {"data": [points, diagonal(*ends)], "layout": layout, "square": True, "zoom": True}


def error_bar_figure(part: Summary) -> Figure:
    """Return observed against promised coverage of one regime, the chosen architecture in front.

    Parameters
    ----------
    part : dict
        One regime of the summary's error-bar check.
    """
    curves = sorted(part["curves"], key=lambda curve: curve["is_best"])
    layout = plain_layout(x="Share of labels promised inside the bar", y="Share found inside")
    for name in ("xaxis", "yaxis"):
        layout[name] |= {"range": [0, 1], "tickformat": ".0%", "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    layout["shapes"] = [_promise(0.68), _promise(0.9)]
    layout["annotations"] = [
        side_note(0.04, 0.95, "bars too wide", "left"),
        side_note(0.97, 0.05, "bars too narrow", "right"),
    ]
    layout["hovermode"] = "closest"
    return {
        "data": [diagonal(0, 1), *(_curve(curve, part["levels"]) for curve in curves)],
        "layout": layout,
        "square": True,
    }


def diagonal(low: float, high: float) -> Figure:
    """Return the dotted line on which both axes agree."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [low, high],
        "y": [low, high],
        "line": {"color": "--ink-soft", "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def plain_layout(*, x: str, y: str = "") -> Figure:
    """Return the layout that all charts share.

    Parameters
    ----------
    x, y : str
        Titles of the axes.
    """
    axis = {
        "gridcolor": "--line",
        "linecolor": "--line-strong",
        "zeroline": False,
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": "--line-strong",
        "automargin": True,
    }
    return {
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": "--ink"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 26, "t": 14, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": "--card",
            "bordercolor": "--line-strong",
            "font": {"color": "--ink", "size": 13},
        },
        "xaxis": {**axis, "title": {"text": escape(x), "standoff": 10, "font": {"size": 13}}},
        "yaxis": {**axis, "title": {"text": escape(y), "standoff": 10, "font": {"size": 13}}},
    }


def _in(unit: str) -> str:
    return f" ({unit})" if unit else ""


def _mark(row: Summary, place: int, column: Summary) -> Figure:
    colour = colour_name(row["architecture"])
    hidden = row["regime"] == "hidden"
    unit = f" {escape(column['unit'])}" if column["unit"] else ""
    decimals = column["decimals"]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row["main"]["value"]],
        "y": [place + _OFFSET.get(row["regime"], 0.0)],
        "error_x": {"array": [row["main"]["error"] or 0.0], "color": colour, "thickness": 2, "width": 4},
        "marker": {
            "color": "--card" if hidden else colour,
            "symbol": "square" if row["is_control"] else "circle",
            "size": 10 if row["is_control"] else 12,
            "line": {"color": colour, "width": 2},
        },
        "hovertemplate": (
            f"<b>{escape(row['label'])}</b>, {escape(row['regime_name'].lower())}<br>"
            f"%{{x:.{decimals}f}} ± %{{error_x.array:.{decimals}f}}{unit}<extra></extra>"
        ),
    }


def _band(controls: list[int]) -> list[Figure]:
    if not controls:
        return []
    ends = {"x0": 0, "x1": 1, "xref": "paper", "y0": min(controls) - 0.5, "y1": max(controls) + 0.45}
    return [{"type": "rect", "layer": "below", "fillcolor": "--band", "line": {"width": 0}, **ends}]


def _band_title(controls: list[int]) -> list[Figure]:
    if not controls:
        return []
    place = {"x": 1, "xref": "paper", "xanchor": "right", "y": min(controls) - 0.5, "yanchor": "top"}
    font = {"size": 12, "color": "--ink-soft"}
    return [{"text": "controls: use no source", "showarrow": False, "font": font, **place}]


def _reference(value: float) -> Figure:
    line = {"color": "--arch-single", "width": 1.5, "dash": "dash"}
    ends = {"x0": value, "x1": value, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", "line": line, "layer": "below", **ends}


def _narrow(layout: Figure, places: dict[str, int], axis: str) -> Figure:
    """Return what changes on a phone: labels stand above their marks and leave the width to them."""
    font = {"size": 13, "color": "--ink"}
    labels = [
        {
            "text": label,
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": place - 0.42,
            "showarrow": False,
            "font": font,
        }
        for label, place in places.items()
    ]
    title = {**layout["xaxis"]["title"], "text": escape(axis)}
    return {
        "annotations": [*layout["annotations"], *labels],
        "height": 84 + 62 * len(places),
        "xaxis": {**layout["xaxis"], "title": title},
        "yaxis": {**layout["yaxis"], "showticklabels": False, "automargin": False},
        "margin": {**layout["margin"], "l": 16},
    }


def _reference_title(value: float, column: Summary) -> Figure:
    text = f"single task {value:.{column['decimals']}f}"
    font = {"size": 12, "color": "--ink-soft"}
    place = {"x": value, "y": 1, "yref": "paper", "yanchor": "bottom"}
    return {"text": text, "showarrow": False, "font": font, **place}


def _chosen(rows: list[Summary], places: dict[str, int]) -> list[Figure]:
    font = {"size": 12, "color": "--brand", "weight": 600}
    return [
        {
            "text": "chosen",
            "x": row["main"]["value"] + (row["main"]["error"] or 0.0),
            "y": places[row["label"]] + _OFFSET.get(row["regime"], 0.0),
            "xanchor": "left",
            "xshift": 6,
            "bgcolor": "--band" if row["is_control"] else "--card",
            "showarrow": False,
            "font": font,
        }
        for row in rows
        if row["is_best"]
    ]


def _promise(level: float) -> Figure:
    line = {"color": "--line-strong", "width": 1, "dash": "dot"}
    return {"type": "line", "x0": level, "x1": level, "y0": 0, "y1": 1, "line": line, "layer": "below"}


def _curve(curve: Summary, levels: list[float]) -> Figure:
    best = curve["is_best"]
    return {
        "type": "scatter",
        "mode": "lines+markers" if best else "lines",
        "x": levels,
        "y": [round(share, 4) for share in curve["observed"]],
        "opacity": 1.0 if best else 0.55,
        "line": {"color": colour_name(curve["architecture"]), "width": 3 if best else 1.5},
        "marker": {"size": 7},
        "hovertemplate": (
            f"<b>{escape(curve['label'])}</b><br>%{{x:.0%}} promised, %{{y:.1%}} found<extra></extra>"
        ),
    }


def side_note(x: float, y: float, text: str, anchor: str) -> Figure:
    """Return a soft remark at a place of the chart."""
    font = {"size": 12, "color": "--ink-soft"}
    return {"text": text, "x": x, "y": y, "xanchor": anchor, "showarrow": False, "font": font}
