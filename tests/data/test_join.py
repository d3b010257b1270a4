"""Joining: one composition is one material, nothing is lost, file order changes nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftwood.data import Source, Task, join_sources
from graftwood.errors import EmptyTable, MissingColumn, NotFinite, TooFewLabels, WrongOption

NAN = float("nan")
FORMULAS = ("GaN", "NGa", "Ga2N2", "ZnO", "OZn", "Cu1.8S", "Cu9S5", "Xx2O3", "(", None)


def frame(formulas, gaps, **more):
    return pd.DataFrame({"formula": formulas, "gap": gaps, **more})


def source(name, formulas, gaps, *, kind="real", repeats="median", inputs=("formula",), **more):
    return Source(Task(name, kind=kind), frame(formulas, gaps, **more), "gap", inputs, repeats, f"{name}.csv")


def rows(table):
    joined = table.inputs.join(table.labels).astype(object)
    return [tuple(row) for row in joined.where(joined.notna(), None).to_numpy()]


def test_spellings_of_one_composition_become_one_material():
    table = join_sources(
        [source("dft", ["NGa", "Cu1.8S"], [1.7, 0.5]), source("exp", ["Ga2N2", "Cu9S5"], [3.2, 1.1])]
    )
    assert rows(table) == [("Cu9S5", 0.5, 1.1), ("NGa", 1.7, 3.2)]
    assert table.overlap().to_numpy().tolist() == [[2, 2], [2, 2]]


def test_shortest_spelling_is_shown_then_the_alphabetically_first():
    table = join_sources([source("dft", ["Ga1N1", "NGa", "GaN"], [1, 2, 3])])
    assert table.inputs["formula"].tolist() == ["GaN"]


@pytest.mark.parametrize(
    "repeats, label",
    [pytest.param("median", 2.0, id="median"), pytest.param("mean", 4.0, id="mean")],
)
def test_repeats_are_merged_as_asked_and_missing_ones_ignored(repeats, label):
    table = join_sources([source("exp", ["GaN"] * 4, [1.0, 2.0, NAN, 9.0], repeats=repeats)])
    assert rows(table) == [("GaN", label)]


def test_kept_repeats_have_a_row_each_with_merged_labels_beside_them():
    exp = source("exp", ["GaN", "GaN", "ZnO"], [3.4, 3.2, 3.3], repeats="keep")
    table = join_sources([source("dft", ["GaN", "ZnS"], [1.7, 2.0]), exp])
    assert rows(table) == [("GaN", 1.7, 3.2), ("GaN", 1.7, 3.4), ("ZnO", None, 3.3), ("ZnS", 2.0, None)]


def test_repeats_kept_by_two_tasks_are_not_paired_up():
    first = source("a", ["GaN", "GaN"], [1.0, 2.0], repeats="keep")
    second = source("b", ["GaN", "GaN"], [5.0, 6.0], repeats="keep")
    found = rows(join_sources([first, second]))
    assert sorted(found, key=str) == sorted(
        [("GaN", 1.0, None), ("GaN", 2.0, None), ("GaN", None, 5.0), ("GaN", None, 6.0)], key=str
    )


def test_classes_are_merged_to_the_most_frequent_then_alphabetically():
    formulas = ["GaN", "GaN", "GaN", "ZnO", "ZnO", "ZnS"]
    colours = ["red", "blue", "red", "white", "black", None]
    table = join_sources([source("colour", formulas, colours, kind="category")])
    assert rows(table) == [("GaN", "red"), ("ZnO", "black"), ("ZnS", None)]


def test_kept_classes_have_a_row_each():
    table = join_sources([source("colour", ["GaN", "GaN"], ["red", "blue"], kind="category", repeats="keep")])
    assert rows(table) == [("GaN", "blue"), ("GaN", "red")]


def test_rows_that_differ_in_another_input_stay_apart_in_one_material():
    warm = source("exp", ["GaN", "GaN", "GaN"], [3.5, 3.5, 3.0], T=[77, 300, 300], inputs=("formula", "T"))
    table = join_sources([source("dft", ["GaN", "ZnO"], [1.7, 0.7]), warm])
    assert table.inputs.columns.tolist() == ["formula", "T"]
    assert rows(table) == [("GaN", 77.0, 1.7, 3.5), ("GaN", 300.0, 1.7, 3.25), ("ZnO", None, 0.7, None)]
    assert table.materials.tolist() == ["GaN", "GaN", "OZn"]


def test_sources_meet_in_a_text_input_too():
    first = source("a", ["GaN", "GaN"], [1, 2], phase=["wz", "zb"], inputs=("formula", "phase"))
    second = source("b", ["GaN", "GaN"], [3, 4], phase=["zb", None], inputs=("formula", "phase"))
    found = rows(join_sources([first, second]))
    assert sorted(found, key=str) == sorted(
        [("GaN", "wz", 1, None), ("GaN", "zb", 2, 3), ("GaN", None, None, 4)], key=str
    )


def test_unreadable_rows_are_reported_by_source_row_and_reason():
    exp = frame(["GaN", "Xx2O3", None], [3.2, 1.0, 2.0]).set_index(pd.Index([10, 11, 12]))
    table = join_sources(
        [source("dft", ["GaN", "ZnO"], [1.7, 0.7]), Source(Task("exp"), exp, "gap", file="exp.csv")]
    )
    assert rows(table) == [("GaN", 1.7, 3.2), ("ZnO", 0.7, None)]
    assert table.problems[["source", "row", "input"]].to_numpy().tolist() == [
        ["exp.csv", 11, "Xx2O3"],
        ["exp.csv", 12, ""],
    ]
    assert "Xx" in table.problems["problem"][0]
    assert "missing" in table.problems["problem"][1]


def test_material_without_any_label_stays():
    assert rows(join_sources([source("exp", ["GaN", "ZnO"], [3.2, NAN])])) == [("GaN", 3.2), ("ZnO", None)]


def test_numbers_written_as_text_are_numbers():
    assert rows(join_sources([source("exp", ["GaN", "ZnO"], ["3.2", None])])) == [("GaN", 3.2), ("ZnO", None)]


def test_order_of_the_sources_only_orders_the_columns():
    dft, exp = source("dft", ["GaN", "ZnO"], [1.7, 0.7]), source("exp", ["ZnO", "ZnS"], [3.3, 3.6])
    one, other = join_sources([dft, exp]), join_sources([exp, dft])
    assert one.materials.tolist() == other.materials.tolist()
    pd.testing.assert_frame_equal(one.labels, other.labels[["dft", "exp"]])


@settings(max_examples=12)
@given(st.data())
def test_shuffled_frames_give_an_identical_table(data):
    size = data.draw(st.integers(1, 12))
    labels = st.one_of(st.none(), st.floats(-5, 5))
    cells = data.draw(st.lists(st.tuples(st.sampled_from(FORMULAS), labels), min_size=size, max_size=size))
    repeats = data.draw(st.sampled_from(["median", "mean", "keep"]))
    formulas, gaps = zip(*cells, ("GaN", 1.0), strict=True)
    original = frame(list(formulas), np.array(gaps, dtype=float), T=[float(i % 2) for i in range(size + 1)])
    shuffled = original.iloc[data.draw(st.permutations(range(size + 1)))]
    fixed = source("dft", ["GaN", "GaN", "SiC"], [1.7, 1.8, 1.4], repeats="keep")
    one, other = (
        join_sources([fixed, Source(Task("exp"), given_frame, "gap", ("formula", "T"), repeats)])
        for given_frame in (original, shuffled)
    )
    assert one.fingerprint() == other.fingerprint()
    pd.testing.assert_frame_equal(one.inputs, other.inputs, check_exact=True)
    pd.testing.assert_frame_equal(one.labels, other.labels, check_exact=True)
    pd.testing.assert_frame_equal(one.problems, other.problems)
    assert one.materials.tolist() == other.materials.tolist() == sorted(one.materials)


@settings(max_examples=12)
@given(st.data())
def test_every_row_is_in_the_table_or_among_the_problems(data):
    formulas = data.draw(st.lists(st.sampled_from(FORMULAS), min_size=1, max_size=12)) + ["GaN"]
    table = join_sources([source("exp", formulas, np.arange(float(len(formulas))), repeats="keep")])
    unread = table.problems["row"].tolist()
    kept = table.labels["exp"].astype(int).tolist()
    assert sorted(unread + kept) == list(range(len(formulas)))


@pytest.mark.parametrize(
    "sources, error, message",
    [
        pytest.param([], EmptyTable, "there is no source", id="no-source"),
        pytest.param([source("exp", [], [])], EmptyTable, "exp.csv has no rows", id="empty-frame"),
        pytest.param(
            [Source(Task("exp"), frame(["GaN"], [1.0]), "gap_eV", file="exp.csv")],
            MissingColumn,
            "exp.csv has no column 'gap_eV'; its columns are formula, gap",
            id="label-column",
        ),
        pytest.param(
            [source("exp", ["GaN"], [1.0], inputs=("formula", "T"))],
            MissingColumn,
            "no column 'T'",
            id="input-column",
        ),
        pytest.param(
            [source("exp", ["GaN"], [1.0], inputs=("gap",))],
            WrongOption,
            "lacks the material's column",
            id="material",
        ),
        pytest.param(
            [source("exp", ["GaN"], [1.0])] * 2,
            WrongOption,
            "two sources have a task named 'exp'",
            id="same-name",
        ),
        pytest.param(
            [source("formula", ["GaN"], [1.0])],
            WrongOption,
            "'formula' is a task and an input",
            id="task-is-input",
        ),
        pytest.param(
            [source("exp", ["GaN", "ZnO"], [1.0, "n/a"])],
            NotFinite,
            "Task exp: the label in row 1 of column 'gap' of exp.csv is 'n/a'",
            id="text",
        ),
        pytest.param(
            [source("exp", ["GaN", "ZnO"], [1.0, -np.inf])], NotFinite, "row 1 .* is -inf", id="infinite"
        ),
        pytest.param(
            [source("exp", ["GaN", "ZnO"], [1.0, 0.0], kind="positive")],
            WrongOption,
            "'positive' .* row 1",
            id="zero",
        ),
        pytest.param(
            [source("exp", ["GaN", "ZnO"], [0.0, -1.0], kind="nonnegative")],
            WrongOption,
            "label -1.0",
            id="negative",
        ),
        pytest.param(
            [source("exp", ["GaN", "Xx"], [NAN, 1.0])],
            TooFewLabels,
            r"Task exp: exp.csv has no label in its column .gap. of a material .* \(2 rows, of which 1 have",
            id="no-label",
        ),
        pytest.param(
            [
                source("a", ["GaN"], [1.0], T=[300], inputs=("formula", "T")),
                source("b", ["GaN"], [1.0], T=["300 K"], inputs=("formula", "T")),
            ],
            WrongOption,
            "'T' is a number in a.csv but not in b.csv",
            id="input-types",
        ),
    ],
)
def test_bad_sources_are_refused_by_name(sources, error, message):
    with pytest.raises(error, match=message):
        join_sources(sources)


@pytest.mark.parametrize(
    "options, message",
    [
        pytest.param({"repeats": "max"}, "must be one of median, mean, keep, got 'max'", id="repeats"),
        pytest.param({"inputs": "formula"}, "must be a tuple of names, got 'formula'", id="inputs-as-text"),
    ],
)
def test_wrong_options_of_a_source_are_refused(options, message):
    with pytest.raises(WrongOption, match=message):
        source("exp", ["GaN"], [1.0], **options)
