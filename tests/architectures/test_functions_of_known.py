"""Error bars of functions of tasks where other tasks of the row are known."""

import warnings
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood import Difference, LatentVariable, MultiTaskForest, TaskGraph, load_model, save_model
from graftwood.errors import UnreliableSpread

FEW = {"n_estimators": 40, "random_state": 0}


def three_of_one_noise(n, seed):
    """Three tasks with most of their noise in common, which the third, when known, tells."""
    rng = np.random.default_rng(seed)
    X, own = rng.normal(size=(n, 4)), rng.normal(size=n)
    a = X[:, 0] + X[:, 1] * X[:, 2] + own
    b = a + 0.3 * X[:, 3] + 0.2 * rng.normal(size=n)
    return X, pd.DataFrame({"a": a, "b": b, "d": a + 0.2 * rng.normal(size=n)})


def difference(y):
    return y["a"] - y["b"]


def total(y):
    return y["a"] + y["b"]


GRAPH = TaskGraph([LatentVariable("a", "d"), Difference("b", "d")], target="a")
MODELS = [MultiTaskForest(), MultiTaskForest("a", correction=True), GRAPH]


@cache
def fitted(model, seed):
    """Tests of several functions share their models."""
    return clone(model).set_params(**FEW).fit(*three_of_one_noise(250, seed))


@pytest.mark.parametrize("function", [difference, total])
@pytest.mark.parametrize("model", MODELS, ids=["multi-task", "corrected", "graph"])
def test_a_function_covers_what_it_promises_where_a_third_task_is_known(model, function):
    hits, bars = [], []
    for seed in range(3):
        new, truth = three_of_one_noise(200, seed + 100)
        trained = fitted(model, seed)
        mean, bar = trained.predict_function(function, new, known=truth[["d"]])
        hits.append(np.abs(function(truth) - mean) <= bar)
        bars.append(bar.mean() / trained.predict_function(function, new)[1].mean())
    assert 0.61 < np.mean(hits) < 0.78
    assert (function is difference) or np.mean(bars) < 0.5  # what is known tells of the sum


def test_a_positive_task_is_known_in_its_unit_and_files_keep_what_is_needed(tmp_path):
    X, Y = three_of_one_noise(250, 0)
    Y = np.exp(Y)
    model = MultiTaskForest(kinds=dict.fromkeys("abd", "positive"), **FEW).fit(X, Y)
    assert set(model._doubt.joint_known) == {"100", "010", "001"}
    save_model(model, tmp_path / "model.graftwood")
    again = load_model(tmp_path / "model.graftwood")

    def ratio(y):
        return y["a"] / y["d"]

    told = [each.predict_function(ratio, X[:50], known=Y[["d"]][:50]) for each in (model, again)]
    assert np.array_equal(told[0], told[1])
    assert told[0][0] == pytest.approx(
        model.predict_tasks(X[:50], known=Y[["d"]][:50])["a"]["mean"] / Y["d"][:50], rel=0.3
    )


@pytest.mark.parametrize("model", [MultiTaskForest("a", **FEW), Difference("a", "b", **FEW)])
def test_a_label_of_the_target_is_forgotten_as_it_is_drawn_itself(model):
    X, Y = three_of_one_noise(200, 0)
    model.fit(X, Y[["a", "b"]])
    for known, without in ((Y[["a"]], None), (Y[["a", "b"]], Y[["b"]])):
        told = [
            model.predict_function(difference, X[:20], known=k if k is None else k[:20])
            for k in (known, without)
        ]
        assert np.array_equal(*told)
        draws = [model.sample(X[:20], 50, known=k if k is None else k[:20]) for k in (known, without)]
        assert np.array_equal(*draws)


def test_a_combination_too_few_materials_have_is_told():
    X, Y = three_of_one_noise(200, 0)
    Y.loc[8:, "d"] = np.nan  # known of eight materials
    model = MultiTaskForest(**FEW).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict_function(difference, X[:20])
    with pytest.warns(UnreliableSpread, match="fewer than 10 materials have all labels"):
        model.predict_function(difference, X[:20], known=Y[["d"]][:20])


def test_rows_told_different_things_are_answered_as_alone():
    X, Y = three_of_one_noise(250, 0)
    model = MultiTaskForest(**FEW).fit(X, Y)
    known = Y[["a", "b", "d"]][:9].copy()
    known.iloc[:3, [0, 1]], known.iloc[3:6, [0, 2]], known.iloc[6:] = np.nan, np.nan, np.nan
    mean, bar = model.predict_function(lambda y: y["a"] + y["b"] * y["d"], X[:9], known=known)
    for row in (0, 4, 8):
        alone = model.predict_function(lambda y: y["a"] + y["b"] * y["d"], X[[row]], known=known.iloc[[row]])
        assert np.array_equal(alone, ([mean[row]], [bar[row]]))
