"""Predictions to a csv or parquet file, part after part, which appears when the last one is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graftwood.errors import UnreadableFile
from graftwood.extras import need

if TYPE_CHECKING:
    import pandas as pd


def write_parts(parts: Iterable[pd.DataFrame], out: Path, has_header: bool = True) -> Iterator[pd.DataFrame]:
    """Write parts and pass each on when it is written.

    Parameters
    ----------
    parts : iterable of DataFrame
        Of equal columns.
    out : Path
        Ends in .csv or .parquet.
    has_header : bool, default True
        Whether a csv file begins with the columns' names.

    Raises
    ------
    MissingExtra
        pyarrow is not installed and parquet is asked for.
    UnreadableFile
        A column of the candidates changes its type on the way, or the next file has other columns.
    """
    from graftwood.store.atomic import atomic_path

    is_parquet = out.name.lower().endswith(".parquet")
    with (
        atomic_path(out) as temporary,
        _ParquetWriter(temporary) if is_parquet else _CsvWriter(temporary, has_header) as put,
    ):
        columns: list[str] | None = None
        for part in parts:
            columns = _same_columns(part, columns)
            put(part)
            yield part


def _same_columns(part: pd.DataFrame, before: list[str] | None) -> list[str]:
    columns = [str(name) for name in part]
    if before not in (None, columns):
        raise UnreadableFile(
            f"The candidates have other columns from some file on ({', '.join(columns)}); give files of "
            "equal columns."
        )
    return columns


class _CsvWriter:
    def __init__(self, path: Path, has_header: bool) -> None:
        self.path, self.has_header = path, has_header

    def __enter__(self) -> Any:
        self.file = open(self.path, "w", encoding="utf-8", newline="")
        return self.put

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def put(self, part: pd.DataFrame) -> None:
        # Numbers among texts are spelled as numbers in a column of their own, whatever else the part holds.
        mixed = {str(name): part[name].map(_spelled) for name in part if part[name].dtype == object}
        part.assign(**mixed).to_csv(
            self.file, index=False, header=self.has_header, float_format="%.10g", lineterminator="\n"
        )
        self.has_header = False


def _spelled(cell: Any) -> Any:
    return f"{cell:.10g}" if isinstance(cell, float) and cell == cell else cell


class _ParquetWriter:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer: Any = None
        need("pyarrow.parquet", "parquet", f"{path}: writing parquet")
        self.arrow = need("pyarrow", "parquet", f"{path}: writing parquet")

    def __enter__(self) -> Any:
        return self.put

    def __exit__(self, *_: object) -> None:
        if self.writer is not None:
            self.writer.close()

    def put(self, part: Any) -> None:
        texts = {name: part[name].astype("string") for name in part if part[name].dtype == object}
        whole = part.assign(**texts)
        if self.writer is None:
            table = self.arrow.Table.from_pandas(whole, preserve_index=False)
            # A column that is empty in the first part may hold texts in the next.
            fields = [
                self.arrow.field(f.name, self.arrow.string() if self.arrow.types.is_null(f.type) else f.type)
                for f in table.schema
            ]
            self.schema = self.arrow.schema(fields)
            self.writer = self.arrow.parquet.ParquetWriter(self.path, self.schema)
        try:
            table = self.arrow.Table.from_pandas(whole, schema=self.schema, preserve_index=False)
        except (self.arrow.ArrowInvalid, self.arrow.ArrowTypeError) as error:
            raise UnreadableFile(
                f"A column of the candidates changes its type on the way ({str(error).splitlines()[0]}); "
                "write the predictions to a csv file."
            ) from None
        self.writer.write_table(table)
