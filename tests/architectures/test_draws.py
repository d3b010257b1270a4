"""Joint draws: marginals are the calibrated ones, errors go together as planted, known labels stay."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood import Difference, LatentVariable, MultiTaskForest, SingleTask
from graftwood.errors import (
    NoOutOfBagRows,
    ShapeMismatch,
    UndefinedExpression,
    UnknownTask,
    UnreliableSpread,
    WrongOption,
)
from tests.architectures.planted import difference, steps

OPTIONS = {"n_estimators": 100, "random_state": 0}
MODELS = {
    "single": SingleTask(**OPTIONS),
    "multi-task": MultiTaskForest(**OPTIONS),
    "difference": Difference("b", "a", **OPTIONS),
    "latent": LatentVariable("b", ["a"], **OPTIONS),
}


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    return clone(MODELS[request.param]).fit(*steps(0, 300))


@pytest.fixture(scope="module")
def fresh():
    return steps(1, 400)


def test_marginals_of_draws_are_the_calibrated_intervals(model, fresh):
    X = fresh[0][:40]
    draws = model.sample(X, n_draws=4000)
    for task, said in model.predict_tasks(X, coverage=0.8).items():
        drawn = draws[:, :, model.tasks_.index(task)]
        inside = (said["low"] <= drawn) & (drawn <= said["high"])
        assert inside.mean() == pytest.approx(0.8, abs=0.01)
        np.testing.assert_allclose(drawn.mean(axis=0), said["mean"], atol=1e-9)


def test_errors_that_steps_share_cancel_in_their_difference(model, fresh):
    X, Y = fresh
    mean, spread = model.predict_function(difference, X)
    said = model.predict_tasks(X)
    independent = np.hypot(said["a"]["spread"], said["b"]["spread"])
    assert spread.mean() < 0.5 * independent.mean()
    inside = np.abs(difference(Y) - mean) <= spread
    assert 0.58 <= inside.mean() <= 0.78


def test_largest_of_both_steps_has_a_true_error_bar(model, fresh):
    X, Y = fresh
    mean, spread = model.predict_function(lambda y: np.maximum(y["a"], y["b"]), X)
    assert 0.58 <= np.mean(np.abs(Y.max(axis=1) - mean) <= spread) <= 0.78


def test_covariance_of_the_noise_is_recovered(fresh):
    model = clone(MODELS["multi-task"]).set_params(n_estimators=80).fit(*steps(2, 600))
    draws = model.sample(fresh[0][:50], n_draws=1000)
    found = np.mean([np.corrcoef(draws[:, row].T)[0, 1] for row in range(50)])
    assert found == pytest.approx(0.36 / 0.37, abs=0.12)


def test_known_label_is_in_every_draw_and_narrows_the_difference(model, fresh):
    X, Y = fresh[0][:30], fresh[1][:30]
    if model.target_ is None:
        pytest.skip("without a target a known task is still drawn by what is known")
    known = Y[["a"]]
    draws = model.sample(X, n_draws=50, known=known)
    a = draws[:, :, model.tasks_.index("a")]
    assert np.array_equal(a, np.broadcast_to(Y["a"].to_numpy(), a.shape))
    _, spread = model.predict_function(difference, X, known=known)
    _, of_target = model.predict(X, known=known, return_std=True)
    np.testing.assert_allclose(spread, of_target, rtol=0.15)


def test_both_labels_known_leave_no_doubt(fresh):
    model = clone(MODELS["multi-task"]).fit(*steps(0, 300))
    X, Y = fresh[0][:5], fresh[1][:5]
    mean, spread = model.predict_function(difference, X, known=Y)
    np.testing.assert_allclose(mean, difference(Y), atol=1e-12)
    np.testing.assert_allclose(spread, 0.0, atol=1e-12)


def test_function_of_a_row_does_not_depend_on_the_batch(model, fresh):
    X = fresh[0]
    mean, spread = model.predict_function(difference, X[:300])
    alone = model.predict_function(difference, X[7:8])
    assert (mean[7], spread[7]) == (alone[0][0], alone[1][0])


def test_seed_decides_draws(model, fresh):
    X = fresh[0][:3]
    assert np.array_equal(model.sample(X, 10, random_state=1), model.sample(X, 10, random_state=1))
    assert not np.array_equal(model.sample(X, 10, random_state=1), model.sample(X, 10, random_state=2))


def test_classes_and_positive_numbers_are_drawn_as_they_came():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    Y = pd.DataFrame({"gap": np.exp(X[:, 0] + 0.2 * rng.normal(size=200))})
    Y["colour"] = np.where(Y["gap"] * np.exp(0.5 * rng.normal(size=200)) > 1, "white", "black")
    model = MultiTaskForest(kinds={"gap": "positive"}, **OPTIONS).fit(X, Y)
    draws = model.sample(X[:20], n_draws=2000)
    assert set(draws[:, :, 1].ravel()) <= {"black", "white"}
    assert draws[:, :, 0].astype(float).min() > 0
    share = (draws[:, :, 1] == "white").mean(axis=0)
    np.testing.assert_allclose(share, model.predict_proba(X[:20])["colour"][:, 1], atol=0.04)
    price, spread = model.predict_function(lambda y: np.where(y["colour"] == "white", y["gap"], 0.0), X[:5])
    assert np.all(price >= 0) and np.isfinite(spread).all()


def test_one_task_is_its_own_function(fresh):
    X, Y = steps(0, 200)
    model = SingleTask(**OPTIONS).fit(X, Y["a"])
    mean, spread = model.predict_function(lambda y: 2 * y["a"], fresh[0][:20], n_draws=4000)
    expected = model.predict(fresh[0][:20], return_std=True)
    np.testing.assert_allclose(mean, 2 * expected[0], rtol=1e-9)
    np.testing.assert_allclose(spread, 2 * expected[1], rtol=0.08)


def test_too_few_common_labels_are_told():
    X, Y = steps(0, 60)
    Y.loc[:29, "a"] = np.nan
    Y.loc[30:, "b"] = np.nan
    model = SingleTask(**OPTIONS).fit(X, Y)
    with pytest.warns(UnreliableSpread, match="fewer than 10 materials"):
        model.predict_function(difference, X[:3])


@pytest.mark.parametrize(
    "ask, error, message",
    [
        pytest.param(lambda m, X: m.sample(X, 1), WrongOption, "n_draws must be", id="one-draw"),
        pytest.param(
            lambda m, X: m.predict_function(lambda y: y["a"][0], X),
            ShapeMismatch,
            r"returned shape \(2,\) for labels of shape \(1000, 2\)",
            id="one-draw-returned",
        ),
    ],
)
def test_wrong_use_is_refused(ask, error, message):
    model = SingleTask(n_estimators=5, random_state=0).fit(*steps(0, 40))
    with pytest.raises(error, match=message):
        ask(model, steps(1, 2)[0])


def test_without_bootstrap_there_is_nothing_to_draw_from():
    model = MultiTaskForest(bootstrap=False, n_estimators=5).fit(*steps(0, 40))
    with pytest.raises(NoOutOfBagRows):
        model.sample(steps(1, 2)[0])
    with pytest.raises(NoOutOfBagRows):
        model.domain_score(steps(1, 2)[0])


def zeros_and_sources(n_rows=240):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 3))
    rough = X[:, 0] + 0.6 * rng.normal(size=n_rows)
    Y = pd.DataFrame({"exp": np.maximum(rough, 0), "dft": np.maximum(rough + 0.2 * X[:, 1], 0)})
    return X, Y


def test_draws_of_nonnegative_tasks_have_their_zeros_and_go_together():
    X, Y = zeros_and_sources()
    model = MultiTaskForest(kinds=dict.fromkeys(Y, "nonnegative"), **OPTIONS).fit(X, Y)
    draws = model.sample(X[:30], n_draws=2000)
    assert draws.min() == 0.0
    said = model.predict_tasks(X[:30])
    for column, task in enumerate(model.tasks_):
        share = (draws[:, :, column] == 0).mean(axis=0)
        np.testing.assert_allclose(share, said[task]["p_zero"], atol=0.04)
    assert model._doubt.correlation[0, 1] > 0.6


def test_nonnegative_task_has_a_spread_of_its_mean_and_a_domain():
    X, Y = zeros_and_sources()
    model = LatentVariable("exp", ["dft"], kinds=dict.fromkeys(Y, "nonnegative"), **OPTIONS).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnreliableSpread)
        spread = model.predict(X[:20], return_std=True, of="mean")[1]
    assert spread.shape == (20,) and np.all(spread >= 0) and spread.max() > 0
    assert model.domain_score(X[:20]).shape == (20,)
    with pytest.raises(WrongOption, match="nonnegative task exp"):
        model.predict(X[:2], return_std=True, of="value")


def test_function_of_a_nonnegative_and_a_real_task_has_a_true_error_bar():
    X, Y = zeros_and_sources(400)
    Y["size"] = Y["exp"] + X[:, 2] + 0.3 * np.random.default_rng(1).normal(size=400)
    model = SingleTask(kinds={"exp": "nonnegative", "dft": "nonnegative"}, **OPTIONS).fit(X[:300], Y[:300])
    mean, spread = model.predict_function(lambda y: y["size"] - y["exp"], X[300:])
    truth = (Y["size"] - Y["exp"])[300:]
    assert 0.5 < np.mean(np.abs(truth - mean) <= spread) < 0.85


def test_an_event_has_its_probability_and_the_spread_of_one():
    X, Y = steps(0, 200)
    model = MultiTaskForest(**OPTIONS).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p, spread = model.predict_function(lambda y: y["a"] > y["b"], X[:50])
    assert 0 <= p.min() < 0.3 and 0.7 < p.max() <= 1
    assert np.array_equal(spread, np.sqrt(p * (1 - p)))


def test_rows_for_which_a_function_is_not_finite_are_nan_with_one_warning():
    X, Y = steps(0, 200)
    model = MultiTaskForest(**OPTIONS).fit(X, Y)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        mean, spread = model.predict_function(lambda y: np.log(y["a"] + 1.5) + 0 * y["b"], X[:50])
    assert [each.category for each in told] == [UndefinedExpression]
    n_undefined = np.isnan(mean).sum()
    assert 0 < n_undefined < 50 and np.array_equal(np.isnan(mean), np.isnan(spread))
    assert f"draws of {n_undefined} rows, which are NaN; guard it" in str(told[0].message)


@pytest.mark.parametrize("function, error, message", [
    ("a", WrongOption, "function must take a dict of task -> labels and return numbers, got 'a'"),
    (lambda y: y["gap"], UnknownTask, "the function asks for task 'gap', and the tasks are a, b"),
    (lambda y: y["a"].astype(str), WrongOption, "the function returned <U32; it must return numbers"),
])  # fmt: skip
def test_a_function_that_cannot_be_used_is_refused(function, error, message):
    X, Y = steps(0, 60)
    with pytest.raises(error, match=f"^MultiTaskForest: {message}"):
        MultiTaskForest(n_estimators=10, random_state=0).fit(X, Y).predict_function(function, X[:5])
