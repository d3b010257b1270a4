"""Every measure against its formula, row by row in plain loops, on values where ends and ties occur."""

import math
import warnings

import numpy as np
import pytest
from scipy.special import ndtri

from graftwood.errors import TooFewLabels
from graftwood.metrics import (
    accuracy,
    brier_by_row,
    brier_zero,
    coverage,
    coverage_of_interval,
    coverage_of_transform,
    coverage_with_zeros,
    crps_normal,
    crps_of_quantiles,
    expected_calibration_error,
    fold_estimate,
    grouped_bootstrap,
    log_loss,
    mae,
    nll_normal,
    paired_gain,
    randomised_coverage,
    randomised_coverage_of_interval,
    reliability_curve,
    roc_auc,
    spread_rank_correlation,
)
from graftwood.metrics.transfer import Gain

NAN = float("nan")


def labels_and_spreads(n=60):
    rng = np.random.default_rng(0)
    truth, spread = rng.normal(50.0, 3.0, n), rng.uniform(0.2, 2.0, n)
    return truth, truth + spread * rng.normal(size=n), spread


def test_likelihood_row_by_row():
    total = 0.0
    for y, m, s in zip(*labels_and_spreads(), strict=True):
        total -= math.log(math.exp(-((y - m) ** 2) / (2 * s**2)) / (s * math.sqrt(2 * math.pi)))
    assert nll_normal(*labels_and_spreads()) == pytest.approx(total / 60, rel=1e-12)


@pytest.mark.parametrize("options", [{}, {"level": 0.3, "seed": 5}])
def test_randomised_coverage_row_by_row(options):
    truth, mean, spread = labels_and_spreads()
    mean[::3] = truth[::3]
    level, seed = options.get("level", 0.6827), options.get("seed", 0)
    drawn = np.random.default_rng(seed).uniform(size=60)
    n_inside = 0
    for i in range(60):
        n_inside += drawn[i] < level if i % 3 == 0 else abs(truth[i] - mean[i]) <= z_of(level) * spread[i]
    assert randomised_coverage(truth, mean, spread, **options) == n_inside / 60


@pytest.mark.parametrize("options", [{}, {"level": 0.3, "seed": 5}])
def test_randomised_coverage_of_intervals_row_by_row(options):
    truth, mean, spread = labels_and_spreads()
    mean[::3] = truth[::3]
    low, high = mean - spread, np.where(np.arange(60) % 5, mean + 2 * spread, np.inf)
    drawn = np.random.default_rng(options.get("seed", 0)).uniform(size=60)
    n_inside = 0
    for i in range(60):
        n_inside += drawn[i] < options.get("level", 0.9) if i % 3 == 0 else low[i] <= truth[i] <= high[i]
    assert randomised_coverage_of_interval(truth, mean, low, high, **options) == n_inside / 60


def z_of(level):
    return ndtri(0.5 + level / 2)


def test_ends_of_a_central_interval_are_inside():
    assert coverage([z_of(0.5)], [0.0], [1.0], level=0.5) == 1.0
    assert randomised_coverage([z_of(0.5), 9.0], [0.0, 0.0], [1.0, 1.0], level=0.5) == 0.5


def test_error_of_a_thousand_millionth_of_the_range_is_none():
    # Of the range of 1e9 the error of 1 is just exact, so that chance decides and not the interval.
    exact = [randomised_coverage([0.0, 1e9], [1.0, 2e9], [9.0, 1.0], level=0.5, seed=s) for s in range(20)]
    more = [randomised_coverage([0.0, 1e9], [1.1, 2e9], [9.0, 1.0], level=0.5, seed=s) for s in range(20)]
    assert set(exact) == {0.0, 0.5} and set(more) == {0.5}


