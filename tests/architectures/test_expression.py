"""Expressions in task graphs: what they say, how sure they are, and where errors cancel."""

import numpy as np
import pandas as pd
import pytest

from graftwood import (
    Difference,
    Expression,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    TaskGraph,
    load_model,
    save_model,
)
from tests.architectures.planted import shared_rough_part
from tests.architectures.zeros import gap_table

OPTIONS = {"n_estimators": 30, "random_state": 0}
DELTA = Expression("delta", "exp - dft")
UNIT = {"exp": "eV", "dft": "eV"}


@pytest.fixture(scope="module")
def cancelling():
    X, Y, _ = shared_rough_part()
    return TaskGraph([Difference("exp", "dft"), DELTA], target="delta", **OPTIONS).fit(X, Y)


def test_expression_is_what_its_parents_say(cancelling):
    X, Y, _ = shared_rough_part(seed=1)
    for known in (None, Y[["dft"]]):
        said = cancelling.predict_tasks(X, known=known)
        dft = said["dft"]["mean"]
        assert np.allclose(cancelling.predict(X, known=known), said["exp"]["mean"] - dft)
    assert cancelling.edges_ == (("dft", "exp"), ("exp", "delta"), ("dft", "delta"))
    assert cancelling.tasks_ == ("dft", "exp", "delta")


def test_errors_cancel_in_the_error_bar_too(cancelling):
    X, _, truth = shared_rough_part(seed=1)
    said = cancelling.predict_tasks(X)
    apart = np.sqrt(said["exp"]["spread"] ** 2 + said["dft"]["spread"] ** 2)
    assert np.median(said["delta"]["spread"]) < 0.4 * np.median(apart)
    covered = np.abs(said["delta"]["mean"] - truth) <= said["delta"]["spread"]
    assert np.mean(covered) == pytest.approx(0.68, abs=0.1)


@pytest.mark.parametrize(
    "node", [Difference("exp", "dft"), MultiTaskForest(), LatentVariable("exp", "dft"), SingleTask("exp")]
)
def test_error_bar_holds_in_both_regimes(node):
    X, Y, _ = shared_rough_part()
    X_new, Y_new, truth = shared_rough_part(1000, seed=1)
    graph = TaskGraph([node, DELTA], target="delta", n_estimators=100, random_state=0).fit(X, Y)
    for known in (None, Y_new[["dft"]]):
        mean, spread = graph.predict(X_new, known=known, return_std=True)
        low, high = graph.predict_interval(X_new, known=known)
        assert np.mean(np.abs(mean - truth) <= spread) == pytest.approx(0.68, abs=0.12)
        assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.9, abs=0.08)


def test_what_is_known_in_full_is_told_exactly_and_what_is_known_of_the_result_is_not_used(cancelling):
    X, _, truth = shared_rough_part(seed=1)
    full = shared_rough_part(seed=1)[1].assign(exp=lambda table: table["dft"] + truth)
    mean, spread = cancelling.predict(X, known=full, return_std=True)
    assert np.array_equal(mean, full["exp"] - full["dft"]) and not spread.any()
    known = pd.DataFrame({"delta": np.full(len(X), 99.0)})
    assert np.array_equal(cancelling.predict(X, known=known), cancelling.predict(X))
    said = TaskGraph([Difference("exp", "dft"), DELTA], target="exp", **OPTIONS).fit(*shared_rough_part()[:2])
    assert (said.predict_tasks(X, known=known)["delta"]["mean"] == 99.0).all()


def test_known_none_is_nothing_known_and_a_row_alone_is_a_row_among_others(cancelling):
    X, Y, _ = shared_rough_part(40, seed=1)
    known = Y.where(np.repeat(np.arange(40)[:, None] % 3 > 0, 2, axis=1))
    nothing = pd.DataFrame(np.nan, index=range(40), columns=["dft", "exp", "delta"])
    assert np.array_equal(cancelling.predict(X, known=nothing), cancelling.predict(X))
    mean, spread = cancelling.predict(X, known=known, return_std=True)
    for row in (0, 1, 17):
        alone = cancelling.predict(X[[row]], known=known.iloc[[row]], return_std=True)
        assert (alone[0][0], alone[1][0]) == (mean[row], spread[row])


def test_order_of_rows_tasks_and_nodes_changes_nothing(cancelling):
    X, Y, _ = shared_rough_part()
    order = np.random.default_rng(0).permutation(len(X))
    keys = np.arange(len(X)).astype(str)
    nodes = [DELTA, Difference("exp", "dft")]
    one = TaskGraph(nodes[::-1], target="delta", **OPTIONS).fit(X, Y, groups=keys)
    other = TaskGraph(nodes, target="delta", **OPTIONS).fit(
        X[order], Y[["exp", "dft"]].iloc[order], groups=keys[order]
    )
    assert np.array_equal(one.predict(X, return_std=True), other.predict(X, return_std=True))


@pytest.mark.parametrize("factor", [1024.0, 2.0**-30])
def test_scaling_by_a_power_of_two_scales_a_difference_exactly(cancelling, factor):
    X, Y, _ = shared_rough_part()
    scaled = TaskGraph([Difference("exp", "dft"), DELTA], target="delta", **OPTIONS).fit(X, Y * factor)
    for known in (None, Y[["dft"]]):
        given = None if known is None else known * factor
        said, expected = (
            m.predict(X, known=k, return_std=True) for m, k in ((scaled, given), (cancelling, known))
        )
        assert np.array_equal(np.array(said), np.array(expected) * factor)


