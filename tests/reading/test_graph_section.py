"""Graphs in study files: what is built is what is said, and what cannot be is refused by file and key."""

import tomllib

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask, TaskGraph
from graftwood.errors import WrongStudy
from graftwood.reading.graph_check import check_graph
from graftwood.reading.graph_section import NODES, NodeSection
from graftwood.study.graph_of import graph_of

KINDS = {"pbe": "real", "hse": "real", "exp": "real", "colour": "category", "mass": "positive"}
UNITS = {"pbe": "eV", "hse": "eV", "exp": "eV", "colour": "", "mass": "u"}


def sections(text: str) -> dict[str, NodeSection]:
    return {task: NodeSection(**said) for task, said in tomllib.loads(text)["graph"].items()}


def checked(text: str, **changes) -> dict[str, NodeSection]:
    said = sections(text)
    given = {"target": "exp", "kinds": KINDS, "units": UNITS, "same_as": (), "place": "my.toml", **changes}
    check_graph(said, **given)
    return said


EVERY_NODE = """
[graph.pbe]
architecture = "single"
forest = { max_depth = 3 }
[graph.hse]
architecture = "difference"
source = "pbe"
[graph.exp]
architecture = "latent"
latents = ["hse", "colour"]
[graph."*"]
architecture = "multi-task"
task_weight = 1.0
"""


def test_every_node_is_built_as_it_is_said():
    graph = graph_of(checked(EVERY_NODE), "exp", n_estimators=7, random_state=3)
    assert isinstance(graph, TaskGraph)
    assert (graph.target, graph.n_estimators, graph.random_state) == ("exp", 7, 3)
    pbe, hse, exp, rest = graph.nodes
    assert isinstance(pbe, SingleTask) and pbe.base.max_depth == 3
    assert isinstance(hse, Difference) and hse.source == ["pbe"]
    assert isinstance(exp, LatentVariable) and exp.latents == ["hse", "colour"]
    assert isinstance(rest, MultiTaskForest) and rest.target is None and rest.task_weight == 1.0


def test_pooled_node_takes_the_source_as_input():
    kinds = {"pbe": "real", "exp": "real"}
    said = checked('[graph.exp]\narchitecture = "pooled"\nsource_as_input = true', kinds=kinds, units={})
    (node,) = graph_of(said, "exp").nodes
    assert isinstance(node, Pooled) and node.source_as_input


def test_graph_from_a_file_is_the_graph_built_in_python():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 3))
    pbe = X[:, 0] + rng.normal(size=90) / 10
    Y = pd.DataFrame(
        {"pbe": pbe, "hse": 1.3 * pbe + 0.5, "exp": np.where(np.arange(90) % 3, np.nan, 1.5 * pbe)}
    )
    Y.loc[::4, "hse"] = np.nan
    said = checked(
        '[graph.hse]\narchitecture = "difference"\nsource = "pbe"\n'
        '[graph.exp]\narchitecture = "latent"\nlatents = "hse"',
        kinds=dict.fromkeys(Y, "real"),
    )
    shared = {"n_estimators": 10, "random_state": 0}
    ours = graph_of(said, "exp", **shared).fit(X, Y)
    nodes = [Difference("hse", "pbe"), LatentVariable("exp", ["hse"])]
    by_hand = TaskGraph(nodes, "exp", **shared).fit(X, Y)
    known = Y[["pbe"]].where(np.arange(90)[:, None] % 2 == 0)
    assert ours.edges_ == (("pbe", "hse"), ("hse", "exp"))
    assert np.array_equal(ours.predict(X, known=known), by_hand.predict(X, known=known))


@pytest.mark.parametrize(
    "text, says",
    [
        ('[graph.gap]\narchitecture = "single"', r"\[graph\.gap\] is of no task; the tasks are pbe, hse"),
        (
            '[graph.exp]\narchitecture = "forest"',
            r"\[graph\.exp\] architecture must be 'single', .* or 'expression', got 'forest'",
        ),
        ('[graph.exp]\narchitecture = "difference"', r"\[graph\.exp\] source is missing; a difference node"),
        ('[graph.exp]\narchitecture = "latent"\nlatents = []', r"latents is missing"),
        (
            '[graph.exp]\narchitecture = "difference"\nsource = "mass"',
            "'exp' is real and 'mass' is positive; give both one kind, or say slope = \"learned\", or use",
        ),
        (
            '[graph.exp]\narchitecture = "single"\n[graph.shift]\narchitecture = "expression"\n'
            'expression = "exp - pb"\n[graph."*"]\narchitecture = "multi-task"',
            r"\[graph\.shift\] expression names 'pb', but the tasks are pbe, hse, .*shift; correct the name",
        ),
        (
            '[graph.exp]\narchitecture = "single"\n[graph.shift]\narchitecture = "expression"\n'
            'expression = "exp - "',
            r"\[graph\.shift\] The expression 'exp -' cannot be read",
        ),
        (
            '[graph.exp]\narchitecture = "single"\nsource = "pbe"',
            r"source is no key of a single node, whose keys are architecture, forest",
        ),
        ('[graph.exp]\narchitecture = "latent"\nlatents = "dft"', r"latents names 'dft', but the tasks are"),
        ('[graph.exp]\narchitecture = "latent"\nlatents = ["hse", "hse"]', r"latents names 'hse' twice"),
        ('[graph.exp]\narchitecture = "difference"\nsource = "colour"', r"the task 'colour' is a category"),
        (
            '[graph.exp]\narchitecture = "difference"\nsource = "mass"',
            r"'exp' is real and 'mass' is positive",
        ),
        ('[graph.exp]\narchitecture = "pooled"', r"the task 'colour' is a category"),
        (
            '[graph.hse]\narchitecture = "single"',
            r"\[graph\] has no node that answers for the target 'exp', only for hse",
        ),
        ('[graph."*"]\narchitecture = "single"', r'\[graph\."\*"\] architecture must be \'multi-task\''),
        (
            '[graph.exp]\narchitecture = "single"\nforest = { depth = 3 }',
            r"forest has the key 'depth'; allowed are max_features",
        ),
        (
            '[graph.exp]\narchitecture = "latent"\nlatents = "hse"\n'
            '[graph.hse]\narchitecture = "latent"\nlatents = "exp"',
            r"\[graph\] the tasks exp <- hse <- exp need each other",
        ),
        (
            '[graph.exp]\narchitecture = "difference"\nsource = ["pbe", "hse"]\n'
            '[graph.pbe]\narchitecture = "latent"\nlatents = "hse"',
            r"the tasks exp|hse <- pbe <- hse need each other",
        ),
    ],
)
def test_what_cannot_be_built_is_refused_by_file_and_key(text, says):
    with pytest.raises(WrongStudy, match=r"^my\.toml: .*\.$") as caught:
        checked(text)
    assert pd.Series(str(caught.value)).str.contains(says).all(), caught.value


