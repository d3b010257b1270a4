"""Coverage, Brier score and CRPS of quantities with exact zeros, against simulation and closed forms."""

import numpy as np
import pytest
from scipy.stats import norm

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels, WrongOption
from graftwood.metrics import (
    brier_zero,
    coverage_of_transform,
    coverage_with_zeros,
    crps_normal,
    crps_of_quantiles,
)

NAN = float("nan")


def true_mixture(n=40_000, seed=0):
    """Labels and their own distribution: zero with probability p_zero, else normal around 5 to 9."""
    rng = np.random.default_rng(seed)
    p_zero, center = rng.random(n), rng.uniform(5, 9, n)
    labels = np.where(rng.random(n) < p_zero, 0.0, center + rng.normal(size=n))

    def quantile(level):
        share = (level - p_zero) / (1 - p_zero)
        return np.where(share > 0, norm.ppf(np.clip(share, 1e-12, 1 - 1e-12), center, 1.0), 0.0)

    return labels, p_zero, quantile


@pytest.mark.parametrize("level", [0.5, 0.6827, 0.9])
def test_true_distribution_covers_what_it_promises_where_closed_intervals_hold_more(level):
    labels, p_zero, quantile = true_mixture()
    low, high = quantile((1 - level) / 2), quantile((1 + level) / 2)
    said = coverage_with_zeros(labels, low, high, p_zero, level=level)
    assert said == pytest.approx(level, abs=0.01)
    assert np.mean((low <= labels) & (labels <= high)) > level + 0.03


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_coverage_of_the_transform_is_that_of_the_intervals(level):
    labels, p_zero, quantile = true_mixture()
    low, high = quantile((1 - level) / 2), quantile((1 + level) / 2)
    rng = np.random.default_rng(0)
    rng.random(40_000)
    center = rng.uniform(5, 9, 40_000)
    at_most = np.where(labels > 0, p_zero + (1 - p_zero) * norm.cdf(labels, center), p_zero)
    below = np.where(labels > 0, at_most, 0.0)
    said = coverage_of_transform(below, at_most, level=level)
    assert said == pytest.approx(coverage_with_zeros(labels, low, high, p_zero, level=level), abs=1e-6)


def test_certain_zeros_and_impossible_ones():
    assert coverage_with_zeros([0.0, NAN], [0, 0], [0, 0], [1.0, 0.0], level=0.9) == pytest.approx(0.9)
    assert coverage_with_zeros([0.0], [1.0], [2.0], [0.0], level=0.9) == 0.0


def test_brier_score_of_zeros_counts_squared_errors():
    assert brier_zero([0.0, 2.0, NAN], [0.9, 0.2, 5.0]) == pytest.approx((0.01 + 0.04) / 2)


def test_crps_of_many_quantiles_is_that_of_the_distribution():
    levels = (np.arange(2000) + 0.5) / 2000
    truth = np.array([0.3, -2.0, 5.0])
    quantiles = np.repeat(norm.ppf(levels)[:, None], 3, axis=1)
    expected = [crps_normal([one], [0.0], [1.0]) for one in truth]
    assert crps_of_quantiles(truth, quantiles, levels) == pytest.approx(expected, rel=2e-3)


def test_crps_of_a_point_is_the_absolute_error():
    assert crps_of_quantiles([1.0, NAN], np.full((4, 2), 3.0), [0.125, 0.375, 0.625, 0.875])[0] == 2.0


@pytest.mark.parametrize(
    ("measure", "error", "message"),
    [
        (lambda: brier_zero([NAN], [0.5]), TooFewLabels, "all 1 labels are missing"),
        (lambda: brier_zero([1.0], [1.5]), WrongOption, "probabilities must be from 0 to 1, got 1.5"),
        (lambda: brier_zero([1.0], [NAN]), NotFinite, "p_zero is nan in row 0"),
        (lambda: coverage_with_zeros([1.0], [0], [1], [0.5], level=1.0), WrongOption, "level must be"),
        (lambda: crps_of_quantiles([1.0], [[1.0]], [0.2, 0.8]), ShapeMismatch, "one row per level"),
    ],
)
def test_wrong_use_is_refused(measure, error, message):
    with pytest.raises(error, match=message):
        measure()
