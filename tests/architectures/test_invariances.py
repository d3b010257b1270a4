"""What must not change a model: threads, order, units by powers of two, repeats, and the rest of a batch."""

import numpy as np
import pytest
from sklearn.base import clone

from tests.architectures.planted import all_answers, all_functions, small_models, two_sources

MODELS = small_models()
every_architecture = pytest.mark.parametrize("name", MODELS)


@pytest.fixture(scope="module")
def table():
    return two_sources()


@pytest.fixture(scope="module")
def fresh():
    X, Y, _ = two_sources(n_rows=40, seed=1)
    return X, Y[["dft"]].where(np.arange(40)[:, None] % 3 > 0)


@pytest.fixture(scope="module")
def answers(table, fresh):
    X, Y, materials = table
    return {name: all_answers(clone(m).fit(X, Y, groups=materials), *fresh) for name, m in MODELS.items()}


@every_architecture
def test_same_model_for_any_number_of_threads(name, table, fresh, answers):
    X, Y, materials = table
    for n_jobs in (3, -1):
        model = clone(MODELS[name]).set_params(n_jobs=n_jobs).fit(X, Y, groups=materials)
        assert np.array_equal(all_answers(model, *fresh), answers[name])


@every_architecture
def test_order_of_rows_columns_and_tasks_changes_nothing(name, table, fresh, answers):
    X, Y, materials = table
    rng = np.random.default_rng(3)
    rows, columns, tasks = rng.permutation(len(X)), rng.permutation(X.shape[1]), rng.permutation(Y.shape[1])
    model = clone(MODELS[name])
    model.fit(X.iloc[rows, columns], Y.iloc[rows, tasks], groups=materials[rows])
    moved = all_answers(model, fresh[0].iloc[:, rng.permutation(X.shape[1])], fresh[1])
    if model.target_ is None:  # answers come in the order of Y's columns
        moved = moved.reshape(len(moved), -1, len(tasks))[:, :, np.argsort(tasks)].reshape(len(moved), -1)
    assert np.array_equal(moved, answers[name])


@every_architecture
@pytest.mark.parametrize("factor", [1024.0, 2.0**-30])
def test_scaling_labels_by_a_power_of_two_scales_every_answer_exactly(name, factor, table, fresh, answers):
    X, Y, materials = table
    model = clone(MODELS[name]).fit(X, Y * factor, groups=materials)
    assert np.array_equal(all_answers(model, fresh[0], fresh[1] * factor), answers[name] * factor)


@every_architecture
def test_shifting_labels_shifts_predictions_but_where_two_cuts_tie(name, table, fresh):
    X, Y, materials = table
    moved = clone(MODELS[name]).fit(X, Y + 64.0, groups=materials).predict(fresh[0])
    error = np.abs(moved - clone(MODELS[name]).fit(X, Y, groups=materials).predict(fresh[0]) - 64.0)
    assert np.median(error) < 1e-9
    assert np.mean(error) < 0.1


@every_architecture
def test_writing_every_row_twice_changes_no_prediction(name, table, fresh):
    X, Y, materials = table
    twice = np.repeat(np.arange(len(X)), 2)
    once = clone(MODELS[name]).fit(X, Y, groups=materials)
    doubled = clone(MODELS[name]).fit(X.iloc[twice], Y.iloc[twice], groups=materials[twice])
    for known in (None, fresh[1]):
        assert np.allclose(
            doubled.predict(fresh[0], known=known), once.predict(fresh[0], known=known), rtol=1e-9, atol=1e-9
        )


@every_architecture
def test_row_is_answered_alone_as_among_others(name, table, fresh, answers):
    X, Y, materials = table
    model = clone(MODELS[name]).fit(X, Y, groups=materials)
    for row in (0, 1, 2, 17):
        alone = all_answers(model, fresh[0].iloc[[row]], fresh[1].iloc[[row]])
        assert np.array_equal(alone, answers[name][[row]])


@every_architecture
def test_seed_decides_and_nothing_else(name, table, fresh, answers):
    X, Y, materials = table
    other = clone(MODELS[name]).set_params(random_state=6).fit(X, Y, groups=materials)
    assert not np.array_equal(all_answers(other, *fresh), answers[name])
    again = clone(MODELS[name]).fit(X, Y, groups=materials)
    assert np.array_equal(all_answers(again, *fresh), answers[name])


@every_architecture
def test_rows_without_any_label_change_nothing(name, table, fresh, answers):
    X, Y, materials = table
    more_X, more_Y, more_materials = (np.concatenate([part, part[:20]]) for part in (X, Y, materials))
    more_Y[len(Y) :] = np.nan
    more_X = X.__class__(more_X, columns=X.columns).astype(X.dtypes)
    model = clone(MODELS[name])
    model.fit(more_X, Y.__class__(more_Y.astype(float), columns=Y.columns), groups=more_materials)
    assert np.array_equal(all_answers(model, *fresh), answers[name])


@every_architecture
def test_row_of_weight_zero_is_a_row_left_out(name, table, fresh):
    X, Y, materials = table
    kept = np.arange(len(X)) % 4 > 0
    weighted = clone(MODELS[name]).fit(X, Y, groups=materials, sample_weight=kept * 2.0)
    left_out = clone(MODELS[name]).fit(X[kept], Y[kept], groups=materials[kept])
    assert np.array_equal(all_answers(weighted, *fresh), all_answers(left_out, *fresh))


@every_architecture
@pytest.mark.filterwarnings(
    "ignore::graftwood.errors.UnreliableSpread"
)  # few materials have all three labels
def test_functions_of_tasks_and_domains_depend_on_nothing_else_either(name, table, fresh):
    X, Y, materials = table
    before = all_functions(clone(MODELS[name]).fit(X, Y, groups=materials), *fresh)
    rng = np.random.default_rng(3)
    rows, columns, tasks = rng.permutation(len(X)), rng.permutation(X.shape[1]), rng.permutation(Y.shape[1])
    model = clone(MODELS[name]).set_params(n_jobs=2)
    model.fit(X.iloc[rows, columns], Y.iloc[rows, tasks], groups=materials[rows])
    assert np.array_equal(all_functions(model, *fresh), before)
    alone = all_functions(model, fresh[0].iloc[[5]], fresh[1].iloc[[5]])
    np.testing.assert_array_equal(alone, before[[5]])
