"""Files of every kind give one table; what is no table gets one sentence."""

import gzip
import sqlite3

import numpy as np
import pandas as pd
import pytest

from graftwood.errors import EmptyTable, GraftwoodError, MissingExtra, UnreadableFile, WrongOption
from graftwood.reading import files
from graftwood.reading.files import read_file

TEXT = 'formula,note,gap (eV)\nGaN,"two\nlines",3.2\n\nNaN,,0.1\nZnO, padded ,\n'


def written(folder, name, text=TEXT):
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def small():
    return pd.DataFrame({"formula": ["GaN", "NaN", "ZnO"], "gap (eV)": [3.2, 0.1, None]})


@pytest.mark.parametrize(
    "name, mark",
    [("gaps.csv", ","), ("gaps.csv.gz", ","), ("GAPS.CSV", ","), ("gaps.csv", ";"), ("gaps.tsv", "\t")],
)
def test_text_files_keep_their_cells_and_know_their_lines(tmp_path, name, mark):
    frame = read_file(written(tmp_path, name, TEXT.replace(",", mark)))
    assert list(frame.columns) == ["formula", "note", "gap (eV)"]
    assert list(frame.index) == [2, 5, 6]  # a cell of two lines and an empty line lie between
    assert list(frame["formula"]) == ["GaN", "NaN", "ZnO"]
    assert frame["gap (eV)"].tolist()[:2] == ["3.2", "0.1"] and pd.isna(frame.loc[6, "gap (eV)"])


def test_mark_at_the_beginning_of_a_file_is_no_part_of_the_first_name(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert read_file(path).columns[0] == "formula"


def test_parquet_gives_the_same_table(tmp_path):
    pytest.importorskip("pyarrow")
    small().to_parquet(tmp_path / "gaps.parquet")
    frame = read_file(tmp_path / "gaps.parquet")
    assert list(frame.index) == [1, 2, 3] and list(frame["formula"]) == ["GaN", "NaN", "ZnO"]
    assert frame["gap (eV)"].tolist()[:2] == [3.2, 0.1]


def test_workbook_gives_the_same_table(tmp_path):
    pytest.importorskip("openpyxl")
    with pd.ExcelWriter(tmp_path / "gaps.xlsx") as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="other", index=False)
        small().to_excel(book, sheet_name="gaps", index=False)
    frame = read_file(tmp_path / "gaps.xlsx", sheet="gaps")
    assert list(frame.index) == [2, 3, 4] and list(frame["formula"]) == ["GaN", "NaN", "ZnO"]
    assert frame["gap (eV)"].isna().tolist() == [False, False, True]
    with pytest.raises(UnreadableFile, match="gaps.xlsx"):
        read_file(tmp_path / "gaps.xlsx", sheet="none")


def test_sqlite_needs_nothing_installed(tmp_path):
    with sqlite3.connect(tmp_path / "lab.db") as connection:
        small().to_sql("gaps", connection, index=False)
    connection.close()
    frame = read_file(tmp_path / "lab.db", query='select formula, "gap (eV)" from gaps')
    assert list(frame["formula"]) == ["GaN", "NaN", "ZnO"] and frame["gap (eV)"].isna().sum() == 1
    with pytest.raises(UnreadableFile, match="the query 'drop table gaps' failed"):
        read_file(tmp_path / "lab.db", query="drop table gaps")
    with pytest.raises(UnreadableFile, match="no such table: ghost"):
        read_file(tmp_path / "lab.db", query="select * from ghost")


