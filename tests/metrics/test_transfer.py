"""Gains and their errors: planted by hand, and against the truth of a simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels, WrongOption
from graftwood.metrics import Gain, corrected_confidence, fold_estimate, paired_gain

NAN = float("nan")


def test_fold_estimate_by_hand():
    mean, error = fold_estimate([1.0, 2.0, 3.0, 6.0], n_test=20, n_train=80)
    assert mean == 3.0
    assert error == pytest.approx(np.sqrt(14 / 3 * (1 / 4 + 1 / 4)))


def scores_of_random_splits(n_datasets, n_materials, n_test, n_splits, stream):
    """Test error of the training mean, over random splits of each of many data sets."""
    values = stream.normal(size=(n_datasets, n_materials))
    scores = np.empty((n_datasets, n_splits))
    for split in range(n_splits):
        order = np.argsort(stream.random(values.shape), axis=1)
        drawn = np.take_along_axis(values, order, axis=1)
        learned = drawn[:, n_test:].mean(axis=1, keepdims=True)
        scores[:, split] = np.mean((drawn[:, :n_test] - learned) ** 2, axis=1)
    return scores


def test_naive_error_is_too_small_and_the_corrected_one_is_not():
    scores = scores_of_random_splits(3000, 50, 10, 15, np.random.default_rng(4))
    true_variance = np.var(scores.mean(axis=1))
    naive_variance = np.mean(np.var(scores, axis=1, ddof=1) / 15)
    corrected_variance = np.mean([fold_estimate(row, n_test=10, n_train=40)[1] ** 2 for row in scores])
    assert naive_variance < 0.4 * true_variance
    # 3000 data sets know the true variance to 3 %.
    assert 0.9 * true_variance < corrected_variance < 2.0 * true_variance


def errors_of_a_line_through(column, X, y, folds):
    errors = np.empty(folds.shape)
    for row, fold in zip(errors, folds, strict=True):
        for number in range(5):
            test = fold == number
            x = X[~test, column]
            row[test] = np.abs(y[test] - X[test, column] * (x @ y[~test]) / (x @ x))
    return errors


def test_equal_models_are_rarely_told_apart_where_naive_errors_often_do():
    stream = np.random.default_rng(6)
    false_alarms = naive_alarms = 0
    for _ in range(200):
        X = stream.normal(size=(30, 2))
        y = X.sum(axis=1) + stream.normal(size=30)
        folds = np.array([stream.permutation(30) % 5 for _ in range(6)])
        first, second = (errors_of_a_line_through(column, X, y, folds) for column in (0, 1))
        low, high = paired_gain(first, second, folds, n_resamples=1).interval(confidence=0.95)
        false_alarms += low > 0 or high < 0
        gains = first - second
        means = [row[fold == k].mean() for row, fold in zip(gains, folds, strict=True) for k in range(5)]
        naive_alarms += stats.ttest_1samp(means, 0).pvalue < 0.05
    assert naive_alarms > 0.3 * 200
    assert false_alarms <= 0.05 * 200


def test_paired_gain_by_hand():
    gain = paired_gain([5.0, 6.0, 4.0, 7.0, 5.0, 3.0], [4.0, 5.0, 2.0, 5.0, 5.0, 3.0], [0, 0, 1, 1, 2, 2])
    assert gain.difference == pytest.approx(1.0)
    assert gain.standard_error == pytest.approx(np.sqrt(1.0 * (1 / 3 + 2 / 4)))
    assert gain.degrees_of_freedom == 2
    assert gain.n_materials == 6


def test_interval_is_students():
    gain = Gain(1.0, 0.5, 4, 100, (0.0, 2.0))
    expected = stats.t.interval(0.95, 4, loc=1.0, scale=0.5)
    assert gain.interval() == pytest.approx(expected)
    assert gain.interval(confidence=0.68) == pytest.approx(stats.t.interval(0.68, 4, loc=1.0, scale=0.5))


def planted(n_materials=300, shift=0.1, seed=5):
    stream = np.random.default_rng(seed)
    reference = np.abs(stream.normal(size=n_materials))
    return (
        reference,
        reference - shift + stream.normal(scale=0.3, size=n_materials),
        np.arange(n_materials) % 5,
    )


def test_bootstrap_interval_is_that_of_the_normal_approximation():
    reference, other, folds = planted()
    gain = paired_gain(reference, other, folds, confidence=0.9)
    half = 1.645 * np.std(reference - other) / np.sqrt(300)
    low, high = gain.bootstrap_interval
    assert low == pytest.approx(gain.difference - half, abs=0.1 * half)
    assert high == pytest.approx(gain.difference + half, abs=0.1 * half)


def test_bootstrap_is_the_same_for_the_same_seed():
    one, same, other = (paired_gain(*planted(), random_state=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.bootstrap_interval != other.bootstrap_interval


def test_bootstrap_in_blocks_is_the_bootstrap_at_once(monkeypatch):
    whole = paired_gain(*planted())
    monkeypatch.setattr("graftwood.metrics.transfer.BLOCK", 300 * 128)
    assert paired_gain(*planted()).bootstrap_interval == whole.bootstrap_interval


def test_repeating_the_very_same_folds_adds_no_degree_of_freedom_and_little_certainty():
    reference, other, folds = planted()
    once = paired_gain(reference, other, folds)
    often = paired_gain(*(np.tile(array, (20, 1)) for array in (reference, other, folds)))
    assert often.degrees_of_freedom == once.degrees_of_freedom == 4
    assert often.n_materials == 300
    assert often.difference == pytest.approx(once.difference)
    assert often.bootstrap_interval == pytest.approx(once.bootstrap_interval)
    # Naively the error would shrink by sqrt(20).
    shrinks = np.sqrt((20 / 99) / (1 / 4) * (1 / 100 + 1 / 4) / (1 / 5 + 1 / 4))
    assert often.standard_error / once.standard_error == pytest.approx(shrinks)
    assert shrinks > 0.68


def test_materials_that_were_not_tested_count_for_nothing():
    reference, other, folds = planted()
    more = paired_gain(
        np.append(reference, [1.0, NAN]), np.append(other, [9.0, NAN]), np.append(folds, [-1, 3])
    )
    assert more == paired_gain(reference, other, folds)


@given(st.permutations(range(12)))
def test_order_of_materials_moves_neither_difference_nor_error(order):
    reference, other, folds = planted(n_materials=12)
    order = list(order)
    one = paired_gain(reference, other, folds, n_resamples=1)
    same = paired_gain(reference[order], other[order], folds[order], n_resamples=1)
    assert same.difference == pytest.approx(one.difference)
    assert same.standard_error == pytest.approx(one.standard_error)


def test_exchanging_the_models_exchanges_the_sign():
    reference, other, folds = planted()
    assert paired_gain(other, reference, folds).difference == -paired_gain(reference, other, folds).difference


def test_corrected_confidence_of_a_family_multiplies_to_the_wanted_one():
    assert corrected_confidence(0.95, 1) == 0.95
    assert corrected_confidence(0.95, 7) ** 7 == pytest.approx(0.95)


GOOD = ([1.0, 2.0], [1.0, 1.0], [0, 1])


@pytest.mark.parametrize(
    "call, error, message",
    [
        pytest.param(
            lambda: fold_estimate([1.0], 1, 1), TooFewLabels, "1 scores have no spread", id="one-score"
        ),
        pytest.param(lambda: fold_estimate([1.0, NAN], 1, 1), NotFinite, "1 scores are NaN", id="nan-score"),
        pytest.param(lambda: fold_estimate([[1.0, 2.0]], 1, 1), ShapeMismatch, r"\(1, 2\)", id="2-d"),
        pytest.param(
            lambda: fold_estimate([1.0, 2.0], 1, 0), WrongOption, "above 0, got 1 and 0", id="no-train"
        ),
        pytest.param(
            lambda: paired_gain([1.0], [1.0, 2.0], [0, 1]), ShapeMismatch, r"errors \(2,\)", id="shape"
        ),
        pytest.param(
            lambda: paired_gain([1.0, 2.0], [1.0, NAN], [0, 1]), NotFinite, "1 tested mat", id="unpaired"
        ),
        pytest.param(
            lambda: paired_gain(*GOOD[:2], [0.0, 1.0]), WrongOption, "whole numbers", id="float-folds"
        ),
        pytest.param(lambda: paired_gain(*GOOD[:2], [3, 3]), TooFewLabels, "1 folds tested", id="one-fold"),
        pytest.param(
            lambda: paired_gain(*GOOD[:2], [-1, -1]), TooFewLabels, "0 folds tested", id="nothing-tested"
        ),
        pytest.param(
            lambda: paired_gain([[1.0] * 3] * 2, [[1.0] * 3] * 2, [[0, 1, 1], [0, 1, 2]]),
            ShapeMismatch,
            r"repeats have \[2, 3\] folds",
            id="uneven-repeats",
        ),
        pytest.param(
            lambda: paired_gain(*GOOD, confidence=95), WrongOption, "confidence .* got 95", id="per-cent"
        ),
        pytest.param(
            lambda: paired_gain(*GOOD, n_resamples=0), WrongOption, "n_resamples .* got 0", id="no-resample"
        ),
        pytest.param(
            lambda: Gain(0, 1, 4, 9, (0, 1)).interval(confidence=1), WrongOption, "got 1", id="certain"
        ),
        pytest.param(
            lambda: corrected_confidence(0.95, 0), WrongOption, "n_candidates .* got 0", id="no-candidate"
        ),
    ],
)
def test_wrong_use_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
