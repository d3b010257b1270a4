"""Known measurement errors of labels: how much a label weighs."""

from __future__ import annotations

import numpy as np

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
