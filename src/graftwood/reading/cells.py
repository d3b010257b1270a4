"""Cells to numbers: a value, how sure it is, or a limit; and a word on every cell that is not plain.

What people write in a sheet is read as they mean it, and nothing of it in silence:

=====================  ==========================================  =======================
cell                   is read as                                  listed as
=====================  ==========================================  =======================
``1.12``, ``1.2e-3``   the number                                  not listed
``1.12 ± 0.02``        value 1.12, standard deviation 0.02         uncertainty
``1.12(2)``            value 1.12, standard deviation 0.02         uncertainty
``7-9``, ``7 to 9``    value 8, standard deviation 2/√12           range
``<0.1``, ``≥ 3``      no value, a limit                           limit
``~1.1``               value 1.1                                   approximate
``1120 meV``           converted to the column's unit              unit
``n/a``, ``-``         missing                                     missing
anything else          no value                                    unreadable
=====================  ==========================================  =======================

A range is a uniform distribution, whose standard deviation is its width over √12.  Of classes the
words for a missing cell are read in the same way, and everything else is a class.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graftwood.errors import UnitMismatch
from graftwood.reading.units import converter, is_unit, scale_of

MISSING_WORDS = {"-", "–", "—", "--", "?", "n/a", "na", "nan", "null", "none", "n.a.", "n.d.", "#n/a"}
SODIUM = "Na"  # among classes an element, whatever "na" and "NA" mean
NOTE_COLUMNS = ("row", "cell", "read_as", "value", "std", "limit", "low", "high")
READINGS = ("uncertainty", "range", "limit", "approximate", "unit", "missing", "unreadable")

# Possessive, so that the exponent of a number is never taken for its unit.
_UNSIGNED = r"(?:\d++(?:\.(?!\.))?+\d*+|\.\d++)(?:[eE][+-]?\d++)?+"
_N = rf"[+-]?{_UNSIGNED}"
_UNIT = r"(?P<unit>[^\d\s+\-±<>=~.,;()].*)?"
_PLUS_MINUS = re.compile(
    rf"(?P<value>{_N})\s*(?:±|\+/-|\+-|\\pm)\s*(?P<std>{_UNSIGNED})\s*(?P<percent>%)?\s*{_UNIT}"
)
_BRACKETED = re.compile(rf"(?P<value>[+-]?\d*\.?\d*)\((?P<std>\d+)\)(?P<power>[eE][+-]?\d+)?\s*{_UNIT}")
_RANGE = re.compile(rf"(?P<low>{_N})\s*(?:-|–|—|\.\.\.?|…|to)\s*(?P<high>{_N})\s*{_UNIT}")
_LIMIT = re.compile(rf"(?P<sign><=|>=|<|>|≤|≥|=<|=>)\s*(?P<value>{_N})\s*{_UNIT}")
_ABOUT = re.compile(rf"(?:~|≈|ca\.?|about|approx\.?)\s*(?P<value>{_N})\s*{_UNIT}", re.I)
_PLAIN = re.compile(rf"(?P<value>{_N})\s*{_UNIT}")
_DASHES = str.maketrans({"−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "＜": "<", "＞": ">"})


@dataclass(frozen=True)
class Reading:
    """What one cell says.

    Attributes
    ----------
    read_as : str
        One of `READINGS`, "" for a plain number.
    value, std : float
        In the column's unit; NaN = none.
    limit : str
        "<" or ">" where the cell is a limit, else "".
    low, high : float
        Ends of a range, or the limit on its side.

    Examples
    --------
    >>> read_cell("1.12(2)").std
    0.02
    """

    read_as: str = ""
    value: float = math.nan
    std: float = math.nan
    limit: str = ""
    low: float = math.nan
    high: float = math.nan


UNREADABLE, MISSING = Reading("unreadable"), Reading("missing")


def read_cell(cell: object, unit: str = "") -> Reading:
    """Read one cell.

    Parameters
    ----------
    cell : object
    unit : str, default ""
        Unit of the column; a unit in the cell is converted to it.

    Examples
    --------
    >>> read_cell("1.12 ± 0.02").value, read_cell("7-9").value, read_cell("-3").value
    (1.12, 8.0, -3.0)
    >>> read_cell("<0.1").limit, read_cell("<0.1").high, read_cell("none").read_as
    ('<', 0.1, 'missing')
    >>> read_cell("1120 meV", "eV").value, read_cell("1,12").read_as
    (1.12, 'unreadable')
    """
    if isinstance(cell, bool | np.bool_):
        return UNREADABLE
    if isinstance(cell, int | float | np.number):
        return Reading(value=float(cell)) if math.isfinite(cell) else UNREADABLE
    text = str(cell).translate(_DASHES).strip()
    if text.lower() in MISSING_WORDS:
        return MISSING
    for pattern, read in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            reading = read(found)
            return _converted(reading, found["unit"], unit)
    return UNREADABLE


def _plus_minus(found: re.Match[str]) -> Reading:
    value, std = float(found["value"]), float(found["std"])
    return Reading("uncertainty", value, std * abs(value) / 100 if found["percent"] else std)


def _bracketed(found: re.Match[str]) -> Reading:
    text = found["value"]
    if not re.search(r"\d", text):
        return UNREADABLE
    decimals = len(text.partition(".")[2])
    power = found["power"] or ""
    # Written together and read once, so that 0.02 is the float that a person means.
    return Reading(
        "uncertainty", float(text + power), float(f"{found['std']}e{-decimals + int(power[1:] or 0)}")
    )


def _range(found: re.Match[str]) -> Reading:
    low, high = float(found["low"]), float(found["high"])
    if not low < high:
        return UNREADABLE
    return Reading("range", (low + high) / 2, (high - low) / math.sqrt(12), "", low, high)


def _limit(found: re.Match[str]) -> Reading:
    value = float(found["value"])
    if "<" in found["sign"] or "≤" in found["sign"]:
        return Reading("limit", limit="<", high=value)
    return Reading("limit", limit=">", low=value)


def _about(found: re.Match[str]) -> Reading:
    return Reading("approximate", float(found["value"]))


def _plain(found: re.Match[str]) -> Reading:
    return Reading("unit" if found["unit"] else "", float(found["value"]))


_PATTERNS = (
    (_RANGE, _range),  # first, since "to 9" looks like the unit of 7
    (_PLAIN, _plain),
    (_BRACKETED, _bracketed),
    (_PLUS_MINUS, _plus_minus),
    (_LIMIT, _limit),
    (_ABOUT, _about),
)


def _converted(reading: Reading, given: str | None, wanted: str) -> Reading:
    """Convert what a cell says from the unit that it names to the column's."""
    given = (given or "").strip()
    if not given or not _is_finite(reading) or reading is UNREADABLE:
        return reading if _is_finite(reading) else UNREADABLE
    if not is_unit(given):
        return UNREADABLE
    if not wanted:
        return UNREADABLE  # a number with a unit among numbers without one means nothing
    try:
        convert = converter(given, wanted, place="cell")
        factor = scale_of(given, wanted, place="cell")
    except UnitMismatch:
        return UNREADABLE
    value, low, high = convert(np.array([reading.value, reading.low, reading.high])).tolist()
    converted = Reading(reading.read_as, value, reading.std * factor, reading.limit, low, high)
    return converted if _is_finite(converted) else UNREADABLE


