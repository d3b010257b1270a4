"""The mixture of zero and a value: its quantiles, its distribution and its moments agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from graftwood.uncertainty.hurdle import HurdleCalibration, calibrate_chance
from graftwood.uncertainty.rescale import Calibration

SCORES = np.sort(np.abs(np.random.default_rng(0).normal(size=999)))
EVEN = HurdleCalibration(Calibration(SCORES, floor=1e-3, n_zero=0), slope=1.0, offset=0.0, edge=0.005)


def draws(vote, center, sd, n=100_001):
    levels = (np.arange(n) + 0.5) / n
    rows = (np.full(n, value) for value in (vote, center, sd))
    return EVEN.quantile(*rows, levels)


@pytest.mark.parametrize("vote", [0.2, 0.7, 0.99])
def test_share_of_zeros_among_draws_is_their_probability(vote):
    assert np.mean(draws(vote, 2.0, 0.5) == 0) == pytest.approx(1 - vote, abs=1e-3)


def test_values_far_above_zero_are_drawn_as_their_errors_are():
    drawn = draws(0.8, 10.0, 0.5)
    above = drawn[drawn > 0]
    assert above.mean() == pytest.approx(10.0, abs=0.01)
    assert above.std() == pytest.approx(0.5 * np.sqrt(np.mean(SCORES**2)), rel=0.02)
    mean = EVEN.mean(np.array([0.8]), np.array([10.0]))
    spread = EVEN.spread(np.array([0.8]), np.array([10.0]), np.array([0.5]))
    assert drawn.mean() == pytest.approx(mean[0], rel=1e-3)
    assert drawn.std() == pytest.approx(spread[0], rel=0.01)


def test_values_next_to_zero_are_cut_off_there_and_not_heaped_on_it():
    drawn = draws(0.9, 0.3, 0.5)
    assert np.mean(drawn == 0) == pytest.approx(0.1, abs=1e-3)
    everywhere = np.random.default_rng(1).choice(np.concatenate([SCORES, -SCORES]), 200_000) * 0.5 + 0.3
    above = everywhere[everywhere > 0]
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(drawn[drawn > 0], share) == pytest.approx(np.quantile(above, share), abs=0.02)


@given(vote=st.floats(0, 1), center=st.floats(-1, 5), sd=st.floats(0, 2), level=st.floats(0.01, 0.99))
def test_distribution_undoes_the_quantile(vote, center, sd, level):
    rows = [np.array([value]) for value in (vote, center, sd)]
    label = EVEN.quantile(*rows, level)
    reached = EVEN.at_most(*rows, label)
    assert reached >= level - 1.01e-3
    if label > 0:
        # Out-of-bag errors are a finite set: below the label stands at most one of them more.
        assert EVEN.at_most(*rows, label * (1 - 1e-9)) <= level + 1.01e-3 / (0.5 * EVEN.chance(rows[0]))[0]


@given(vote=st.floats(0, 1), center=st.floats(-1, 5), sd=st.floats(0, 2))
def test_quantiles_rise_and_never_fall_below_zero(vote, center, sd):
    rows = [np.full(50, value) for value in (vote, center, sd)]
    quantiles = EVEN.quantile(*rows, np.linspace(0.01, 0.99, 50))
    assert (quantiles >= 0).all() and (np.diff(quantiles) >= 0).all()
    assert EVEN.at_most(*[row[:1] for row in rows], np.array([-0.1])) == 0


def test_median_is_zero_until_a_value_is_more_probable():
    vote = np.array([0.3, 0.5, 0.51, 0.9])
    median = EVEN.quantile(vote, np.full(4, 5.0), np.full(4, 0.5), 0.5)
    assert (median[:2] == 0).all() and 0 < median[2] < median[3] < 5.0


def test_timid_votes_are_stretched_to_what_happens():
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.02, 0.98, 20_000)
    is_above = rng.random(20_000) < truth
    timid = expit(0.5 * np.log(truth / (1 - truth)) + 0.3)
    slope, offset, edge = calibrate_chance(is_above, timid, np.arange(20_000), 1000)
    said = HurdleCalibration(EVEN.value, slope, offset, edge).chance(timid)
    assert slope == pytest.approx(2, abs=0.1)
    assert np.abs(said - truth).max() < 0.02


def test_order_of_rows_and_repeats_of_a_material_change_no_probability():
    rng = np.random.default_rng(0)
    vote, is_above = rng.random(100), rng.random(100) < 0.4
    material, order = np.arange(100), rng.permutation(100)
    found = calibrate_chance(is_above, vote, material, 50)
    assert calibrate_chance(is_above[order], vote[order], material[order], 50) == found
    twice = np.repeat(material, 2)
    assert calibrate_chance(is_above[twice], vote[twice], twice, 50) == pytest.approx(found, abs=1e-4)


@pytest.mark.parametrize("is_above", [np.ones(20, bool), np.arange(20) < 10])
def test_votes_that_say_nothing_or_the_opposite_give_the_plain_share(is_above):
    vote = np.where(is_above, 0.4, 0.6)
    slope, offset, edge = calibrate_chance(is_above, vote, np.arange(20), 50)
    said = HurdleCalibration(EVEN.value, slope, offset, edge).chance(vote)
    assert slope >= 0
    assert said == pytest.approx(21 / 22 if is_above.all() else 0.5, abs=0.01)