def test_rate_from_a_barrier_is_positive_and_its_interval_uneven():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 3))
    barrier = 1 + 0.2 * X[:, 0] + 0.02 * rng.normal(size=400)
    rate = Expression("rate", "1e13 * exp(-barrier / (8.617e-5 * 600))")
    graph = TaskGraph([SingleTask("barrier"), rate], target="rate", kinds={"rate": "positive"}, **OPTIONS)
    graph.fit(X, pd.DataFrame({"barrier": barrier}))
    low, high = graph.predict_interval(X)
    said = graph.predict(X)
    assert (low > 0).all() and ((low < said) & (said < high)).all()
    assert np.allclose(said / low, high / said)
    expected = 1e13 * np.exp(-graph.predict_tasks(X)["barrier"]["mean"] / (8.617e-5 * 600))
    assert np.allclose(said, expected, rtol=1e-9)


def test_positive_task_stands_for_itself_and_not_its_logarithm():
    X, Y, _ = shared_rough_part()
    Y = np.exp(Y / 4)
    kinds = {"exp": "positive", "dft": "positive"}
    graph = TaskGraph([MultiTaskForest(), Expression("sum", "exp + dft")], kinds=kinds, **OPTIONS).fit(X, Y)
    said = graph.predict_tasks(X)
    assert np.allclose(said["sum"]["mean"], said["exp"]["mean"] + said["dft"]["mean"])
    there = Y["exp"].notna()
    assert np.allclose(graph._calibrations["sum"]["hidden"].scores.size, np.count_nonzero(there), atol=3)


def test_nonnegative_task_stands_for_its_mean():
    X, Y, _ = gap_table(300)
    kinds = {"exp": "nonnegative", "dft": "nonnegative"}
    graph = TaskGraph([Difference("exp", "dft"), DELTA], target="exp", kinds=kinds, **OPTIONS).fit(X, Y)
    vote, center, _ = graph._oob["exp"].T
    rows = np.flatnonzero((Y["exp"].notna() & Y["dft"].notna()).to_numpy())
    assert np.corrcoef(graph._oob["delta"][rows], (vote * center)[rows])[0, 1] > 0.3
    zero = pd.DataFrame({"exp": np.zeros(len(X)), "dft": np.zeros(len(X))})
    assert not graph.predict_tasks(X, known=zero)["delta"]["mean"].any()


def test_expression_is_an_input_of_another_node_and_of_another_expression():
    X, Y, truth = shared_rough_part()
    Y["colour"] = np.where(truth > 1, "red", "blue")
    nodes = [
        LatentVariable("colour", ["delta"]), DELTA, Difference("exp", "dft"), Expression("half", "delta / 2")
    ]  # fmt: skip
    graph = TaskGraph(nodes, target="colour", **OPTIONS).fit(X, Y)
    assert set(graph.edges_) == {
        ("dft", "exp"), ("exp", "delta"), ("dft", "delta"), ("delta", "half"), ("delta", "colour"),
    }  # fmt: skip
    full = pd.DataFrame({"dft": np.zeros(len(X)), "exp": truth})
    assert np.mean(graph.predict(X, known=full) == Y["colour"]) > 0.95
    half = graph.predict_tasks(X, known=full)["half"]
    assert np.array_equal(half["mean"], truth / 2) and not half["spread"].any()


def test_tasks_without_a_node_get_a_forest_of_their_own():
    X, Y, _ = shared_rough_part()
    graph = TaskGraph([DELTA], target="delta", **OPTIONS).fit(X, Y)
    alone = SingleTask("exp", **OPTIONS).fit(X, Y)
    assert np.array_equal(graph.predict_tasks(X)["exp"]["mean"], alone.predict(X))


def test_forests_are_not_trained_on_what_is_computed():
    X, Y, _ = shared_rough_part()
    for node in (MultiTaskForest(), Pooled("exp")):
        with_expression = TaskGraph([node, DELTA], target="exp", **OPTIONS).fit(X, Y)
        without = TaskGraph([node], target="exp", **OPTIONS).fit(X, Y)
        assert np.array_equal(with_expression.predict(X), without.predict(X))


def test_task_of_y_keeps_its_own_labels():
    X, Y, truth = shared_rough_part()
    Y["delta"] = 2 * truth
    graph = TaskGraph([Difference("exp", "dft"), DELTA], target="delta", **OPTIONS).fit(X, Y)
    assert np.median(graph.predict(X, return_std=True)[1]) > 0.8
    assert np.array_equal(np.isnan(graph.oob_prediction_), Y["delta"].isna())


def test_numbered_tasks_of_an_array_stand_in_backticks():
    X, Y, _ = shared_rough_part()
    graph = TaskGraph([SingleTask(0), SingleTask(1), Expression("d", "`1` - `0`")], **OPTIONS)
    graph.fit(X, Y.to_numpy())
    assert graph.tasks_ == ("0", "1", "d") and graph.predict(X).shape == (500, 3)
    known = np.column_stack([np.full(500, 1.0), np.full(500, 3.0)])
    assert (graph.predict_tasks(X, known=known)["d"]["mean"] == 2.0).all()


def test_graph_with_expressions_comes_back_from_a_file(cancelling, tmp_path):
    X, Y, _ = shared_rough_part(seed=1)
    save_model(cancelling, tmp_path / "graph.graft")
    again = load_model(tmp_path / "graph.graft")
    assert again.nodes[1].expression == "exp - dft"
    for known in (None, Y[["dft"]], Y):
        said, expected = (m.predict(X, known=known, return_std=True) for m in (again, cancelling))
        assert np.array_equal(said, expected, equal_nan=True)
