"""Arithmetic from a text: what it works out, what it refuses, and that it runs nothing else."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood.errors import UnitMismatch, UnreadableExpression
from graftwood.network.expression_text import quote, read_expression

A, B = np.array([2.0, 3.0]), np.array([0.5, -1.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - b", A - B),
        ("-a + +b", B - A),
        ("2 * (a + b) / 4", (A + B) / 2),
        ("a ** 2 ** 0.5", A ** (2**0.5)),
        ("-a ** 2", -(A**2)),
        ("exp(a) * log(a) + sqrt(a) - abs(b)", np.exp(A) * np.log(A) + np.sqrt(A) - np.abs(B)),
        ("minimum(a, b) + maximum(b, 0)", np.minimum(A, B) + np.maximum(B, 0)),
        ("1e13 * exp(-a / (8.617e-5 * 600))", 1e13 * np.exp(-A / (8.617e-5 * 600))),
        ("`a` - `b`", A - B),
        (" a\t- b ", A - B),
    ],
)
def test_text_means_what_python_means(text, expected):
    assert np.array_equal(read_expression(text).of({"a": A, "b": B}), expected)


def test_any_name_can_be_quoted():
    for name in ("gap (PBE)", "0", "a`b", "exp", "`", "lambda", "x-y", "é 1", "quoted_0_"):
        arithmetic = read_expression(f"{quote(name)} - quoted_0_")
        assert arithmetic.names[0] == name
        values = {name: A, "quoted_0_": B}
        assert np.array_equal(arithmetic.of(values), values[name] - values["quoted_0_"])


@given(st.text(min_size=1, max_size=20))
def test_quoted_name_comes_back(name):
    if name.strip():
        assert read_expression(f"2 * {quote(name)}").names == (name,)


numbers = st.floats(0.1, 9).map(lambda value: f"{value!r}")
expressions = st.recursive(
    numbers | st.sampled_from(["a", "b"]),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["+", "-", "*", "/"]), part).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        part.map(lambda t: f"abs({t})"),
        part.map(lambda t: f"-{t}"),
        st.tuples(part, part).map(lambda t: f"maximum({t[0]}, {t[1]})"),
    ),
    max_leaves=12,
).filter(lambda text: "a" in text.replace("abs", "").replace("max", "") or "b" in text.replace("abs", ""))


@given(expressions)
def test_value_is_pythons_own_and_survives_renaming(text):
    arithmetic = read_expression(text)
    if not arithmetic.names:
        return
    names = {"a": 1.25, "b": -0.5, "maximum": max, "abs": abs, "__builtins__": {}}
    try:
        expected = eval(text, names)  # noqa: S307 - a text made here, to compare with
    except ZeroDivisionError:
        return
    values = {name: np.array([names[name]]) for name in arithmetic.names}
    assert arithmetic.of(values)[0] == pytest.approx(expected, rel=1e-12)
    renamed = read_expression(arithmetic.renamed({name: quote(name + " (2)") for name in arithmetic.names}))
    again = renamed.of({name + " (2)": value for name, value in values.items()})
    assert np.array_equal(again, arithmetic.of(values), equal_nan=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a -", "cannot be read", id="syntax"),
        pytest.param("", "cannot be read", id="empty"),
        pytest.param("a b", "cannot be read", id="two-words"),
        pytest.param("a = 2", "cannot be read", id="assignment"),
        pytest.param("a\n+ b", "cannot be read", id="two-lines"),
        pytest.param("2 + 3", "names no task", id="constant"),
        pytest.param("`a - b", "a backtick without its partner near character 1", id="backtick"),
        pytest.param("a - ``", "a backtick without its partner|nothing between", id="empty-name"),
        pytest.param("exp(a, b)", "gives exp 2 values; it takes 1", id="arguments"),
        pytest.param("maximum(a)", "gives maximum 1 values; it takes 2", id="too-few"),
        pytest.param("exp(x=a)", r"has 'exp\(x=a\)' in it", id="keyword"),
        pytest.param("exp(*a)", r"in it; it may hold", id="star"),
        pytest.param("__import__('os').system('true')", "in it; it may hold numbers, tasks", id="import"),
        pytest.param("a.real", "has 'a.real' in it", id="attribute"),
        pytest.param("a[0]", r"has 'a\[0\]' in it", id="index"),
        pytest.param("(lambda: a)()", "in it; it may hold", id="lambda"),
        pytest.param("[a for a in b]", "in it; it may hold", id="comprehension"),
        pytest.param("a if a else b", "in it; it may hold", id="condition"),
        pytest.param("a < b", "has 'a < b' in it", id="comparison"),
        pytest.param("a and b", "has 'a and b' in it", id="and"),
        pytest.param("a // b", "has 'a // b' in it", id="floor"),
        pytest.param("~a", "has '~a' in it", id="invert"),
        pytest.param("a + True", "has 'True' in it", id="boolean"),
        pytest.param("a + 2j", "has '2j' in it", id="complex"),
        pytest.param("a + 'b'", """has "'b'" in it""", id="text"),
        pytest.param("f'{a}'", "in it; it may hold", id="format"),
        pytest.param("(b := a)", "in it; it may hold", id="walrus"),
        pytest.param("sin(a)", r"has 'sin\(a\)' in it", id="function"),
        pytest.param("a + 1e999", "not finite", id="infinite"),
        pytest.param("a + 1" + "0" * 400, "not finite", id="huge"),
        pytest.param("a + " + "(" * 300 + "b" + ")" * 300, "cannot be read|too deeply", id="nested"),
        pytest.param("a" + "+a" * 6000, "has 12001 characters; write it in 10000 at most", id="long"),
    ],
)
def test_anything_else_is_refused(text, message):
    with pytest.raises(UnreadableExpression, match=message):
        read_expression(text)


def test_powers_of_whole_numbers_are_floats_and_end():
    assert np.isinf(read_expression("a * 9 ** 9 ** 9 ** 9").of({"a": A})).all()


def test_what_is_not_defined_is_nan_or_infinite_without_a_warning():
    values = read_expression("log(a) + 1 / b").of({"a": np.array([-1.0, 1.0]), "b": np.array([1.0, 0.0])})
    assert math.isnan(values[0]) and math.isinf(values[1])


UNITS = {"a": "eV", "b": "meV", "c": "eV"}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("a - c", "eV"),
        ("-abs(a) + maximum(c, 0)", "eV"),
        ("a - 0.001 * b", "eV"),
        ("a - d", "eV"),
        ("a * b", None),
        ("exp(-a) + b / b", None),
    ],
)
def test_unit_follows_sums_and_is_left_open_by_products(text, unit):
    assert read_expression(text).unit(UNITS) == unit


@pytest.mark.parametrize("text", ["a - b", "exp((c + a - b) / 2)", "minimum(a, -b)", "d * (a + abs(b))"])
def test_what_has_another_unit_is_not_added(text):
    with pytest.raises(UnitMismatch, match="in 'eV' together with .*b.* in 'meV'; convert one"):
        read_expression(text).unit(UNITS)
