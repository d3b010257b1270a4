import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from graftwood.data.table import Task
from graftwood.report.html import render_page
from graftwood.report.summary import summarise

LIMIT = 8 * 1024 * 1024


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page(records):
    return render_page(summarise(records))


@pytest.fixture(scope="module")
def elements(page):
    return Elements(page).found


def test_page_is_at_most_8_mb_and_has_plotly_once(page):
    assert len(page.encode()) <= LIMIT
    assert page.count("* plotly.js v") == 1


def test_longest_page_that_the_limits_allow_is_at_most_8_mb(small_records):
    big = replace(
        small_records,
        held_out=pd.concat([small_records.held_out] * 50, ignore_index=True),
        predictions=pd.concat([small_records.predictions] * 90, ignore_index=True),
    )
    assert len(render_page(summarise(big)).encode()) <= LIMIT


def test_page_loads_nothing_and_links_only_to_citations(elements):
    loading = [(tag, a) for tag, a in elements if "src" in a or tag in ("iframe", "object", "embed")]
    assert loading == []
    assert [a["href"] for tag, a in elements if tag == "link"] == ["data:,"]
    outside = [a["href"] for tag, a in elements if a.get("href", "").startswith("http")]
    assert outside and all(re.match(r"https://(doi|arxiv)\.org/", address) for address in outside)
    assert {tag for tag, a in elements if a.get("href", "").startswith("http")} == {"a"}


def test_page_forbids_itself_the_network(elements):
    policy = next(a["content"] for tag, a in elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';") and "http" not in policy


def test_nasty_text_stays_text(small_records):
    nasty = '</script><script>alert("x")</script><img src=x onerror=alert(1)>'
    held_out = small_records.held_out.assign(formula=nasty)
    predictions = small_records.predictions.assign(formula=nasty, problem=nasty)
    source = Task("gap_exp", unit="eV", source=f"{nasty} https://doi.org/10.1000/1<b>")
    spoiled = replace(
        small_records,
        title=nasty,
        held_out=held_out,
        predictions=predictions,
        tasks=(source, small_records.tasks[1]),
        settings={nasty: nasty},
        environment={nasty: nasty},
    )
    tags = [tag for tag, _ in Elements(render_page(summarise(spoiled))).found]
    clean = [tag for tag, _ in Elements(render_page(summarise(small_records))).found]
    assert "img" not in tags and "b" not in tags
    assert tags.count("script") == clean.count("script")


def test_dois_and_addresses_of_a_source_are_links_without_the_stop_after_them(small_records):
    source = "Ward (doi:10.1038/npjcompumats.2016.28); see https://example.org/data, CC BY."
    tasks = (Task("gap_exp", unit="eV", source=source), small_records.tasks[1])
    page = render_page(summarise(replace(small_records, tasks=tasks)))
    assert 'href="https://doi.org/10.1038/npjcompumats.2016.28"' in page
    assert 'href="https://example.org/data"' in page


def test_formulas_are_set_with_low_digits(page):
    assert "<sub>" in page and re.search(r"Xx<sub>2</sub>O<sub>3</sub>", page)


def test_tables_speak_to_screen_readers(elements):
    headers = [a for tag, a in elements if tag == "th"]
    assert headers and all("scope" in a for a in headers)
    tags = [tag for tag, _ in elements]
    assert tags.count("caption") == tags.count("table")
    charts = [a for tag, a in elements if a.get("class", "").startswith("chart")]
    assert charts and all(a["role"] == "img" and len(a["aria-label"]) > 40 for a in charts)
    assert all("aria-label" in a or "aria-hidden" in a for tag, a in elements if tag == "svg")


def test_identifiers_are_unique(elements):
    names = [a["id"] for _, a in elements if "id" in a]
    assert len(names) == len(set(names))


def test_every_link_within_the_page_arrives(elements):
    names = {a["id"] for _, a in elements if "id" in a}
    assert {a["href"][1:] for _, a in elements if a.get("href", "").startswith("#")} <= names


def test_settings_and_environment_are_shown_as_they_are(page, records):
    for part in (records.settings, records.environment):
        for key, value in part.items():
            assert f"<dt>{key}</dt><dd>{value}</dd>" in page


def test_page_of_a_bare_comparison_says_that_nothing_was_predicted(small_records):
    bare = replace(small_records, predictions=pd.DataFrame(), held_out=pd.DataFrame(), verdicts=())
    page = render_page(summarise(bare))
    assert "predicted no candidates" in page and "Not judged." in page


def test_target_without_a_unit_leaves_no_empty_brackets(small_records):
    tasks = tuple(replace(task, unit="") for task in small_records.tasks)
    verdicts = tuple(replace(verdict, unit="") for verdict in small_records.verdicts)
    page = render_page(summarise(replace(small_records, tasks=tasks, verdicts=verdicts)))
    body = page[page.index("<main>") : page.index("</main>")]
    assert "()" not in body and " ," not in body
