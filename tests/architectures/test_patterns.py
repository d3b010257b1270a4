"""Error bars where fewer labels are known than in training: each combination has its own."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from graftwood import (
    Blend,
    Difference,
    LatentVariable,
    MultiTaskForest,
    TransferSelector,
    load_model,
    save_model,
)
from graftwood.network.patterns import LEAST_MATERIALS, combinations_of, serving

FEW = {"n_estimators": 30, "random_state": 0}


def strong_and_weak(n, seed, more=0.0):
    """A target, a source that tells nearly all of it and one that tells next to nothing."""
    rng = np.random.default_rng(seed)
    X, own = rng.normal(size=(n, 4)), rng.normal(size=n)
    strong = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + own
    weak = X[:, 3] + 0.8 * rng.normal(size=n)
    exp = strong + 0.3 * X[:, 3] + 0.2 * weak + 0.1 * rng.normal(size=n) + more
    return X, pd.DataFrame({"weak": weak, "strong": strong, "exp": exp})


@cache
def fitted(model, make, seed):
    """What is known of test rows is no matter in fit, so tests of it share their models."""
    return clone(model).fit(*make(250, seed))


def share_within(model, known, n_tables=3, make=strong_and_weak):
    """Share of new labels within one spread, with some labels known, over a few tables."""
    hits = []
    for seed in range(n_tables):
        trained = fitted(model, make, seed)
        X, Y = make(200, seed + 100)
        low, high = trained.predict_interval(X, 0.68, known=Y[known] if known else None)
        hits.append((low <= Y["exp"]) & (Y["exp"] <= high))
    return np.mean(hits)


@pytest.mark.parametrize("known", [["weak"], ["strong"], ["weak", "strong"]])
@pytest.mark.parametrize(
    "model",
    [
        MultiTaskForest("exp", **FEW),
        LatentVariable("exp", ["weak", "strong"], **FEW),
        Blend([MultiTaskForest("exp"), LatentVariable("exp", ["weak", "strong"])], **FEW),
    ],
    ids=["multi-task", "latent", "blend"],
)
def test_what_is_known_decides_the_error_bar(model, known):
    assert 0.62 < share_within(model, known) < 0.76


def test_a_selector_told_only_the_weak_source_is_as_honest():
    model = TransferSelector("exp", n_estimators=20, random_state=0)
    assert 0.6 < share_within(model, ["weak"], n_tables=1) < 0.77


def test_a_chain_told_only_its_beginning_is_as_honest():
    model = Difference("exp", ["weak", "strong"], **FEW)
    assert 0.62 < share_within(model, ["weak"]) < 0.76


def test_values_of_a_nonnegative_task_have_a_bar_per_combination():
    model = LatentVariable("exp", ["weak", "strong"], kinds={"exp": "nonnegative"}, **FEW)

    def make(n, seed):
        X, Y = strong_and_weak(n, seed, more=2.5)
        return X, Y.assign(exp=Y["exp"].clip(lower=0.0))

    widths = {}
    X, Y = make(200, 100)
    for known in (("weak",), ("strong",)):
        assert 0.62 < share_within(model, list(known), make=make) < 0.8
        low, high = fitted(model, make, 2).predict_interval(X, 0.68, known=Y[list(known)])
        widths[known] = np.mean(high - low)
    assert widths["strong",] < 0.6 * widths["weak",]


def test_probabilities_of_classes_are_calibrated_per_combination():
    X, Y = strong_and_weak(400, 0)
    Y["exp"] = np.where(Y["exp"] > 0, "yes", "no")
    model = MultiTaskForest("exp", **FEW).fit(X[:250], Y[:250])
    rows, is_yes = X[250:], (Y["exp"][250:] == "yes").to_numpy()

    def brier(known):
        return np.mean((model.predict_proba(rows, known=known)[:, 1] - is_yes) ** 2)

    odds = model._doubt.odds["exp"]
    assert odds["visible 01"].temperature != odds["visible 10"].temperature
    assert brier(Y[["strong"]][250:]) < 0.6 * brier(Y[["weak"]][250:])


def test_all_tasks_unknown_is_as_none_and_an_irrelevant_column_changes_nothing():
    X, Y = strong_and_weak(200, 0)
    model = LatentVariable("exp", "strong", **FEW).fit(X, Y)
    bars = model.predict(X, return_std=True, known=Y[["strong"]])
    assert np.array_equal(bars, model.predict(X, return_std=True, known=Y[["strong", "weak"]]))
    none = model.predict(X, return_std=True)
    assert np.array_equal(none, model.predict(X, return_std=True, known=Y[["strong"]] * np.nan))
    assert np.array_equal(none, model.predict(X, return_std=True, known=Y[["weak"]]))


def test_a_file_keeps_the_bars_of_every_combination(tmp_path):
    X, Y = strong_and_weak(200, 0)
    model = MultiTaskForest("exp", **FEW).fit(X, Y)
    assert {"hidden", "visible 10", "visible 01", "visible 11"} == set(model._calibrations["exp"])
    save_model(model, tmp_path / "model.graftwood")
    again = load_model(tmp_path / "model.graftwood")
    for known in (["weak"], ["strong"], ["weak", "strong"]):
        told = [each.predict(X, return_std=True, known=Y[known]) for each in (model, again)]
        assert np.array_equal(*told)


def test_a_file_of_before_has_one_calibration_for_all_combinations():
    X, Y = strong_and_weak(200, 0)
    model = MultiTaskForest("exp", **FEW).fit(X, Y)
    exp, known = model._calibrations["exp"], Y[["weak"]]
    model._calibrations["exp"] = {"hidden": exp["hidden"], "visible": exp["visible 11"]}
    _, spread = model.predict(X, return_std=True, known=known)
    model._calibrations["exp"] = dict.fromkeys(exp, exp["visible 11"])
    assert np.array_equal(spread, model.predict(X, return_std=True, known=known)[1])
    model._calibrations["exp"] = exp
    assert (spread < 0.5 * model.predict(X, return_std=True, known=known)[1]).all()


@pytest.mark.parametrize("n_tasks", [1, 2, 3, 5, 6, 9, 14])
def test_combinations_show_what_is_there_and_no_more(n_tasks):
    rng = np.random.default_rng(n_tasks)
    is_known = rng.random((400, n_tasks)) < 0.9
    material = rng.permutation(400) // 2
    found = list(combinations_of(is_known, material, seed=0))
    errors = {shown.key: 1.0 / shown.is_shown[0].sum() for shown in found}
    assert len(errors) == len(found) and (n_tasks > 5 or len(found) == 2**n_tasks - 1)
    for shown in found:
        assert len(np.unique(material[shown.at])) >= LEAST_MATERIALS
        assert shown.is_shown.any(axis=1).all() and not (shown.is_shown & ~is_known[shown.at]).any()
        assert set(serving(shown.is_shown, errors).tolist()) == {shown.key}


def test_combinations_are_the_same_in_any_order_of_rows():
    rng = np.random.default_rng(0)
    is_known, material = rng.random((1500, 5)) < 0.9, np.arange(1500)
    order = rng.permutation(1500)
    here, there = (
        {shown.key: shown for shown in combinations_of(is_known[rows], material[rows], seed=3)}
        for rows in (material, order)
    )
    assert here.keys() == there.keys()
    for key, shown in here.items():
        rows = np.argsort(order[there[key].at])
        assert np.array_equal(order[there[key].at][rows], shown.at)
        assert np.array_equal(there[key].is_shown[rows], shown.is_shown)


def test_the_part_that_errs_least_serves_what_has_no_calibration():
    errors = {"hidden": 1.0, "visible 100": 0.5, "visible 110": 0.4, "visible 001": 0.3}
    asked = np.array([[1, 1, 1], [1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 0, 0]], dtype=bool)
    expected = ["visible 001", "visible 001", "hidden", "visible 110", "hidden"]
    assert serving(asked, errors).tolist() == expected
    many = {"hidden": 1.0, "visible any 4": 0.1, "visible 100000": 0.3, "visible 010000": 0.2}
    asked = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 1]])
    expected = ["visible any 4", "visible 010000", "visible 100000", "hidden"]
    assert serving(asked.astype(bool), many).tolist() == expected


def test_of_many_tasks_what_training_rows_often_have_is_told_apart():
    is_known = np.zeros((60, 6), dtype=bool)
    is_known[:40, [0, 2, 3, 5]], is_known[40:52, [1, 4, 5]], is_known[52:, [0, 1, 2]] = True, True, True
    keys = [shown.key for shown in combinations_of(is_known, np.arange(60), seed=0)]
    assert "visible 101101" in keys and "visible 010011" in keys
    assert "visible 111000" not in keys  # of eight materials
    errors = dict.fromkeys([*keys, "hidden"], 0.5)
    assert serving(is_known[[0, 45]], errors).tolist() == ["visible 101101", "visible 010011"]


def five_sources(n, seed):
    """A target and five sources, of which the first two tell much of it and the third and fourth nothing."""
    rng = np.random.default_rng(seed)
    X, own = rng.normal(size=(n, 6)), rng.normal(size=n)
    truth = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + own
    near = [truth + noise * rng.normal(size=n) for noise in (0.3, 0.6)]
    far = [X[:, i] + rng.normal(size=n) for i in (3, 4)]
    table = [*near, *far, 0.5 * truth + rng.normal(size=n), truth + 0.3 * X[:, 5] + 0.1 * rng.normal(size=n)]
    return X, pd.DataFrame(dict(zip(["a", "b", "c", "d", "e", "exp"], table, strict=True)))


@pytest.mark.parametrize("known", [["a", "b"], ["c", "d"], ["b", "d", "e"]])
@pytest.mark.parametrize(
    "model",
    [MultiTaskForest("exp", **FEW), LatentVariable("exp", list("abcde"), **FEW)],
    ids=["multi", "latent"],
)
def test_two_good_sources_of_five_are_no_two_poor_ones(model, known):
    assert 0.6 < share_within(model, known, make=five_sources) < 0.78
