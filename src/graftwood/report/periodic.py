"""The periodic table as a grid of symbols: seven periods, then lanthanides and actinides."""

from __future__ import annotations

from functools import lru_cache

from graftwood.features.elements import element_table

N_COLUMNS = 18


@lru_cache(maxsize=1)
def periodic_rows() -> tuple[tuple[str, ...], ...]:
    """Return nine rows of 18 symbols, "" where there is no element.

    Examples
    --------
    >>> rows = periodic_rows()
    >>> rows[0][0], rows[0][17], rows[3][:4], rows[7][2:5]
    ('H', 'He', ('K', 'Ca', 'Sc', 'Ti'), ('La', 'Ce', 'Pr'))
    """
    table = [[""] * N_COLUMNS for _ in range(9)]
    symbols = element_table().symbols
    noble = (0, 2, 10, 18, 36, 54, 86, 118)
    for number, symbol in enumerate(symbols, start=1):
        period = next(row for row, last in enumerate(noble) if number <= last)
        place = number - noble[period - 1] - 1
        length = noble[period] - noble[period - 1]
        if length == 32 and 2 <= place < 17:
            table[period + 1][place] = symbol
        else:
            first = 1 if period == 1 else 2
            column = place if place < first else place + N_COLUMNS - length
            table[period - 1][column] = symbol
    return tuple(tuple(row) for row in table)
