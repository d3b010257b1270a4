"""How known labels may be given, and that none is paired with another row in silence."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, MultiTaskForest, SingleTask, TransferSelector, compare, rank_sources
from graftwood.errors import ShapeMismatch

FEW = {"n_estimators": 20, "random_state": 0}
SELECTOR = {**FEW, "n_estimators_compared": 5, "n_folds": 2}


def table(n=60):
    rng = np.random.default_rng(0)
    index = [f"material {i}" for i in range(n)]
    X = pd.DataFrame(rng.normal(size=(n, 3)), index=index, columns=list("xyz"))
    dft = X["x"] + rng.normal(size=n)
    return X, pd.DataFrame({"dft": dft, "gap": dft + X["y"]}, index=index)


@pytest.mark.parametrize("model", [Difference("gap", "dft", **FEW), TransferSelector("gap", **SELECTOR)])
def test_row_labels_in_another_order_are_refused(model):
    X, Y = table()
    model.fit(X, Y)
    known = Y[["dft"]]
    right = model.predict(X, known=known)
    with pytest.raises(ShapeMismatch, match=r"known has the row labels of X in another order.*X\.index"):
        model.predict(X, known=known.sample(frac=1, random_state=0))
    # Rows of other names are paired by position, and so are tables with rows of their own.
    assert np.array_equal(model.predict(X, known=known.reset_index(drop=True)), right)
    shuffled = X.sample(frac=1, random_state=1)
    again = model.predict(shuffled, known=known.loc[shuffled.index])
    assert np.array_equal(pd.Series(again, shuffled.index)[X.index], right)


@pytest.mark.parametrize("name", ["Y", "groups", "sample_weight", "label_std"])
@pytest.mark.parametrize("fit", [SingleTask("gap", **FEW).fit, TransferSelector("gap", **SELECTOR).fit])
def test_labels_and_what_goes_with_them_are_held_to_the_order_of_the_rows_too(name, fit):
    X, Y = table()
    given = {"Y": Y, "groups": pd.Series(Y.index, Y.index), "sample_weight": X["x"] ** 2, "label_std": Y**2}
    given[name] = given[name].sample(frac=1, random_state=0)
    with pytest.raises(ShapeMismatch, match=f"{name} has the row labels of X in another order.* reset the"):
        fit(X, **given)


def test_models_are_compared_sources_ranked_and_models_scored_in_one_order_of_rows():
    X, Y = table()
    shuffled = Y.sample(frac=1, random_state=0)
    for ask in (compare, rank_sources):
        with pytest.raises(ShapeMismatch, match=f"^{ask.__name__}: Y has the row labels of X in another"):
            ask(X, shuffled, target="gap")
    for model in (SingleTask("gap", **FEW), TransferSelector("gap", **SELECTOR)):
        model.fit(X, Y)
        with pytest.raises(ShapeMismatch, match=f"^{type(model).__name__}: y has the row labels of X"):
            model.score(X, shuffled["gap"])
        assert model.score(X, Y["gap"]) == model.score(X, Y["gap"].to_numpy())


def test_groups_of_intervals_are_in_the_order_of_the_rows():
    X, Y = table()
    model = SingleTask("gap", **FEW).fit(X, Y)
    group = pd.Series(np.arange(len(X)) % 2, X.index)
    with pytest.raises(ShapeMismatch, match=r"by\[1\] has the row labels of X in another order"):
        model.predict_interval(X, by=(group, group.sample(frac=1, random_state=0)), coverage=0.5)


def test_a_selector_pairs_rows_of_numbered_tables_by_position():
    X, Y = table()
    model = TransferSelector("gap", **SELECTOR).fit(X, Y)
    numbered = X.set_axis(np.random.default_rng(0).permutation(len(X)))
    known = Y[["dft"]].where(np.arange(len(X))[:, None] % 2 == 0).set_axis(numbered.index)
    by_name = model.predict(X, known=known.set_axis(X.index))
    assert np.array_equal(model.predict(numbered, known=known), by_name)


def test_a_label_of_one_row_may_stand_alone_and_lengths_must_agree():
    X, Y = table()
    model = MultiTaskForest("gap", **FEW).fit(X, Y)
    assert model.predict(X[:1], known={"dft": 1.0}) == model.predict(X[:1], known={"dft": [1.0]})
    with pytest.raises(ShapeMismatch, match="MultiTaskForest: known has 2 and 3 labels of its tasks"):
        model.predict(X[:3], known={"dft": [1.0, 2.0], "gap": [1.0, 2.0, 3.0]})


def test_labels_and_their_errors_may_be_mappings():
    X, Y = table()
    as_dict = {task: Y[task].tolist() for task in Y}
    errors = {"gap": np.full(60, 0.1)}
    plain, given = (
        MultiTaskForest("gap", **FEW).fit(
            X, labels, label_std=pd.DataFrame(errors) if labels is Y else errors
        )
        for labels in (Y, as_dict)
    )
    assert np.array_equal(plain.predict(X), given.predict(X))
    with pytest.raises(ShapeMismatch, match="MultiTaskForest: Y has 59 and 60 labels of its tasks"):
        MultiTaskForest("gap", **FEW).fit(X, {**as_dict, "gap": as_dict["gap"][:59]})


def test_classes_that_exclude_each_other_do_not_throw_a_nonnegative_task_out_of_range():
    # Errors of a category's columns add up to zero but for rounding, and were divided by.
    worst = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(300, 5))
        gap = np.maximum(0, 1.2 * X[:, 0] + 0.8 * X[:, 1] + 0.8 + 0.3 * rng.normal(size=300))
        dft = np.maximum(0, 0.65 * gap - 0.1 + 0.15 * rng.normal(size=300))
        colour = np.where(gap > 2.2, "white", np.where(gap > 1.2, "yellow", "black"))
        Y = pd.DataFrame({"gap": gap, "dft": dft, "colour": colour})
        told = Y.copy()
        told.loc[120:, ["gap", "colour"]] = None
        told.loc[rng.random(300) < 0.15, "dft"] = None
        kinds = {"gap": "nonnegative", "dft": "nonnegative"}
        for correction in (False, True):
            model = MultiTaskForest("gap", kinds=kinds, correction=correction, **FEW).fit(X, told)
            said = model.predict(X[120:], known=Y.loc[120:, ["dft", "colour"]])
            worst.append(said.max() / gap.max())
    assert max(worst) < 1.5
