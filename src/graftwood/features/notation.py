"""One formula as people write it: amounts of its elements, or the reason why there are none.

A plain formula, element symbols with decimal amounts and brackets one deep, is read
here because that is ten times as fast; every other one is read by pymatgen, to which
the short cut is equal.  Tables of formulas are in ``features/formula.py``.
"""

from __future__ import annotations

import re
from numbers import Real
from typing import Any

from graftwood.errors import UnknownElement, UnreadableFormula, on_one_line
from graftwood.features.elements import element_table

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_ATOM = rf"[A-Z][a-z]?(?:{_NUMBER})?"
_PLAIN = re.compile(rf"(?:{_ATOM}|\((?:{_ATOM})+\)(?:{_NUMBER})?)+")
_ATOMS = re.compile(rf"([A-Z][a-z]?)({_NUMBER})?")
_PARTS = re.compile(rf"([A-Z][a-z]?)({_NUMBER})?|\(([^()]*)\)({_NUMBER})?")

_KNOWN = frozenset(element_table().symbols)
# pymatgen drops amounts below the first; above the second, atomic fractions lose their digits.
_SMALLEST, _LARGEST = 1e-8, 1e9
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉\u00a0\u2009\u202f", "0123456789   ")
# Between a symbol and a capital, a full stop cannot be a decimal point.
_ADDITION_DOT = re.compile(r"\s*[·•∙⋅‧・*]\s*|(?<=[A-Za-z)\]}])\.(?=[A-Z(\[{])")
_LEADING_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)?\s*(.*)", re.DOTALL)
_DOT_THEN_SOLVENT = re.compile(r"[A-Za-z)\]}](?:[1-9][0-9]*)?\.[1-9][0-9]*\(?(?:H2O|D2O|OH2|NH3)\)?[0-9]*")
_ONLY_DOT = re.compile(r"[^.]*?([A-Z][a-z]?)(?:[1-9][0-9]*)?\.[1-9][0-9]*(?=[A-Z(\[{])([^.]*)")
_LONGEST_SHOWN = 80
_SIGN = re.compile(r"[-+^−–⁺⁻]")


def amounts_of(formula: Any) -> dict[str, float]:
    """Read one formula.

    Parameters
    ----------
    formula : str or pymatgen Composition
        For example "Cu1.8S", "Ca3(PO4)2", "K4[Fe(CN)6]", "CuSO4·5H2O", "Fe₂O₃".
        Deuterium, D, counts as hydrogen.  An amount of 0 means that the element is absent.

    Returns
    -------
    dict of str to float
        Amount of each element, positive; not normalised.

    Raises
    ------
    UnreadableFormula
        It is missing or no text, has no atoms, a sign, an amount above 1e9, or a dot that
        can be read in two ways, or is no formula at all.
    UnknownElement
        It names something that is no element, or one that the element table lacks.

    Examples
    --------
    >>> amounts_of("Ca3(PO4)2")
    {'Ca': 3.0, 'P': 2.0, 'O': 8.0}
    >>> amounts_of("CuSO4.5H2O")
    Traceback (most recent call last):
    ...
    graftwood.errors.UnreadableFormula: Formula 'CuSO4.5H2O' has a dot that can be a decimal point or the \
dot of an addition compound: write '·' for the latter, or brackets as in CuSO4(H2O)5.
    """
    if isinstance(formula, str):
        amounts = _plain_amounts(formula)
        return _written_amounts(formula) if amounts is None else amounts
    if hasattr(formula, "get_el_amt_dict"):
        return _checked(formula.get_el_amt_dict(), str(formula))
    if _is_missing(formula):
        raise UnreadableFormula(
            "Formula is missing (empty cell, None or nan): give one (pandas takes sodium nitride, 'NaN', for "
            "a missing cell unless keep_default_na=False)."
        )
    raise UnreadableFormula(
        f"Formula {_shown(formula)} is no text but {type(formula).__name__}: write it like 'Fe2O3'."
    )


def _is_missing(formula: Any) -> bool:
    # pandas' own markers are told by name, so that a formula can be read without pandas.
    if formula is None or type(formula).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(formula, Real) and formula != formula


def _plain_amounts(formula: str) -> dict[str, float] | None:
    """Amounts of a plain formula of known elements, None for any other."""
    if not _PLAIN.fullmatch(formula) or ("." in formula and _is_ambiguous(formula)):
        return None
    amounts: dict[str, float] = {}
    if "(" not in formula:
        for symbol, number in _ATOMS.findall(formula):
            amounts[symbol] = amounts.get(symbol, 0.0) + (float(number) if number else 1.0)
    else:
        for symbol, number, group, times in _PARTS.findall(formula):
            factor = float(times) if times else 1.0
            for inner, count in _ATOMS.findall(group) if group else ((symbol, number),):
                amounts[inner] = amounts.get(inner, 0.0) + (float(count) if count else 1.0) * factor
    in_range = min(amounts.values()) >= _SMALLEST and max(amounts.values()) <= _LARGEST
    return amounts if in_range and amounts.keys() <= _KNOWN else None


