"""Tables from databases: a query to a SQLite or DuckDB file, which is opened to be read only.

SQLite comes with Python; DuckDB is the extra ``sql``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graftwood.errors import UnreadableFile
from graftwood.extras import need

DATABASE_SUFFIXES = (".duckdb", ".sqlite", ".sqlite3", ".db")
SQLITE_OPENING = b"SQLite format 3\x00"


def read_database(path: Path, query: str) -> pd.DataFrame:
    """Return what a query gives.

    Parameters
    ----------
    path : Path
        A SQLite or DuckDB file; which one is told from its first bytes.
    query : str
        SQL that only reads.

    Raises
    ------
    UnreadableFile
        The file is no database, or the query fails.
    MissingExtra
        duckdb is not installed.
    """
    with open(path, "rb") as file:
        is_sqlite = file.read(len(SQLITE_OPENING)) == SQLITE_OPENING
    return _ask_sqlite(path, query) if is_sqlite else _ask_duckdb(path, query)


def _ask_sqlite(path: Path, query: str) -> pd.DataFrame:
    from contextlib import closing

    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.set_authorizer(_only_this_file)
            found = connection.execute(query)
            return _frame(found.description, found.fetchall())
    except sqlite3.OperationalError as error:
        raise UnreadableFile(f"{path}: the query {query!r} failed ({error}); correct it.") from None
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise UnreadableFile(
                f"{path}: the file is damaged or of another kind ({error}); save it again."
            ) from None
        raise UnreadableFile(f"{path}: the query {query!r} failed ({error}); correct it.") from None


def _only_this_file(action: int, *about: object) -> int:
    # Another file would be read, or made where there is none, by a query from a stranger's study file.
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def _ask_duckdb(path: Path, query: str) -> pd.DataFrame:
    duckdb = need("duckdb", "sql", f"{path}: reading this file")
    try:
        # A query from a stranger's study file shall read this database and nothing else.
        settings: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": "false"}
        with duckdb.connect(str(path), read_only=True, config=settings) as connection:
            found = connection.execute(query)
            return _frame(found.description, found.fetchall())
    except duckdb.Error as error:
        told = str(error).strip().splitlines()[0].rstrip(".!")
        if isinstance(error, duckdb.IOException):
            raise UnreadableFile(
                f"{path}: the file is damaged or of another kind ({told}); save it again."
            ) from None
        raise UnreadableFile(f"{path}: the query {query!r} failed ({told}); correct it.") from None


def _frame(description: Sequence[Any] | None, rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    names = [column[0] for column in description or ()]
    records = [[np.nan if cell is None else cell for cell in row] for row in rows]
    frame = pd.DataFrame(records, columns=names, dtype=object)
    frame = frame.mask(frame == "", np.nan).infer_objects()
    return frame.set_axis(range(1, len(frame) + 1), axis=0)
