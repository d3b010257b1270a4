"""What a source is, and what makes a set of sources fit together.

How they become one table is in ``data/join.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from graftwood.data.table import Task
from graftwood.errors import EmptyTable, MissingColumn, WrongOption

REPEATS = ("median", "mean", "keep")


@dataclass(frozen=True)
class Source:
    """A frame that holds the labels of one task.

    Parameters
    ----------
    task : Task
    frame : DataFrame of shape (n_rows, any)
    column : str
        Column of the labels, in the task's unit; empty cells are missing.
    input_columns : tuple of str, default ("formula",)
        Columns of the inputs, named alike in all sources.
    repeats : {"median", "mean", "keep"}, default "median"
        What becomes of several labels for the same inputs.  Classes have no median
        and no mean: both then take the most frequent one, of equals the first in
        alphabetical order.  "keep" gives every label a row of its own.
    file : str, default ""
        Where the frame was read from, for messages; "" means the task's name.
    label_std : Series of shape (n_rows,), optional
        Standard deviation of each label, in the task's unit; NaN = not known.

    Raises
    ------
    WrongOption
        ``repeats`` is none of the three, or there are no inputs.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"formula": ["GaN"], "gap_eV": [3.2]})
    >>> Source(Task("gap_exp", unit="eV"), frame, "gap_eV").place
    'gap_exp'
    """

    task: Task
    frame: pd.DataFrame
    column: str
    input_columns: tuple[str, ...] = ("formula",)
    repeats: str = "median"
    file: str = ""
    label_std: pd.Series | None = None

    def __post_init__(self) -> None:
        if self.repeats not in REPEATS:
            raise WrongOption(
                f"Source {self.place}: repeats must be one of {', '.join(REPEATS)}, got {self.repeats!r}."
            )
        if isinstance(self.input_columns, str) or not self.input_columns:
            raise WrongOption(
                f"Source {self.place}: input_columns must be a tuple of names, got {self.input_columns!r}."
            )

    @property
    def place(self) -> str:
        """The file, or the task's name where there is none: what messages call this source."""
        return self.file or self.task.name


def check_sources(sources: Sequence[Source], keys: Sequence[str]) -> None:
    """Refuse sources that cannot be joined; see `join_sources` for the errors."""
    if not sources:
        raise EmptyTable("join_sources: there is no source; give at least one.")
    repeated = [name for name, n in Counter(source.task.name for source in sources).items() if n > 1]
    if repeated:
        raise WrongOption(
            f"join_sources: two sources have a task named {repeated[0]!r}; give each task its own name."
        )
    for source in sources:
        if len(source.frame) == 0:
            raise EmptyTable(f"join_sources: {source.place} has no rows; give at least one.")
        for material in keys:
            if material not in source.input_columns:
                raise WrongOption(
                    f"join_sources: {source.place} lacks the material's column {material!r} among its inputs "
                    f"{source.input_columns}; every source needs it."
                )
        for column in (*source.input_columns, source.column):
            if column not in source.frame.columns:
                present = ", ".join(map(str, source.frame.columns))
                raise MissingColumn(
                    f"join_sources: {source.place} has no column {column!r}; its columns are {present}."
                )
    _check_input_names(sources)
    _check_input_types(sources, keys)


def _check_input_names(sources: Sequence[Source]) -> None:
    for source in sources:
        for other in sources:
            if source.task.name in other.input_columns:
                raise WrongOption(
                    f"join_sources: {source.task.name!r} is a task and an input of {other.place}; "
                    "rename one of them."
                )


def _check_input_types(sources: Sequence[Source], keys: Sequence[str]) -> None:
    numeric: dict[str, Source] = {}
    textual: dict[str, Source] = {}
    for source in sources:
        for column in source.input_columns:
            if column not in keys:
                (numeric if is_number(source.frame[column]) else textual)[column] = source
    for column in numeric.keys() & textual.keys():
        raise WrongOption(
            f"join_sources: the input {column!r} is a number in {numeric[column].place} but not in "
            f"{textual[column].place}; give it one type in all sources."
        )


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers; booleans are classes."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
