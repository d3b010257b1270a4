"""Expressions that are not defined for some rows, or cannot be at all."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, Expression, LatentVariable, MultiTaskForest, SingleTask, TaskGraph
from graftwood.errors import (
    NotFinite,
    TaskCycle,
    UndefinedExpression,
    UnitMismatch,
    UnknownTask,
    UnreadableExpression,
    UnreliableSpread,
    WrongOption,
)
from tests.architectures.planted import shared_rough_part

OPTIONS = {"n_estimators": 30, "random_state": 0}
DELTA = Expression("delta", "exp - dft")
UNIT = {"exp": "eV", "dft": "eV"}


def test_undefined_rows_are_missing_with_a_warning_and_inputs_of_others():
    X, Y, truth = shared_rough_part()
    Y["colour"] = np.where(truth > 1, "red", "blue")
    nodes = [
        Difference("exp", "dft"),
        Expression("ratio", "log(exp - dft)"),
        LatentVariable("colour", "ratio"),
    ]
    Y.loc[truth < 0.2, "exp"] = np.nan
    with pytest.warns(UndefinedExpression, match="of task ratio is not defined for [0-9]+ of [0-9]+ rows"):
        graph = TaskGraph(nodes, target="ratio", **OPTIONS).fit(X, Y)
    known = pd.DataFrame({"dft": np.zeros(len(X)), "exp": np.where(np.arange(len(X)) % 2, -1.0, 1.0)})
    with pytest.warns(UndefinedExpression, match="is not defined for 250 of 500 rows"):
        said = graph.predict(X, known=known)
    assert np.array_equal(np.isnan(said), known["exp"] < 0)
    with pytest.warns(UndefinedExpression):
        _, spread = graph.predict(X, known=known, return_std=True)
    assert np.isnan(spread[known["exp"] < 0]).all() and (spread[known["exp"] > 0] == 0).all()
    with pytest.warns(UndefinedExpression):
        colours = graph.predict_tasks(X, known=known, tasks=["colour"])["colour"]["mean"]
    assert set(colours) == {"red", "blue"}


def test_labels_that_an_expression_is_not_defined_for_are_refused_by_row():
    X, Y, _ = shared_rough_part()
    Y.loc[[3], ["exp", "dft"]] = [1.0, 1.0]
    graph = TaskGraph([Expression("inverse", "1 / (exp - dft)")], **OPTIONS)
    with pytest.raises(NotFinite, match=r"no finite number for the labels of row 3 \(exp = 1, dft = 1\)"):
        graph.fit(X, Y)


def test_too_few_common_labels_leave_the_error_bar_as_it_is_with_a_warning():
    X, Y, _ = shared_rough_part()
    Y["exp"] = Y["exp"].where(np.arange(500) % 2 == 0)
    Y["dft"] = Y["dft"].where(np.arange(500) % 2 == 1)
    with pytest.warns(UnreliableSpread, match="task delta is that of the trees as it is, as 0 materials"):
        graph = TaskGraph([MultiTaskForest(), DELTA], target="delta", **OPTIONS).fit(X, Y)
    assert (graph.predict(X, return_std=True)[1] > 0).all()


@pytest.mark.parametrize(
    ("nodes", "options", "error", "message"),
    [
        ([Expression("d", "exp - nothing")], {}, UnknownTask, "of task d names 'nothing', and the tasks are"),
        (
            [Expression("d", "exp -")],
            {},
            UnreadableExpression,
            "TaskGraph: task d: The expression 'exp -' cannot",
        ),
        (
            [Expression("exp", "exp - dft")],
            {},
            TaskCycle,
            "expressions of exp need each other, or themselves",
        ),
        ([Expression("d", "2 * e"), Expression("e", "d - dft")], {}, TaskCycle, "expressions of d, e need"),
        (
            [LatentVariable("exp", ["d"]), Expression("d", "exp - dft")],
            {},
            TaskCycle,
            "d, exp need each other",
        ),
        ([DELTA, DELTA], {}, WrongOption, "2 nodes answer for task delta"),
        ([SingleTask("exp"), Expression("exp", "dft + 1")], {}, WrongOption, "2 nodes answer for task exp"),
        ([Expression("d", "exp - colour")], {}, WrongOption, "of task d is on colour, a category"),
        ([Expression(3, "exp - dft")], {}, WrongOption, "node 0 needs a name and an expression as texts"),
        ([DELTA], {"kinds": {"delta": "category"}}, WrongOption, "must be real or positive, got 'category'"),
        ([DELTA], {"kinds": {"delta": "positive"}}, NotFinite, "task delta in row .* is below zero"),
        (
            [DELTA],
            {"units": {"exp": "eV", "dft": "meV"}},
            UnitMismatch,
            "task delta: .*exp in 'eV' together with",
        ),
        ([DELTA], {"units": {**UNIT, "delta": "K"}}, UnitMismatch, "task delta is in 'K' and its expression"),
    ],
)
def test_expressions_that_cannot_be_are_refused_by_name(nodes, options, error, message):
    X, Y, truth = shared_rough_part(100)
    Y["colour"] = np.where(truth > 1, "red", "blue")
    with pytest.raises(error, match=message):
        TaskGraph(nodes, n_estimators=5, **options).fit(X, Y)


def test_units_of_a_new_task_are_no_unknown_task():
    X, Y, _ = shared_rough_part(100)
    graph = TaskGraph([DELTA], target="delta", units={**UNIT, "delta": "eV"}, n_estimators=5)
    assert graph.fit(X, Y).target_ == "delta"
