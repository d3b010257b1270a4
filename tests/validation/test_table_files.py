"""Tables that are wrong: each is refused by file, place and value, and nothing is left."""

import pytest

from graftwood.errors import EmptyTable, MissingColumn, TooFewLabels, UnitMismatch, UnreadableFile, WrongStudy
from tests.validation.study_folder import DFT, STUDY, in_dft, refuses

TABLES = {
    "empty": (
        "dft",
        "",
        UnreadableFile,
        "dft.csv: the first line is empty; it must hold the names of the columns.",
    ),
    "blank-first-line": (
        "dft",
        "\n" + DFT,
        UnreadableFile,
        "dft.csv: the first line is empty; it must hold the names of the columns.",
    ),
    "header-only": (
        "dft",
        "formula,gap (eV)\n",
        EmptyTable,
        "dft.csv: the table has no rows below its header; add some or leave it out.",
    ),
    "only-blank-rows": (
        "dft",
        "formula,gap (eV)\n,\n,\n",
        EmptyTable,
        "dft.csv: the table has no rows below its header; add some or leave it out.",
    ),
    "more-cells": (
        "dft",
        "formula,gap (eV)\nGaN,1.7,2\n",
        UnreadableFile,
        "dft.csv: line 2 has 3 cells and the header 2 names; put quotation marks round a "
        "cell that holds the separator.",
    ),
    "latin1": (
        "dft",
        b"formula,gap (eV)\nGaN,1.7 \xb1 0.1\n",
        UnreadableFile,
        "dft.csv: byte 25 is no UTF-8 text; save the file as UTF-8.",
    ),
    "utf16": (
        "dft",
        DFT.encode("utf-16"),
        UnreadableFile,
        "dft.csv: byte 0 is no UTF-8 text; save the file as UTF-8.",
    ),
    "binary": (
        "dft",
        bytes(range(256)),
        UnreadableFile,
        "dft.csv: byte 128 is no UTF-8 text; save the file as UTF-8.",
    ),
    "nul": (
        "dft",
        "formula,gap (eV)\nG\x00aN,1.7\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label of a material that can be told (1 rows, of "
        "which 1 have a formula that cannot be read); correct the formulas, add labels "
        "or leave the task out.",
    ),
    "open-quote": (
        "dft",
        'formula,gap (eV)\n"GaN,1.7\nZnO,1\n',
        UnreadableFile,
        "dft.csv: the file is damaged or of another kind (unexpected end of data); save it again.",
    ),
    "open-quote-header": (
        "dft",
        '"formula,gap (eV)\nGaN,1.7\n',
        UnreadableFile,
        "dft.csv: a quotation mark in the header is never closed; close it.",
    ),
    "quote-inside": (
        "dft",
        'formula,gap (eV)\n"GaN"x,1.7\n',
        UnreadableFile,
        "dft.csv: the file is damaged or of another kind (',' expected after '\"'); save it again.",
    ),
    "two-columns-alike": (
        "dft",
        "formula,formula,gap (eV)\nGaN,GaN,1\n",
        UnreadableFile,
        "dft.csv: two columns are named 'formula'; rename one of them.",
    ),
    "nameless-column": (
        "dft",
        "formula,,gap (eV)\nGaN,x,1\n",
        UnreadableFile,
        "dft.csv: column 2 has no name in the header; give it one.",
    ),
    "two-gaps": (
        "dft",
        "formula,gap (eV),gap (meV)\nGaN,1,1000\n",
        MissingColumn,
        "dft.csv: the columns 'gap (eV)', 'gap (meV)' can all be meant by 'gap'; write "
        "one of them in full, or take the others out.",
    ),
    "no-formula-column": (
        "dft",
        "name,gap (eV)\nGaN,1\n",
        MissingColumn,
        "dft.csv: it has none of the inputs formula, T; the columns are name, gap (eV); "
        "name one of them as an input with rename.",
    ),
    "no-gap-column": (
        "dft",
        "formula,band (eV)\nGaN,1\n",
        MissingColumn,
        "dft.csv: there is no column 'gap' for task gap_dft; the columns are formula, band (eV).",
    ),
    "html": (
        "dft",
        "<!DOCTYPE html>\n<html><body>404</body></html>\n",
        MissingColumn,
        "dft.csv: it has none of the inputs formula, T; the columns are <!DOCTYPE html>; "
        "name one of them as an input with rename.",
    ),
    "decimal-commas": (
        "dft",
        "formula;gap (eV)\nGaN;1,7\nZnO;0,7\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label that can be used in its column 'gap (eV)' (2 "
        "rows, such as '1,7' in row 2); the numbers of 'gap (eV)' have decimal commas, such as '1,7'; "
        "write decimal points.",
    ),
    "wrong-separator": (
        "dft",
        "formula|gap (eV)\nGaN|1.7\n",
        MissingColumn,
        "dft.csv: it has none of the inputs formula, T; the columns are formula|gap "
        "(eV); name one of them as an input with rename.",
    ),
    "unit-of-another-kind": (
        "dft",
        "formula,gap (kg)\nGaN,1\n",
        UnitMismatch,
        "column 'gap (kg)' of dft.csv: the numbers are in kg, which cannot be converted "
        "to eV; correct the unit in the header or in the study file.",
    ),
    "all-labels-missing": (
        "dft",
        "formula,gap (eV)\nGaN,\nZnO,n/a\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label that can be used in its column 'gap (eV)' (2 "
        "rows, such as 'n/a' in row 3); correct the column, its kind or its cells.",
    ),
    "all-labels-text": (
        "dft",
        "formula,gap (eV)\nGaN,high\nZnO,low\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label that can be used in its column 'gap (eV)' (2 "
        "rows, such as 'high' in row 2); correct the column, its kind or its cells.",
    ),
    "all-labels-infinite": (
        "dft",
        "formula,gap (eV)\nGaN,inf\nZnO,1e999\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label that can be used in its column 'gap (eV)' (2 "
        "rows, such as 'inf' in row 2); correct the column, its kind or its cells.",
    ),
    "all-labels-limits": (
        "dft",
        "formula,gap (eV)\nGaN,<1\nZnO,>2\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label that can be used in its column 'gap (eV)' (2 "
        "rows, such as '<1' in row 2); correct the column, its kind or its cells.",
    ),
    "all-formulas-bad": (
        "dft",
        "formula,gap (eV)\nXx,1\n(,2\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label of a material that can be told (2 rows, of "
        "which 2 have a formula that cannot be read); correct the formulas, add labels "
        "or leave the task out.",
    ),
    "all-formulas-missing": (
        "dft",
        "formula,gap (eV)\n,1\n,2\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label of a material that can be told (2 rows, of "
        "which 2 have a formula that cannot be read); correct the formulas, add labels "
        "or leave the task out.",
    ),
    "all-T-bad": (
        "exp",
        "formula,gap (meV),T (K),colour\nGaN,3200,hot,white\n",
        TooFewLabels,
        "Task gap_exp: exp.csv has no label that can be used in its column 'gap (meV)' "
        "(1 rows, such as 'hot' in row 2); correct the column, its kind or its cells.",
    ),
    "no-colour": (
        "exp",
        "formula,gap (meV),T (K),colour\nGaN,3200,300,\n",
        TooFewLabels,
        "Task colour: exp.csv has no label that can be used in its column 'colour' (1 "
        "rows); correct the column, its kind or its cells.",
    ),
    "category-of-a-huge-line": (
        "exp",
        "formula,gap (meV),T (K),colour\nGaN,3200,300,white,1\n",
        UnreadableFile,
        "exp.csv: line 2 has 5 cells and the header 4 names; put quotation marks round a "
        "cell that holds the separator.",
    ),
}
STUDIES = {
    "study-utf16": (
        STUDY.encode("utf-16"),
        DFT,
        UnreadableFile,
        "study.toml: this is no TOML text; name a study file.",
    ),
    "study-latin1": (
        STUDY.replace("[study]", '[study]\ntitle = "Härte"').encode("latin1"),
        DFT,
        UnreadableFile,
        "study.toml: this is no TOML text; name a study file.",
    ),
    "study-nul": (
        STUDY.replace("gap_dft", "gap\x00dft"),
        DFT,
        UnreadableFile,
        "study.toml: this is no TOML (Expected ']' at the end of a table declaration (at "
        "line 9, column 11)); correct it.",
    ),
    "study-is-a-table": (
        DFT,
        DFT,
        UnreadableFile,
        "study.toml: this is no TOML (Expected '=' after a key in a key/value pair (at "
        "line 1, column 8)); correct it.",
    ),
    "study-with-old-line-ends": (
        STUDY.replace("\n", "\r"),
        DFT,
        UnreadableFile,
        "study.toml: this is no TOML (Expected newline or end of document after a "
        "statement (at line 1, column 8)); correct it.",
    ),
    "positive-with-zeros": (
        STUDY.replace(*in_dft('unit = "eV"\nkind = "positive"')),
        "formula,gap (eV)\nGaN,0\nZnO,-1\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label that can be used in its column 'gap (eV)' (2 "
        "rows, such as '0' in row 2); correct the column, its kind or its cells.",
    ),
    "nonnegative-with-negatives": (
        STUDY.replace(*in_dft('unit = "eV"\nkind = "nonnegative"')),
        "formula,gap (eV)\nGaN,-2\nZnO,-1\n",
        TooFewLabels,
        "Task gap_dft: dft.csv has no label that can be used in its column 'gap (eV)' (2 "
        "rows, such as '-2' in row 2); correct the column, its kind or its cells.",
    ),
    "std-unit": (
        STUDY.replace(*in_dft('unit = "eV"\nlabel_std = "err"')),
        "formula,gap (eV),err (K)\nGaN,1,1\n",
        UnitMismatch,
        "column 'err (K)' of dft.csv: the numbers are in K, which cannot be converted to "
        "eV; correct the unit in the header or in the study file.",
    ),
    "T-units-differ": (
        STUDY.replace('unit = "K"\n', ""),
        "formula,gap (eV),T (°C)\nGaN,1,25\n",
        WrongStudy,
        "study.toml: the headers name different units for the input 'T' (°C in dft.csv, "
        "K in exp.csv); say which is meant with [inputs.T] unit.",
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_bad_table_is_refused_in_one_sentence(case, tmp_path):
    table, content, error, told = TABLES[case]
    refuses(tmp_path, STUDY, error, told, **{table: content})


@pytest.mark.parametrize("case", STUDIES)
def test_study_file_that_does_not_fit_its_table_is_refused(case, tmp_path):
    study, table, error, told = STUDIES[case]
    refuses(tmp_path, study, error, told, dft=table)
