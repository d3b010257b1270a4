"""What normal distributions say of errors: how many standard deviations off, and at what score."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

FAR = 100.0  # standard deviations beyond which neither Phi nor phi changes in double precision


def standard_scores(errors: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Errors in standard deviations, at most `FAR`, also where the spread is 0.

    Parameters
    ----------
    errors, spread : ndarray of shape (n_rows,)

    Examples
    --------
    >>> standard_scores(np.array([1.0, -1.0, 0.0]), np.array([2.0, 0.0, 0.0]))
    array([   0.5, -100. ,    0. ])
    """
    scores = np.sign(errors) * FAR
    with np.errstate(over="ignore"):
        np.divide(errors, spread, out=scores, where=spread > 0)
    return np.clip(scores, -FAR, FAR)


def crps_of_rows(errors: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score of each row, in the label's unit; lower is better.

    Parameters
    ----------
    errors, spread : ndarray of shape (n_rows,)

    References
    ----------
    Gneiting and Raftery, J. Am. Stat. Assoc. 102, 359 (2007), section 4.2.

    Examples
    --------
    >>> crps_of_rows(np.array([0.0, -3.0]), np.array([1.0, 0.0])).round(4)
    array([0.2337, 3.    ])
    """
    z = standard_scores(errors, spread)
    # Written with the error instead of z * spread, which holds where the spread is 0 too.
    scores: np.ndarray = np.abs(errors) * (2 * ndtr(np.abs(z)) - 1)
    scores += spread * (np.sqrt(2 / np.pi) * np.exp(-0.5 * z**2) - 1 / np.sqrt(np.pi))
    return scores


def crps_of_lognormal_rows(labels: np.ndarray, median: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score of log-normal distributions, in the labels' unit; lower is better.

    Parameters
    ----------
    labels, median : ndarray of shape (n_rows,), above 0
    sigma : ndarray of shape (n_rows,)
        Standard deviation of the logarithm.

    References
    ----------
    Baran and Lerch, Q. J. R. Meteorol. Soc. 141, 2289 (2015), equation 5.

    Examples
    --------
    >>> crps_of_lognormal_rows(np.array([1.0, 3.0]), np.array([1.0, 1.0]), np.array([0.01, 0.0])).round(4)
    array([0.0023, 2.    ])
    """
    z = standard_scores(np.log(labels / median), sigma)
    mean = median * np.exp(0.5 * sigma**2)
    scores: np.ndarray = labels * (2 * ndtr(z) - 1)
    scores -= 2 * mean * (ndtr(z - sigma) + ndtr(sigma / np.sqrt(2)) - 1)
    return scores
