"""Pages with measured numbers say what the stored results say."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ["make_transfer", "make_error_bars", "make_scale"]


@pytest.fixture
def tools(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    return importlib.import_module


@pytest.mark.parametrize("name", TOOLS)
def test_page_is_made_from_the_stored_results(name, tools, monkeypatch):
    marked, tool = tools("marked"), tools(name)
    written = []

    def compare(path, mark, text):
        assert marked.marked(path, mark)[0] == text, f"run: python tools/{name}.py"
        written.append((path, mark))

    monkeypatch.setattr(tool, "rewrite", compare)
    tool.main()
    pages = {path for path, _ in written}
    marks = {
        mark for path in pages for mark in re.findall(r"<!-- (\w+) -->", path.read_text(encoding="utf-8"))
    }
    assert marks == {mark for _, mark in written}


def test_a_mark_that_is_lost_or_doubled_is_told(tools, tmp_path):
    marked = tools("marked")
    page = tmp_path / "page.md"
    page.write_text("<!-- here -->\nold\n<!-- /here -->\nrest\n")
    marked.rewrite(page, "here", "new\n")
    assert page.read_text() == "<!-- here -->\nnew\n<!-- /here -->\nrest\n"
    with pytest.raises(SystemExit, match="'there' is there 0 times"):
        marked.rewrite(page, "there", "new\n")
    page.write_text(2 * page.read_text())
    with pytest.raises(SystemExit, match="2 times"):
        marked.rewrite(page, "here", "new\n")
