"""Tasks of all kinds in one forest, and what a forest can be asked besides its predictions."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood import LatentVariable, MultiTaskForest, SingleTask, load_model, save_model
from graftwood.errors import NoOutOfBagRows, WrongOption

N = 240


def gap_and_colour(seed):
    """A gap that everyone has, and a colour decided by it that one row in four has."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(N, 4)), columns=["radius", "mass", "charge", "noise"])
    gap = np.exp(X["radius"] + X["charge"])
    colour = pd.Series(np.where(gap > 1, "white", "black"), dtype=object).where(np.arange(N) % 4 == 0, None)
    return X, pd.DataFrame({"gap": gap, "colour": colour, "stable": X["mass"] > 0})


@pytest.fixture(scope="module")
def table():
    return gap_and_colour(seed=3)


@pytest.fixture(scope="module")
def mixed(table):
    return MultiTaskForest(n_estimators=40, random_state=1, kinds={"gap": "positive"}).fit(*table)


def test_mixed_tasks_come_back_as_they_went_in(mixed, table):
    X, Y = table
    said = mixed.predict(X)
    assert list(said.columns) == list(Y.columns)
    assert said["stable"].dtype == bool
    assert set(said["colour"]) == {"white", "black"}
    assert (said["gap"] > 0).all()
    assert mixed.classes_.keys() == {"colour", "stable"}


def test_predictions_have_the_row_names_of_their_inputs(mixed, table):
    X = table[0].head(3).set_index(pd.Index(["a", "b", "c"]))
    low, _ = mixed.predict_interval(X)
    assert list(mixed.predict(X).index) == list(low.index) == ["a", "b", "c"]


def test_tasks_are_named_or_numbered(mixed, table):
    X = table[0].head(3)
    by_number, by_name = mixed.predict_tasks(X, tasks=[0]), mixed.predict_tasks(X, tasks=["gap"])
    assert by_number.keys() == by_name.keys() == {"gap"}
    assert np.array_equal(by_number["gap"]["mean"], by_name["gap"]["mean"])


def test_colour_is_learned_from_few_labels_beside_the_gap_as_well_as_alone():
    right = []
    for seed in range(10):
        X, Y = gap_and_colour(seed)
        truth = np.where(Y["gap"] > 1, "white", "black")
        hidden = Y["colour"].isna()
        beside = MultiTaskForest("colour", n_estimators=40, random_state=1, kinds={"gap": "positive"})
        alone = SingleTask("colour", n_estimators=40, random_state=1)
        fitted = beside.fit(X, Y), alone.fit(X, Y[["colour"]])
        right.append([np.mean(model.predict(X[hidden]) == truth[hidden]) for model in fitted])
    beside_right, alone_right = np.mean(right, axis=0)
    assert beside_right > 0.88
    assert beside_right > alone_right - 0.03


def test_probabilities_are_calibrated_means_of_the_trees_and_sum_to_one(mixed, table):
    X, _ = table
    odds = mixed.predict_proba(X)["colour"]
    np.testing.assert_allclose(odds.sum(axis=1), 1.0, rtol=1e-12)
    outputs = np.concatenate([part for _, part in mixed.bag_outputs(X, task="colour")], axis=1)
    calibration = mixed._doubt.odds["colour"]["hidden"]
    np.testing.assert_allclose(calibration.of(outputs.mean(axis=0)), odds, rtol=1e-9)


def test_out_of_bag_colours_are_worse_than_those_seen_and_better_than_chance(table):
    X, Y = table
    model = SingleTask("stable", n_estimators=60, random_state=1).fit(X, Y[["stable"]])
    honest = np.mean(np.argmax(model.oob_proba(), axis=1) == Y["stable"])
    assert 0.8 < honest < 1.0
    assert np.mean(model.oob_prediction_ == Y["stable"]) == honest
    assert model.score(X, Y["stable"]) == 1.0


def test_out_of_bag_prediction_is_missing_where_the_label_is(mixed, table):
    _, Y = table
    said = mixed.oob_prediction_
    assert list(said["colour"].isna()) == list(Y["colour"].isna())
    assert said["gap"].notna().all()


def test_positive_task_has_the_interval_of_its_logarithm(table):
    X, Y = table
    asked = {"n_estimators": 30, "random_state": 0}
    positive = SingleTask(kinds={"gap": "positive"}, **asked).fit(X, Y["gap"])
    logarithm = SingleTask(**asked).fit(X, np.log(Y["gap"]))
    np.testing.assert_array_equal(positive.predict(X), np.exp(logarithm.predict(X)))
    for bound, of_log in zip(positive.predict_interval(X), logarithm.predict_interval(X), strict=True):
        np.testing.assert_array_equal(bound, np.exp(of_log))
    _, spread = positive.predict(X, return_std=True)
    low, high = positive.predict_interval(X, coverage=0.6826894921370859)
    np.testing.assert_allclose(spread, (high - low) / 2, rtol=1e-9)


