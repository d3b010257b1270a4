"""Difference and latent: what a source gives, what a known label adds, and what an inverted source spoils."""

import numpy as np
import pytest
from sklearn.base import clone

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask
from graftwood.errors import UnknownTask, WrongOption
from graftwood.network.outlook import HIDDEN, VISIBLE
from tests.architectures.planted import all_answers, small_models, two_sources

OPTIONS = {"n_estimators": 30, "random_state": 0}
CHAINS = ["difference", "scaled-difference", "latent"]
SELF_CHAINS = ["self-difference", "self-latent"]


def offset_sources(seed=0, n_rows=200, n_target=50, offset=3.0):
    """Target 1 is source 0 plus a constant; each is labelled on rows where the other is not."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 3))
    source = np.sign(X[:, 0]) + np.sign(X[:, 1] + 0.3) * np.sign(X[:, 2])
    Y = np.column_stack([source, source + offset])
    Y[n_target:, 1] = np.nan
    Y[: n_target // 2, 0] = np.nan
    return X, Y, source + offset


def test_difference_recovers_a_constant_offset_where_sources_do_not_fully_overlap():
    X, Y, truth = offset_sources()
    error = np.abs(Difference(1, 0, **OPTIONS).fit(X, Y).predict(X) - truth)[50:].mean()
    assert error < 0.5 * np.abs(SingleTask(1, **OPTIONS).fit(X, Y).predict(X) - truth)[50:].mean()
    known = np.column_stack([truth - 3.0, np.full(200, np.nan)])
    model = Difference(1, 0, **OPTIONS).fit(X, Y)
    assert np.abs(model.predict(X, known=known) - truth)[50:].mean() < 0.3


@pytest.fixture(scope="module")
def fitted():
    X, Y, materials = two_sources()
    return {name: m.fit(X, Y, groups=materials) for name, m in small_models().items()}


@pytest.fixture(scope="module")
def fresh():
    X, Y, _ = two_sources(n_rows=50, seed=1)
    return X, Y


@pytest.mark.parametrize("name", small_models())
def test_nothing_known_is_known_none(name, fitted, fresh):
    X, Y = fresh
    answers = all_answers(fitted[name], X, Y * np.nan)
    without, with_nan = np.hsplit(answers, 2)
    assert np.array_equal(without, with_nan)


# The multi-task forest answers for all tasks here, and one's label does move the others: test_relation.py.
@pytest.mark.parametrize("name", [name for name in small_models() if name != "multi-task"])
def test_known_target_never_enters_the_prediction_of_itself(name, fitted, fresh):
    X, Y = fresh
    known = Y.assign(dft=np.nan, aux=np.nan, exp=99.0)
    without, with_target = np.hsplit(all_answers(fitted[name], X, known), 2)
    assert np.array_equal(without, with_target)


@pytest.mark.parametrize("name", SELF_CHAINS)
def test_controls_never_use_a_known_label(name, fitted, fresh):
    X, Y = fresh
    without, with_known = np.hsplit(all_answers(fitted[name], X, Y.fillna(50.0)), 2)
    assert np.array_equal(without, with_known)
    assert fitted[name].stages_ == (HIDDEN,)


@pytest.mark.parametrize("name", CHAINS)
def test_known_source_is_used_for_its_row_only(name, fitted, fresh):
    X, _ = fresh
    known = np.full((50, 3), np.nan)
    known[7, 1] = 4.0
    before, after = fitted[name].predict(X), fitted[name].predict(X, known=known)
    assert np.flatnonzero(before != after).tolist() == [7]


def test_known_source_one_higher_predicts_about_one_higher():
    X, Y, truth = offset_sources()
    model = Difference(1, 0, **OPTIONS).fit(X, Y)
    low, high = (np.column_stack([truth - 3.0 + shift, np.full(200, np.nan)]) for shift in (0, 1))
    rise = model.predict(X, known=high) - model.predict(X, known=low)
    assert np.mean(rise) == pytest.approx(1.0, abs=0.25)
    assert np.median(rise) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("name", CHAINS)
def test_known_sources_make_predictions_better_and_error_bars_smaller(name):
    X, Y, materials = two_sources(n_rows=360, seed=9)
    model = clone(small_models()[name]).fit(X, Y, groups=materials)
    X, Y, _ = two_sources(n_rows=300, seed=4)
    rows = Y.notna().all(axis=1).to_numpy()
    X, truth, known = X[rows], Y["exp"][rows], Y.loc[rows, ["dft"]]
    (hidden, hidden_spread), (visible, spread) = (
        model.predict(X, known=labels, return_std=True) for labels in (None, known)
    )
    assert np.abs(visible - truth).mean() < np.abs(hidden - truth).mean()
    assert np.median(spread) < np.median(hidden_spread)


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("regimes", [(HIDDEN,), (VISIBLE,), (VISIBLE, HIDDEN), HIDDEN])
def test_regimes_are_the_stages_that_are_built(name, regimes, fitted, fresh):
    X, Y, materials = two_sources()
    model = clone(small_models()[name]).set_params(regimes=regimes).fit(X, Y, groups=materials)
    asked = {regimes} if isinstance(regimes, str) else set(regimes)
    assert set(model.stages_) == asked
    known = fresh[1][["dft"]].fillna(0.0)
    hidden_as_before = np.array_equal(model.predict(fresh[0]), fitted[name].predict(fresh[0]))
    visible_as_before = np.array_equal(
        model.predict(fresh[0], known=known), fitted[name].predict(fresh[0], known=known)
    )
    assert (hidden_as_before, visible_as_before) == (HIDDEN in asked, VISIBLE in asked)


def test_order_of_latents_changes_nothing():
    X, Y, materials = two_sources()
    one, other = (
        LatentVariable("exp", latents, **OPTIONS).fit(X, Y, groups=materials).predict(X)
        for latents in (["dft", "aux"], ["aux", "aux", "dft"])
    )
    assert np.array_equal(one, other)


def test_source_as_input_tells_pooled_sources_apart():
    X, Y, truth = offset_sources(n_target=100)
    blind, told = (Pooled(1, source_as_input=told, **OPTIONS).fit(X, Y).predict(X) for told in (False, True))
    assert np.abs(told - truth).mean() < np.abs(blind - truth).mean()


def errors_with_source_times(sign, seeds=range(3)):
    """Mean |error| per architecture where the target has few labels and the source comes times ``sign``."""
    models = {
        "latent": LatentVariable(1, 0, **OPTIONS),
        "multi-task": MultiTaskForest(1, **OPTIONS),
        "difference": Difference(1, 0, **OPTIONS),
        "pooled": Pooled(1, **OPTIONS),
    }
    errors = {name: [] for name in models}
    for seed in seeds:
        X, Y, truth = offset_sources(seed, offset=0.0)
        for name, model in models.items():
            predicted = clone(model).fit(X, Y * [sign, 1]).predict(X)
            errors[name].append(np.abs(predicted - truth)[50:].mean())
    return {name: np.mean(values) for name, values in errors.items()}


def test_inverted_source_leaves_latent_and_multi_task_and_harms_difference_and_pooled():
    right, inverted = errors_with_source_times(1), errors_with_source_times(-1)
    assert inverted["multi-task"] == pytest.approx(right["multi-task"], rel=1e-6)
    assert inverted["latent"] == pytest.approx(right["latent"], abs=0.02)
    assert inverted["difference"] > 1.5 * right["difference"]
    assert inverted["pooled"] > 1.5 * right["pooled"]


@pytest.mark.parametrize("model", [
    Difference("exp", **OPTIONS), LatentVariable("exp", **OPTIONS), Difference(source="dft", **OPTIONS),
    LatentVariable("exp", ["dft", 1], **OPTIONS),
], ids=["difference", "latent", "source", "two-latents"])  # fmt: skip
def test_a_name_beside_a_column_number_is_refused(model):
    """The numbers are defaults, and would name another task than is meant: the target itself."""
    X, Y, materials = two_sources()
    with pytest.raises(WrongOption, match=r"is a name and \d the number of column '\w+'; give target"):
        model.fit(X, Y, groups=materials)


@pytest.mark.parametrize("option, model", [
    ("target", Difference("gap", "dft", **OPTIONS)), ("source", Difference("exp", "gap", **OPTIONS)),
    ("latents", LatentVariable("exp", ["gap"], **OPTIONS)), ("target", SingleTask("gap", **OPTIONS)),
    ("kinds", SingleTask("exp", kinds={"gap": "real"}, **OPTIONS)), ("target", Pooled("gap", **OPTIONS)),
])  # fmt: skip
def test_an_unknown_task_is_refused_with_the_option_that_names_it(option, model):
    X, Y, materials = two_sources()
    with pytest.raises(UnknownTask, match=f"^{type(model).__name__}: {option}: there is no task 'gap'; the"):
        model.fit(X, Y, groups=materials)


def test_known_labels_may_be_a_mapping():
    X, Y, materials = two_sources()
    model = Difference("exp", "dft", **OPTIONS).fit(X, Y, groups=materials)
    known = Y[["dft"]].iloc[:3].fillna(1.0)
    as_mapping = model.predict(X[:3], known={"dft": known["dft"].tolist()})
    assert model.predict(X[:1], known={"dft": known["dft"].tolist()[0]}) == as_mapping[:1]
    assert np.array_equal(as_mapping, model.predict(X[:3], known=known))
    with pytest.raises(UnknownTask, match="^Difference: known: there is no task 'pbe'"):
        model.predict(X[:3], known={"pbe": [1.0, 2.0, 3.0]})