def test_duckdb_reads_its_own_file_and_no_other(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    written(tmp_path, "secret.csv")
    with duckdb.connect(str(tmp_path / "lab.duckdb")) as connection:
        connection.execute(
            "create table gaps as select * from (values ('GaN', 3.2), ('NaN', 0.1)) t(formula, gap)"
        )
    frame = read_file(tmp_path / "lab.duckdb", query="select * from gaps")
    assert list(frame["formula"]) == ["GaN", "NaN"] and [float(gap) for gap in frame["gap"]] == [3.2, 0.1]
    with pytest.raises(UnreadableFile, match="failed"):
        read_file(tmp_path / "lab.duckdb", query=f"select * from '{tmp_path / 'secret.csv'}'")


@pytest.mark.parametrize(
    "name, package, extra",
    [("a.parquet", "pyarrow", "parquet"), ("a.xlsx", "openpyxl", "excel"), ("a.duckdb", "duckdb", "sql")],
)
def test_a_missing_extra_is_one_sentence_that_says_what_to_install(
    tmp_path, monkeypatch, name, package, extra
):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    written(tmp_path, name)
    with pytest.raises(MissingExtra) as told:
        read_file(tmp_path / name, query="select 1" if extra == "sql" else None)
    assert f"pip install 'graftwood[{extra}]'" in str(told.value) and str(told.value).count(". ") == 0


@pytest.mark.parametrize(
    "name, data, error, told",
    [
        ("none.csv", None, UnreadableFile, "there is no such file"),
        ("a.pdf", b"%PDF", UnreadableFile, "files of this kind are not read"),
        ("a.csv", b"", UnreadableFile, "the first line is empty"),
        ("a.csv", b"formula,gap\n", EmptyTable, "no rows below its header"),
        ("a.csv", b"formula,gap\nGaN,1,2\n", UnreadableFile, "line 2 has 3 cells and the header 2 names"),
        ("a.csv", b"formula,gap,gap\nGaN,1,2\n", UnreadableFile, "two columns are named 'gap'"),
        ("a.csv", b"formula,\nGaN,1\n", UnreadableFile, "column 2 has no name"),
        ("a.csv", b"formula,gap\nGa\xffN,1\n", UnreadableFile, "is no UTF-8 text"),
        ("a.csv", b'formula,gap\n"GaN,1\n', UnreadableFile, "damaged"),
        ("a.csv", b'"formula,gap\nGaN,1\n', UnreadableFile, "never closed"),
        ("a.csv.gz", b"formula,gap\n", UnreadableFile, "damaged"),
        ("a.xlsx", b"formula,gap\n", UnreadableFile, "damaged"),
        ("a.parquet", b"formula,gap\n", UnreadableFile, "damaged"),
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(tmp_path, name, data, error, told):
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(error, match=told):
        read_file(tmp_path / name)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.xlsx", "a.sqlite", "a.duckdb"])
def test_a_damaged_file_never_ends_in_another_error_than_ours(tmp_path, name):
    whole = tmp_path / name
    if name == "a.sqlite":
        with sqlite3.connect(whole) as connection:
            small().to_sql("gaps", connection, index=False)
        connection.close()
    elif name == "a.duckdb":
        duckdb = pytest.importorskip("duckdb")
        with duckdb.connect(str(whole)) as connection:
            connection.execute("create table gaps as select 'GaN' as formula, 3.2 as gap")
    elif name == "a.parquet":
        pytest.importorskip("pyarrow")
        small().to_parquet(whole)
    elif name == "a.xlsx":
        pytest.importorskip("openpyxl")
        small().to_excel(whole, index=False)
    else:
        written(tmp_path, name)
    rng, data = np.random.default_rng(0), np.frombuffer(whole.read_bytes(), dtype=np.uint8)
    damaged = tmp_path / f"damaged{name[1:]}"
    for trial in range(40):
        copy = data[: rng.integers(1, len(data))].copy() if trial % 3 == 0 else data.copy()
        copy[rng.integers(len(copy), size=6)] = rng.integers(256, size=6)
        damaged.write_bytes(copy.tobytes())
        try:
            read_file(damaged, query="select * from gaps" if name in ("a.sqlite", "a.duckdb") else None)
        except GraftwoodError as error:
            assert "\n" not in str(error) and str(error).endswith(".")


def test_queries_and_sheets_go_where_they_belong(tmp_path):
    with pytest.raises(WrongOption, match="only databases"):
        read_file(written(tmp_path, "a.csv"), query="select 1")
    with pytest.raises(WrongOption, match="needs a query"):
        read_file(written(tmp_path, "a.db"))
    with pytest.raises(WrongOption, match="only workbooks"):
        read_file(written(tmp_path, "a.csv"), sheet="gaps")


def test_every_kind_is_told_from_its_ending():
    assert files.suffix_of(files.Path("x.CSV.GZ")) == ".csv.gz"