def test_rank_correlation_by_hand():
    ranks = [2, 1, 3, 4, 5, 6, 7]  # 1 - 6 * 2 / (7 * 48)
    found = spread_rank_correlation(np.full(7, 5.0), 5.0 - np.array(ranks), np.arange(7) + 1.0)
    assert isinstance(found, float) and found == 0.964285714286  # twelve digits
    assert spread_rank_correlation([5.0, 5.0, 5.0], [4.0, 4.5, 4.9], [1.0, 2.0, 3.0]) == -1.0


def test_rank_correlation_needs_scatter_of_both_and_no_more_than_any():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert math.isnan(spread_rank_correlation([1, 2, 3], [2, 3, 4], [1, 2, 3]))
        assert math.isnan(spread_rank_correlation([1, 2, 3], [2, 4, 6], [1, 1, 1]))
    assert spread_rank_correlation([0, 0, 0], [1.0, 1.5, 2.0], [2, 3, 4]) == 1.0  # errors differ by just 1
    assert spread_rank_correlation([0, 0, 0], [2, 3, 5], [1.0, 1.5, 2.0]) == 1.0  # spreads do


def in_middle_of_zero(p_zero, level):
    """Of what lies evenly between 0 and p_zero the share that is in the middle, in small steps."""
    steps = (np.arange(20_000) + 0.5) / 20_000 * p_zero
    return np.mean((steps >= (1 - level) / 2) & (steps <= (1 + level) / 2)) if p_zero > 0 else 0.0


@pytest.mark.parametrize("level", [0.25, 0.5, 0.75])
def test_coverage_with_zeros_row_by_row(level):
    truth = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 3.0, 0.9, 0.0]
    low, high = [0.0] * 4 + [1.0, 0.0, 1.0, 1.0, 1.0, 0.0], [2.0] * 4 + [2.0, 1.0, 2.0, 2.0, 2.0, 0.0]
    p_zero = [0.0, 0.2, 0.6, 1.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.0]
    inside = [in_middle_of_zero(p, level) for p in p_zero[:4]] + [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    found = coverage_with_zeros(truth, low, high, p_zero, level=level)
    assert found == pytest.approx(np.mean(inside), abs=2e-4)


def test_zeros_that_were_held_impossible_are_never_covered():
    for n in (1, 10, 100, 1000):
        np.full(n, 7.0).sum()
        zeros = np.zeros(n)
        assert coverage_with_zeros(zeros, zeros, zeros + 1.0, zeros, level=0.5) == 0.0


def test_coverage_of_the_transform_row_by_row():
    below = [0.0, 0.1, 0.25, 0.3, 0.75, 0.8, 0.2, 0.9]
    at_most = [0.5, 0.9, 0.25, 0.3, 0.75, 0.8, 0.3, 1.0]
    # The middle half is from 0.25 to 0.75, ends included where no probability is on the label.
    inside = [0.25 / 0.5, 0.5 / 0.8, 1.0, 1.0, 1.0, 0.0, 0.05 / 0.1, 0.0]
    assert coverage_of_transform(below, at_most, level=0.5) == pytest.approx(np.mean(inside), rel=1e-12)


def test_intervals_may_be_points_and_may_lie_at_infinity():
    assert coverage_of_interval([1.0, 2.0], [1.0, 1.0], [1.0, 1.0]) == 0.5
    assert coverage_of_interval([1.0], [np.inf], [np.inf]) == 0.0
    assert coverage_of_interval([1.0], [-np.inf], [-np.inf]) == 0.0


@pytest.mark.parametrize("mean", [0.5, 1.5])
def test_spread_next_to_zero_overflows_nowhere(mean):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert crps_normal([1.0], [mean], [1e-310]) == pytest.approx(0.5)
        assert crps_normal([1.0], [mean], [1e-200]) == pytest.approx(0.5)


def test_classes_of_several_types_stay_what_they_are():
    assert accuracy(["a", NAN, "b"], ["a", "a", "b"]) == 1.0
    assert accuracy([1, "a", True], [1, "a", "True"]) == pytest.approx(2 / 3)
    assert accuracy([1, 2], [1, "2"]) == 0.5


def test_cells_that_are_objects_are_read_as_numbers():
    def cells(*values):
        return np.array(values, dtype=object)

    assert mae(cells(1.0, None, 3.0), cells(1.5, None, 2.5)) == 0.5
    assert log_loss(["a"], cells(0.5, 0.5)[None], ["a", "b"]) == pytest.approx(math.log(2))
    assert fold_estimate(cells(1.0, 2.0, 3.0), 1, 2) == fold_estimate([1.0, 2.0, 3.0], 1, 2)
    assert crps_of_quantiles(cells(1.0, None), [[2.0, 2.0]], [0.5])[0] == 1.0
    errors, others, folds = [1.0, 2.0, 4.0], [0.5, 1.0, 3.0], [0, 1, 1]
    more = paired_gain(cells(*errors, None), cells(*others, None), [*folds, 0])
    assert more == paired_gain(errors, others, folds)


def test_brier_score_row_by_row_where_some_labels_are_no_class():
    odds = [[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]]
    found = brier_by_row(["a", "x", "b"], odds, ["a", "b"])
    assert found.tolist() == [0.75**2 * 2, 0.5**2 * 2 + 1, 2.0]


def test_probability_above_one_by_rounding_is_no_gain():
    assert log_loss(["a"], [[1.0 + 1e-9, 0.0]], ["a", "b"]) == 0.0


def test_area_counts_pairs_in_order_of_the_classes_that_occur():
    rng = np.random.default_rng(0)
    odds, truth = np.round(rng.dirichlet([1, 1, 1], 30), 1), rng.integers(0, 2, 30)  # ties, and no class 2
    areas = []
    for k in (0, 1):
        pairs = [(a, b) for a in odds[truth == k, k] for b in odds[truth != k, k]]
        areas.append(np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs]))
    expected = np.average(areas, weights=[np.sum(truth == 0), np.sum(truth == 1)])
    assert roc_auc(truth, odds, [0, 1, 2]) == pytest.approx(expected, rel=1e-12)


