"""Whether more or less of a metric is better, said once for comparisons, studies and pages."""

from __future__ import annotations

from graftwood.errors import WrongOption

# By the name in the column ``metric``: 1 more is better, -1 less is better, 0 neither.
SIGNS = {
    "mae": -1,
    "rmse": -1,
    "ndme": -1,
    "r2": 1,
    "coverage_68": 0,  # best where it is what was promised
    "coverage_90": 0,
    "crps": -1,
    "brier_zero": -1,
    "accuracy": 1,
    "balanced_accuracy": 1,
    "f1_weighted": 1,
    "log_loss": -1,
    "roc_auc": 1,
    "brier": -1,
    "rmse_if_independent": -1,  # of the study of NO reduction: what its rmse would be without cancellation
}


def sign_of(metric: str) -> int:
    """Sign that makes a gain in a metric positive where it is better.

    Parameters
    ----------
    metric : str
        As in the column ``metric`` of ``comparison.csv``.

    Returns
    -------
    int
        1 where more is better, -1 where less is, 0 where neither is (a coverage).

    Raises
    ------
    WrongOption
        No direction is known of the metric.

    Examples
    --------
    >>> sign_of("mae"), sign_of("r2"), sign_of("coverage_90")
    (-1, 1, 0)
    """
    if metric not in SIGNS:
        raise WrongOption(
            f"sign_of: whether more of the metric {metric!r} is better is not known, only of "
            f"{', '.join(SIGNS)}; add it to SIGNS in metrics/direction.py."
        )
    return SIGNS[metric]
