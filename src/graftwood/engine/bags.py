"""Bag counts: how often each material is in each tree's sample.

Poisson(1) counts from raw 64-bit draws and a fixed table, so that they are the
same on every platform and with every NumPy.  Two promises hold: every task is
labelled in every bag, and every material is out of at least one bag.
"""

import numpy as np

from graftwood.errors import TooFewLabels

# Poisson(1): P(count <= k) for k = 0..15, as fractions of 2**53; the rest is below 1e-13.
_CUMULATIVE = np.cumsum(np.exp(-1.0) / np.cumprod([1.0, *range(1, 16)]))
_STEPS = np.floor(_CUMULATIVE * 2.0**53).astype(np.uint64)


def draw_bags(n_trees: int, n_materials: int, seed: int) -> np.ndarray:
    """Draw Poisson(1) counts.

    Parameters
    ----------
    n_trees, n_materials : int
    seed : int
        Non-negative.

    Returns
    -------
    ndarray of shape (n_trees, n_materials), uint8

    Examples
    --------
    >>> draw_bags(2, 5, seed=0).shape
    (2, 5)
    """
    raw = np.random.PCG64(np.random.SeedSequence(seed)).random_raw(n_trees * n_materials)
    uniform = (raw >> np.uint64(11)).reshape(n_trees, n_materials)
    return np.searchsorted(_STEPS, uniform, side="right").astype(np.uint8)


def mend_bags(counts: np.ndarray, has_label: np.ndarray, seed: int) -> np.ndarray:
    """Keep both promises by the fewest changes, where chance did not.

    Parameters
    ----------
    counts : ndarray of shape (n_trees, n_materials), uint8
    has_label : ndarray of shape (n_materials, n_tasks), bool
    seed : int

    Returns
    -------
    ndarray like ``counts``

    Raises
    ------
    TooFewLabels
        A task has fewer than two labelled materials.

    Notes
    -----
    With a single tree no material can be out of a bag and in it; then only the
    first promise holds.
    """
    counts = counts.copy()
    n_trees, _ = counts.shape
    rng = np.random.PCG64(np.random.SeedSequence([seed, 1]))
    for task in range(has_label.shape[1]):
        labelled = np.flatnonzero(has_label[:, task])
        if len(labelled) < 2:
            raise TooFewLabels(
                f"Bags: task number {task} has {len(labelled)} labelled materials; "
                "2 or more are needed, so drop the task or add labels."
            )
        for tree in np.flatnonzero(~(counts[:, labelled] > 0).any(axis=1)):
            counts[tree, labelled[int(rng.random_raw()) % len(labelled)]] = 1
    if n_trees > 1:
        for material in np.flatnonzero((counts > 0).all(axis=0)):
            _leave_out_once(counts, has_label, material, int(rng.random_raw()) % n_trees)
    return counts


def _leave_out_once(counts: np.ndarray, has_label: np.ndarray, material: int, first: int) -> None:
    """Set one count of the material to 0, in the first bag where every task of it keeps a label."""
    for step in range(len(counts)):
        tree = (first + step) % len(counts)
        others = (counts[tree] > 0) & (np.arange(counts.shape[1]) != material)
        if all((others & has_label[:, task]).any() for task in np.flatnonzero(has_label[material])):
            counts[tree, material] = 0
            return
