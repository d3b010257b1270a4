"""A study file and its tables together: one checked table, and all that was met on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from graftwood.data import Table, join_sources
from graftwood.errors import MissingColumn
from graftwood.reading.columns import find_column, unit_of_input
from graftwood.reading.files import read_file
from graftwood.reading.study_file import InputSection, StudyFile, check_study_graph, load_study_file
from graftwood.reading.task_rows import TaskRows, read_task
from graftwood.reading.units import split_header


@dataclass(frozen=True, eq=False)
class StudyData:
    r"""What a study file and its tables hold.

    Attributes
    ----------
    path : Path
        The study file.
    said : StudyFile
    inputs : dict of name to InputSection
        With their units settled; only those that some file has.
    table : Table
        Joined, with ``label_std`` where a label has a standard deviation, and as ``problems``
        every row, or label, that was left out.
    tasks : dict of name to TaskRows
        Each task's rows as they were read, before repeats were merged.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "gaps.csv").write_text("formula,gap (meV)\nGaN,3200\nZnO,3300(20)\n")
    >>> _ = (folder / "study.toml").write_text('''
    ... study = {target = "gap", material = "formula"}
    ... inputs.formula.kind = "composition"
    ... tasks.gap = {file = "gaps.csv", column = "gap", unit = "eV"}
    ... ''')
    >>> data = read_study(folder / "study.toml")
    >>> data.table.labels["gap"].round(9).tolist(), data.table.label_std["gap"].tolist()
    ([3.2, 3.3], [nan, 0.02])
    """

    path: Path
    said: StudyFile
    inputs: dict[str, InputSection]
    table: Table
    tasks: dict[str, TaskRows]

    @property
    def notes(self) -> pd.DataFrame:
        """Every cell that is neither a plain number nor empty; see `TaskRows.notes`."""
        return pd.concat([rows.notes for rows in self.tasks.values()], ignore_index=True)

    @property
    def compositions(self) -> list[str]:
        """Names of the inputs that are formulas."""
        return [name for name, told in self.inputs.items() if told.kind == "composition"]


def read_study(path: str | Path) -> StudyData:
    """Read a study file and every table that it names.

    Parameters
    ----------
    path : str or path

    Raises
    ------
    UnreadableFile, MissingExtra, EmptyTable, MissingColumn, WrongStudy, UnitMismatch, WrongOption,
    TooFewLabels
        The message says which file, key, column or row, and what to do.
    """
    place = Path(path)
    said = load_study_file(place)
    frames = _read_files(place, said)
    inputs = _settled_inputs(place, said, frames)
    tasks = {
        name: read_task(name, section, inputs, frames[name], section.file)
        for name, section in said.tasks.items()
    }
    _check_material(said, tasks)
    check_study_graph(said, place, {name: rows.source.task.unit for name, rows in tasks.items()})
    sources = [rows.source for rows in tasks.values()]
    chemical = [name for name, told in inputs.items() if told.kind == "composition"]
    table = join_sources(sources, material=said.study.material, formulas=chemical)
    problems = pd.concat([rows.problems for rows in tasks.values()] + [table.problems], ignore_index=True)
    table = Table(
        table.inputs, table.labels, table.materials, table.tasks, problems.astype(object), table.label_std
    )
    return StudyData(place, said, inputs, table, tasks)


def _read_files(place: Path, said: StudyFile) -> dict[str, pd.DataFrame]:
    read: dict[tuple[object, ...], pd.DataFrame] = {}
    frames = {}
    for name, section in said.tasks.items():
        key = (section.file, section.query, section.sheet)
        if key not in read:
            read[key] = read_file(
                place.parent / section.file, query=section.query, sheet=section.sheet, is_of_study=True
            )
        frames[name] = read[key]
    return frames


def _settled_inputs(place: Path, said: StudyFile, frames: dict[str, pd.DataFrame]) -> dict[str, InputSection]:
    """Inputs that some file has, with their units."""
    settled = {}
    for name, told in said.inputs.items():
        units = {}
        for task, section in said.tasks.items():
            renamed = frames[task].rename(columns=section.rename)
            column = find_column(renamed, name, section.file)
            if column is not None:
                units[section.file] = split_header(column)[1]
        if not units:
            raise MissingColumn(
                f"{place}: no file has a column {name!r} for [inputs.{name}]; correct the name, use rename, "
                "or leave the input out."
            )
        settled[name] = unit_of_input(name, told, units, place)
    return settled


def _check_material(said: StudyFile, tasks: dict[str, TaskRows]) -> None:
    for name, rows in tasks.items():
        for key in said.study.material:
            if key not in rows.source.input_columns:
                columns = ", ".join(map(str, rows.source.frame.columns.drop(name)))
                raise MissingColumn(
                    f"{rows.source.file}: there is no column {key!r}, which tells materials apart; "
                    f"add it, or name another of its columns with rename (inputs found: {columns or 'none'})."
                )
