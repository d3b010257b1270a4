"""Weights of rows: what may be given, and what exact sums can hold."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from graftwood.coding.cells import unmasked
from graftwood.errors import EmptyTable, LabelRange, NotFinite, ShapeMismatch

LEAST_SHARE = 1024  # exact sums hold weights down to this fraction of the mean


def read_weights(sample_weight: Any, n_rows: int, who: str) -> np.ndarray | None:
    """Return row weights as floats, None for none; all must be finite and not negative, one positive.

    Raises
    ------
    ShapeMismatch, NotFinite, EmptyTable

    Examples
    --------
    >>> read_weights([1, 0], 2, "Example")
    array([1., 0.])
    """
    if sample_weight is None:
        return None
    given = unmasked(sample_weight)
    if given.shape != (n_rows,):
        raise ShapeMismatch(
            f"{who}: sample_weight has shape {given.shape} for {n_rows} rows; give one per row."
        )
    if given.dtype.kind not in "biuf":
        given = np.asarray(sample_weight, dtype=object)
        row = next((row for row, cell in enumerate(given) if not isinstance(cell, numbers.Real)), -1)
        if row >= 0:
            raise NotFinite(
                f"{who}: sample_weight of row {row} is {given[row]!r}; "
                "weights must be numbers, finite and not negative."
            )
    weights = given.astype(np.float64)
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(bad):
        raise NotFinite(
            f"{who}: sample_weight of row {bad[0]} is {weights[bad[0]]}; "
            "weights must be finite and not negative."
        )
    if not weights.any():
        raise EmptyTable(f"{who}: all sample weights are zero; give at least one row a weight.")
    return weights


def check_weights(sample_weight: Any, n_rows: int, who: str) -> np.ndarray | None:
    """Read row weights to fit with: exact sums hold none below 1/1024 of their mean.

    Raises
    ------
    ShapeMismatch, NotFinite, EmptyTable, LabelRange
    """
    weights = read_weights(sample_weight, n_rows, who)
    if weights is None:
        return None
    positive = weights[weights > 0]
    if positive.min() * LEAST_SHARE < positive.mean():
        _refuse_heavy_row(weights, positive, who)
        row = int(np.flatnonzero(weights == positive.min())[0])
        raise LabelRange(
            f"{who}: sample_weight of row {row} is {weights[row]:.3g}, less than 1/{LEAST_SHARE} of the mean "
            f"{positive.mean():.3g}; set it to 0 to leave the row out, or narrow the weights."
        )
    return weights


def _refuse_heavy_row(weights: np.ndarray, positive: np.ndarray, who: str) -> None:
    """Blame the heaviest row where it, and not the lightest, is out of line."""
    row, median = int(np.argmax(weights)), float(np.median(positive))
    if weights[row] > LEAST_SHARE * median:
        raise LabelRange(
            f"{who}: sample_weight of row {row} is {weights[row]:.3g}, more than {LEAST_SHARE} times the "
            f"median {median:.3g}; lower it, or narrow the weights."
        )
