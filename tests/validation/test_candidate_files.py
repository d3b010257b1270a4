"""Candidates that cannot be used: a bad file is refused in one sentence, a bad row stays and says why."""

import gzip
import os

import pandas as pd
import pytest

from tests.cli.small_studies import run
from tests.validation.study_folder import is_sentence

HEAD = "formula,T,phase"
GOOD = f"{HEAD}\nGaN,300,hex\nZnO,300,cubic\n"

FILES = {
    "no-file": (None, "c.csv: there is no such file; correct its path."),
    "empty": ("", "c.csv: the first line is empty; it must hold the names"),
    "header-only": (f"{HEAD}\n", "c.csv: the table has no rows below its header; add some"),
    "no-formula": (
        "name,T,phase\nGaN,300,hex\n",
        "c.csv: there is no column 'formula', which the model needs",
    ),
    "no-number": (
        "formula,phase\nGaN,hex\n",
        "no column 'T', which the model needs; the columns are formula,",
    ),
    "no-category": (
        "formula,T\nGaN,300\n",
        "no column 'phase', which the model needs; the columns are formula,",
    ),
    "unit-of-another-kind": (
        "formula,T (eV),phase\nGaN,1,hex\n",
        "column 'T (eV)' of c.csv: the numbers are in eV, which cannot be converted to K; correct the unit",
    ),
    "two-columns-of-one-input": (
        "formula,T (K),T (°C),phase\nGaN,1,1,hex\n",
        "c.csv: the columns 'T (K)', 'T (°C)' can all be meant by 'T'; write one of them in full",
    ),
    "known-label-of-another-unit": (
        f"{HEAD},gap_dft (kg)\nGaN,300,hex,1\n",
        "column 'gap_dft (kg)' of c.csv: the numbers are in kg, which cannot be converted to eV",
    ),
    "column-problem": (f"{HEAD},problem\nGaN,300,hex,\n", "c.csv: the column 'problem' is there already"),
    "column-of-a-spread": (
        f"{HEAD},gap_exp_spread\nGaN,300,hex,1\n",
        "c.csv: the column 'gap_exp_spread' is there already and a result would have its name; rename",
    ),
    "column-of-the-domain": (f"{HEAD},outside_domain\nGaN,300,hex,1\n", "column 'outside_domain' is there"),
    "column-of-a-probability": (
        f"{HEAD},colour_probability_red\nGaN,300,hex,1\n",
        "column 'colour_probability_red' is there already",
    ),
    "known-label-twice": (f"{HEAD},gap_dft,gap_dft_known\nGaN,300,hex,1,1\n", "'gap_dft_known' is there"),
    "column-twice": ("formula,formula,T,phase\nGaN,GaN,300,hex\n", "two columns are named 'formula'; rename"),
    "column-without-name": ("formula,,T,phase\nGaN,x,300,hex\n", "column 2 has no name in the header; give"),
    "more-cells": (f"{HEAD}\nGaN,300,hex,1\n", "line 2 has 4 cells and the header 3 names; put quotation"),
    "more-cells-late": (
        GOOD + "GaN,300,hex\n" * 10_050 + "GaN,300,hex,7\n",
        "c.csv: line 10054 has 4 cells and the header 3 names",
    ),
    "latin-1": (f"{HEAD}\nGaN,300,h\xe9x\n".encode("latin1"), "byte 25 is no UTF-8 text; save the file as"),
    "utf-16": (GOOD.encode("utf-16"), "c.csv: byte 0 is no UTF-8 text; save the file as UTF-8"),
    "open-quote": (
        f'{HEAD}\n"GaN,300,hex\n',
        "c.csv: the file is damaged or of another kind (unexpected end",
    ),
    "html": ("<html>\n<body></body>\n", "no column 'formula', which the model needs; the columns are <html>"),
}
NAMED = {
    "gz-cut": (
        "c.csv.gz",
        gzip.compress(GOOD.encode())[:-9],
        "c.csv.gz: the file is damaged or of another kind",
    ),
    "gz-that-is-none": ("c.csv.gz", b"no", "(Not a gzipped file (b'no')); save it again"),
    "parquet-that-is-none": ("c.parquet", b"PAR1", "c.parquet: the file is damaged or of another kind"),
    "workbook-that-is-none": ("c.xlsx", b"PK", "c.xlsx: the file is damaged or of another kind (File is not"),
    "unknown-ending": ("c.txt", b"x", "c.txt: files of this kind are not read; give one that ends in .csv"),
    "database": ("c.sqlite", b"x", "c.sqlite: candidates are not read from a database; export them as csv"),
}
ROWS = {
    "number-is-text": ("GaN,hot,hex", "", "The cell of 'T' is 'hot', no number: correct it."),
    "number-is-infinite": ("GaN,inf,hex", "", "The cell of 'T' is 'inf', no number: correct it."),
    "no-element": ("Xx,300,hex", "", "Formula 'Xx' names 'Xx', which is not a chemical element: correct it."),
    "no-formula": (",300,hex", "", "Formula is missing (empty cell, None or nan): give one"),
    "ambiguous-dot": ("CuSO4.5H2O,300,hex", "", "has a dot that can be a decimal point or the dot of an"),
    "open-bracket": ("Ca3(PO4,300,hex", "", "has a bracket without its partner: add or remove one."),
    "charge": ("Na+,300,hex", "", "contains '+': give positive amounts and leave charges out."),
    "known-is-text": (
        "GaN,300,hex,high",
        ",gap_dft",
        "the known label 'high' of task gap_dft is not a finite",
    ),
    "known-is-infinite": (
        "GaN,300,hex,inf",
        ",gap_dft",
        "the known label 'inf' of task gap_dft is not a finite",
    ),
    "known-is-huge": ("GaN,300,hex,1e300", ",gap_dft", "is larger than 1e+150 and was not used"),
    "known-is-no-class": (
        "GaN,300,hex,green",
        ",colour",
        "the known label 'green' of task colour is none of",
    ),
}


