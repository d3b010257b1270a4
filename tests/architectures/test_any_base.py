"""scikit-learn models in the place of forests: leak-free among themselves, and honest in their error bars."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.neighbors import KNeighborsRegressor

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask, TaskGraph
from graftwood.errors import BaseFailed, WrongOption
from graftwood.network.any_base import BaseStage
from graftwood.study.candidates import Candidate
from graftwood.study.compare import compare

FEW = {"n_estimators": 12, "random_state": 0}


def linear_table(n=160, seed=0):
    """A source that is linear in the inputs, and a target that is the source plus 2 and a third input."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    dft = X[:, 0] - 2 * X[:, 1]
    gap = dft + 2 + X[:, 2]
    Y = np.column_stack([dft, gap])
    Y[rng.random(n) < 0.5, 1] = np.nan
    return X, Y, gap


ARCHITECTURES = {
    "single": lambda base: SingleTask(1, base=base, **FEW),
    "pooled": lambda base: Pooled(1, source_as_input=True, base=base, **FEW),
    "difference": lambda base: Difference(1, 0, base=base, **FEW),
    "latent": lambda base: LatentVariable(1, [0], base=base, **FEW),
}


@pytest.mark.parametrize("name", ["single", "difference", "latent"])
def test_a_linear_base_finds_a_linear_truth_that_trees_only_approach(name):
    X, Y, gap = linear_table()
    said = ARCHITECTURES[name](Ridge(alpha=1e-8)).fit(X, Y).predict(X)
    assert np.abs(said - gap).max() < 1e-6
    assert np.abs(ARCHITECTURES[name](None).fit(X, Y).predict(X) - gap).mean() > 0.05


def test_sources_are_told_apart_in_columns_of_their_own():
    X, Y, gap = linear_table()
    Y[:, 0] = gap - 5  # another level, and nothing else
    said = ARCHITECTURES["pooled"](Ridge(alpha=1e-8)).fit(X, Y).predict(X)
    assert np.abs(said - gap).max() < 1e-6


def test_out_of_bag_is_what_the_model_says_without_the_material():
    X, Y, _ = linear_table()
    model = SingleTask(1, base=KNeighborsRegressor(1), **FEW).fit(X, Y)
    said, there = model.oob_prediction_, ~np.isnan(Y[:, 1])
    assert np.isnan(said[~there]).all()
    # Its nearest row is itself: had the model seen it, it would have said its label.
    assert not np.isclose(said[there], Y[there, 1]).any()
    assert np.isin(said[there], Y[there, 1]).all()


def test_rows_of_one_material_are_in_one_fold():
    X, Y, _ = linear_table()
    twice, labels = np.vstack([X, X]), np.vstack([Y, Y])
    groups = np.tile(np.arange(len(X)), 2)
    said = SingleTask(1, base=KNeighborsRegressor(1), **FEW).fit(twice, labels, groups=groups).oob_prediction_
    there = ~np.isnan(labels[:, 1])
    assert not np.isclose(said[there], labels[there, 1]).any()


@pytest.mark.parametrize("name", ["difference", "latent"])
def test_no_label_of_a_material_reaches_its_own_out_of_bag_prediction(name):
    X, Y, _ = linear_table()
    row = int(np.flatnonzero(~np.isnan(Y[:, 1]))[3])
    changed = Y.copy()
    changed[row] += 100.0
    base = KNeighborsRegressor(2)
    one, other = (ARCHITECTURES[name](base).fit(X, labels) for labels in (Y, changed))
    before, after = one.oob_prediction_[row], other.oob_prediction_[row]
    assert abs(before - after) < 100 * 0.6  # through neighbours' sources at most, never its own label
    single = [SingleTask(1, base=base, **FEW).fit(X, labels).oob_prediction_[row] for labels in (Y, changed)]
    assert single[0] == single[1]


