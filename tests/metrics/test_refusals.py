"""What every measure refuses, word by word: who, what, the value, and what to do."""

import re

import numpy as np
import pytest

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels, WrongOption
from graftwood.metrics import (
    Gain,
    accuracy,
    brier_by_row,
    brier_zero,
    corrected_confidence,
    coverage,
    coverage_of_interval,
    coverage_of_transform,
    coverage_with_zeros,
    crps_of_quantiles,
    expected_calibration_error,
    f1_weighted,
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
from graftwood.metrics.pairs import refuse_fraction

NAN = float("nan")
GAIN = Gain(1.0, 0.5, 4, 100, (0.0, 2.0))
NO_LABEL = "{}: all 2 labels are missing; at least one is needed."
NO_CLASS = "{}: there is no label among 1 rows; at least one is needed."
NO_FRACTION = "{}: {} must be a number between 0 and 1, got {}."
NO_PROBABILITY = "{}: probabilities must be from 0 to 1, got {}."


@pytest.mark.parametrize(
    ("who", "call"),
    [
        ("coverage_of_interval", lambda none: coverage_of_interval(none, [0, 0], [1, 1])),
        ("coverage_with_zeros", lambda none: coverage_with_zeros(none, [0, 0], [1, 1], [0, 0], level=0.5)),
        ("coverage_of_transform", lambda none: coverage_of_transform(none, [0, 0], level=0.5)),
        ("brier_zero", lambda none: brier_zero(none, [0, 0])),
        ("nll_normal", lambda none: nll_normal(none, [0, 0], [1, 1])),
        ("randomised_coverage", lambda none: randomised_coverage(none, [0, 0], [1, 1])),
        (
            "randomised_coverage_of_interval",
            lambda none: randomised_coverage_of_interval(none, [0, 0], [0, 0], [1, 1]),
        ),
        ("spread_rank_correlation", lambda none: spread_rank_correlation(none, [0, 0], [1, 1])),
    ],
)
def test_no_label_at_all_is_refused_by_name(who, call):
    with pytest.raises(TooFewLabels, match=f"^{re.escape(NO_LABEL.format(who))}$"):
        call([NAN, NAN])


@pytest.mark.parametrize(
    ("who", "call"),
    [
        ("accuracy", lambda none: accuracy(none, ["a"])),
        ("f1_weighted", lambda none: f1_weighted(none, ["a"])),
        ("log_loss", lambda none: log_loss(none, [[1.0]], ["a"])),
        ("brier", lambda none: brier_by_row(none, [[1.0]], ["a"])),
        ("roc_auc", lambda none: roc_auc(none, [[1.0]], ["a"])),
        ("reliability_curve", lambda none: reliability_curve(none, [[1.0]], ["a"])),
    ],
)
def test_no_class_at_all_is_refused_by_name(who, call):
    with pytest.raises(TooFewLabels, match=f"^{re.escape(NO_CLASS.format(who))}$"):
        call([None])


@pytest.mark.parametrize("value", [0, 1, -0.5, 68])
@pytest.mark.parametrize(
    ("who", "what", "call"),
    [
        ("anyone", "share", lambda value: refuse_fraction("anyone", "share", value)),
        ("coverage", "level", lambda value: coverage([1], [1], [1], level=value)),
        ("randomised_coverage", "level", lambda value: randomised_coverage([1], [1], [1], level=value)),
        (
            "randomised_coverage_of_interval",
            "level",
            lambda value: randomised_coverage_of_interval([1], [1], [1], [1], level=value),
        ),
        ("coverage_with_zeros", "level", lambda value: coverage_with_zeros([1], [1], [1], [1], level=value)),
        ("coverage_of_transform", "level", lambda value: coverage_of_transform([0], [1], level=value)),
        ("Gain.interval", "confidence", lambda value: GAIN.interval(confidence=value)),
        ("paired_gain", "confidence", lambda value: paired_gain([1], [1], [0], confidence=value)),
        ("corrected_confidence", "confidence", lambda value: corrected_confidence(value, 3)),
        ("grouped_bootstrap", "confidence", lambda value: grouped_bootstrap(mae, [1], confidence=value)),
    ],
)
def test_share_that_is_none_is_refused_by_name(who, what, call, value):
    with pytest.raises(WrongOption, match=f"^{re.escape(NO_FRACTION.format(who, what, value))}$"):
        call(value)


@pytest.mark.parametrize(
    ("values", "worst"), [([0.5, -0.1, 1.7], 1.7), ([0.5, -1.5, 2.2], -1.5), ([0.5, -1.5, 2.7], 2.7)]
)
@pytest.mark.parametrize(
    ("who", "call"),
    [
        ("brier_zero", lambda p: brier_zero([0, 1, 2], p)),
        ("coverage_with_zeros", lambda p: coverage_with_zeros([0, 1, 2], [0] * 3, [2] * 3, p, level=0.5)),
        ("coverage_of_transform", lambda p: coverage_of_transform(p, [1.0] * 3, level=0.5)),
        ("coverage_of_transform", lambda p: coverage_of_transform([0.0] * 3, p, level=0.5)),
    ],
)
def test_farthest_from_a_probability_is_named(who, call, values, worst):
    with pytest.raises(WrongOption, match=f"^{re.escape(NO_PROBABILITY.format(who, worst))}$"):
        call(values)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: randomised_coverage([1.0, 2.0], [1.0, 2.0], [1.0, -0.25]),
            WrongOption,
            "randomised_coverage: spread must be 0 or more, got -0.25.",
        ),
        (
            lambda: spread_rank_correlation([1.0, 2.0], [1.0, 2.0], [1.0, 2.0]),
            TooFewLabels,
            "spread_rank_correlation: 2 labels have no ranking; 3 are needed.",
        ),
        (
            lambda: coverage_of_interval([1.0, 2.0, 3.0], [1.0, 2.0, 4.0], [2.0, 2.0, 3.0]),
            WrongOption,
            "coverage_of_interval: low is above high for 1 of 3 labels; exchange them.",
        ),
        (
            lambda: randomised_coverage_of_interval([1.0, 2.0], [1.0, 2.0], [1.5, 2.5], [0.5, 3.0]),
            WrongOption,
            "randomised_coverage_of_interval: low is above high for 1 of 2 labels; exchange them.",
        ),
        (
            lambda: log_loss(["a"] * 5, [[NAN, 0.5]] * 2 + [[0.5, 0.5]] * 3, ["a", "b"]),
            NotFinite,
            "log_loss: 2 rows have a probability that is NaN or infinite; predict all labelled rows.",
        ),
        (
            lambda: reliability_curve(["a"], [[1.0]], ["a"], n_bins=0),
            WrongOption,
            "reliability_curve: n_bins must be 1 or more, got 0.",
        ),
        (
            lambda: expected_calibration_error(["a"], [[1.0]], ["a"], n_bins=-1),
            WrongOption,
            "reliability_curve: n_bins must be 1 or more, got -1.",
        ),
        (
            lambda: grouped_bootstrap(mae, [1.0, 2.0], [1.0], groups=["a", "b"]),
            ShapeMismatch,
            "grouped_bootstrap: arrays have [2, 1] rows and groups 2; all need as many.",
        ),
        (
            lambda: grouped_bootstrap(mae, [1.0, 2.0], [1.0, 2.0], groups=["a", "a"]),
            TooFewLabels,
            "grouped_bootstrap: 1 material has no scatter; two or more are needed.",
        ),
        (
            lambda: grouped_bootstrap(lambda *_: NAN, [1.0, 2.0], n_resamples=7),
            TooFewLabels,
            "grouped_bootstrap: the measure is defined in 0 of 7 resamples.",
        ),
        (
            lambda: grouped_bootstrap(mae, [1.0, 2.0], [1.0, 2.0], n_resamples=1),
            WrongOption,
            "grouped_bootstrap: n_resamples must be 2 or more, got 1.",
        ),
        (
            lambda: fold_estimate([1.0, NAN, 3.0], 1, 1),
            NotFinite,
            "fold_estimate: 1 scores are NaN or infinite.",
        ),
        (
            lambda: fold_estimate([1.0, 2.0], 0, 1),
            WrongOption,
            "fold_estimate: n_test and n_train must be above 0, got 0 and 1.",
        ),
        (
            lambda: paired_gain(np.empty((0, 3)), np.empty((0, 3)), np.empty((0, 3), dtype=int)),
            TooFewLabels,
            "paired_gain: 0 folds tested a material; at least two are needed.",
        ),
        (
            lambda: crps_of_quantiles([1.0], [[1.0]], [0.2, 0.8]),
            ShapeMismatch,
            "crps_of_quantiles: quantiles has shape (1, 1) for 2 levels and 1 labels; "
            "give one row per level.",
        ),
    ],
)
def test_sentence_says_all(call, error, sentence):
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        call()
