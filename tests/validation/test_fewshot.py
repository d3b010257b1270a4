"""Bad input of the few-shot estimators: one sentence that says who, what, where and what to do."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone

from graftwood.errors import (
    DependentInputs,
    EmptyTable,
    NotFinite,
    ShapeMismatch,
    TooFewLabels,
    UnknownTask,
    WrongOption,
)
from graftwood.fewshot import (
    AlternatingGradient,
    LinearANIL,
    LinearMAML,
    MetaSubspacePursuit,
    MomentSubspace,
    NuclearNorm,
    OracleSubspace,
    PooledRidge,
)
from tests.fewshot.planted import EVERYTHING, SUBSPACES, TRUTH, uneven_rows

every = pytest.mark.parametrize("name", EVERYTHING)
TABLE = TRUTH.X, TRUTH.y, TRUTH.task


def changed(array, place, value):
    array = np.array(array, dtype=object if isinstance(value, str | None) else None)
    array[place] = value
    return array


def with_column(column):
    return np.column_stack([TRUTH.X, column])


@every
@pytest.mark.parametrize(
    "spoil, error, message",
    [
        pytest.param(lambda X, y, t: (changed(X, (7, 2), np.nan), y, t), NotFinite,
                     "input 2 of row 7 is nan; correct it, fill it or leave the row out", id="nan-input"),
        pytest.param(lambda X, y, t: (changed(X, (7, 2), -np.inf), y, t), NotFinite,
                     "input 2 of row 7 is -inf", id="infinite-input"),
        pytest.param(lambda X, y, t: (with_column(np.full(len(y), np.nan)), y, t), NotFinite,
                     "input 8 is NaN in every row; drop it", id="nan-column"),
        pytest.param(lambda X, y, t: (with_column(np.full(len(y), 3.0)), y, t), DependentInputs,
                     "input 8 is 3 in every row; drop it, and say fit_intercept=True", id="constant-column"),
        pytest.param(lambda X, y, t: (pd.DataFrame(X).assign(bias=1.0), y, t), DependentInputs,
                     "input 'bias' is 1 in every row", id="constant-column-by-name"),
        pytest.param(lambda X, y, t: (changed(X, (7, 2), "metal"), y, t), NotFinite,
                     "X cannot be read as numbers", id="text-input"),
        pytest.param(lambda X, y, t: (X[:, 0], y, t), ShapeMismatch,
                     r"its shape is \(720,\)", id="flat-inputs"),
        pytest.param(lambda X, y, t: (X[:0], y[:0], t[:0]), EmptyTable, "X has no rows", id="no-rows"),
        pytest.param(lambda X, y, t: (X, y[:-1], t), ShapeMismatch,
                     r"y has shape \(719,\) and X has 720 rows", id="short-labels"),
        pytest.param(lambda X, y, t: (X, changed(y, 3, np.nan), t), NotFinite,
                     "the label of row 3 is nan; leave rows without a label out", id="nan-label"),
        pytest.param(lambda X, y, t: (X, changed(y, 3, "high"), t), NotFinite,
                     "y cannot be read as numbers", id="text-label"),
        pytest.param(lambda X, y, t: (X, y, t[:-1]), ShapeMismatch,
                     r"task has shape \(719,\) and X has 720 rows", id="short-tasks"),
        pytest.param(lambda X, y, t: (X, y, changed(t, 5, None)), UnknownTask,
                     "the task of row 5 is missing; name it", id="missing-task"),
        pytest.param(lambda X, y, t: (X, y, changed(t.astype(float), 5, np.nan)), UnknownTask,
                     "the task of row 5 is missing", id="nan-task"),
        pytest.param(lambda X, y, t: (X, y, changed(t, 5, "five")), UnknownTask,
                     "named by values of several types", id="mixed-names"),
        pytest.param(lambda X, y, t: (X, y, [*map(str, t[:-1]), float("nan")]), UnknownTask,
                     "the task of row 719 is missing", id="nan-in-a-list-of-names"),
        pytest.param(lambda X, y, t: (X, y, [*map(str, t[:-1]), 3]), UnknownTask,
                     "named by values of several types", id="number-in-a-list-of-names"),
        pytest.param(lambda X, y, t: (changed(X, (7, 2), 1e160), y, t), NotFinite,
                     r"input 2 of row 7 is 1e\+160 and products of values beyond 1e\+40", id="huge-input"),
        pytest.param(lambda X, y, t: (X, changed(y, 3, -1e160), t), NotFinite,
                     r"the label of row 3 is -1e\+160 and products", id="huge-label"),
        pytest.param(lambda X, y, t: (X + 0j, y, t), NotFinite, "X has complex numbers", id="complex-input"),
        pytest.param(lambda X, y, t: (csr_array(X), y, t), NotFinite,
                     r"X is a sparse matrix; give X.toarray\(\)", id="sparse-input"),
        pytest.param(lambda X, y, t: (pd.DataFrame(X).astype("Float64").replace(X[7, 2], pd.NA), y, t),
                     NotFinite, "input '2' of row 7 is nan", id="input-pandas-calls-missing"),
        pytest.param(lambda X, y, t: (pd.DataFrame(X).assign(at=pd.Timestamp(2020, 1, 1)), y, t), NotFinite,
                     "X cannot be read as numbers", id="date-input"),
        pytest.param(lambda X, y, t: (X, y, pd.Series(t, dtype="string").where(t > 0)), UnknownTask,
                     "the task of row 0 is missing", id="task-pandas-calls-missing"),
        pytest.param(lambda X, y, t: (X, y, pd.Categorical(t, categories=range(61))), TooFewLabels,
                     "task 60 has no rows; remove it from the categories or add", id="no-rows-of-a-task"),
    ],
)  # fmt: skip
def test_bad_table(name, spoil, error, message):
    model = clone(EVERYTHING[name])
    with pytest.raises(error, match=rf"^{type(model).__name__}: .*{message}") as caught:
        model.fit(*spoil(*TABLE))
    assert str(caught.value).count(". ") == 0 and str(caught.value).endswith(".")


@pytest.mark.parametrize("name", SUBSPACES)
@pytest.mark.parametrize(
    "rank, n_tasks, message",
    [
        pytest.param(9, 60, "rank is 9 and there are 8 inputs; give a rank of at most 8", id="inputs"),
        pytest.param(4, 3, "rank is 4 and there are 3 tasks; give a rank of at most 3", id="tasks"),
        pytest.param(0, 60, "rank must be an integer >= 1 or 'auto', got 0", id="zero"),
        pytest.param(2.0, 60, "rank must be an integer >= 1 or 'auto', got 2.0", id="float"),
        pytest.param("all", 60, "rank must be an integer >= 1 or 'auto', got 'all'", id="word"),
    ],
)
def test_bad_rank(name, rank, n_tasks, message):
    few = TRUTH.task < n_tasks
    model = clone(SUBSPACES[name]).set_params(rank=rank)
    with pytest.raises(WrongOption, match=rf"^{type(model).__name__}: {message}"):
        model.fit(TRUTH.X[few], TRUTH.y[few], TRUTH.task[few])


@pytest.mark.parametrize(
    "model, option, value, message",
    [
        pytest.param(model, option, value, message, id=f"{type(model).__name__}-{option}-{value}")
        for model, option, value, message in [
            (MetaSubspacePursuit(2), "max_iter", 0, "an integer >= 1, got 0"),
            (MetaSubspacePursuit(2), "tol", -1, "a number from 0 to 1, got -1"),
            (MetaSubspacePursuit(2), "early_stopping", "yes", "True or False, got 'yes'"),
            (MetaSubspacePursuit(2), "validation_fraction", 1.0, "a number from 0.01 to 0.9, got 1.0"),
            (MetaSubspacePursuit(2), "step_size", 0.0, "'projected' or 'secant', got 0.0"),
            (MetaSubspacePursuit(2), "step_size", np.nan, "'projected' or 'secant', got nan"),
            (MetaSubspacePursuit(2), "alpha", 0, "a number above 0 or 'bayes', got 0"),
            (MetaSubspacePursuit(2), "alpha", np.inf, "a number above 0 or 'bayes', got inf"),
            (MetaSubspacePursuit(2), "centre", 1.5, "True or False, got 1.5"),
            (MetaSubspacePursuit(2), "whiten", None, "True or False, got None"),
            (MetaSubspacePursuit(2), "fit_intercept", "no", "True or False, got 'no'"),
            (MomentSubspace(2), "keeps_diagonal", 2, "True or False, got 2"),
            (AlternatingGradient(2), "init", "zeros", "'moments' or 'random', got 'zeros'"),
            (NuclearNorm(2), "penalty", -1.0, "a number above 0 or 'held out', got -1.0"),
            (LinearANIL(2), "n_inner_steps", 0, "an integer >= 1, got 0"),
            (LinearANIL(2), "inner_step_size", 0, "a number above 0, got 0"),
            (LinearMAML(2), "split", "third", "'half' or 'full', got 'third'"),
            (LinearMAML(2), "order", "second", "'exact' or 'first', got 'second'"),
            (LinearMAML(2), "learning_rate", True, "a number above 0, got True"),
            (PooledRidge(), "penalty", 0, "a number above 0 or 'tasks left out', got 0"),
        ]
    ],
)
def test_wrong_option(model, option, value, message):
    model = clone(model).set_params(**{option: value})
    with pytest.raises(WrongOption, match=rf"^{type(model).__name__}: {option} must be .*{message}"):
        model.fit(*TABLE)


@pytest.mark.parametrize("seed", [-1, "seed", 0.5])
def test_wrong_seed(seed):
    with pytest.raises(WrongOption, match="AlternatingGradient: random_state must be None, a RandomState or"):
        AlternatingGradient(2, init="random", random_state=seed).fit(*TABLE)


@pytest.mark.parametrize(
    "model, message",
    [
        pytest.param(MomentSubspace(2), "or set keeps_diagonal=True", id="moments"),
        pytest.param(AlternatingGradient(2), "or set init='random'", id="alternating"),
        pytest.param(LinearANIL(2), "or set split='full'", id="anil"),
        pytest.param(LinearMAML(2), "or set split='full'", id="maml"),
    ],
)
def test_a_task_with_one_row_where_two_are_needed(model, message):
    rows = uneven_rows(0, [5, 5, 1, 5, 5, 5])
    with pytest.raises(
        TooFewLabels, match=rf"1 of 6 tasks have fewer than 2 rows \(the first is task 2\).*{message}"
    ):
        model.fit(rows.X, rows.y, rows.task)
    way_out = message.removeprefix("or set ")
    option, value = way_out.split("=")
    fitted = clone(model).set_params(**{option: eval(value)}).fit(rows.X, rows.y, rows.task)
    assert np.isfinite(fitted.coef_).all()


@pytest.mark.filterwarnings("ignore::graftwood.errors.UndeterminedSubspace")
@pytest.mark.parametrize(
    "model, message",
    [
        pytest.param(MetaSubspacePursuit(), "none can be held out to choose the rank; give rank=", id="rank"),
        pytest.param(
            MetaSubspacePursuit(1, early_stopping=True),
            "none can be held out to stop early; set early_stopping=False",
            id="early-stopping",
        ),
        pytest.param(
            NuclearNorm(1), "none can be held out to choose the penalty; give penalty=", id="penalty"
        ),
    ],
)
def test_nothing_to_hold_out(model, message):
    rows = uneven_rows(0, [1] * 30)
    with pytest.raises(TooFewLabels, match=message):
        model.fit(rows.X, rows.y, rows.task)


def test_dependent_inputs_cannot_be_whitened():
    X = with_column(TRUTH.X[:, 0] - 2 * TRUTH.X[:, 1])
    with pytest.raises(DependentInputs, match=r"as input [018] is a combination of others; drop it or set"):
        MetaSubspacePursuit(2, whiten=True).fit(X, TRUTH.y, TRUTH.task)


@pytest.mark.parametrize(
    "subspace", [np.eye(2, 5), "subspace", [[1.0, np.nan] * 4]], ids=["inputs", "text", "nan"]
)
def test_wrong_oracle(subspace):
    with pytest.raises((ShapeMismatch, NotFinite), match="^OracleSubspace: subspace"):
        OracleSubspace(subspace).fit(*TABLE)
