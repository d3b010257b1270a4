"""When two compositions are one material: a name for atomic fractions, equal to 1e-6.

The name depends on the fractions alone, never on the other rows, so that a stored
model knows its materials again.  Reading formulas is left to ``features/formula.py``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graftwood.features.elements import element_table

TOLERANCE = 1e-6
# Different ratios of whole numbers up to this sum differ by more than 1 / 500^2 = 4 tolerances,
# so no composition is within the tolerance of two of them.
LARGEST_SUM = 500
# Borders between the grid's cells lie at irrational places, which no ratio of whole numbers hits.
_BORDER = 0.5 + (np.pi - 3) / 10


def material_names(fractions: npt.NDArray[np.float64]) -> list[str]:
    """Name the material of each row of atomic fractions.

    Parameters
    ----------
    fractions : ndarray of shape (n_rows, n_elements)
        Rows sum to 1; no NaN.

    Returns
    -------
    list of str
        Elements in alphabetical order with whole numbers, if there are such numbers
        with a sum of at most 500 whose ratios agree with the fractions to 1e-6; else
        with the fractions on a grid of 1e-6, written with six decimals.

    Examples
    --------
    >>> iron_oxide = np.zeros((1, 103))
    >>> iron_oxide[0, [7, 25]] = 0.6, 0.4
    >>> material_names(iron_oxide)
    ['Fe2O3']
    """
    symbols = np.array(element_table().symbols)
    order = np.argsort(symbols)
    rows, columns = np.nonzero(fractions[:, order])
    counts = np.bincount(rows, minlength=len(fractions))
    present, place = _packed(fractions[:, order][rows, columns], rows, counts)
    numbers, is_whole = _whole_numbers(present)
    grid = np.floor(present / TOLERANCE + _BORDER).astype(np.int64)
    numbers = np.where(is_whole[:, None], numbers, grid)
    names = [""] * len(fractions)
    whole = is_whole[rows].tolist()
    amounts = numbers[rows, place].tolist()
    for row, symbol, number, exact in zip(
        rows.tolist(), symbols[order][columns].tolist(), amounts, whole, strict=True
    ):
        if number:
            names[row] += f"{symbol}{_written(number, exact)}"
    return names


def _written(number: int, exact: bool) -> str:
    if exact:
        return "" if number == 1 else str(number)
    return f"{number * TOLERANCE:.6f}"


def _packed(
    values: npt.NDArray[np.float64], rows: npt.NDArray[np.intp], counts: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Move each row's non-zero fractions to its left; also return where each one went."""
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    packed = np.zeros((len(counts), int(counts.max(initial=0))))
    packed[rows, place] = values
    return packed, place


def _whole_numbers(
    fractions: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Smallest whole numbers in the ratio of each row, and whether there are any."""
    numbers = np.zeros(fractions.shape, dtype=np.int64)
    is_whole = np.zeros(len(fractions), dtype=bool)
    left = np.arange(len(fractions))
    for total in range(1, LARGEST_SUM + 1):
        scaled = fractions[left] * total
        nearest = np.rint(scaled)
        fits = (np.abs(scaled - nearest) <= TOLERANCE * total).all(axis=1)
        if fits.any():
            numbers[left[fits]] = nearest[fits].astype(np.int64)
            is_whole[left[fits]] = True
            left = left[~fits]
        if not left.size:
            break
    return numbers, is_whole
