"""The key ``where`` of a task: which rows of its file are used, as a comparison of columns with values.

The text is read here and only its allowed parts reach pandas, because a study file may come from
a stranger: pandas' query alone would let a filter write files (``formula.to_csv("x")``) or work
for ever (``gap > 9**9**9``).
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from graftwood.errors import EmptyTable, WrongStudy, listed
from graftwood.reading.columns import find_column

_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?P<name>[^`\n]+)`")
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.BitAnd, ast.BitOr)
_UNARY = (ast.Not, ast.Invert, ast.USub, ast.UAdd)
_METHODS = frozenset({"isna", "isnull", "notna", "notnull", "isin", "between", "abs"})
_TEXT_METHODS = frozenset({"contains", "startswith", "endswith", "lower", "upper", "strip", "len"})
_LONGEST = 2000
ALLOWED = (
    "comparisons of columns with values, and, or, not, in, + - * /, "
    f"{', '.join(f'.{name}()' for name in sorted(_METHODS))} and .str with "
    f"{', '.join(f'.{name}()' for name in sorted(_TEXT_METHODS))}"
)


class _NotAllowed(Exception):
    """A part of a filter that is none of `ALLOWED`; says which."""


class _NoColumn(Exception):
    """A name in a filter that is no column's."""


def filter_rows(frame: pd.DataFrame, where: str, place: str) -> pd.DataFrame:
    """Return the rows of a table that a filter keeps.

    Parameters
    ----------
    frame : DataFrame
    where : str
        Like ``'method != "thermal" and `T (K)` < 320'``; a column's name that is no plain word stands
        between backticks.
    place : str
        The file and task, for messages.

    Raises
    ------
    WrongStudy
        The filter cannot be read, has a part that is not allowed, or names a column that is not there.
    EmptyTable
        It keeps no row.

    Examples
    --------
    >>> frame = pd.DataFrame({"formula": ["GaN", "ZnO"], "T (K)": ["300", "77"]})
    >>> filter_rows(frame, "`T (K)` > 100", "gaps.csv")["formula"].tolist()
    ['GaN']
    >>> filter_rows(frame, "formula.to_csv('x')", "gaps.csv: task gap")
    Traceback (most recent call last):
    ...
    graftwood.errors.WrongStudy: gaps.csv: task gap: the filter "formula.to_csv('x')" uses .to_csv; allowed \
are comparisons of columns ...
    """
    told = f"{place}: the filter {where!r}"
    try:
        tree, columns = _read(where, frame, place)
        typed = pd.DataFrame({word: _as_numbers(frame[name]) for word, name in columns.items()}, frame.index)
        kept = _evaluated(tree, typed)
    except _NotAllowed as error:
        raise WrongStudy(f"{told} {error}; allowed are {ALLOWED}.") from None
    except _NoColumn as error:
        raise WrongStudy(
            f"{told} names {str(error)!r}, which is no column; the columns are {listed(frame.columns)}, "
            "written between backticks where they are no plain words, and texts stand in quotation marks."
        ) from None
    if kept is None:
        raise WrongStudy(
            f"{told} does not say yes or no of every row; compare numbers with numbers and texts with texts."
        )
    if not kept.any():
        raise EmptyTable(f"{told} leaves none of {len(frame)} rows; correct it.")
    return frame.loc[kept.to_numpy()]


def _read(where: str, frame: pd.DataFrame, place: str) -> tuple[ast.expr, dict[str, str]]:
    """Read a filter; return its tree, with plain words for columns, and word -> column."""
    quoted: list[str] = []

    def plain(found: re.Match[str]) -> str:
        if found["name"] is None:
            return found[0]
        quoted.append(found["name"])
        return f" quoted_{len(quoted) - 1} "

    if len(where) > _LONGEST:
        raise _NotAllowed(f"is longer than {_LONGEST} characters")
    text = _QUOTED.sub(plain, where).strip()
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _NotAllowed("cannot be read") from None
    columns: dict[str, str] = {}
    names = {f"quoted_{place}": name for place, name in enumerate(quoted)}
    for node in _parts(tree):
        if isinstance(node, ast.Name):
            given = names.get(node.id, node.id)
            column = find_column(frame, given, place)
            if column is None:
                raise _NoColumn(given)
            node.id = f"column_{list(frame.columns).index(column)}"
            columns[node.id] = column
    return tree, columns


