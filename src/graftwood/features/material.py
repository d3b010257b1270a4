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
    alphabetical = fractions[:, order]
    rows, columns = np.nonzero(alphabetical)
    counts = np.bincount(rows, minlength=len(fractions))
    present, place = _packed(alphabetical[rows, columns], rows, counts)
    numbers, is_whole = _whole_numbers(present)
    names = symbols[order][columns].tolist()
    words = [
        f"{name}{number}" if number > 1 else name if number else ""
        for name, number in zip(names, numbers[rows, place].tolist(), strict=True)
    ]
    for cell in np.flatnonzero(~is_whole[rows]):
        words[cell] = _grid_word(names[cell], present[rows[cell], place[cell]])
    ends = np.concatenate([[0], np.cumsum(counts)]).tolist()
    return ["".join(words[start:end]) for start, end in zip(ends[:-1], ends[1:], strict=True)]


def _grid_word(name: str, fraction: float) -> str:
    cell = int(fraction / TOLERANCE + _BORDER)
    return f"{name}{cell * TOLERANCE:.6f}" if cell else ""


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
