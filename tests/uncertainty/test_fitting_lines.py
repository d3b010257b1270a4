"""The line of a spread is the most likely one: by search over a plain sum, in the corners, in any unit."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from graftwood.uncertainty import linear
from graftwood.uncertainty.linear import fit_line


def planted(n=150, seed=0, slope=0.7, offset=0.3, unit=1.0):
    rng = np.random.default_rng(seed)
    sd = rng.uniform(0.1, 3.0, n)
    return unit * np.abs((slope * sd + offset) * rng.normal(size=n)), unit * sd


def badness(line, error, sd):
    total = 0.0
    for e, s in zip(error.tolist(), sd.tolist(), strict=True):
        spread = line[0] * s + line[1]
        total += math.log(spread) + e**2 / (2 * spread**2)
    return total / len(error)


def best_by_hand(error, sd):
    """Search without derivatives over logarithms, so that both numbers stay above zero."""
    found = minimize(
        lambda logs: badness(np.exp(logs), error, sd), [0.0, 0.0], method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-13, "maxiter": 2000},
    )  # fmt: skip
    return np.exp(found.x)


@pytest.mark.parametrize("seed", [0, 1])
def test_line_is_the_most_likely_one(seed):
    error, sd = planted(seed=seed)
    assert fit_line(error, sd) == pytest.approx(tuple(best_by_hand(error, sd)), rel=2e-3)


@pytest.mark.parametrize("unit", [1e-3, 8.0, 1e5])
def test_unit_moves_the_offset_alone(unit):
    slope, offset = fit_line(*planted())
    assert fit_line(*planted(unit=unit)) == pytest.approx((slope, unit * offset), rel=2e-3)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_spreads_of_another_size_move_the_slope_alone(factor):
    error, sd = planted()
    slope, offset = fit_line(error, sd)
    assert fit_line(error, factor * sd) == pytest.approx((slope / factor, offset), rel=5e-3)


def test_errors_as_large_as_spreads_leave_a_thousandth_as_offset():
    sd = planted()[1]
    slope, offset = fit_line(2 * sd, sd)
    assert slope == pytest.approx(2.0, abs=0.01)
    assert offset == pytest.approx(1e-3 * 2 * math.sqrt(np.mean(sd**2)), rel=1e-12)


def test_errors_that_fall_with_the_spread_leave_no_slope():
    error = np.array([1.0, 2.0, 3.0, 4.0])
    slope, offset = fit_line(error, error[::-1])
    assert slope == 0.0
    assert offset == pytest.approx(math.sqrt(np.mean(error**2)), rel=1e-4)
    slope, offset = fit_line(np.ones(4), error)  # errors whose mean square is just 1
    assert (slope, offset) == (0.0, pytest.approx(1.0, rel=1e-4))


@pytest.mark.parametrize("error", [np.zeros(3), np.array([1.0, np.inf, 2.0])])
def test_spread_stays_as_it_is_where_errors_say_nothing(error):
    assert fit_line(error, np.array([1.0, 2.0, 3.0])) == (1.0, 0.0)


def test_of_many_rows_every_so_manieth_counts(monkeypatch):
    monkeypatch.setattr(linear, "MOST_ROWS", 80)
    error, sd = planted(n=200)
    rows = sorted(range(200), key=lambda row: sd[row])[::3]  # two of five would be more than 80
    assert fit_line(error, sd) == pytest.approx(tuple(best_by_hand(error[rows], sd[rows])), rel=2e-3)
    order = np.random.default_rng(0).permutation(200)
    assert fit_line(error[order], sd[order]) == fit_line(error, sd)
