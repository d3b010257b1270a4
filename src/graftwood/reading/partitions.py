"""A long table cut into partitions that can be read apart from each other, on any machine.

A partition of a text file is a stretch of bytes between two rows, one of a parquet file some of its row
groups.  Packed text and workbooks cannot be entered in the middle: such a file is one partition.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pandas as pd

from graftwood.errors import EmptyTable, UnreadableFile
from graftwood.extras import need
from graftwood.reading.files import (
    PARQUET_SUFFIXES,
    SUFFIXES,
    TEXT_SUFFIXES,
    check_names,
    one_sentence,
    open_text,
    suffix_of,
    text_rows,
)
from graftwood.reading.parts import parts_of_rows, read_parts

WHOLE = -1  # in a stop's place: to the end of the file


@dataclass(frozen=True)
class Partition:
    """Some rows of a file.

    Attributes
    ----------
    number : int
        Place among all partitions.
    path : Path
    start, stop : int
        Bytes of a text file or row groups of a parquet file, from ``start`` to before ``stop``.

    Examples
    --------
    >>> Partition(0, Path("candidates.csv"), 9, 5_000).number
    0
    """

    number: int
    path: Path
    start: int = 0
    stop: int = WHOLE


def table_files(path: Path) -> list[Path]:
    """Return the file itself, or the tables of a folder in the order of their names.

    Raises
    ------
    EmptyTable
        The folder has no table in it.
    """
    if not path.is_dir():
        return [path]
    files = sorted(each for each in path.iterdir() if suffix_of(each) and not each.name.startswith("."))
    if not files:
        raise EmptyTable(f"{path}: the folder has no table in it; files end in {', '.join(SUFFIXES)}.")
    return files


def find_partitions(path: Path, n_rows: int) -> list[Partition]:
    r"""Cut a file, or all files of a folder in the order of their names, into partitions.

    Parameters
    ----------
    path : Path
    n_rows : int
        Rows of a partition: exactly in text, at least in parquet, whose row groups stay whole.

    Raises
    ------
    UnreadableFile, MissingExtra, EmptyTable
        As `graftwood.reading.parts.read_parts` and `table_files`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "c.csv"
    >>> _ = path.write_text("formula\nGaN\nZnO\nMgO\n")
    >>> parts = find_partitions(path, 2)
    >>> [next(read_partition(part, 10))["formula"].tolist() for part in parts]
    [['GaN', 'ZnO'], ['MgO']]
    """
    found: list[Partition] = []
    for file in table_files(path):
        for start, stop in _cuts(file, n_rows):
            found.append(Partition(len(found), file, start, stop))
    return found


def read_partition(partition: Partition, n_rows: int) -> Iterator[pd.DataFrame]:
    """Yield a partition in parts of at most ``n_rows`` rows, cells as `read_parts` gives them.

    Raises
    ------
    UnreadableFile, MissingExtra, EmptyTable
        As `graftwood.reading.parts.read_parts`.
    """
    path = partition.path
    if partition.stop == WHOLE:
        yield from read_parts(path, n_rows)
        return
    parts = _parquet if suffix_of(path) in PARQUET_SUFFIXES else _text
    with one_sentence(path):
        for part in parts(partition, n_rows):
            yield check_names(part, path)


def _cuts(path: Path, n_rows: int) -> Iterator[tuple[int, int]]:
    suffix = suffix_of(path)
    if suffix in PARQUET_SUFFIXES and path.is_file():
        yield from _row_groups(path, n_rows)
    elif suffix in TEXT_SUFFIXES and not suffix.endswith(".gz") and path.is_file():
        yield from _rows(path, n_rows)
    else:
        yield 0, WHOLE


def _row_groups(path: Path, n_rows: int) -> Iterator[tuple[int, int]]:
    parquet = need("pyarrow.parquet", "parquet", f"{path}: reading this file")
    with one_sentence(path), parquet.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    if not sum(sizes):
        raise EmptyTable(f"{path}: the table has no rows; add some or leave it out.")
    start, rows = 0, 0
    for group, size in enumerate(sizes):
        rows += size
        if rows >= n_rows or group + 1 == len(sizes):
            yield start, group + 1
            start, rows = group + 1, 0


class _Lines:
    """Lines of a UTF-8 file as `open_text` gives them, and how many bytes of the file were taken."""

    def __init__(self, file: IO[str], n_bytes: int) -> None:
        self.file, self.n_bytes = file, n_bytes

    def readline(self) -> str:
        line = self.file.readline()
        self.n_bytes += len(line) if line.isascii() else len(line.encode())
        return line

    def __iter__(self) -> Iterator[str]:
        while line := self.readline():
            yield line


@contextmanager
def _counted(path: Path) -> Iterator[_Lines]:
    with open(path, "rb") as file:
        has_mark = file.read(3) == codecs.BOM_UTF8
    with open_text(path) as text:
        yield _Lines(text, 3 if has_mark else 0)


def _rows(path: Path, n_rows: int) -> Iterator[tuple[int, int]]:
    """Cut a text file between rows, as the reader tells them: a cell may hold line breaks."""
    n_seen = 0
    with one_sentence(path), _counted(path) as lines:
        rows = text_rows(lines, path)  # type: ignore[arg-type]
        next(rows)
        start = lines.n_bytes
        for _ in rows:
            n_seen += 1
            if n_seen % n_rows == 0:
                yield start, lines.n_bytes
                start = lines.n_bytes
        if n_seen % n_rows:
            yield start, lines.n_bytes
    if n_seen == 0:
        raise EmptyTable(f"{path}: the table has no rows below its header; add some.")


def _text(partition: Partition, n_rows: int) -> Iterator[pd.DataFrame]:
    with _counted(partition.path) as lines:
        next(text_rows(lines, partition.path))  # type: ignore[arg-type]
    with open(partition.path, "rb") as file:
        head = file.read(lines.n_bytes)
        file.seek(partition.start)
        body = file.read(partition.stop - partition.start)
    if len(body) != partition.stop - partition.start:
        raise UnreadableFile(
            f"{partition.path}: the file has become shorter while it was read; run the command again."
        )
    rows = text_rows(
        io.TextIOWrapper(io.BytesIO(head + body), encoding="utf-8-sig", newline=""), partition.path
    )
    yield from parts_of_rows(rows, n_rows)


def _parquet(partition: Partition, n_rows: int) -> Iterator[pd.DataFrame]:
    parquet = need("pyarrow.parquet", "parquet", f"{partition.path}: reading this file")
    with parquet.ParquetFile(partition.path) as file:
        groups = list(range(partition.start, partition.stop))
        for batch in file.iter_batches(batch_size=n_rows, row_groups=groups):
            yield batch.to_pandas()
