"""Bad options and questions of the architectures: one sentence that says who, what and what is allowed."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask
from graftwood.errors import (
    LabelRange,
    NoOutOfBagRows,
    ShapeMismatch,
    UnitMismatch,
    UnknownTask,
    WrongOption,
)
from tests.validation.small_models import ARCHITECTURES, OPTIONS, N, good_table

every_architecture = pytest.mark.parametrize("model", ARCHITECTURES.values(), ids=ARCHITECTURES)


@pytest.fixture
def table():
    return good_table()


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
                (m, "base", "forest", "a scikit-learn regressor or classifier, or one of each, got 'forest'")
                for name, m in ARCHITECTURES.items()
                if name != "multi-task"
            ],
            (MultiTaskForest(), "max_features", 0.0, r"a fraction in \(0, 1\] or an integer >= 1, got"),
            (MultiTaskForest(), "max_features", 1.5, "got 1.5"),
            (MultiTaskForest(), "max_features", 0, "got 0"),
            (MultiTaskForest(), "max_features", "log2", "'sqrt' or None .*, got 'log2'"),
            (MultiTaskForest(), "min_samples_leaf", 0, "an integer >= 1, got 0"),
            (MultiTaskForest(), "max_depth", 0, "an integer >= 1 or None, got 0"),
            (MultiTaskForest(), "task_weight", 1.5, "a number from 0 to 1 or a dict, got 1.5"),
            (MultiTaskForest(), "task_weight", np.nan, "a number from 0 to 1 or a dict, got nan"),
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
    "ask, error, message",
    [
        pytest.param(
            lambda m, X: m.predict(X, return_std=True, of="all"),
            WrongOption,
            "of must be 'observation'",
            id="of",
        ),
        pytest.param(
            lambda m, X: m.predict_interval(X, coverage=90),
            WrongOption,
            "coverage must be a number from 0.01",
            id="coverage",
        ),
        pytest.param(
            lambda m, X: m.predict_tasks(X, coverage=0),
            WrongOption,
            "coverage must be a number from 0.01",
            id="coverage-of-tasks",
        ),
        pytest.param(
            lambda m, X: m.predict_tasks(X, tasks=["hse"]),
            UnknownTask,
            "does not predict task 'hse'; it predicts",
            id="task",
        ),
    ],
)
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
    with pytest.raises(NoOutOfBagRows, match="^SingleTask: 0 labelled rows of task exp .*use more trees"):
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