def _is_ambiguous(formula: str) -> bool:
    """Whether a full stop can be a decimal point as well as the dot of an addition compound."""
    if _DOT_THEN_SOLVENT.search(formula):
        return True
    # In Al2O3.3SiO2 the element before the dot comes again after it, in K0.5Na0.5NbO3 it does not.
    match = _ONLY_DOT.fullmatch(formula)
    return match is not None and match[1] in re.findall("[A-Z][a-z]?", match[2])


def _written_amounts(formula: str) -> dict[str, float]:
    """Amounts of a formula that is not plain, by pymatgen."""
    text = formula.translate(_SUBSCRIPTS).strip()
    if not text:
        raise UnreadableFormula(f"Formula {_shown(formula)} is empty: give one, or leave the row out.")
    if _is_crossed(text):
        raise UnreadableFormula(
            f"Formula {_shown(formula)} has brackets that cross, as in '(...[...)...]': close first what was "
            "opened last."
        )
    total: dict[str, float] = {}
    parts = _ADDITION_DOT.split(text)
    for part in parts:
        match = _LEADING_NUMBER.fullmatch(part)
        times, rest = (match[1], match[2]) if match and len(parts) > 1 else (None, part)
        if _is_ambiguous(rest):
            raise UnreadableFormula(
                f"Formula {_shown(formula)} has a dot that can be a decimal point or the dot of an addition "
                "compound: write '·' for the latter, or brackets as in CuSO4(H2O)5."
            )
        for symbol, amount in _parsed_amounts(rest, formula).items():
            total[symbol] = total.get(symbol, 0.0) + amount * (float(times) if times else 1.0)
    return _checked(total, formula)


def _is_crossed(text: str) -> bool:
    """Whether a bracket is closed by one of another kind; pymatgen takes all for one kind."""
    opened: list[str] = []
    for letter in text:
        if letter in "([{":
            opened.append(letter)
        elif letter in ")]}" and opened and opened.pop() + letter not in ("()", "[]", "{}"):
            return True
    return False


def _parsed_amounts(part: str, formula: str) -> dict[str, float]:
    from pymatgen.core import Composition

    try:
        return dict(Composition(part).get_el_amt_dict())
    except (ValueError, TypeError, KeyError) as error:
        raise _reason(part, formula, error) from error


def _reason(part: str, formula: str, error: Exception) -> UnreadableFormula:
    """Say in our words why pymatgen refused."""
    sign = _SIGN.search(part)
    if sign:
        return UnreadableFormula(
            f"Formula {_shown(formula)} contains {sign[0]!r}: give positive amounts and leave charges out."
        )
    if any(part.count(opening) != part.count(closing) for opening, closing in ("()", "[]", "{}")):
        return UnreadableFormula(
            f"Formula {_shown(formula)} has a bracket without its partner: add or remove one."
        )
    unknown = [name for name in re.findall("[A-Z][a-z]*", part) if name not in _KNOWN | {"D"}]
    if unknown:
        return _unknown(unknown[0], formula)
    if not re.search("[A-Z]", part):
        return UnreadableFormula(
            f"Formula {_shown(formula)} lacks an element symbol: symbols begin with a capital, as in 'Fe2O3'."
        )
    # pymatgen repeats the formula as it stands, line breaks and all.
    return UnreadableFormula(
        f"Formula {_shown(formula)} cannot be read ({_shorter(on_one_line(error))}): write it like "
        "'Ca3(PO4)2'."
    )


def _unknown(name: str, formula: str) -> UnknownElement:
    from pymatgen.core import Element

    if Element.is_valid_symbol(name):
        return UnknownElement(
            f"Formula {_shown(formula)} has {_shorter(name)}, which the element table (H to Lr) lacks: "
            "leave the row out."
        )
    return UnknownElement(
        f"Formula {_shown(formula)} names {_shorter(name)!r}, which is not a chemical element: correct it."
    )


def _shown(formula: Any) -> str:
    return repr(_shorter(formula) if isinstance(formula, str) else formula)


def _shorter(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _checked(amounts: dict[str, float], formula: str) -> dict[str, float]:
    # In D pymatgen sees hydrogen, which it is.  A T mostly stands for any transition metal, as in
    # RT2, and hardly ever for tritium.
    if "T" in re.findall("[A-Z][a-z]*", formula):
        raise UnknownElement(
            f"Formula {_shown(formula)} names 'T', which may be tritium or a placeholder: "
            "write H for tritium."
        )
    found: dict[str, float] = {}
    for symbol, amount in amounts.items():
        name = "H" if symbol == "D" else symbol
        found[name] = found.get(name, 0.0) + float(amount)
    for symbol, amount in found.items():
        if symbol not in _KNOWN:
            raise _unknown(symbol, formula)
        if not 0 < amount <= _LARGEST:
            raise UnreadableFormula(
                f"Formula {_shown(formula)} has the amount {amount:g} of {symbol}: "
                f"correct it, allowed are 0 to {_LARGEST:g}."
            )
    if not found:
        raise UnreadableFormula(f"Formula {_shown(formula)} has no atoms: give at least one positive amount.")
    return found
