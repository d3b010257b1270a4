"""How the errors of several tasks go together, and joint draws whose marginals are any distributions.

A Gaussian copula: a draw is a level per task, and each task's own distribution says which
value has that level, so joining changes no marginal.  Two things are known of how tasks go
together.  Out-of-bag errors, as normal scores, have a correlation over the materials that have both
labels (shrunk by n / (n + 10), n materials); and of every row the bags' outputs have one, which says
much where tasks share trees and little where they do not.  Of the two the larger in size
is taken, pair by pair (decision 016).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from graftwood.uncertainty.hurdle import HurdleCalibration

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


def mixture_scores(
    labels: np.ndarray, said: np.ndarray, calibration: HurdleCalibration, seed: int
) -> np.ndarray:
    """Normal scores of labels that are zero or above, by the randomised probability transform.

    Parameters
    ----------
    labels : ndarray of shape (n_rows,)
    said : ndarray of shape (n_rows, 3)
        Vote, value and its spread over bags.
    calibration : HurdleCalibration
    seed : int
        Of where in the probability of zero a zero falls.

    Returns
    -------
    ndarray of shape (n_rows,)

    Examples
    --------
    >>> from graftwood.uncertainty.rescale import Calibration
    >>> gap = HurdleCalibration(Calibration(np.array([0.5, 1.0, 2.0]), 0.1, 0), 1.0, 0.0, 0.005)
    >>> mixture_scores(np.array([0.0, 3.0]), np.array([[0.5, 1.0, 0.5]] * 2), gap, seed=0) > 0
    array([False,  True])
    """
    vote, center, sd = np.nan_to_num(said).T
    upper = calibration.at_most(vote, center, sd, labels)
    lower = np.where(labels > 0, upper, 0.0)
    place = np.random.default_rng([seed, 6]).uniform(size=len(labels))
    return ndtri(np.clip(lower + place * (upper - lower), 1e-6, 1 - 1e-6))


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
    >>> float(correlate(np.sqrt(0.8) * common + np.sqrt(0.2) * own, np.arange(400))[0, 1].round(1))
    0.8
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


def bag_correlation(bags: np.ndarray, honest: np.ndarray | None = None) -> np.ndarray:
    """Correlation over bags of what they say of several tasks, row by row.

    Parameters
    ----------
    bags : ndarray of shape (n_trees, n_rows, n_tasks)
    honest : ndarray of shape (n_trees, n_rows), bool, optional
        Which outputs count; all by default.

    Returns
    -------
    ndarray of shape (n_rows, n_tasks, n_tasks)
        0 beside tasks of which all bags say the same.

    Examples
    --------
    >>> bag_correlation(np.array([[[0.0, 1.0]], [[1.0, 3.0]], [[2.0, 5.0]]]))[0].round(3)
    array([[1., 1.],
           [1., 1.]])
    """
    n_trees, n_rows, n_tasks = bags.shape
    if n_trees == 1:  # one bag, of models that are no forests, says nothing of this
        return np.tile(np.eye(n_tasks), (n_rows, 1, 1))
    counts = np.ones((n_trees, n_rows)) if honest is None else honest.astype(np.float64)
    total = np.maximum(_over_bags(counts), 1.0)
    products = np.zeros((n_rows, n_tasks, n_tasks))
    mean = _over_bags(bags * counts[:, :, None]) / total[:, None]
    for said, count in zip(bags, counts, strict=True):
        away = (said - mean) * count[:, None]
        products += away[:, :, None] * away[:, None, :]
    scale = np.sqrt(np.einsum("ijj->ij", products))
    scale[scale == 0] = np.inf
    result = products / scale[:, :, None] / scale[:, None, :]
    result[:, range(n_tasks), range(n_tasks)] = 1.0
    return result


def larger(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of two correlations the larger in size, pair by pair, as correlation matrices.

    Examples
    --------
    >>> larger(np.array([[1.0, 0.2], [0.2, 1.0]]), np.array([[1.0, -0.5], [-0.5, 1.0]]))
    array([[ 1. , -0.5],
           [-0.5,  1. ]])
    """
    return _to_correlation(np.where(np.abs(one) >= np.abs(other), one, other))


def draw_normals(n_draws: int, n_rows: int, n_tasks: int, rng: np.random.Generator) -> np.ndarray:
    """Standard normal numbers (n_draws, n_rows, n_tasks) in pairs that mirror each other.

    Means of draws are then those of the distributions wherever these are symmetric.

    Examples
    --------
    >>> normals = draw_normals(10, 1, 2, np.random.default_rng(0))
    >>> np.array_equal(normals[:5], -normals[5:])
    True
    """
    half = rng.standard_normal(((n_draws + 1) // 2, n_rows, n_tasks))
    return np.concatenate([half, -half])[:n_draws]


def join(normals: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Turn independent normal numbers into levels between 0 and 1 that go together.

    Parameters
    ----------
    normals : ndarray of shape (n_draws, n_rows or 1, n_tasks)
    correlation : ndarray of shape (n_rows, n_tasks, n_tasks)

    Returns
    -------
    ndarray of shape (n_draws, n_rows, n_tasks)

    Examples
    --------
    >>> levels = join(np.array([[[0.0, 0.7]]]), np.ones((1, 2, 2)))
    >>> bool(abs(levels[0, 0, 0] - levels[0, 0, 1]) < 1e-12)  # wholly correlated
    True
    """
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
    shape = (len(normals), len(correlation), correlation.shape[-1])
    result = np.zeros(shape)
    for task in range(shape[2]):
        result += normals[:, :, task, None] * root[None, :, :, task]
    return ndtr(result)


def _over_bags(values: np.ndarray) -> np.ndarray:
    """Sum over bags, bag after bag."""
    total = np.zeros(values.shape[1:])
    for each in values:
        total += each
    return total


def _to_correlation(matrix: np.ndarray) -> np.ndarray:
    """Next to symmetric matrices, ones without negative eigenvalues and with ones on their diagonals."""
    symmetric = (matrix + np.swapaxes(matrix, -1, -2)) / 2
    values, vectors = np.linalg.eigh(symmetric)
    mended = (vectors * np.maximum(values, 0.0)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    needs = (values.min(axis=-1) < 0)[..., None, None]
    matrix = np.where(needs, mended, symmetric)
    n_tasks = matrix.shape[-1]
    scale = np.sqrt(np.maximum(np.einsum("...jj->...j", matrix), 0.0))
    scale = np.where(scale < 1e-12, 1.0, scale)
    result = np.clip(matrix / scale[..., :, None] / scale[..., None, :], -1.0, 1.0)
    result[..., range(n_tasks), range(n_tasks)] = 1.0
    return (result + np.swapaxes(result, -1, -2)) / 2


def _sum(values: np.ndarray) -> np.ndarray:
    """Sums of columns that are the same bits in any order of rows."""
    return np.sum(np.sort(values, axis=0), axis=0)
