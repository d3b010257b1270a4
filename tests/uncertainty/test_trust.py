"""How far spreads over bags are trusted: as they are, or one error bar for all where they rank no errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftwood import SingleTask, load_model, save_model
from graftwood.errors import DamagedModel
from graftwood.store.check_doubt import check_calibration
from graftwood.uncertainty.rescale import ONE_SIGMA, Calibration, calibrate
from graftwood.uncertainty.trust import FULL, learn_trust, trusted

ROWS = np.arange(400)


def drawn(power, seed=0, n_rows=400):
    """Spreads, and errors whose size is that power of them."""
    rng = np.random.default_rng(seed)
    width = np.exp(rng.normal(size=n_rows))
    return np.abs(rng.normal(size=n_rows)) * width**power, width


@pytest.mark.parametrize("quarters", [0, 2, 4])
def test_the_power_that_was_planted_is_found(quarters):
    found = [learn_trust(*drawn(quarters / 4, seed), ROWS, ONE_SIGMA)[0] for seed in range(5)]
    assert np.mean(found) == pytest.approx(quarters, abs=0.5)


def test_spreads_are_trusted_unless_errors_clearly_say_otherwise():
    few = [learn_trust(*drawn(0.75, seed, 12), np.arange(12), ONE_SIGMA)[0] for seed in range(20)]
    assert np.mean(np.array(few) == FULL) > 0.8
    assert learn_trust(*drawn(0.0, n_rows=9), np.arange(9), ONE_SIGMA)[0] == FULL


def test_rows_of_one_material_are_one_witness():
    error, width = drawn(0.0)
    assert learn_trust(error, width, ROWS, ONE_SIGMA)[0] == 0
    assert learn_trust(error, width, ROWS // 50, ONE_SIGMA)[0] == FULL  # eight materials


@given(st.floats(1e-3, 1e3), st.integers(0, FULL))
@settings(max_examples=50, deadline=None)
def test_trusted_spreads_are_between_the_typical_one_and_themselves(typical, quarters):
    width = np.array([1e-3, 0.1, 1.0, 7.0, 1e3])
    expected = typical * (width / typical) ** (quarters / 4)
    np.testing.assert_allclose(trusted(width, typical, quarters), expected, rtol=1e-12)
    assert np.isnan(trusted(np.array([np.nan]), typical, quarters)).all()


def test_labels_in_another_unit_give_the_same_bars_in_it():
    error, width = drawn(0.5)
    center = np.zeros(400)
    one, other = (calibrate(unit * error, center, unit * width) for unit in (1.0, 1024.0))
    assert one.trust == other.trust == 2
    assert np.array_equal(1024.0 * one.spread(width), other.spread(1024.0 * width))


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_coverage_holds_whatever_the_trust(power):
    calibration = calibrate(*(np.zeros(400), *drawn(power))[1::-1], drawn(power)[1])
    error, width = drawn(power, seed=1, n_rows=5000)
    assert np.mean(error <= calibration.spread(width)) == pytest.approx(ONE_SIGMA, abs=0.05)
    assert np.mean(error <= calibration.half_width(width, 0.9)) == pytest.approx(0.9, abs=0.04)


def test_constant_noise_gets_one_bar_which_survives_its_file(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(300, 6))
    y = X[:, 0] + 0.2 * rng.normal(size=300)
    model = SingleTask(n_estimators=60, random_state=0).fit(X[:200], y[:200])
    mean, spread = model.predict(X[200:], return_std=True)
    assert np.ptp(spread) == 0.0
    assert np.mean(np.abs(mean - y[200:]) <= spread) == pytest.approx(ONE_SIGMA, abs=0.1)
    save_model(model, tmp_path / "one_bar.graft")
    again = load_model(tmp_path / "one_bar.graft")
    assert np.array_equal(again.predict(X[200:], return_std=True), (mean, spread))


def test_noise_that_grows_keeps_bars_that_grow():
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(400, 3))
    y = X[:, 0] + 0.5 * X[:, 1] ** 2 * rng.normal(size=400)
    model = SingleTask(n_estimators=60, random_state=0).fit(X, y)
    assert model._calibrations["0"]["hidden"].trust > 0
    low, high = (model.predict(X[rows], return_std=True)[1].mean() for rows in (X[:, 1] < 0.3, X[:, 1] > 0.7))
    assert high > 2 * low


@pytest.mark.parametrize("options", [{"trust": 5}, {"trust": -1}, {"typical": 0.0}, {"typical": np.inf}])
def test_an_impossible_trust_in_a_file_is_refused(options):
    with pytest.raises(DamagedModel, match="the spreads of gap are trusted in no possible way"):
        check_calibration(Calibration(np.ones(1), floor=0.1, n_zero=0, **options), "gap")
