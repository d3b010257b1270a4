"""The tutorial is true: its commands run in order and print what the page shows.

Words must agree to the letter, numbers to a few per cent, since the last digits of a
forest's error bars may differ between processors.
"""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")


@pytest.fixture(scope="module")
def tutorial():
    specification = importlib.util.spec_from_file_location("make_tutorial", ROOT / "tools/make_tutorial.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def numbers(text):
    return [float(number.replace(",", "").replace("−", "-")) for number in NUMBER.findall(text)]


def words(text):
    return " ".join(NUMBER.sub("0", text).split())


@pytest.mark.slow
def test_commands_print_what_the_page_shows(tutorial, tmp_path):
    text = tutorial.PAGE.read_text(encoding="utf-8")
    shown = [output for _, _, output in tutorial.steps(text)]
    printed = tutorial.outputs(text, tmp_path)
    assert len(printed) == 8
    for page, now in zip(shown, printed, strict=True):
        if page:
            assert words(now) == words(page), "run: python tools/make_tutorial.py"
            assert numbers(now) == pytest.approx(numbers(page), rel=0.05, abs=0.02), (
                "run tools/make_tutorial.py"
            )
    for name in ("inspection.html", "comparison/report.html", "model.graft", "suggestions.csv"):
        assert (tmp_path / name).is_file()
    assert "gap_measured" in (tmp_path / "comparison/report.html").read_text(encoding="utf-8")
