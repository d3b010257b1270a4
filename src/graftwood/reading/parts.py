"""Long tables a part at a time; cells as `graftwood.reading.files.read_file` gives them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from graftwood.errors import EmptyTable
from graftwood.reading.files import (
    PARQUET_SUFFIXES,
    TEXT_SUFFIXES,
    check_names,
    need,
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
        _, names = next(rows)
        cells: list[list[str]] = []
        for _, row in rows:
            cells.append(row)
            if len(cells) == n_rows:
                yield frame_of_cells(cells, names)
                cells = []
        if cells:
            yield frame_of_cells(cells, names)


def frame_of_cells(cells: list[list[str]], names: list[str]) -> pd.DataFrame:
    """Make a frame of the cells of text rows; an empty one is missing."""
    table = np.array(cells, dtype=object).reshape(len(cells), len(names))
    frame = pd.DataFrame(table, columns=names, dtype=object)
    return frame.mask(frame == "", np.nan)


def _parquet_parts(path: Path, n_rows: int) -> Iterator[pd.DataFrame]:
    need("pyarrow", "parquet", path)
    parquet = need("pyarrow.parquet", "parquet", path)
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=n_rows):
            yield batch.to_pandas()
