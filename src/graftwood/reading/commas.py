"""Numbers with commas, as spreadsheets in many languages write them: found and told, never converted.

``1,234`` is one and a bit to one person and more than a thousand to another; a guess would be silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from graftwood.reading.cells import read_cell

_COMMA = re.compile(r"(?<=\d),(?=\d)")
_THOUSANDS = re.compile(r"(?<!\d)[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d*)?")
POINTS, NOTHING_ELSE = "write decimal points", "and nothing between thousands"


def has_comma(cell: object, unit: str = "") -> bool:
    """Whether a cell would be a number, range, limit or the like with points instead of its commas.

    Parameters
    ----------
    cell : object
    unit : str, default ""
        Of the column.

    Examples
    --------
    >>> has_comma("1,23"), has_comma("<0,5 eV", "eV"), has_comma("1.23"), has_comma("red, 1,2")
    (True, True, False, False)
    """
    text = str(cell)
    if not _COMMA.search(text):
        return False
    is_number = read_cell(_COMMA.sub(".", text), unit).read_as not in ("unreadable", "missing")
    return is_number or bool(_THOUSANDS.fullmatch(text.strip()))


def fault_of(cell: object, unit: str, otherwise: str = "is no number") -> str:
    """Say what is wrong with a cell that could not be read, as a part of a sentence.

    Parameters
    ----------
    cell : object
    unit : str
        Of the column.
    otherwise : str, default "is no number"
        What is said of a cell without a comma.

    Examples
    --------
    >>> fault_of("1,23", "eV"), fault_of("red", "eV")
    ('has a comma in its number (write a decimal point, and nothing between thousands)', 'is no number')
    """
    comma = f"has a comma in its number (write a decimal point, {NOTHING_ELSE})"
    return comma if has_comma(cell, unit) else otherwise


def comma_advice(cells: Iterable[object], unit: str = "") -> str:
    """Say what is wrong with numbers that have commas and what to do, as the end of a sentence; "" without.

    Parameters
    ----------
    cells : iterable
        Cells that could not be read.
    unit : str, default ""
        Of the column.

    Examples
    --------
    >>> comma_advice(["red", "1,23"])
    "have decimal commas, such as '1,23'; write decimal points"
    >>> comma_advice(["1,234"])
    "have commas, such as '1,234'; write decimal points, and nothing between thousands"
    """
    found = [str(cell) for cell in cells if has_comma(cell, unit)]
    if not found:
        return ""
    sure = next((cell for cell in found if _COMMA.search(_THOUSANDS.sub("", cell))), "")
    if sure:
        return f"have decimal commas, such as {sure!r}; {POINTS}"
    return f"have commas, such as {found[0]!r}; {POINTS}, {NOTHING_ELSE}"
