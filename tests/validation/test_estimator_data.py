"""Bad data of the architectures: one sentence that says who, what, where and what to do."""

import numpy as np
import pandas as pd
import pytest

from graftwood.errors import (
    EmptyTable,
    LabelRange,
    MissingColumn,
    NotFinite,
    ShapeMismatch,
    TooFewLabels,
    UnknownTask,
)
from tests.validation.small_models import ARCHITECTURES, N, changed, good_table

every_architecture = pytest.mark.parametrize("model", ARCHITECTURES.values(), ids=ARCHITECTURES)


@pytest.fixture
def table():
    return good_table()


@every_architecture
@pytest.mark.parametrize(
    "spoil, error, message",
    [
        pytest.param(
            lambda X, Y: (X, Y.assign(exp=np.nan)),
            TooFewLabels,
            "all 40 labels of task exp are missing",
            id="all-labels-missing",
        ),
        pytest.param(
            lambda X, Y: (X, Y.assign(exp=Y["exp"].where(Y.index == 1))),
            TooFewLabels,
            r"task exp has labels for 1 material\(s\).*2 or more",
            id="one-labelled-row",
        ),
        pytest.param(
            lambda X, Y: (X, Y.assign(exp=Y["exp"].where(Y.index < 3)), np.arange(N) // 4),
            TooFewLabels,
            r"task exp has labels for 1 material\(s\)",
            id="one-labelled-material",
        ),
        pytest.param(
            lambda X, Y: (X, changed(Y, 7, "exp", -np.inf)),
            NotFinite,
            "the label of task exp in row 7 is infinity",
            id="infinite-label",
        ),
        pytest.param(
            lambda X, Y: (X, changed(Y, 7, "dft", "metal")),
            NotFinite,
            "label of task dft in row 7 is 'metal' and not a number",
            id="text-label",
        ),
        pytest.param(lambda X, Y: (X, Y + 1j), NotFinite, "Complex data not supported", id="complex-label"),
        pytest.param(
            lambda X, Y: (changed(X, 5, "radius", np.inf), Y),
            NotFinite,
            "input 'radius' of row 5 is infinity; correct it or leave it missing",
            id="infinite-input",
        ),
        pytest.param(
            lambda X, Y: (changed(X, 5, "radius", np.inf).to_numpy(), Y),
            NotFinite,
            "input number 1 of row 5 is infinity",
            id="infinite-input-of-an-array",
        ),
        pytest.param(
            lambda X, Y: (X.to_numpy().astype(str).astype(object) + "x", Y),
            NotFinite,
            "X must hold numbers .*give text columns in a DataFrame",
            id="text-array",
        ),
        pytest.param(
            lambda X, Y: (X[:39], Y),
            ShapeMismatch,
            r"inconsistent numbers of samples: \[39, 40\]",
            id="rows-of-Y",
        ),
        pytest.param(
            lambda X, Y: (X, Y, np.arange(39)),
            ShapeMismatch,
            r"groups has shape \(39,\) for 40 rows",
            id="groups",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.ones(39)),
            ShapeMismatch,
            r"sample_weight has shape \(39,\) for 40 rows",
            id="weights",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.where(np.arange(N) == 3, -1.0, 1.0)),
            NotFinite,
            "sample_weight of row 3 is -1.0",
            id="negative-weight",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.where(np.arange(N) == 3, np.nan, 1.0)),
            NotFinite,
            "sample_weight of row 3 is nan",
            id="missing-weight",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.where(np.arange(N) == 7, 1e300, 1.0)),
            LabelRange,
            r"sample_weight of row 7 is 1e\+300, more than 1024 times the median 1",
            id="heavy-weight",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, ["heavy"] * N),
            NotFinite,
            "sample_weight of row 0 is 'heavy'; weights must be numbers",
            id="text-weight",
        ),
        *[
            pytest.param(
                lambda X, Y, none=none: (X, Y, ["Si", none, *range(N - 2)]),
                NotFinite,
                "the material of row 1 is missing in groups",
                id=f"missing-group-{none}",
            )
            for none in (np.nan, None, pd.NA)
        ],
        pytest.param(
            lambda X, Y: (X, Y, ["Si", np.nan] * (N // 2)),
            NotFinite,
            "the material of row 1 is missing in groups",
            id="missing-group-among-texts",
        ),
        pytest.param(
            lambda X, Y: (X, changed(Y, 7, "exp", 1e15)),
            LabelRange,
            r"label of task exp in row 7 is 1e\+15, so far from the others.*correct it",
            id="outlying-label",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, (np.arange(N) % 3 == 0) * 1.0),
            TooFewLabels,
            "labels of task exp are in rows of sample_weight 0; give some",
            id="task-without-weight",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.zeros(N)), EmptyTable, "all sample weights are zero", id="no-weight"
        ),
        pytest.param(lambda X, Y: (X[:0], Y[:0]), EmptyTable, r"X has 0 sample\(s\)", id="no-rows"),
        pytest.param(lambda X, Y: (X[[]], Y), EmptyTable, r"X has 0 feature\(s\)", id="no-inputs"),
        pytest.param(
            lambda X, Y: (X["mass"], Y), ShapeMismatch, "Expected 2D array, got 1D array", id="flat-X"
        ),
        pytest.param(
            lambda X, Y: (X, Y[["dft"]]), UnknownTask, "no task 'exp'; the tasks are dft", id="no-target"
        ),
        pytest.param(lambda X, Y: (X, Y[[]]), MissingColumn, "Y has no columns", id="no-tasks"),
        pytest.param(
            lambda X, Y: (X, None), ShapeMismatch, "the target y is None; give the labels", id="no-Y"
        ),
        pytest.param(
            lambda X, Y: (X, Y.set_axis(["exp", "exp"], axis=1)),
            MissingColumn,
            "two columns of Y are named 'exp'",
            id="task-named-twice",
        ),
        pytest.param(
            lambda X, Y: (X.set_axis(["mass", "mass", "charge"], axis=1), Y),
            MissingColumn,
            "two columns of X are named 'mass'",
            id="input-named-twice",
        ),
    ],
)
def test_bad_training_data(model, spoil, error, message, table):
    with pytest.raises(error, match=rf"^{type(model).__name__}: .*{message}"):
        model.fit(*spoil(*table))


