"""How far the spread over bags is trusted to tell certain rows from uncertain ones.

Where trees agree or not by how sources are scattered, as in a pool of sources on other scales, their spread
does not rank errors, and one error bar for all rows is truer.  In between lie spreads of which a root counts.
"""

from __future__ import annotations

import numpy as np

from graftwood.uncertainty.normal import crps_of_rows

FULL = 4  # trust is told in quarters
FEWEST = 10  # materials by which less than full trust can be told
GROUNDS = 2.0  # standard errors by which less must be better


def trusted(width: np.ndarray, typical: float, quarters: int) -> np.ndarray:
    """Draw spreads towards a typical one: typical * (width / typical) ** (quarters / 4).

    By square roots, which are the same on every platform.

    Examples
    --------
    >>> trusted(np.array([1.0, 16.0]), typical=1.0, quarters=2)
    array([1., 4.])
    """
    if quarters == FULL:
        return width
    half = np.sqrt(width / typical)
    result = np.where(np.isnan(width), np.nan, typical)
    if quarters & 2:
        result = result * half
    if quarters & 1:
        result = result * np.sqrt(half)
    return result


def learn_trust(
    error: np.ndarray, width: np.ndarray, material: np.ndarray, coverage: float
) -> tuple[int, float]:
    """Tell by out-of-bag errors how far spreads are to be trusted.

    The trust is that of the least continuous ranked probability score of normal distributions, if it is lower
    than with full trust by two standard errors over materials.

    Parameters
    ----------
    error : ndarray of shape (n_rows,)
        |Out-of-bag error|.
    width : ndarray of shape (n_rows,), above 0
        Spread over bags.
    material : ndarray of shape (n_rows,)
    coverage : float
        Share of errors that lie within one spread.

    Returns
    -------
    quarters : int
        From 0, one spread for all, to 4, spreads as they are.
    typical : float
        The median spread.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> width, rows = rng.uniform(0.1, 4.0, 200), np.arange(200)
    >>> learn_trust(np.abs(rng.normal(size=200)) * width, width, rows, 0.68)[0]
    4
    >>> learn_trust(np.abs(rng.normal(size=200)), width, rows, 0.68)[0]
    0
    """
    typical = float(np.median(width))
    number = np.unique(material, return_inverse=True)[1]
    if number.max(initial=-1) + 1 < FEWEST:
        return FULL, typical
    widths = [trusted(width, typical, quarters) for quarters in range(FULL + 1)]
    scores = [
        np.bincount(number, crps_of_rows(error, np.quantile(error / each, coverage) * each))
        for each in widths
    ]
    best = int(np.argmin([score.sum() for score in scores]))
    gain = scores[FULL] - scores[best]
    is_clear = gain.mean() > GROUNDS * gain.std(ddof=1) / np.sqrt(len(gain))
    return (best if is_clear else FULL), typical
