"""The page of an inspection in a real browser: no complaints; it switches, fits a phone and prints whole."""

import json
import re
import subprocess
from html import unescape

import pytest

from graftwood.inspection import inspect_study
from graftwood.reading import read_study
from graftwood.report.inspection import render_inspection
from tests.reading.folder import write_study
from tests.report.test_browser import CHROMIUM, FLAGS, WATCH

CHECK = """<pre id="findings"></pre><script>
addEventListener("load", () => setTimeout(() => {
  const shown = () => [...document.querySelectorAll('[data-group="elements"]')].map((panel) => !panel.hidden);
  const found = { before: shown(), complaints };
  const second = document.querySelectorAll('input[name="elements"]')[1];
  second.focus();
  found.focus = document.activeElement === second;
  second.click();
  found.after = shown();
  found.wide = document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  found.bars = document.querySelectorAll(".histogram rect").length;
  found.closed = [...document.querySelectorAll("details")].some((details) => !details.open);
  dispatchEvent(new Event("beforeprint"));
  found.open = [...document.querySelectorAll("details")].every((details) => details.open);
  found.unnamed = [...document.querySelectorAll("svg:not([aria-hidden]):not(svg svg), [role=region]")]
    .filter((each) => !each.ariaLabel && !each.getAttribute("aria-labelledby")).length;
  found.headings = [...document.querySelectorAll("h1, h2, h3")].map((each) => Number(each.tagName[1]));
  document.getElementById("findings").textContent = JSON.stringify(found);
}, 300));
</script></body>"""


@pytest.fixture(scope="module", params=[1280, 500], ids=["screen", "phone"])
def findings(request, tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("no Chromium here; the page's scripts are not tried")
    folder = tmp_path_factory.mktemp("inspection")
    page = render_inspection(inspect_study(read_study(write_study(folder))))
    page = page.replace("<head>", f"<head>{WATCH}", 1)
    (folder / "page.html").write_text(CHECK.join(page.rsplit("</body>", 1)), encoding="utf-8")
    flags = [flag for flag in FLAGS if not flag.startswith("--window-size")]
    flags += [f"--window-size={request.param},2000", f"--user-data-dir={folder / 'profile'}"]
    command = [CHROMIUM, *flags, (folder / "page.html").as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    written = re.findall(r'<pre id="findings">(\{.*?\})</pre>', run.stdout, re.DOTALL)
    assert written, f"the page did not finish: {run.stderr[-2000:]}"
    return json.loads(unescape(written[0]))


def test_page_opens_without_complaints_and_does_not_scroll_sideways(findings):
    assert findings["complaints"] == [] and findings["wide"] is True
    assert findings["bars"] > 2


def test_switch_shows_one_table_of_elements_and_can_be_reached_by_keyboard(findings):
    assert findings["before"] == [True, False, False] and findings["after"] == [False, True, False]
    assert findings["focus"] is True


def test_paper_shows_every_list(findings):
    assert findings["closed"] is True and findings["open"] is True


def test_drawings_and_regions_have_names_and_headings_an_order(findings):
    assert findings["unnamed"] == 0
    levels = findings["headings"]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
