"""Inputs to codes: checks X, remembers its columns, bins numbers and numbers categories.

Columns with names are brought into the order of their names, so that their
order in a file changes nothing.  What a code means to a tree is in ``engine/bins.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graftwood.coding.cells import (
    is_categorical,
    refuse_dates,
    respell,
    spell_column,
    type_of,
    unmasked,
)
from graftwood.coding.coded import CodedRows
from graftwood.engine.bins import MAX_CODES, MISSING, Bins, find_bins
from graftwood.errors import EmptyTable, MissingColumn, NotFinite, ShapeMismatch


@dataclass(frozen=True)
class InputCoder:
    """How X becomes codes, learned from the training rows' inputs alone.

    Attributes
    ----------
    names : tuple of str
        Column names in canonical order; empty when X had none.
    n_inputs : int
    bins : Bins
        Cuts of every column; none for categorical ones.
    categories : tuple of (tuple of str or None)
        Per column the known categories, None for numbers.

    Examples
    --------
    >>> learn_inputs([[1.0], [2.0], [4.0]], "Example").encode([[1.4], [9.0], [np.nan]], "Example")
    array([[  0,   2, 255]], dtype=uint8)
    """

    names: tuple[str, ...]
    n_inputs: int
    bins: Bins
    categories: tuple[tuple[str, ...] | None, ...]

    @property
    def is_category(self) -> np.ndarray:
        """Which columns are categorical, ndarray of shape (n_inputs,), bool."""
        return np.array([known is not None for known in self.categories], dtype=bool)

    @property
    def n_codes(self) -> np.ndarray:
        """Codes per column, ndarray of shape (n_inputs,), int32."""
        sizes = [len(known or ()) for known in self.categories]
        return np.maximum(self.bins.n_codes, np.array(sizes, dtype=np.int32))

    def numbers(self, X: Any, who: str) -> np.ndarray:
        """Return inputs as numbers, (n_rows, n_columns): a column per number, one per known category.

        A missing number is NaN; a missing or unseen category has no column of its own.
        """
        numbers, texts = _columns(X.table if isinstance(X, CodedRows) else X, self, who)
        blocks = []
        for column, known in enumerate(self.categories):
            if known is None:
                blocks.append(numbers[:, [column]])
                continue
            spelled = [respell(category) for category in known]
            blocks.append(np.array([[cell == one for one in spelled] for cell in texts[column]], dtype=float))
        return np.hstack(blocks)

    def encode(self, X: Any, who: str, n_jobs: int = 1) -> np.ndarray:
        """Return codes of shape (n_inputs, n_rows), uint8; unseen categories count as missing."""
        if isinstance(X, CodedRows):
            return X.codes
        numbers, texts = _columns(X, self, who)
        codes = self.bins.encode(numbers, n_jobs)
        for column, cells in texts.items():
            known: dict[str | None, int] = {}
            known.update(
                (respell(category), code) for code, category in enumerate(self.categories[column] or ())
            )
            codes[column] = [known.get(cell, MISSING) for cell in cells]
        return codes


def code_rows(X: Any, who: str) -> CodedRows:
    """Code all rows of X with cuts learned from the same rows (from inputs alone, no label enters)."""
    coder = learn_inputs(X, who)
    return CodedRows(coder, coder.encode(X, who), X)


def count_rows(X: Any, who: str) -> int:
    """Return the number of rows of X, which must have two dimensions and neither of length 0."""
    return X.codes.shape[1] if isinstance(X, CodedRows) else _shape(X, who)[0]


def learn_inputs(X: Any, who: str, used: np.ndarray | None = None) -> InputCoder:
    """Look at the training inputs and fix how they are coded.

    Parameters
    ----------
    X : DataFrame or array of shape (n_rows, n_inputs)
        Numbers, NaN = missing; a DataFrame may have columns of categories (text,
        category or boolean dtype), with at most 255 categories each.  Numbers written
        as text are categories in a column of category dtype only.
    who : str
        Class name for messages.
    used : ndarray of shape (n_rows,), bool, optional
        Rows to look at, all by default.

    Raises
    ------
    EmptyTable, NotFinite, ShapeMismatch
    """
    if isinstance(X, CodedRows):
        return X.coder
    names = _names(X, who)
    order = np.argsort(names, kind="stable") if names else np.arange(_shape(X, who)[1])
    sketch = InputCoder(
        tuple(names[i] for i in order) if names else (), len(order), Bins(()), (None,) * len(order)
    )
    numbers, texts = _columns(X, sketch, who, learning=True)
    categories: list[tuple[str, ...] | None] = [None] * len(order)
    for column, cells in texts.items():
        seen = cells if used is None else [cell for cell, is_used in zip(cells, used, strict=True) if is_used]
        known = sorted({cell for cell in seen if cell is not None})
        if len(known) > MAX_CODES:
            raise ShapeMismatch(
                f"{who}: input {sketch.names[column]!r} has {len(known)} categories, at most "
                f"{MAX_CODES} are possible; merge rare ones or describe them by numbers."
            )
        categories[column] = tuple(known)
    return InputCoder(
        sketch.names, len(order), find_bins(numbers if used is None else numbers[used]), tuple(categories)
    )


def _names(X: Any, who: str) -> list[str]:
    names = [str(name) for name in X.columns] if hasattr(X, "columns") else []
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise MissingColumn(f"{who}: two columns of X are named {twice!r}; give each input its own name.")
    return names


def _shape(X: Any, who: str) -> tuple[int, int]:
    shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
    if len(shape) != 2:
        raise ShapeMismatch(
            f"{who}: Expected 2D array, got {len(shape)}D array instead for X, shape {tuple(shape)}; "
            "Reshape your data to (n_rows, n_inputs)."
        )
    if shape[0] == 0:
        raise EmptyTable(
            f"{who}: X has 0 sample(s) (shape={tuple(shape)}) while a minimum of 1 is required; "
            "give at least one row."
        )
    if shape[1] == 0:
        raise EmptyTable(
            f"{who}: X has 0 feature(s) (shape={tuple(shape)}) while a minimum of 1 is required; give at "
            "least one column."
        )
    return int(shape[0]), int(shape[1])


def _columns(
    X: Any, coder: InputCoder, who: str, learning: bool = False
) -> tuple[np.ndarray, dict[int, list[str | None]]]:
    """Return X as numbers in canonical order (categorical columns NaN) and the cells of those columns."""
    _, n_columns = _shape(X, who)
    if not hasattr(X, "columns"):
        if n_columns != coder.n_inputs:
            raise _wrong_number(n_columns, coder, who)
        if coder.names:
            raise MissingColumn(
                f"{who}: X has no column names, but was fitted with names such as {coder.names[0]!r}; "
                "give a DataFrame with the same columns."
            )
        return check_finite(_as_numbers(X, who), who), {}
    present = _names(X, who)
    missing = [name for name in coder.names if name not in present]
    if coder.names and missing:
        raise MissingColumn(
            f"{who}: X lacks {len(missing)} of the inputs it was fitted with, such as {missing[0]!r}; "
            "give the same columns."
        )
    if n_columns != coder.n_inputs:
        raise _wrong_number(n_columns, coder, who, [name for name in present if name not in coder.names])
    places = {name: place for place, name in enumerate(present)}
    at = [places[name] for name in coder.names] if coder.names else list(range(n_columns))
    numbers, texts = _read_columns(X, at, coder, who, learning)
    return check_finite(numbers, who, coder.names), texts


def _read_columns(
    X: Any, at: list[int], coder: InputCoder, who: str, learning: bool
) -> tuple[np.ndarray, dict[int, list[str | None]]]:
    """Numbers and cells of the inputs, whose places in the table are given."""
    numbers = np.full((len(X), coder.n_inputs), np.nan)
    texts: dict[int, list[str | None]] = {}
    plain = _plain_columns(X, coder, at)
    # All at once: pandas takes 0.1 ms to hand out one column, and formulas make a hundred.
    numbers[:, plain] = X.iloc[:, [at[column] for column in plain]].to_numpy(dtype=np.float64)
    for column in sorted(set(range(coder.n_inputs)).difference(plain)):
        series = X.iloc[:, at[column]]
        known = coder.categories[column]
        is_category = (learning or known is None) and is_categorical(series, who, learning=learning)
        if is_category and not learning:
            _refuse_category(series, who)
        if (is_category and learning) or known is not None:
            refuse_dates(series, f"input {str(series.name)!r}", who)
            texts[column] = spell_column(series, known, who)
        else:
            numbers[:, column] = series.to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers, texts


def _plain_columns(X: Any, coder: InputCoder, at: list[int]) -> list[int]:
    """Which inputs are numbers of NumPy in a table, and were none but numbers before."""
    dtypes = list(X.dtypes)
    return [
        column
        for column, place in enumerate(at)
        if coder.categories[column] is None
        and isinstance(dtypes[place], np.dtype)
        and dtypes[place].kind in "iuf"
    ]


def _refuse_category(series: Any, who: str) -> None:
    """Refuse cells of a column that held numbers in fit; missing ones may come in any dtype."""
    if series.notna().any():
        row = int(np.flatnonzero(series.notna())[0])
        cell = series.iloc[row]
        raise NotFinite(
            f"{who}: input {str(series.name)!r} was a number when fitted and is the {type_of(cell)} {cell!r} "
            f"in row {row}; convert the column to numbers."
        )


def _wrong_number(n_columns: int, coder: InputCoder, who: str, more: Sequence[str] = ()) -> ShapeMismatch:
    is_named = bool(coder.names and more)
    advice = (
        f"leave out {more[0]!r}, which fit did not see" if is_named else "give the same columns as in fit"
    )
    return ShapeMismatch(
        f"{who}: X has {n_columns} features, but {who} is expecting {coder.n_inputs} features as input; "
        f"{advice}."
    )


def _as_numbers(X: Any, who: str) -> np.ndarray:
    if hasattr(X, "toarray"):
        raise TypeError(
            f"{who}: a sparse matrix was passed, but dense data is required; use X.toarray() to convert."
        )
    values = unmasked(X)
    refuse_dates(values, "X", who)
    if values.dtype.kind == "c":
        raise NotFinite(f"{who}: Complex data not supported; give real numbers.")
    if values.dtype.kind in "OUS":
        _refuse_text(values, who)
    try:
        return np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        if isinstance(error, TypeError):
            raise TypeError(
                f"{who}: X must hold numbers, argument must be a string or a number ({error})."
            ) from None
        raise NotFinite(f"{who}: X must hold numbers ({error}); give text columns in a DataFrame.") from None


def _refuse_text(values: np.ndarray, who: str) -> None:
    """Refuse text in an array, numbers written as text too, by row and column."""
    for (row, column), cell in np.ndenumerate(values):
        if isinstance(cell, (str, bytes)):
            raise NotFinite(
                f"{who}: X must hold numbers and input number {column} of row {row} is the text "
                f"{str(cell)!r}; convert it, or give text columns in a DataFrame."
            )


def check_finite(numbers: np.ndarray, who: str, names: tuple[str, ...] = ()) -> np.ndarray:
    """Refuse infinite inputs by row and column; NaN is a missing value and allowed."""
    row, column = np.nonzero(np.isinf(numbers))
    if len(row):
        where = repr(names[column[0]]) if names else f"number {column[0]}"
        raise NotFinite(
            f"{who}: input {where} of row {row[0]} is infinity; correct it or leave it missing (NaN)."
        )
    return numbers
