"""Long tables a part at a time; cells as `graftwood.reading.files.read_file` gives them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from graftwood.errors import EmptyTable, UnreadableFile
from graftwood.extras import need
from graftwood.reading.databases import DATABASE_SUFFIXES
from graftwood.reading.files import (
    PARQUET_SUFFIXES,
    TEXT_SUFFIXES,
    check_names,
    one_sentence,
    open_text,
    read_file,
    suffix_of,
    text_rows,
)


def read_parts(path: Path, n_rows: int) -> Iterator[pd.DataFrame]:
    """Yield a table in parts of at most ``n_rows`` rows.

    Text and parquet files are never held whole; a workbook is.

    Raises
    ------
    UnreadableFile, MissingExtra, WrongOption
        As `read_file`; of what stands late in a file only when it is reached.
    EmptyTable
        There is no row below the header.
    """
    suffix = suffix_of(path)
    if suffix in DATABASE_SUFFIXES:
        raise UnreadableFile(
            f"{path}: candidates are not read from a database; export them as csv or parquet, or name the "
            "database in a study file."
        )
    if not path.is_file() or suffix not in (*TEXT_SUFFIXES, *PARQUET_SUFFIXES):
        frame = read_file(path)
        yield from (frame.iloc[start : start + n_rows] for start in range(0, len(frame), n_rows))
        return
    parts = _text_parts(path, n_rows) if suffix in TEXT_SUFFIXES else _parquet_parts(path, n_rows)
    n_seen = 0
    with one_sentence(path):
        for part in parts:
            n_seen += len(part)
            yield check_names(part, path)
    if not n_seen:
        raise EmptyTable(f"{path}: the table has no rows below its header; add some.")


def _text_parts(path: Path, n_rows: int) -> Iterator[pd.DataFrame]:
    with open_text(path) as file:
        rows = text_rows(file, path)
        yield from parts_of_rows(rows, n_rows)


def parts_of_rows(rows: Iterator[tuple[int, list[str]]], n_rows: int) -> Iterator[pd.DataFrame]:
    """Yield what `text_rows` gives, the header first, in frames of at most ``n_rows`` rows."""
    _, names = next(rows)
    while cells := [row for _, row in islice(rows, n_rows)]:
        yield _frame(cells, names)


def _frame(cells: list[list[str]], names: list[str]) -> pd.DataFrame:
    table = np.array(cells, dtype=object).reshape(len(cells), len(names))
    frame = pd.DataFrame(table, columns=names, dtype=object)
    return frame.mask(frame == "", np.nan)


def _parquet_parts(path: Path, n_rows: int) -> Iterator[pd.DataFrame]:
    parquet = need("pyarrow.parquet", "parquet", f"{path}: reading this file")
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=n_rows):
            yield batch.to_pandas()
