"""Task graphs: what they are equal to, what known labels do along them, and graphs that cannot be."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood import (
    Difference,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    TaskGraph,
    load_model,
    save_model,
)
from graftwood.errors import TaskCycle, UnitMismatch, UnknownTask, UnreachableTarget, WrongOption

OPTIONS = {"n_estimators": 30, "random_state": 0}


def chain_table(n_rows=300, seed=0):
    """A -> B -> C: B is A plus a correction that x tells, C is a step of B; A can be told from x."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 4))
    a = 2 * np.sign(X[:, 0]) + np.sign(X[:, 1])
    b = a + 1.0 + (X[:, 2] > 0)
    Y = pd.DataFrame({"a": a, "b": b, "c": np.where(b > 1, 3.0, -3.0), "d": X[:, 3] ** 2})
    Y.loc[rng.random(n_rows) < 0.3, "a"] = np.nan
    Y.loc[rng.random(n_rows) < 0.5, "b"] = np.nan
    Y.loc[rng.random(n_rows) < 0.7, "c"] = np.nan
    return X, Y


def chain_graph(**options):
    nodes = [LatentVariable("c", ["b"]), Difference("b", "a")]
    return TaskGraph(nodes, target="c", **{**OPTIONS, **options})


@pytest.fixture(scope="module")
def fitted():
    X, Y = chain_table()
    return chain_graph().fit(X, Y)


@pytest.mark.parametrize(
    ("alone", "task"),
    [
        (SingleTask("b", **OPTIONS), "b"),
        (MultiTaskForest("b", **OPTIONS), "b"),
        (Pooled("b", source_as_input=True, **OPTIONS), "b"),
    ],
)
def test_one_node_says_what_its_architecture_says(alone, task):
    X, Y = chain_table()
    Y = Y[["a", "b"]]
    graph = TaskGraph([clone(alone)], target=task, **OPTIONS).fit(X, Y)
    alone.fit(X, Y)
    for said, expected in zip(
        graph.predict(X, return_std=True), alone.predict(X, return_std=True), strict=True
    ):
        assert np.array_equal(said, expected)


def test_graph_is_a_chain_of_three(fitted):
    assert fitted.edges_ == (("a", "b"), ("b", "c"))
    assert fitted.tasks_ == ("a", "b", "c")
    assert set(fitted._network.nodes) == {"a", "b", "c"}


def test_levels_in_one_node_or_in_two_are_alike_in_accuracy():
    X, Y = chain_table()
    truth = chain_table()[0]
    levels = Difference("c", ["a", "b"], **OPTIONS).fit(X, Y)
    graph = TaskGraph([Difference("c", "b"), Difference("b", "a")], target="c", **OPTIONS).fit(X, Y)
    apart = np.abs(levels.predict(truth) - graph.predict(truth)).mean()
    assert apart < 0.1 * np.std(levels.predict(truth))


def test_known_label_anywhere_upstream_is_used(fitted):
    rows = np.array([[0.5, 0.5, 0.5, 0.0]]).repeat(3, axis=0)
    known = pd.DataFrame({"a": [np.nan, -3.0, np.nan], "b": [np.nan, np.nan, -2.0]})
    nothing, from_a, from_b = fitted.predict(rows, known=known)
    assert nothing > 2.5 and from_b < 1 and from_a < 1
    told = fitted.predict_tasks(rows, known=known)
    assert told["b"]["mean"][2] == -2.0 and told["b"]["mean"][1] < 0 < told["b"]["mean"][0]


def test_known_labels_reach_rows_one_by_one(fitted):
    X, Y = chain_table(seed=1)
    together = fitted.predict(X, known=Y[["a", "b"]])
    alone = [fitted.predict(X[i : i + 1], known=Y[["a", "b"]].iloc[i : i + 1])[0] for i in range(20)]
    assert np.array_equal(together[:20], alone)


def test_nothing_known_is_known_none(fitted):
    X, Y = chain_table(seed=1)
    nothing = pd.DataFrame(np.nan, index=Y.index, columns=Y.columns)
    assert np.array_equal(fitted.predict(X, known=nothing), fitted.predict(X))
    assert np.array_equal(fitted.predict(X, known=Y[["c", "d"]]), fitted.predict(X))


def test_order_of_nodes_changes_nothing(fitted):
    X, Y = chain_table()
    turned = TaskGraph(chain_graph().nodes[::-1], target="c", **OPTIONS).fit(X, Y)
    assert np.array_equal(turned.predict(X, known=Y), fitted.predict(X, known=Y))


