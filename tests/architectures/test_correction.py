"""A multi-task forest whose errors second forests correct: better on what forests blur, and leak-free."""

import numpy as np
import pytest

from graftwood import LatentVariable, MultiTaskForest, SingleTask, TaskGraph, load_model, save_model
from graftwood.errors import WrongOption

FEW = {"n_estimators": 20, "random_state": 0}


def smooth_table(n=300, seed=0):
    """Two tasks that are smooth in the inputs, the first with most of its labels missing."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, size=(n, 3))
    source = 2 * X[:, 0] + X[:, 1]
    Y = np.column_stack([source + X[:, 2], source])
    Y[rng.random(n) < 0.6, 0] = np.nan
    truth = source + X[:, 2]
    return X, Y, truth


def test_what_a_forest_blurs_is_corrected():
    X, Y, _ = smooth_table()
    new, _, truth = smooth_table(seed=1)
    errors = [
        np.abs(MultiTaskForest(0, correction=each, **FEW).fit(X, Y).predict(new) - truth).mean()
        for each in (False, True)
    ]
    assert errors[1] < 0.8 * errors[0]


def test_error_bars_are_those_of_the_corrected_prediction():
    X, Y, _ = smooth_table(600)
    new, _, truth = smooth_table(600, seed=1)
    noise = 0.5 * np.random.default_rng(2).normal(size=(2, 600))
    Y[:, 0] += noise[0]
    model = MultiTaskForest(0, correction=True, n_estimators=60, random_state=0, n_jobs=2).fit(X, Y)
    mean, spread = model.predict(new, return_std=True)
    assert 0.63 < np.mean(np.abs(mean - truth - noise[1]) <= spread) < 0.78


def test_error_bars_are_those_of_a_forest_that_known_labels_have_moved():
    # What few trees scatter by is common to both tasks and moved away: errors are not made smaller for it.
    hits = []
    for seed in range(4):
        X, Y = tasks_of_one_noise(300, seed)
        new, Y_new = tasks_of_one_noise(200, seed + 100)
        model = MultiTaskForest(0, correction=True, n_estimators=40, random_state=0, n_jobs=2).fit(X, Y)
        known = Y_new.copy()
        known[:, 0] = np.nan
        mean, spread = model.predict(new, known=known, return_std=True)
        hits.append(np.abs(Y_new[:, 0] - mean) <= spread)
    assert 0.62 < np.mean(hits) < 0.78


def tasks_of_one_noise(n, seed):
    """Two tasks whose noise is nearly the same, so that one tells most of the other."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    source = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + rng.normal(size=n)
    return X, np.column_stack([source + 0.3 * X[:, 3] + 0.1 * rng.normal(size=n), source])


def test_known_labels_enter_and_all_missing_are_as_none():
    X, Y, _ = smooth_table()
    new, known, truth = smooth_table(seed=1)
    model = MultiTaskForest(0, correction=True, **FEW).fit(X, Y)
    known[:, 0] = np.nan
    hidden, visible = model.predict(new), model.predict(new, known=known)
    assert np.abs(visible - truth).mean() < np.abs(hidden - truth).mean()
    assert np.array_equal(model.predict(new, known=np.full(known.shape, np.nan)), hidden)


def test_without_a_target_every_task_is_corrected():
    X, Y, _ = smooth_table()
    new, _, truth = smooth_table(seed=1)
    both = MultiTaskForest(correction=True, **FEW).fit(X, Y)
    plain = MultiTaskForest(**FEW).fit(X, Y)
    for task, right in ((0, truth), (1, truth - new[:, 2])):
        said, before = (np.abs(model.predict(new)[:, task] - right).mean() for model in (both, plain))
        assert said < 0.9 * before


def test_tasks_that_are_not_the_target_stay_as_they_were():
    X, Y, _ = smooth_table()
    said = [
        MultiTaskForest(0, correction=each, **FEW).fit(X, Y).predict_tasks(X[:20])["1"]["mean"]
        for each in (False, True)
    ]
    assert np.array_equal(*said)


def test_noise_that_only_a_leak_explains_stays_unexplained_out_of_bag():
    # Both rows of a material have its inputs and its noise: whoever saw one of them knows the other.
    rng = np.random.default_rng(0)
    X, noise = np.repeat(rng.normal(size=(150, 3)), 2, axis=0), np.repeat(rng.normal(size=150), 2)
    model = MultiTaskForest(0, correction=True, **FEW)
    Y = np.column_stack([noise, noise])
    model.fit(X, Y, groups=np.arange(300) // 2)
    assert np.corrcoef(model.oob_prediction_, noise)[0, 1] < 0.2
    assert np.corrcoef(model.fit(X, Y).oob_prediction_, noise)[0, 1] > 0.8  # the check can fail


def test_classes_and_exact_zeros_are_corrected_too():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, size=(400, 3))
    gap = np.maximum(X[:, 0] + 0.5 * X[:, 1], 0)
    colour = (X[:, 0] + X[:, 1] > 0.3).astype(float)
    kinds = {0: "nonnegative", 1: "category"}
    model = MultiTaskForest(correction=True, kinds=kinds, **FEW).fit(
        X[:300], np.column_stack([gap, colour])[:300]
    )
    said = model.predict_tasks(X[300:])
    assert np.mean(said["1"]["mean"] == colour[300:]) > 0.85
    assert np.abs(said["0"]["mean"] - gap[300:]).mean() < 0.4 * np.abs(gap - np.median(gap)).mean()
    assert np.mean((said["0"]["mean"] == 0) == (gap[300:] == 0)) > 0.8


def test_forest_of_a_corrected_task_is_the_shared_one():
    X, Y, _ = smooth_table()
    plain, both = (MultiTaskForest(0, correction=each, **FEW).fit(X, Y) for each in (False, True))
    assert np.array_equal(plain.apply(X), both.apply(X))
    assert np.array_equal(plain.feature_importances_, both.feature_importances_)


def test_it_comes_back_from_a_file(tmp_path):
    X, Y, _ = smooth_table(100)
    model = MultiTaskForest(0, correction=True, **FEW).fit(X, Y)
    save_model(model, tmp_path / "it.graft")
    assert np.array_equal(load_model(tmp_path / "it.graft").predict(X, known=Y), model.predict(X, known=Y))


@pytest.mark.parametrize(
    "model, message",
    [
        (MultiTaskForest(correction=True, bootstrap=False), "set bootstrap=True"),
        (SingleTask(0, base=MultiTaskForest(correction=True)), "base must have correction=False"),
        (LatentVariable(0, [1], base=MultiTaskForest(correction=True)), "base must have correction=False"),
        (TaskGraph([MultiTaskForest(correction=True)], target=0), "node 0 must have correction=False"),
        (MultiTaskForest(correction="yes"), "correction must be True or False, got 'yes'"),
    ],
)
def test_where_nothing_can_be_corrected_it_is_refused(model, message):
    X, Y, _ = smooth_table(40)
    with pytest.raises(WrongOption, match=message):
        model.fit(X, Y)