def predicted(lab, folder, name):
    return run("predict", lab / "model.graft", folder / name, "--out", folder / "p.csv")


def check_refusal(result, folder, name, told):
    message = result.stderr.rstrip("\n").replace(f"{folder}{os.sep}", "")
    assert result.exit_code == 1 and is_sentence(message) and message.startswith("graftwood: "), message
    assert told in message, message
    assert [path.name for path in folder.iterdir() if path.name != name] == []


@pytest.mark.parametrize("case", FILES)
def test_bad_candidates_are_refused_and_leave_nothing(case, lab, tmp_path):
    content, told = FILES[case]
    if content is not None:
        (tmp_path / "c.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    check_refusal(predicted(lab, tmp_path, "c.csv"), tmp_path, "c.csv", told)


@pytest.mark.parametrize("case", NAMED)
def test_file_that_is_not_what_its_name_says_is_refused(case, lab, tmp_path):
    name, content, told = NAMED[case]
    for suffix, package in ((".parquet", "pyarrow"), (".xlsx", "openpyxl")):
        if name.endswith(suffix):
            pytest.importorskip(package)
    (tmp_path / name).write_bytes(content)
    check_refusal(predicted(lab, tmp_path, name), tmp_path, name, told)


@pytest.mark.parametrize("case", ROWS)
def test_bad_row_stays_with_its_problem_and_changes_no_other(case, lab, tmp_path):
    row, more, told = ROWS[case]
    filler = "," * more.count(",")
    for name, lines in (("c.csv", [f"GaN,300,hex{filler}", row, f"ZnO,300,cubic{filler}"]),
                        ("good.csv", [f"GaN,300,hex{filler}", f"ZnO,300,cubic{filler}"])):  # fmt: skip
        (tmp_path / name).write_text("\n".join([HEAD + more, *lines]) + "\n")
    result = predicted(lab, tmp_path, "c.csv")
    assert result.exit_code == 0 and "3 rows, 1 with a problem" in result.stdout
    found = pd.read_csv(tmp_path / "p.csv", keep_default_na=False, dtype=str)
    assert told in found["problem"][1] and found["problem"][[0, 2]].tolist() == ["", ""]
    assert (found["gap_exp"][1] == "") == (not more)  # a label that is not used leaves a prediction
    predicted(lab, tmp_path, "good.csv")
    good = pd.read_csv(tmp_path / "p.csv", keep_default_na=False, dtype=str)
    assert found.iloc[[0, 2]].to_numpy().tolist() == good.to_numpy().tolist()