@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_order_of_rows_and_neighbours_change_nothing(name):
    X, Y, _ = linear_table()
    base, groups = ExtraTreesRegressor(n_estimators=5), np.arange(len(X))
    known = np.column_stack([np.where(np.arange(len(X)) % 2, Y[:, 0], np.nan), np.full(len(X), np.nan)])
    model = ARCHITECTURES[name](base).fit(X, Y, groups=groups)
    order = np.random.default_rng(1).permutation(len(X))
    shuffled = ARCHITECTURES[name](base).fit(X[order], Y[order], groups=groups[order])
    said = model.predict(X, known=known)
    assert np.array_equal(said, shuffled.predict(X, known=known))
    assert np.array_equal(said[:3], model.predict(X[:3], known=known[:3]))
    assert np.array_equal(model.predict(X), model.predict(X, known=np.full(Y.shape, np.nan)))


def test_error_bars_are_those_of_held_out_residuals():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 3))
    y = X[:, 0] + rng.normal(size=1000)
    model = SingleTask(base=Ridge(), **FEW).fit(X[:600], y[:600])
    mean, spread = model.predict(X[600:], return_std=True)
    assert len(np.unique(spread)) == 1
    assert 0.9 < spread[0] < 1.1
    assert 0.6 < np.mean(np.abs(y[600:] - mean) < spread) < 0.76
    low, high = model.predict_interval(X[600:], coverage=0.9)
    assert 0.84 < np.mean((low < y[600:]) & (y[600:] < high)) < 0.96


def test_classes_and_missing_inputs_and_categories():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=150), "b": rng.choice(["x", "y", "z"], 150)})
    colour = np.where(X["b"] == "x", "red", np.where(X["a"] > 0, "green", "blue"))
    model = SingleTask(base=LogisticRegression(C=1e4), **FEW).fit(X, colour)
    odds = model.predict_proba(X)
    assert np.allclose(odds.sum(axis=1), 1)
    assert np.mean(model.predict(X) == colour) > 0.9
    assert np.mean(model.oob_prediction_ == colour) > 0.85
    X.loc[::5, "a"] = np.nan
    number = SingleTask(base=HistGradientBoostingRegressor(max_iter=20), **FEW).fit(X, X["a"].fillna(5.0))
    assert np.corrcoef(number.predict(X), X["a"].fillna(5.0))[0, 1] > 0.9


def test_a_pair_serves_both_parts_of_a_nonnegative_task():
    X, Y, gap = linear_table(240)
    gap = np.maximum(gap - 1, 0)
    pair = (ExtraTreesRegressor(n_estimators=30), ExtraTreesClassifier(n_estimators=30))
    model = SingleTask(base=pair, kinds={0: "nonnegative"}, **FEW).fit(X[:180], gap[:180])
    said = model.predict(X[180:])
    assert np.mean((said == 0) == (gap[180:] == 0)) > 0.8
    assert np.abs(said - gap[180:]).mean() < 0.6 * np.abs(gap[180:] - np.median(gap)).mean()


def test_nodes_of_a_graph_have_bases_of_their_own():
    X, Y, gap = linear_table()
    nodes = [SingleTask(0, base=Ridge(alpha=1e-8)), Difference(1, 0, base=Ridge(alpha=1e-8))]
    assert np.abs(TaskGraph(nodes, target=1, **FEW).fit(X, Y).predict(X) - gap).max() < 1e-6
    mixed = TaskGraph([SingleTask(0), Difference(1, 0, base=Ridge())], target=1, **FEW).fit(X, Y)
    assert {type(stage).__name__ for stage in mixed._network.stages.values()} == {"Stage", "BaseStage"}
    known = np.column_stack([Y[:, 0], np.full(len(X), np.nan)])
    assert np.abs(mixed.predict(X, known=known) - gap).mean() < 0.1


