"""An architecture is known in every place that lists them: files, comparisons, pages, shared tests."""

from collections.abc import Collection

import pytest

import graftwood
from graftwood import SingleTask, TaskGraph
from graftwood.reading.graph_section import NODES
from graftwood.report import words
from graftwood.store.classes import ARCHITECTURES
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.graph_of import _MAKE
from graftwood.study.records import ARCHITECTURE_LABELS
from tests.architectures.planted import small_models

NODES_ONLY = {"Expression"}  # computed within a graph, and no model of its own
MADE_OF_CANDIDATES = {"Blend"}  # of those that a comparison tried, by the selector
PUBLIC = sorted(
    name
    for name, home in graftwood._HOMES.items()
    if home.startswith("graftwood.architectures.") and name not in NODES_ONLY
)


def candidates() -> list[Candidate]:
    graph = TaskGraph([SingleTask("target")])
    return default_candidates("target", ["one", "other"], has_variants=True, graph=graph)


def families() -> set[str]:
    """Every candidate's key without its variant."""
    return {candidate.name.partition(":")[0] for candidate in candidates()}


def assert_listed(name: str, known: Collection[str], place: str) -> None:
    assert name in known, f"{name} is missing in {place}, which has {', '.join(sorted(known))}; add it there"


@pytest.mark.parametrize("name", PUBLIC)
def test_model_file_may_hold_it(name: str) -> None:
    assert_listed(name, ARCHITECTURES, "ARCHITECTURES of store/classes.py")
    assert ARCHITECTURES[name] == graftwood._HOMES[name]


@pytest.mark.parametrize("name", [name for name in PUBLIC if name not in MADE_OF_CANDIDATES])
def test_comparison_tries_it(name: str) -> None:
    tried = {type(candidate.estimator).__name__ for candidate in candidates()}
    assert_listed(name, tried, "default_candidates of study/candidates.py")


@pytest.mark.parametrize("name", [name for name in PUBLIC if name != "TaskGraph"])
def test_shared_tests_have_a_small_model_of_it(name: str) -> None:
    models = {type(model).__name__ for model in small_models().values()}
    assert_listed(name, models, "small_models of tests/architectures/planted.py")


@pytest.mark.parametrize("family", sorted(families()))
def test_pages_have_words_and_colours_for_it(family: str) -> None:
    assert_listed(family, ARCHITECTURE_LABELS, "ARCHITECTURE_LABELS of study/records.py")
    assert_listed(family, words.MEANINGS, "MEANINGS of report/words.py")
    assert_listed(family, words.ORDER, "ORDER of report/words.py")
    assert_listed(family, words._COLOURS, "_COLOURS of report/words.py")


@pytest.mark.parametrize("node", sorted({*NODES, *_MAKE}))
def test_node_of_a_study_file_is_described_and_made(node: str) -> None:
    assert_listed(node, NODES, "NODES of reading/graph_section.py")
    assert_listed(node, _MAKE, "_MAKE of study/graph_of.py")
