"""Known measurement errors of labels: how much a label weighs, and what errors are without them."""

from __future__ import annotations

import numpy as np

from graftwood.uncertainty.ranks import ALL_ONE, ONE_SIGMA, counted, in_order, rank_of

LEAST_SHARE = 0.05  # of the error variance is never blamed on measurements


def noise_weights(label_std: np.ndarray, mean_square_error: float) -> np.ndarray:
    """Weights of labels with known measurement errors, 1 / (v + s^2), mean 1.

    v is the variance of errors that measurement does not explain: what a label of no error would still
    miss the prediction by.  A label counts half as much when its own variance is as large as that.

    Parameters
    ----------
    label_std : ndarray of shape (n_labels,), in the unit that is learned
    mean_square_error : float
        Of out-of-bag predictions of these labels.

    Returns
    -------
    ndarray of shape (n_labels,)

    References
    ----------
    Inverse variance weights; Aitken, Proc. Roy. Soc. Edinburgh 55, 42 (1935).

    Examples
    --------
    >>> noise_weights(np.array([0.0, 1.0]), mean_square_error=1.5)
    array([1.33333333, 0.66666667])
    """
    variance = np.asarray(label_std, dtype=np.float64) ** 2
    left = mean_square_error - float(np.mean(np.sort(variance)))
    weights = 1.0 / (max(left, LEAST_SHARE * mean_square_error, float(np.finfo(float).tiny)) + variance)
    return weights / np.mean(np.sort(weights))


def factor_without_noise(
    error: np.ndarray, bag_sd: np.ndarray, noise: np.ndarray, counts: np.ndarray = ALL_ONE
) -> float:
    """Factor a by which sqrt((a sd)^2 + noise^2) covers ONE_SIGMA of the errors.

    The a sd alone is the error bar of the true value.

    Parameters
    ----------
    error, bag_sd, noise : ndarray of shape (n_rows,)
        Out-of-bag |error|, s.d. over bags (above 0), and standard deviation of the label.
    counts : ndarray of shape (n_rows,), optional
        What each row counts.

    Returns
    -------
    float
        0 where measurement alone explains the errors.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sd, noise = np.ones(4000), np.full(4000, 2.0)
    >>> error = np.abs(rng.normal(size=4000) * 1.5 + 2.0 * rng.normal(size=4000))
    >>> round(factor_without_noise(error, sd, noise), 1)
    1.6
    """
    needed = np.sqrt(np.maximum(error**2 - noise**2, 0.0)) / bag_sd
    order = in_order(needed, counts)
    rank = rank_of(ONE_SIGMA, counted(len(needed), counts[order] if len(counts) else counts))
    return float(needed[order][int(rank) - 1])
