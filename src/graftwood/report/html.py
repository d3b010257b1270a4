"""From the summary to one self-contained HTML page.

Layout and words of the page are in ``templates/``; this file only hands them the
summary, the charts, and filters that write numbers and formulas.  The page loads
nothing: plotly.js, styles and data are inside it, and its own security policy
forbids the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graftwood.report import numbers
from graftwood.report.class_plots import reliability_figure
from graftwood.report.plots import comparison_figure, error_bar_figure, parity_figure
from graftwood.report.words import REGIMES, colour_name

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

Summary = dict[str, Any]

_HYPHEN = re.compile(r"(?<!\w)-(?=\d)")
_END = r"[^\s<>\"';,.)]"
_LINK = re.compile(rf"(?:https?://|(?<![\w/])10\.\d{{4,9}}/)[^\s<>\"';,]*{_END}")
_DIGITS = re.compile(r"(?<=[A-Za-z\)\]])(\d+(?:\.\d+)?)")


def render_page(summary: Summary) -> str:
    """Return the page of a summary.

    Parameters
    ----------
    summary : dict
        As `summarise` gives it.

    Returns
    -------
    str
        A whole HTML document of about 5 MB, most of it plotly.js, that needs no network.

    Examples
    --------
    ``Path("report.html").write_text(render_page(summarise(records)), encoding="utf-8")``; to put
    it on disk safely use `write_report`.
    """
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    template = _environment().get_template("page.html")
    return template.render(
        **summary,
        figures=_figures(summary),
        regime_meanings=REGIMES,
        plotly_js=Markup(get_plotlyjs()),  # noqa: S704 - our own dependency's code, not a user's text
    )


def _figures(summary: Summary) -> dict[str, Any]:
    """Return the charts by the id of the element that they are drawn in."""
    comparison = summary["comparison"]
    figures = {
        f"comparison-{number}": comparison_figure(comparison, subset["key"])
        for number, subset in enumerate(comparison["subsets"])
    }
    for part in summary["parity"]:
        figures[f"parity-{part['regime']}"] = parity_figure(part, summary["target"], summary["unit"])
    for part in summary["error_bars"]:
        figures[f"error-bars-{part['regime']}"] = error_bar_figure(part)
    for part in summary["reliability"]:
        figures[f"reliability-{part['regime']}"] = reliability_figure(part)
    return figures


def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("graftwood.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "brief": numbers.brief,
        "cited": _cited,
        "colour": colour_name,
        "count": numbers.count,
        "fixed": numbers.fixed,
        "formula": _formula,
        "typeset": _typeset,
        "percent": numbers.percent,
        "signed": numbers.signed,
        "position": _position,
        "tick": _tick,
        "written": _written,
    }
    return environment


def _cited(source: str) -> Markup:
    """Make links of the addresses and DOIs in a citation, after making its text harmless."""
    from markupsafe import Markup, escape

    pieces, end = [], 0
    for found in _LINK.finditer(source):
        address = found[0] if found[0].startswith("http") else f"https://doi.org/{found[0]}"
        pieces.append(escape(source[end : found.start()]))
        pieces.append(Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, found[0]))
        end = found.end()
    return Markup("").join([*pieces, escape(source[end:])])


def _formula(formula: str) -> Markup:
    """Set the digits of a formula below the line, after making its text harmless."""
    from markupsafe import Markup, escape

    return Markup(_DIGITS.sub(r"<sub>\1</sub>", str(escape(formula))))  # noqa: S704 - escaped just before


def _tick(value: float) -> str:
    """Write a round number as short as it goes."""
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def _typeset(sentence: str) -> str:
    """Give a sentence true minus signs, and per cent signs that stay with their number."""
    return _HYPHEN.sub("\N{MINUS SIGN}", sentence).replace(" %", "\N{NARROW NO-BREAK SPACE}%")


def _position(value: float, axis: Summary) -> str:
    """Return where a value stands on an axis, in per cent of its length, kept on the axis."""
    share = (value - axis["low"]) / (axis["high"] - axis["low"])
    return f"{100 * min(1.0, max(0.0, share)):.1f}%"


def _written(value: float | None, column: Summary, *, error: bool = False) -> str:
    """Write a number, or its error, in the style and with the decimals of its column."""
    if column["style"] == "percent" and value is not None:
        value = 100 * value
    write = numbers.signed if column["style"] == "signed" and not error else numbers.fixed
    return write(value, column["decimals"])
