"""Charts of a category, as plain plotly figures; see ``plots.py``."""

from __future__ import annotations

from html import escape
from typing import Any

from graftwood.report.plots import diagonal, plain_layout, side_note
from graftwood.report.words import colour_name

Summary = dict[str, Any]
Figure = dict[str, Any]


def reliability_figure(part: Summary) -> Figure:
    """Return the share of right classes against the predicted probability, the chosen one in front.

    Parameters
    ----------
    part : dict
        One regime of the summary's reliability.
    """
    curves = sorted(part["curves"], key=lambda curve: curve["is_best"])
    layout = plain_layout(x="Probability given to the predicted class", y="Share that was right")
    for name in ("xaxis", "yaxis"):
        layout[name] |= {"range": [0, 1.02], "tickformat": ".0%", "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    layout["annotations"] = [
        side_note(0.04, 0.95, "too unsure", "left"),
        side_note(0.97, 0.05, "too sure", "right"),
    ]
    layout["hovermode"] = "closest"
    return {
        "data": [diagonal(0, 1), *(_curve(curve) for curve in curves)],
        "layout": layout,
        "square": True,
    }


def _curve(curve: Summary) -> Figure:
    best = curve["is_best"]
    return {
        "type": "scatter",
        "mode": "lines+markers" if best else "lines",
        "x": curve["sure"],
        "y": curve["right"],
        "customdata": curve["n_in_bin"],
        "opacity": 1.0 if best else 0.55,
        "line": {"color": colour_name(curve["architecture"]), "width": 3 if best else 1.5},
        "marker": {"size": 7},
        "hovertemplate": (
            f"<b>{escape(curve['label'])}</b><br>%{{x:.0%}} sure, %{{y:.1%}} right, "
            "%{customdata} materials<extra></extra>"
        ),
    }
