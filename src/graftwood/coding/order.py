"""Whether tables that belong together have their rows in one order."""

from __future__ import annotations

from typing import Any

from graftwood.errors import ShapeMismatch


def check_order(who: str, X: Any, **others: Any) -> None:
    """Refuse tables of which the same row labels stand in another order: rows are paired by position.

    Parameters
    ----------
    who : str
        What an error begins with.
    X : array or DataFrame
    **others : array, Series, DataFrame or None
        By the names that the user knows them by.

    Raises
    ------
    ShapeMismatch

    Examples
    --------
    >>> import pandas as pd
    >>> X, known = pd.DataFrame({"x": [1.0, 2.0]}, index=["Si", "Ge"]), pd.DataFrame({"gap": [1.1, 0.7]})
    >>> check_order("Example", X, known=known)  # other row labels: by position
    """
    rows = getattr(X, "index", None)
    for name, table in others.items():
        if _is_reordered(rows, getattr(table, "index", None)):
            raise ShapeMismatch(
                f"{who}: {name} has the row labels of X in another order, and rows are paired by position; "
                f"reorder it, {name}.loc[X.index], or reset the index of both."
            )


def _is_reordered(rows: Any, others: Any) -> bool:
    # Lists have an .index too.
    are_labels = all(hasattr(each, "symmetric_difference") for each in (rows, others))
    if not are_labels or rows.equals(others):
        return False
    is_comparable = len(rows) == len(others) and rows.is_unique
    return is_comparable and bool(rows.symmetric_difference(others, sort=False).empty)
