"""The canonical order of rows, so that the order of rows in a file changes nothing.

It compares columns of numbers as numbers and all others as texts; it knows nothing
of what the columns mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def canonical_order(columns: Sequence[pd.Series]) -> npt.NDArray[np.intp]:
    """Return the positions that sort rows by the first column, ties by the second, and so on.

    Parameters
    ----------
    columns : sequence of Series of shape (n_rows,)
        Missing values come first.

    Returns
    -------
    ndarray of int of shape (n_rows,)

    Examples
    --------
    >>> import pandas as pd
    >>> canonical_order([pd.Series(["b", "a", "a"]), pd.Series([1.0, 3.0, 2.0])])
    array([2, 1, 0])
    """
    return np.lexsort([_ranks(column) for column in reversed(columns)])


def _ranks(column: pd.Series) -> npt.NDArray[Any]:
    values = column
    if not pd.api.types.is_numeric_dtype(values):
        values = values.astype(object).map(str, na_action="ignore").astype(object)
    codes, _ = pd.factorize(values, sort=True)
    return codes
