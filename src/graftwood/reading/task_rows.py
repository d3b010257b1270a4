"""One task's file to one source: columns found, rows filtered, cells read, units converted.

Whatever was read in another way than it stands is noted cell by cell; a row that cannot be
used is left out under its line with the reason.  The sources meet in ``assemble.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from graftwood.data import Source, Task
from graftwood.data.table import PROBLEM_COLUMNS
from graftwood.errors import MissingColumn, TooFewLabels, WrongStudy, listed
from graftwood.reading.cells import NOTE_COLUMNS, read_classes, read_column
from graftwood.reading.columns import find_column
from graftwood.reading.commas import comma_advice, fault_of
from graftwood.reading.deviations import read_deviations, told_twice
from graftwood.reading.row_filter import filter_rows
from graftwood.reading.study_file import InputSection, TaskSection
from graftwood.reading.units import converter, same_unit, scale_of, split_header


@dataclass(eq=False)
class TaskRows:
    """What a task's file gave.

    Attributes
    ----------
    source : Source
        Ready to be joined; the frame's index is the row's place in the file.
    notes : DataFrame
        Columns task, column, file, and those of `graftwood.reading.cells.NOTE_COLUMNS`.
    problems : DataFrame with columns source, row, input, problem
        Rows that are not in the source, or whose label is not.
    conversions : list of str
        A sentence for every column whose unit was converted, and one where cells and a column tell
        different standard deviations.
    n_rows, n_filtered : int
        Rows in the file, and those that ``where`` left out.
    beside : DataFrame
        Columns of the file that the study does not use, row by row as in the source.

    Examples
    --------
    >>> frame = pd.DataFrame({"formula": ["GaN"], "gap (eV)": ["3.2-3.4"]}, index=[2])
    >>> inputs = {"formula": InputSection(kind="composition")}
    >>> read = read_task("gap", TaskSection(file="gaps.csv", column="gap"), inputs, frame, "gaps.csv")
    >>> read.notes[["row", "cell", "read_as"]].values.tolist()
    [[2, '3.2-3.4', 'range']]
    """

    source: Source
    notes: pd.DataFrame
    problems: pd.DataFrame
    conversions: list[str] = field(default_factory=list)
    n_rows: int = 0
    n_filtered: int = 0
    beside: pd.DataFrame = field(default_factory=pd.DataFrame)


def read_task(
    name: str,
    section: TaskSection,
    inputs: Mapping[str, InputSection],
    frame: pd.DataFrame,
    file: str,
) -> TaskRows:
    """Turn a task's frame into its source.

    Parameters
    ----------
    name : str
        The task's.
    section : TaskSection
    inputs : mapping of name to InputSection
        With their units settled.
    frame : DataFrame
        As `graftwood.reading.files.read_file` gives it.
    file : str
        What messages call it.

    Raises
    ------
    MissingColumn, WrongStudy, UnitMismatch, EmptyTable
        A column is not there; a filter cannot be used, or leaves nothing; units do not fit.
    """
    n_rows = len(frame)
    frame = _renamed(frame, section, file)
    if section.where:
        frame = filter_rows(frame, section.where, f"{file}: task {name}")
    reader = _Reader(name, file)
    columns = _read_inputs(reader, inputs, frame, file)
    label_column = find_column(frame, section.column, file)
    if label_column is None:
        raise MissingColumn(
            f"{file}: there is no column {section.column!r} for task {name}; the columns are "
            f"{listed(frame.columns)}."
        )
    labels, deviations, unit = reader.label_cells(frame, label_column, section)
    rows = pd.DataFrame({**columns, name: labels}, index=frame.index)
    usable = ~rows.index.isin(reader.left_out)
    if not labels[usable].notna().any():
        raise TooFewLabels(
            f"Task {name}: {file} has no label that can be used in its column {label_column!r} ({len(frame)} "
            f"rows{reader.first_refused()}); {reader.advice()}."
        )
    task = Task(name, section.kind, unit, section.source, tuple(section.same_as))
    known_std = deviations[usable] if deviations is not None and deviations.notna().any() else None
    source = Source(task, rows[usable], name, tuple(columns), section.repeats, file, known_std)
    used = {label_column, section.label_std, *(find_column(frame, known, file) for known in inputs)}
    beside = frame.loc[usable, [column for column in frame.columns if column not in used]]
    return TaskRows(
        source, reader.notes(), reader.problems(), reader.conversions, n_rows, n_rows - len(frame), beside
    )


def _read_inputs(
    reader: _Reader, inputs: Mapping[str, InputSection], frame: pd.DataFrame, file: str
) -> dict[str, pd.Series]:
    """Cells of every input that the file has."""
    columns = {}
    for known, told in inputs.items():
        column = find_column(frame, known, file)
        if column is not None:
            columns[known] = reader.input_cells(frame[column], known, told)
    if not columns:
        raise MissingColumn(
            f"{file}: it has none of the inputs {listed(inputs)}; the columns are "
            f"{listed(frame.columns)}; name one of them as an input with rename."
        )
    return columns


def _renamed(frame: pd.DataFrame, section: TaskSection, file: str) -> pd.DataFrame:
    for old, new in section.rename.items():
        if old not in frame.columns:
            raise MissingColumn(
                f"{file}: rename names the column {old!r}, which is not there; the columns are "
                f"{listed(frame.columns)}."
            )
        if new in frame.columns and new != old:
            raise WrongStudy(f"{file}: rename would make a second column {new!r}; choose another name.")
        if list(section.rename.values()).count(new) > 1:
            raise WrongStudy(
                f"{file}: rename gives two columns the name {new!r}; choose another for one of them."
            )
    return frame.rename(columns=section.rename)


class _Reader:
    """Reads the columns of one file and keeps what is to be said of them."""

    def __init__(self, task: str, file: str) -> None:
        self.task, self.file = task, file
        self.left_out: set[object] = set()
        self.conversions: list[str] = []
        self._notes: list[pd.DataFrame] = []
        self._problems: list[tuple[str, object, str, str]] = []

    def input_cells(self, cells: pd.Series, name: str, told: InputSection) -> pd.Series:
        """Return an input as numbers or texts; rows with a number that cannot be read are left out."""
        if told.kind != "number":
            return cells.astype(object).where(cells.isna(), cells.astype(str).str.strip())
        values, _, notes = self._numbers(cells, told.unit)
        for line in notes[notes["read_as"].isin(["unreadable", "limit"])].itertuples():
            self.left_out.add(line.row)
            problem = f"The cell of {name!r} {fault_of(line.cell, told.unit)}: the row was left out."
            self._complain(line.row, str(line.cell), problem)
        return values

    def label_cells(
        self, frame: pd.DataFrame, column: str, section: TaskSection
    ) -> tuple[pd.Series, pd.Series | None, str]:
        """Return labels, their standard deviations where there are any, and the unit of both."""
        cells = frame[column]
        given = split_header(column)[1]
        unit = given if section.unit is None else section.unit
        if section.kind == "category":
            classes, notes = read_classes(cells)
            self._note(notes, column)
            return classes, None, unit
        values, deviations, notes = self._numbers(cells, unit)
        if section.limits == "use the limit":
            limits = notes[notes["read_as"] == "limit"]
            values.loc[limits["row"]] = limits["low"].fillna(limits["high"]).to_numpy(dtype=float)
        for line in notes[notes["read_as"] == "unreadable"].itertuples():
            told = f"The label of {self.task} {fault_of(line.cell, unit)}: it was left out."
            self._complain(line.row, str(line.cell), told)
        values = self._allowed(values, cells, section)
        if section.label_std:
            beside = self._deviations(frame, section, column, unit)
            twice = told_twice(beside, deviations.where(values.notna()), self.file)
            self.conversions += [twice] if twice else []
            deviations = beside.fillna(deviations)
        return values, deviations.where(values.notna()), unit

    def _allowed(self, values: pd.Series, cells: pd.Series, section: TaskSection) -> pd.Series:
        """Leave out labels that contradict the kind."""
        bad = {"positive": values <= 0, "nonnegative": values < 0}.get(section.kind)
        if bad is None:
            return values
        for row in values.index[bad]:
            told = f"Kind {section.kind!r} of {self.task} does not allow this label: it was left out."
            self._complain(row, str(cells[row]), told)
        return values.mask(bad)

    def _deviations(
        self, frame: pd.DataFrame, section: TaskSection, label_column: str, unit: str
    ) -> pd.Series:
        column = find_column(frame, section.label_std, self.file)
        if column is None:
            raise MissingColumn(
                f"{self.file}: there is no column {section.label_std!r} for label_std of task {self.task}; "
                f"the columns are {listed(frame.columns)}."
            )
        read = read_deviations(frame[column].rename(column), label_column, unit, self.file)
        for row in read.refused:
            cell = str(frame.at[row, column])
            fault = fault_of(cell, unit, "is no standard deviation")
            self._complain(row, cell, f"The cell of {column!r} {fault}: it was taken as not known.")
        if read.converted:
            self.conversions.append(read.converted)
        return read.values.rename(column)

    def first_refused(self) -> str:
        """Say which cell is the first that could not be used, as a part of a sentence; "" without any."""
        unused = [(row, cell) for _, row, cell, _ in self._problems]
        for notes in self._notes:
            limits = notes[notes["read_as"].isin(["limit", "missing"])]
            unused += list(zip(limits["row"], limits["cell"], strict=True))
        return f", such as {unused[0][1]!r} in row {unused[0][0]}" if unused else ""

    def advice(self) -> str:
        """Say what to do where no label could be used, as the end of a sentence."""
        for notes in self._notes:
            unread = notes[notes["read_as"] == "unreadable"]
            for column, cells in unread.groupby("column")["cell"]:
                found = comma_advice(cells, split_header(str(column))[1])
                if found:
                    return f"the numbers of {column!r} {found}"
        return "correct the column, its kind or its cells"

    def _numbers(self, cells: pd.Series, wanted: str) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
        """Read numbers and convert them from the header's unit to the wanted one."""
        column = str(cells.name)
        given = split_header(column)[1] or wanted
        values, deviations, notes = read_column(cells, given)
        if wanted and not same_unit(given, wanted):
            place = f"column {column!r} of {self.file}"
            convert = converter(given, wanted, place=place)
            factor = scale_of(given, wanted, place=place)
            values = pd.Series(convert(values.to_numpy()), index=values.index)
            deviations = deviations * factor
            for row in values.index[np.isinf(values) | np.isinf(deviations)]:
                self._complain(row, str(cells[row]), f"In {wanted} it is no finite number: it was left out.")
            values = values.mask(np.isinf(values) | np.isinf(deviations))
            for name in ("value", "low", "high"):
                notes[name] = convert(notes[name].to_numpy(dtype=float))
            notes["std"] = notes["std"] * factor
            self.conversions.append(f"{self.file}: column {column!r} was converted from {given} to {wanted}.")
        self._note(notes, column)
        return values, deviations, notes

    def _note(self, notes: pd.DataFrame, column: str) -> None:
        self._notes.append(notes.assign(task=self.task, column=column, file=self.file))

    def _complain(self, row: object, cell: str, problem: str) -> None:
        self._problems.append((self.file, row, cell, problem))

    def notes(self) -> pd.DataFrame:
        """All notes, in the order of columns and rows."""
        columns = ["task", "column", "file", *NOTE_COLUMNS]
        lines = [note for note in self._notes if len(note)]
        return pd.concat(lines, ignore_index=True)[columns] if lines else pd.DataFrame(columns=columns)

    def problems(self) -> pd.DataFrame:
        """All rows, or labels, that were left out."""
        return pd.DataFrame(self._problems, columns=list(PROBLEM_COLUMNS), dtype=object)


def place_of(file: Path, row: object) -> str:
    """Say where a row stands, as an editor can jump to it.

    Examples
    --------
    >>> place_of(Path("gaps.csv"), 12), place_of(Path("gaps.xlsx"), 12)
    ('gaps.csv:12', 'gaps.xlsx row 12')
    """
    joint = ":" if file.name.lower().removesuffix(".gz").endswith((".csv", ".tsv")) else " row "
    return f"{file}{joint}{row}"
