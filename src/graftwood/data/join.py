"""Join sources to one table: rows of one reduced composition become one material.

Every source brings the labels of one task.  Cells become labels in
``data/labels.py``, formulas become materials in ``data/spelling.py``, and
``data/align.py`` lines the sources up; this file says what is asked of them and in
which order it is done.  The order of rows in the frames changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from graftwood.data.align import line_up
from graftwood.data.labels import merge_repeats, read_labels
from graftwood.data.order import canonical_order
from graftwood.data.spelling import Spellings, as_spelling, read_spellings
from graftwood.data.table import PROBLEM_COLUMNS, Table, Task
from graftwood.errors import EmptyTable, MissingColumn, TooFewLabels, WrongOption

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


def join_sources(sources: Iterable[Source], *, material: str = "formula") -> Table:
    """Join sources to one table with a row per material and a label column per task.

    Rows are one row when all inputs that both have agree, the material standing for
    its formula; an input that a source lacks is missing where no other source gives
    it.  A merged label stands in every row that it agrees with.  Where a task keeps
    its repeats, each of its labels has a row of its own, with the merged labels of the
    other tasks beside it.  Materials without any label stay, with all labels missing.

    Parameters
    ----------
    sources : iterable of Source
        One per task, in the order the tasks shall have.
    material : str, default "formula"
        Input column of chemical formulas that says which rows are one material.  A
        material is shown by the shortest of its spellings, of equally short ones the
        first in alphabetical order.

    Returns
    -------
    Table
        Sorted by material, then by the other inputs, then by the labels.  Rows whose
        formula cannot be read are in its ``problems``; there ``source`` is the
        source's file or task and ``row`` the frame's own index.

    Raises
    ------
    MissingColumn
        A frame lacks a column that its source names.
    EmptyTable
        There is no source, a frame has no rows, or no formula can be read.
    NotFinite
        A label is infinite, or not a number where one is needed.
    WrongOption
        Two sources have a task of one name, a source lacks the material's column,
        labels contradict the task's kind, or an input is text in one source and
        number in another.
    TooFewLabels
        A task has no label at all.

    Examples
    --------
    >>> import pandas as pd
    >>> dft = pd.DataFrame({"formula": ["NGa", "ZnO", "ZnO"], "gap": [1.7, 0.7, 0.9]})
    >>> measured = pd.DataFrame({"formula": ["GaN"], "gap": [3.2]})
    >>> table = join_sources([Source(Task("dft"), dft, "gap"), Source(Task("exp"), measured, "gap")])
    >>> table.inputs.join(table.labels)
      formula  dft  exp
    0     GaN  1.7  3.2
    1     ZnO  0.8  NaN
    """
    listed = list(sources)
    _check_sources(listed, material)
    spellings = read_spellings(as_spelling(source.frame[material]) for source in listed)
    parts = [
        merge_repeats(_read_rows(source, material, spellings), source.task, source.repeats)
        for source in listed
    ]
    rows = line_up(parts)
    inputs = list(dict.fromkeys(column for source in listed for column in source.input_columns))
    names = [source.task.name for source in listed]
    others = [column for column in inputs if column != material]
    rows = rows.iloc[canonical_order([rows[column] for column in (material, *others, *names)])]
    return Table(
        inputs=rows[inputs].assign(**{material: rows[material].map(spellings.shown)}).infer_objects(),
        labels=rows[names],
        materials=rows[material].to_numpy(),
        tasks=tuple(source.task for source in listed),
        problems=_problems(listed, material, spellings),
    )


def _check_sources(sources: Sequence[Source], material: str) -> None:
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
    _check_input_types(sources, material)


def _check_input_names(sources: Sequence[Source]) -> None:
    for source in sources:
        for other in sources:
            if source.task.name in other.input_columns:
                raise WrongOption(
                    f"join_sources: {source.task.name!r} is a task and an input of {other.place}; "
                    "rename one of them."
                )


def _check_input_types(sources: Sequence[Source], material: str) -> None:
    numeric: dict[str, Source] = {}
    textual: dict[str, Source] = {}
    for source in sources:
        for column in source.input_columns:
            if column != material:
                (numeric if _is_number(source.frame[column]) else textual)[column] = source
    for column in numeric.keys() & textual.keys():
        raise WrongOption(
            f"join_sources: the input {column!r} is a number in {numeric[column].place} but not in "
            f"{textual[column].place}; give it one type in all sources."
        )


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _read_rows(source: Source, material: str, spellings: Spellings) -> pd.DataFrame:
    """Return inputs and label of the readable rows; the material's key stands for its formula."""
    frame, name = source.frame, source.task.name
    rows = pd.DataFrame(
        {
            column: frame[column].astype(float if _is_number(frame[column]) else object)
            for column in source.input_columns
        }
    )
    rows[material] = as_spelling(frame[material]).map(spellings.material)
    place = f"column {source.column!r} of {source.place}"
    rows[name] = read_labels(frame[source.column], source.task, place=place)
    rows = rows[rows[material].notna()].reset_index(drop=True)
    if not rows[name].notna().any():
        unread = len(frame) - len(rows)
        raise TooFewLabels(
            f"Task {name}: {source.place} has no label in its column {source.column!r} "
            f"({len(frame)} rows, of which {unread} have a formula that cannot be read); add labels or "
            "leave the task out."
        )
    return rows


def _problems(sources: Sequence[Source], material: str, spellings: Spellings) -> pd.DataFrame:
    records = []
    for source in sources:
        texts = as_spelling(source.frame[material])
        unread = texts[texts.isin(spellings.problem.keys())]
        order = canonical_order([unread.index.to_series()])
        for row, text in zip(unread.index[order], unread.iloc[order], strict=True):
            records.append((source.place, row, text, spellings.problem[text]))
    return pd.DataFrame(records, columns=list(PROBLEM_COLUMNS), dtype=object)
