"""Cells of one input column: whether they are numbers or categories, and how a category is spelled.

Nothing is converted in silence: a text among numbers, a number among texts and a
number written as text are refused, with input, row and value.  A category is kept
as a text that tells its type as well: equal numbers are spelled alike, and a text
that could be taken for a number or a boolean stands in quotes.
"""

from __future__ import annotations

import datetime
import math
import numbers
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from graftwood.errors import NotFinite

NUMBER, BOOLEAN, TEXT = "number", "boolean", "text"
_DATES = (datetime.date, datetime.timedelta, np.datetime64, np.timedelta64, pd.Period)


def type_of(cell: Any) -> str:
    """Type of a cell that is not missing; whatever is neither number nor boolean counts as text.

    Examples
    --------
    >>> type_of(1.5), type_of(True), type_of("Si")
    ('number', 'boolean', 'text')
    """
    if isinstance(cell, (bool, np.bool_)):
        return BOOLEAN
    return NUMBER if isinstance(cell, (numbers.Real, Decimal)) else TEXT


def reads_as_number(cell: Any) -> bool:
    """Whether a text could be taken for a number.

    Examples
    --------
    >>> reads_as_number("1.5"), reads_as_number("Si")
    (True, False)
    """
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True


def spell(cell: Any) -> str:
    """Text that stands for a category.

    Examples
    --------
    >>> spell(1), spell(1.0), spell("Si"), spell("1")
    ('1', '1', 'Si', "'1'")
    """
    kind = type_of(cell)
    if kind == NUMBER:
        whole = math.isfinite(cell) and cell == int(cell)
        return str(int(cell)) if whole else repr(float(cell))
    text = str(cell)
    is_ambiguous = reads_as_number(text) or text in ("True", "False") or text[:1] == text[-1:] == "'"
    return f"'{text}'" if kind == TEXT and is_ambiguous else text


def type_of_spelled(category: str) -> str:
    """Type of the cells that are spelled so.

    Examples
    --------
    >>> type_of_spelled("1"), type_of_spelled("'1'"), type_of_spelled("True")
    ('number', 'text', 'boolean')
    """
    if category in ("True", "False"):
        return BOOLEAN
    return NUMBER if reads_as_number(category) else TEXT


def respell(category: str) -> str:
    """Spelling of today for a category of a file in which whole numbers may be written with a point.

    Examples
    --------
    >>> respell("1.0"), respell("12"), respell("Si")
    ('1', '12', 'Si')
    """
    if type_of_spelled(category) != NUMBER or category.lstrip("-").isdigit():
        return category
    return spell(float(category))


def unmasked(values: Any) -> np.ndarray:
    """Return an array; masked cells are missing ones, NaN among numbers and None among others.

    Examples
    --------
    >>> unmasked(np.ma.array([1, 2], mask=[False, True]))
    array([ 1., nan])
    """
    if not isinstance(values, np.ma.MaskedArray):
        return np.asarray(values)
    is_number = values.dtype.kind in "iuf"
    return np.ma.filled(values.astype(np.float64 if is_number else object), np.nan if is_number else None)


def refuse_dates(values: Any, where: str, who: str) -> None:
    """Refuse a column or array of times, which are neither numbers nor categories.

    Raises
    ------
    NotFinite
    """
    dtype = getattr(values, "dtype", None)
    if getattr(dtype, "kind", "O") in "mM" or isinstance(dtype, pd.PeriodDtype):
        raise NotFinite(
            f"{who}: {where} holds times ({dtype}); convert them to numbers, such as days since a fixed date."
        )


def is_categorical(series: Any, who: str, *, learning: bool) -> bool:
    """Tell categories from numbers by the dtype, and by the cells where the dtype says nothing.

    Parameters
    ----------
    series : Series
    who : str
        Class name for messages.
    learning : bool
        Whether the column is seen for the first time; then text that reads as numbers is refused.

    Raises
    ------
    NotFinite
        Cells are of several types, times, complex, or numbers written as text.
    """
    where = f"input {str(series.name)!r}"
    refuse_dates(series, where, who)
    kind = getattr(series.dtype, "kind", "O")
    if kind == "c":
        raise NotFinite(f"{who}: {where}: Complex data not supported; give real numbers.")
    if kind in "iuf":
        return False
    cells = {row: cell for row, cell in enumerate(series) if not _is_missing(cell)}
    for row, cell in cells.items():
        if isinstance(cell, _DATES):
            raise NotFinite(
                f"{who}: {where} of row {row} is the time {str(cell)!r}; convert the column to numbers, "
                "such as days since a fixed date."
            )
    types = {row: type_of(cell) for row, cell in cells.items()}
    if len(set(types.values())) > 1:
        _refuse_mixture(cells, types, where, who)
    if isinstance(series.dtype, pd.CategoricalDtype):
        return True
    only = next(iter(types.values()), TEXT)
    if learning and only == TEXT:
        _refuse_digits(cells, where, who)
    return only != NUMBER


def _is_missing(cell: Any) -> bool:
    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def _refuse_mixture(cells: dict[int, Any], types: dict[int, str], where: str, who: str) -> None:
    """Blame the first cell of the rarest type."""
    counts = {kind: list(types.values()).count(kind) for kind in dict.fromkeys(types.values())}
    rare, usual = min(counts, key=lambda kind: counts[kind]), max(counts, key=lambda kind: counts[kind])
    row = next(row for row, kind in types.items() if kind == rare)
    raise NotFinite(
        f"{who}: {where} of row {row} is the {rare} {cells[row]!r} among {usual}s; correct it, leave it "
        f"missing (NaN), or write the whole column in one way."
    )


def _refuse_digits(cells: dict[int, Any], where: str, who: str) -> None:
    for row, cell in cells.items():
        if reads_as_number(cell):
            raise NotFinite(
                f"{who}: {where} of row {row} is the text {cell!r}; make the column numbers, "
                "or give it the category dtype if they are categories."
            )


def spell_column(series: Any, categories: tuple[str, ...] | None, who: str) -> list[str | None]:
    """Return the cells of a categorical column as they are spelled, None = missing.

    Parameters
    ----------
    series : Series
    categories : tuple of str or None
        Categories known from fit; cells must be of their type.  None while fitting.
    who : str
        Class name for messages.

    Raises
    ------
    NotFinite
        A cell is a number where the categories are text, or the reverse.
    """
    spelled = [None if _is_missing(cell) else spell(cell) for cell in series]
    if not categories:
        return spelled
    wanted = type_of_spelled(categories[0])
    for row, text in enumerate(spelled):
        if text is not None and type_of_spelled(text) != wanted:
            cell = series.iloc[row]
            shown = cell.item() if isinstance(cell, np.generic) else cell
            raise NotFinite(
                f"{who}: input {str(series.name)!r} of row {row} is the {type_of_spelled(text)} {shown!r}, "
                f"and its categories are {wanted}s such as {categories[0]}; write it as in fit."
            )
    return spelled
