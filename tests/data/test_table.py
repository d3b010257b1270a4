"""The table checks itself once and never changes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood.data import Table, Task
from graftwood.errors import MissingColumn, NotFinite, ShapeMismatch, UnknownTask, WrongOption

NAN = float("nan")


def small_table(**changes):
    parts = {
        "inputs": pd.DataFrame({"formula": ["GaN", "GaN", "ZnO", "ZnS"]}),
        "labels": pd.DataFrame({"dft": [1.7, 1.7, 0.7, NAN], "exp": [3.2, 3.4, NAN, 3.6]}),
        "materials": np.array(["GaN", "GaN", "OZn", "SZn"]),
        "tasks": (Task("dft", unit="eV"), Task("exp", unit="eV")),
    }
    return Table(**(parts | changes))


def test_overlap_counts_materials_not_rows():
    overlap = small_table().overlap()
    assert overlap.loc["exp", "exp"] == 2
    assert overlap.loc["dft", "dft"] == 2
    assert overlap.loc["dft", "exp"] == overlap.loc["exp", "dft"] == 1


def test_overlap_sees_labels_of_one_material_in_different_rows():
    labels = pd.DataFrame({"dft": [1.7, NAN, NAN, NAN], "exp": [NAN, 3.4, NAN, NAN]})
    assert small_table(labels=labels).overlap().loc["dft", "exp"] == 1


def test_task_is_found_by_name():
    assert small_table().task("exp").unit == "eV"


def test_unknown_task_lists_the_known_ones():
    with pytest.raises(UnknownTask, match="no task 'gap'; the tasks are dft, exp"):
        small_table().task("gap")


def test_subset_keeps_rows_tasks_and_problems():
    problems = pd.DataFrame([("a.csv", 3, "Xx", "no")], columns=["source", "row", "input", "problem"])
    half = small_table(problems=problems).subset(np.array([False, True, True, False]))
    assert half.n_rows == 2
    assert half.materials.tolist() == ["GaN", "OZn"]
    assert half.labels["dft"].tolist() == [1.7, 0.7]
    assert half.labels.index.tolist() == half.inputs.index.tolist() == [0, 1]
    assert len(half.problems) == 1


def test_without_labels_hides_only_what_is_named_and_leaves_the_table_alone():
    table = small_table()
    before = table.fingerprint()
    hidden = table.without_labels(table.materials == "GaN", ["exp"])
    assert np.array_equal(hidden.labels["exp"], [NAN, NAN, NAN, 3.6], equal_nan=True)
    assert hidden.labels["dft"].equals(table.labels["dft"])
    assert table.fingerprint() == before != hidden.fingerprint()


def test_without_labels_hides_classes_too():
    labels = pd.DataFrame({"dft": [1, 2, 3, 4], "exp": ["red", "red", "blue", None]})
    tasks = (Task("dft"), Task("exp", kind="category"))
    hidden = small_table(labels=labels, tasks=tasks).without_labels(np.full(4, True), ["dft", "exp"])
    assert hidden.labels.isna().all().all()


def test_without_labels_of_no_task_changes_nothing():
    table = small_table()
    assert table.without_labels(np.full(4, True), []).fingerprint() == table.fingerprint()


def test_frames_with_any_index_are_taken_row_by_row():
    inputs = pd.DataFrame({"formula": ["GaN", "GaN", "ZnO", "ZnS"]}, index=[9, 9, 4, 1])
    assert small_table(inputs=inputs).fingerprint() == small_table().fingerprint()


@given(st.permutations(range(4)))
def test_fingerprint_ignores_the_order_of_rows(order):
    table = small_table()
    order = list(order)
    shuffled = Table(
        table.inputs.iloc[order],
        table.labels.iloc[order],
        table.materials[order],
        table.tasks,
        table.problems,
    )
    assert shuffled.fingerprint() == table.fingerprint()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"inputs": pd.DataFrame({"formula": ["NGa", "GaN", "ZnO", "ZnS"]})}, id="input"),
        pytest.param(
            {"labels": pd.DataFrame({"dft": [1.7, 1.7, 0.8, NAN], "exp": [3.2, 3.4, NAN, 3.6]})}, id="label"
        ),
        pytest.param(
            {"labels": pd.DataFrame({"dft": [1.7, 1.7, 0.7, NAN], "exp": [3.2, 3.4, 3.6, NAN]})}, id="missing"
        ),
        pytest.param({"materials": np.array(["GaN", "GaN", "OZn", "S2Zn"])}, id="material"),
        pytest.param({"tasks": (Task("dft", unit="eV"), Task("exp", unit="J"))}, id="unit"),
    ],
)
def test_fingerprint_sees_a_change(changes):
    assert small_table(**changes).fingerprint() != small_table().fingerprint()


def test_fingerprint_is_the_same_for_one_content_in_several_types():
    labels = pd.DataFrame({"dft": [1, 1, 0, NAN], "exp": [3, 3, 2, 1]})
    same = pd.DataFrame({"dft": pd.array([1, 1, 0, None], dtype="Int64"), "exp": [3.0, 3.0, 2.0, 1.0]})
    plain = small_table(labels=labels)
    other = small_table(labels=same, materials=np.array(["GaN", "GaN", "OZn", "SZn"], dtype=object))
    assert plain.fingerprint() == other.fingerprint()


@pytest.mark.parametrize(
    "changes, error, message",
    [
        pytest.param(
            {"inputs": pd.DataFrame({"formula": ["GaN"]})},
            ShapeMismatch,
            r"inputs \(1, 1\)",
            id="inputs-short",
        ),
        pytest.param(
            {"materials": np.array(["GaN"])},
            ShapeMismatch,
            r"labels \(4, 2\), materials \(1,\)",
            id="few-keys",
        ),
        pytest.param(
            {"materials": np.array([["GaN"] * 4])}, ShapeMismatch, r"got shape \(1, 4\)", id="keys-in-2-d"
        ),
        pytest.param(
            {"materials": np.array(["GaN", "GaN", NAN, "SZn"], dtype=object)},
            WrongOption,
            "material of row 2 must be a text that is not empty, got nan",
            id="key-is-nan",
        ),
        pytest.param({"tasks": (Task("dft"),)}, ShapeMismatch, "1 tasks do not fit", id="tasks-few"),
        pytest.param(
            {"tasks": (Task("dft"), Task("dft"))}, WrongOption, "two tasks are named 'dft'", id="twins"
        ),
        pytest.param({"tasks": (Task("exp"), Task("dft"))}, MissingColumn, "order them alike", id="order"),
        pytest.param(
            {"tasks": (Task("dft"), Task("exp", same_as=("expt",)))},
            UnknownTask,
            "same as 'expt', which is none of the tasks",
            id="same-as-nothing",
        ),
        pytest.param(
            {"labels": pd.DataFrame({"dft": [1.0, 2.0, np.inf, 3.0], "exp": NAN})},
            NotFinite,
            "task dft in row 2 is infinite",
            id="infinite",
        ),
        pytest.param(
            {"labels": pd.DataFrame({"dft": list("abcd"), "exp": NAN})}, NotFinite, "not numbers", id="texts"
        ),
        pytest.param(
            {"problems": pd.DataFrame({"row": [1]})}, MissingColumn, "lacks the column 'source'", id="p"
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        small_table(**changes)


@pytest.mark.parametrize(
    "mask",
    [pytest.param([True] * 3, id="short"), pytest.param([1, 0, 1, 0], id="numbers")],
)
def test_mask_must_be_one_boolean_per_row(mask):
    with pytest.raises(ShapeMismatch, match=r"mask must be one boolean per row, shape \(4,\)"):
        small_table().subset(mask)


def test_a_single_name_is_not_taken_for_a_list_of_letters():
    with pytest.raises(WrongOption, match="must be a list of names, got the text 'exp'"):
        small_table().without_labels(np.full(4, True), "exp")


@pytest.mark.parametrize(
    "options, message",
    [
        pytest.param({"name": ""}, "name must be a text that is not empty", id="no-name"),
        pytest.param(
            {"name": "gap", "kind": "float"}, "real, positive, nonnegative, category, got 'float'", id="kind"
        ),
    ],
)
def test_wrong_task_is_refused(options, message):
    with pytest.raises(WrongOption, match=message):
        Task(**options)
