"""Arithmetic on tasks: a text such as "gap_exp - gap_dft", read by whitelist and worked out on arrays.

    number   task   `task with any name`   + - * / **   ( )   exp log sqrt abs minimum maximum

A text is read into a tree of these and nothing else, so that one from a file runs no code.
A backtick within a quoted name is written twice.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from graftwood.errors import UnitMismatch, UnreadableExpression

LONGEST = 10_000  # characters; deeper nesting than they allow would exhaust Python's parser

FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "exp": (np.exp, 1),
    "log": (np.log, 1),
    "sqrt": (np.sqrt, 1),
    "abs": (np.abs, 1),
    "minimum": (np.minimum, 2),
    "maximum": (np.maximum, 2),
}
_OPERATIONS: dict[type, Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_SIGNS: dict[type, Callable[..., Any]] = {ast.USub: np.negative, ast.UAdd: np.positive}
_ALLOWED = f"numbers, tasks, + - * / **, parentheses and {', '.join(FUNCTIONS)}"


@dataclass(frozen=True)
class Arithmetic:
    """Arithmetic that was read.

    Attributes
    ----------
    text : str
    names : tuple of str
        Tasks in it, in the order in which they first stand there.
    tree : ast.expr
        Of whitelisted parts only; the names in it are "_0", "_1", ...

    Examples
    --------
    >>> delta = read_expression("gap_exp - `gap (PBE)`")
    >>> delta.names
    ('gap_exp', 'gap (PBE)')
    >>> delta.of({"gap_exp": np.array([3.0]), "gap (PBE)": np.array([2.0])})
    array([1.])
    """

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    def part(self, tree: ast.expr) -> str:
        """Write a part of the tree as a user would."""
        return Arithmetic(self.text, self.names, tree).renamed({name: name for name in self.names})

    def renamed(self, new: Mapping[str, str]) -> str:
        """Return the text with something else in the place of every name.

        Examples
        --------
        >>> read_expression("a - 2 * a").renamed({"a": "exp(`b`)"})
        'exp(`b`) - 2.0 * exp(`b`)'
        """
        plain = ast.unparse(self.tree)
        return re.sub(r"\b_(\d+)\b", lambda found: new[self.names[int(found[1])]], plain)

    def unit(self, units: Mapping[str, str]) -> str | None:
        """Return the unit of the result where it is that of the tasks in it, None where it is not known.

        Sums, differences, minima and maxima have the unit of what they are of; what products, powers and
        functions have is left open.

        Parameters
        ----------
        units : mapping of str to str
            Of names; those that are not in it fit any other.

        Raises
        ------
        UnitMismatch
            What is added, subtracted or compared has different units.
        """
        return _unit(self.tree, {f"_{i}": units.get(name) for i, name in enumerate(self.names)}, self)

    def of(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """Work it out elementwise; NaN or infinite where it is not defined, without a warning.

        Parameters
        ----------
        values : mapping of str to ndarray
            Every name's values, all of one shape.
        """
        given = {f"_{number}": values[name] for number, name in enumerate(self.names)}
        with np.errstate(all="ignore"):
            return np.asarray(_work_out(self.tree, given))


@lru_cache(maxsize=256)
def read_expression(text: str) -> Arithmetic:
    """Read arithmetic on tasks.

    Raises
    ------
    UnreadableExpression
        It is no arithmetic, has something else than is allowed in it, or names no task.

    Examples
    --------
    >>> read_expression("1e13 * exp(-barrier / (8.617e-5 * 600))").names
    ('barrier',)
    """
    if len(text) > LONGEST:
        raise UnreadableExpression(
            f"The expression {text[:40]!r}... has {len(text)} characters; write it in {LONGEST} at most."
        )
    plain, quoted = _without_quotes(text)
    try:
        tree = ast.parse(plain.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        at = f" near character {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        raise UnreadableExpression(
            f"The expression {text!r} cannot be read{at}; it may hold {_ALLOWED}, and a task whose name is "
            "no plain word stands in `backticks`."
        ) from None
    names: dict[str, str] = {}
    try:
        tree = _checked(tree, quoted, names, text)
    except RecursionError:
        raise UnreadableExpression(f"The expression {text[:40]!r}... is nested too deeply.") from None
    if not names:
        raise UnreadableExpression(f"The expression {text!r} names no task; a constant needs no node.")
    return Arithmetic(text, tuple(names), tree)


def quote(name: str) -> str:
    """Write a task's name so that it can stand in an expression.

    Examples
    --------
    >>> quote("gap"), quote("gap of `PBE`")
    ('`gap`', '`gap of ``PBE```')
    """
    return "`" + name.replace("`", "``") + "`"


def _without_quotes(text: str) -> tuple[str, dict[str, str]]:
    """Put a plain word in the place of every quoted name; return the text and word -> name."""
    quoted: dict[str, str] = {}
    plain, position = [], 0
    while position < len(text):
        if text[position] != "`":
            plain.append(text[position])
            position += 1
            continue
        end, name = position + 1, []
        while end < len(text) and (text[end] != "`" or text[end : end + 2] == "``"):
            name.append(text[end])
            end += 2 if text[end] == "`" else 1
        if end >= len(text) or not name:
            raise UnreadableExpression(
                f"The expression {text!r} has a backtick without its partner near character {position + 1}, "
                "or nothing between two of them."
            )
        word = f"quoted_{len(quoted)}_"
        while word in text:
            word += "_"
        quoted[word] = "".join(name)
        plain.append(f" {word} ")
        position = end + 1
    return "".join(plain), quoted


def _checked(tree: ast.AST, quoted: Mapping[str, str], names: dict[str, str], text: str) -> Any:
    """Rebuild a tree from whitelisted parts; ``names`` receives name -> its word in the new tree."""
    match tree:
        case ast.BinOp(left, operation, right) if type(operation) in _OPERATIONS:
            sides = (_checked(side, quoted, names, text) for side in (left, right))
            first, second = sides
            return ast.BinOp(first, operation, second)
        case ast.UnaryOp(sign, operand) if type(sign) in _SIGNS:
            return ast.UnaryOp(sign, _checked(operand, quoted, names, text))
        case ast.Constant(int() | float() as value) if type(value) is not bool:
            return ast.Constant(_as_float(value, text))
        case ast.Name(word):
            name = quoted.get(word, word)
            return ast.Name(names.setdefault(name, f"_{len(names)}"))
        case ast.Call(ast.Name(function), arguments, []) if function in FUNCTIONS:
            wanted = FUNCTIONS[function][1]
            if len(arguments) != wanted:
                raise UnreadableExpression(
                    f"The expression {text!r} gives {function} {len(arguments)} values; it takes {wanted}."
                )
            return ast.Call(
                ast.Name(function), [_checked(argument, quoted, names, text) for argument in arguments], []
            )
    raise UnreadableExpression(
        f"The expression {text!r} has {ast.unparse(tree)[:40]!r} in it; it may hold {_ALLOWED}."
    )


def _unit(tree: Any, units: Mapping[str, str | None], whole: Arithmetic) -> str | None:
    match tree:
        case ast.Name(word):
            return units[word]
        case ast.UnaryOp(_, operand) | ast.Call(ast.Name("abs"), [operand]):
            return _unit(operand, units, whole)
        case ast.BinOp(one, ast.Add() | ast.Sub(), other) | ast.Call(
            ast.Name("minimum" | "maximum"), [one, other]
        ):
            found = [_unit(side, units, whole) for side in (one, other)]
            if None not in found and found[0] != found[1]:
                sides = [whole.part(side) for side in (one, other)]
                raise UnitMismatch(
                    f"The expression {whole.text!r} puts {sides[0]} in {found[0]!r} together with "
                    f"{sides[1]} in {found[1]!r}; convert one of them, such as by a factor in the expression."
                )
            return found[0] or found[1]
        case ast.BinOp(one, _, other):
            for side in (one, other):
                _unit(side, units, whole)
        case ast.Call(_, arguments):
            for argument in arguments:
                _unit(argument, units, whole)
    return None


def _as_float(value: int | float, text: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = np.inf
    if not np.isfinite(number):
        raise UnreadableExpression(f"The expression {text!r} has a number in it that is not finite.")
    return number


def _work_out(tree: Any, given: Mapping[str, np.ndarray]) -> Any:
    match tree:
        case ast.BinOp(left, operation, right):
            return _OPERATIONS[type(operation)](_work_out(left, given), _work_out(right, given))
        case ast.UnaryOp(sign, operand):
            return _SIGNS[type(sign)](_work_out(operand, given))
        case ast.Constant(value=float(number)):
            return np.float64(number)
        case ast.Name(word):
            return given[word]
        case _:
            return FUNCTIONS[tree.func.id][0](*(_work_out(argument, given) for argument in tree.args))
