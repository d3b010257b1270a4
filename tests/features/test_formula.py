import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood.errors import UnknownElement
from graftwood.features import material_key, read_formulas
from graftwood.features.elements import element_table

AMOUNTS = st.dictionaries(
    st.sampled_from(element_table().symbols), st.integers(1, 30), min_size=1, max_size=5
)


def spelled(amounts: dict[str, float]) -> str:
    return "".join(f"{symbol}{amount}" for symbol, amount in amounts.items())


def test_every_formula_keeps_its_row() -> None:
    table = read_formulas(["GaAs", "Xx2O3", None, "H2O"])
    assert [bool(problem) for problem in table.problems] == [False, True, True, False]
    assert table.readable.tolist() == [True, False, False, True]
    assert np.isnan(table.fractions[1:3]).all()
    assert table.fractions[[0, 3]].sum(axis=1) == pytest.approx([1, 1])
    assert table.materials.tolist() == ["AsGa", "", "", "H2O"]


def test_no_formula_gives_no_row() -> None:
    table = read_formulas([])
    assert table.fractions.shape == (0, 103)
    assert table.materials.shape == (0,)


def test_fractions_stand_in_the_columns_of_their_elements() -> None:
    fractions = dict(zip(element_table().symbols, read_formulas(["Ca3(PO4)2"]).fractions[0], strict=True))
    assert {symbol: value for symbol, value in fractions.items() if value} == pytest.approx(
        {"Ca": 3 / 13, "P": 2 / 13, "O": 8 / 13}
    )


@given(AMOUNTS, st.integers(1, 12), st.randoms(use_true_random=False))
def test_material_does_not_depend_on_order_or_scale(amounts, factor, chance) -> None:
    shuffled = list(amounts)
    chance.shuffle(shuffled)
    assert material_key(spelled(amounts)) == material_key(
        spelled({symbol: amounts[symbol] * factor for symbol in shuffled})
    )


@given(AMOUNTS)
def test_material_does_not_depend_on_decimals(amounts) -> None:
    total = sum(amounts.values())
    as_fractions = {symbol: f"{amount / total:.9f}" for symbol, amount in amounts.items()}
    assert material_key(spelled(amounts)) == material_key(spelled(as_fractions))


@given(AMOUNTS)
def test_material_key_is_a_formula_of_the_same_material(amounts) -> None:
    key = material_key(spelled(amounts))
    assert material_key(key) == key


@pytest.mark.parametrize(
    "one, other",
    [("Cu1.8S", "Cu9S5"), ("Cu0.642857S0.357143", "Cu9S5"), ("LiD", "HLi"), ("Fe₂O₃", "FeO1.5")],
)
def test_spellings_of_one_material_have_one_key(one, other) -> None:
    assert material_key(one) == material_key(other)


@pytest.mark.parametrize(
    "one, other",
    [("Cu2S", "CuS"), ("Cu1.8S", "Cu1.80003S"), ("Si0.99999P0.00001", "Si"), ("Co", "CO")],
)
def test_different_materials_have_different_keys(one, other) -> None:
    assert material_key(one) != material_key(other)


def test_key_of_an_unreadable_formula_is_refused() -> None:
    with pytest.raises(UnknownElement, match="Xx"):
        material_key("Xx2O3")