def curve_by_hand(promised, came_true, n_bins):
    bins = {}
    for p, is_true in zip(promised, came_true, strict=True):
        bins.setdefault(min(int(p * n_bins), n_bins - 1), []).append((p, is_true))
    return [(np.mean([p for p, _ in b]), np.mean([t for _, t in b]), len(b)) for _, b in sorted(bins.items())]


@pytest.mark.parametrize("options", [{}, {"n_bins": 1}, {"n_bins": 2}, {"n_bins": 7}])
def test_reliability_curve_bin_by_bin(options):
    chance = np.array([0.5, 0.55, 0.59, 0.62, 0.7, 0.73, 0.89, 0.92, 1.0, 1.0])
    truth = ["a", "b", "a", "a", "a", "b", "a", "b", "a", "a"]
    odds = np.column_stack([chance, 1 - chance])
    curve = reliability_curve(truth, odds, ["a", "b"], **options)
    by_hand = curve_by_hand(chance, np.array(truth) == "a", options.get("n_bins", 10))
    for found, expected in zip(
        (curve.promised, curve.found, curve.n), zip(*by_hand, strict=True), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    error = sum(n * abs(promised - found) for promised, found, n in by_hand) / 10
    assert expected_calibration_error(truth, odds, ["a", "b"], **options) == pytest.approx(error, rel=1e-12)


def drift(values):
    """A measure to which the order of rows matters."""
    return float(np.dot(values, np.arange(len(values)) % 7))


def bootstrap_by_hand(metric, values, groups, n_resamples, confidence, seed):
    names = sorted(set(groups))
    rng, found = np.random.default_rng(seed), []
    for _ in range(n_resamples):
        drawn = [names[i] for i in rng.integers(len(names), size=len(names))]
        rows = [row for name in drawn for row in range(len(groups)) if groups[row] == name]
        found.append(metric(np.array([values[row] for row in rows])))
    ends = np.quantile(found, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return np.sqrt(np.sum((found - np.mean(found)) ** 2) / (n_resamples - 1)), ends


@pytest.mark.parametrize(
    "options", [{}, {"n_resamples": 2, "confidence": 0.5, "seed": 3}, {"n_resamples": 40, "confidence": 0.8}]
)
@pytest.mark.parametrize(
    "names",
    [[2, 10, 9, 33, -1, 100], ["b", "a", "e", "aa", "d", "c"], [3.5, 1.0, 20.0, 100.0, 9.0, 7.0], [0, 1]],
)
def test_bootstrap_resample_by_resample(names, options):
    rng = np.random.default_rng(1)
    values, groups = rng.normal(size=60), [names[i] for i in rng.integers(len(names), size=60)]
    found = grouped_bootstrap(drift, values, groups=groups, **options)
    asked = {"n_resamples": 500, "confidence": 0.95, "seed": 0} | options
    error, ends = bootstrap_by_hand(drift, values, groups, **asked)
    assert found.value == drift(values) and found.n_left_out == 0
    assert found.standard_error == pytest.approx(error, rel=1e-12)
    assert found.interval == pytest.approx(tuple(ends), rel=1e-12)


def test_materials_whose_names_are_of_several_types_are_told_apart():
    values, groups = np.arange(6.0), np.array([1, "a", None, 1, "a", None], dtype=object)
    found = grouped_bootstrap(drift, values, groups=groups)
    assert found == grouped_bootstrap(drift, values, groups=[str(group) for group in groups])


def test_two_resamples_in_which_a_measure_is_defined_are_enough():
    calls = iter([1.0, NAN, 3.0, NAN, 2.0])
    found = grouped_bootstrap(lambda _: next(calls), [1.0, 2.0], n_resamples=4)
    assert (found.value, found.standard_error, found.n_left_out) == (2.0, pytest.approx(math.sqrt(2)), 2)
    calls = iter([1.0, NAN, NAN, NAN])
    with pytest.raises(TooFewLabels, match="defined in 1 of 4 resamples"):
        grouped_bootstrap(lambda _: next(calls), [1.0, 2.0], n_resamples=4)


def test_brier_score_of_zeros_takes_the_ends_of_probability():
    assert brier_zero([0.0, 1.0], [1.0, 0.0]) == 0.0
    assert brier_zero([0.0, 1.0], [0.0, 1.0]) == 1.0


@pytest.mark.parametrize(("n_test", "n_train"), [(0.5, 1), (1, 0.5), (1, 1)])
def test_fold_may_have_one_material_and_on_average_less(n_test, n_train):
    mean, error = fold_estimate([1.0, 3.0], n_test, n_train)
    assert mean == 2.0 and error == pytest.approx(math.sqrt(2 * (1 / 2 + n_test / n_train)))


@pytest.mark.parametrize("options", [{}, {"n_resamples": 3, "random_state": 7}])
def test_gain_of_two_folds_and_its_bootstrap_resample_by_resample(options):
    reference, other = np.array([5.0, 6.0, 4.0, 7.0, 9.0]), np.array([4.0, 5.5, 2.0, 5.0, 9.5])
    gains, folds = reference - other, [0, 1, 1, 0, 1]
    stream, means = np.random.default_rng(options.get("random_state", 0)), []
    for _ in range(options.get("n_resamples", 2000)):
        means.append(np.mean([gains[i] for i in stream.integers(5, size=5)]))
    scores = [np.mean([1.0, 2.0]), np.mean([0.5, 2.0, -0.5])]
    error = np.sqrt(np.var(scores, ddof=1) * (1 / 2 + 2.5 / 2.5))
    found = paired_gain(reference, other, folds, **options)
    assert found == Gain(
        1.0, pytest.approx(error), 1, 5, pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))
    )
