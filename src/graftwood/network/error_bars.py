"""Whose error bars a fit learns: they cost as much as a small forest, and no mere choice needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

_of: ContextVar[frozenset[str] | None] = ContextVar("_of", default=None)  # tasks, None = all
_when_told: ContextVar[bool] = ContextVar("_when_told", default=True)


@contextmanager
def error_bars_of(*tasks: str, when_told: bool = True) -> Iterator[None]:
    """Let what is fitted within the block learn the error bars of these tasks alone, no draws and no lines.

    Odds of classes and of zeros, which are learned out of bag as error bars are, are predictions and learned
    of whatever the model predicts.  Of a block within a block the tasks of both count.

    Parameters
    ----------
    *tasks : str
    when_told : bool, default True
        Whether it will be asked about rows of which other labels are known, or else of none of them.

    Examples
    --------
    >>> from graftwood import MultiTaskForest
    >>> with error_bars_of("a"):
    ...     model = MultiTaskForest(n_estimators=20, random_state=0)
    ...     model = model.fit([[0.0], [1.0]] * 20, {"a": [2.0, 4.0] * 20, "b": [0.0, 1.0] * 20})
    >>> model.predict_tasks([[1.0]], tasks=["a"], coverage=0.8)["a"]["mean"]
    array([4.])
    """
    outer = _of.get()
    token = _of.set(frozenset(tasks) if outer is None else outer & frozenset(tasks))
    token_when_told = _when_told.set(when_told and _when_told.get())
    try:
        yield
    finally:
        _of.reset(token)
        _when_told.reset(token_when_told)


def without_error_bars() -> AbstractContextManager[None]:
    """Let what is fitted within the block predict and no more: no spread of a number, no draws.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> with without_error_bars():
    ...     model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> model.predict([[1.0]])
    array([4.])
    """
    return error_bars_of()


def error_bars_are_wanted(task: str | None = None) -> bool:
    """Whether a fit learns those of a task, or of any task at all."""
    tasks = _of.get()
    return tasks is None or (bool(tasks) if task is None else task in tasks)


def told_rows_are_wanted() -> bool:
    """Whether a fit learns how it errs where other labels of a row are known."""
    return _when_told.get()


def more_than_intervals_is_wanted() -> bool:
    """Whether a fit learns what draws, functions and lines need, as it does outside of such blocks."""
    return _of.get() is None
