"""Whether a fit learns error bars, which cost as much as a small forest and no mere choice needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_are_wanted: ContextVar[bool] = ContextVar("_are_wanted", default=True)


@contextmanager
def without_error_bars() -> Iterator[None]:
    """Let what is fitted within the block predict and no more: no spread of a number, no draws.

    Odds of classes and of zeros, which are learned out of bag as error bars are, are predictions.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> with without_error_bars():
    ...     model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> model.predict([[1.0]])
    array([4.])
    """
    token = _are_wanted.set(False)
    try:
        yield
    finally:
        _are_wanted.reset(token)


def error_bars_are_wanted() -> bool:
    """Whether a fit learns them, as it does outside of such a block."""
    return _are_wanted.get()
