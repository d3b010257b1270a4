"""How many inputs a split chooses from by default, in small tables and for few inputs told out of bag."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_friedman2

from graftwood import Difference, MultiTaskForest, SingleTask
from graftwood.engine import forest
from graftwood.network.inputs_per_split import errs_less

OPTIONS = {"n_estimators": 60, "random_state": 0}


@pytest.fixture
def grown(monkeypatch):
    """Trees and inputs per split of every block of trees that is grown."""
    calls, grow = [], forest.grow_block

    def counted(*given, **how):
        calls.append((len(given[4]), given[5].max_features))
        return grow(*given, **how)

    monkeypatch.setattr(forest, "grow_block", counted)
    return calls


def single(max_features):
    return SingleTask(base=MultiTaskForest(max_features=max_features), **OPTIONS)


def noise(n_rows, n_inputs, seed=1):
    """Every input tells a little, so that trees must differ."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_inputs))
    return X, X.sum(axis=1) + rng.normal(size=n_rows) * np.sqrt(n_inputs)


def test_all_inputs_are_taken_where_a_few_tell_most():
    X, y = make_friedman2(n_samples=400, random_state=0)
    seen, asked = np.arange(400) < 200, np.arange(400) >= 200
    by_default = SingleTask(**OPTIONS).fit(X[seen], y[seen]).predict(X[asked])
    with_all, with_third = (single(n).fit(X[seen], y[seen]).predict(X[asked]) for n in (None, 1 / 3))
    assert np.array_equal(by_default, with_all)
    assert np.abs(by_default - y[asked]).mean() < 0.6 * np.abs(with_third - y[asked]).mean()


def test_trees_of_the_trial_are_the_first_of_the_forest():
    X, y = noise(7500, 9)
    by_default, with_third = (model.fit(X, y) for model in (SingleTask(**OPTIONS), single(1 / 3)))
    assert np.array_equal(by_default.predict(X[:50]), with_third.predict(X[:50]))


def test_a_third_stays_where_all_inputs_are_not_clearly_better():
    X, y = noise(150, 30)
    by_default, with_third = SingleTask(**OPTIONS).fit(X, y), single(1 / 3).fit(X, y)
    assert np.array_equal(by_default.predict(X), with_third.predict(X))


@pytest.mark.parametrize("n_rows, n_inputs, blocks", [
    (100, 30, [(60, 10), (60, 30)]),  # a small table: whole forests, one of which is the model
    (7500, 9, [(20, 3), (20, 9), (40, 3)]),  # few inputs: some trees, then the others
    (2500, 30, [(60, 10)]),  # a large table
])  # fmt: skip
def test_what_is_grown(n_rows, n_inputs, blocks, grown):
    X, y = noise(n_rows, n_inputs)
    SingleTask(**OPTIONS).fit(X, y)
    assert grown == blocks


@pytest.mark.parametrize("options", [{"max_features": 0.34}, {"max_features": None}, {"bootstrap": False}])
def test_nothing_is_tried_where_it_is_said_or_cannot_be_told(options, grown):
    MultiTaskForest(**OPTIONS, **options).fit(*noise(60, 6))
    assert len(grown) == 1


def test_classes_keep_the_square_root(grown):
    X, y = noise(60, 9)
    SingleTask(**OPTIONS).fit(X, np.where(y > 0, "metal", "insulator"))
    assert grown == [(60, 3)]


@pytest.mark.parametrize("slope, many", [(1.0, 6), ("learned", 13)])
def test_half_of_the_inputs_for_corrections_whose_slope_is_given(slope, many, grown):
    X, y = noise(60, 12)
    Y = pd.DataFrame({"dft": y, "exp": pd.Series(y + 1).where(np.arange(60) % 2 == 0)})
    Difference("exp", "dft", slope=slope, regimes="hidden", **OPTIONS).fit(X, Y)
    source, correction = grown[:2], grown[2:]
    assert (source, correction) == ([(60, 4), (60, 12)], [(60, 4), (60, many)])  # 13 inputs with the source


def test_half_of_the_inputs_for_a_corrected_forest(grown):
    X, y = noise(60, 12)
    Y = pd.DataFrame({"dft": y, "exp": pd.Series(y + 1).where(np.arange(60) % 2 == 0)})
    MultiTaskForest(target="exp", correction=True, **OPTIONS).fit(X, Y)
    assert {many for _, many in grown[2:]} == {4, 7}  # of 14, with both tasks


def test_no_task_is_made_worse_for_another():
    X, y = make_friedman2(n_samples=200, random_state=0)
    many = np.random.default_rng(0).normal(size=(200, 12))
    inputs, one, both = (np.column_stack(parts) for parts in ((X, many), (y, y), (y, many.sum(axis=1))))
    by_default, with_all, with_third = (
        MultiTaskForest(max_features=n, **OPTIONS) for n in ("auto", None, 1 / 3)
    )
    assert np.array_equal(
        by_default.fit(inputs, one).predict(inputs), with_all.fit(inputs, one).predict(inputs)
    )
    errors = [
        np.abs(model.fit(inputs, both).oob_prediction_ - both).mean(axis=0)
        for model in (with_third, with_all)
    ]
    assert errors[1][0] < errors[0][0] and errors[1][1] > errors[0][1]
    by_default.fit(inputs, both)
    assert np.array_equal(by_default.predict(inputs), with_third.predict(inputs))


def test_rows_of_one_material_count_as_one():
    """Three hundred rows that all inputs tell better are one material that does, and no grounds."""
    material = np.repeat(np.arange(30), np.where(np.arange(30) == 3, 300, 1))
    usual = np.where(material == 3, 1.0, 0.5)[:, None]
    other = np.where(material == 3, 0.5, 0.6)[:, None]
    assert errs_less(usual, other, np.arange(len(material)))  # were they materials of their own
    assert not errs_less(usual, other, material)
