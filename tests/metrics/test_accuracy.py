"""Accuracy against scikit-learn and by hand; missing labels count for nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels
from graftwood.metrics import mae, ndme, r2, rmse

NAN = float("nan")
METRICS = [mae, rmse, ndme, r2]


@pytest.fixture(scope="module")
def sample():
    stream = np.random.default_rng(0)
    truth = stream.normal(2.0, 3.0, 200)
    return truth, truth + stream.normal(0.3, 1.0, 200)


@pytest.mark.parametrize(
    "metric, reference",
    [(mae, mean_absolute_error), (rmse, root_mean_squared_error), (r2, r2_score)],
    ids=["mae", "rmse", "r2"],
)
def test_agrees_with_scikit_learn(metric, reference, sample):
    assert metric(*sample) == pytest.approx(reference(*sample), rel=1e-12)


def test_ndme_of_the_mean_of_the_labels_is_one(sample):
    truth, _ = sample
    assert ndme(truth, np.full(200, truth.mean())) == pytest.approx(1.0)


def test_ndme_and_r2_say_the_same(sample):
    assert r2(*sample) == pytest.approx(1 - ndme(*sample) ** 2)


@pytest.mark.parametrize("metric", METRICS)
def test_missing_labels_are_ignored_whatever_was_predicted_for_them(metric, sample):
    truth, guess = sample
    more = metric(np.append(truth, [NAN, NAN]), np.append(guess, [1e9, NAN]))
    assert more == metric(truth, guess)


@pytest.mark.parametrize("metric", [ndme, r2])
def test_no_ratio_is_invented_when_all_labels_are_equal(metric):
    assert np.isnan(metric([2.0, 2.0], [1.0, 3.0]))


@given(st.floats(0.1, 100), st.floats(-100, 100))
def test_ndme_has_no_unit(scale, shift):
    truth, guess = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
    assert ndme(truth * scale + shift, guess * scale + shift) == pytest.approx(ndme(truth, guess))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "truth, guess, error, message",
    [
        pytest.param([NAN, NAN], [1.0, 2.0], TooFewLabels, "all 2 labels are missing", id="none-left"),
        pytest.param([], [], TooFewLabels, "all 0 labels are missing", id="empty"),
        pytest.param(
            [1.0, 2.0], [NAN, 2.0], NotFinite, "y_pred is nan in row 0, which has a label", id="nan"
        ),
        pytest.param([1.0, np.inf], [1.0, 2.0], NotFinite, "y_true is inf in row 1", id="infinite"),
        pytest.param(
            [1.0, 2.0], [1.0], ShapeMismatch, r"y_true has shape \(2,\) and y_pred \(1,\)", id="short"
        ),
        pytest.param([[1.0], [2.0]], [[1.0], [2.0]], ShapeMismatch, "one number per row", id="columns"),
    ],
)
def test_wrong_use_is_refused_and_names_the_metric(metric, truth, guess, error, message):
    with pytest.raises(error, match=f"{metric.__name__}: .*{message}"):
        metric(truth, guess)