def _is_finite(reading: Reading) -> bool:
    """Whether no number of a reading is too large to be one."""
    return not any(math.isinf(x) for x in (reading.value, reading.std, reading.low, reading.high))


def read_column(cells: pd.Series, unit: str = "") -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Read a column of numbers.

    Parameters
    ----------
    cells : Series of shape (n_rows,)
        As they stand in a file; NaN = empty.
    unit : str, default ""
        Unit of the column.

    Returns
    -------
    values, deviations : Series of float of shape (n_rows,)
        Indexed as the cells; NaN = missing, or not known.
    notes : DataFrame with columns row, cell, read_as, value, std, limit, low, high
        A line for every cell that is neither a plain number nor empty.

    Examples
    --------
    >>> values, deviations, notes = read_column(pd.Series(["1.1", "1.12(2)", None, "red"]))
    >>> values.tolist(), notes["read_as"].tolist()
    ([1.1, 1.12, nan, nan], ['uncertainty', 'unreadable'])
    """
    values = pd.to_numeric(cells, errors="coerce").astype(float)
    plain = np.isfinite(values.to_numpy())
    if cells.dtype == bool:
        plain = np.zeros(len(cells), dtype=bool)
    values = values.where(plain)
    if cells.dtype == object:
        # Some versions of pandas miss the nearest float by a last digit.
        texts = np.flatnonzero(plain & np.array([isinstance(cell, str) for cell in cells], dtype=bool))
        nearest = values.to_numpy(copy=True)
        nearest[texts] = [float(cell) for cell in cells.to_numpy()[texts]]
        values = pd.Series(nearest, index=values.index)
    deviations = pd.Series(np.nan, index=cells.index)
    rows = np.flatnonzero(~plain & cells.notna().to_numpy()).tolist()
    records = []
    known: dict[object, Reading] = {}
    for row in rows:
        cell = cells.iloc[row]
        reading = known.get(cell) or known.setdefault(cell, read_cell(cell, unit))
        values.iloc[row], deviations.iloc[row] = reading.value, reading.std
        if reading.read_as:
            records.append(_note(cells.index[row], cell, reading))
    return values, deviations, pd.DataFrame(records, columns=list(NOTE_COLUMNS))


def _note(row: object, cell: object, read: Reading) -> tuple[object, ...]:
    return row, str(cell), read.read_as, read.value, read.std, read.limit, read.low, read.high


def read_classes(cells: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Read a column of classes.

    Parameters
    ----------
    cells : Series of shape (n_rows,)
        As they stand in a file; NaN = empty.

    Returns
    -------
    classes : Series of object of shape (n_rows,)
        Texts without outer blanks; NaN = missing.
    notes : DataFrame with columns row, cell, read_as, value, std, limit, low, high
        A line for every cell with a word for a missing one.

    Examples
    --------
    >>> classes, notes = read_classes(pd.Series(["red ", "n/a", "Na", None]))
    >>> classes.tolist(), notes["cell"].tolist()
    (['red', nan, 'Na', nan], ['n/a'])
    """
    texts = cells.astype(object).where(cells.isna(), cells.astype(str).str.strip())
    is_missing = cells.notna().to_numpy() & np.array([_is_no_class(text) for text in texts], dtype=bool)
    records = [_note(row, cell, MISSING) for row, cell in cells[is_missing].items()]
    classes = texts.where(~is_missing & cells.notna().to_numpy(), np.nan)
    return classes, pd.DataFrame(records, columns=list(NOTE_COLUMNS))


def _is_no_class(text: object) -> bool:
    return text != SODIUM and str(text).translate(_DASHES).strip().lower() in MISSING_WORDS
