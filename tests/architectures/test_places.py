"""An architecture is known in every place that lists them: files, comparisons, pages, shared tests."""

import pytest

import graftwood
from graftwood import SingleTask, TaskGraph
from graftwood.report import words
from graftwood.store.classes import ARCHITECTURES
from graftwood.study.candidates import default_candidates
from graftwood.study.records import ARCHITECTURE_LABELS
from tests.architectures.planted import small_models

NODES_ONLY = {"Expression"}  # computed within a graph, and no model of its own
PUBLIC = sorted(
    name
    for name, home in graftwood._HOMES.items()
    if home.startswith("graftwood.architectures.") and name not in NODES_ONLY
)


def families() -> set[str]:
    """Every candidate's key without its variant."""
    graph = TaskGraph([SingleTask("target")])
    found = default_candidates("target", ["one", "other"], has_variants=True, graph=graph)
    return {candidate.name.partition(":")[0] for candidate in found}


@pytest.mark.parametrize("name", PUBLIC)
def test_model_file_may_hold_it(name: str) -> None:
    assert ARCHITECTURES[name] == graftwood._HOMES[name]


@pytest.mark.parametrize("name", [name for name in PUBLIC if name != "TaskGraph"])
def test_shared_tests_have_a_small_model_of_it(name: str) -> None:
    assert name in {type(model).__name__ for model in small_models().values()}


@pytest.mark.parametrize("family", sorted(families()))
def test_pages_have_words_and_colours_for_it(family: str) -> None:
    assert family in ARCHITECTURE_LABELS
    assert family in words.MEANINGS
    assert family in words.ORDER
    assert family in words._COLOURS