def _parts(tree: ast.expr) -> Iterable[ast.AST]:
    """Every part of a filter, each of an allowed kind."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case ast.BoolOp(values=values):
                waiting += values
            case ast.UnaryOp(operand=operand) if isinstance(node.op, _UNARY):
                waiting.append(operand)
            case ast.BinOp(left=left, right=right) if isinstance(node.op, _ARITHMETIC):
                if any(
                    isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (left, right)
                ):
                    raise _NotAllowed("reckons with a text")
                waiting += [left, right]
            case ast.Compare(left=left, comparators=others) if not any(
                isinstance(sign, ast.Is | ast.IsNot) for sign in node.ops
            ):
                waiting += [left, *others]
            case ast.Call():
                waiting.append(_asked(node))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                if not all(isinstance(item, ast.Constant | ast.UnaryOp) for item in items):
                    raise _NotAllowed("has a list of something else than values")
                waiting += items
            case ast.Constant(value=str() | int() | float() as value) if _is_sized(value):
                pass
            case ast.Name():
                pass
            case _:
                raise _NotAllowed(f"uses {_shown(node)}")


def _is_sized(value: str | int | float) -> bool:
    return isinstance(value, str) or (abs(value) < 10**300 and math.isfinite(value))


def _asked(call: ast.Call) -> ast.AST:
    """Return what an allowed method is asked of; its arguments must be values."""
    match call.func:
        case ast.Attribute(value=ast.Attribute(value=of, attr="str"), attr=name) if name in _TEXT_METHODS:
            pass
        case ast.Attribute(value=of, attr=name) if name in _METHODS:
            pass
        case _:
            raise _NotAllowed(f"uses {_shown(call.func)}")
    for given in (*call.args, *(keyword.value for keyword in call.keywords)):
        parts = given.elts if isinstance(given, ast.List | ast.Tuple) else [given]
        for part in parts:
            inner = part.operand if isinstance(part, ast.UnaryOp) else part
            if not isinstance(inner, ast.Constant) or not isinstance(inner.value, str | int | float | bool):
                raise _NotAllowed(f"gives {_shown(part)} to .{name}()")
    return of


def _shown(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f".{node.attr}"
    text = ast.unparse(node)
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def _evaluated(tree: ast.expr, typed: pd.DataFrame) -> pd.Series | None:
    """Which rows are kept; None where the answer is not yes or no, row by row."""
    try:
        # pandas before 3.0 asks columns only, so what else is asked becomes one, the innermost first.
        calls = [node for node in _parts(tree) if isinstance(node, ast.Call)]
        for number, call in enumerate(reversed(calls)):
            if not isinstance(_asked(call), ast.Name):
                typed = typed.assign(**{f"part_{number}": _value(_asked(call), typed)})
                _ask_of(call, ast.Name(f"part_{number}", ast.Load()))
        kept = _value(tree, typed)
        if not isinstance(kept, pd.Series) or len(kept) != len(typed):
            return None
        if kept.dtype == bool or str(kept.dtype) == "boolean":
            return kept.fillna(False).astype(bool)
        values = kept.tolist()
        return kept.astype(bool) if all(isinstance(value, bool) for value in values) else None
    except Exception:  # whatever pandas meets when it compares what cannot be compared
        return None


def _value(tree: ast.AST, typed: pd.DataFrame) -> Any:
    return typed.eval(ast.unparse(tree), engine="python", local_dict={}, global_dict={})


def _ask_of(call: ast.Call, of: ast.Name) -> None:
    """Ask something else by the same method."""
    method = call.func
    while isinstance(method, ast.Attribute):
        if not isinstance(method.value, ast.Attribute) or method.value.attr != "str":
            method.value = of
            return
        method = method.value


def _as_numbers(column: pd.Series) -> pd.Series:
    """Numbers where the whole column is numbers, else the column."""
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers if numbers.notna().sum() == column.notna().sum() else column
