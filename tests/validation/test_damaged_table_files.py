"""Damaged table files and bad queries: each is refused by file and fault, and no file is changed or made."""

import gzip
import sqlite3
from contextlib import closing

import pytest

from graftwood.errors import EmptyTable, MissingColumn, TooFewLabels, UnreadableFile
from tests.validation.study_folder import DFT, STUDY, refuses

FILES = {
    "gz-not-gz": (
        "dft.csv.gz",
        b"formula,gap\n",
        UnreadableFile,
        "dft.csv.gz: the file is damaged or of another kind (Not a gzipped file (b'fo')); save it again.",
    ),
    "gz-cut": (
        "dft.csv.gz",
        gzip.compress(DFT.encode())[:-12],
        UnreadableFile,
        "dft.csv.gz: the file is damaged or of another kind (Compressed file ended "
        "before the end-of-stream marker was reached); save it again.",
    ),
    "gz-empty": (
        "dft.csv.gz",
        b"",
        UnreadableFile,
        "dft.csv.gz: the first line is empty; it must hold the names of the columns.",
    ),
    "parquet-no": (
        "dft.parquet",
        b"PAR1nothingPAR1",
        UnreadableFile,
        "dft.parquet: the file is damaged or of another kind",
    ),
    "parquet-empty": (
        "dft.parquet",
        b"",
        UnreadableFile,
        "dft.parquet: the file is damaged or of another kind",
    ),
    "xlsx-no": (
        "dft.xlsx",
        b"PK\x03\x04no",
        UnreadableFile,
        "dft.xlsx: the file is damaged or of another kind (File is not a zip file); save it again.",
    ),
    "xlsx-csv": (
        "dft.xlsx",
        DFT.encode(),
        UnreadableFile,
        "dft.xlsx: the file is damaged or of another kind (File is not a zip file); save it again.",
    ),
    "sqlite-no": (
        "dft.sqlite",
        b"SQLite format 3\x00" + bytes(100),
        UnreadableFile,
        "dft.sqlite: the file is damaged or of another kind (file is not a database); save it again.",
    ),
    "sqlite-text": ("dft.db", DFT.encode(), UnreadableFile, "dft.db: the file is damaged or of another kind"),
    "duckdb-no": (
        "dft.duckdb",
        b"x" * 5000,
        UnreadableFile,
        "dft.duckdb: the file is damaged or of another kind",
    ),
}
QUERIES = {
    "table": (
        "select * from bands",
        UnreadableFile,
        "lab.sqlite: the query 'select * from bands' failed (no such table: bands); correct it.",
    ),
    "syntax": (
        "selec",
        UnreadableFile,
        "lab.sqlite: the query 'selec' failed (near \"selec\": syntax error); correct it.",
    ),
    "write": (
        "delete from gaps",
        UnreadableFile,
        "lab.sqlite: the query 'delete from gaps' failed (attempt to write a readonly database); correct it.",
    ),
    "attach": (
        "attach database 'x.db' as y",
        UnreadableFile,
        "lab.sqlite: the query \"attach database 'x.db' as y\" failed (not authorized); correct it.",
    ),
    "vacuum": (
        "vacuum into 'leak.db'",
        UnreadableFile,
        "lab.sqlite: the query \"vacuum into 'leak.db'\" failed (authorization denied); correct it.",
    ),
    "none": (
        "select * from gaps where gap > 9",
        EmptyTable,
        "lab.sqlite: the table has no rows below its header; add some or leave it out.",
    ),
    "empty": (
        "",
        EmptyTable,
        "lab.sqlite: the table has no rows below its header; add some or leave it out.",
    ),
    "two": (
        "select 1; select 2",
        UnreadableFile,
        "lab.sqlite: the query 'select 1; select 2' failed (You can only execute one "
        "statement at a time.); correct it.",
    ),
    "column": (
        "select formula from gaps",
        MissingColumn,
        "lab.sqlite: there is no column 'gap' for task gap_dft; the columns are formula.",
    ),
    "line-breaks": (
        "select formula as 'for\\nmula', gap as 'ga\\n\\tp' from gaps",
        MissingColumn,
        "lab.sqlite: it has none of the inputs formula, T; the columns are for mula, ga p; name one of "
        "them as an input with rename.",
    ),
    "drop": (
        "drop table gaps",
        UnreadableFile,
        "lab.sqlite: the query 'drop table gaps' failed (attempt to write a readonly database); correct it.",
    ),
    "loop": (
        "with recursive r(n) as (select 1 union all select n+1 from r) select n as "
        "formula, n as gap from r limit 5",
        TooFewLabels,
        "Task gap_dft: lab.sqlite has no label of a material that can be told (5 rows, "
        "of which 5 have a formula that cannot be read); correct the formulas, add "
        "labels or leave the task out.",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_damaged_file_is_refused_in_one_sentence(case, tmp_path):
    name, content, error, told = FILES[case]
    for suffix, package in ((".parquet", "pyarrow"), (".xlsx", "openpyxl"), ("db", "duckdb")):
        if name.endswith(suffix):
            pytest.importorskip(package)
    (tmp_path / name).write_bytes(content)
    query = '\nquery = "select * from gaps"' if "db" in name or "sqlite" in name else ""
    refuses(tmp_path, STUDY.replace('file = "dft.csv"', f'file = "{name}"{query}'), error, told)


@pytest.mark.parametrize("case", QUERIES)
def test_bad_query_is_refused_and_changes_no_file(case, tmp_path, monkeypatch):
    query, error, told = QUERIES[case]
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect(tmp_path / "lab.sqlite")) as database:
        database.execute("create table gaps (formula text, gap real)")
        database.execute("insert into gaps values ('GaN', 1.0)")
        database.commit()
    before = (tmp_path / "lab.sqlite").read_bytes()
    study = STUDY.replace('file = "dft.csv"\n', f'file = "lab.sqlite"\nquery = "{query}"\n')
    refuses(tmp_path, study, error, told)
    assert (tmp_path / "lab.sqlite").read_bytes() == before
