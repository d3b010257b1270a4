"""A node of a task graph that is computed from other tasks: their difference, ratio, a rate from a barrier.

Its labels are computed from those of the tasks in it, and its error bar from what each bag says of them,
so that errors which they share cancel.  How a text is read is in ``network/expression_text.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from graftwood.coding.kinds import CATEGORY, POSITIVE, REAL, check_kinds, read_numbers
from graftwood.coding.labels import LabelColumns, label_table, read_labels
from graftwood.coding.resolution import check_resolution
from graftwood.errors import (
    NotFinite,
    TaskCycle,
    UnitMismatch,
    UnknownTask,
    UnreadableExpression,
    WrongOption,
)
from graftwood.network.expression_text import Arithmetic, quote, read_expression


class Expression(BaseEstimator):
    """Node of a `TaskGraph` that is computed from what other nodes say, or from labels that are known.

    Parameters
    ----------
    target : str
        Name of the result: a new one, whose labels are computed where all tasks in it are labelled, or a
        task of Y, which has labels of its own.
    expression : str
        Arithmetic on tasks: numbers, names, ``+ - * / **``, parentheses, ``exp``, ``log`` (natural),
        ``sqrt``, ``abs``, ``minimum(a, b)`` and ``maximum(a, b)``.  A task whose name is no plain word
        stands in backticks, one that has only a number for a name too.  A positive task stands for its
        median, a nonnegative one for the mean of its mixture.

    Notes
    -----
    Its error bar is calibrated on its labels out of bag: with nothing known of a row; with something known,
    as if the task in it that has the fewest labels were the one unknown.  With fewer than ten labelled
    materials it is that of the trees as it is, with the warning `UnreliableSpread`.  Where all tasks in it
    are known there is nothing to predict, and the error bar is 0.

    Where the expression is not defined for the predicted values of a row (the logarithm of a negative
    number), the prediction is missing (NaN), for nodes that build on it as well, with the warning
    `UndefinedExpression`; trees for which it is not defined do not count in the error bar.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from graftwood import Difference, TaskGraph
    >>> X = np.arange(60.0)[:, None]
    >>> Y = pd.DataFrame({"gap_dft": X[:, 0] % 5, "gap_exp": X[:, 0] % 5 + 1.0})
    >>> nodes = [Difference("gap_exp", "gap_dft"), Expression("delta", "gap_exp - gap_dft")]
    >>> graph = TaskGraph(nodes, target="delta", n_estimators=20, random_state=0).fit(X, Y)
    >>> graph.predict([[7.0]], known=pd.DataFrame({"gap_dft": [2.5]})).round(1)
    array([1.])
    """

    def __init__(self, target: str, expression: str) -> None:
        self.target = target
        self.expression = expression


def read_with_expressions(
    Y: Any,
    nodes: Sequence[Any],
    kinds: Mapping[Any, str] | None,
    weights: np.ndarray | None,
    units: Mapping[Any, str] | None,
    who: str,
) -> tuple[LabelColumns, np.ndarray]:
    """Read labels as `read_labels` does, and compute those of expressions.

    Parameters
    ----------
    Y, kinds, weights, units, who
        As `read_labels` has them; kinds and units may name expressions too.
    nodes : sequence
        Of a graph; those that are an Expression are looked at.

    Raises
    ------
    UnreadableExpression, UnknownTask, TaskCycle, UnitMismatch, WrongOption, NotFinite
        And what `read_labels` raises.
    """
    found = {node.target: _read(node, number, who) for number, node in _expressions(nodes)}
    kinds, units = dict(kinds or {}), {str(task): unit for task, unit in (units or {}).items()}
    check_kinds(kinds, who)
    names = () if Y is None else label_table(Y, who)[0].names
    of_new = {task: kinds.pop(task) for task in list(kinds) if task in found and task not in names}
    of_given = {task: unit for task, unit in units.items() if task not in found or task in names}
    columns, labels = read_labels(Y, who, kinds, weights, of_given)
    table = dict(zip(columns.canonical, labels.T, strict=False))
    for task in _in_order(found, columns.names, who):
        columns = _add(columns, table, task, found[task], of_new.get(task, REAL), who)
        if columns.kind(task) == REAL:
            check_resolution(table[task], weights, task, who)
        _check_unit(task, found[task], units, who)
    ordered = np.column_stack([table[name] for name in columns.canonical])
    return columns, columns.expand(ordered)


def learned_expression(node: Expression, columns: LabelColumns) -> str:
    """Write the expression on what trees learn: logarithms of positive tasks."""
    arithmetic = read_expression(node.expression)
    new = {
        name: f"exp({quote(name)})" if columns.kind(name) == POSITIVE else quote(name)
        for name in arithmetic.names
    }
    text = arithmetic.renamed(new)
    return f"log({text})" if columns.kind(node.target) == POSITIVE else text


def _expressions(nodes: Sequence[Any]) -> list[tuple[int, Expression]]:
    given = list(nodes) if hasattr(nodes, "__iter__") else []
    return [(number, node) for number, node in enumerate(given) if isinstance(node, Expression)]


def _read(node: Expression, number: int, who: str) -> Arithmetic:
    if not isinstance(node.target, str) or not node.target or not isinstance(node.expression, str):
        raise WrongOption(
            f"{who}: node {number} needs a name and an expression as texts, such as "
            f"Expression('delta', 'gap_exp - gap_dft'); got {node.target!r} and {node.expression!r}."
        )
    try:
        return read_expression(node.expression)
    except UnreadableExpression as error:
        raise UnreadableExpression(f"{who}: task {node.target}: {error}") from None


def _in_order(found: Mapping[str, Arithmetic], names: tuple[str, ...], who: str) -> list[str]:
    """Sort expressions so that each stands behind those in it."""
    for task, arithmetic in found.items():
        for name in arithmetic.names:
            if name not in names and name not in found:
                known = ", ".join((*names, *(other for other in found if other not in names)))
                raise UnknownTask(
                    f"{who}: the expression {arithmetic.text!r} of task {task} names {name!r}, and the tasks "
                    f"are {known}; a name that is no plain word stands in `backticks`."
                )
    ordered: list[str] = []
    waiting = sorted(found)
    while waiting:
        ready = [task for task in waiting if not set(found[task].names) & set(waiting)]
        if not ready:
            raise TaskCycle(
                f"{who}: the expressions of {', '.join(waiting)} need each other, or themselves; "
                "take one of the names out."
            )
        ordered += ready
        waiting = [task for task in waiting if task not in ready]
    return ordered


def _add(
    columns: LabelColumns,
    table: dict[str, np.ndarray],
    task: str,
    arithmetic: Arithmetic,
    kind: str,
    who: str,
) -> LabelColumns:
    """Compute the labels of one expression where all in it are labelled; a task of Y keeps its own."""
    for name in (*arithmetic.names, *((task,) if task in columns.names else ())):
        if columns.kind(name) == CATEGORY:
            raise WrongOption(
                f"{who}: the expression of task {task} is on {name}, a category and no number; take it out, "
                "or let a latent variable see it."
            )
    kind = columns.kind(task) if task in columns.names else kind
    if kind not in (REAL, POSITIVE):
        raise WrongOption(f"{who}: task {task}, an expression, must be real or positive, got {kind!r}.")
    if task in columns.names:
        return columns
    values = {
        name: np.exp(table[name]) if columns.kind(name) == POSITIVE else table[name]
        for name in arithmetic.names
    }
    result = arithmetic.of(values)
    is_there = ~np.isnan(np.array(list(values.values()))).any(axis=0)
    bad = np.flatnonzero(is_there & ~np.isfinite(result))
    if len(bad):
        told = ", ".join(f"{name} = {value[bad[0]]:g}" for name, value in values.items())
        raise NotFinite(
            f"{who}: the expression {arithmetic.text!r} of task {task} is no finite number for the labels of "
            f"row {bad[0]} ({told}); correct them, or guard it, as with maximum(..., 1e-6)."
        )
    table[task] = read_numbers(np.where(is_there, result, np.nan), kind, task, who)
    return replace(
        columns, names=(*columns.names, task), flat=False, kinds=(*columns.kinds, kind),
        classes=(*columns.classes, ()), computed=(*columns.computed, task),
    )  # fmt: skip


def _check_unit(task: str, arithmetic: Arithmetic, units: Mapping[str, str], who: str) -> None:
    try:
        unit = arithmetic.unit(units)
    except UnitMismatch as error:
        raise UnitMismatch(f"{who}: task {task}: {error}") from None
    if unit is not None and units.get(task, unit) != unit:
        raise UnitMismatch(
            f"{who}: task {task} is in {units[task]!r} and its expression {arithmetic.text!r} in {unit!r}; "
            "correct the unit, or convert by a factor in the expression."
        )
