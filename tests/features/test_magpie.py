from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from graftwood.features.formula import read_formulas
from graftwood.features.magpie import magpie_names, magpie_statistics

REFERENCE = pd.read_csv(
    Path(__file__).parent / "magpie_reference.csv.gz", comment="#", keep_default_na=False, na_values=[""]
)


def features_of(formulas) -> np.ndarray:
    fractions = read_formulas(formulas).fractions
    out = np.full((len(fractions), len(magpie_names())), -1.0)
    magpie_statistics(fractions, out)
    return out


def test_features_are_matminers() -> None:
    assert len(REFERENCE) == 200
    expected = REFERENCE.drop(columns="formula").to_numpy(dtype=float)
    assert np.abs(features_of(REFERENCE["formula"]) - expected).max() < 1e-10


def test_names_and_order_are_matminers() -> None:
    assert magpie_names() == REFERENCE.columns[1:].tolist()


def test_reference_has_formulas_of_all_kinds() -> None:
    assert REFERENCE["formula"].str.contains(".", regex=False).sum() >= 50
    assert REFERENCE["formula"].str.contains("(", regex=False).sum() >= 20


def test_mode_of_equally_abundant_elements_is_the_lowest_value() -> None:
    mode = magpie_names().index("MagpieData mode Number")
    assert features_of(["GaAs", "Ga2As3", "As0.1Ga0.1"])[:, mode].tolist() == [31, 33, 31]


def test_a_row_has_the_same_bits_in_any_company() -> None:
    formulas = REFERENCE["formula"].tolist()
    together = features_of(formulas * 30)
    assert np.array_equal(together[: len(formulas)], together[-len(formulas) :])
    for row in range(0, len(formulas), 20):
        assert np.array_equal(features_of([formulas[row]])[0], together[row])


@pytest.mark.parametrize("formula", ["Fe", "HLiBeBCNOFNaMgAlSiPSClKCaScTiV"])
def test_one_element_and_twenty_are_compositions_too(formula) -> None:
    assert np.isfinite(features_of([formula])).all()


def test_unread_row_stays_nan() -> None:
    features = features_of(["GaAs", "", "NaCl"])
    assert np.isnan(features[1]).all()
    assert np.isfinite(features[[0, 2]]).all()
