"""The learning curve on the page: right places, right numbers, and nothing where there is none."""

from dataclasses import replace

import pandas as pd

from graftwood.report import render_page, summarise
from graftwood.report.learning_curve import curve_summary


def curve():
    rows = [
        ("single", 10, 1.0, 0.1), ("single", 20, 0.8, 0.1), ("single", 40, 0.6, 0.0),
        ("difference", 10, 0.5, 0.1), ("difference", 20, 0.45, 0.1), ("difference", 40, 0.4, 0.05),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["architecture", "n_labels", "value", "standard_error"])
    return frame.assign(regime="visible", metric="mae", gain_over_single=0.0, gain_standard_error=0.0)


def test_points_stand_where_their_numbers_are():
    summary = curve_summary(curve(), "eV")
    assert [size["n"] for size in summary["sizes"]] == [10, 20, 40]
    left, middle, right = (size["x"] for size in summary["sizes"])
    assert middle - left == right - middle  # doubling is one step
    single, difference = summary["panels"][0]["lines"]
    assert (single["label"], difference["label"]) == ("Single task", "Difference")
    assert [point["y"] for point in single["points"]] == sorted(point["y"] for point in single["points"])
    assert difference["points"][0]["y"] > single["points"][0]["y"]  # smaller errors stand lower
    assert all(point["high"] <= point["y"] <= point["low"] for point in single["points"])


def test_page_shows_the_curve_only_where_there_is_one(small_records):
    without = render_page(summarise(small_records))
    assert "What are more labels worth?" not in without
    page = render_page(summarise(replace(small_records, learning_curve=curve())))
    assert "What are more labels worth?" in page and "0.450" in page


def test_two_lines_of_one_colour_differ_in_their_strokes():
    names = {"single": "difference_gap_dft", "difference": "difference_gap_hse"}
    first, second = curve_summary(curve().replace({"architecture": names}), "eV")["panels"][0]["lines"]
    assert first["light"] == second["light"] and first["is_again"] != second["is_again"]


def test_no_curve_is_no_summary():
    assert curve_summary(None, "eV") is None
