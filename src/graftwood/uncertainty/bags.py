"""Sums and spreads over what bags say, bag after bag."""

from __future__ import annotations

import numpy as np


def sum_over_bags(outputs: np.ndarray, counts: np.ndarray | None = None) -> np.ndarray:
    """Add up bag after bag, so that a row's sum is the same bits alone and among others.

    NumPy's own sum over the first axis groups its terms differently where there is one row.

    Parameters
    ----------
    outputs : ndarray of shape (n_trees, ...)
    counts : ndarray like ``outputs`` or broadcast to it, bool, optional
        Which outputs count; all by default.

    Returns
    -------
    ndarray of shape (...)

    Examples
    --------
    >>> sum_over_bags(np.array([[0.5, 1.0], [2.0, 1.0]]))
    array([2.5, 2. ])
    """
    total = np.zeros(outputs.shape[1:])
    for bag, output in enumerate(outputs):
        total += output if counts is None else np.where(counts[bag], output, 0.0)
    return total


def bag_spread(bags: np.ndarray, honest: np.ndarray | None = None) -> np.ndarray:
    """Standard deviation over bags (n - 1 in the denominator), per row.

    Parameters
    ----------
    bags : ndarray of shape (n_trees, n_rows)
    honest : ndarray of shape (n_trees, n_rows), bool, optional
        Which outputs count; all by default.

    Returns
    -------
    ndarray of shape (n_rows,), NaN where fewer than two outputs count

    Examples
    --------
    >>> bag_spread(np.array([[0.0, 1.0], [2.0, 1.0]]))
    array([1.41421356, 0.        ])
    """
    if honest is None:
        honest = np.ones(bags.shape, dtype=bool)
    n = honest.sum(axis=0)
    mean = sum_over_bags(bags, honest) / np.maximum(n, 1)
    squares = np.zeros(len(mean))
    # Bag after bag: arrays as large as all bags together would be what takes most memory in a fit.
    for output, counts in zip(bags, honest, strict=True):
        squares += np.where(counts, (output - mean) ** 2, 0.0)
    return np.where(n >= 2, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)
