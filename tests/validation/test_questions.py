"""What a fitted model is asked, and which task is meant: names, positions, scores and error bars."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score
from sklearn.model_selection import cross_val_score

from graftwood import Difference, MultiTaskForest, Pooled, SingleTask
from graftwood.errors import GraftwoodError

N = 40
X = pd.DataFrame(np.random.default_rng(0).normal(size=(N, 3)), columns=["a", "b", "c"])
Y = pd.DataFrame({"exp": X["a"].where(np.arange(N) % 3 > 0), "dft": X["b"]})
OPTIONS = {"n_estimators": 10, "random_state": 0}


def test_integer_names_win_over_positions():
    swapped = pd.DataFrame({1: X["a"], 0: X["b"]})
    assert MultiTaskForest(1, **OPTIONS).fit(X, swapped).target_ == "1"
    assert MultiTaskForest(1, **OPTIONS).fit(X, swapped.set_axis([300, 400], axis=1)).target_ == "400"
    found = MultiTaskForest(1, **OPTIONS).fit(X, swapped).predict(X)
    assert np.corrcoef(found, X["a"])[0, 1] > 0.9
    assert MultiTaskForest(1, **OPTIONS).fit(X, swapped.to_numpy()).target_ == "1"
    hot = pd.DataFrame({300: [1, 2] * 20, 400: X["a"]})
    assert MultiTaskForest(kinds={300: "category"}, **OPTIONS).fit(X, hot).classes_["300"].tolist() == [1, 2]


@pytest.mark.parametrize("model", [MultiTaskForest, SingleTask, Pooled])
def test_unit_of_an_unknown_task_is_refused(model):
    with pytest.raises(
        GraftwoodError, match=f"^{model.__name__}: units name the task 'hse', which Y does not"
    ):
        model("exp", units={"exp": "eV", "hse": "eV"}, **OPTIONS).fit(X, Y)


def test_question_for_no_task_is_refused():
    with pytest.raises(GraftwoodError, match="^SingleTask: tasks is empty; name at least one task"):
        SingleTask("exp", **OPTIONS).fit(X, Y).predict_tasks(X, tasks=[])


@pytest.mark.parametrize("size", [-5, 0, "1MB", 1.5])
def test_bad_memory_limit_is_refused_at_once(size):
    model = SingleTask("exp", **OPTIONS).fit(X, Y)
    with pytest.raises(GraftwoodError, match="^SingleTask: max_bytes must be an integer >= 1, got"):
        model.bag_outputs(X, max_bytes=size)


@pytest.mark.parametrize("model", [SingleTask, MultiTaskForest])
def test_one_tree_has_no_error_bars(model):
    with pytest.raises(
        GraftwoodError, match=rf"^{model.__name__}: 0 labelled rows of task exp .*about 10.*bootstrap=F"
    ):
        model("exp", n_estimators=1).fit(X, Y)


def test_spread_without_bags_names_the_estimator():
    model = MultiTaskForest("exp", bootstrap=False, **OPTIONS).fit(X, Y)
    with pytest.raises(GraftwoodError, match="^MultiTaskForest: the spread of task exp is not known"):
        model.predict(X, return_std=True)


def test_importances_not_asked_for_say_how_to_ask():
    model = MultiTaskForest("exp", **OPTIONS).fit(X, Y)
    with pytest.raises(AttributeError, match="^MultiTaskForest: .*permutation_repeats=5"):
        _ = model.permutation_importances_
    assert not hasattr(model, "permutation_importances_")


def test_score_counts_labelled_rows_of_the_target():
    model = Difference("exp", "dft", **OPTIONS).fit(X, Y)
    rows = Y["exp"].notna()
    expected = model.score(X[rows], Y["exp"][rows])
    assert model.score(X, Y) == model.score(X, Y["exp"]) == model.score(X, Y[["exp"]]) == expected
    assert model.score(X, Y, sample_weight=np.ones(N)) == pytest.approx(expected)
    arrays = SingleTask(1, **OPTIONS).fit(X, Y.to_numpy())
    assert arrays.score(X, Y.to_numpy()) == arrays.score(X, Y["dft"])
    assert np.isfinite(cross_val_score(model, X, Y, cv=3)).all()


def test_score_of_several_tasks_is_their_mean():
    model = MultiTaskForest(**OPTIONS).fit(X, Y)
    said = model.predict(X)
    each = [r2_score(Y[t][Y[t].notna()], said[Y[t].notna(), i]) for i, t in enumerate(Y)]
    assert model.score(X, Y) == pytest.approx(np.mean(each))
    assert model.score(X, Y[["dft", "exp"]]) == model.score(X, Y)


def test_accuracy_counts_labelled_rows():
    colours = pd.Series(["red", "blue"] * 20, name="colour").where(np.arange(N) != 5)
    model = SingleTask("colour", **OPTIONS).fit(X, colours)
    assert model.score(X, colours) == model.score(X.drop(5), colours.drop(5))


@pytest.mark.parametrize(
    "y, message",
    [
        pytest.param(Y[["dft"]], "score needs labels of task exp, and y has dft", id="other-task"),
        pytest.param(Y["dft"], "score needs labels of task exp, and y has dft", id="other-series"),
        pytest.param(np.ones((N, 3)), "score needs a column of y for each of exp.*y has 3", id="columns"),
        pytest.param(Y.assign(exp=np.nan), "task exp has 0 labelled rows to score, 2 or more", id="none"),
        pytest.param(Y[:39], r".*inconsistent numbers of samples: \[40, 39\]", id="rows"),
        pytest.param(Y.assign(exp="metal"), "score: the label of task exp in row 0 is 'metal'", id="text"),
    ],
)
def test_what_cannot_be_scored_is_refused(y, message):
    with pytest.raises(GraftwoodError, match=f"^SingleTask: {message}"):
        SingleTask("exp", **OPTIONS).fit(X, Y).score(X, y)


def test_outlier_is_no_fault_where_the_others_can_be_told_apart():
    labels = X["a"].where(np.arange(N) != 7, 1e6)
    assert np.isfinite(SingleTask(**OPTIONS).fit(X, labels).predict(X)).all()
    huge = np.exp(X["a"]).where(np.arange(N) != 7, 1e15)
    assert np.isfinite(SingleTask(kinds={0: "positive"}, **OPTIONS).fit(X, huge.to_numpy()).predict(X)).all()


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(np.where(np.arange(N) < 24, 1e20, X["a"]), id="fill-value-in-most-rows"),
        pytest.param(np.where(np.arange(N) == 7, 1e15, np.arange(N) % 3), id="three-values"),
        pytest.param(np.where(np.arange(N) == 7, -1e13, X["a"]), id="negative"),
    ],
)
def test_labels_that_exact_sums_cannot_tell_apart_are_refused(labels):
    with pytest.raises(
        GraftwoodError, match="^SingleTask: the label of task 0 in row .* so far from the others"
    ):
        SingleTask(**OPTIONS).fit(X, labels)


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(np.tile([0.0, 0.1 + 0.2 - 0.3, 1.0, 1.0], N // 4), id="rounding-beside-two-values"),
        pytest.param(np.where(np.arange(N) % 2, 0.0, np.exp(6 * X["a"])), id="zeros-and-a-long-tail"),
        pytest.param(1e9 + X["a"], id="far-from-zero"),
        pytest.param(np.ones(N), id="constant"),
    ],
)
def test_labels_of_many_sizes_are_learned(labels):
    assert np.isfinite(SingleTask(**OPTIONS).fit(X, labels).predict(X)).all()
