"""Line up labels with what was predicted for them, leaving out missing labels.

A missing label is ignored; a missing prediction for a label that is there is refused,
because a metric that passed over it would flatter the model.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels, WrongOption

Numbers = npt.NDArray[np.float64]


def labelled(metric: str, y_true: npt.ArrayLike, **predicted: npt.ArrayLike) -> tuple[Numbers, ...]:
    """Return labels and predictions of the rows that have a label.

    Parameters
    ----------
    metric : str
        Name of the caller, for messages.
    y_true : array of shape (n_rows,)
        Labels, NaN = missing.
    **predicted : arrays of shape (n_rows,)
        Under the names they have in messages.

    Returns
    -------
    tuple of ndarray of shape (n_labelled,)
        The labels, then each prediction in the order given.

    Raises
    ------
    ShapeMismatch
        The arrays are not one-dimensional or differ in length.
    TooFewLabels
        No row has a label.
    NotFinite
        A label is infinite, or a prediction for a label is infinite or NaN.

    Examples
    --------
    >>> import numpy as np
    >>> labelled("mae", [1.0, np.nan], y_pred=[1.5, 2.5])
    (array([1.]), array([1.5]))
    """
    truth = np.asarray(y_true, dtype=np.float64)
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in predicted.items()}
    for name, values in arrays.items():
        if truth.ndim != 1 or values.shape != truth.shape:
            raise ShapeMismatch(
                f"{metric}: y_true has shape {truth.shape} and {name} {values.shape}; "
                "both need one number per row."
            )
    there = ~np.isnan(truth)
    if not there.any():
        raise TooFewLabels(f"{metric}: all {truth.size} labels are missing; at least one is needed.")
    for name, values in {"y_true": truth, **arrays}.items():
        bad = np.flatnonzero(there & ~np.isfinite(values))
        if bad.size:
            raise NotFinite(
                f"{metric}: {name} is {values[bad[0]]} in row {bad[0]}, which has a label; "
                "a finite number is needed."
            )
    return (truth[there], *(values[there] for values in arrays.values()))


def refuse_negative(metric: str, spread: Numbers) -> None:
    """Raise WrongOption when a spread is below zero."""
    if (spread < 0).any():
        raise WrongOption(f"{metric}: spread must be 0 or more, got {spread.min():.6g}.")


def refuse_fraction(metric: str, name: str, value: float) -> None:
    """Raise WrongOption unless 0 < value < 1."""
    if not 0 < value < 1:
        raise WrongOption(f"{metric}: {name} must be a number between 0 and 1, got {value!r}.")


def refuse_reversed(metric: str, low: Numbers, high: Numbers) -> None:
    """Raise WrongOption when an interval ends below its beginning."""
    if (low > high).any():
        raise WrongOption(
            f"{metric}: low is above high for {int((low > high).sum())} of {low.size} labels; exchange them."
        )
