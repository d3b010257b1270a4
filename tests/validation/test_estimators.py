"""Bad input of the architectures: one sentence that says who, what, where and what to do."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask
from graftwood.errors import (
    EmptyTable,
    LabelRange,
    MissingColumn,
    NoOutOfBagRows,
    NotFinite,
    ShapeMismatch,
    TooFewLabels,
    UnitMismatch,
    UnknownTask,
    WrongOption,
)

N = 40
OPTIONS = {"n_estimators": 10, "random_state": 0}
ARCHITECTURES = {
    "single": SingleTask("exp", **OPTIONS),
    "multi-task": MultiTaskForest("exp", **OPTIONS),
    "pooled": Pooled("exp", **OPTIONS),
    "difference": Difference("exp", "dft", **OPTIONS),
    "latent": LatentVariable("exp", ["dft"], **OPTIONS),
}
every_architecture = pytest.mark.parametrize("model", ARCHITECTURES.values(), ids=ARCHITECTURES)


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(N, 3)), columns=["mass", "radius", "charge"])
    Y = pd.DataFrame({"exp": X["mass"] + 1, "dft": X["mass"]})
    Y.loc[::3, "exp"] = np.nan
    return X, Y


def changed(frame, row, column, value):
    frame = frame.astype(object) if isinstance(value, str) else frame.copy()
    frame.loc[row, column] = value
    return frame


@pytest.mark.parametrize(
    "model, option, value, message",
    [
        pytest.param(model, option, value, message, id=f"{type(model).__name__}-{option}-{value}")
        for model, option, value, message in [
            *[(m, "n_estimators", 0, "an integer >= 1, got 0") for m in ARCHITECTURES.values()],
            *[(m, "n_estimators", 2.5, "an integer >= 1, got 2.5") for m in ARCHITECTURES.values()],
            *[(m, "n_estimators", True, "an integer >= 1, got True") for m in ARCHITECTURES.values()],
            *[(m, "n_jobs", 0, "None or -1 or an integer >= 1, got 0") for m in ARCHITECTURES.values()],
            *[(m, "n_jobs", -2, "got -2") for m in ARCHITECTURES.values()],
            *[(m, "units", "eV", "None or a dict, got 'eV'") for m in ARCHITECTURES.values()],
            *[(m, "random_state", -1, "an integer from 0 to") for m in ARCHITECTURES.values()],
            *[(m, "random_state", "seed", "an integer from 0 to") for m in ARCHITECTURES.values()],
            *[
                (m, "base", "forest", "None or a MultiTaskForest, got 'forest'")
                for name, m in ARCHITECTURES.items()
                if name != "multi-task"
            ],
            (MultiTaskForest(), "max_features", 0.0, r"a fraction in \(0, 1\] or an integer >= 1 or"),
            (MultiTaskForest(), "max_features", 1.5, "got 1.5"),
            (MultiTaskForest(), "max_features", 0, "got 0"),
            (MultiTaskForest(), "max_features", "log2", "or 'sqrt' or None, got 'log2'"),
            (MultiTaskForest(), "min_samples_leaf", 0, "an integer >= 1, got 0"),
            (MultiTaskForest(), "max_depth", 0, "an integer >= 1 or None, got 0"),
            (MultiTaskForest(), "task_weight", 1.5, "a number from 0 to 1, got 1.5"),
            (MultiTaskForest(), "task_weight", np.nan, "a number from 0 to 1, got nan"),
            (Pooled(), "source_as_input", "yes", "True or False, got 'yes'"),
            (Difference(), "regimes", (), "'hidden', 'visible' or a tuple of them"),
            (Difference(), "regimes", ("seen",), r"got \('seen',\)"),
            (LatentVariable(), "regimes", "seen", "got 'seen'"),
            (LatentVariable(), "regimes", 3, "got 3"),
            (LatentVariable(), "latents", [], "is empty; name at least one task"),
        ]
    ],
)
def test_wrong_option(model, option, value, message, table):
    model = type(model)(**{**model.get_params(), option: value})
    with pytest.raises(WrongOption, match=rf"^{type(model).__name__}: {option}.*{message}"):
        model.fit(*table)


def test_wrong_option_of_the_base_is_found(table):
    with pytest.raises(
        WrongOption, match="^SingleTask's base: max_depth must be an integer >= 1 or None, got 0"
    ):
        SingleTask("exp", base=MultiTaskForest(max_depth=0)).fit(*table)


@every_architecture
@pytest.mark.parametrize(
    "spoil, error, message",
    [
        pytest.param(
            lambda X, Y: (X, Y.assign(exp=np.nan)), TooFewLabels, "all 40 labels of task exp are missing",
            id="all-labels-missing",
        ),
        pytest.param(
            lambda X, Y: (X, Y.assign(exp=Y["exp"].where(Y.index == 1))), TooFewLabels,
            r"task exp has labels for 1 material\(s\).*2 or more", id="one-labelled-row",
        ),
        pytest.param(
            lambda X, Y: (X, Y.assign(exp=Y["exp"].where(Y.index < 3)), np.arange(N) // 4), TooFewLabels,
            r"task exp has labels for 1 material\(s\)", id="one-labelled-material",
        ),
        pytest.param(
            lambda X, Y: (X, changed(Y, 7, "exp", -np.inf)), NotFinite,
            "the label of task exp in row 7 is infinity", id="infinite-label",
        ),
        pytest.param(
            lambda X, Y: (X, changed(Y, 7, "dft", "metal")), NotFinite,
            "labels of task dft are not all numbers .*metal", id="text-label",
        ),
        pytest.param(
            lambda X, Y: (X, Y + 1j), NotFinite, "Complex data not supported", id="complex-label"
        ),
        pytest.param(
            lambda X, Y: (changed(X, 5, "radius", np.inf), Y), NotFinite,
            "input 'radius' of row 5 is infinity; correct it or leave it missing", id="infinite-input",
        ),
        pytest.param(
            lambda X, Y: (changed(X, 5, "radius", np.inf).to_numpy(), Y), NotFinite,
            "input number 1 of row 5 is infinity", id="infinite-input-of-an-array",
        ),
        pytest.param(
            lambda X, Y: (X.to_numpy().astype(str).astype(object) + "x", Y), NotFinite,
            "X must hold numbers .*give text columns in a DataFrame", id="text-array",
        ),
        pytest.param(
            lambda X, Y: (X[:39], Y), ShapeMismatch, r"inconsistent numbers of samples: \[39, 40\]", id="rows-of-Y"
        ),
        pytest.param(
            lambda X, Y: (X, Y, np.arange(39)), ShapeMismatch, r"groups has shape \(39,\) for 40 rows", id="groups"
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.ones(39)), ShapeMismatch,
            r"sample_weight has shape \(39,\) for 40 rows", id="weights",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.where(np.arange(N) == 3, -1.0, 1.0)), NotFinite,
            "sample_weight of row 3 is -1.0", id="negative-weight",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.where(np.arange(N) == 3, np.nan, 1.0)), NotFinite,
            "sample_weight of row 3 is nan", id="missing-weight",
        ),
        pytest.param(
            lambda X, Y: (X, Y, None, np.zeros(N)), EmptyTable, "all sample weights are zero", id="no-weight"
        ),
        pytest.param(lambda X, Y: (X[:0], Y[:0]), EmptyTable, r"X has 0 sample\(s\)", id="no-rows"),
        pytest.param(lambda X, Y: (X[[]], Y), EmptyTable, r"X has 0 feature\(s\)", id="no-inputs"),
        pytest.param(lambda X, Y: (X["mass"], Y), ShapeMismatch, "Expected 2D array, got 1D array", id="flat-X"),
        pytest.param(lambda X, Y: (X, Y[["dft"]]), UnknownTask, "no task 'exp'; the tasks are dft", id="no-target"),
        pytest.param(lambda X, Y: (X, Y[[]]), MissingColumn, "Y has no columns", id="no-tasks"),
        pytest.param(lambda X, Y: (X, None), ShapeMismatch, "the target y is None; give the labels", id="no-Y"),
        pytest.param(
            lambda X, Y: (X, Y.set_axis(["exp", "exp"], axis=1)), MissingColumn,
            "two columns of Y have one name", id="task-named-twice",
        ),
        pytest.param(
            lambda X, Y: (X.set_axis(["mass", "mass", "charge"], axis=1), Y), MissingColumn,
            "two columns of X are named 'mass'", id="input-named-twice",
        ),
    ],
)  # fmt: skip
def test_bad_training_data(model, spoil, error, message, table):
    with pytest.raises(error, match=rf"^{type(model).__name__}: .*{message}"):
        model.fit(*spoil(*table))


@every_architecture
@pytest.mark.parametrize(
    "spoil, error, message",
    [
        pytest.param(
            lambda X: (X.drop(columns="radius"), None), MissingColumn,
            "lacks 1 of the inputs it was fitted with, such as 'radius'", id="input-missing",
        ),
        pytest.param(
            lambda X: (X.assign(extra=0.0), None), ShapeMismatch, "X has 4 features, but .* expecting 3", id="extra"
        ),
        pytest.param(
            lambda X: (X.to_numpy(), None), MissingColumn, "X has no column names, but was fitted with names",
            id="array-after-frame",
        ),
        pytest.param(
            lambda X: (changed(X, 2, "charge", -np.inf), None), NotFinite, "input 'charge' of row 2 is infinity",
            id="infinite-input",
        ),
        pytest.param(
            lambda X: (changed(X, 2, "charge", "two"), None), NotFinite,
            "input 'charge' was a number when fitted", id="text-input",
        ),
        pytest.param(lambda X: (X[:0], None), EmptyTable, r"X has 0 sample\(s\)", id="no-rows"),
        pytest.param(
            lambda X: (X, pd.DataFrame({"dft": np.zeros(39)})), ShapeMismatch,
            "known has 39 rows and X has 40", id="rows-of-known",
        ),
        pytest.param(
            lambda X: (X, np.zeros((N, 3))), ShapeMismatch, "known has 3 columns and Y had 2", id="columns-of-known"
        ),
        pytest.param(
            lambda X: (X, pd.DataFrame({"hse": np.zeros(N)})), UnknownTask, "no task 'hse'", id="unknown-known"
        ),
        pytest.param(
            lambda X: (X, pd.DataFrame({"dft": np.where(np.arange(N) == 4, np.inf, 0.0)})), NotFinite,
            "known label of task dft in row 4 is infinite", id="infinite-known",
        ),
        pytest.param(
            lambda X: (X, pd.DataFrame({"dft": ["metal"] * N})), NotFinite, "not all numbers", id="text-known"
        ),
    ],
)  # fmt: skip
def test_bad_rows_to_predict(model, spoil, error, message, table):
    model.fit(*table)
    X, known = spoil(table[0])
    for answer in (model.predict, model.predict_interval, model.predict_tasks):
        with pytest.raises(error, match=rf"^{type(model).__name__}: .*{message}"):
            answer(X, known=known)


@every_architecture
@pytest.mark.parametrize(
    "ask, error, message",
    [
        pytest.param(
            lambda m, X: m.predict(X, return_std=True, of="all"), WrongOption, "of must be 'observation'", id="of"
        ),
        pytest.param(
            lambda m, X: m.predict_interval(X, coverage=90), WrongOption, "coverage must be a number from 0.01",
            id="coverage",
        ),
        pytest.param(
            lambda m, X: m.predict_tasks(X, coverage=0), WrongOption, "coverage must be a number from 0.01",
            id="coverage-of-tasks",
        ),
        pytest.param(
            lambda m, X: m.predict_tasks(X, tasks=["hse"]), UnknownTask, "does not predict task 'hse'; it predicts",
            id="task",
        ),
    ],
)  # fmt: skip
def test_bad_questions(model, ask, error, message, table):
    with pytest.raises(error, match=rf"^{type(model).__name__}: {message}|^{type(model).__name__} {message}"):
        ask(model.fit(*table), table[0])


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(SingleTask("hse"), id="target-by-name"),
        pytest.param(MultiTaskForest(2), id="target-by-number"),
        pytest.param(MultiTaskForest(-1), id="negative-number"),
        pytest.param(Pooled(None), id="target-not-given"),
        pytest.param(Pooled(True), id="target-not-a-number"),
        pytest.param(Difference("exp", "hse"), id="source"),
        pytest.param(LatentVariable("exp", ["dft", "hse"]), id="latent"),
    ],
)
def test_unknown_task_is_named_with_those_there_are(model, table):
    with pytest.raises(
        UnknownTask, match=r"there is no task ('hse'|2|-1|None|True); the tasks are exp, dft\."
    ):
        model.fit(*table)


@pytest.mark.parametrize(
    "model", [ARCHITECTURES["difference"], ARCHITECTURES["pooled"]], ids=["difference", "pooled"]
)
def test_units_that_differ_are_not_added_or_pooled(model, table):
    mixed = type(model)(**{**model.get_params(), "units": {"exp": "eV", "dft": "Ry"}})
    with pytest.raises(
        UnitMismatch, match=r"task dft is in 'Ry' and task exp in 'eV'|task exp is in 'eV' and"
    ):
        mixed.fit(*table)


def test_units_may_differ_where_nothing_is_added(table):
    units = {"exp": "eV", "dft": "Ry"}
    for model in (ARCHITECTURES["latent"], ARCHITECTURES["multi-task"], ARCHITECTURES["single"]):
        type(model)(**{**model.get_params(), "units": units}).fit(*table)


@every_architecture
def test_unfitted_model_says_so(model, table):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        type(model)(**model.get_params()).predict(table[0])


def test_one_tree_cannot_know_its_error(table):
    with pytest.raises(NoOutOfBagRows, match="use more trees or more labels"):
        SingleTask("exp", n_estimators=1, random_state=0).fit(*table)


def test_too_many_categories_are_counted(table):
    X = pd.DataFrame({"formula": [f"X{i}" for i in range(300)]})
    with pytest.raises(ShapeMismatch, match="input 'formula' has 300 categories, at most 255"):
        SingleTask(**OPTIONS).fit(X, np.arange(300.0))


def test_label_too_large_to_square_is_refused(table):
    X, Y = table
    y = np.zeros(N)
    y[3] = 1e308
    y[4] = -1e308
    with pytest.raises(
        LabelRange, match=r"^SingleTask: the label of task 0 in row 3 is 1e\+308, too large.*; correct"
    ):
        SingleTask(**OPTIONS).fit(X, y)