def test_bases_are_compared_like_any_candidate():
    X, Y, _ = linear_table()
    table = pd.DataFrame(Y, columns=["dft", "gap"])
    candidates = [
        Candidate(name, Difference("gap", "dft", base=base, **FEW), True)
        for name, base in (("forest", None), ("ridge", Ridge()))
    ]
    found = compare(X, table, target="gap", candidates=candidates, n_folds=3)
    mae = found.table[found.table["metric"] == "mae"].groupby("architecture")["value"].mean()
    assert mae["ridge"] < 0.2 * mae["forest"]


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("forest", "base must be None, a MultiTaskForest, a scikit-learn regressor or classifier"),
        ([Ridge(), Ridge()], "one of each"),
        (SingleTask(), "base must be a MultiTaskForest or a scikit-learn model"),
        (RidgeClassifier(), "RidgeClassifier gives no probabilities"),
        (LogisticRegression(), "task 1 needs a regressor, and base is the classifier LogisticRegression"),
    ],
)
def test_what_cannot_stand_for_a_forest_is_refused(base, message):
    X, Y, _ = linear_table(60)
    with pytest.raises(WrongOption, match=message):
        SingleTask(1, base=base, **FEW).fit(X, Y)


def test_a_base_that_fails_says_where_and_what_to_do():
    X, _, gap = linear_table(60)
    X[3, 1] = np.nan
    with pytest.raises(BaseFailed, match="base Ridge cannot be fitted to task 0 .* 1 inputs are missing"):
        SingleTask(0, base=Ridge(), **FEW).fit(X, gap)
    with pytest.raises(WrongOption, match="KNeighborsRegressor cannot weigh rows"):
        weights = np.linspace(1, 2, 56)
        SingleTask(0, base=KNeighborsRegressor(), **FEW).fit(X[4:], gap[4:], sample_weight=weights)


def test_what_only_forests_know_is_refused_by_name():
    X, Y, _ = linear_table(60)
    model = SingleTask(1, base=Ridge(), **FEW).fit(X, Y)
    for ask in (
        lambda: model.apply(X),
        lambda: model.feature_importances_,
        lambda: list(model.bag_outputs(X)),
    ):
        with pytest.raises(WrongOption, match="task 1 is told by the base Ridge"):
            ask()


def test_a_base_has_no_bags_to_tell_the_spread_of_its_mean_or_its_domain_by():
    X, Y, _ = linear_table(60)
    model = Difference(1, 0, base=Ridge(), **FEW).fit(X, Y)
    with pytest.raises(
        WrongOption, match="^Difference: of='mean' is told by the bags of forests, and task 1"
    ):
        model.predict(X, return_std=True, of="mean")
    with pytest.raises(WrongOption, match="^Difference: rows are located by the leaves of forests, and 1 is"):
        model.is_outside(X)


def test_draws_of_bases_have_their_error_bars_and_errors_that_tasks_share():
    rng = np.random.default_rng(0)
    X, shared = rng.normal(size=(400, 3)), rng.normal(size=400)
    Y = np.column_stack([X[:, 0] + shared, X[:, 1] + shared + 0.1 * rng.normal(size=400)])
    draws = LatentVariable(1, [0], base=Ridge(), **FEW).fit(X, Y).sample(X[:50], n_draws=2000)
    errors = draws - draws.mean(axis=0)
    assert 0.85 < errors[:, :, 0].std() < 1.15
    assert np.corrcoef(errors[:, :, 0].ravel(), errors[:, :, 1].ravel())[0, 1] > 0.9


def test_a_forest_as_base_is_what_it_was():
    X, Y, _ = linear_table(60)
    one = SingleTask(1, base=MultiTaskForest(), **FEW).fit(X, Y)
    assert np.array_equal(one.predict(X), SingleTask(1, **FEW).fit(X, Y).predict(X))


def test_a_fold_that_leaves_one_class_says_that_class_for_certain():
    """scikit-learn's boosting has one class and two columns of probabilities then."""
    X, y = np.arange(12.0)[:, None], np.zeros(12)
    model = HistGradientBoostingClassifier(max_iter=2).fit(X, y)
    odds = BaseStage(model, 0, (3,)).bags(X, None)[0]
    assert odds.shape == (12, 3) and (odds[:, 0] == 1).all() and (odds[:, 1:] == 0).all()
