"""Study files with wrong sections [tasks]: each is refused by file, key and value, and nothing is left."""

import pytest

from graftwood.errors import (
    MissingColumn,
    TooFewLabels,
    UnitMismatch,
    UnreadableFile,
    WrongOption,
    WrongStudy,
)
from tests.validation.study_folder import STUDY, in_dft, in_exp, refuses

BAD = {
    "no-tasks": (
        (
            '[tasks.gap_dft]\nfile = "dft.csv"\ncolumn = "gap"\nunit = '
            '"eV"\n[tasks.gap_exp]\nfile = "exp.csv"\ncolumn = "gap"\nunit = '
            '"eV"\n[tasks.colour]\nfile = "exp.csv"\ncolumn = "colour"\nkind = '
            '"category"\n[graph.gap_exp]\narchitecture = "latent"\nlatents = ["gap_dft", '
            '"colour"]\n[graph.gap_dft]\narchitecture = "single"\nforest = { max_depth = 3 }\n',
            "",
        ),
        WrongStudy,
        "[tasks] is missing; add it.",
    ),
    "task-no-file": (('file = "dft.csv"\n', ""), WrongStudy, "[tasks.gap_dft] file is missing; add it."),
    "task-file-empty": (
        ('file = "dft.csv"', 'file = ""'),
        WrongStudy,
        "[tasks.gap_dft] file must not be empty, got ''.",
    ),
    "task-file-missing": (
        ('file = "dft.csv"', 'file = "pbe.csv"'),
        UnreadableFile,
        "pbe.csv: there is no such file; correct its path, which starts from the folder of the study file.",
    ),
    "task-file-too-long": (
        ('file = "dft.csv"', f'file = "{"9" * 400}.csv"'),
        UnreadableFile,
        "it cannot be opened (File name too long); correct its path.",
    ),
    "task-file-folder": (
        ('file = "dft.csv"', 'file = "."'),
        UnreadableFile,
        ".: files of this kind are not read; give one that ends in .csv, .csv.gz, .tsv, "
        ".tsv.gz, .parquet, .pq, .xlsx, .xlsm, .duckdb, .sqlite, .sqlite3, .db.",
    ),
    "task-file-kind": (
        ('file = "dft.csv"', 'file = "dft.pdf"'),
        UnreadableFile,
        "dft.pdf: files of this kind are not read; give one that ends in .csv, .csv.gz, "
        ".tsv, .tsv.gz, .parquet, .pq, .xlsx, .xlsm, .duckdb, .sqlite, .sqlite3, .db.",
    ),
    "task-file-number": (
        ('file = "dft.csv"', "file = 5"),
        WrongStudy,
        "[tasks.gap_dft] file must be a text in quotation marks, got 5.",
    ),
    "task-no-column": (('column = "gap"\n', ""), WrongStudy, "[tasks.gap_dft] column is missing; add it."),
    "task-column-missing": (
        ('column = "gap"', 'column = "band gap"'),
        MissingColumn,
        "dft.csv: there is no column 'band gap' for task gap_dft; the columns are formula, gap (eV).",
    ),
    "task-column-blank": (
        ('column = "gap"', 'column = " "'),
        WrongStudy,
        "[tasks.gap_dft] column must not be empty, got ' '.",
    ),
    "task-kind-unknown": (
        ('kind = "category"', 'kind = "class"'),
        WrongStudy,
        "[tasks.colour] kind must be 'real', 'positive', 'nonnegative' or 'category', got 'class'.",
    ),
    "task-kind-of-text": (
        ('kind = "category"', 'kind = "real"'),
        TooFewLabels,
        "Task colour: exp.csv has no label that can be used in its column 'colour' (4 "
        "rows, such as 'white' in row 2); correct the column, its kind or its cells.",
    ),
    "task-unit-unknown": (
        in_dft('unit = "parrots"'),
        UnitMismatch,
        "column 'gap (eV)' of dft.csv: 'parrots' is no unit that can be converted; write one like 'eV'.",
    ),
    "task-unit-mismatch": (
        in_dft('unit = "kg"'),
        UnitMismatch,
        "column 'gap (eV)' of dft.csv: the numbers are in eV, which cannot be converted "
        "to kg; correct the unit in the header or in the study file.",
    ),
    "task-unknown-key": (
        in_dft('units = "eV"'),
        WrongStudy,
        "[tasks.gap_dft] units is no key that a study file knows; allowed there are file, column, "
        "kind, unit, source, same_as, repeats, clash, limits, where, rename, label_std, query, "
        "sheet; correct it or leave it out.",
    ),
    "task-repeats": (
        in_dft('unit = "eV"\nrepeats = "first"'),
        WrongStudy,
        "[tasks.gap_dft] repeats must be 'median', 'mean' or 'keep', got 'first'.",
    ),
    "task-clash-zero": (in_dft("clash = 0"), WrongStudy, "[tasks.gap_dft] clash must be above 0.0, got 0."),
    "task-clash-text": (
        in_dft('clash = "small"'),
        WrongStudy,
        "[tasks.gap_dft] clash must be a number, got 'small'.",
    ),
    "task-clash-nan": (
        in_dft("clash = nan"),
        WrongStudy,
        "[tasks.gap_dft] clash must be above 0.0, got nan.",
    ),
    "task-limits": (
        in_dft('limits = "half"'),
        WrongStudy,
        "[tasks.gap_dft] limits must be 'leave out' or 'use the limit', got 'half'.",
    ),
    "task-limits-bool": (
        in_dft("limits = true"),
        WrongStudy,
        "[tasks.gap_dft] limits must be 'leave out' or 'use the limit', got True.",
    ),
    "task-rename-missing": (
        in_dft('rename = { name = "formula" }'),
        MissingColumn,
        "dft.csv: rename names the column 'name', which is not there; the columns are formula, gap (eV).",
    ),
    "task-rename-twice": (
        in_dft('rename = { "gap (eV)" = "formula" }'),
        WrongStudy,
        "dft.csv: rename would make a second column 'formula'; choose another name.",
    ),
    "task-rename-list": (
        in_dft('rename = ["formula"]'),
        WrongStudy,
        "[tasks.gap_dft] rename must be a table, got ['formula'].",
    ),
    "task-rename-number": (
        in_dft("rename = { formula = 3 }"),
        WrongStudy,
        "[tasks.gap_dft.rename] formula must be a text in quotation marks, got 3.",
    ),
    "task-rename-two-to-one": (
        in_exp('unit = "eV"\nrename = { "T (K)" = "a", "colour" = "a" }'),
        WrongStudy,
        "exp.csv: rename gives two columns the name 'a'; choose another for one of them.",
    ),
    "task-label-std-missing": (
        in_dft('label_std = "err"'),
        MissingColumn,
        "dft.csv: there is no column 'err' for label_std of task gap_dft; the columns are formula, gap (eV).",
    ),
    "task-label-std-category": (
        ('kind = "category"', 'kind = "category"\nlabel_std = "T (K)"'),
        WrongStudy,
        "[tasks.colour] label_std is 'T (K)', but a category has no standard deviation; leave it out.",
    ),
    "task-same-as-unknown": (
        in_exp('same_as = ["gap2"]'),
        WrongStudy,
        "[tasks.gap_exp] same_as names 'gap2', which is no other task; the tasks are "
        "gap_dft, gap_exp, colour.",
    ),
    "task-same-as-itself": (
        in_exp('same_as = "gap_exp"'),
        WrongStudy,
        "[tasks.gap_exp] same_as names 'gap_exp', which is no other task; the tasks are "
        "gap_dft, gap_exp, colour.",
    ),
    "task-same-as-number": (
        in_exp("same_as = 4"),
        WrongStudy,
        "[tasks.gap_exp] same_as must be a name or a list of names, got 4.",
    ),
    "task-query-of-csv": (
        in_dft('query = "select 1"'),
        WrongOption,
        "dft.csv: a query was given, but only databases take one; leave it out.",
    ),
    "task-sheet-of-csv": (
        in_dft('sheet = "2024"'),
        WrongOption,
        "dft.csv: a sheet was given, but only workbooks have sheets; leave it out.",
    ),
    "task-db-no-query": (
        ('file = "dft.csv"', 'file = "dft.sqlite"'),
        UnreadableFile,
        "dft.sqlite: there is no such file; correct its path, which starts from the folder of the study",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_study_file_is_refused_in_one_sentence(case, tmp_path):
    (old, new), error, told = BAD[case]
    refuses(tmp_path, STUDY.replace(old, new, 1), error, told)
