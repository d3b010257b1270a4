"""Folds hold whole materials, or whole chemical systems, and do not see the order of rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood.data import chemical_system_folds, chemical_systems, material_folds
from graftwood.errors import ShapeMismatch, TooFewLabels, WrongOption

KEYS = [f"m{number}" for number in range(12)]
SPLITTERS = [material_folds, chemical_system_folds]


@st.composite
def labelled_rows(draw):
    rows = draw(st.lists(st.tuples(st.sampled_from(KEYS), st.booleans()), max_size=40))
    rows += [("m0", True), ("m1", True), ("m2", True)]
    rows = draw(st.permutations(rows))
    keys, labelled = zip(*rows, strict=True)
    return np.array(keys), np.array(labelled)


@pytest.mark.parametrize("splitter", SPLITTERS)
@given(labelled_rows(), st.integers(2, 3), st.integers(0, 5))
def test_a_key_is_never_split_and_only_labelled_keys_have_a_fold(splitter, rows, n_folds, seed):
    keys, labelled = rows
    folds = splitter(keys, labelled, n_folds=n_folds, random_state=seed)
    for key in set(keys):
        (fold,) = set(folds[keys == key])
        assert (fold >= 0) == labelled[keys == key].any()
    assert set(folds[folds >= 0]) == set(range(n_folds))


@given(labelled_rows(), st.integers(2, 3))
def test_folds_differ_by_at_most_one_material(rows, n_folds):
    keys, labelled = rows
    folds = material_folds(keys, labelled, n_folds=n_folds)
    sizes = [len(set(keys[folds == fold])) for fold in range(n_folds)]
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("splitter", SPLITTERS)
@given(labelled_rows(), st.data())
def test_order_of_rows_changes_nothing(splitter, rows, data):
    keys, labelled = rows
    order = np.array(data.draw(st.permutations(range(len(keys)))))
    folds = splitter(keys, labelled, n_folds=3)
    assert np.array_equal(splitter(keys[order], labelled[order], n_folds=3), folds[order])


@given(labelled_rows())
def test_unlabelled_materials_do_not_move_the_others(rows):
    keys, labelled = rows
    folds = material_folds(keys, labelled, n_folds=3)
    more = material_folds(np.append(keys, "a0"), np.append(labelled, False), n_folds=3)
    assert np.array_equal(more, np.append(folds, -1))


def test_the_division_is_fixed_for_ever():
    folds = material_folds(KEYS, np.full(12, True), n_folds=3, random_state=7)
    assert folds.tolist() == [0, 2, 0, 1, 0, 0, 2, 2, 1, 2, 1, 1]


def test_another_seed_gives_another_division():
    labelled = np.full(12, True)
    assert not np.array_equal(material_folds(KEYS, labelled), material_folds(KEYS, labelled, random_state=1))


def test_systems_are_dealt_so_that_folds_have_about_equally_many_rows():
    systems = np.repeat(["A", "B", "C", "D", "E"], [40, 10, 10, 10, 10])
    folds = chemical_system_folds(systems, np.full(80, True), n_folds=2)
    assert np.bincount(folds).tolist() == [40, 40]


def test_chemical_system_names_the_elements_in_alphabetical_order():
    fractions = [[0.2, 0.0, 0.8], [0.0, 1.0, 0.0]]
    assert chemical_systems(fractions, ["Zn", "O", "Al"]).tolist() == ["Al-Zn", "O"]


@pytest.mark.parametrize("splitter", SPLITTERS)
@pytest.mark.parametrize(
    "keys, labelled, n_folds, error, message",
    [
        pytest.param(
            ["a", "a", "b"], [True, True, False], 2, TooFewLabels, "1 .* carry a label but 2 folds", id="few"
        ),
        pytest.param(
            ["a", "b"], [True], 2, ShapeMismatch, r"shape \(2,\) and is_labelled of bool", id="lengths"
        ),
        pytest.param(["a", "b"], [1, 1], 2, ShapeMismatch, "one boolean per row", id="numbers"),
        pytest.param(
            ["a", "b"], [True, True], 1, WrongOption, "n_folds must be .* 2 or more, got 1", id="one-fold"
        ),
    ],
)
def test_wrong_use_is_refused(splitter, keys, labelled, n_folds, error, message):
    with pytest.raises(error, match=message):
        splitter(keys, labelled, n_folds=n_folds)


def test_one_symbol_per_column_is_needed():
    with pytest.raises(ShapeMismatch, match=r"fractions \(1, 2\) and elements \(1,\)"):
        chemical_systems([[0.5, 0.5]], ["Ga"])
