"""A user's function of tasks: called on draws of labels, and refused by name where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graftwood.errors import ShapeMismatch, UndefinedExpression, UnknownTask, WrongOption, warn

Function = Callable[[dict[str, np.ndarray]], np.ndarray]


class _Labels(dict[str, np.ndarray]):
    """Labels by task; one that is not there is refused by name."""

    def __init__(self, labels: dict[str, np.ndarray], who: str) -> None:
        super().__init__(labels)
        self.who = who

    def __missing__(self, task: str) -> np.ndarray:
        raise UnknownTask(
            f"{self.who}: the function asks for task {task!r}, and the tasks are {', '.join(self)}."
        )


def check_function(function: Any, who: str) -> None:
    """Refuse what cannot be called.

    Raises
    ------
    WrongOption
    """
    if not callable(function):
        raise WrongOption(
            f"{who}: function must take a dict of task -> labels and return numbers, got {function!r}."
        )


def call(function: Function, labels: dict[str, np.ndarray], shape: tuple[int, ...], who: str) -> np.ndarray:
    """Return what a function says of labels: numbers or booleans of that shape, not all of them finite.

    Parameters
    ----------
    function : callable
    labels : dict of task to ndarray of shape ``shape``
    shape : tuple of int
    who : str
        What an error begins with.

    Raises
    ------
    UnknownTask, WrongOption, ShapeMismatch

    Examples
    --------
    >>> call(lambda y: y["gap"] > 1, {"gap": np.array([[0.5, 2.0]])}, (1, 2), "Example")
    array([[False,  True]])
    """
    with np.errstate(all="ignore"):  # what is not finite is told of all draws at once
        values = np.asarray(function(_Labels(labels, who)))
    if values.dtype.kind not in "biuf":
        raise WrongOption(f"{who}: the function returned {values.dtype}; it must return numbers.")
    if values.shape != shape:
        raise ShapeMismatch(
            f"{who}: the function returned shape {values.shape} for labels of shape {shape}; it must "
            "return one number per draw and row."
        )
    return values


def warn_undefined(mean: np.ndarray, who: str) -> None:
    """Say of how many rows a function is not finite for some draws, where there are any."""
    n_undefined = np.count_nonzero(np.isnan(mean))
    if n_undefined:
        warn(
            f"{who}: the function is not finite for some draws of {n_undefined} rows, which are NaN; "
            "guard it, as with np.maximum(y['gap'], 1e-6).",
            UndefinedExpression,
        )
