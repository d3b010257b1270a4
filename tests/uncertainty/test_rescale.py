"""Spreads are scaled by out-of-bag errors, so that the promised share of labels falls inside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from graftwood.errors import NoOutOfBagRows
from graftwood.uncertainty.bags import bag_spread, sum_over_bags
from graftwood.uncertainty.rescale import ONE_SIGMA, Calibration, calibrate, with_all_trees


def test_bag_spread_is_the_standard_deviation_of_the_outputs_that_count():
    rng = np.random.default_rng(0)
    bags, honest = rng.normal(size=(20, 7)), rng.random((20, 7)) < 0.4
    expected = [np.std(bags[honest[:, i], i], ddof=1) for i in range(7)]
    assert np.allclose(bag_spread(bags, honest), expected)
    assert np.allclose(bag_spread(bags), bags.std(axis=0, ddof=1))


def test_bag_spread_needs_two_outputs():
    honest = np.array([[True, True, False], [False, True, False]])
    assert np.isnan(bag_spread(np.ones((2, 3)), honest)).tolist() == [True, False, True]


@given(st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_sum_of_a_row_is_the_same_bits_alone_and_among_others(n_bags, seed):
    outputs = np.random.default_rng(seed).normal(size=(n_bags, 5))
    together = sum_over_bags(outputs)
    assert all(sum_over_bags(outputs[:, [i]])[0] == together[i] for i in range(5))
    assert np.allclose(together, outputs.sum(axis=0))
    assert all(bag_spread(outputs[:, [i]])[0] == bag_spread(outputs)[i] for i in range(5) if n_bags > 1)


def planted(n_rows=4000, n_bags=30, factor=2.5, seed=0):
    """Bags whose spread is the label's noise divided by ``factor``, different from row to row."""
    rng = np.random.default_rng(seed)
    noise = rng.uniform(0.2, 3.0, n_rows)
    labels = noise * rng.normal(size=n_rows)
    bags = noise / factor * rng.normal(size=(n_bags, n_rows))
    return labels, np.zeros(n_rows), bags, np.ones(bags.shape, dtype=bool)


def calibrated(labels, center, bags, honest):
    return calibrate(labels, center, bag_spread(bags, honest))


def test_planted_factor_is_found():
    calibration = calibrated(*planted(n_bags=300))
    assert calibration.factor() == pytest.approx(2.5, rel=0.05)
    assert calibration.factor(0.9) == pytest.approx(2.5 * stats.norm.ppf(0.95), rel=0.05)


@pytest.mark.parametrize("coverage", [0.5, ONE_SIGMA, 0.9, 0.99])
def test_promised_share_of_fresh_labels_falls_inside(coverage):
    calibration = calibrated(*planted(seed=1))
    labels, center, bags, _ = planted(seed=2)
    inside = np.abs(labels - center) <= calibration.half_width(bag_spread(bags), coverage)
    assert inside.mean() == pytest.approx(coverage, abs=3 * np.sqrt(coverage * (1 - coverage) / 2000))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.floats(0.01, 0.999))
def test_factor_is_the_conformal_rank(scores, coverage):
    calibration = Calibration(np.sort(scores), floor=1.0, n_zero=0)
    rank = int(np.ceil((len(scores) + 1) * coverage))
    assert calibration.factor(coverage) == np.sort([*scores, max(scores)])[min(rank, len(scores)) - 1]
    assert calibration.factor(coverage) <= calibration.factor(0.999)


def test_where_all_bags_agree_the_spread_is_the_floor():
    labels, center, bags, honest = planted(n_rows=50)
    bags[:, :10] = 0.0
    calibration = calibrated(labels, center, bags, honest)
    smallest = bag_spread(bags)[10:].min()
    assert calibration.floor == smallest
    assert calibration.n_zero == 10
    assert np.array_equal(calibration.spread(np.zeros(3)), np.full(3, calibration.factor() * smallest))


def test_rows_predicted_exactly_do_not_narrow_the_others():
    labels, center, bags, honest = planted(n_rows=400)
    alone = calibrated(labels, center, bags, honest)
    zeros = np.zeros((len(bags), 600))
    beside = calibrated(
        np.append(labels, zeros[0]), np.append(center, zeros[0]), np.hstack([bags, zeros]),
        np.hstack([honest, zeros == 0]),
    )  # fmt: skip
    assert beside.factor() == alone.factor()
    assert beside.n_zero == 600


def test_everything_predicted_exactly_gives_a_positive_finite_spread():
    calibration = calibrated(np.ones(5), np.ones(5), np.ones((4, 5)), np.ones((4, 5), dtype=bool))
    assert 0 < calibration.spread(np.zeros(1))[0] < 1e-300


def test_rows_that_were_hardly_out_of_bag_have_no_say():
    labels, center, bags, honest = planted(n_rows=300)
    expected = calibrated(labels[:200], center[:200], bags[:, :200], honest[:, :200])
    labels[200:] = 1e9
    honest[1:, 200:] = False
    assert np.array_equal(calibrated(labels, center, bags, honest).scores, expected.scores)


def test_changing_what_bags_that_saw_the_row_say_changes_nothing():
    labels, center, bags, _ = planted(n_rows=100)
    honest = np.random.default_rng(0).random(bags.shape) < 0.4
    changed = np.where(honest, bags, 1e6)
    assert np.array_equal(
        calibrated(labels, center, changed, honest).scores, calibrated(labels, center, bags, honest).scores
    )


def test_scaling_by_a_power_of_two_scales_the_spread_exactly():
    labels, center, bags, honest = planted(n_rows=100)
    one = calibrated(labels, center, bags, honest)
    other = calibrated(labels * 8, center * 8, bags * 8, honest)
    assert np.array_equal(other.spread(bag_spread(bags * 8)), 8 * one.spread(bag_spread(bags)))


@pytest.mark.parametrize("n_usable", [0, 1])
def test_too_few_out_of_bag_rows_are_refused(n_usable):
    labels, center, bags, honest = planted(n_rows=20)
    honest[1:, n_usable:] = False
    with pytest.raises(NoOutOfBagRows, match=rf"^Calibration: {n_usable} labelled rows .* use more trees"):
        calibrated(labels, center, bags, honest)


def test_errors_of_few_trees_are_brought_to_those_of_all():
    rng = np.random.default_rng(0)
    n_rows, n_out, n_all = 4000, 8, 20
    truth = 0.3 * rng.normal(size=n_rows)  # what no number of trees explains, beside trees that scatter by 1
    bags = rng.normal(size=(n_all, n_rows))
    out, sd = bags[:n_out].mean(axis=0), np.ones(n_rows)
    excess = np.full(n_rows, 1 / n_out - 1 / n_all)
    error = np.abs(truth - bags.mean(axis=0))
    covered = {
        is_told: np.mean(error <= calibrate(truth, out, sd, excess=excess if is_told else None).spread(sd))
        for is_told in (False, True)
    }
    assert covered[True] == pytest.approx(ONE_SIGMA, abs=0.02)
    assert covered[False] > 0.75


@given(st.floats(0, 10), st.integers(0, 1000))
def test_more_trees_never_widen_and_never_more_than_halve(excess, seed):
    scores = np.abs(np.random.default_rng(seed).normal(size=20))
    assert 0.5 <= with_all_trees(scores, excess) <= 1.0
    assert with_all_trees(np.zeros(20), excess) == 1.0
