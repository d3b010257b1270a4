"""Units: told from headers, and converted by pint or refused.

"gap (eV)" and "gap [meV]" name a unit; "(300 K)" or "(PBE)" do not become one in silence,
because what stands in brackets must be a unit that pint knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from graftwood.errors import UnitMismatch

_HEADER = re.compile(
    r"\s*(?P<name>.+?)\s*(?:\((?P<round>(?:[^()]|\([^()]*\))+)\)|\[(?P<square>[^\[\]]+)\])\s*"
)
_SPELLINGS = {"Å": "angstrom", "A^3": "angstrom^3", "%": "percent", "wt%": "percent", "at%": "percent",
              "°": "degree", "Ohm": "ohm", "Torr": "torr"}  # fmt: skip
_SIGNS = str.maketrans({"µ": "u", "μ": "u", "·": "*", "⋅": "*", "−": "-"})
_RAISED = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_STATISTICS = {"min", "a"}  # a minimum, a footnote; hardly ever minutes and years
_NOT_A_UNIT = re.compile(r"[=,:;?!'\"]")
_POWER_OF_NUMBER = re.compile(r"\d[\s)]*(?:\^|\*\*)")  # "m^9^9^9" would be worked out for hours


LONGEST = 60  # letters of a unit
LARGEST = 1e100  # in base units; two such can still be converted into each other
HIGHEST = 20  # power of a unit in a unit


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    registry = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)
    registry.define("atom = count")
    return registry


@lru_cache(maxsize=1024)
def _unit(text: str) -> Any:
    """Return pint's unit, None if the text is none."""
    written = _SPELLINGS.get(text.strip(), text.strip().translate(_SIGNS))
    written = written.replace("°C", "degC").replace("°F", "degF").replace("Å", "angstrom")
    written = _RAISED.sub(lambda found: "^" + found[0].translate(_LOWERED), written)
    if (
        not written
        or len(written) > LONGEST
        or _NOT_A_UNIT.search(written)
        or written.replace(".", "").isdigit()
    ):
        return None
    # Exponents without a sign, as in "g/cm3", are read as people mean them.
    written = re.sub(r"(?<=[A-Za-z])(-?\d)", r"^\1", written)
    if _POWER_OF_NUMBER.search(written):
        return None
    try:
        unit = _registry().Unit(written)
        return unit if _has_a_size(unit) else None
    except Exception:  # pint raises its own, Python's tokenizer's and arithmetic's errors for a text
        return None


def _has_a_size(unit: Any) -> bool:
    """Whether a unit can be worked out in base units: of "km2515" no float holds it."""
    from pint.util import to_units_container

    if any(abs(power) > HIGHEST for power in to_units_container(unit).values()):
        return False
    return 1 / LARGEST < float(_registry().get_base_units(unit)[0]) < LARGEST


def is_unit(text: str) -> bool:
    """Whether a text is a unit that pint knows.

    Examples
    --------
    >>> is_unit("meV"), is_unit("g/cm3"), is_unit("PBE"), is_unit("°C")
    (True, True, False, True)
    """
    return _unit(text) is not None


def split_header(header: str) -> tuple[str, str]:
    """Split a column's name into what it holds and its unit, "" where no unit is named.

    Examples
    --------
    >>> split_header("gap (eV)"), split_header("gap [meV]"), split_header("gap (PBE)")
    (('gap', 'eV'), ('gap', 'meV'), ('gap (PBE)', ''))
    """
    found = _HEADER.fullmatch(header)
    if found:
        unit = (found["round"] or found["square"]).strip()
        if unit not in _STATISTICS and is_unit(unit):
            return found["name"], unit
    return header.strip(), ""


def same_unit(first: str, second: str) -> bool:
    """Whether two texts are one unit, as "ohm*m" and "Ω·m" are.

    Examples
    --------
    >>> same_unit("eV", "electron_volt"), same_unit("eV", "meV")
    (True, False)
    """
    return first == second or (is_unit(first) and is_unit(second) and _unit(first) == _unit(second))


def converter(
    given: str, wanted: str, *, place: str
) -> Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]:
    """Return the function that turns numbers in one unit into another.

    Parameters
    ----------
    given, wanted : str
    place : str
        File and column of the numbers, for messages.

    Raises
    ------
    UnitMismatch
        One of them is no unit, or they measure different things.

    Examples
    --------
    >>> converter("meV", "eV", place="gaps.csv")(np.array([1120.0])).round(6)
    array([1.12])
    >>> converter("°C", "K", place="gaps.csv")(np.array([25.0])).round(2)
    array([298.15])
    """
    if not given or not wanted:
        raise UnitMismatch(
            f"{place}: the header names {given or wanted!r}, but nothing names the other unit; write it in "
            "the study file."
        )
    for unit in (given, wanted):
        if not is_unit(unit):
            raise UnitMismatch(f"{place}: {unit!r} is no unit that can be converted; write one like 'eV'.")
    source, target = _unit(given), _unit(wanted)
    if not source.is_compatible_with(target):
        raise UnitMismatch(
            f"{place}: the numbers are in {given}, which cannot be converted to {wanted}; correct the unit "
            "in the header or in the study file."
        )

    def convert(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(_registry().Quantity(numbers, source).to(target).magnitude, dtype=np.float64)

    return convert


def scale_of(given: str, wanted: str, *, place: str) -> float:
    """Return the factor between two units for differences, such as standard deviations.

    Examples
    --------
    >>> scale_of("°C", "K", place="gaps.csv")
    1.0
    """
    convert = converter(given, wanted, place=place)
    zero, one = convert(np.array([0.0, 1.0]))
    return float(one - zero)
