"""The page in a real browser: it draws, sorts, switches and finds, and complains of nothing."""

import json
import re
import shutil
import subprocess
from html import unescape

import pytest

from graftwood.report.html import render_page
from graftwood.report.summary import summarise

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--blink-settings=preferredColorScheme=0",  # dark
    "--window-size=1280,2000",
    "--virtual-time-budget=2000",
    "--dump-dom",
]

WATCH = """<script>
window.complaints = [];
addEventListener("error", (event) => complaints.push(String(event.message)));
addEventListener("unhandledrejection", (event) => complaints.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => complaints.push(event.violatedDirective));
for (const level of ["error", "warn"]) console[level] = (...texts) => complaints.push(texts.join(" "));
</script>"""

CHECK = """<pre id="findings"></pre><script>
addEventListener("load", () => setTimeout(() => {
  const column = (id, n) => [...document.querySelectorAll(`#${id} tbody:not([hidden]) tr:not(.subset)`)]
    .filter((row) => !row.hidden).map((row) => row.cells[n].dataset.sort);
  const header = (id, n) => document.querySelectorAll(`#${id} thead th`)[n];
  const click = (id, n) => { header(id, n).querySelector("button").click(); return header(id, n).ariaSort; };
  const found = {};
  found.drawn = [...document.querySelectorAll(".chart.js-plotly-plot")].map((chart) => chart.id);
  found.points = document.querySelectorAll("#parity-visible .points path").length;
  const chart = document.getElementById("parity-visible");
  Plotly.Fx.hover(chart, [{curveNumber: 0, pointNumber: 3}]);
  found.hover = chart.querySelector(".hovertext")?.textContent ?? "";
  found.hovered = chart.data[0].text[3];
  found.ink = document.getElementById("parity-visible").layout.font.color;
  found.first = click("comparison-table", 2);
  found.rising = column("comparison-table", 2);
  found.second = click("comparison-table", 2);
  found.falling = column("comparison-table", 2);
  click("predictions-list", 1);
  found.known = column("predictions-list", 1);
  document.querySelector('input[name="parity"][value="hidden"]').click();
  found.switched = document.querySelectorAll("#parity-hidden .points path").length;
  found.left = document.querySelector('[data-group="parity"][data-key="visible"]').hidden;
  const filter = document.getElementById("predictions-filter");
  filter.value = "unknown element";
  filter.dispatchEvent(new Event("input"));
  found.matches = column("predictions-list", 0).length;
  found.count = document.getElementById("predictions-count").textContent;
  found.csv = csvText().split("\\r\\n").slice(0, 7);
  found.wide = document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  found.complaints = complaints;
  document.getElementById("findings").textContent = JSON.stringify(found);
}, 500));
</script></body>"""


@pytest.fixture(scope="module")
def findings(small_records, tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("no Chromium here; the page's scripts are not tried")
    folder = tmp_path_factory.mktemp("browser")
    page = render_page(summarise(small_records)).replace("<head>", f"<head>{WATCH}", 1)
    (folder / "page.html").write_text(CHECK.join(page.rsplit("</body>", 1)), encoding="utf-8")
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", (folder / "page.html").as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    written = re.findall(r'<pre id="findings">(\{.*?\})</pre>', run.stdout, re.DOTALL)
    assert written, f"the page did not finish: {run.stderr[-2000:]}"
    return json.loads(unescape(written[0]))


def test_page_opens_without_complaints(findings):
    assert findings["complaints"] == []


def test_only_shown_charts_are_drawn_and_all_points_are_there(findings):
    assert findings["drawn"] == ["comparison-0", "parity-visible", "error-bars-visible"]
    assert findings["points"] == 120


def test_hovering_a_point_shows_its_formula_error_bar_and_what_was_known(findings):
    assert findings["hover"].startswith(findings["hovered"])
    assert "label" in findings["hover"] and "±" in findings["hover"]
    assert "known: gap_dft 1.2 eV" in findings["hover"]


def test_charts_take_the_colours_of_the_dark_theme(findings):
    assert findings["ink"] == "#e6ece8"


def test_clicking_a_header_sorts_up_then_down(findings):
    rising = [float(value) for value in findings["rising"]]
    assert (findings["first"], findings["second"]) == ("ascending", "descending")
    assert len(rising) == 16 and rising == sorted(rising)
    assert [float(value) for value in findings["falling"]] == sorted(rising, reverse=True)


def test_unknown_values_sort_last(findings):
    values = findings["known"]
    known = [float(value) for value in values if value]
    assert known == sorted(known)
    assert 0 < len(known) < len(values) and not any(values[len(known) :])


def test_switch_shows_the_other_regime_and_draws_it(findings):
    assert findings["left"] is True and findings["switched"] == 120


def test_finding_keeps_the_matching_rows_and_says_how_many(findings):
    assert findings["matches"] == 1
    assert findings["count"] == "1 of 12 rows"


def test_download_holds_the_predictions_as_they_are(findings, small_records):
    assert findings["csv"][0].split(",") == list(small_records.predictions.columns)
    first = findings["csv"][1].split(",")
    assert first[0] == small_records.predictions["formula"][0]
    assert float(first[2]) == small_records.predictions["gap_exp"][0]
    assert findings["csv"][6] == "Xx2O3,,,,,,Unknown element Xx in the formula Xx2O3; correct its symbol."


def test_page_does_not_scroll_sideways(findings):
    assert findings["wide"] is True