def test_two_parents_and_a_shared_forest():
    X, Y = chain_table()
    nodes = [LatentVariable("c", ["a", "d"]), MultiTaskForest()]
    graph = TaskGraph(nodes, **OPTIONS).fit(X, Y)
    assert graph.edges_ == (("a", "c"), ("d", "c"))
    assert len(graph._network.stages) == 3  # one shared forest, and the second stages of c
    forest = MultiTaskForest(**OPTIONS).fit(X, Y)
    for task in ("a", "b", "d"):
        said, expected = graph.predict_tasks(X)[task]["mean"], forest.predict_tasks(X)[task]["mean"]
        assert np.corrcoef(said, expected)[0, 1] > 0.98
    assert graph.predict(X).shape == (300, 4)


def test_noise_that_only_a_leak_explains_stays_unexplained():
    rng = np.random.default_rng(0)
    X, noise = rng.normal(size=(200, 4)), rng.normal(size=200)
    Y = pd.DataFrame({"a": noise, "b": noise, "c": noise})
    graph = TaskGraph([Difference("b", "a"), LatentVariable("c", "b")], target="c", **OPTIONS)
    graph.fit(X, Y, groups=np.arange(200) // 2)
    # Rows of a material are alike in no input: what is said of them out of bag is not their label.
    assert abs(np.corrcoef(graph.oob_prediction_, noise)[0, 1]) < 0.3


def test_error_bars_hold_along_the_graph():
    X, Y = chain_table(600)
    X_new, Y_new = chain_table(600, seed=5)
    graph = chain_graph(n_estimators=60).fit(X, Y)
    low, high = graph.predict_interval(X_new, coverage=0.9)
    there = Y_new["c"].notna()
    assert np.mean(((low <= Y_new["c"]) & (Y_new["c"] <= high))[there]) >= 0.8


def test_graph_comes_back_from_a_file(fitted, tmp_path):
    X, Y = chain_table(seed=1)
    save_model(fitted, tmp_path / "graph.graft")
    again = load_model(tmp_path / "graph.graft")
    assert np.array_equal(again.predict(X, known=Y), fitted.predict(X, known=Y))
    assert again.edges_ == fitted.edges_ and again.nodes[0].latents == ["b"]
    assert np.array_equal(clone(again).fit(*chain_table()).predict(X), fitted.predict(X))


def test_nodes_are_left_as_they_were_given():
    X, Y = chain_table()
    nodes = [Difference("b", "a")]
    TaskGraph(nodes, target="b", **OPTIONS).fit(X, Y)
    assert vars(nodes[0]) == vars(Difference("b", "a"))


@pytest.mark.parametrize(
    ("nodes", "target", "error", "message"),
    [
        ([], None, WrongOption, "nodes is empty"),
        (["a"], None, WrongOption, "node 0 is 'a'; give an architecture with its target"),
        ([SingleTask()], None, WrongOption, "node 0, a SingleTask, has no target"),
        ([SingleTask("a"), MultiTaskForest("a")], None, WrongOption, "2 nodes answer for task a"),
        ([MultiTaskForest(), MultiTaskForest()], None, WrongOption, "node 1, a MultiTaskForest without"),
        ([SingleTask("e")], None, UnknownTask, "there is no task 'e'; the tasks are a, b, c, d"),
        ([LatentVariable("a", "e")], None, UnknownTask, "there is no task 'e'"),
        ([SingleTask("a")], "e", UnknownTask, "there is no task 'e'"),
        ([Difference("b", "a")], "c", UnreachableTarget, "the target c, only for a, b; add a node"),
        ([Difference("b", "a"), LatentVariable("a", "b")], "b", TaskCycle, "tasks a, b need each other"),
        (
            [LatentVariable("a", "b"), LatentVariable("b", "c"), LatentVariable("c", "a"), SingleTask("d")],
            "d",
            TaskCycle,
            "tasks a, b, c need each other",
        ),
        ([SingleTask("a", base=MultiTaskForest(bootstrap=False))], None, WrongOption, "bootstrap=True"),
        ([Difference("b", "a", regimes="x")], None, WrongOption, "regimes must be"),
    ],
)
def test_graphs_that_cannot_be_are_refused_by_name(nodes, target, error, message):
    with pytest.raises(error, match=message):
        TaskGraph(nodes, target, **OPTIONS).fit(*chain_table())


def test_units_along_a_difference_must_agree():
    graph = chain_graph(units={"a": "eV", "b": "meV"})
    with pytest.raises(UnitMismatch, match="task a is in 'eV' and task b in 'meV'"):
        graph.fit(*chain_table())
