"""Architectures within an architecture: their options checked and their tasks found before training."""

from __future__ import annotations

from typing import Any

from sklearn.base import clone

from graftwood.architectures.base import SHARED_RULES, Architecture
from graftwood.coding.labels import LabelColumns
from graftwood.errors import WrongOption
from graftwood.options import check_options


def resolve(given: Any, outer: Any, place: str, columns: LabelColumns) -> Any:
    """Return a copy of a nested architecture that knows its tasks and has the outer one's trees and units.

    Parameters
    ----------
    given : Architecture
        Unfitted; others are refused.
    outer : Architecture
        What it is within.
    place : str
        What it is there, such as "node 2", for messages.
    columns : LabelColumns
        Tasks of the labels that the outer one is fitted on.

    Raises
    ------
    WrongOption
        It is no architecture that can stand within another, or an option of it is not allowed.
    UnknownTask
        It names a task that the labels do not have.

    Examples
    --------
    >>> from graftwood import SingleTask, TaskGraph
    >>> outer = TaskGraph(n_estimators=7)
    >>> node = resolve(SingleTask("gap"), outer, "node 0", LabelColumns(("gap",), named=True, flat=False))
    >>> node.target_, node.n_estimators
    ('gap', 7)
    """
    who = type(outer).__name__
    if not isinstance(given, Architecture) or not given.can_be_nested:
        raise WrongOption(
            f"{who}: {place} is {given!r}; give an architecture with its target, not one made of others."
        )
    inner = clone(given).set_params(n_estimators=outer.n_estimators, units=outer.units)
    check_options(f"{who}'s {place}", inner.get_params(deep=False), {**SHARED_RULES, **inner._rules})
    if not inner._forest_options().bootstrap:
        raise WrongOption(
            f"{who}: {place} must have bootstrap=True: others learn from what it says out of bag."
        )
    inner.tasks_ = inner._modelled(columns)
    return inner
