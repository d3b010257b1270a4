import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Composition

from graftwood.datasets import load_dft_gaps, load_experimental_gaps
from graftwood.errors import UnknownElement, UnreadableFormula
from graftwood.features import notation
from graftwood.features.elements import element_table
from graftwood.features.notation import amounts_of

SYMBOLS = st.sampled_from(element_table().symbols)
NUMBERS = st.one_of(
    st.just(""), st.integers(1, 999).map(str), st.integers(1, 99_999).map(lambda n: f"{n / 1000:.3f}")
)
ATOMS = st.tuples(SYMBOLS, NUMBERS).map("".join)
GROUPS = st.tuples(st.lists(ATOMS, min_size=1, max_size=3).map("".join), NUMBERS).map(
    lambda group: f"({group[0]}){group[1]}"
)


def by_pymatgen(formula: str) -> dict[str, float]:
    return dict(Composition(formula).get_el_amt_dict())


@pytest.mark.parametrize("load", [load_experimental_gaps, load_dft_gaps])
def test_short_cut_reads_shipped_formulas_as_pymatgen_does(load) -> None:
    formulas = load().frame["formula"].tolist()
    n_plain = 0
    for formula in formulas[:: max(1, len(formulas) // 10_000)]:
        amounts = notation._plain_amounts(formula)
        if amounts is not None:
            n_plain += 1
            assert amounts == pytest.approx(by_pymatgen(formula), rel=1e-14), formula
    assert n_plain > 4000


@given(st.lists(ATOMS | GROUPS, min_size=1, max_size=6).map("".join))
def test_short_cut_reads_any_plain_formula_as_pymatgen_does_or_passes_it_on(formula) -> None:
    amounts = notation._plain_amounts(formula)
    if amounts is not None:
        assert amounts == pytest.approx(by_pymatgen(formula), rel=1e-14)


@pytest.mark.parametrize(
    "formula, amounts",
    [
        pytest.param("NaN", {"Na": 1, "N": 1}, id="sodium-nitride"),
        pytest.param("CuSO4·5H2O", {"Cu": 1, "S": 1, "O": 9, "H": 10}, id="hydrate"),
        pytest.param("CuSO4*5H2O", {"Cu": 1, "S": 1, "O": 9, "H": 10}, id="hydrate-with-asterisk"),
        pytest.param("CaSO4·0.5H2O", {"Ca": 1, "S": 1, "O": 4.5, "H": 1}, id="half-a-water"),
        pytest.param("3CaO·Al2O3·6H2O", {"Ca": 3, "Al": 2, "O": 12, "H": 12}, id="three-parts"),
        pytest.param("CaO.SiO2", {"Ca": 1, "Si": 1, "O": 3}, id="dot-that-is-no-decimal-point"),
        pytest.param("Na0.5H2O", {"Na": 0.5, "H": 2, "O": 1}, id="dot-that-is-a-decimal-point"),
        pytest.param("K0.5Na0.5NbO3", {"K": 0.5, "Na": 0.5, "Nb": 1, "O": 3}, id="decimals"),
        pytest.param("Al1.5(Al0.5Si)O4", {"Al": 2, "Si": 1, "O": 4}, id="element-on-two-sites"),
        pytest.param("Fe₂O₃", {"Fe": 2, "O": 3}, id="subscripts"),
        pytest.param(" Fe 2 O 3\n", {"Fe": 2, "O": 3}, id="spaces"),
        pytest.param("K4[Fe(CN)6]", {"K": 4, "Fe": 1, "C": 6, "N": 6}, id="nested-brackets"),
        pytest.param("D2O", {"H": 2, "O": 1}, id="deuterium"),
        pytest.param("Ba1.0K0.0Fe2As2", {"Ba": 1, "Fe": 2, "As": 2}, id="zero-amount"),
    ],
)
def test_formula_is_read_rightly(formula, amounts) -> None:
    assert amounts_of(formula) == pytest.approx(amounts)


def test_a_composition_is_read_as_it_stands() -> None:
    assert amounts_of(Composition({"Fe3+": 2, "O2-": 3})) == {"Fe": 2, "O": 3}


@pytest.mark.parametrize(
    "formula, error, message",
    [
        pytest.param("Xx2O3", UnknownElement, "'Xx2O3' names 'Xx', which is not", id="typo"),
        pytest.param("RfO2", UnknownElement, "'RfO2' has Rf, which the element table", id="too-heavy"),
        pytest.param("T2O", UnknownElement, "'T2O' names 'T', which may be tritium", id="placeholder"),
        pytest.param("", UnreadableFormula, "'' is empty", id="empty"),
        pytest.param("  ", UnreadableFormula, "'  ' is empty", id="blank"),
        pytest.param("Fe2O3(", UnreadableFormula, r"'Fe2O3\(' has a bracket without", id="open-bracket"),
        pytest.param("H2O)", UnreadableFormula, r"'H2O\)' has a bracket without", id="closing-bracket"),
        pytest.param("Fe-2O3", UnreadableFormula, "'Fe-2O3' contains '-'", id="negative"),
        pytest.param("Na+", UnreadableFormula, r"'Na\+' contains '\+'", id="charge"),
        pytest.param("[Fe(CN)6]3-", UnreadableFormula, "contains '-'", id="charge-on-brackets"),
        pytest.param("SO4²⁻", UnreadableFormula, "contains '⁻'", id="superscript-charge"),
        pytest.param("La2CuO4+x", UnreadableFormula, r"contains '\+'", id="variable"),
        pytest.param("Fe0", UnreadableFormula, "'Fe0' has no atoms", id="no-atoms"),
        pytest.param("fe2o3", UnreadableFormula, "'fe2o3' lacks an element symbol", id="lower-case"),
        pytest.param("12", UnreadableFormula, "'12' lacks an element symbol", id="digits"),
        pytest.param("Cu1,8S", UnreadableFormula, "'Cu1,8S' cannot be read", id="decimal-comma"),
        pytest.param("Fe2..3", UnreadableFormula, r"'Fe2\.\.3' cannot be read", id="two-points"),
        pytest.param("Fe1e400O", UnreadableFormula, "has the amount inf of Fe", id="infinite"),
        pytest.param("Fe" + "9" * 400, UnreadableFormula, r"9\.\.\.' has the amount inf", id="endless"),
        pytest.param("CuSO4.5H2O", UnreadableFormula, "a dot that can be a decimal point", id="full-stop"),
        pytest.param("CaO.5H2O", UnreadableFormula, "a dot that can be", id="full-stop-after-symbol"),
        pytest.param("Al2O3.3SiO2", UnreadableFormula, "a dot that can be", id="full-stop-in-oxide"),
        pytest.param("CuSO4·nH2O", UnreadableFormula, "'CuSO4·nH2O' cannot be read", id="unknown-water"),
        pytest.param(None, UnreadableFormula, "missing.*keep_default_na", id="none"),
        pytest.param(float("nan"), UnreadableFormula, "missing.*keep_default_na", id="nan"),
        pytest.param(pd.NA, UnreadableFormula, "missing.*keep_default_na", id="pandas-na"),
        pytest.param(3.7, UnreadableFormula, "3.7 is no text but float", id="number"),
        pytest.param(b"Fe", UnreadableFormula, "is no text but bytes", id="bytes"),
        pytest.param([1, 2], UnreadableFormula, "is no text but list", id="list"),
    ],
)
def test_unreadable_formula_is_one_sentence_that_names_it(formula, error, message) -> None:
    with pytest.raises(error, match=message) as caught:
        amounts_of(formula)
    assert str(caught.value).startswith("Formula ")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@given(st.text(max_size=20) | st.text(alphabet="FeOHCuSD0123456789.()[]{}·-+*e xT", max_size=12))
def test_no_text_is_read_as_nothing_or_breaks_the_reader(text) -> None:
    try:
        amounts = amounts_of(text)
    except UnreadableFormula:
        return
    assert amounts and all(0 < amount < float("inf") for amount in amounts.values())
