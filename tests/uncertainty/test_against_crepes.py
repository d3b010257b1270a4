"""Our conformal intervals are those of crepes, from the same out-of-bag errors and spreads."""

import numpy as np
import pytest

from graftwood import SingleTask
from graftwood.answers.answer import Answer
from graftwood.answers.mondrian import interval_by
from graftwood.uncertainty.rescale import calibrate

crepes = pytest.importorskip("crepes", reason="crepes is in the extra bench")


@pytest.fixture(scope="module")
def calibrated():
    # With 99 rows the rank of a coverage of 0.9 is whole, and crepes takes the next one for a rounding error.
    rng = np.random.default_rng(0)
    sd = rng.uniform(0.2, 2.0, 97)
    center = rng.normal(size=97)
    labels = center + sd * rng.normal(size=97)
    return labels, center, sd, calibrate(labels, center, sd)


@pytest.mark.parametrize("coverage", [0.5, 0.6827, 0.9, 0.95])
def test_half_widths_agree(calibrated, coverage):
    labels, center, sd, calibration = calibrated
    theirs = crepes.ConformalRegressor().fit(residuals=labels - center, sigmas=sd)
    asked = np.array([0.3, 1.0, 5.0])
    interval = theirs.predict_int(np.zeros(3), sigmas=asked, confidence=coverage)
    np.testing.assert_allclose(interval[:, 1], calibration.half_width(asked, coverage), rtol=1e-12)


def test_intervals_per_group_agree(calibrated):
    labels, center, sd, calibration = calibrated
    of_fit, of_rows = np.arange(97) % 3, np.array([0, 1, 2, 2])
    theirs = crepes.ConformalRegressor().fit(residuals=labels - center, sigmas=sd, bins=of_fit)
    interval = theirs.predict_int(np.zeros(4), sigmas=np.ones(4), bins=of_rows, confidence=0.9)
    hidden = np.full(4, "hidden")
    answer = Answer("gap", "real", (), np.zeros(4), np.ones(4), hidden, {"hidden": calibration})
    ours = interval_by(answer, 0.9, of_fit.astype(str), of_rows.astype(str))
    np.testing.assert_allclose(np.column_stack(ours), interval, rtol=1e-12)


def test_fitted_forest_gives_the_interval_of_crepes_from_its_out_of_bag_errors():
    rng = np.random.default_rng(1)
    X = rng.uniform(size=(120, 3))
    y = X[:, 0] + 0.1 * rng.normal(size=120)
    model = SingleTask(n_estimators=50, random_state=0).fit(X, y)
    calibration = model._calibrations["0"]["hidden"]
    errors = np.abs(y - model.oob_prediction_)[calibration.rows]
    theirs = crepes.ConformalRegressor().fit(residuals=errors, sigmas=errors / calibration.scores)
    answer = model._look(X[:5], None)["0"]
    interval = theirs.predict_int(answer.center, sigmas=calibration.width(answer.sd), confidence=0.9)
    np.testing.assert_allclose(np.column_stack(model.predict_interval(X[:5])), interval, rtol=1e-9)
