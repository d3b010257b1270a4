"""What is fitted without error bars predicts the same bits, odds included, and has learned nothing else."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask, TransferSelector
from graftwood.errors import NoOutOfBagRows, WrongOption
from graftwood.network.error_bars import error_bars_of, without_error_bars

SHARED = {"n_estimators": 15, "random_state": 2}
MODELS = {
    "single": SingleTask("exp", **SHARED),
    "pooled": Pooled("exp", **SHARED),
    "difference": Difference("exp", "dft", **SHARED),
    "latent": LatentVariable("exp", "dft", **SHARED),
    "multi-task": MultiTaskForest("exp", **SHARED),
    "corrected": MultiTaskForest("exp", correction=True, **SHARED),
}


def table(kind):
    rng = np.random.default_rng(4)
    X = rng.normal(size=(120, 3))
    dft = X[:, 0] + 0.3 * rng.normal(size=120)
    exp = dft + 0.5 * X[:, 1] + 0.2 * rng.normal(size=120)
    if kind == "nonnegative":
        dft, exp = np.maximum(dft, 0), np.maximum(exp, 0)
    Y = pd.DataFrame({"dft": dft, "exp": exp})
    Y.loc[rng.random(120) < 0.4, "exp"] = np.nan
    return X, Y, dict.fromkeys(Y, kind)


def pair(model, kind):
    X, Y, kinds = table(kind)
    model.set_params(kinds=kinds)
    full = model.fit(X, Y)
    answers = [full.predict(X), full.predict(X, known=Y[["dft"]])]
    with without_error_bars():
        bare = model.fit(X, Y)
    return answers, bare, X, Y


@pytest.mark.parametrize("kind", ["real", "nonnegative"])
@pytest.mark.parametrize("name", MODELS)
def test_predictions_are_the_same_bits(name, kind):
    answers, bare, X, Y = pair(MODELS[name], kind)
    for expected, known in zip(answers, (None, Y[["dft"]]), strict=True):
        assert np.array_equal(bare.predict(X, known=known), expected)


def test_probabilities_of_classes_are_the_same_bits():
    X, Y, _ = table("real")
    Y["exp"] = pd.Categorical(np.where(Y["exp"].isna(), None, np.where(Y["exp"] > 0, "yes", "no")))
    model = MultiTaskForest("exp", **SHARED)
    full = [model.fit(X, Y).predict_proba(X, known=known) for known in (None, Y[["dft"]])]
    with error_bars_of("exp", when_told=False):
        assert np.array_equal(model.fit(X, Y).predict_proba(X), full[0])
    with without_error_bars():
        model.fit(X, Y)
    for expected, known in zip(full, (None, Y[["dft"]]), strict=True):
        assert np.array_equal(model.predict_proba(X, known=known), expected)


def test_no_spread_is_known_of_a_number():
    _, bare, X, _ = pair(MODELS["difference"], "real")
    with pytest.raises(NoOutOfBagRows):
        bare.predict(X, return_std=True)


def test_a_selector_compares_without_and_its_winners_have_error_bars():
    X, Y, kinds = table("real")
    selector = TransferSelector("exp", kinds=kinds, **SHARED).fit(X, Y)
    assert selector.comparison_.held_out["spread"].isna().all()
    assert (selector.predict(X, return_std=True)[1] > 0).all()


@pytest.mark.filterwarnings("ignore::graftwood.errors.UnreliableSpread")
@pytest.mark.parametrize("kind", ["real", "nonnegative"])
@pytest.mark.parametrize("name", MODELS)
def test_error_bars_of_one_task_are_the_same_bits(name, kind):
    X, Y, kinds = table(kind)
    model = MODELS[name].set_params(kinds=kinds)
    said = {}
    for others in (["dft"], []):
        with error_bars_of("exp", *others):
            model.fit(X, Y)
        for known in (None, Y[["dft"]]):
            answer = model.predict_tasks(X, known=known, tasks=["exp"], coverage=0.9)["exp"]
            said.setdefault(known is None, []).append(answer)
    model.fit(X, Y)
    for known in (None, Y[["dft"]]):
        answer = model.predict_tasks(X, known=known, tasks=["exp"], coverage=0.9)["exp"]
        for other in said[known is None]:
            for part in answer:
                assert np.array_equal(answer[part], other[part], equal_nan=True)


@pytest.mark.filterwarnings("ignore::graftwood.errors.UnreliableSpread")
@pytest.mark.parametrize("kind", ["real", "nonnegative"])
@pytest.mark.parametrize("name", MODELS)
def test_rows_of_which_nothing_is_told_have_the_same_bits_without_what_told_ones_need(name, kind):
    X, Y, kinds = table(kind)
    model, said = MODELS[name].set_params(kinds=kinds), []
    for when_told in (True, False):
        with error_bars_of("exp", when_told=when_told):
            model.fit(X, Y)
        said.append(model.predict_tasks(X, tasks=["exp"], coverage=0.9)["exp"])
    for part, expected in said[0].items():
        assert np.array_equal(said[1][part], expected, equal_nan=True), part
    assert set(model._calibrations["exp"]) == {"hidden"}


def test_lines_are_fitted_outside_of_blocks_alone():
    X, Y, _ = table("real")
    model = SingleTask("exp", **SHARED)
    assert model.fit(X, Y).predict(X, return_std=True, form="line")[1].min() > 0
    with error_bars_of("exp"):
        model.fit(X, Y)
    with pytest.raises(WrongOption, match="no line"):
        model.predict(X, return_std=True, form="line")


def test_of_blocks_within_blocks_both_count():
    X, Y, _ = table("real")
    with error_bars_of("exp", "dft"), error_bars_of("dft", "aux"):
        model = MultiTaskForest(n_estimators=15, random_state=2).fit(X, Y)
    assert set(model._calibrations["dft"]) and not model._calibrations["exp"]
