"""Multi-task: a task with few labels sees where the others are cut; Y may have any shape and any holes."""

import numpy as np
import pandas as pd
import pytest

from graftwood import MultiTaskForest, SingleTask

OPTIONS = {"n_estimators": 30, "random_state": 0}


def shared_step(seed, n_rows=160, n_few=8):
    """Two tasks with a step at the same place of one of six inputs; the second has few labels."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 6))
    step = np.where(X[:, 2] > 0.1, 1.0, -1.0)
    Y = np.column_stack([step + 0.1 * rng.normal(size=n_rows), 3 * step + 0.3 * rng.normal(size=n_rows)])
    Y[n_few:, 1] = np.nan
    return X, Y, 3 * step


def test_task_with_few_labels_borrows_the_shared_step():
    gains = []
    for seed in range(5):
        X, Y, truth = shared_step(seed)
        few = np.isnan(Y[:, 1])
        error = {
            type(model).__name__: np.abs(model.fit(X, Y).predict(X) - truth)[few].mean()
            for model in (SingleTask(1, **OPTIONS), MultiTaskForest(1, **OPTIONS))
        }
        gains.append(error["SingleTask"] - error["MultiTaskForest"])
    assert min(gains) > 0
    assert np.mean(gains) > 0.2


def test_inverted_source_shows_the_same_cuts():
    X, Y, _ = shared_step(0)
    model = MultiTaskForest(1, **OPTIONS)
    expected = model.fit(X, Y).predict(X)
    assert np.allclose(model.fit(X, Y * [-1, 1]).predict(X), expected, atol=1e-9)


def test_balanced_task_weight_protects_a_sparse_task_from_a_misleading_dense_one():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (300, 6))
    truth = 2 * X[:, 1]
    Y = np.column_stack([rng.normal(size=300), np.where(np.arange(300) < 40, truth, np.nan)])
    error = [
        np.abs(MultiTaskForest(1, task_weight=weight, **OPTIONS).fit(X, Y).predict(X) - truth)[40:].mean()
        for weight in (0.0, 1.0)
    ]
    assert error[1] < error[0]


def test_each_task_reads_its_own_view():
    X = np.repeat(np.arange(4.0), 30)[:, None]
    Y = np.column_stack([X[:, 0] > 1, X[:, 0] % 2]).astype(float)
    Y[::3, 0] = np.nan
    Y[1::3, 1] = np.nan
    predicted = MultiTaskForest(**OPTIONS).fit(X, Y).predict(np.arange(4.0)[:, None])
    assert np.allclose(predicted, [[0, 0], [0, 1], [1, 0], [1, 1]], atol=1e-9)


@pytest.mark.parametrize("architecture", [SingleTask, MultiTaskForest])
def test_labels_may_be_missing_anywhere(architecture):
    X, Y, _ = shared_step(2, n_few=30)
    Y[:40, 0] = np.nan  # no row has both labels
    Y[100:110] = np.nan
    mean, spread = architecture(**OPTIONS).fit(X, Y).predict(X, return_std=True)
    assert mean.shape == spread.shape == Y.shape
    assert np.isfinite(mean).all()
    assert (spread > 0).all()
    assert (np.sign(mean[:, 0]) == np.where(X[:, 2] > 0.1, 1, -1)).mean() > 0.95


@pytest.mark.parametrize("architecture", [SingleTask, MultiTaskForest])
@pytest.mark.parametrize(
    "shape_of",
    [
        pytest.param(lambda Y: (Y[:, 0], (160,)), id="1-D"),
        pytest.param(lambda Y: (list(Y[:, 0]), (160,)), id="list"),
        pytest.param(lambda Y: (pd.Series(Y[:, 0], name="gap"), (160,)), id="series"),
        pytest.param(lambda Y: (Y[:, :1], (160, 1)), id="one-column"),
        pytest.param(lambda Y: (Y, (160, 2)), id="two-columns"),
        pytest.param(lambda Y: (pd.DataFrame(Y, columns=["b", "a"]), (160, 2)), id="frame"),
    ],
)
def test_predictions_have_the_shape_of_the_labels(architecture, shape_of):
    X, Y, _ = shared_step(0)
    labels, shape = shape_of(Y)
    model = architecture(**OPTIONS).fit(X, labels)
    low, high = model.predict_interval(X, coverage=0.8)
    for answer in (*model.predict(X, return_std=True), low, high):
        assert answer.shape == shape
    assert (low < high).all()


@pytest.mark.parametrize("architecture", [SingleTask, MultiTaskForest])
def test_tasks_of_a_frame_keep_their_names_and_their_order(architecture):
    X, Y, _ = shared_step(0)
    frame = pd.DataFrame(Y, columns=["zirconia", "alumina"])
    model = architecture(**OPTIONS).fit(X, frame)
    assert model.tasks_ == ("zirconia", "alumina")
    assert np.abs(model.predict(X)[:, 0]).mean() < np.abs(model.predict(X)[:, 1]).mean()
    by_task = model.predict_tasks(X, coverage=0.8)
    assert list(by_task) == ["zirconia", "alumina"]
    assert np.array_equal(by_task["alumina"]["mean"], model.predict(X)[:, 1])


@pytest.mark.parametrize("target", ["alumina", 1])
def test_target_by_name_or_number_is_that_column(target):
    X, Y, _ = shared_step(0)
    frame = pd.DataFrame(Y, columns=["zirconia", "alumina"])
    model = MultiTaskForest(target, **OPTIONS).fit(X, frame)
    assert model.target_ == "alumina"
    assert np.array_equal(model.predict(X), MultiTaskForest(**OPTIONS).fit(X, frame).predict(X)[:, 1])


def test_known_label_of_a_task_is_given_back():
    X, Y, _ = shared_step(0)
    known = np.where(np.arange(160)[:, None] % 2, [7.5, np.nan], np.nan)
    answer = MultiTaskForest(1, **OPTIONS).fit(X, Y).predict_tasks(X, known=known, coverage=0.8)["0"]
    assert (answer["mean"][1::2] == 7.5).all()
    assert (answer["spread"][1::2] == 0).all()
    assert (answer["spread"][::2] > 0).all()


def test_more_weight_pulls_the_prediction():
    X, y = np.zeros((60, 1)), np.resize([0.0, 1.0], 60)
    means = [
        SingleTask(n_estimators=30, random_state=0)
        .fit(X, y, sample_weight=np.where(y > 0, weight, 1.0))
        .predict([[0.0]])[0]
        for weight in (1 / 3, 1, 3)
    ]
    assert np.allclose(means, [0.25, 0.5, 0.75], atol=0.06)


def test_category_with_its_own_level_is_learned_and_an_unseen_one_is_a_missing_value():
    kinds = np.resize(["bcc", "fcc", "hcp"], 90)
    X = pd.DataFrame({"structure": kinds})
    y = pd.Series(kinds).map({"bcc": 1.0, "fcc": 2.0, "hcp": 4.0}).to_numpy()
    model = SingleTask(**OPTIONS).fit(X, y)
    assert np.allclose(model.predict(X), y)
    unseen, missing = (model.predict(pd.DataFrame({"structure": [cell]})) for cell in ("dhcp", None))
    assert unseen == missing


def test_missing_input_is_a_value_like_others():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 2))
    X[::3, 0] = np.nan
    y = np.where(np.isnan(X[:, 0]), 5.0, 0.0)
    predicted = (
        SingleTask(n_estimators=30, random_state=0, base=MultiTaskForest(max_features=None))
        .fit(X, y)
        .predict(X)
    )
    assert np.allclose(predicted, y, atol=0.2)
