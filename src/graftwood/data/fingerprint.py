"""A short hash of a table's contents that ignores the order of its rows.

It says whether two tables hold the same, across machines and sessions; it is no
protection against anyone who wants two tables to look alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd

from graftwood.data.order import canonical_order

N_DIGITS = 16


def rows_hash(heading: str, columns: Iterable[tuple[str, pd.Series]]) -> str:
    """Hash a heading and named columns of equal length, whatever the order of their rows.

    Parameters
    ----------
    heading : str
        What holds for all rows.
    columns : iterable of (name, Series of shape (n_rows,))

    Returns
    -------
    str
        16 hexadecimal digits.

    Examples
    --------
    >>> import pandas as pd
    >>> rows_hash("", [("x", pd.Series([1.0, 2.0]))]) == rows_hash("", [("x", pd.Series([2.0, 1.0]))])
    True
    """
    named = list(columns)
    order = canonical_order([column for _, column in named])
    digest = hashlib.sha256(heading.encode())
    for name, column in named:
        digest.update(f"\x1e{name}\x1e".encode())
        digest.update(_column_bytes(column.iloc[order]))
    return digest.hexdigest()[:N_DIGITS]


def _column_bytes(column: pd.Series) -> bytes:
    if pd.api.types.is_numeric_dtype(column):
        # One zero and one NaN: -0.0 + 0.0 is 0.0, and a NaN's payload says nothing.
        numbers = column.to_numpy(dtype="<f8", na_value=np.nan) + 0.0
        numbers[np.isnan(numbers)] = np.nan
        return numbers.tobytes()
    return "\x1f".join("\x00" if pd.isna(value) else str(value) for value in column).encode()
