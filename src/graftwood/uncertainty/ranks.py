"""Ranks of out-of-bag errors in which every material counts once, however many rows it has.

What is promised is of a row of a new material.  A score of material m with n_m rows counts 1 / n_m of what
a material counts, and the unknown score of the new row 1; a coverage is reached at the smallest score up to
which counts sum to coverage * (all + 1).  All is the number of materials where their rows err alike, and that
of rows where these err as if each were of its own; between the two it is told by how much the share of small
errors varies over materials (the design effect).  With one row per material this is the usual
split-conformal rank.

References
----------
Lee, Barber and Willett, Distribution-free inference with hierarchical data (2023), arXiv:2306.06342, where
all is the number of materials.  Kish, Survey Sampling (1965), section 8.2, for the design effect.
"""

from __future__ import annotations

import numpy as np

ONE_SIGMA = 0.6826894921370859  # of a normal distribution lies within one standard deviation
ALL_ONE = np.empty(0)  # counts of rows that all count one


def counts_of_rows(material: np.ndarray, sample_weight: np.ndarray | None = None) -> np.ndarray:
    """What each row counts: a material's rows together one, or as much more as their sample weights say.

    Parameters
    ----------
    material : ndarray of shape (n_rows,)
    sample_weight : ndarray of shape (n_rows,), above 0, optional

    Returns
    -------
    ndarray of shape (n_rows,)
        Their sum is the number of materials.  Empty where all rows count one.

    Examples
    --------
    >>> counts_of_rows(np.array([0, 1, 1]))
    array([1. , 0.5, 0.5])
    >>> counts_of_rows(np.array([0, 1, 2]))
    array([], dtype=float64)
    """
    number, n_rows = np.unique(material, return_inverse=True, return_counts=True)[1:]
    counts = 1.0 / n_rows[number.reshape(-1)]
    if sample_weight is not None:
        counts = counts * sample_weight
        counts = counts * (len(n_rows) / np.sum(np.sort(counts)))
    return ALL_ONE if np.all(counts == 1.0) else counts


def effective(scores: np.ndarray, counts: np.ndarray, material: np.ndarray) -> np.ndarray:
    """Counts of the same proportions whose sum is the number of independent rows that tell as much.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,)
    counts : ndarray of shape (n_rows,), or empty
        As `counts_of_rows` has them.
    material : ndarray of shape (n_rows,)

    Examples
    --------
    >>> material, alike = np.repeat(np.arange(20), 5), np.repeat(np.arange(20.0), 5)
    >>> counts = counts_of_rows(material)
    >>> round(effective(alike, counts, material).sum())  # rows of a material err alike
    20
    >>> round(effective(np.tile(np.arange(5.0), 20), counts, material).sum())  # and here as all rows do
    100
    """
    if not len(counts):
        return counts
    number, n_rows = np.unique(material, return_inverse=True, return_counts=True)[1:]
    is_small = scores <= quantile(scores, ONE_SIGMA, counts)
    share = np.bincount(number.reshape(-1), weights=is_small) / n_rows
    n_materials, mean = len(n_rows), float(np.mean(np.sort(share)))
    most = float(np.sum(np.sort(counts)) ** 2 / np.sum(np.sort(counts**2)))
    variance = float(np.var(np.sort(share), ddof=1)) if n_materials > 1 else np.inf
    told = mean * (1 - mean) * n_materials / variance if variance > 0 else most
    return counts * (float(np.clip(told, min(n_materials, most), most)) / n_materials)


def in_order(scores: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Order of scores, of equal ones by what they count, so that the order of rows decides nothing.

    Examples
    --------
    >>> in_order(np.array([2.0, 1.0]), ALL_ONE)
    array([1, 0])
    """
    return np.lexsort((counts, scores)) if len(counts) else np.argsort(scores, kind="stable")


def counted(n_scores: int, counts: np.ndarray) -> np.ndarray:
    """Sum of counts below each score and below none, (n_scores + 1,) from 0 to the number of materials.

    Examples
    --------
    >>> counted(2, np.empty(0)), counted(3, np.array([1.0, 0.5, 0.5]))
    (array([0., 1., 2.]), array([0. , 1. , 1.5, 2. ]))
    """
    return np.concatenate([[0.0], np.cumsum(written_out(n_scores, counts))])


def written_out(n_rows: int, counts: np.ndarray) -> np.ndarray:
    """Counts of all rows, (n_rows,), also where all are one.

    Examples
    --------
    >>> written_out(2, ALL_ONE)
    array([1., 1.])
    """
    return counts if len(counts) else np.ones(n_rows)


def rank_of(coverage: float | np.ndarray, summed: np.ndarray) -> np.ndarray:
    """How many of the smallest scores cover this share of new materials, at most all.

    Parameters
    ----------
    coverage : float or ndarray, from 0 to 1
    summed : ndarray of shape (n_scores + 1,)
        What `counted` returns.

    Examples
    --------
    >>> rank_of(np.array([0.0, 0.5, 1.0]), counted(4, np.empty(0)))
    array([0, 3, 4])
    """
    # What sums of thirds lack or have too much is no rank.
    wanted = (summed[-1] + 1.0) * np.asarray(coverage) * (1.0 - 1e-12)
    return np.minimum(np.searchsorted(summed, wanted), len(summed) - 1)


def between(share: float | np.ndarray, scores: np.ndarray, summed: np.ndarray) -> np.ndarray:
    """Return the score that covers a share of new materials on average, interpolated between two scores.

    Parameters
    ----------
    share : float or ndarray, from 0 to 1
    scores : ndarray of shape (n_scores,), increasing
    summed : ndarray of shape (n_scores + 1,)
        What `counted` returns.

    Examples
    --------
    >>> between(np.array([0.0, 0.5, 1.0]), np.array([1.0, 2.0]), counted(2, ALL_ONE))
    array([0. , 1.5, 2. ])
    """
    return np.interp(share, summed / (summed[-1] + 1), np.concatenate([[0.0], scores]))


def quantile(values: np.ndarray, share: float, counts: np.ndarray) -> float:
    """Return what this share of values is at most, each as often as it counts; empty counts are all one.

    Examples
    --------
    >>> quantile(np.array([1.0, 2.0, 5.0]), 0.5, np.empty(0))
    2.0
    >>> quantile(np.array([1.0, 2.0, 5.0]), 0.5, np.array([0.25, 0.25, 2.5]))
    5.0
    """
    if not len(counts):
        return float(np.quantile(values, share))
    order = in_order(values, counts)
    summed = np.cumsum(counts[order])
    at = np.searchsorted(summed, share * summed[-1] * (1.0 - 1e-12))
    return float(values[order][min(int(at), len(values) - 1)])
