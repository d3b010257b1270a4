import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graftwood.engine.bins import Bins
from graftwood.errors import DamagedModel, WrongOption
from graftwood.store.archive import read_arrays, read_document, write_archive
from graftwood.store.classes import RECORDS, fits, hints_of, load_class
from graftwood.store.format import pack, unpack

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8)
)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)
ARRAYS = hnp.arrays(
    hnp.boolean_dtypes()
    | hnp.integer_dtypes(endianness="?")
    | hnp.unsigned_integer_dtypes(endianness="?")
    | hnp.floating_dtypes(endianness="?", sizes=(32, 64))
    | hnp.unicode_string_dtypes(endianness="?", max_len=4),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)


def there_and_back(value: Any) -> Any:
    arrays: dict[str, np.ndarray] = {}
    data = write_archive({"value": pack(value, "it", arrays)}, arrays)
    left = read_arrays(data)
    result = unpack(read_document(data)["value"], left)
    assert not left
    return result


@given(PLAIN)
def test_plain_data_survive_with_their_types(value):
    assert repr(there_and_back(value)) == repr(value)


@given(ARRAYS)
def test_arrays_survive_in_native_order(array):
    again = there_and_back((array,))[0]
    assert again.dtype == array.dtype.newbyteorder("=") and again.dtype.isnative
    assert again.shape == array.shape and again.flags.c_contiguous and again.flags.writeable
    assert again.astype(array.dtype).tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "array",
    [
        pytest.param(np.asfortranarray(np.arange(6.0).reshape(2, 3)), id="fortran"),
        pytest.param(np.arange(12.0)[::-3], id="strided"),
        pytest.param(np.zeros((1000, 1000)), id="packs-tighter-than-is-trusted"),
    ],
)
def test_layout_of_an_array_does_not_matter(array):
    assert np.array_equal(there_and_back([array])[0], array)


def test_texts_of_an_object_array_survive_even_with_a_nul_at_the_end():
    again = there_and_back((np.array(["a\0", "µ", ""], dtype=object),))[0]
    assert again.dtype == object and list(again) == ["a\0", "µ", ""]


@pytest.mark.parametrize("scalar", [np.float64(0.1), np.int64(3), np.True_, np.str_("a"), np.float32(np.nan)])
def test_numpy_scalars_become_pythons(scalar):
    again = there_and_back(scalar)
    assert type(again) in (bool, int, float, str)
    assert again == scalar or np.isnan(scalar)


def test_zero_keeps_its_sign():
    assert str(there_and_back(-0.0)) == "-0.0"


@pytest.mark.parametrize(
    "value, message",
    [
        pytest.param(object(), "it is a object", id="object"),
        pytest.param([1, {2}], r"it\[1\] is a set", id="set"),
        pytest.param({1.5: 2}, "it is a dict with keys that are neither texts nor integers", id="keys"),
        pytest.param({"a": b"b"}, r"it\['a'\] is a bytes", id="bytes"),
        pytest.param(np.array([None]), "it is an array of dtype object", id="objects"),
        pytest.param(np.array([1j]), "it is an array of dtype complex128", id="complex"),
        pytest.param(np.array(["2020"], "M8[D]"), "it is an array of dtype datetime64", id="dates"),
        pytest.param(np.zeros(1, np.float16), "it is an array of dtype float16", id="half"),
        pytest.param(np.zeros(1, [("a", "i4")]), "it is an array of dtype", id="structured"),
        pytest.param(np.zeros(1, "S3"), r"it is an array of dtype \|S3", id="byte-texts"),
        pytest.param(np.ma.zeros(2), "it is an array of dtype|it is a MaskedArray", id="masked"),
        pytest.param(type("Bins", (), {})(), "it is a Bins", id="class-named-alike"),
        pytest.param(
            dataclasses.make_dataclass("Bins", ["cuts"])(()), "it is a Bins", id="dataclass-named-alike"
        ),
        pytest.param(type("Text", (str,), {})("a"), "it is a Text", id="derived-class"),
    ],
)
def test_anything_else_is_refused_by_name(value, message):
    with pytest.raises(WrongOption, match=message):
        pack(value, "it", {})


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({}, id="empty"),
        pytest.param({"tuple": [1], "list": [1]}, id="two-tags"),
        pytest.param({"tuple": {"a": 1}}, id="tuple-of-an-object"),
        pytest.param({"dict": [1]}, id="dict-of-a-list"),
        pytest.param({"float": "1e5"}, id="float"),
        pytest.param({"float": 1.0}, id="float-as-number"),
        pytest.param({"array": 0}, id="array-by-number"),
        pytest.param({"array": "a1"}, id="missing-array"),
        pytest.param({"texts": ["a", 1]}, id="texts"),
        pytest.param({"record": "Popen", "fields": {"args": "ls"}}, id="unlisted-class"),
        pytest.param({"record": "subprocess.Popen", "fields": {}}, id="dotted-class"),
        pytest.param({"record": "Bins"}, id="no-fields"),
        pytest.param({"record": "Bins", "fields": {}}, id="missing-field"),
        pytest.param({"record": "Bins", "fields": {"cuts": {"tuple": []}, "more": 1}}, id="unknown-field"),
        pytest.param({"record": "Bins", "fields": {"cuts": []}}, id="field-of-another-type"),
        pytest.param({"record": "Bins", "fields": {"cuts": {"tuple": [1.0]}}}, id="item-of-another-type"),
        pytest.param({"options": "Architecture", "of": {}}, id="class-that-is-not-listed"),
        pytest.param({"options": "MultiTaskForest", "of": {"depth": 1}}, id="unknown-option"),
        pytest.param({"options": "MultiTaskForest", "of": []}, id="options-in-a-list"),
    ],
)
def test_tree_that_pack_never_makes_is_damage(tree):
    with pytest.raises(DamagedModel):
        unpack(tree, {"a0": np.zeros(1)})


def test_array_is_used_once():
    with pytest.raises(DamagedModel, match="array 'a0' is missing"):
        unpack([{"array": "a0"}, {"array": "a0"}], {"a0": np.zeros(1)})


def test_record_comes_back():
    again = there_and_back(Bins((np.array([1.0, 2.0]), np.empty(0))))
    assert type(again) is Bins and [list(cuts) for cuts in again.cuts] == [[1.0, 2.0], []]


@pytest.mark.parametrize("name", RECORDS)
def test_every_listed_record_is_frozen_and_has_types_that_can_be_checked(name):
    cls = load_class(name, RECORDS)
    assert cls.__dataclass_params__.frozen
    assert json.dumps(pack(name, "it")) and all(hints_of(cls).values())
    assert not any(fits(object(), hint) for hint in hints_of(cls).values())


@pytest.mark.parametrize(
    "value, hint, expected",
    [
        (True, int, False),
        (1, float, False),
        (1, int | None, True),
        (None, int | None, True),
        ((), tuple[int, ...], True),
        ((1, "a"), tuple[int, str], True),
        ((1,), tuple[int, str], False),
        ([1], tuple[int, ...], False),
        ([1, 2], list[int], True),
        ([1, "2"], list[int], False),
        ({"a": {"b": 1}}, dict[str, dict[str, int]], True),
        ({"a": {"b": ""}}, dict[str, dict[str, int]], False),
        ({1: 1}, dict[str, int], False),
        ((1, "a"), tuple, True),
        ([1], tuple, False),
    ],
)
def test_types_are_compared_all_the_way_down(value, hint, expected):
    assert fits(value, hint) is expected
