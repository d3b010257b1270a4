"""Difference with a slope: sources on another scale, in another unit, of another kind, of another sign."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood import Difference, SingleTask, TaskGraph
from graftwood.errors import UnitMismatch, WrongOption
from graftwood.network.slope import fit_slope
from tests.architectures.planted import all_answers

OPTIONS = {"n_estimators": 20, "random_state": 0}


def barriers(slope=0.375, n_rows=240, seed=0):
    """Barriers that follow reaction energies by a fraction, and a part that goes with the inputs alone."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 3))
    energy = 4 * rng.normal(size=n_rows)
    barrier = slope * energy + np.sign(X[:, 0])
    Y = pd.DataFrame({"energy": energy, "barrier": np.where(np.arange(n_rows) % 4, np.nan, barrier)})
    return X, Y, barrier


def test_learned_slope_is_that_of_the_truth_and_does_better_than_one():
    X, Y, truth = barriers()
    new = np.arange(len(X)) % 4 > 0
    errors = {}
    for slope in (1.0, "learned"):
        model = Difference("barrier", "energy", slope=slope, **OPTIONS).fit(X, Y)
        said = model.predict(X[new], known=Y[["energy"]][new])
        errors[slope] = np.abs(said - truth[new]).mean()
    # The labels' offsets are no part of the slope; energies and they are drawn independently.
    assert model.slopes_["barrier"]["visible"] == pytest.approx(0.375, abs=0.06)
    assert errors["learned"] < 0.4 * errors[1.0]
    # What the energies say of rows where none is known is nothing here.
    hidden = np.abs(model.predict(X[new]) - truth[new]).mean()
    alone = SingleTask("barrier", **OPTIONS).fit(X, Y)
    assert hidden < 1.15 * np.abs(alone.predict(X[new]) - truth[new]).mean()


def test_a_source_of_the_other_sign_serves_as_well():
    errors = []
    for seed in range(6):
        X, Y, truth = barriers(seed=seed)
        known = Y[["energy"]]
        said = Difference("barrier", "energy", slope="learned", **OPTIONS).fit(X, Y).predict(X, known=known)
        inverted = Y.assign(energy=-Y["energy"])
        model = Difference("barrier", "energy", slope="learned", **OPTIONS).fit(X, inverted)
        other = model.predict(X, known=-known)
        assert model.slopes_["barrier"]["visible"] < 0
        errors.append([np.abs(answers - truth).mean() for answers in (said, other)])
    # Trees cut at the same places, from the other side.
    upright, turned = np.mean(errors, axis=0)
    assert turned == pytest.approx(upright, rel=0.1)


@pytest.mark.parametrize("slope", [2.0, "learned"])
def test_source_in_another_unit_changes_no_answer(slope):
    X, Y, _ = barriers()
    given = {"energy": "kJ/mol", "barrier": "eV"}
    model = Difference("barrier", "energy", slope=slope, units=given, **OPTIONS).fit(X, Y)
    scaled = Y.assign(energy=Y["energy"] * 1024)
    of_scaled = slope if slope == "learned" else slope / 1024
    other = Difference("barrier", "energy", slope=of_scaled, units=given, **OPTIONS).fit(X, scaled)
    answers = all_answers(model, X, Y[["energy"]]), all_answers(other, X, scaled[["energy"]])
    assert np.array_equal(*answers)
    assert other.slopes_["barrier"]["hidden"] * 1024 == model.slopes_["barrier"]["hidden"]


def test_given_slope_is_that_of_the_source_times_it():
    X, Y, _ = barriers()
    model = Difference("barrier", "energy", slope=0.5, **OPTIONS).fit(X, Y)
    half = Y.assign(energy=Y["energy"] / 2)
    plain = Difference("barrier", "energy", **OPTIONS).fit(X, half)
    answers = all_answers(model, X, Y[["energy"]]), all_answers(plain, X, half[["energy"]])
    assert np.array_equal(*answers)
    assert model.slopes_ == {"barrier": {"hidden": 0.5, "visible": 0.5}}
    assert plain.slopes_ == {"barrier": {"hidden": 1.0, "visible": 1.0}}


def test_error_bars_of_new_materials_hold():
    X, Y, truth = barriers(n_rows=2000)
    noise = np.random.default_rng(1).normal(size=(2, len(X)))
    Y = Y.assign(barrier=Y["barrier"] + 0.5 * noise[0])
    model = Difference("barrier", "energy", slope="learned", n_estimators=60, random_state=0).fit(X, Y)
    new = np.arange(len(X)) % 4 > 0
    measured = truth[new] + 0.5 * noise[1, new]
    for known in (None, Y[["energy"]][new]):
        said, spread = model.predict(X[new], known=known, return_std=True)
        assert 0.6 < np.mean(np.abs(said - measured) < spread) < 0.76


