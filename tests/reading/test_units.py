"""Units: which headers name one, and that none is converted into what it is not."""

import numpy as np
import pytest

from graftwood.errors import UnitMismatch
from graftwood.reading.units import converter, is_unit, same_unit, scale_of, split_header


@pytest.mark.parametrize(
    "header, name, unit",
    [
        ("gap (eV)", "gap", "eV"),
        ("gap [meV]", "gap", "meV"),
        ("T (°C)", "T", "°C"),
        ("density (g/cm3)", "density", "g/cm3"),
        ("n (cm⁻³)", "n", "cm⁻³"),
        ("rho (µΩ·cm)", "rho", "µΩ·cm"),
        ("E (eV/atom)", "E", "eV/atom"),
        ("k (W/(m K))", "k", "W/(m K)"),
        ("gap (PBE)", "gap (PBE)", ""),
        ("gap (300 K)", "gap (300 K)", ""),
        ("gap (min)", "gap (min)", ""),
        ("gap_eV", "gap_eV", ""),
    ],
)
def test_header_is_split_where_it_names_a_unit(header, name, unit):
    assert split_header(header) == (name, unit)


@pytest.mark.parametrize(
    "given, wanted, number, result",
    [("meV", "eV", 1120.0, 1.12), ("°C", "K", 25.0, 298.15), ("kJ/mol", "eV/particle", 96.485, 1.0),
     ("g/cm3", "kg/m^3", 5.3, 5300.0), ("%", "", 0, None), ("", "eV", 0, None)],
)  # fmt: skip
def test_numbers_are_converted_or_refused(given, wanted, number, result):
    if result is None:
        with pytest.raises(UnitMismatch, match="nothing names the other unit"):
            converter(given, wanted, place="a.csv")
    else:
        assert converter(given, wanted, place="a.csv")(np.array([number]))[0] == pytest.approx(
            result, rel=1e-4
        )


def test_units_of_different_things_are_refused_with_both_names():
    with pytest.raises(UnitMismatch, match="a.csv: the numbers are in eV, which cannot be converted to K"):
        converter("eV", "K", place="a.csv")


def test_a_deviation_knows_no_zero_point():
    assert scale_of("°C", "K", place="") == 1.0


def test_one_unit_has_many_spellings():
    assert same_unit("Torr", "torr") and same_unit("µeV", "μeV")
    assert same_unit("g/cm3", "g/cm^3") and not same_unit("eV", "meV")


@pytest.mark.parametrize(
    "text",
    [
        "km2515", "B2515me0 m00eV me0", "B9999999999999999999999999999999992515me0", "Qm^20",
        "m^(9*9*9*9*9*9*9)", "m^9^9^9^9", "m**9**9**9", "9^9^9^9", "(m^9)^9^9^9",
    ],
)  # fmt: skip
def test_a_unit_beyond_all_size_is_none_and_is_not_worked_out(text):
    assert not is_unit(text)


@pytest.mark.parametrize("text", ["", "300 K", "x=1", "__import__('os')", "1", "eV'", "import"])
def test_other_texts_are_no_units(text):
    assert not is_unit(text)
