"""The slope of a target on what it starts from, where both are measured on different scales."""

from __future__ import annotations

import math

import numpy as np


def fit_slope(values: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Slope of the straight line through labels over values, by weighted least squares.

    Parameters
    ----------
    values, labels, weights : ndarray of shape (n_rows,)
        Weights are not negative and have a sum above 0.

    Returns
    -------
    float
        The same whatever the order of the rows; 0 where all values are one.

    Examples
    --------
    >>> fit_slope(np.array([0.0, 1.0, 2.0]), np.array([5.0, 8.0, 11.0]), np.ones(3))
    3.0
    """
    total = math.fsum(weights)
    far = values - math.fsum(weights * values) / total
    high = labels - math.fsum(weights * labels) / total
    spread = math.fsum(weights * far**2)
    if spread <= total * (1e-12 * float(np.abs(values).max())) ** 2:
        return 0.0
    return math.fsum(weights * far * high) / spread
