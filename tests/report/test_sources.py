"""What each source is worth on the page: right numbers at right places, or nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd

from graftwood.report import render_page, summarise
from graftwood.report.sources import sources_summary


def ranked():
    rows = [
        ("visible", "gap_dft", 0.30, 0.05, 0.20, 0.05, 0.1),
        ("visible", "gap_poor", -0.20, 0.05, 0.01, 0.05, -0.3),
        ("visible", "gap_thin", np.nan, np.nan, 0.0, 0.05, np.nan),
        ("hidden", "gap_dft", 0.05, 0.05, 0.0, 0.05, 0.0),
    ]
    columns = [
        "regime",
        "source",
        "gain",
        "gain_standard_error",
        "loss",
        "loss_standard_error",
        "gain_at_0.25",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        n_labels=120, reference="single", gain_at_1=frame["gain"],
        **{f"gain_at_{share}_standard_error": 0.05 for share in ("0.25", "1")},
    )  # fmt: skip


def test_gains_stand_right_of_zero_and_words_follow_their_errors():
    summary = sources_summary(ranked(), "eV", is_category=False)
    visible, hidden = summary["panels"]
    helps, harms, thin = visible["lines"]
    assert helps["low"] < helps["x"] < helps["high"] and summary["zero"] < helps["low"]
    assert harms["high"] < summary["zero"]
    assert [line["word"] for line in visible["lines"]] == ["helps", "harms", "not measured"]
    assert hidden["lines"][0]["word"] == "not decided" and "x" not in thin
    assert [share["value"] for share in summary["shares"]] == [0.25]


def test_page_shows_the_section_only_where_sources_were_ranked(small_records):
    assert "What is each source worth?" not in render_page(summarise(small_records))
    page = render_page(summarise(replace(small_records, sources=ranked())))
    assert "What is each source worth?" in page and "+0.300" in page and "−0.200" in page
    assert "<code>gap_poor</code>" in page and 'href="#sources"' in page


def test_names_of_sources_cannot_break_the_page(small_records):
    frame = ranked().assign(source="<script>alert(1)</script>")
    assert "<script>alert(1)" not in render_page(summarise(replace(small_records, sources=frame)))


def test_nothing_measured_is_no_section():
    assert sources_summary(None, "eV", is_category=False) is None
    assert sources_summary(ranked().assign(gain=np.nan), "eV", is_category=False) is None
