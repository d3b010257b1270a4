"""One interface for all estimators: fit, adapt, predict, subspace_, clone."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood.errors import ShapeMismatch
from graftwood.fewshot import relative_error, subspace_distance
from tests.fewshot.planted import BASELINES, EVERYTHING, N_INPUTS, RANK, SUBSPACES, TRUTH

every = pytest.mark.parametrize("name", EVERYTHING)
BIASED = {"moments", "moments-diagonal", "anil", "maml", "maml-first-order"}  # not exact even without noise
TABLE = TRUTH.X, TRUTH.y, TRUTH.task


@pytest.fixture(scope="module")
def fitted():
    return {name: clone(model).fit(*TABLE) for name, model in EVERYTHING.items()}


@every
def test_fit_returns_the_estimator_and_leaves_its_options_alone(name):
    model = clone(EVERYTHING[name])
    before = model.get_params()
    assert model.fit(*TABLE) is model
    assert model.get_params() == before


@every
def test_shapes(name, fitted):
    model = fitted[name]
    assert model.subspace_.shape == ({"pooled": 0, "per-task": 8, "to-pooled": 8}.get(name, RANK), N_INPUTS)
    assert model.rank_ == len(model.subspace_)
    assert model.coef_.shape == (60, N_INPUTS) and model.intercept_.shape == (60,)
    assert model.predict(TRUTH.X, TRUTH.task).shape == TRUTH.y.shape
    np.testing.assert_allclose(model.subspace_ @ model.subspace_.T, np.eye(len(model.subspace_)), atol=1e-9)


@pytest.mark.parametrize("name", SUBSPACES)
def test_planted_subspace_is_found(name, fitted):
    limit = 0.45 if name in BIASED else 0.05
    assert subspace_distance(fitted[name].subspace_, TRUTH.subspace) < limit


@pytest.mark.parametrize("name", sorted(set(SUBSPACES) - BIASED))
def test_a_subspace_beats_a_ridge_per_task(name, fitted):
    errors = {each: relative_error(fitted[each].coef_, TRUTH.coef) for each in (name, "per-task", "oracle")}
    assert errors["oracle"] <= errors[name] * 1.001
    assert errors[name] < 0.8 * errors["per-task"]


@every
def test_same_seed_same_result(name, fitted):
    again = clone(EVERYTHING[name]).fit(*TABLE)
    np.testing.assert_array_equal(again.subspace_, fitted[name].subspace_)
    np.testing.assert_array_equal(again.coef_, fitted[name].coef_)


@every
def test_predictions_are_those_of_the_task_in_any_order_of_rows(name, fitted):
    order = np.random.default_rng(0).permutation(len(TRUTH.y))
    model = fitted[name]
    np.testing.assert_array_equal(
        model.predict(TRUTH.X, TRUTH.task)[order], model.predict(TRUTH.X[order], TRUTH.task[order])
    )
    np.testing.assert_array_equal(model.predict(TRUTH.X[:5], 7), model.predict(TRUTH.X[:5], np.full(5, 7)))


@every
def test_adapting_to_a_fitted_tasks_rows_gives_its_function(name, fitted):
    own = TRUTH.task == 9
    head = fitted[name].adapt(TRUTH.X[own], TRUTH.y[own])
    np.testing.assert_allclose(head.coef, fitted[name].coef_[9], atol=1e-9)


def test_tasks_have_names_and_inputs_too():
    X = pd.DataFrame(TRUTH.X, columns=[f"x{i}" for i in range(N_INPUTS)])
    names = pd.Series([f"station {number:02d}" for number in TRUTH.task])
    model = clone(SUBSPACES["pursuit"]).fit(X, pd.Series(TRUTH.y), names)
    assert model.tasks_[:2].tolist() == ["station 00", "station 01"]
    assert model.feature_names_in_.tolist() == list(X.columns)
    plain = clone(SUBSPACES["pursuit"]).fit(*TABLE)
    np.testing.assert_array_equal(model.predict(X, names), plain.predict(TRUTH.X, TRUTH.task))


def test_rows_in_another_order_are_refused():
    X, y, task = pd.DataFrame(TRUTH.X), pd.Series(TRUTH.y), pd.Series(TRUTH.task)
    model = clone(EVERYTHING["pooled"])
    mixed = np.random.default_rng(0).permutation(len(y))
    for asked, name in (
        (lambda: model.fit(X, y[mixed], task), "y"),
        (lambda: model.fit(X, y, task[mixed]), "task"),
        (lambda: model.fit(X, y, task).predict(X, task[mixed]), "task"),
        (lambda: model.adapt(X, y[mixed]), "y_new"),
    ):
        with pytest.raises(ShapeMismatch, match=f": {name} has the row labels of X in another order"):
            asked()


def test_pooled_adapts_to_nothing(fitted):
    one, other = (fitted["pooled"].adapt(TRUTH.X[at], TRUTH.y[at]) for at in (slice(0, 5), slice(20, 30)))
    np.testing.assert_array_equal(one.coef, other.coef)


def test_baselines_are_what_they_say(fitted):
    assert set(BASELINES) == {"pooled", "per-task", "to-pooled", "oracle"}
    pooled = fitted["pooled"].coef_[0]
    strong = clone(BASELINES["to-pooled"]).set_params(alpha=1e12).fit(*TABLE)
    np.testing.assert_allclose(strong.coef_, np.tile(pooled, (60, 1)), atol=1e-6)
    alone = clone(BASELINES["per-task"]).set_params(alpha=3.0).fit(*TABLE)
    X, y = TRUTH.X[:12], TRUTH.y[:12]
    np.testing.assert_allclose(alone.coef_[0], np.linalg.solve(X.T @ X + 3 * np.eye(8), X.T @ y), atol=1e-10)
