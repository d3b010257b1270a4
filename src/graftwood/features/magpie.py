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
_BLOCK = 1024


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
        Atomic fractions in the order of `element_table`; every row sums to 1.
    out : ndarray of shape (n_rows, 132)
        Overwritten; columns as `magpie_names`, each in its property's unit.

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
        _fill(fractions[block], out[block])


def _fill(fractions: npt.NDArray[np.float64], out: npt.NDArray[np.float64]) -> None:
    # A row's elements lie side by side, so that each statistic is one reduction over
    # slices; unlike a matrix product, it gives a row the same bits in any company.
    rows, elements = np.nonzero(fractions)
    share = fractions[rows, elements]
    start = np.flatnonzero(np.diff(rows, prepend=-1))
    most = np.maximum.reduceat(share, start)[rows]
    is_rare = share < most * (1 - _SAME_AMOUNT)
    for place, column in enumerate(element_table().values.T):
        value = column[elements]
        lowest, highest = np.minimum.reduceat(value, start), np.maximum.reduceat(value, start)
        mean = np.add.reduceat(share * value, start)
        part = out[:, place * len(STATISTICS) :]
        part[:, 0], part[:, 1], part[:, 2], part[:, 3] = lowest, highest, highest - lowest, mean
        part[:, 4] = np.add.reduceat(share * np.abs(value - mean[rows]), start)
        part[:, 5] = np.minimum.reduceat(np.where(is_rare, np.inf, value), start)
