"""Predict a table of any length, a part at a time, at constant memory.

A part is read, predicted and handed on before the next one is read.  Where the parts go is
decided by whoever asks for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graftwood.architectures.base import Architecture
from graftwood.coding.kinds import CATEGORY
from graftwood.errors import MissingColumn, WrongOption, listed
from graftwood.reading.cells import read_classes, read_column
from graftwood.reading.columns import find_column
from graftwood.reading.partitions import Partition, read_partition, table_files
from graftwood.reading.parts import read_parts
from graftwood.reading.units import converter, same_unit, split_header
from graftwood.study.predict import predict_frame

ROWS_A_PART = 10_000


def open_predictor(path: Path) -> Predictor:
    """Load a model with what it needs to read a table.

    Raises
    ------
    UnreadableFile, DamagedModel
        As `graftwood.load_model`.
    WrongOption
        The model was saved without its inputs.
    """
    from graftwood.store.describe import describe
    from graftwood.store.load import load_inputs, load_model

    model, features, card = load_model(path), load_inputs(path), describe(path)
    if features is None:
        raise WrongOption(
            f"{path}: the model was saved without its inputs, so that a table cannot be read for it; save it "
            "with save_model(..., inputs=features)."
        )
    study = card["study"] or {}
    units = {**card["units"], **(study.get("units") or {})}
    measured = frozenset(study.get("measured") or ())
    column = str(study["material"][0]) if measured else ""
    headers = _tasks_by_header(study.get("columns") or {})
    return Predictor(model, features.set_params(on_problem="nan"), units, measured, column, headers)


def _tasks_by_header(columns: Mapping[str, str]) -> dict[str, str]:
    """From the column of every task to the task by that column's name, where no other column has it."""
    names = {task: split_header(header)[0].casefold() for task, header in columns.items()}
    counts = Counter(names.values())
    return {name: task for task, name in names.items() if counts[name] == 1}


