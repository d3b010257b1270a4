"""Measures of predictions: how accurate, how honest their spreads, and who beats whom.

Plain functions of arrays; labels may be missing (NaN) and are then ignored.
"""

from graftwood.metrics.accuracy import mae, ndme, r2, rmse
from graftwood.metrics.bootstrap import Estimate, grouped_bootstrap
from graftwood.metrics.calibration import (
    coverage,
    coverage_of_interval,
    crps_normal,
    expected_normalised_calibration_error,
    miscalibration_area,
)
from graftwood.metrics.classes import (
    accuracy,
    balanced_accuracy,
    brier,
    brier_by_row,
    f1_weighted,
    log_loss,
    roc_auc,
)
from graftwood.metrics.reliability import (
    ReliabilityCurve,
    expected_calibration_error,
    reliability_curve,
)
from graftwood.metrics.spreads import (
    nll_normal,
    randomised_coverage,
    randomised_coverage_of_interval,
    spread_rank_correlation,
)
from graftwood.metrics.transfer import Gain, corrected_confidence, fold_estimate, paired_gain
from graftwood.metrics.zeros import brier_zero, coverage_of_transform, coverage_with_zeros, crps_of_quantiles

__all__ = [
    "Estimate",
    "Gain",
    "ReliabilityCurve",
    "accuracy",
    "balanced_accuracy",
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
    "expected_calibration_error",
    "expected_normalised_calibration_error",
    "f1_weighted",
    "fold_estimate",
    "grouped_bootstrap",
    "log_loss",
    "mae",
    "miscalibration_area",
    "ndme",
    "nll_normal",
    "paired_gain",
    "r2",
    "randomised_coverage",
    "randomised_coverage_of_interval",
    "reliability_curve",
    "rmse",
    "roc_auc",
    "spread_rank_correlation",
]
