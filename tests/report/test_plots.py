import re

import plotly.graph_objects as go
import pytest

from graftwood.report.html import render_page
from graftwood.report.plots import comparison_figure, error_bar_figure, parity_figure
from graftwood.report.summary import summarise


@pytest.fixture(scope="module")
def summary(small_records):
    return summarise(small_records)


@pytest.fixture(scope="module")
def figures(summary):
    return [
        comparison_figure(summary["comparison"], "all"),
        parity_figure(summary["parity"][0], "gap_exp", "eV"),
        error_bar_figure(summary["error_bars"][0]),
    ]


def colour_names(part):
    if isinstance(part, dict):
        return {name for value in part.values() for name in colour_names(value)}
    if isinstance(part, list):
        return {name for value in part for name in colour_names(value)}
    return {part} if isinstance(part, str) and part.startswith("--") else set()


def painted(part):
    if isinstance(part, dict):
        return {key: painted(value) for key, value in part.items()}
    if isinstance(part, list):
        return [painted(value) for value in part]
    return "#123456" if isinstance(part, str) and part.startswith("--") else part


def test_charts_are_valid_plotly_figures(figures):
    for figure in figures:
        layout = figure["layout"] | figure.get("narrow", {})
        go.Figure(data=painted(figure["data"]), layout=painted(layout))


def test_every_colour_that_a_chart_names_is_defined_by_the_page(summary, figures):
    page = render_page(summary)
    defined = set(re.findall(r"(--[\w-]+):", page[: page.index("</style>")]))
    assert set().union(*map(colour_names, figures)) <= defined


def test_an_architecture_has_one_colour_in_every_chart(figures):
    comparison, parity, error_bars = (colour_names(figure["data"]) for figure in figures)
    assert "--arch-difference" in comparison & parity & error_bars


def test_hidden_marks_are_open_and_controls_square(summary):
    figure = comparison_figure(summary["comparison"], "all")
    rows = [row for row in summary["comparison"]["rows"] if row["subset"] == "all"]
    for row, mark in zip(rows, figure["data"], strict=True):
        assert (mark["marker"]["color"] == "--card") == (row["regime"] == "hidden")
        assert (mark["marker"]["symbol"] == "square") == row["is_control"]
        assert mark["error_x"]["array"] == [row["mae"]["error"]]


def test_parity_axes_are_the_same_in_both_directions_and_regimes(summary):
    layouts = [parity_figure(part, "gap_exp", "eV")["layout"] for part in summary["parity"]]
    assert layouts[0]["xaxis"]["range"] == layouts[0]["yaxis"]["range"] == layouts[1]["xaxis"]["range"]
