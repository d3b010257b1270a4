"""Cells: what each spelling means, and that nothing is taken for a number that is none."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood.reading.cells import read_cell, read_column

finite = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    "cell, value, std",
    [
        ("1.12 ± 0.02", 1.12, 0.02),
        ("1.12±0.02 eV", 1.12, 0.02),
        ("1.12 +/- 0.02", 1.12, 0.02),
        ("1.12+-0.02", 1.12, 0.02),
        ("3 ± 10 %", 3.0, 0.3),
        ("1.12(2)", 1.12, 0.02),
        ("1.12(12)", 1.12, 0.12),
        ("12(3)", 12.0, 3.0),
        ("-1.2(3)e-4", -1.2e-4, 3e-5),
        ("1120(20) meV", 1.12, 0.02),
    ],
)
def test_uncertainty_is_value_and_standard_deviation(cell, value, std):
    reading = read_cell(cell, "eV")
    assert reading.read_as == "uncertainty"
    assert (reading.value, reading.std) == (pytest.approx(value), pytest.approx(std))


@pytest.mark.parametrize(
    "cell, low, high",
    [("7-9", 7, 9), ("7 – 9 eV", 7, 9), ("-5--3", -5, -3), ("7 to 9", 7, 9), ("1e-3-2e-3", 1e-3, 2e-3)],
)
def test_range_is_its_middle_with_the_deviation_of_a_uniform_distribution(cell, low, high):
    reading = read_cell(cell, "eV")
    assert (reading.read_as, reading.low, reading.high) == ("range", low, high)
    assert reading.value == pytest.approx((low + high) / 2)
    assert reading.std == pytest.approx((high - low) / math.sqrt(12))


@pytest.mark.parametrize(
    "cell, sign, low, high",
    [("<0.1", "<", None, 0.1), ("≤ .1 eV", "<", None, 0.1), (">= 3", ">", 3, None), ("＞3", ">", 3, None)],
)
def test_limit_has_no_value(cell, sign, low, high):
    reading = read_cell(cell, "eV")
    assert (reading.read_as, reading.limit) == ("limit", sign)
    assert math.isnan(reading.value)
    assert [None if math.isnan(end) else end for end in (reading.low, reading.high)] == [low, high]


@pytest.mark.parametrize(
    "cell",
    ["1,12", "red", "9-7", "1.2.3", "5e", "2020-01-02", "(2)", "1 000", "0x10", "1_000", "5 apples", "inf",
     "nan(1)", "1.1 K", "1e999", "<", "±1", True, float("inf")],
)  # fmt: skip
def test_what_is_no_number_is_unreadable(cell):
    assert read_cell(cell, "eV").read_as == "unreadable"


def test_unit_in_a_cell_means_nothing_beside_numbers_without_one():
    assert read_cell("3 eV", "").read_as == "unreadable"


@given(finite)
def test_a_plain_number_is_itself_and_is_not_listed(number):
    values, deviations, notes = read_column(pd.Series([repr(number)], dtype=object))
    assert values[0] == number and math.isnan(deviations[0]) and notes.empty


@given(finite, st.floats(0, 1e6, allow_nan=False))
def test_plus_minus_gives_both_numbers_back(value, std):
    reading = read_cell(f"{value!r} ± {std!r}")
    assert (reading.value, reading.std) == (value, std)


@given(st.text(max_size=12))
def test_no_text_makes_a_number_that_is_not_finite(text):
    reading = read_cell(text, "eV")
    assert reading.read_as in ("unreadable", "missing", "limit") or np.isfinite(reading.value)


def test_every_cell_that_is_not_plain_is_noted_with_its_row():
    cells = pd.Series(["1", "n/a", None, "7-9", "red"], index=[2, 3, 4, 5, 6], dtype=object)
    values, _, notes = read_column(cells)
    assert values.dropna().to_dict() == {2: 1.0, 5: 8.0}
    assert notes.set_index("row")["read_as"].to_dict() == {3: "missing", 5: "range", 6: "unreadable"}


def test_a_column_of_booleans_is_no_column_of_numbers():
    values, _, notes = read_column(pd.Series([True, False]))
    assert values.isna().all() and list(notes["read_as"]) == ["unreadable", "unreadable"]
