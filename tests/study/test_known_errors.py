"""Measurement errors of a study's tables weigh its labels, and those of hidden labels are hidden."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from graftwood.coding.inputs import code_rows
from graftwood.data.known_errors import known_errors
from graftwood.study.candidates import default_candidates
from graftwood.study.hold_out import Split, hold_out
from graftwood.study.labels import tell_labels
from graftwood.study.steps import compare_study, fit_final, inputs_of, named_candidate
from tests.study.planted import SOURCE, TARGET, small_study, small_table

OPTIONS = {"n_estimators": 8, "random_state": 0}


def with_errors(poor=None, tasks=(SOURCE, TARGET)):
    """The small study's table with an error of 0.01 for each label, 1.0 for those of poor rows."""
    table = small_table()
    sizes = np.where(np.zeros(table.n_rows, bool) if poor is None else poor, 1.0, 0.01)
    columns = {task: sizes if task in tasks else np.nan for task in table.labels.columns}
    errors = pd.DataFrame(columns, index=table.labels.index)
    return replace(table, label_std=errors.where(table.labels.notna()))


def held_out(errors, labels=None):
    """What two architectures say of every second material with nothing known of it."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    frame = pd.DataFrame({"dft": X[:, 0], "exp": X[:, 0] + X[:, 1]}) if labels is None else labels
    split = Split(
        code_rows(X, "Test"), tell_labels(frame, "Test"), "exp", (), np.arange(80).astype(str),
        np.where(np.arange(80) % 4 == 0, 0, -1), None, errors,
    )  # fmt: skip
    candidates = default_candidates("exp", ["dft"], n_estimators=8, random_state=0)
    few = [each for each in candidates if each.name in ("single", "difference")]
    return hold_out(split, few, ("hidden", "visible")), frame


def test_errors_are_used_where_every_label_has_one():
    table = with_errors()
    assert set(known_errors(table)) == {SOURCE, TARGET}
    table.label_std.loc[table.labels[TARGET].first_valid_index(), TARGET] = np.nan
    assert list(known_errors(table)) == [SOURCE]
    assert known_errors(small_table()) is None
    assert known_errors(with_errors(tasks=())) is None


def test_errors_that_differ_change_what_held_out_materials_are_said_to_be_and_equal_ones_do_not():
    poor = np.arange(80) % 3 == 0
    sizes = np.where(poor, 2.0, 0.01)
    without, _ = held_out(None)
    differing, _ = held_out(pd.DataFrame({"exp": sizes}))
    equal, _ = held_out(pd.DataFrame({"exp": np.full(80, 0.01)}))
    assert not np.allclose(without["prediction"], differing["prediction"])
    np.testing.assert_array_equal(without["prediction"], equal["prediction"])


def test_neither_label_nor_error_of_a_held_out_material_reaches_a_fit():
    rng = np.random.default_rng(1)
    errors = pd.DataFrame({"dft": rng.uniform(0.1, 1, 80), "exp": rng.uniform(0.1, 1, 80)})
    first, frame = held_out(errors)
    is_test = np.arange(80) % 4 == 0
    labels, changed = frame.copy(), errors.copy()
    labels.loc[is_test, "exp"] += 100.0
    changed.loc[is_test, "exp"] *= 7.0
    second, _ = held_out(changed, labels)
    np.testing.assert_array_equal(first["prediction"], second["prediction"])
    np.testing.assert_array_equal(first["spread"], second["spread"])
    changed.loc[~is_test, "exp"] *= rng.uniform(0.2, 5, 60)
    third, _ = held_out(changed, labels)
    assert not np.allclose(first["prediction"], third["prediction"])


@pytest.mark.parametrize("name", ["single", "difference", "latent", "multi_task"])
def test_final_model_is_the_one_fitted_with_errors(name):
    poor = np.arange(small_table().n_rows) % 3 == 0
    study = replace(small_study(), table=with_errors(poor))
    X = inputs_of(study)
    candidate = named_candidate(study, name)
    plain = fit_final(replace(study, table=small_table()), candidate, X)
    weighed = fit_final(study, candidate, X)
    assert not np.allclose(plain.predict(X), weighed.predict(X))
    weighed.predict(X, return_std=True, of="value")


def test_comparison_of_a_study_uses_them():
    poor = np.arange(small_table().n_rows) % 3 == 0
    study = replace(small_study(), leave_out=("pooled", "pooled_source_input", "latent", "multi_task"))
    plain = compare_study(study).held_out
    weighed = compare_study(replace(study, table=with_errors(poor))).held_out
    assert not np.allclose(plain["prediction"], weighed["prediction"])