def test_units_must_agree_where_values_are_added():
    with pytest.raises(WrongStudy, match=r"\[graph\.exp\].* 'exp' is in eV and 'pbe' in meV"):
        checked('[graph.exp]\narchitecture = "difference"\nsource = "pbe"', units={**UNITS, "pbe": "meV"})


@pytest.mark.parametrize(
    "text, source, slope", [('slope = "learned"', "pbe", "learned"), ("slope = 1e-3", "pbe", 0.001)]
)
def test_a_slope_goes_from_one_unit_to_another(text, source, slope):
    said = checked(
        f'[graph.exp]\narchitecture = "difference"\nsource = "{source}"\n{text}',
        units={**UNITS, "pbe": "meV"},
    )
    (node,) = graph_of(said, "exp").nodes
    assert node.slope == slope


@pytest.mark.parametrize("slope", ['"steep"', "nan", "inf"])
def test_a_slope_is_a_number_or_learned(slope):
    said = checked(f'[graph.exp]\narchitecture = "difference"\nsource = "pbe"\nslope = {slope}')
    with pytest.raises(WrongStudy, match=r"\[graph\.exp\]: slope must be a finite number or 'learned', got"):
        graph_of(said, "exp", "my.toml")


def test_a_learned_slope_goes_from_one_kind_to_another_and_a_given_one_does_not():
    text = '[graph.exp]\narchitecture = "difference"\nsource = "mass"\nslope = '
    checked(text + '"learned"')
    with pytest.raises(WrongStudy, match="'exp' is real and 'mass' is positive"):
        checked(text + "2.0")
    with pytest.raises(WrongStudy, match="slope is no key of a latent node"):
        checked('[graph.exp]\narchitecture = "latent"\nlatents = "pbe"\nslope = 2.0')


def test_a_repeat_of_the_target_is_no_source():
    with pytest.raises(WrongStudy, match="repeats the target's measurement"):
        checked('[graph.exp]\narchitecture = "latent"\nlatents = "hse"', same_as=("hse",))


def test_the_target_as_its_own_source_is_the_control_and_no_cycle():
    checked('[graph.exp]\narchitecture = "latent"\nlatents = "exp"')


def test_source_without_a_node_reaches_the_target():
    checked('[graph.hse]\narchitecture = "difference"\nsource = "exp"', target="exp")


@pytest.mark.parametrize("architecture", NODES)
def test_each_row_of_the_table_makes_an_architecture_that_can_be_cloned(architecture):
    from sklearn.base import clone

    kind = NODES[architecture]
    more = {kind.sources: ["pbe"]} if kind.sources else {}
    more |= {"expression": "pbe - hse"} if architecture == "expression" else {}
    (node,) = graph_of({"exp": NodeSection(architecture=architecture, **more)}, "exp").nodes
    assert repr(clone(node)) == repr(node)


@pytest.mark.parametrize("option", ["max_depth = 0", "max_features = 'many'", "splitter = 'worst'"])
def test_option_of_a_forest_that_is_not_allowed_is_refused_by_key(option):
    said = sections(f'[graph.exp]\narchitecture = "single"\nforest = {{ {option} }}')
    key = option.partition(" ")[0]
    with pytest.raises(WrongStudy, match=rf"^my\.toml: \[graph\.exp\] forest: {key} must be .*, got .*\.$"):
        graph_of(said, "exp", "my.toml")


def test_expression_may_have_a_name_of_its_own_and_is_computed():
    text = EVERY_NODE.replace('[graph."*"]', '[graph.shift]\narchitecture = "expression"\n'
                              'expression = "exp - hse"\n[graph."*"]')  # fmt: skip
    graph = graph_of(checked(text), "exp")
    assert [type(node).__name__ for node in graph.nodes][3] == "Expression"
    assert graph.nodes[3].expression == "exp - hse"
    with pytest.raises(WrongStudy, match=r"\[graph\.shift\] expression is missing"):
        checked(text.replace('expression = "exp - hse"', ""))
