"""Filters of rows: what a study file may ask of a table, and that nothing else of pandas can be reached."""

import numpy as np
import pandas as pd
import pytest

from graftwood.errors import MissingColumn, WrongStudy
from graftwood.reading.row_filter import filter_rows

FRAME = pd.DataFrame(
    {
        "formula": ["GaN", "ZnO", "Si", "Ge"],
        "gap (eV)": ["3.2", "3.4", "1.1", "0.7"],
        "T": ["300", "77", np.nan, "4"],
        "method": ["optical", "thermal", "optical", np.nan],
        "it's `odd`": ["a", "b", "c", "d"],
    },
    index=[2, 3, 5, 9],
)


@pytest.mark.parametrize(
    "where, kept",
    [
        ("T > 50", [2, 3]),
        ("gap > 1 and T >= 77", [2, 3]),
        ("`gap (eV)` > 1 or T < 10", [2, 3, 5, 9]),
        ("1 < gap < 3.3", [2, 5]),
        ("not T > 50", [5, 9]),
        ("~(gap > 1)", [9]),
        ("(gap > 1) & (T > 50) | (formula == 'Ge')", [2, 3, 9]),
        ("method == 'optical'", [2, 5]),
        ('method != "thermal"', [2, 5, 9]),
        ("formula in ['Si', 'Ge']", [5, 9]),
        ("formula not in ['Si', 'Ge']", [2, 3]),
        ("T == [4, 77]", [3, 9]),
        ("method.isna()", [9]),
        ("method.notna() and T.notna()", [2, 3]),
        ("formula.isin(['Si'])", [5]),
        ("gap.between(1, 3.2)", [2, 5]),
        ("formula.str.contains('N')", [2]),
        ("formula.str.startswith('G')", [2, 9]),
        ("formula.str.lower() == 'gan'", [2]),
        ("formula.str.len() == 2", [5, 9]),
        ("gap * 1000 - 100 > 2000", [2, 3]),
        ("-gap < -3", [2, 3]),
        ("(gap - 3.3).abs() < 0.2", [2, 3]),
        ("formula == 'it\\'s `T`' or T == 4", [9]),
        ("formula == 'a and `gap (eV)` > 1' or formula == 'Si'", [5]),
        ("T\n>\n50", []),
    ],
)
def test_rows_are_kept_by_what_a_filter_says(where, kept):
    if not kept:
        with pytest.raises(WrongStudy):
            filter_rows(FRAME, where, "gaps.csv")
        return
    assert filter_rows(FRAME, where, "gaps.csv").equals(FRAME.loc[kept])


@pytest.mark.parametrize(
    "where",
    [
        "formula.to_csv('leak.csv')",
        "formula.to_pickle('leak.pkl')",
        "formula.values.tofile('leak.bin')",
        "formula.str.cat(['x'])",
        "formula.apply(print)",
        "formula.map('{}'.format)",
        "formula.str.contains(formula)",
        "formula.__class__",
        "formula.str._data",
        "@pd.read_csv('x')",
        "__import__('os').system('true')",
        "print(1)",
        "open('leak.csv', 'w')",
        "(lambda: 1)()",
        "[x for x in formula]",
        "formula if T else method",
        "(T := 3) > 2",
        "f'{formula}' == 'x'",
        "T ** 9 ** 9 > 1",
        "T // 0 > 1",
        "T % 2 == 0",
        "T << 99999999 > 1",
        "'a' * 999999999 == formula",
        "T[0] > 1",
        "T is None",
        "T > 1j",
        "T > b'1'",
        "T > ...",
        "T > None",
        "T > 1e999",
        "T > " + "9" * 400,
        "formula in [T, 1]",
        "{1: 2} == T",
        "T > 1; T > 2",
        "import os",
        "",
        " ",
        "(" * 150 + "T > 1" + ")" * 150 + "(",
        "T > 1 " + "and T > 1 " * 500,
        "T > 1 # `gap",
        "`gap",
        "formula > 3",
        "T + 1",
        "3 > 2",
        "True",
        "formula == ",
        "nothing == 3",
        "`no such column` == 3",
    ],
)
def test_nothing_else_can_be_asked_and_no_file_is_made(where, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if where == "T > 1 # `gap":  # a comment is no part of it
        assert len(filter_rows(FRAME, where, "gaps.csv")) == 3
        return
    with pytest.raises(WrongStudy) as caught:
        filter_rows(FRAME, where, "gaps.csv: task gap")
    message = str(caught.value)
    assert message.startswith("gaps.csv: task gap: the filter ") and message.endswith(".")
    assert "\n" not in message and list(tmp_path.iterdir()) == []


def test_name_that_two_columns_may_mean_is_refused():
    frame = FRAME.assign(**{"gap (meV)": "1"})
    with pytest.raises(
        MissingColumn, match=r"'gap \(eV\)', 'gap \(meV\)' can all be meant by 'gap'; write one"
    ):
        filter_rows(frame, "gap > 1", "gaps.csv")
    assert len(filter_rows(frame, "`gap (eV)` > 1", "gaps.csv")) == 3
