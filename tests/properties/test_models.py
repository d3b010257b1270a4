"""What must hold of every architecture on any table: order, repeats, units and neighbours do not matter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from graftwood import Difference, LatentVariable, MultiTaskForest, Pooled, SingleTask, TaskGraph
from tests.strategies import Drawn, seeds, tables, warned_of

SHARED = {"n_estimators": 8, "random_state": 3}
MODELS = {
    "single": SingleTask("exp", **SHARED),
    "multi-task": MultiTaskForest(**SHARED),
    "pooled": Pooled("exp", source_as_input=True, **SHARED),
    "difference": Difference("exp", "dft", **SHARED),
    "latent": LatentVariable("exp", ["dft", "aux"], **SHARED),
    "graph": TaskGraph([LatentVariable("exp", "dft"), MultiTaskForest()], target="exp", **SHARED),
}
every_architecture = pytest.mark.parametrize("name", MODELS)
few = settings(max_examples=5, suppress_health_check=list(HealthCheck))
pytestmark = warned_of


def fitted(name, drawn: Drawn):
    return clone(MODELS[name]).fit(drawn.X, drawn.Y, groups=drawn.groups)


def answers(model, X, known=None):
    """Predictions, spreads and intervals of all tasks by name, as one array of shape (n_rows, n_answers)."""
    said = model.predict_tasks(X, known=known, coverage=0.9)
    parts = [said[task][part] for task in sorted(said) for part in sorted(said[task])]
    return np.column_stack([np.reshape(part, (len(X), -1)) for part in parts]).astype(float)


@every_architecture
@given(tables(), seeds)
@few
def test_order_of_rows_tasks_and_columns_changes_nothing(name, drawn, seed):
    rng = np.random.default_rng(seed)
    rows, columns, tasks = (rng.permutation(n) for n in (len(drawn.X), drawn.X.shape[1], 3))
    moved = Drawn(drawn.X.iloc[rows, columns], drawn.Y.iloc[rows, tasks], drawn.groups[rows])
    known = drawn.Y[["dft"]]
    before, after = fitted(name, drawn), fitted(name, moved)
    again = drawn.X.iloc[:, rng.permutation(drawn.X.shape[1])]
    for labels in (None, known):
        assert np.array_equal(answers(before, drawn.X, labels), answers(after, again, labels), equal_nan=True)


@every_architecture
@given(tables(), st.integers(2, 3))
@few
def test_writing_every_row_several_times_changes_no_prediction(name, drawn, times):
    several = drawn.rows(np.repeat(np.arange(len(drawn.X)), times))
    once, more = fitted(name, drawn), fitted(name, several)
    for labels in (None, drawn.Y[["dft"]]):
        said, again = (model.predict_tasks(drawn.X, known=labels) for model in (once, more))
        for task in said:
            np.testing.assert_allclose(again[task]["mean"], said[task]["mean"], rtol=1e-9, atol=1e-9)


@every_architecture
@given(tables(), st.integers(-40, 40))
@few
def test_a_power_of_two_scales_predictions_and_spreads_exactly(name, drawn, power):
    factor = 2.0**power
    before = fitted(name, drawn)
    after = fitted(name, Drawn(drawn.X, drawn.Y * factor, drawn.groups))
    for scaled, labels in ((None, None), (drawn.Y[["dft"]] * factor, drawn.Y[["dft"]])):
        expected = answers(before, drawn.X, labels) * factor
        assert np.array_equal(answers(after, drawn.X, scaled), expected, equal_nan=True)


@every_architecture
@given(tables(alike=False), seeds)
@few
def test_row_is_answered_alike_alone_among_others_and_twice(name, drawn, seed):
    rng, model = np.random.default_rng(seed), fitted(name, drawn)
    known = drawn.Y[["dft"]]
    whole = answers(model, drawn.X, known)
    at = rng.integers(0, len(drawn.X), rng.integers(1, 60))
    part = answers(model, drawn.X.iloc[at], known.iloc[at])
    assert np.array_equal(part, whole[at], equal_nan=True)
    first = drawn.X.iloc[[at[0]]]
    empty = drawn.X.reindex(range(len(drawn.X), len(drawn.X) + 7)).astype(drawn.X.dtypes)
    beside = answers(model, pd.concat([first, empty]))
    assert np.array_equal(beside[[0]], answers(model, first), equal_nan=True)


@every_architecture
@given(tables(), st.data())
@few
def test_a_label_known_as_missing_is_no_label(name, drawn, data):
    model, known = fitted(name, drawn), drawn.Y[["dft"]]
    row = data.draw(st.integers(0, len(known) - 1))
    assume(known["dft"].notna()[row])
    hidden = known.copy()
    hidden.loc[row, "dft"] = np.nan
    kept = np.arange(len(known)) != row
    assert np.array_equal(
        answers(model, drawn.X, known)[kept], answers(model, drawn.X, hidden)[kept], equal_nan=True
    )
    alone = answers(model, drawn.X.iloc[[row]])
    assert np.array_equal(answers(model, drawn.X, hidden)[[row]], alone, equal_nan=True)
