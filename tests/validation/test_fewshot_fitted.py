"""Bad input of few-shot estimators once they are fitted: new rows, new tasks, comparisons with a truth."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from graftwood.errors import EmptyTable, MissingColumn, NotFinite, ShapeMismatch, UnknownTask, WrongOption
from graftwood.fewshot import plant_tasks, subspace_distance
from tests.fewshot.planted import EVERYTHING, TRUTH

every = pytest.mark.parametrize("name", EVERYTHING)
TABLE = TRUTH.X, TRUTH.y, TRUTH.task


@pytest.fixture(scope="module")
def fitted():
    return {name: clone(model).fit(*TABLE) for name, model in EVERYTHING.items()}


@every
@pytest.mark.parametrize(
    "task, error, message",
    [
        pytest.param(
            60, UnknownTask, "task 60 was not fitted; adapt to it with a few of its labels", id="new"
        ),
        pytest.param([0, 1, 99], UnknownTask, "task 99 was not fitted", id="one-of-many"),
        pytest.param("five", UnknownTask, "task five was not fitted", id="of-another-type"),
        pytest.param([0, 1], ShapeMismatch, r"task has shape \(2,\) and X has 3 rows", id="short"),
        pytest.param([0, None, 1], UnknownTask, "the task of row 1 is missing", id="missing"),
    ],
)
def test_bad_task_of_a_prediction(name, task, error, message, fitted):
    model = fitted[name]
    with pytest.raises(error, match=rf"^{type(model).__name__}: {message}"):
        model.predict(TRUTH.X[:3], task)


@every
@pytest.mark.parametrize(
    "X, y, error, message",
    [
        pytest.param(
            np.ones((2, 7)), [1, 2], ShapeMismatch, "X has 7 inputs and 8 were learned", id="inputs"
        ),
        pytest.param(np.ones((0, 8)), [], EmptyTable, "X has no rows", id="no-rows"),
        pytest.param(
            np.ones((2, 8)), [1], ShapeMismatch, r"y has shape \(1,\) and X has 2 rows", id="labels"
        ),
        pytest.param(np.full((1, 8), np.nan), [1], NotFinite, "input 0 is NaN in every row", id="nan"),
        pytest.param(np.ones((1, 8)), [np.nan], NotFinite, "the label of row 0 is nan", id="nan-label"),
    ],
)
def test_bad_new_task(name, X, y, error, message, fitted):
    model = fitted[name]
    with pytest.raises(error, match=rf"^{type(model).__name__}: {message}"):
        model.adapt(X, y)


def test_head_refuses_other_inputs(fitted):
    head = fitted["pursuit"].adapt(TRUTH.X[:3], TRUTH.y[:3])
    with pytest.raises(ShapeMismatch, match="^Head: X has 3 inputs and 8 were learned"):
        head.predict(np.ones((2, 3)))


@every
def test_columns_are_found_by_name(name):
    named = pd.DataFrame(TRUTH.X, columns=list("abcdefgh"))
    model = clone(EVERYTHING[name]).fit(named, TRUTH.y, TRUTH.task)
    turned = named[list("hgfedcba")]
    np.testing.assert_array_equal(model.predict(turned, 3), model.predict(TRUTH.X, 3))
    head = model.adapt(turned[:3], TRUTH.y[:3])
    np.testing.assert_array_equal(head.coef, model.adapt(TRUTH.X[:3], TRUTH.y[:3]).coef)
    np.testing.assert_array_equal(head.predict(turned), head.predict(TRUTH.X))
    for who, ask in [
        (type(model).__name__, lambda X: model.predict(X, 3)),
        (type(model).__name__, lambda X: model.adapt(X[:3], TRUTH.y[:3])),
        ("Head", head.predict),
    ]:
        with pytest.raises(MissingColumn, match=f"^{who}: X has no column 'c'; give the columns of fit."):
            ask(named.rename(columns={"c": "C"}))


@every
@pytest.mark.parametrize("labels", [0.0, 5.0, 1e-200])
def test_labels_without_spread_are_learned(name, labels):
    model = clone(EVERYTHING[name]).fit(TRUTH.X, np.full_like(TRUTH.y, labels), TRUTH.task)
    assert np.isfinite(model.coef_).all() and np.isfinite(model.subspace_).all()
    assert labels or not model.coef_.any()


def test_planted_rank_above_inputs():
    with pytest.raises(WrongOption, match="^plant_tasks: rank is 5 and there are 4 inputs"):
        plant_tasks(n_tasks=9, n_rows=2, n_inputs=4, rank=5, noise=0.0, seed=0)


def test_subspaces_of_different_inputs():
    with pytest.raises(ShapeMismatch, match="^subspace_distance: one subspace has 3 inputs and the other 4"):
        subspace_distance(np.eye(2, 3), np.eye(2, 4))


@every
def test_question_before_the_answer(name):
    with pytest.raises(NotFittedError):
        clone(EVERYTHING[name]).predict(TRUTH.X, TRUTH.task)
    with pytest.raises(NotFittedError):
        clone(EVERYTHING[name]).adapt(TRUTH.X, TRUTH.y)
