"""Measures of spreads and probabilities on values worked out by hand and on planted truths."""

import numpy as np
import pytest

from graftwood.errors import ShapeMismatch, TooFewLabels, WrongOption
from graftwood.metrics import (
    coverage,
    expected_calibration_error,
    grouped_bootstrap,
    mae,
    nll_normal,
    randomised_coverage,
    reliability_curve,
    spread_rank_correlation,
)
from graftwood.uncertainty.normal import crps_of_lognormal_rows

NAN = float("nan")


def test_score_of_log_normal_distributions_is_that_of_their_draws():
    # The score by its definition, E|Y - y| - E|Y - Y'| / 2, from many draws.
    rng = np.random.default_rng(0)
    draws, others = rng.normal(size=(2, 400_000))
    for label, median, sigma in ((0.5, 1.0, 0.3), (4.0, 1.5, 0.8), (2.0, 2.0, 0.1)):
        one, other = median * np.exp(sigma * draws), median * np.exp(sigma * others)
        expected = np.mean(np.abs(one - label)) - np.mean(np.abs(one - other)) / 2
        found = crps_of_lognormal_rows(np.array([label]), np.array([median]), np.array([sigma]))
        assert found[0] == pytest.approx(expected, rel=0.01)


def test_likelihood_is_that_of_a_normal_distribution_and_ignores_missing_labels():
    expected = 0.5 * (1.0 / 2.0) ** 2 + np.log(2.0) + 0.5 * np.log(2 * np.pi)
    assert nll_normal([1.0, NAN], [0.0, 0.0], [2.0, 1.0]) == pytest.approx(expected)


def test_likelihood_of_a_spread_of_zero_is_refused():
    with pytest.raises(WrongOption, match="spread must be above 0"):
        nll_normal([1.0], [0.0], [0.0])


def test_true_spread_has_the_best_likelihood():
    labels = np.random.default_rng(0).normal(size=2000)
    found = [nll_normal(labels, np.zeros(2000), np.full(2000, s)) for s in (0.7, 1.0, 1.5)]
    assert found[1] == min(found)


def test_exactly_predicted_labels_count_for_their_level_only():
    labels = np.concatenate([np.zeros(600), np.random.default_rng(0).normal(size=400)])
    mean, spread = np.zeros(1000), np.ones(1000)
    assert coverage(labels, mean, spread) > 0.85
    assert randomised_coverage(labels, mean, spread) == pytest.approx(0.683, abs=0.04)


def test_without_exact_predictions_both_coverages_agree():
    labels = np.random.default_rng(1).normal(size=50)
    args = (labels, np.zeros(50), np.ones(50))
    assert randomised_coverage(*args, level=0.9) == coverage(*args, level=0.9)


def test_spreads_in_the_order_of_errors_rank_perfectly():
    assert spread_rank_correlation([0, 0, 0, NAN], [1, -2, 3, 0], [0.1, 0.2, 0.3, 1]) == 1.0
    assert spread_rank_correlation([0, 0, 0], [3, -2, 1], [0.1, 0.2, 0.3]) == -1.0
    assert np.isnan(spread_rank_correlation([0, 0, 0], [3, -2, 1], [1, 1, 1]))


def test_two_labels_have_no_ranking():
    with pytest.raises(TooFewLabels):
        spread_rank_correlation([0, 0], [1, 2], [1, 1])


def test_true_probabilities_have_a_small_calibration_error_and_sharpened_ones_a_large():
    rng = np.random.default_rng(0)
    chance = rng.uniform(size=4000)
    labels = np.where(rng.uniform(size=4000) < chance, "yes", "no")
    odds = np.column_stack([1 - chance, chance])
    sharp = odds**4 / (odds**4).sum(axis=1, keepdims=True)
    assert expected_calibration_error(labels, odds, ["no", "yes"]) < 0.03
    assert expected_calibration_error(labels, sharp, ["no", "yes"]) > 0.1


def test_curve_of_one_class_looks_at_its_probabilities_only():
    curve = reliability_curve(["a", "b", None], [[0.3, 0.7], [0.3, 0.7], [1, 0]], ["a", "b"], of="a")
    assert curve.promised.tolist() == [0.3] and curve.found.tolist() == [0.5] and curve.n.tolist() == [2]


def test_class_that_is_not_there_is_refused():
    with pytest.raises(WrongOption, match="of must be one of the classes"):
        reliability_curve(["a"], [[0.3, 0.7]], ["a", "b"], of="c")


def test_bootstrap_keeps_rows_of_a_material_together():
    rng = np.random.default_rng(0)
    of_material = np.repeat(rng.normal(size=50), 20)
    errors = (of_material, np.zeros(1000))
    grouped = grouped_bootstrap(mae, *errors, groups=np.repeat(np.arange(50), 20))
    apart = grouped_bootstrap(mae, *errors)
    assert grouped.value == apart.value == pytest.approx(np.abs(of_material).mean())
    assert grouped.standard_error / apart.standard_error == pytest.approx(np.sqrt(20), rel=0.2)
    assert grouped.interval[0] < grouped.value < grouped.interval[1]


def test_resamples_without_any_label_are_left_out_and_counted():
    labels = np.full(6, np.nan)
    labels[0] = 1.0
    found = grouped_bootstrap(mae, labels, np.zeros(6), n_resamples=200)
    assert found.value == 1.0 and 30 < found.n_left_out < 120


@pytest.mark.parametrize(
    "arrays, groups, error",
    [
        pytest.param(([1.0, 2.0], [1.0]), None, ShapeMismatch, id="lengths"),
        pytest.param(([1.0, 2.0], [1.0, 2.0]), ["a", "a"], TooFewLabels, id="one-material"),
    ],
)
def test_bootstrap_refuses_what_has_no_scatter(arrays, groups, error):
    with pytest.raises(error):
        grouped_bootstrap(mae, *arrays, groups=groups)