def test_classes_told_by_kind_keep_their_type():
    model = SingleTask(n_estimators=10, random_state=0, kinds={0: "category"})
    model.fit(np.arange(40.0)[:, None], np.repeat([3, 7], 20))
    assert model.predict([[1.0], [39.0]]).tolist() == [3, 7]
    assert model.predict([[1.0]]).dtype.kind == "i"


@pytest.mark.parametrize("n_classes", [2, 3])
def test_number_of_threads_changes_no_class(n_classes):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(90, 3)), np.array(["a", "b", "c"])[rng.integers(0, n_classes, 90)]
    odds = [
        SingleTask(n_estimators=15, random_state=0, n_jobs=n_jobs).fit(X, y).predict_proba(X)
        for n_jobs in (1, 2)
    ]
    np.testing.assert_array_equal(*odds)


def test_importances_follow_the_columns_of_x_and_each_task(mixed, table):
    X, _ = table
    importances = mixed.feature_importances_
    assert importances.shape == (3, 4)
    np.testing.assert_allclose(importances.sum(axis=1), 1.0, rtol=1e-12)
    assert set(np.argsort(importances[0])[-2:]) == {0, 2}
    assert np.argmax(importances[2]) == list(X.columns).index("mass")


def test_shuffling_an_input_out_of_bag_tells_what_it_is_worth(table):
    X, Y = table
    model = MultiTaskForest("gap", n_estimators=40, random_state=0, permutation_repeats=3).fit(X, Y[["gap"]])
    worth = model.permutation_importances_
    assert worth.shape == (4,)
    assert min(worth[0], worth[2]) > 0.2
    assert max(abs(worth[1]), abs(worth[3])) < 0.05


def test_tree_outputs_come_in_parts_that_fit_the_memory_asked_for(mixed, table):
    X, _ = table
    whole = next(mixed.bag_outputs(X, task="gap"))[1]
    parts = list(mixed.bag_outputs(X, task="gap", max_bytes=20_000))
    assert all(outputs.nbytes <= 20_000 for _, outputs in parts)
    np.testing.assert_array_equal(np.concatenate([outputs for _, outputs in parts], axis=1), whole)
    assert [rows.start for rows, _ in parts] == [0, *(rows.stop for rows, _ in parts[:-1])]


def test_leaf_numbers_tell_trees_apart(mixed, table):
    leaves = mixed.apply(table[0], task="gap")
    assert leaves.shape == (N, 40)
    assert not set(leaves[:, 0]) & set(leaves[:, 1])


def test_without_bootstrap_there_are_predictions_and_no_spreads(table):
    X, Y = table
    extra = MultiTaskForest("gap", n_estimators=20, random_state=0, bootstrap=False, splitter="random")
    extra.fit(X, Y[["gap"]])
    np.testing.assert_allclose(extra.predict(X), Y["gap"], rtol=1e-6)  # grown until every leaf is pure
    with pytest.raises(NoOutOfBagRows, match="task gap is not known.*bootstrap=True"):
        extra.predict(X, return_std=True)
    with pytest.raises(WrongOption, match="LatentVariable: base must have bootstrap=True"):
        LatentVariable("stable", ["gap"], base=clone(extra)).fit(X, Y[["gap", "stable"]].astype(float))


def test_task_weights_may_be_said_one_by_one(table):
    X, Y = table
    labels = pd.DataFrame({"gap": np.log(Y["gap"]), "stable": Y["stable"] * 1.0})
    steered = {
        weight: MultiTaskForest(
            n_estimators=30, max_features=0.34, random_state=0, task_weight={"stable": weight}
        )
        for weight in (1e-3, 1e3)
    }
    error = {
        weight: np.mean((model.fit(X, labels).oob_prediction_[:, 0] - labels["gap"]) ** 2)
        for weight, model in steered.items()
    }
    assert error[1e-3] < error[1e3]


def test_mixed_forest_survives_its_file(mixed, table, tmp_path):
    X, _ = table
    save_model(mixed, tmp_path / "mixed.graft")
    again = load_model(tmp_path / "mixed.graft")
    pd.testing.assert_frame_equal(again.predict(X), mixed.predict(X))
    for task, odds in mixed.predict_proba(X).items():
        np.testing.assert_array_equal(again.predict_proba(X)[task], odds)


def test_known_class_is_said_with_certainty(mixed, table):
    X, Y = table
    said = mixed.predict_tasks(X, known=Y[["colour"]])["colour"]
    known = Y["colour"].notna().to_numpy()
    assert list(said["mean"][known]) == list(Y["colour"][known])
    assert (said["probability"][known].max(axis=1) == 1.0).all()
