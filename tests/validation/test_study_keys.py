"""Study files with wrong sections [study] and [inputs]: each is refused by file, key and value."""

import pytest

from graftwood.errors import MissingColumn, UnitMismatch, WrongStudy
from tests.validation.study_folder import STUDY, refuses

BAD = {
    "no-target": (('target = "gap_exp"\n', ""), WrongStudy, "[study] target is missing; add it."),
    "target-unknown": (
        ('target = "gap_exp"', 'target = "gap"'),
        WrongStudy,
        "[study] target is 'gap', but the tasks are gap_dft, gap_exp, colour; name one "
        "of them or add its section.",
    ),
    "target-number": (
        ('target = "gap_exp"', "target = 3"),
        WrongStudy,
        "[study] target must be a text in quotation marks, got 3.",
    ),
    "target-empty": (
        ('target = "gap_exp"', 'target = ""'),
        WrongStudy,
        "[study] target must not be empty, got ''.",
    ),
    "target-list": (
        ('target = "gap_exp"', 'target = ["gap_exp"]'),
        WrongStudy,
        "[study] target must be a text in quotation marks, got ['gap_exp'].",
    ),
    "no-material": (('material = "formula"\n', ""), WrongStudy, "[study] material is missing; add it."),
    "material-number": (
        ('material = "formula"', "material = 3"),
        WrongStudy,
        "[study] material must be a name or a list of names, got 3.",
    ),
    "material-empty": (
        ('material = "formula"', "material = []"),
        WrongStudy,
        "[study] material must not be empty, got [].",
    ),
    "material-unknown": (
        ('material = "formula"', 'material = ["formula", "facet"]'),
        WrongStudy,
        "[study] material names 'facet', but the inputs are formula, T; add a section "
        "[inputs.facet] or correct the name.",
    ),
    "material-not-in-file": (
        ('material = "formula"', 'material = ["formula", "T"]'),
        MissingColumn,
        "dft.csv: there is no column 'T', which tells materials apart; add it, or name "
        "another of its columns with rename (inputs found: formula).",
    ),
    "title-number": (
        ('material = "formula"', 'material = "formula"\ntitle = 7'),
        WrongStudy,
        "[study] title must be a text in quotation marks, got 7.",
    ),
    "study-unknown-key": (
        ('material = "formula"', 'material = "formula"\ntaget = "x"'),
        WrongStudy,
        "[study] taget is no key that a study file knows; allowed there are target, material, "
        "title; correct it or leave it out.",
    ),
    "no-study": (
        ('[study]\ntarget = "gap_exp"\nmaterial = "formula"\n', ""),
        WrongStudy,
        "[study] is missing; add it.",
    ),
    "study-is-text": (
        ('[study]\ntarget = "gap_exp"\nmaterial = "formula"\n', 'study = "gap_exp"\n'),
        WrongStudy,
        "[study] must be a section, got 'gap_exp'.",
    ),
    "no-inputs": (
        ('[inputs.formula]\nkind = "composition"\n[inputs.T]\nkind = "number"\nunit = "K"\n', ""),
        WrongStudy,
        "[inputs] is missing; add it.",
    ),
    "inputs-empty": (
        ('[inputs.formula]\nkind = "composition"\n[inputs.T]\nkind = "number"\nunit = "K"\n', "[inputs]\n"),
        WrongStudy,
        "[inputs] must not be empty, got {}.",
    ),
    "input-kind-unknown": (
        ('kind = "composition"', 'kind = "smiles"'),
        WrongStudy,
        "[inputs.formula] kind must be 'composition', 'number' or 'category', got 'smiles'.",
    ),
    "input-kind-missing": (
        ('kind = "composition"\n', ""),
        WrongStudy,
        "[inputs.formula] kind is missing; add it.",
    ),
    "input-kind-list": (
        ('kind = "composition"', 'kind = ["composition"]'),
        WrongStudy,
        "[inputs.formula] kind must be 'composition', 'number' or 'category', got ['composition'].",
    ),
    "input-unknown-key": (
        ('kind = "composition"', 'kind = "composition"\ncolumn = "formula"'),
        WrongStudy,
        "[inputs.formula] column is no key that a study file knows; allowed there are kind, unit; "
        "correct it or leave it out.",
    ),
    "input-unit-number": (
        ('unit = "K"', "unit = 300"),
        WrongStudy,
        "[inputs.T] unit must be a text in quotation marks, got 300.",
    ),
    "input-unit-unknown": (
        ('unit = "K"', 'unit = "kelvins per banana"'),
        UnitMismatch,
        "column 'T (K)' of exp.csv: 'kelvins per banana' is no unit that can be "
        "converted; write one like 'eV'.",
    ),
    "input-unit-mismatch": (
        ('unit = "K"', 'unit = "eV"'),
        UnitMismatch,
        "column 'T (K)' of exp.csv: the numbers are in K, which cannot be converted to "
        "eV; correct the unit in the header or in the study file.",
    ),
    "input-in-no-file": (
        ("[inputs.T]", "[inputs.pressure]"),
        MissingColumn,
        "no file has a column 'pressure' for [inputs.pressure]; correct the name, use "
        "rename, or leave the input out.",
    ),
    "input-is-a-task": (
        ("[inputs.T]", "[inputs.colour]"),
        WrongStudy,
        "'colour' is both a task and an input; rename one of them.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_study_file_is_refused_in_one_sentence(case, tmp_path):
    (old, new), error, told = BAD[case]
    refuses(tmp_path, STUDY.replace(old, new, 1), error, told)
