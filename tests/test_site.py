"""What the documentation site needs to be whole, seen without building it.

`make docs` builds it and refuses warnings; that needs the extra `docs`, and these tests do not.
"""

import importlib.util
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

import graftwood
import graftwood.datasets

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SHOWN = re.compile(r"^::: (graftwood\.[\w.]+)", re.M)
IN_NAV = re.compile(r"([\w/-]+(?:\.md|/))(?=\s*(?:#.*)?$)", re.M)


@pytest.fixture(scope="module")
def architecture() -> ModuleType:
    specification = importlib.util.spec_from_file_location(
        "draw_architecture", ROOT / "tools/draw_architecture.py"
    )
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def shown_names() -> set[str]:
    """Full names that the reference shows."""
    pages = (DOCS / "reference").glob("*.md")
    return {name for page in pages for name in SHOWN.findall(page.read_text(encoding="utf-8"))}


def navigation() -> str:
    return (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]


@pytest.mark.parametrize("name", sorted(set(graftwood.__all__) - {"__version__", "datasets"}))
def test_reference_shows_every_public_name(name: str) -> None:
    home = graftwood._HOMES[name]
    assert f"{home}.{name}" in shown_names(), f"add '::: {home}.{name}' to a page of docs/reference"


@pytest.mark.parametrize("name", graftwood.datasets.__all__)
def test_reference_shows_every_data_set(name: str) -> None:
    full = f"graftwood.datasets.{graftwood.datasets._HOME[name]}.{name}"
    assert full in shown_names(), f"add '::: {full}' to docs/reference/data.md"


@pytest.mark.parametrize("full", sorted(shown_names()))
def test_what_the_reference_shows_is_there(full: str) -> None:
    assert pkgutil.resolve_name(full) is not None


def test_navigation_leads_to_every_page() -> None:
    """Generated pages of a study, and provenance of data, are reached from the pages that speak of them."""
    named = set(IN_NAV.findall(navigation()))
    folders = tuple(name for name in named if name.endswith("/"))
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    reached_by_links = {page for page in pages if re.match(r"(?:studies/[\w-]+|tutorial/data)/", page)}
    missing = {page for page in pages - named - reached_by_links if not page.startswith(folders)}
    assert not missing, "add them to nav in mkdocs.yml"
    assert not {name for name in named if not (DOCS / name).exists() and not name.startswith("repository/")}


def test_architecture_page_is_drawn_from_the_table_of_imports(architecture: ModuleType) -> None:
    parts, text = architecture.allowed(), architecture.PAGE.read_text(encoding="utf-8")
    todo = "run: python tools/draw_architecture.py"
    assert architecture.DRAWING.read_text(encoding="utf-8") == architecture.drawing(parts), todo
    assert text == architecture.page(text, parts), todo


def test_arrows_that_follow_from_others_are_left_out(architecture: ModuleType) -> None:
    parts = {"low": set(), "middle": {"low"}, "high": {"middle", "low"}}
    assert architecture.direct(parts) == {"low": set(), "middle": {"low"}, "high": {"middle"}}


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.svg")), ids=lambda page: page.name)
def test_drawing_loads_nothing_and_names_no_colour_of_one_theme(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"(?:href|src)=[\"'](?!#|data:)", text)
    if page.parent.name == "drawings":
        assert "prefers-color-scheme: dark" in text
        assert "currentColor" in text
