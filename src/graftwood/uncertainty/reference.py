"""The spread of the mean, naive: the formula as it is written, material by material.

Tests compare ``jackknife.py`` with it; when they differ, this file is right.
"""

from __future__ import annotations

import numpy as np


def variance_of_mean(trees: np.ndarray, counts: np.ndarray) -> float:
    """Variance of the mean over trees, of one prediction.

    Parameters
    ----------
    trees : ndarray of shape (n_trees,)
        What each tree says.
    counts : ndarray of shape (n_trees, n_materials), int
        How often each material is in each tree's bag.

    Returns
    -------
    float
        May be negative.

    References
    ----------
    Wager, Hastie and Efron, J. Mach. Learn. Res. 15, 1625 (2014).

    Examples
    --------
    >>> counts = np.array([[0, 2], [1, 1], [2, 0]])
    >>> variance_of_mean(np.array([1.0, 1.0, 1.0]), counts)
    0.0
    """
    n_trees, n_materials = counts.shape
    mean = sum(trees) / n_trees
    each = sum((tree - mean) ** 2 for tree in trees) / (n_trees - 1)
    total = 0.0
    for material in range(n_materials):
        n = [int(count) for count in counts[:, material]]
        covariance = sum((n[b] - 1) * (trees[b] - mean) for b in range(n_trees)) / n_trees
        bias = each * sum((n[b] - sum(n) / n_trees) ** 2 for b in range(n_trees)) / n_trees**2
        infinitesimal = covariance**2 - bias
        without = [trees[b] for b in range(n_trees) if n[b] == 0]
        if not without:
            total += infinitesimal
            continue
        shift = sum(without) / len(without) - mean
        bias = each * (1 / len(without) - 1 / n_trees)
        after_bootstrap = (n_materials - 1) / n_materials * (shift**2 - bias)
        total += (after_bootstrap + infinitesimal) / 2
    return float(total)
