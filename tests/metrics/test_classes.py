"""Measures of classes agree with scikit-learn's, and say what it leaves open."""

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels
from graftwood.metrics import accuracy, brier, brier_by_row, f1_weighted, log_loss, roc_auc

CLASSES = ["blue", "green", "red"]
rng = np.random.default_rng(0)
TRUTH = np.array(CLASSES, dtype=object)[rng.integers(0, 3, 80)]
ODDS = rng.dirichlet([1, 1, 1], 80)
GUESS = np.array(CLASSES, dtype=object)[ODDS.argmax(axis=1)]


def test_they_agree_with_scikit_learn():
    truth, guess = TRUTH.astype(str), GUESS.astype(str)
    assert accuracy(TRUTH, GUESS) == pytest.approx(sklearn_metrics.accuracy_score(truth, guess))
    expected = sklearn_metrics.f1_score(truth, guess, average="weighted")
    assert f1_weighted(TRUTH, GUESS) == pytest.approx(expected)
    assert log_loss(TRUTH, ODDS, CLASSES) == pytest.approx(sklearn_metrics.log_loss(truth, ODDS))
    expected = sklearn_metrics.roc_auc_score(truth, ODDS, multi_class="ovr", average="weighted")
    assert roc_auc(TRUTH, ODDS, CLASSES) == pytest.approx(expected)


def test_two_classes_have_the_usual_area():
    truth = np.where(TRUTH == "red", "b", "a")
    odds = np.column_stack([1 - ODDS[:, 2], ODDS[:, 2]])
    assert roc_auc(truth, odds, ["a", "b"]) == pytest.approx(
        sklearn_metrics.roc_auc_score(truth == "b", odds[:, 1])
    )


def test_brier_score_is_the_squared_distance():
    onehot = (TRUTH[:, None] == np.array(CLASSES, dtype=object)).astype(float)
    by_row = ((ODDS - onehot) ** 2).sum(axis=1)
    assert np.allclose(brier_by_row(TRUTH, ODDS, CLASSES), by_row)
    assert brier(TRUTH, ODDS, CLASSES) == pytest.approx(by_row.mean())


def test_label_that_is_no_class_had_no_probability():
    assert brier(["violet"], [[1.0, 0.0, 0.0]], CLASSES) == 2.0
    assert log_loss(["violet"], [[1.0, 0.0, 0.0]], CLASSES) == pytest.approx(36.04, abs=0.01)


def test_missing_labels_are_ignored():
    holes = TRUTH.copy()
    holes[::2] = None
    assert accuracy(holes, GUESS) == accuracy(TRUTH[1::2], GUESS[1::2])
    assert brier(holes, ODDS, CLASSES) == pytest.approx(brier(TRUTH[1::2], ODDS[1::2], CLASSES))


def test_one_class_has_no_curve():
    assert np.isnan(roc_auc(["red", "red"], ODDS[:2], CLASSES))


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(TooFewLabels, match="no label among 2 rows"):
        accuracy([None, np.nan], ["red", "red"])
    with pytest.raises(ShapeMismatch, match="one length"):
        f1_weighted(TRUTH, GUESS[1:])
    with pytest.raises(ShapeMismatch, match="one column per class"):
        brier(TRUTH, ODDS[:, :2], CLASSES)
    with pytest.raises(NotFinite, match="1 rows have a probability that is NaN"):
        log_loss(TRUTH[:1], [[np.nan, 0.5, 0.5]], CLASSES)
