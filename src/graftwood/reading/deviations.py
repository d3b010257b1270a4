"""Standard deviations of labels from a column beside them: in which unit they are, and which count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from graftwood.reading.cells import read_column
from graftwood.reading.units import same_unit, scale_of, split_header

AGREEMENT = 1e-6  # relative; the rest is rounding


@dataclass(frozen=True, eq=False)
class Deviations:
    """What a column of standard deviations says.

    Attributes
    ----------
    values : Series of float
        In the labels' unit; NaN = not known.
    refused : list
        Rows whose cell is no standard deviation.
    converted : str
        A sentence on how they were converted, "" if they were not.

    Examples
    --------
    >>> Deviations(pd.Series([0.1]), [], "").refused
    []
    """

    values: pd.Series
    refused: list[object]
    converted: str


def read_deviations(cells: pd.Series, beside: str, unit: str, file: str) -> Deviations:
    """Read a column of standard deviations into the unit of the labels.

    Parameters
    ----------
    cells : Series
        Named as its column.  A name without a unit means that of the labels' column.
    beside : str
        The labels' column.
    unit : str
        What labels are converted to.
    file : str
        What messages call it.

    Raises
    ------
    UnitMismatch
        The column's unit cannot be converted to the labels'.

    Examples
    --------
    >>> read = read_deviations(pd.Series([194.0], name="sigma"), "gap (meV)", "eV", "gaps.csv")
    >>> read.values.round(6).tolist(), read.converted
    ([0.194], "gaps.csv: column 'sigma' names no unit and was converted from meV to eV as the labels were.")
    """
    column = str(cells.name)
    own = split_header(column)[1]
    given = own or split_header(beside)[1] or unit
    values, _, notes = read_column(cells, given)
    factor, converted = 1.0, ""
    if not same_unit(given, unit):
        factor = scale_of(given, unit, place=f"column {column!r} of {file}")
        how = "" if own else "names no unit and "
        converted = f"{file}: column {column!r} {how}was converted from {given} to {unit}"
        converted += "." if own else " as the labels were."
    values = values * factor
    unreadable = values.index.isin(notes.loc[notes["read_as"] == "unreadable", "row"])
    bad = (values < 0) | np.isinf(values) | unreadable
    return Deviations(values.mask(bad), list(values.index[bad]), converted)


def told_twice(column: pd.Series, cells: pd.Series, file: str) -> str:
    """Say where a label's cell and the column of standard deviations differ; "" if nowhere.

    Parameters
    ----------
    column, cells : Series of float
        Standard deviations as the column and as the labels' own cells tell them, in one unit; the
        column is named as in the file.
    file : str

    Examples
    --------
    >>> index = [2, 3]
    >>> told_twice(pd.Series([0.1, 0.2], index, name="err"), pd.Series([0.1, 0.3], index), "gaps.csv")
    "gaps.csv: 1 cell of labels tells another standard deviation than column 'err', which is used (row 3)."
    """
    both = column.notna() & cells.notna()
    rows = both.index[both & ~np.isclose(column, cells, rtol=AGREEMENT, atol=0)]
    if not len(rows):
        return ""
    first = "row" if len(rows) == 1 else "first in row"
    cells_tell = "1 cell of labels tells" if len(rows) == 1 else f"{len(rows):,} cells of labels tell"
    return (
        f"{file}: {cells_tell} another standard deviation than column {column.name!r}, which is used "
        f"({first} {rows[0]})."
    )
