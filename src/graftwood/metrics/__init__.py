"""Measures of predictions: how accurate, how honest their spreads, and who beats whom.

Plain functions of arrays; labels may be missing (NaN) and are then ignored.
"""

from graftwood.metrics.accuracy import mae, ndme, r2, rmse
from graftwood.metrics.calibration import (
    coverage,
    coverage_of_interval,
    crps_normal,
    expected_normalised_calibration_error,
    miscalibration_area,
)
from graftwood.metrics.classes import accuracy, brier, brier_by_row, f1_weighted, log_loss, roc_auc
from graftwood.metrics.transfer import Gain, corrected_confidence, fold_estimate, paired_gain
from graftwood.metrics.zeros import brier_zero, coverage_of_transform, coverage_with_zeros, crps_of_quantiles

__all__ = [
    "Gain",
    "accuracy",
    "brier",
    "brier_by_row",
    "brier_zero",
    "corrected_confidence",
    "coverage",
    "coverage_of_interval",
    "coverage_of_transform",
    "coverage_with_zeros",
    "crps_normal",
    "crps_of_quantiles",
    "expected_normalised_calibration_error",
    "f1_weighted",
    "fold_estimate",
    "log_loss",
    "mae",
    "miscalibration_area",
    "ndme",
    "paired_gain",
    "r2",
    "rmse",
    "roc_auc",
]
