"""What the commands that read a study file share: options, reading, and a word on what was left out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from graftwood.reading import StudyData

StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="The study file, such as study.toml.")]
Trees = Annotated[int, typer.Option(min=2, help="Trees per forest in the comparison.")]
Folds = Annotated[int, typer.Option(min=2, help="Parts that the materials are divided into.")]
MOST_SEED = 2**32 - 1
Seed = Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of every random choice.")]
Jobs = Annotated[int, typer.Option(min=-1, help="Threads; -1 uses all processors. Results are the same.")]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Address of a Dask scheduler, or 'local' for one process per processor here."),
]
MOST_SHOWN = 3


def check_jobs(jobs: int) -> None:
    """Refuse no threads."""
    if jobs == 0:
        raise typer.BadParameter("0 threads cannot work; give -1 or a number above 0.", param_hint="--jobs")


def files_of(data: StudyData) -> list[Path]:
    """The study file and the tables that it names."""
    return [data.path, *(data.path.parent / task.file for task in data.said.tasks.values())]


def read(path: Path, who: str) -> StudyData:
    """Read a study and say what was read in another way than it stands, and what was left out.

    Parameters
    ----------
    path : Path
    who : str
        The command, for messages.

    Raises
    ------
    TooFewLabels
        A class is seen once; and what `read_study` raises.
    """
    from graftwood.inspection.rare_classes import refuse_rare_classes
    from graftwood.reading import read_study
    from graftwood.reading.task_rows import place_of

    data = read_study(path)
    n_labels = data.table.labels.notna().sum()
    counts = ", ".join(f"{task.name} {n_labels[task.name]:,}" for task in data.table.tasks)
    typer.echo(f"{path}: {len(set(data.table.materials)):,} materials; labels: {counts}.")
    problems: Any = data.table.problems
    if len(problems):
        such = ", such as" if len(problems) > MOST_SHOWN else ""
        typer.echo(f"{len(problems):,} cells or rows could not be used{such}:", err=True)
        for line in problems.head(MOST_SHOWN).itertuples():
            typer.echo(f"  {place_of(Path(line.source), line.row)}: {line.problem}", err=True)
    notes = data.notes["read_as"].value_counts()
    told = [f"{count:,} {name}" for name, count in notes.items() if name not in ("missing", "unreadable")]
    if told or len(problems) > MOST_SHOWN:
        listed = f"Read otherwise than written: {', '.join(told)}. " if told else ""
        typer.echo(f"{listed}All are listed by: graftwood inspect {path}", err=True)
    refuse_rare_classes(data, who)
    return data