def test_positive_target_follows_an_energy_in_its_logarithm():
    X, Y, truth = barriers()
    rates = pd.DataFrame({"energy": Y["energy"], "rate": np.exp(-Y["barrier"])})
    kinds = {"rate": "positive"}
    model = Difference("rate", "energy", slope="learned", kinds=kinds, **OPTIONS).fit(X, rates)
    assert model.slopes_["rate"]["visible"] == pytest.approx(-0.375, abs=0.06)
    said = model.predict(X, known=rates[["energy"]])
    assert (said > 0).all() and np.abs(np.log(said) + truth).mean() < 0.4
    for slope in (1.0, 2.0):
        with pytest.raises(WrongOption, match="both must be of one kind"):
            Difference("rate", "energy", slope=slope, kinds=kinds, **OPTIONS).fit(X, rates)


def test_every_level_has_a_slope_of_its_own():
    X, Y, truth = barriers()
    Y = Y.assign(scaled=3 * Y["energy"] + 1)[["energy", "scaled", "barrier"]]
    model = Difference("barrier", ["energy", "scaled"], slope="learned", **OPTIONS).fit(X, Y)
    assert set(model.slopes_) == {"scaled", "barrier"}
    assert model.slopes_["scaled"]["visible"] == pytest.approx(3)
    assert model.slopes_["barrier"]["visible"] == pytest.approx(0.125, abs=0.02)
    said = model.predict(X, known=Y[["energy"]])
    assert np.abs(said - truth).mean() < 0.5


def test_nonnegative_target_has_a_slope_where_it_is_above_zero():
    X, Y, truth = barriers()
    Y = Y.assign(barrier=Y["barrier"].clip(lower=0))
    model = Difference("barrier", "energy", slope="learned", kinds={"barrier": "nonnegative"}, **OPTIONS)
    said = model.fit(X, Y).predict(X, known=Y[["energy"]])
    assert set(model.slopes_) == {"barrier"} and 0 < model.slopes_["barrier"]["visible"] < 0.6
    assert (said >= 0).all() and np.abs(said - truth.clip(min=0)).mean() < 0.35


def test_source_that_says_the_same_of_all_has_no_slope():
    X, Y, _ = barriers()
    model = Difference("barrier", "energy", slope="learned", **OPTIONS).fit(X, Y.assign(energy=7.0))
    assert model.slopes_ == {"barrier": {"hidden": 0.0, "visible": 0.0}}
    assert np.isfinite(model.predict(X)).all()


def test_node_of_a_graph_has_its_slope():
    X, Y, _ = barriers()
    alone = Difference("barrier", "energy", slope="learned", **OPTIONS).fit(X, Y)
    graph = TaskGraph([Difference("barrier", "energy", slope="learned")], "barrier", **OPTIONS).fit(X, Y)
    known = Y[["energy"]]
    assert np.array_equal(graph.predict(X, known=known), alone.predict(X, known=known))


@pytest.mark.parametrize("slope", ["one", np.nan, np.inf, None, True, (1.0, 2.0)])
def test_other_slopes_are_refused(slope):
    X, Y, _ = barriers()
    with pytest.raises(WrongOption, match="slope must be a finite number or 'learned', got"):
        Difference("barrier", "energy", slope=slope, **OPTIONS).fit(X, Y)


def test_units_must_agree_without_a_slope():
    X, Y, _ = barriers()
    with pytest.raises(UnitMismatch):
        Difference("barrier", "energy", units={"barrier": "eV", "energy": "kJ/mol"}, **OPTIONS).fit(X, Y)


numbers = st.floats(-1e6, 1e6, width=32)
rows = st.lists(st.tuples(numbers, numbers, st.floats(0.125, 8, width=32)), min_size=2, max_size=30)


@given(rows, st.randoms(use_true_random=False))
def test_slope_is_that_of_least_squares_in_any_order_of_the_rows(rows, random):
    values, labels, weights = np.array(rows).T
    slope = fit_slope(values, labels, weights)
    random.shuffle(rows)
    assert fit_slope(*np.array(rows).T) == slope
    mean = np.average(values, weights=weights)
    if np.average((values - mean) ** 2, weights=weights) > 1e-6 * (1 + np.abs(values).max()) ** 2:
        expected = np.polyfit(values - mean, labels, 1, w=np.sqrt(weights))[0]
        assert slope == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_rows_of_weight_zero_have_no_say_in_the_slope():
    values, labels = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 2.0, 4.0, 100.0])
    assert fit_slope(values, labels, np.array([1.0, 1.0, 1.0, 0.0])) == pytest.approx(2.0)
    assert fit_slope(np.ones(4), labels, np.ones(4)) == 0.0
