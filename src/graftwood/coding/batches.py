"""Tables larger than memory: read in batches, kept as codes of one byte per value.

The file is read twice: once for a sketch, from which cuts are learned, once to code every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from graftwood.coding.cells import is_categorical
from graftwood.coding.coded import CodedRows
from graftwood.coding.inputs import learn_inputs
from graftwood.errors import EmptyTable, MissingColumn, UnreadableFile, listed
from graftwood.extras import need

SKETCHED = 200_000  # rows from which cuts are learned
BATCH = 100_000


def code_parquet(
    path: str | Path, inputs: Sequence[str], *, n_sketched: int = SKETCHED, random_state: int = 0
) -> CodedRows:
    """Read the inputs of a Parquet file of any length as codes, which take one byte per value.

    What comes back stands for X in ``fit`` of every architecture over forests.

    Parameters
    ----------
    path : str or Path
    inputs : sequence of str
        Columns that are inputs; numbers, or categories as text.
    n_sketched : int, default 200,000
        Rows, drawn at random, from which the cuts of numbers are learned; of a shorter table all are
        used, and the codes are those that ``fit`` makes itself.
    random_state : int, default 0

    Returns
    -------
    CodedRows

    Raises
    ------
    MissingExtra
        pyarrow is not installed.
    UnreadableFile, MissingColumn, EmptyTable, NotFinite, ShapeMismatch

    Examples
    --------
    >>> import tempfile
    >>> from graftwood import SingleTask
    >>> path = Path(tempfile.mkdtemp()) / "calculated.parquet"
    >>> pd.DataFrame({"x": np.arange(50.0), "gap": np.arange(50.0)}).to_parquet(path)
    >>> X, Y = code_parquet(path, ["x"]), pd.read_parquet(path, columns=["gap"])
    >>> model = SingleTask("gap", n_estimators=20, random_state=0).fit(X, Y)
    >>> bool(abs(model.predict(pd.DataFrame({"x": [25.0]}))[0] - 25) < 2)
    True
    """
    parquet = need("pyarrow.parquet", "parquet", "code_parquet")
    try:
        with parquet.ParquetFile(path) as file:
            n_rows, present = file.metadata.num_rows, file.schema_arrow.names
    except (OSError, ValueError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise UnreadableFile(f"{path}: the file is missing or no Parquet file ({first}).") from None
    for name in inputs:
        if name not in present:
            raise MissingColumn(f"{path}: there is no column {name!r}; the columns are {listed(present)}.")
    if n_rows == 0:
        raise EmptyTable(f"{path}: the table has no rows; add some or leave it out.")

    def batches() -> Iterable[pd.DataFrame]:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH, columns=list(inputs)):
                yield batch.to_pandas()[list(inputs)]

    return code_batches(batches, n_rows, str(path), n_sketched=n_sketched, random_state=random_state)


def code_batches(
    batches: Callable[[], Iterable[pd.DataFrame]],
    n_rows: int,
    who: str,
    *,
    n_sketched: int = SKETCHED,
    random_state: int = 0,
) -> CodedRows:
    """Code rows that come in batches.

    Parameters
    ----------
    batches : callable
        Gives all batches, and the same ones when it is called again.
    n_rows : int
        Rows of all batches.
    who : str
        Name of the table for messages.
    n_sketched, random_state
        As for `code_parquet`.

    Raises
    ------
    NotFinite, ShapeMismatch, UnreadableFile
    """
    coder = learn_inputs(_sketch(batches(), n_rows, n_sketched, random_state), who)
    codes = np.empty((coder.n_inputs, n_rows), dtype=np.uint8)
    first = 0
    for batch in batches():
        after = first + len(batch)
        if after > n_rows:
            break
        codes[:, first:after] = coder.encode(batch, who)
        first = after
    if first != n_rows:
        raise UnreadableFile(f"{who}: the table changed while it was read; read it again.")
    return CodedRows(coder, codes, None)


def _sketch(batches: Iterable[pd.DataFrame], n_rows: int, n_sketched: int, random_state: int) -> pd.DataFrame:
    """Draw rows at random, and add the first row of every category so that none is unknown later."""
    drawn = np.ones(n_rows, dtype=bool)
    if n_rows > n_sketched:
        drawn[:] = False
        drawn[np.random.default_rng(random_state).choice(n_rows, n_sketched, replace=False)] = True
    kept: list[pd.DataFrame] = []
    seen: dict[str, set[object]] = {}
    first = 0
    for batch in batches:
        is_kept = drawn[first : first + len(batch)].copy()
        first += len(batch)
        for name in batch:
            if is_categorical(batch[name], "code_parquet", learning=True):
                known = seen.setdefault(str(name), set())
                unique = batch[name].drop_duplicates()
                new = unique[~unique.isin(known) & unique.notna()]
                known.update(new)
                is_kept[batch.index.get_indexer(new.index)] = True
        kept.append(batch[is_kept])
    return pd.concat(kept, ignore_index=True)
