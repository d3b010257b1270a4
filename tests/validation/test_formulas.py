"""Formulas that cannot be read: each gets one sentence, alone, in a table and in a file, and no guess."""

import numpy as np
import pandas as pd
import pytest

from graftwood.errors import UnknownElement, UnreadableFormula
from graftwood.features import CompositionFeatures
from graftwood.features.formula import material_key, read_formulas
from graftwood.features.notation import amounts_of

MISSING = (
    "is missing (empty cell, None or nan): give one (pandas takes sodium nitride, 'NaN', for a missing cell "
    "unless keep_default_na=False)."
)
BAD = {
    "empty": ("", UnreadableFormula, "'' is empty: give one, or leave the row out."),
    "blank": ("   ", UnreadableFormula, "'   ' is empty: give one, or leave the row out."),
    "tab": ("\t", UnreadableFormula, "'\\t' is empty: give one, or leave the row out."),
    "missing-none": (None, UnreadableFormula, MISSING),
    "missing-nan": (float("nan"), UnreadableFormula, MISSING),
    "missing-na": (pd.NA, UnreadableFormula, MISSING),
    "missing-nat": (pd.NaT, UnreadableFormula, MISSING),
    "number": (3.5, UnreadableFormula, "3.5 is no text but float: write it like 'Fe2O3'."),
    "integer": (26, UnreadableFormula, "26 is no text but int: write it like 'Fe2O3'."),
    "boolean": (True, UnreadableFormula, "True is no text but bool: write it like 'Fe2O3'."),
    "list": (["Fe", "O"], UnreadableFormula, "['Fe', 'O'] is no text but list: write it like 'Fe2O3'."),
    "bytes": (b"Fe2O3", UnreadableFormula, "b'Fe2O3' is no text but bytes: write it like 'Fe2O3'."),
    "dict": ({"Fe": 2}, UnreadableFormula, "{'Fe': 2} is no text but dict: write it like 'Fe2O3'."),
    "lower-case": (
        "fe2o3",
        UnreadableFormula,
        "'fe2o3' lacks an element symbol: symbols begin with a capital, as in 'Fe2O3'.",
    ),
    "no-element": (
        "Xx2O3",
        UnknownElement,
        "'Xx2O3' names 'Xx', which is not a chemical element: correct it.",
    ),
    "placeholder": (
        "RT2",
        UnknownElement,
        "'RT2' names 'T', which may be tritium or a placeholder: write H for tritium.",
    ),
    "placeholder-M": ("MO2", UnknownElement, "'MO2' names 'M', which is not a chemical element: correct it."),
    "tritium": (
        "T2O",
        UnknownElement,
        "'T2O' names 'T', which may be tritium or a placeholder: write H for tritium.",
    ),
    "too-heavy": (
        "Og",
        UnknownElement,
        "'Og' has Og, which the element table (H to Lr) lacks: leave the row out.",
    ),
    "too-heavy-2": (
        "RfO2",
        UnknownElement,
        "'RfO2' has Rf, which the element table (H to Lr) lacks: leave the row out.",
    ),
    "electron": (
        "e",
        UnreadableFormula,
        "'e' lacks an element symbol: symbols begin with a capital, as in 'Fe2O3'.",
    ),
    "charge-plus": (
        "Na+",
        UnreadableFormula,
        "'Na+' contains '+': give positive amounts and leave charges out.",
    ),
    "unicode-charge": (
        "Fe³⁺",
        UnreadableFormula,
        "'Fe³⁺' contains '⁺': give positive amounts and leave charges out.",
    ),
    "unicode-minus": (
        "Cl−",
        UnreadableFormula,
        "'Cl−' contains '−': give positive amounts and leave charges out.",
    ),
    "open-bracket": (
        "Ca3(PO4",
        UnreadableFormula,
        "'Ca3(PO4' has a bracket without its partner: add or remove one.",
    ),
    "close-bracket": (
        "Ca3PO4)2",
        UnreadableFormula,
        "'Ca3PO4)2' has a bracket without its partner: add or remove one.",
    ),
    "mixed-brackets": (
        "K4[Fe(CN6])",
        UnreadableFormula,
        "'K4[Fe(CN6])' has brackets that cross, as in '(...[...)...]': close first what was opened last.",
    ),
    "empty-brackets": (
        "Fe()O",
        UnreadableFormula,
        "'Fe()O' cannot be read (() is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "number-first": (
        "2Fe",
        UnreadableFormula,
        "'2Fe' cannot be read (2 is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "only-brackets": (
        "()",
        UnreadableFormula,
        "'()' lacks an element symbol: symbols begin with a capital, as in 'Fe2O3'.",
    ),
    "zero": ("Fe0", UnreadableFormula, "'Fe0' has no atoms: give at least one positive amount."),
    "zero-all": ("Fe0O0", UnreadableFormula, "'Fe0O0' has no atoms: give at least one positive amount."),
    "negative": (
        "Fe-2O3",
        UnreadableFormula,
        "'Fe-2O3' contains '-': give positive amounts and leave charges out.",
    ),
    "amount-huge": (
        "Fe1e10",
        UnreadableFormula,
        "'Fe1e10' has the amount 1e+10 of Fe: correct it, allowed are 0 to 1e+09.",
    ),
    "amount-long": (
        "Fe" + "9" * 30,
        UnreadableFormula,
        "'Fe999999999999999999999999999999' has the amount 1e+30 of Fe: correct it, allowed are 0 to 1e+09.",
    ),
    "amount-tiny": (
        "Fe0.000000001",
        UnreadableFormula,
        "'Fe0.000000001' has no atoms: give at least one positive amount.",
    ),
    "ambiguous-dot": (
        "CuSO4.5H2O",
        UnreadableFormula,
        "'CuSO4.5H2O' has a dot that can be a decimal point or the dot of an addition "
        "compound: write '·' for the latter, or brackets as in CuSO4(H2O)5.",
    ),
    "ambiguous-dot-2": (
        "Al2O3.3SiO2",
        UnreadableFormula,
        "'Al2O3.3SiO2' has a dot that can be a decimal point or the dot of an addition "
        "compound: write '·' for the latter, or brackets as in CuSO4(H2O)5.",
    ),
    "two-dots": (
        "Fe1.2.3O",
        UnreadableFormula,
        "'Fe1.2.3O' cannot be read (could not convert string to float: '1.2.3'): write it like 'Ca3(PO4)2'.",
    ),
    "comma": (
        "Fe1,5O",
        UnreadableFormula,
        "'Fe1,5O' cannot be read (,5 is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "slash": (
        "Fe/O",
        UnreadableFormula,
        "'Fe/O' cannot be read (/ is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "x": (
        "La1-xSrxMnO3",
        UnreadableFormula,
        "'La1-xSrxMnO3' contains '-': give positive amounts and leave charges out.",
    ),
    "x2": (
        "LaxSryMnO3",
        UnknownElement,
        "'LaxSryMnO3' names 'Lax', which is not a chemical element: correct it.",
    ),
    "delta": (
        "YBa2Cu3O7-δ",
        UnreadableFormula,
        "'YBa2Cu3O7-δ' contains '-': give positive amounts and leave charges out.",
    ),
    "name-upper": (
        "Water",
        UnknownElement,
        "'Water' names 'Water', which is not a chemical element: correct it.",
    ),
    "smiles": (
        "c1ccccc1",
        UnreadableFormula,
        "'c1ccccc1' lacks an element symbol: symbols begin with a capital, as in 'Fe2O3'.",
    ),
    "subscript-html": (
        "H<sub>2</sub>O",
        UnreadableFormula,
        "'H<sub>2</sub>O' cannot be read (<sub>2</sub> is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "latex": (
        "H$_2$O",
        UnreadableFormula,
        "'H$_2$O' cannot be read ($_2$ is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "emoji": (
        "Fe😀",
        UnreadableFormula,
        "'Fe😀' cannot be read (😀 is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "nul": (
        "Fe\x00",
        UnreadableFormula,
        "'Fe\\x00' cannot be read (is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "percent": (
        "Fe50%Ni50%",
        UnreadableFormula,
        "'Fe50%Ni50%' cannot be read (%% is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "wt": (
        "Fe-50Ni",
        UnreadableFormula,
        "'Fe-50Ni' contains '-': give positive amounts and leave charges out.",
    ),
    "parens-number": (
        "(Fe)(2)",
        UnreadableFormula,
        "'(Fe)(2)' cannot be read (2 is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "caret": ("Fe^2", UnreadableFormula, "'Fe^2' contains '^': give positive amounts and leave charges out."),
    "underscore": (
        "Fe_2O_3",
        UnreadableFormula,
        "'Fe_2O_3' cannot be read (_2_3 is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "equals": (
        "Fe=2",
        UnreadableFormula,
        "'Fe=2' cannot be read (=2 is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "question": (
        "?",
        UnreadableFormula,
        "'?' lacks an element symbol: symbols begin with a capital, as in 'Fe2O3'.",
    ),
    "dash": ("-", UnreadableFormula, "'-' contains '-': give positive amounts and leave charges out."),
    "n/a": (
        "n/a",
        UnreadableFormula,
        "'n/a' lacks an element symbol: symbols begin with a capital, as in 'Fe2O3'.",
    ),
    "fullwidth": (
        "Ｆｅ２",
        UnreadableFormula,
        "'Ｆｅ２' lacks an element symbol: symbols begin with a capital, as in 'Fe2O3'.",
    ),
    "infinity": (
        "Feinf",
        UnknownElement,
        "'Feinf' names 'Feinf', which is not a chemical element: correct it.",
    ),
    "exponent": (
        "Fe1e",
        UnreadableFormula,
        "'Fe1e' cannot be read (could not convert string to float: '1e'): write it like 'Ca3(PO4)2'.",
    ),
    "isotope": (
        "13C",
        UnreadableFormula,
        "'13C' cannot be read (13 is an invalid formula!): write it like 'Ca3(PO4)2'.",
    ),
    "hydrate-word": (
        "CuSO4 pentahydrate",
        UnreadableFormula,
        "'CuSO4 pentahydrate' cannot be read (pentahydrate is an invalid formula!): "
        "write it like 'Ca3(PO4)2'.",
    ),
    "mixed-kinds": (
        "Fe(CN]6",
        UnreadableFormula,
        "'Fe(CN]6' has brackets that cross, as in '(...[...)...]': close first what was opened last.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_formula_is_refused_in_one_sentence_and_its_neighbours_are_not(case):
    formula, error, told = BAD[case]
    with pytest.raises(UnreadableFormula) as caught:
        amounts_of(formula)
    message = str(caught.value)
    assert type(caught.value) is error and message == f"Formula {told}"
    assert "\n" not in message and message.endswith(".")
    with pytest.raises(error):
        material_key(formula)
    table = read_formulas(["GaN", formula, "ZnO"])
    assert table.problems.tolist() == ["", message, ""]
    assert table.materials.tolist() == ["GaN", "", "OZn"] and np.isnan(table.fractions[1]).all()


@pytest.mark.parametrize("case", BAD)
def test_features_name_the_row_of_a_bad_formula(case):
    formula, _, told = BAD[case]
    with pytest.raises(UnreadableFormula, match="Row 1") as caught:
        CompositionFeatures(magpie=False).fit_transform(["GaN", formula])
    assert told[:40] in str(caught.value)
    kept = CompositionFeatures(magpie=False, on_problem="nan").fit_transform(["GaN", formula])
    assert np.isnan(np.asarray(kept)[1]).all() and np.isfinite(np.asarray(kept)[0]).all()
