"""Messages whose advice depends on what the user did, not only on what is wrong."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Blend, Difference, Expression, SingleTask, TaskGraph, TransferSelector
from graftwood.errors import (
    NotFinite,
    ShapeMismatch,
    TooFewToJudge,
    UnreliableSpread,
    WrongOption,
)
from graftwood.features import TableFeatures
from graftwood.screening.predictor import Predictor

FEW = {"n_estimators": 5, "random_state": 0}
X = pd.DataFrame({"a": np.linspace(0, 1, 20), "b": np.arange(20) % 3})
Y = pd.DataFrame({"pbe": X["a"] + 1, "exp": X["a"] + 2})
COLOURS = Y.assign(colour=np.where(np.arange(20) % 2, "red", "blue"))


def with_cell(value):
    return Y.assign(exp=[value, *Y["exp"][1:]])


@pytest.mark.parametrize(
    "ask, error, says",
    [
        pytest.param(
            lambda: SingleTask("exp", kinds={"exp": "positive"}, **FEW).fit(X, with_cell(0.0)[["exp"]]),
            NotFinite,
            "in row 0 .* is zero, and the task is positive; correct it or make the task nonnegative",
            id="zero-of-a-positive-task",
        ),
        pytest.param(
            lambda: SingleTask("exp", kinds={"exp": "positive"}, **FEW).fit(X, with_cell(-1.0)[["exp"]]),
            NotFinite,
            "in row 0 .* is below zero, and the task is positive; correct it or make the task real",
            id="negative-of-a-positive-task",
        ),
        pytest.param(
            lambda: Difference("exp", "pbe", **FEW).fit(X, Y.assign(exp=[""] * 15 + [*range(5)])),
            NotFinite,
            r"in row 0 is the text '' among numbers; leave it missing \(NaN\)",
            id="empty-text-among-numbers",
        ),
        pytest.param(
            lambda: Difference("exp", "pbe", **FEW).fit(X, Y).predict(X, known={"pbe": ["x"] * 20}),
            NotFinite,
            "is 'x' and not a number; .* if these are classes, fit with kinds={'pbe': 'category'}",
            id="text-known-of-a-number",
        ),
        pytest.param(
            lambda: TaskGraph(Difference("exp", "pbe"), "exp", **FEW).fit(X, Y),
            WrongOption,
            r"TaskGraph: nodes must be a list of architectures, got Difference\(",
            id="one-node-and-no-list",
        ),
        pytest.param(
            lambda: Blend(SingleTask("exp"), **FEW).fit(X, Y),
            WrongOption,
            r"Blend: members must be a list of architectures, got SingleTask\(",
            id="one-member-and-no-list",
        ),
        pytest.param(
            lambda: TaskGraph([SingleTask("exp"), Expression("d", "exp - colour")], "d", **FEW).fit(
                X, COLOURS
            ),
            WrongOption,
            "colour, a category and no number; take it out, or let a latent variable see it",
            id="expression-on-a-class",
        ),
        pytest.param(
            lambda: SingleTask("exp", **FEW).fit(X, Y["exp"]).predict(X.assign(c=1.0)),
            ShapeMismatch,
            "expecting 2 features as input; leave out 'c', which fit did not see",
            id="one-column-too-many",
        ),
        pytest.param(
            lambda: SingleTask("exp", **FEW).fit(X.to_numpy(), Y["exp"]).predict(X.assign(c=1.0).to_numpy()),
            ShapeMismatch,
            "expecting 2 features as input; give the same columns as in fit",
            id="one-column-too-many-without-names",
        ),
    ],
)
def test_the_advice_fits_the_fault(ask, error, says):
    with pytest.raises(error, match=says):
        ask()


@pytest.mark.parametrize(
    "header, task", [("PBE [meV]", "pbe"), ("Eg_exp", "exp"), ("eg_EXP (eV)", "exp"), ("gap", ""), ("a", "")]
)
def test_a_column_that_seems_to_hold_known_labels_is_told(header, task):
    model = Difference("exp", "pbe", **FEW).fit(X, Y)
    predictor = Predictor(model, TableFeatures(), {}, headers={"eg_exp": "exp"})
    assert predictor.looks_like(header) == task


def test_a_warning_points_at_the_line_that_asked_however_deep_it_is_met():
    few, model = X[:6], SingleTask("exp", **FEW)
    selector = TransferSelector("exp", **FEW)
    for ask in (
        lambda: model.fit(few, Y[:6]).predict_interval(few, coverage=0.95),
        lambda: model.predict_tasks(few, coverage=0.95),
        lambda: model.fit(X, Y).predict(X, return_std=True, of="mean"),
        lambda: selector.fit(few, Y[:6]),
    ):
        with pytest.warns((UnreliableSpread, TooFewToJudge)) as met:
            ask()
        assert {warning.filename for warning in met} == {__file__}
