"""Magpie's statistics of element properties over a composition (Ward et al. 2016, supplement).

Atomic fractions in, 132 numbers per row out.  The definitions are those of matminer's
``ElementProperty.from_preset("magpie")``.  Properties are in ``features/elements.py``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graftwood.features.elements import PROPERTIES, element_table

STATISTICS = ("minimum", "maximum", "range", "mean", "avg_dev", "mode")
# matminer calls amounts equally large where NumPy's isclose does.
_SAME_AMOUNT = 1e-5
_BLOCK = 2048


def magpie_names() -> list[str]:
    """Return matminer's labels of the 132 features: six statistics of each of 22 properties.

    Examples
    --------
    >>> magpie_names()[:2]
    ['MagpieData minimum Number', 'MagpieData maximum Number']
    """
    return [f"MagpieData {statistic} {prop.name}" for prop in PROPERTIES for statistic in STATISTICS]


def magpie_statistics(fractions: npt.NDArray[np.float64], out: npt.NDArray[np.float64]) -> None:
    """Fill ``out`` with the features of each composition.

    With fractions f and property values p over the elements of a composition: minimum,
    maximum and range of p, mean m = sum f p, mean absolute deviation sum f abs(p - m),
    and mode: p of the most abundant element, the lowest p among equally abundant ones.

    Parameters
    ----------
    fractions : ndarray of shape (n_rows, n_elements)
        Atomic fractions in the order of `element_table`; every row sums to 1 or is NaN.
    out : ndarray of shape (n_rows, 132)
        Overwritten; columns as `magpie_names`, each in its property's unit; NaN
        rows stay NaN.

    Examples
    --------
    >>> water = np.zeros((1, 103))
    >>> water[0, [0, 7]] = 2 / 3, 1 / 3
    >>> features = np.empty((1, 132))
    >>> magpie_statistics(water, features)
    >>> features[0, :6].round(3)  # of the atomic number
    array([1.   , 8.   , 7.   , 3.333, 3.111, 1.   ])
    """
    # Blocks of rows that fit into the processor's cache: twice as fast as all rows at once.
    for first in range(0, len(fractions), _BLOCK):
        block = slice(first, first + _BLOCK)
        n_present = np.count_nonzero(fractions[block] > 0, axis=1)
        for n in np.unique(n_present):
            rows = first + np.flatnonzero(n_present == n)
            out[rows] = _statistics(fractions[rows], int(n)) if n else np.nan


def _statistics(fractions: npt.NDArray[np.float64], n_present: int) -> npt.NDArray[np.float64]:
    """Features, (n_rows, 132), of compositions that all have ``n_present`` elements."""
    elements = np.nonzero(fractions)[1].reshape(-1, n_present)
    share = np.take_along_axis(fractions, elements, axis=1).T[:, :, None]
    value = element_table().values[elements.T]
    # Elements are the first axis, so that sums run row by row in one order: a matrix
    # product would give a formula other last bits in other company.
    lowest, highest = value.min(axis=0), value.max(axis=0)
    mean = (share * value).sum(axis=0)
    deviation = (share * np.abs(value - mean)).sum(axis=0)
    is_rare = share < share.max(axis=0) * (1 - _SAME_AMOUNT)
    mode = np.where(is_rare, np.inf, value).min(axis=0)
    columns = (lowest, highest, highest - lowest, mean, deviation, mode)
    return np.stack(columns, axis=-1).reshape(len(fractions), -1)
