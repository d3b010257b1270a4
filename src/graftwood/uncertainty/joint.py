"""How the errors of several tasks go together, and joint draws whose marginals are any distributions.

A Gaussian copula: out-of-bag errors become normal scores, task by task, and their
correlation over the materials that have both labels is what joins the draws.  A draw is
a level per task, and each task's own distribution says which value has that level, so
joining changes no marginal.  A correlation is shrunk by n / (n + 10), n materials, so that
a pair seldom seen together is drawn as if it were unrelated.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

HALF_TRUSTED = 10  # materials with both labels at which a correlation counts half


def normal_scores(errors: np.ndarray) -> np.ndarray:
    """Turn errors in units of their spread into scores that are standard normal, NaN staying NaN.

    Errors keep their side: the sizes are ranked, so that a task predicted too low on average
    has more scores above zero.

    Parameters
    ----------
    errors : ndarray of shape (n_rows,), NaN = no label

    Returns
    -------
    ndarray of shape (n_rows,)

    Examples
    --------
    >>> normal_scores(np.array([0.5, -2.0, np.nan])).round(2)
    array([ 0.43, -0.97,   nan])
    """
    there = np.flatnonzero(~np.isnan(errors))
    scores = np.full(len(errors), np.nan)
    if len(there):
        # Where every bag agrees and is right there is no side, and no error.
        size = rankdata(np.abs(errors[there])) / (len(there) + 1)
        scores[there] = np.sign(errors[there]) * ndtri(0.5 + size / 2)
    return scores


def class_scores(numbers: np.ndarray, odds: np.ndarray, seed: int) -> np.ndarray:
    """Normal scores of classes, in the order of their numbers, by the randomised probability transform.

    Parameters
    ----------
    numbers : ndarray of shape (n_rows,)
        Class numbers.
    odds : ndarray of shape (n_rows, n_classes)
    seed : int
        Of where in its class's share of the levels a row falls.

    Returns
    -------
    ndarray of shape (n_rows,)

    Examples
    --------
    >>> odds = np.tile([0.5, 0.5], (4, 1))
    >>> class_scores(np.array([0, 0, 1, 1]), odds, seed=0) > 0
    array([False, False,  True,  True])
    """
    own = numbers.astype(int)
    upper = np.take_along_axis(np.cumsum(odds, axis=1), own[:, None], axis=1)[:, 0]
    share = np.take_along_axis(odds, own[:, None], axis=1)[:, 0]
    place = np.random.default_rng([seed, 3]).uniform(size=len(own))
    return ndtri(np.clip(upper - place * share, 1e-6, 1 - 1e-6))


def correlate(scores: np.ndarray, material: np.ndarray) -> np.ndarray:
    """Correlation of normal scores between tasks, shrunk and made a correlation matrix.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_tasks), NaN = no label
    material : ndarray of shape (n_rows,), int

    Returns
    -------
    ndarray of shape (n_tasks, n_tasks)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> common, own = rng.normal(size=(400, 1)), rng.normal(size=(400, 2))
    >>> correlate(np.sqrt(0.8) * common + np.sqrt(0.2) * own, np.arange(400))[0, 1].round(1)
    np.float64(0.8)
    """
    n_tasks = scores.shape[1]
    result = np.eye(n_tasks)
    for one, other in combinations(range(n_tasks), 2):
        both = ~np.isnan(scores[:, one]) & ~np.isnan(scores[:, other])
        n = len(np.unique(material[both]))
        pair = scores[both][:, [one, other]]
        norm = np.sqrt(np.prod(_sum(pair**2)))
        if n >= 2 and norm > 0:
            trusted = float(_sum(pair[:, 0] * pair[:, 1]) / norm) * n / (n + HALF_TRUSTED)
            result[one, other] = result[other, one] = trusted
    return _to_correlation(result)


def condition(correlation: np.ndarray, uses: np.ndarray) -> np.ndarray:
    """Correlation that is left once known tasks have moved the predictions of those that use them.

    Parameters
    ----------
    correlation : ndarray of shape (n_tasks, n_tasks)
    uses : ndarray of shape (n_tasks, n_tasks), bool
        Whether the prediction of task i uses the label of task j, which is known.

    Returns
    -------
    ndarray of shape (n_tasks, n_tasks)

    Examples
    --------
    >>> chain = np.array([[1.0, 0.8, 0.64], [0.8, 1.0, 0.8], [0.64, 0.8, 1.0]])
    >>> uses = np.array([[False, True, False], [False] * 3, [False, True, False]])
    >>> bool(abs(condition(chain, uses)[0, 2]) < 1e-12)  # the middle one explains all they share
    True
    """
    residual = np.eye(len(correlation))
    for task, known in enumerate(uses):
        if known.any():
            weights = np.linalg.pinv(correlation[np.ix_(known, known)], hermitian=True)
            residual[task, known] -= weights @ correlation[known, task]
    return _to_correlation(residual @ correlation @ residual.T)


def draw_levels(correlation: np.ndarray, n_draws: int, n_rows: int, rng: np.random.Generator) -> np.ndarray:
    """Draw levels between 0 and 1, joined over tasks, in pairs that mirror each other.

    Of a pair one has the level u where the other has 1 - u, so means of draws are those of the
    distributions wherever these are symmetric.

    Returns
    -------
    ndarray of shape (n_draws, n_rows, n_tasks)
    """
    half = rng.standard_normal(((n_draws + 1) // 2, n_rows, len(correlation)))
    normal = half @ _root(correlation).T
    mirrored = np.concatenate([normal, -normal])[:n_draws]
    return ndtr(mirrored)


def _to_correlation(matrix: np.ndarray) -> np.ndarray:
    """Next to a symmetric matrix, one without negative eigenvalues and with ones on its diagonal."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    if values.min() < 0:
        matrix = (vectors * np.maximum(values, 0.0)) @ vectors.T
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    scale[scale < 1e-12] = 1.0
    result = np.clip(matrix / np.outer(scale, scale), -1.0, 1.0)
    np.fill_diagonal(result, 1.0)
    return (result + result.T) / 2


def _root(correlation: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(correlation)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _sum(values: np.ndarray) -> np.ndarray:
    """Sums of columns that are the same bits in any order of rows."""
    return np.sum(np.sort(values, axis=0), axis=0)
