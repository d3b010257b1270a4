"""Calibration against integrals and simulations: true spreads look true, false ones do not."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from graftwood.errors import NotFinite, TooFewLabels, WrongOption
from graftwood.metrics import (
    coverage,
    coverage_of_interval,
    crps_normal,
    expected_normalised_calibration_error,
    miscalibration_area,
)

NAN = float("nan")
OF_SPREADS = [coverage, crps_normal, expected_normalised_calibration_error, miscalibration_area]


@pytest.fixture(scope="module")
def calibrated():
    stream = np.random.default_rng(1)
    mean, spread = stream.normal(0, 2, 40_000), stream.uniform(0.5, 2.0, 40_000)
    return stream.normal(mean, spread), mean, spread


@pytest.mark.parametrize("level", [0.5, 0.6827, 0.9])
def test_true_spreads_cover_what_they_promise(calibrated, level):
    assert coverage(*calibrated, level=level) == pytest.approx(level, abs=0.01)


def test_halved_spreads_cover_as_the_normal_distribution_says(calibrated):
    truth, mean, spread = calibrated
    assert coverage(truth, mean, spread / 2) == pytest.approx(2 * norm.cdf(0.5) - 1, abs=0.01)


def test_default_level_is_one_standard_deviation():
    assert coverage([0.999], [0.0], [1.0]) == 1.0
    assert coverage([1.001], [0.0], [1.0]) == 0.0


def test_interval_ends_count_as_inside():
    assert coverage_of_interval([0.0, 1.0, 1.1, -np.pi, NAN], [0] * 4 + [5], [1] * 4 + [6]) == 0.5


def test_infinite_intervals_hold_everything():
    assert coverage_of_interval([1e300, -5.0], [-np.inf, -np.inf], [np.inf, 0.0]) == 1.0


def crps_by_integration(truth, mean, spread):
    below, _ = quad(lambda x: norm.cdf(x, mean, spread) ** 2, mean - 40 * spread, truth, limit=200)
    above, _ = quad(lambda x: norm.sf(x, mean, spread) ** 2, truth, mean + 40 * spread, limit=200)
    return below + above


@pytest.mark.parametrize("truth, mean, spread", [(0.3, 0.0, 1.0), (-2.0, 1.0, 0.5), (5.0, 5.0, 3.0)])
def test_crps_is_the_integral_of_squared_differences_of_distributions(truth, mean, spread):
    expected = crps_by_integration(truth, mean, spread)
    assert crps_normal([truth], [mean], [spread]) == pytest.approx(expected, rel=1e-6)


def test_crps_without_spread_is_the_absolute_error():
    assert crps_normal([1.0, 2.0, NAN], [1.5, 2.0, 0.0], [0.0, 0.0, 0.0]) == 0.25
    assert crps_normal([1.0], [1.5], [1e-310]) == pytest.approx(0.5)


def test_crps_prefers_the_true_spread(calibrated):
    truth, mean, spread = calibrated
    true = crps_normal(truth, mean, spread)
    assert true < crps_normal(truth, mean, 0.7 * spread)
    assert true < crps_normal(truth, mean, 1.4 * spread)


def ence_by_hand(truth, mean, spread, n_bins):
    order = np.argsort(spread)
    total = 0.0
    for rows in np.array_split(order, n_bins):
        rmv = np.sqrt(np.mean(spread[rows] ** 2))
        total += abs(rmv - np.sqrt(np.mean((truth[rows] - mean[rows]) ** 2))) / rmv
    return total / n_bins


def test_ence_is_the_mean_over_bins_of_equal_count(calibrated):
    parts = [array[:101] for array in calibrated]
    assert expected_normalised_calibration_error(*parts, n_bins=4) == pytest.approx(ence_by_hand(*parts, 4))


def test_ence_of_spreads_all_too_large_by_one_factor_is_that_factors_excess(calibrated):
    truth, mean, spread = calibrated
    assert expected_normalised_calibration_error(truth, mean, 2 * spread) == pytest.approx(0.5, abs=0.01)


def test_ence_of_true_spreads_is_what_chance_leaves():
    stream = np.random.default_rng(2)
    n_in_bin = 50
    truth = stream.normal(size=20_000)
    found = expected_normalised_calibration_error(truth, np.zeros(20_000), np.ones(20_000), n_bins=400)
    # Bins are sorted by error where spreads tie, so spreads that differ by nothing else are needed.
    assert found > 0.5
    spread = np.linspace(1.0, 1.0 + 1e-9, 20_000)
    found = expected_normalised_calibration_error(truth, np.zeros(20_000), spread, n_bins=400)
    assert found == pytest.approx(1 / np.sqrt(np.pi * n_in_bin), rel=0.1)


def area_by_integration(truth, mean, spread):
    levels = (np.arange(20_000) + 0.5) / 20_000
    inside = np.abs(truth - mean)[None, :] <= norm.ppf(0.5 + levels / 2)[:, None] * spread
    return np.mean(np.abs(inside.mean(axis=1) - levels))


@pytest.mark.parametrize("factor", [0.3, 1.0, 3.0])
def test_miscalibration_area_is_the_integral_over_levels(calibrated, factor):
    truth, mean, spread = (array[:37] for array in calibrated)
    expected = area_by_integration(truth, mean, factor * spread)
    assert miscalibration_area(truth, mean, factor * spread) == pytest.approx(expected, abs=1e-4)


def test_miscalibration_area_is_small_for_true_spreads_and_half_at_worst(calibrated):
    assert miscalibration_area(*calibrated) < 0.01
    assert miscalibration_area([0.0, 0.0], [0.0, 0.0], [1.0, 0.0]) == 0.5
    assert miscalibration_area([1.0, 2.0], [0.0, 0.0], [1e-9, 0.0]) == 0.5


@pytest.mark.parametrize("metric", OF_SPREADS)
def test_missing_labels_are_ignored(metric, calibrated):
    truth, mean, spread = (array[:100] for array in calibrated)
    more = metric(np.append(truth, NAN), np.append(mean, NAN), np.append(spread, -1.0))
    assert more == metric(truth, mean, spread)


@pytest.mark.parametrize("metric", OF_SPREADS)
def test_order_of_rows_changes_nothing(metric, calibrated):
    truth, mean, spread = (array[:100] for array in calibrated)
    spread = np.round(spread, 1)
    order = np.random.default_rng(3).permutation(100)
    assert metric(truth[order], mean[order], spread[order]) == pytest.approx(
        metric(truth, mean, spread), rel=1e-12
    )


@pytest.mark.parametrize("metric", OF_SPREADS)
@pytest.mark.parametrize(
    "truth, mean, spread, error, message",
    [
        pytest.param([NAN], [0.0], [1.0], TooFewLabels, "all 1 labels are missing", id="none-left"),
        pytest.param([1.0], [0.0], [-1.0], WrongOption, "spread must be 0 or more, got -1", id="negative"),
        pytest.param([1.0], [0.0], [NAN], NotFinite, "spread is nan in row 0", id="nan"),
    ],
)
def test_wrong_use_is_refused_and_names_the_metric(metric, truth, mean, spread, error, message):
    with pytest.raises(error, match=f"{metric.__name__}: {message}"):
        metric(truth, mean, spread)


@pytest.mark.parametrize(
    "call, error, message",
    [
        pytest.param(
            lambda: coverage([1], [1], [1], level=68), WrongOption, "level .* got 68", id="per-cent"
        ),
        pytest.param(
            lambda: coverage_of_interval([1], [1], [0]), WrongOption, "low is above high", id="turned"
        ),
        pytest.param(lambda: coverage_of_interval([1], [NAN], [0]), NotFinite, "low is nan", id="no-end"),
        pytest.param(
            lambda: expected_normalised_calibration_error([1], [1], [1]),
            TooFewLabels,
            "1 labels .* 10 bins",
            id="bins",
        ),
        pytest.param(
            lambda: expected_normalised_calibration_error([1], [1], [1], n_bins=0),
            WrongOption,
            "got 0",
            id="no-bin",
        ),
    ],
)
def test_wrong_options_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_ence_of_zero_spreads_is_infinite_unless_the_errors_are_zero_too():
    assert expected_normalised_calibration_error([1.0], [0.0], [0.0], n_bins=1) == np.inf
    assert expected_normalised_calibration_error([1.0], [1.0], [0.0], n_bins=1) == 0.0
