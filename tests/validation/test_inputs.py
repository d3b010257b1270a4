"""Inputs that are neither plain numbers nor plain categories: refused by input, row and value."""

import datetime

import numpy as np
import pandas as pd
import pytest

from graftwood import MultiTaskForest, SingleTask
from graftwood.errors import GraftwoodError

N = 24
X = pd.DataFrame({"a": np.arange(float(N)), "b": np.arange(N) % 5 * 1.0})
Y = X["a"]
DAYS = pd.Series(pd.date_range("2020-01-01", periods=N))


def spoilt(cells, **changed):
    """X with other cells in column a."""
    column = pd.Series(list(cells), dtype=object)
    for row, cell in changed.items():
        column[int(row.removeprefix("row_"))] = cell
    return X.assign(a=column)


@pytest.mark.parametrize(
    "inputs, message",
    [
        pytest.param(
            spoilt(X["a"], row_4="oops"), "input 'a' of row 4 is the text 'oops' among numbers", id="text"
        ),
        pytest.param(
            spoilt(["red", "blue"] * 12, row_4=2.5),
            "input 'a' of row 4 is the number 2.5 among texts",
            id="number-among-text",
        ),
        pytest.param(
            spoilt(X["a"], row_7=True), "input 'a' of row 7 is the boolean True among numbers", id="boolean"
        ),
        pytest.param(
            spoilt(X["a"].astype(str)),
            "input 'a' of row 0 is the text '0.0'; make the column num",
            id="digits",
        ),
        pytest.param(
            spoilt(["red", "blue"] * 12, row_5="1e3"), "input 'a' of row 5 is the text '1e3'", id="one-digits"
        ),
        pytest.param(
            X.assign(a=X["a"].astype(str).astype("string")),
            "input 'a' of row 0 is the text '0.0'",
            id="dtype",
        ),
        pytest.param(
            X.assign(a=pd.Categorical([1, "red"] * 12)),
            "input 'a' of row 0 is the number 1 among",
            id="mixed",
        ),
        pytest.param(X.assign(a=DAYS), "input 'a' holds times .*convert them to numbers", id="datetime"),
        pytest.param(X.assign(a=DAYS - DAYS[0]), "input 'a' holds times .timedelta64", id="timedelta"),
        pytest.param(X.assign(a=DAYS.dt.to_period("M")), "input 'a' holds times .period", id="period"),
        pytest.param(
            spoilt([datetime.date(2020, 1, 1)] * N), "input 'a' of row 0 is the time '2020-01-01'", id="date"
        ),
        pytest.param(DAYS.to_numpy()[:, None], "X holds times .datetime64", id="array-of-times"),
        pytest.param(X.assign(a=1j), "input 'a': Complex data not supported", id="complex"),
        pytest.param(
            X.to_numpy().astype(str), "input number 0 of row 0 is the text '0.0'", id="array-of-digits"
        ),
    ],
)
def test_bad_input_is_refused(inputs, message):
    with pytest.raises(GraftwoodError, match=f"^MultiTaskForest: .*{message}"):
        MultiTaskForest(n_estimators=5).fit(inputs, Y)


def test_numbers_are_the_same_in_whatever_dtypes_and_order_a_table_has_them():
    plain = X.assign(c=np.arange(N) % 7, d=np.where(np.arange(N) % 4, 0.5 * np.arange(N), np.nan))
    mixed = plain.astype({"a": "float32", "b": "int8", "c": "Int64", "d": object})[["d", "b", "a", "c"]]
    texts = {"e": ["red", "blue", None] * 8}
    model = SingleTask(n_estimators=6, random_state=0)
    said = [
        model.fit(each.assign(**texts), Y).predict(other.assign(**texts))
        for each in (plain, mixed)
        for other in (plain, mixed)
    ]
    assert all(np.array_equal(said[0], each) for each in said[1:])


def test_numbers_in_an_object_column_are_numbers():
    plain = SingleTask(n_estimators=10, random_state=0).fit(X, Y)
    objects = SingleTask(n_estimators=10, random_state=0).fit(spoilt(X["a"], row_3=None), Y)
    assert objects._coder.categories == (None, None)
    assert np.array_equal(plain.predict(X), plain.predict(X.astype(object)))


@pytest.mark.parametrize(
    "fitted, later",
    [
        pytest.param(pd.Categorical([1, 2] * 12), np.array([1.0, 2.0] * 12), id="float-for-integer"),
        pytest.param(pd.Categorical([1.0, 2.5] * 12), pd.Categorical([1, 2.5] * 12), id="integer-for-float"),
        pytest.param(
            pd.Categorical(["1", "2"] * 12), pd.array(["1", "2"] * 12, dtype="string"), id="text-of-digits"
        ),
        pytest.param(np.array([True, False] * 12), np.array([True, False] * 12, dtype=object), id="boolean"),
        pytest.param(pd.Categorical(["a", "b"] * 12), np.array(["a", "b"] * 12, dtype=object), id="text"),
    ],
)
def test_equal_categories_match(fitted, later):
    labels = np.array([0.0, 1.0] * 12)
    model = SingleTask(n_estimators=10, random_state=0).fit(pd.DataFrame({"c": fitted}), labels)
    assert np.array_equal(model.predict(pd.DataFrame({"c": later})), labels)


@pytest.mark.parametrize(
    "fitted, later, message",
    [
        pytest.param(
            ["a", "b"] * 12, [1.0, 2.0] * 12, "row 0 is the number 1.0, and its .* are texts", id="number"
        ),
        pytest.param(
            [1, 2] * 12, ["1", "2"] * 12, "row 0 is the text '1', and its .* are numbers", id="text"
        ),
        pytest.param(
            ["1", "2"] * 12, [1, 2] * 12, "row 0 is the number 1, and its .* are texts", id="digits"
        ),
        pytest.param([1, 2] * 12, [True] * N, "row 0 is the boolean True, and its", id="boolean"),
        pytest.param(["a", "b"] * 12, DAYS, "input 'c' holds times", id="times"),
    ],
)
def test_category_of_another_type_is_refused(fitted, later, message):
    model = SingleTask(n_estimators=5).fit(pd.DataFrame({"c": pd.Categorical(fitted)}), Y)
    with pytest.raises(GraftwoodError, match=f"^SingleTask: input 'c' .*{message}|^SingleTask: {message}"):
        model.predict(pd.DataFrame({"c": later}))


def test_text_that_was_a_number_is_refused_by_row():
    model = SingleTask(n_estimators=5).fit(X, Y)
    with pytest.raises(
        GraftwoodError, match="input 'a' was a number when fitted and is the text '0.0' in row 0"
    ):
        model.predict(X.astype({"a": str}))
    with pytest.raises(GraftwoodError, match="input 'a' of row 4 is the text 'oops' among numbers"):
        model.predict(spoilt(X["a"], row_4="oops"))
