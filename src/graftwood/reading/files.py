"""Files to frames: csv, parquet, xlsx and databases, cells as they stand, rows with their place.

The index of a frame says where each row stands, so that a message can name it: the line of
a csv file, the row of a sheet, the number of a row elsewhere (counted from 1).  Nothing is
converted here: text stays text, and only a cell that is empty is missing, since "NaN" is
sodium nitride.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from graftwood.errors import EmptyTable, GraftwoodError, UnreadableFile, WrongOption
from graftwood.extras import need
from graftwood.reading.databases import DATABASE_SUFFIXES, read_database

TEXT_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
SHEET_SUFFIXES = (".xlsx", ".xlsm")
PARQUET_SUFFIXES = (".parquet", ".pq")
SUFFIXES = (*TEXT_SUFFIXES, *PARQUET_SUFFIXES, *SHEET_SUFFIXES, *DATABASE_SUFFIXES)
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def suffix_of(path: Path) -> str:
    """Return the ending that says how a file is read, "" if none of the known ones.

    Examples
    --------
    >>> suffix_of(Path("gaps.CSV.gz")), suffix_of(Path("gaps.pdf"))
    ('.csv.gz', '')
    """
    name = path.name.lower()
    return next((suffix for suffix in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(suffix)), "")


def read_file(
    path: Path, *, query: str | None = None, sheet: str | None = None, is_of_study: bool = False
) -> pd.DataFrame:
    """Read a table.

    Parameters
    ----------
    path : Path
        Ends in .csv, .tsv (both also .gz), .parquet, .xlsx, .duckdb, .sqlite or .db.
    query : str, optional
        What to ask a database; needed there, refused elsewhere.
    sheet : str, optional
        Sheet of a workbook, by default its first; refused elsewhere.
    is_of_study : bool, default False
        Whether a study file names it, for messages.

    Returns
    -------
    DataFrame
        Column names as in the file, stripped of outer blanks; empty cells are NaN, all other
        text is kept.  The index is the line, sheet row or row number.

    Raises
    ------
    UnreadableFile
        There is no such file, it is damaged, or of an unknown kind.
    MissingExtra
        A package that reads this kind is not installed.
    EmptyTable
        The file has no row below its header.
    WrongOption
        A query or a sheet was given or is lacking.
    """
    suffix = suffix_of(path)
    _check_asked(path, suffix, query, sheet, "the folder of the study file" if is_of_study else "")
    with one_sentence(path):
        if suffix in DATABASE_SUFFIXES:
            frame = read_database(path, str(query))
        elif suffix in PARQUET_SUFFIXES:
            frame = _read_parquet(path)
        elif suffix in SHEET_SUFFIXES:
            frame = _read_sheet(path, sheet)
        else:
            frame = _read_text(path)
    if not len(frame):
        raise EmptyTable(f"{path}: the table has no rows below its header; add some or leave it out.")
    return check_names(frame, path)


def _check_asked(path: Path, suffix: str, query: str | None, sheet: str | None, start: str) -> None:
    if not suffix:
        raise UnreadableFile(
            f"{path}: files of this kind are not read; give one that ends in {', '.join(SUFFIXES)}."
        )
    try:
        is_there = path.exists()
    except OSError as error:  # too long a name, or one that may not be looked up
        raise UnreadableFile(
            f"{str(path)[:200]}: it cannot be opened ({error.strerror}); correct its path."
        ) from None
    if not is_there:
        start = start or ("" if path.is_absolute() else "the current folder")
        hint = f", which starts from {start}" if start else ""
        raise UnreadableFile(f"{path}: there is no such file; correct its path{hint}.")
    if path.is_dir():
        raise UnreadableFile(f"{path}: this is a folder; name a file in it.")
    if (suffix in DATABASE_SUFFIXES) != (query is not None):
        wanted = "needs a query, such as 'select formula, gap from gaps'"
        raise WrongOption(
            f"{path}: a database {wanted}."
            if query is None
            else f"{path}: a query was given, but only databases take one; leave it out."
        )
    if sheet is not None and suffix not in SHEET_SUFFIXES:
        raise WrongOption(f"{path}: a sheet was given, but only workbooks have sheets; leave it out.")


@contextmanager
def one_sentence(path: Path) -> Iterator[None]:
    """Turn what libraries say of a damaged file into one sentence.

    Raises
    ------
    UnreadableFile
    """
    try:
        yield
    except (GraftwoodError, MemoryError):
        raise
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path}: byte {error.start} is no UTF-8 text; save the file as UTF-8."
        ) from None
    except Exception as error:  # zlib, zipfile, openpyxl, pyarrow and pandas each raise their own
        if isinstance(error, PermissionError | FileNotFoundError | IsADirectoryError):
            raise
        raise UnreadableFile(
            f"{path}: the file is damaged or of another kind ({_first_line(error)}); save it again."
        ) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def check_names(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Strip the names of columns; refuse one that is empty above cells, or there twice."""
    names = ["" if pd.isna(name) else str(name).strip() for name in frame.columns]
    blank = [place for place, name in enumerate(names) if not name]
    for place in blank:
        if frame.iloc[:, place].notna().any():
            raise UnreadableFile(f"{path}: column {place + 1} has no name in the header; give it one.")
    repeated = [name for name in names if name and names.count(name) > 1]
    if repeated:
        raise UnreadableFile(f"{path}: two columns are named {repeated[0]!r}; rename one of them.")
    frame = frame.set_axis(names, axis=1)
    return frame[[name for name in names if name]]


