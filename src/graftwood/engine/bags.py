"""Bag counts: how often each material is in each tree's sample.

Poisson counts from 64-bit integers and a fixed table, so that they are the
same on every platform and with every NumPy.  Two promises hold: every task is
labelled in every bag, and every material is out of at least one bag.
"""

from functools import cache

import numpy as np

from graftwood.errors import TooFewLabels

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def draw_bags(n_trees: int, keys: np.ndarray, seed: int, draws: float = 1.0) -> np.ndarray:
    """Draw Poisson counts, each from its tree, its material's key and the seed alone.

    A material keeps its counts whatever other materials there are, so a forest on the
    same labels is the same forest in every table that holds them.

    Parameters
    ----------
    n_trees : int
    keys : ndarray of shape (n_materials,), uint64
        Key of each material.
    seed : int
        Non-negative.
    draws : float, default 1.0
        Mean of a count; more do not serve better (docs/decisions/036).

    Returns
    -------
    ndarray of shape (n_trees, n_materials), uint8

    Examples
    --------
    >>> draw_bags(2, np.arange(5, dtype=np.uint64), seed=0).shape
    (2, 5)
    """
    start = _scramble(keys.astype(np.uint64) + _scramble(np.array([seed], dtype=np.uint64)))
    steps = np.arange(1, n_trees + 1, dtype=np.uint64)[:, None] * _GOLDEN
    counts = np.empty((n_trees, len(keys)), dtype=np.uint8)
    for tree in range(n_trees):
        uniform = _scramble(start + steps[tree]) >> np.uint64(11)
        counts[tree] = np.searchsorted(_poisson(draws), uniform, side="right")
    return counts


@cache
def _poisson(draws: float) -> np.ndarray:
    """P(count <= k) for k = 0..20, as fractions of 2**53; the rest is below 1e-16."""
    probability = np.exp(-draws) * np.cumprod([1.0, *(draws / np.arange(1, 21))])
    return np.floor(np.cumsum(probability) * 2.0**53).astype(np.uint64)


def _scramble(x: np.ndarray) -> np.ndarray:
    """SplitMix64's output function (Steele, Lea and Flood, OOPSLA 2014), on arrays, modulo 2**64."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


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
    never_out = np.flatnonzero((counts > 0).all(axis=0)) if n_trees > 1 else ()
    if len(never_out):
        n_in_bag = (counts > 0).astype(np.int64) @ has_label.astype(np.int64)
        for material in never_out:
            _leave_out_once(counts, n_in_bag, has_label, int(material), int(rng.random_raw()) % n_trees)
    return counts


def _leave_out_once(
    counts: np.ndarray, n_in_bag: np.ndarray, has_label: np.ndarray, material: int, first: int
) -> None:
    """Set one count of a material that is in every bag to 0, in the first where its tasks keep a label.

    Where there is none, another material takes its place in a bag.  ``n_in_bag``, the labelled materials
    in each bag per task, is kept true.
    """
    tasks = np.flatnonzero(has_label[material])
    for step in range(len(counts)):
        tree = (first + step) % len(counts)
        if (n_in_bag[tree, tasks] > 1).all():
            counts[tree, material] = 0
            n_in_bag[tree, tasks] -= 1
            return
    for step in range(len(counts)):
        tree = (first + step) % len(counts)
        stand_ins = [_stand_in(counts, has_label[:, task], material, tree) for task in tasks]
        if all(other >= 0 for other in stand_ins):
            counts[tree, material] = 0
            counts[tree, stand_ins] = np.maximum(counts[tree, stand_ins], 1)
            n_in_bag[tree] = (counts[tree] > 0) @ has_label.astype(np.int64)
            return


def _stand_in(counts: np.ndarray, is_labelled: np.ndarray, material: int, tree: int) -> int:
    """Another material of the task that is in the bag, or may enter it being out of a further one; or -1."""
    others = np.flatnonzero(is_labelled & (np.arange(len(is_labelled)) != material))
    may = (counts[tree, others] > 0) | ((counts[:, others] == 0).sum(axis=0) > 1)
    return int(others[may][0]) if may.any() else -1
