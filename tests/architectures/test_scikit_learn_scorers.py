"""What scikit-learn's tools ask of a model that predicts classes, and arrays whose cells are masked."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import is_classifier, is_regressor
from sklearn.model_selection import cross_val_score

from graftwood import MultiTaskForest, SingleTask
from graftwood.errors import NotFinite
from graftwood.study.compare import compare


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 3))
    return X, np.where(X[:, 0] + 0.5 * rng.normal(size=90) > 0, "metal", "insulator")


@pytest.mark.parametrize("scoring", ["roc_auc", "neg_log_loss", "accuracy", "f1_macro", "average_precision"])
def test_scorers_of_probabilities_take_a_task_of_classes(table, scoring):
    X, colours = table
    colours = colours == "metal" if scoring == "average_precision" else colours
    scores = cross_val_score(SingleTask(n_estimators=15, random_state=0), X, colours, scoring=scoring, cv=3)
    chance = -np.log(2) if scoring == "neg_log_loss" else 0.55
    assert np.all(scores > chance)


def test_a_fitted_model_says_what_it_is(table):
    X, colours = table
    model = SingleTask(n_estimators=15, random_state=0)
    assert is_classifier(model.fit(X, colours))
    assert is_regressor(model.fit(X, X[:, 0]))


def test_masked_labels_and_inputs_are_missing_ones(table):
    X, _ = table
    hole = np.zeros(X.shape, dtype=bool)
    hole[::4, 1] = True
    with_nan, Y = np.where(hole, np.nan, X), np.column_stack([X[:, 0], X[:, 1]])
    Y_hole = np.zeros(Y.shape, dtype=bool)
    Y_hole[::3, 1] = True
    one = MultiTaskForest(n_estimators=12, random_state=0).fit(with_nan, np.where(Y_hole, np.nan, Y))
    other = MultiTaskForest(n_estimators=12, random_state=0).fit(
        np.ma.array(X, mask=hole), np.ma.array(Y, mask=Y_hole)
    )
    assert np.array_equal(one.predict(with_nan), other.predict(np.ma.array(X, mask=hole)))


def test_a_masked_or_missing_material_is_refused(table):
    X, _ = table
    groups = np.ma.array(np.arange(90), mask=np.arange(90) == 7)
    with pytest.raises(NotFinite, match="the material of row 7 is missing"):
        SingleTask(n_estimators=12).fit(X, X[:, 0], groups=groups)


def test_compare_does_not_take_a_missing_key_in_a_list_for_a_text(table):
    X, _ = table
    groups = [f"m{row}" for row in range(89)] + [np.nan]
    with pytest.raises(ValueError, match="row 89 is missing in groups"):
        compare(X, pd.DataFrame({"a": X[:, 0], "b": X[:, 1]}), target="a", groups=groups)
