"""Nonnegative tasks: zero or not and how much, in every architecture, and what must not change them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood import Difference, LatentVariable, MultiTaskForest, SingleTask, load_model, save_model
from graftwood.errors import NoOutOfBagRows
from graftwood.metrics import brier_zero, coverage_with_zeros
from graftwood.uncertainty.rescale import ONE_SIGMA
from tests.architectures.zeros import (
    KINDS,
    SHARED,
    all_answers,
    gap_table,
    pooled_models,
    small_models,
    zero_probabilities,
)

MODELS = {**small_models(), **pooled_models()}
every_architecture = pytest.mark.parametrize("name", MODELS)
LARGE = {"n_estimators": 60, "random_state": 0, "kinds": KINDS}


def table_for(name, **options):
    X, Y, materials = gap_table(**options)
    return X, Y[["exp", "dft"]] if name in pooled_models() else Y, materials


@pytest.fixture(scope="module")
def fresh():
    X, Y, _ = gap_table(n_rows=40, seed=1)
    return X, Y[["dft"]].where(np.arange(40)[:, None] % 3 > 0)


@pytest.fixture(scope="module")
def fitted():
    models = {}
    for name, model in MODELS.items():
        X, Y, materials = table_for(name)
        models[name] = clone(model).fit(X, Y, groups=materials)
    return models


@pytest.fixture(scope="module")
def answers(fitted, fresh):
    return {name: all_answers(model, *fresh) for name, model in fitted.items()}


@pytest.fixture(scope="module")
def large():
    X, Y, _ = gap_table(1500)
    return SingleTask("exp", **LARGE).fit(X, Y)


@pytest.fixture(scope="module")
def test_rows():
    X, Y, _ = gap_table(3000, seed=7)
    there = Y["exp"].notna().to_numpy()
    return X[there], Y["exp"].to_numpy()[there]


# What is said is true


def test_zeros_are_told_from_values(large, test_rows):
    X, labels = test_rows
    plain = SingleTask("exp", n_estimators=60, random_state=0).fit(*gap_table(1500)[:2])
    errors = [np.abs(model.predict(X) - labels).mean() for model in (large, plain)]
    assert errors[0] < errors[1] - 0.02
    assert np.mean(large.predict(X) == 0) == pytest.approx(np.mean(labels == 0), abs=0.05)


def test_probability_of_zero_is_calibrated(large, test_rows):
    X, labels = test_rows
    p_zero = large.predict_tasks(X)["exp"]["p_zero"]
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        inside = (low <= p_zero) & (p_zero <= high)
        assert np.mean(labels[inside] == 0) == pytest.approx(p_zero[inside].mean(), abs=0.12)
    truth = 1 / (1 + np.exp(6 * X["a"].to_numpy()))
    assert brier_zero(labels, p_zero) < np.mean(truth * (1 - truth)) + 0.02


@pytest.mark.parametrize("level", [0.5, ONE_SIGMA, 0.9])
def test_intervals_hold_what_they_promise(large, test_rows, level):
    X, labels = test_rows
    p_zero = large.predict_tasks(X)["exp"]["p_zero"]
    low, high = large.predict_interval(X, coverage=level)
    assert coverage_with_zeros(labels, low, high, p_zero, level=level) == pytest.approx(level, abs=0.04)


@pytest.mark.parametrize("regime", ["hidden", "visible"])
@pytest.mark.parametrize("name", ["difference", "latent", "multi-task-target", "self-difference"])
def test_intervals_of_chains_hold_what_they_promise(name, regime):
    X, Y, _ = gap_table(700)
    X_new, Y_new, _ = gap_table(1500, seed=9)
    model = clone(MODELS[name]).set_params(n_estimators=40).fit(X, Y)
    there = Y_new["exp"].notna().to_numpy()
    known = Y_new[there][["dft", "aux"]] if regime == "visible" else None
    said = model.predict_tasks(X_new[there], known=known)["exp"]
    covered = coverage_with_zeros(Y_new["exp"][there], said["low"], said["high"], said["p_zero"], level=0.9)
    assert covered == pytest.approx(0.9, abs=0.06)


def test_median_has_the_least_absolute_and_mean_the_least_squared_error(large, test_rows):
    X, labels = test_rows
    median, mean = (large.predict(X, point=point) for point in ("median", "mean"))
    assert np.abs(median - labels).mean() < np.abs(mean - labels).mean()
    assert np.mean((mean - labels) ** 2) < np.mean((median - labels) ** 2)
    assert np.array_equal(large.predict(X), median)


def test_spread_is_the_standard_deviation_of_zero_or_a_value(large, test_rows):
    X, labels = test_rows
    mean, spread = large.predict(X, point="mean", return_std=True)
    assert np.sqrt(np.mean((labels - mean) ** 2)) == pytest.approx(np.sqrt(np.mean(spread**2)), rel=0.15)
    unsure = np.abs(X["a"]) < 0.1
    assert spread[unsure].mean() > 1.5 * spread[np.abs(X["a"]) > 1].mean()


def test_known_zero_of_the_source_makes_the_target_zero():
    X, Y, _ = gap_table(600)
    for model in (Difference("exp", "dft", **LARGE), LatentVariable("exp", ["dft"], **LARGE)):
        model.fit(X, Y)
        for known, is_zero in ((0.0, True), (3.0, False)):
            said = model.predict_tasks(X, known=pd.DataFrame({"dft": np.full(len(X), known)}))["exp"]
            unsure = np.abs(X["a"].to_numpy()) < 0.4
            assert np.mean((said["p_zero"] > 0.5)[unsure] == is_zero) > 0.9
        if isinstance(model, Difference):
            assert np.median(np.abs(said["mean"] - 3.5)) < 0.4


def test_known_label_comes_back_and_is_not_used_for_itself(fitted, fresh):
    X, _ = fresh
    known = pd.DataFrame({"exp": np.where(np.arange(40) % 2, 0.0, 1.25), "dft": np.nan})
    model = fitted["multi-task"]
    said = model.predict_tasks(X, known=known)
    assert np.array_equal(said["exp"]["mean"], known["exp"])
    assert np.array_equal(said["exp"]["p_zero"], known["exp"] == 0)
    assert not said["exp"]["spread"].any()
    assert np.array_equal(said["exp"]["low"], known["exp"])
    target = fitted["multi-task-target"]
    assert np.array_equal(target.predict(X, known=known), target.predict(X))


def test_out_of_bag_predictions_are_medians(fitted):
    X, Y, _ = gap_table()
    said = fitted["single"].oob_prediction_
    assert np.array_equal(np.isnan(said), Y["exp"].isna())
    assert 0.2 < np.nanmean(said == 0) < 0.8


def test_without_bootstrap_a_vote_decides_and_nothing_is_known_of_the_spread():
    X, Y, _ = gap_table()
    model = MultiTaskForest("exp", bootstrap=False, **SHARED).fit(X, Y)
    assert set(np.unique(model.predict(X)[Y["exp"] == 0])) == {0.0}
    with pytest.raises(NoOutOfBagRows, match="task exp is not known"):
        model.predict_interval(X)


# What must not change it


@every_architecture
def test_prediction_is_never_below_zero_and_inside_its_interval(name, fitted, fresh):
    X, known = fresh
    for labels in (None, known):
        said = fitted[name].predict_tasks(X, known=labels)
        for task, values in said.items():
            if "p_zero" in values:
                assert (values["low"] >= 0).all(), task
                assert ((values["low"] <= values["mean"]) & (values["mean"] <= values["high"])).all(), task


@every_architecture
def test_order_of_rows_columns_and_tasks_changes_nothing(name, fresh, answers):
    X, Y, materials = table_for(name)
    rng = np.random.default_rng(3)
    rows, columns, tasks = rng.permutation(len(X)), rng.permutation(X.shape[1]), rng.permutation(Y.shape[1])
    model = clone(MODELS[name])
    model.fit(X.iloc[rows, columns], Y.iloc[rows, tasks], groups=materials[rows])
    moved = all_answers(model, fresh[0].iloc[:, rng.permutation(X.shape[1])], fresh[1])
    if model.target_ is None:
        moved = moved.reshape(len(moved), -1, len(tasks))[:, :, np.argsort(tasks)].reshape(len(moved), -1)
    assert np.array_equal(moved, answers[name])


@every_architecture
@pytest.mark.parametrize("factor", [1024.0, 2.0**-30])
def test_scaling_by_a_power_of_two_scales_every_answer_exactly(name, factor, fresh, answers, fitted):
    X, Y, materials = table_for(name)
    model = clone(MODELS[name]).fit(X, Y * factor, groups=materials)
    assert np.array_equal(all_answers(model, fresh[0], fresh[1] * factor), answers[name] * factor)
    said = zero_probabilities(model, fresh[0], fresh[1] * factor)
    assert np.array_equal(said, zero_probabilities(fitted[name], *fresh))


@every_architecture
def test_row_is_answered_alone_as_among_others(name, fitted, fresh, answers):
    for row in (0, 1, 2, 17):
        alone = all_answers(fitted[name], fresh[0].iloc[[row]], fresh[1].iloc[[row]])
        assert np.array_equal(alone, answers[name][[row]])


@every_architecture
def test_nothing_known_is_known_none(name, fitted, fresh):
    X, _ = fresh
    nothing = pd.DataFrame({"dft": np.full(40, np.nan), "exp": np.nan})
    assert np.array_equal(fitted[name].predict(X, known=nothing), fitted[name].predict(X))


@every_architecture
def test_same_model_for_any_number_of_threads(name, fresh, answers):
    X, Y, materials = table_for(name)
    model = clone(MODELS[name]).set_params(n_jobs=3).fit(X, Y, groups=materials)
    assert np.array_equal(all_answers(model, *fresh), answers[name])


@every_architecture
def test_writing_every_row_twice_changes_no_mean(name, fresh, fitted):
    X, Y, materials = table_for(name)
    twice = np.repeat(np.arange(len(X)), 2)
    doubled = clone(MODELS[name]).fit(X.iloc[twice], Y.iloc[twice], groups=materials[twice])
    for known in (None, fresh[1]):
        said, expected = (m.predict(fresh[0], known=known, point="mean") for m in (doubled, fitted[name]))
        assert np.allclose(said, expected, rtol=1e-4, atol=1e-5)


@every_architecture
def test_model_comes_back_from_a_file(name, fitted, fresh, answers, tmp_path):
    save_model(fitted[name], tmp_path / "model.graft")
    again = load_model(tmp_path / "model.graft")
    assert np.array_equal(all_answers(again, *fresh), answers[name])
    if again.target_ is None or again._columns.kind(again.target_) == "nonnegative":
        assert np.array_equal(again.oob_prediction_, fitted[name].oob_prediction_, equal_nan=True)


@pytest.mark.parametrize("name", ["difference", "latent", "self-latent", "graph", "multi-task"])
def test_noise_that_only_a_leak_explains_stays_unexplained(name):
    rng = np.random.default_rng(0)
    X, noise = rng.normal(size=(200, 4)), np.maximum(rng.normal(size=200), 0)
    Y = pd.DataFrame({"exp": noise, "dft": noise, "aux": noise})
    model = clone(MODELS[name]).set_params(n_estimators=40).fit(X, Y, groups=np.arange(200) // 2)
    vote, center, _ = model._oob["exp"].T
    assert abs(np.corrcoef(vote, noise > 0)[0, 1]) < 0.3
    assert abs(np.corrcoef(center[noise > 0], noise[noise > 0])[0, 1]) < 0.3


def test_target_labels_of_a_material_do_not_touch_its_own_hidden_latent():
    X, Y, materials = gap_table()
    changed = Y.copy()
    of_first = materials == materials[0]
    changed.loc[of_first, "exp"] = 50.0
    said = []
    for labels in (Y, changed):
        model = LatentVariable("exp", ["dft"], **SHARED).fit(X, labels, groups=materials)
        said.append(model.predict_tasks(X, tasks=["dft"])["dft"])
    assert all(np.array_equal(said[0][part], said[1][part]) for part in said[0])
