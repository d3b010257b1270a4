"""Chance, quantiles and moments of zero or a value, against the formulas label by label."""

import math
import warnings

import numpy as np
import pytest
from scipy.optimize import minimize

from graftwood.uncertainty.hurdle import HurdleCalibration, calibrate_chance
from graftwood.uncertainty.rescale import Calibration

SCORES = [0.25, 0.5, 1.0, 1.5, 3.0]
GAP = HurdleCalibration(Calibration(np.array(SCORES), floor=0.125, n_zero=0), 1.25, -0.5, 0.01)
LABELS = [-1.0, 0.0, 1e-9, 0.25, 1.0, 1.75, 2.0, 2.5, 3.0, 9.0]
ROWS = [(v, c, s) for v in (0.0, 0.3, 0.8, 1.0) for c in (-1.0, 0.0, 0.5, 2.0) for s in (0.0, 0.5, 1.0)]


def chance_by_hand(vote):
    vote = min(max(vote, 0.01), 0.99)
    return 1 / (1 + math.exp(0.5 - 1.25 * math.log(vote / (1 - vote))))


def below_by_hand(error, width):
    n_inside = sum(score <= abs(error) / width for score in SCORES)
    return 0.5 + math.copysign(0.5, error) * n_inside / (len(SCORES) + 1) if error else 0.5


def at_most_by_hand(vote, center, sd, label):
    chance, center, width = chance_by_hand(vote), max(center, 0.0), max(sd, 0.125)
    if label <= 0:
        return 0.0 if label < 0 else 1 - chance
    at_zero = below_by_hand(-center, width)
    share = (below_by_hand(label - center, width) - at_zero) / (1 - at_zero)
    return 1 - chance + chance * max(share, 0.0)


def quantile_by_hand(vote, center, sd, level):
    chance, center, width = chance_by_hand(vote), max(center, 0.0), max(sd, 0.125)
    share = (level - (1 - chance)) / chance
    if share <= 0:
        return 0.0
    at_zero = below_by_hand(-center, width)
    way = 2 * (at_zero + share * (1 - at_zero)) - 1
    rank = min(math.ceil((len(SCORES) + 1) * abs(way)), len(SCORES))
    error = math.copysign(SCORES[rank - 1], way) * width if rank else 0.0
    return max(center + error, 0.0)


@pytest.mark.parametrize("label", LABELS)
def test_probability_of_a_label_or_less_row_by_row(label):
    vote, center, sd = np.array(ROWS).T
    expected = [at_most_by_hand(*row, label) for row in ROWS]
    found = GAP.at_most(vote, center, sd, np.full(len(ROWS), label))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("level", [0.01, 0.2, 0.45, 0.61, 0.83, 0.97, 0.999])
def test_quantile_row_by_row(level):
    vote, center, sd = np.array(ROWS).T
    expected = [quantile_by_hand(*row, level) for row in ROWS]
    np.testing.assert_allclose(GAP.quantile(vote, center, sd, level), expected, rtol=1e-12, atol=1e-14)


def test_mean_and_spread_row_by_row():
    vote, center, sd = np.array(ROWS).T
    means, spreads = [], []
    for v, c, s in ROWS:
        p, c = chance_by_hand(v), max(c, 0.0)
        own = SCORES[math.ceil(6 * 0.6826894921370859) - 1] * max(s, 0.125)
        means.append(p * c)
        spreads.append(math.sqrt(p * own**2 + p * (1 - p) * c**2))
    np.testing.assert_allclose(GAP.mean(vote, center), means, rtol=1e-12)
    np.testing.assert_allclose(GAP.spread(vote, center, sd), spreads, rtol=1e-12)


def test_width_next_to_zero_overflows_nowhere():
    tiny = HurdleCalibration(Calibration(np.array(SCORES), 1e-310, 0), 1.0, 0.0, 0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = tiny.at_most(np.array([0.5]), np.array([2.0]), np.array([0.0]), np.array([3.0]))
    assert found[0] == pytest.approx(0.5 + 0.5 * (11 / 12 - 1 / 12) / (1 - 1 / 12))


def fit_by_hand(is_above, vote, material, n_trees):
    edge = 0.5 / (n_trees + 1)
    n_above = len(set(material[is_above].tolist()))
    n_zero = len(set(material[~is_above].tolist()))

    def badness(weights):
        total = 0.0
        for above, share, own in zip(is_above, vote, material, strict=True):
            share = min(max(share, edge), 1 - edge)
            chance = 1 / (1 + math.exp(-weights[1] - weights[0] * math.log(share / (1 - share))))
            target = (n_above + 1) / (n_above + 2) if above else 1 / (n_zero + 2)
            n_rows = sum(material == own)
            total -= (target * math.log(chance) + (1 - target) * math.log(1 - chance)) / n_rows
        return total / len(set(material.tolist()))

    found = minimize(badness, [1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-12})
    return (*found.x, edge)


@pytest.mark.parametrize("timid", [0.3, 3.0])
def test_chance_is_fitted_to_smoothed_targets_of_materials(timid):
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.02, 0.98, 180)
    is_above = rng.random(180) < truth**2
    vote = truth**timid / (truth**timid + (1 - truth) ** timid)
    vote[[0, 1]] = [0.0, 1.0]
    material = np.where(is_above, np.arange(180) // 3, np.arange(180) + 300)
    found = calibrate_chance(is_above, vote, material, 8)
    assert found == pytest.approx(fit_by_hand(is_above, vote, material, 8), abs=2e-3)
    assert (found[0] < 1) == (timid > 1)


def test_votes_that_say_the_opposite_give_the_mean_target():
    is_above, vote = np.arange(20) < 5, np.where(np.arange(20) < 5, 0.4, 0.6)
    slope, offset, edge = calibrate_chance(is_above, vote, np.arange(20), 9)
    mean = (5 * 6 / 7 + 15 * 1 / 17) / 20
    assert (slope, edge) == (0.0, 0.05)
    assert offset == pytest.approx(math.log(mean / (1 - mean)), rel=1e-12)