def open_text(path: Path) -> IO[str]:
    """Open a text file, packed or not."""
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return open(path, encoding="utf-8-sig", newline="")


def separator_of(header: str) -> str:
    """Return the character that stands between most of a header's names."""
    return max(SEPARATORS, key=lambda mark: header.count(mark))


def text_rows(file: IO[str], path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the header and the rows of a text file with the line on which each begins.

    Raises
    ------
    UnreadableFile
        A row has more cells than the header, or the file is empty.
    """
    header = file.readline()
    if not header.strip():
        raise UnreadableFile(f"{path}: the first line is empty; it must hold the names of the columns.")
    mark = separator_of(header)
    while header.count('"') % 2:
        more = file.readline()
        if not more:
            raise UnreadableFile(f"{path}: a quotation mark in the header is never closed; close it.")
        header += more
    names = next(csv.reader([header], delimiter=mark))
    yield 1, names
    reader = csv.reader(file, delimiter=mark, strict=True)
    above = max(1, header.count("\n"))
    line = above + 1
    for cells in reader:
        if len(cells) > len(names) and any(cells[len(names) :]):
            raise UnreadableFile(
                f"{path}: line {line} has {len(cells)} cells and the header {len(names)} names; "
                "put quotation marks round a cell that holds the separator."
            )
        if cells:
            yield line, (cells + [""] * len(names))[: len(names)]
        line = above + reader.line_num + 1


def _read_text(path: Path) -> pd.DataFrame:
    with open_text(path) as file:
        rows = text_rows(file, path)
        _, names = next(rows)
        lines, cells = [], []
        for line, row in rows:
            if any(row):
                lines.append(line)
                cells.append(row)
    table = np.array(cells, dtype=object).reshape(len(cells), len(names))
    frame = pd.DataFrame(table, columns=names, index=lines, dtype=object)
    return frame.mask(frame == "", np.nan)


def _read_parquet(path: Path) -> pd.DataFrame:
    need("pyarrow", "parquet", f"{path}: reading this file")
    frame = pd.read_parquet(path)
    return frame.set_axis(range(1, len(frame) + 1), axis=0)


def _read_sheet(path: Path, sheet: str | None) -> pd.DataFrame:
    need("openpyxl", "excel", f"{path}: reading this file")
    frame = pd.read_excel(
        path,
        sheet_name=0 if sheet is None else sheet,
        dtype=object,
        keep_default_na=False,
        na_values=[""],
        engine="openpyxl",
    )
    frame.columns = pd.Index(["" if str(name).startswith("Unnamed: ") else name for name in frame.columns])
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame[frame.notna().any(axis=1)]
