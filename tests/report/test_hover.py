"""A point of the parity chart names its material and what the other sources say of it."""

from dataclasses import replace

import numpy as np

from graftwood.report.hover import hover_data
from graftwood.report.plots import parity_figure
from graftwood.report.summary import summarise
from graftwood.study.other_labels import other_labels
from tests.study.planted import SOURCE, TARGET, small_table


def test_other_labels_are_those_of_the_sources_and_never_the_target():
    table = small_table()
    texts = other_labels(table, TARGET)
    has = table.labels[SOURCE].notna().to_numpy()
    assert np.array_equal((texts != "").to_numpy(), has)
    row = int(np.flatnonzero(has)[0])
    assert texts[row] == f"{SOURCE} {table.labels[SOURCE].iloc[row]:.3g} eV"
    assert not texts.str.contains(TARGET).any()


def test_chart_shows_them_and_makes_them_harmless(records):
    held_out = records.held_out.assign(other_labels="<script>dft</script> 1 eV")
    part = summarise(replace(records, held_out=held_out))["parity"][0]
    points = parity_figure(part, "gap_exp", "eV")["data"][0]
    assert points["customdata"][0] == [part["spread"][0], "<br>&lt;script&gt;dft&lt;/script&gt; 1 eV"]
    assert "customdata[1]" in points["hovertemplate"] and "%{text}" in points["hovertemplate"]


def test_page_of_earlier_records_without_them_still_shows_points(records):
    part = summarise(records)["parity"][0]
    assert {text for _, text in hover_data(part)} == {""}