@every_architecture
@pytest.mark.parametrize(
    "spoil, error, message",
    [
        pytest.param(
            lambda X: (X.drop(columns="radius"), None),
            MissingColumn,
            "lacks 1 of the inputs it was fitted with, such as 'radius'",
            id="input-missing",
        ),
        pytest.param(
            lambda X: (X.assign(extra=0.0), None),
            ShapeMismatch,
            "X has 4 features, but .* expecting 3",
            id="extra",
        ),
        pytest.param(
            lambda X: (X.to_numpy(), None),
            MissingColumn,
            "X has no column names, but was fitted with names",
            id="array-after-frame",
        ),
        pytest.param(
            lambda X: (changed(X, 2, "charge", -np.inf), None),
            NotFinite,
            "input 'charge' of row 2 is infinity",
            id="infinite-input",
        ),
        pytest.param(
            lambda X: (changed(X, 2, "charge", "two"), None),
            NotFinite,
            "input 'charge' of row 2 is the text 'two' among numbers",
            id="text-input",
        ),
        pytest.param(lambda X: (X[:0], None), EmptyTable, r"X has 0 sample\(s\)", id="no-rows"),
        pytest.param(
            lambda X: (X, pd.DataFrame({"dft": np.zeros(39)})),
            ShapeMismatch,
            "known has 39 rows and X has 40",
            id="rows-of-known",
        ),
        pytest.param(
            lambda X: (X, np.zeros((N, 3))),
            ShapeMismatch,
            "known has 3 columns and Y had 2",
            id="columns-of-known",
        ),
        pytest.param(
            lambda X: (X, pd.DataFrame({"hse": np.zeros(N)})),
            UnknownTask,
            "no task 'hse'",
            id="unknown-known",
        ),
        pytest.param(
            lambda X: (X, pd.DataFrame({"dft": np.where(np.arange(N) == 4, np.inf, 0.0)})),
            NotFinite,
            "known: the label of task dft in row 4 is infinity",
            id="infinite-known",
        ),
        pytest.param(
            lambda X: (X, pd.DataFrame({"dft": ["metal"] * N})),
            NotFinite,
            "known: .*task dft in row 0 is 'metal'",
            id="text-known",
        ),
    ],
)
def test_bad_rows_to_predict(model, spoil, error, message, table):
    model.fit(*table)
    X, known = spoil(table[0])
    for answer in (model.predict, model.predict_interval, model.predict_tasks):
        with pytest.raises(error, match=rf"^{type(model).__name__}: .*{message}"):
            answer(X, known=known)