@dataclass(frozen=True, eq=False)
class Predictor:
    r"""A fitted model with what it needs to read a table.

    Attributes
    ----------
    model : Architecture
        Fitted.
    features : TableFeatures or CompositionFeatures
        With ``on_problem="nan"``.
    units : dict
        Unit per task, "" or absent for none; a column whose header names another is converted.
    measured : frozenset of str, default empty
        Digests of the materials whose label of the target was learned from.
    material : str, default ""
        Column with their formulas.
    headers : dict of str to str, default empty
        Task by the name of the study's column of it, in small letters and without the unit.
    met : Counter
        Grows while tables are read: cells that were read otherwise than they stand, by how, and units of
        headers that were converted.
    unused : dict
        Columns that are neither inputs nor tasks, in their order; they are copied as they are.
    ranges : dict
        Grows while candidates are scored: least and largest prediction per task that a goal names.

    Examples
    --------
    >>> import tempfile
    >>> from graftwood import CompositionFeatures, SingleTask
    >>> features = CompositionFeatures(magpie=False, on_problem="nan")
    >>> formulas = [f"Ga{n}As" for n in range(1, 21)]
    >>> labels = pd.DataFrame({"gap": np.arange(20.0)})
    >>> model = SingleTask("gap", n_estimators=20, random_state=0).fit(features.transform(formulas), labels)
    >>> path = Path(tempfile.mkdtemp()) / "c.csv"
    >>> _ = path.write_text("formula\nGa3As\n?\n")
    >>> [part["gap"].isna().tolist() for part in Predictor(model, features, {}).predictions(path)]
    [[False, True]]
    """

    model: Architecture
    features: Any
    units: Mapping[str, str]
    measured: frozenset[str] = frozenset()
    material: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)
    unused: dict[str, None] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def classes(self) -> dict[str, tuple[Any, ...]]:
        """Classes of every task that is predicted, none where it is no category."""
        return {task: tuple(self.model._columns.classes_of(task)) for task in self.model.tasks_}

    def looks_like(self, header: str) -> str:
        """Name the task whose labels a column seems to hold that is named otherwise, "" for none."""
        name = split_header(header)[0].casefold()
        by_name = {task.casefold(): task for task in self.model._columns.names}
        return by_name.get(name) or self.headers.get(name, "")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns that a table must have."""
        of = self.features
        if hasattr(of, "formulas"):
            return (*of.formulas, *of.numbers, *of.categories)
        return (of.column,)

    def frames(self, path: Path | Partition, n_rows: int = ROWS_A_PART) -> Iterator[pd.DataFrame]:
        """Yield the table in parts, its columns named and in the units that the model knows.

        Parameters
        ----------
        path : Path or Partition
            A file, a folder of files, or some rows of a file.
        n_rows : int, default 10,000
            Rows of a part, at most.

        Raises
        ------
        UnreadableFile, EmptyTable, MissingExtra
            As `graftwood.reading.parts.read_parts`.
        MissingColumn
            The table lacks an input.
        UnitMismatch
            A header names a unit that cannot be converted to the model's.
        """
        if isinstance(path, Partition):
            for part in read_partition(path, n_rows):
                yield self._settled(part, path.path)
            return
        for file in table_files(path):
            for part in read_parts(file, n_rows):
                yield self._settled(part, file)

    def predictions(self, path: Path | Partition, n_rows: int = ROWS_A_PART) -> Iterator[pd.DataFrame]:
        """Yield the table in parts with predictions; see `predict_frame` for the columns."""
        for frame in self.frames(path, n_rows):
            place = str(path.path if isinstance(path, Partition) else path)
            yield predict_frame(self.model, self.features, frame, place)

    def _settled(self, part: pd.DataFrame, path: Path) -> pd.DataFrame:
        frame = part.reset_index(drop=True)
        for name in self.inputs:
            column = find_column(frame, name, path)
            if column is None:
                raise MissingColumn(
                    f"{path}: there is no column {name!r}, which the model needs; the columns are "
                    f"{listed(frame.columns)}."
                )
            unit = (getattr(self.features, "units", None) or {}).get(name, "")
            frame = self._in_unit(
                frame, column, name, unit, path, name in getattr(self.features, "numbers", ())
            )
        for task in self.model._columns.names:
            column = find_column(frame, task, path)
            if column is not None:
                is_number = self.model._columns.kind(task) != CATEGORY
                if not is_number:
                    frame = frame.assign(**{column: self._known_classes(frame[column], task)})
                frame = self._in_unit(frame, column, task, self.units.get(task, ""), path, is_number)
        of_model = {*self.inputs, *self.model._columns.names}
        self.unused.update(dict.fromkeys(str(name) for name in frame if name not in of_model))
        return frame

    def _known_classes(self, cells: pd.Series, task: str) -> pd.Series:
        """Known classes of a task; a word for a missing cell is one, unless the model has such a class."""
        of_model = set(map(str, self.model._columns.classes_of(task)))
        _, notes = read_classes(cells)
        missing = notes["row"][~notes["cell"].str.strip().isin(of_model)]
        return cells.where(~cells.index.isin(missing))

    def _in_unit(
        self, frame: pd.DataFrame, column: str, name: str, unit: str, path: Path, is_number: bool
    ) -> pd.DataFrame:
        """Name a column as the model does; numbers are read and converted, what is none stays as it is."""
        cells = frame[column]
        if is_number:
            given = split_header(column)[1] or unit
            values, _, notes = read_column(cells, given)
            said = notes["read_as"]
            self.met.update(said[~said.isin(["missing", "unreadable"])])
            cells = cells.where(~cells.index.isin(notes["row"][said == "missing"]))
            if unit and not same_unit(given, unit):
                convert = converter(given, unit, place=f"column {column!r} of {path}")
                values = pd.Series(convert(values.to_numpy()), index=values.index)
                if values.notna().any():
                    self.met[f"{given} in {unit}"] += int(values.notna().sum())
            is_read = np.isfinite(values.to_numpy())
            cells = (
                values
                if is_read.all() or cells[~is_read].isna().all()
                else values.astype(object).where(is_read, cells.astype(object))
            )
        return frame.assign(**{column: cells}).rename(columns={column: name})
