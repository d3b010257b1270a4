"""``graftwood predict``: a table of any length, a part at a time, here or on a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graftwood.cli.outputs import keep_what_is_read
from graftwood.cli.studies import Scheduler
from graftwood.errors import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graftwood.screening.best import Wanted
    from graftwood.screening.goals import Goal
    from graftwood.screening.predictor import Predictor

ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="A model file, such as model.graft.")]
Top = Annotated[int | None, typer.Option(min=1, help="Keep only so many, the best by --by.")]
By = Annotated[
    str | None,
    typer.Option(help="What is best: a goal, whose probability counts, or 'max TASK' or 'min TASK'."),
]
MOST_NAMED = 8  # columns in a message
PartitionRows = Annotated[int, typer.Option(min=1, help="With --scheduler: rows of a part.")]


def predict(
    model: ModelPath,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Candidates: csv, csv.gz, tsv, parquet, xlsx, or a folder of them."
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="The predictions: csv or parquet; with --scheduler a folder of such.")
    ] = Path("predictions.csv"),
    top: Top = None,
    by: By = None,
    scheduler: Scheduler = None,
    partition_rows: PartitionRows = 100_000,
) -> None:
    """Predict every row of a table: mean, spread and 90 % interval per task.

    A column named as a task holds known labels: a source's are used, the target's are copied.  A row that
    cannot be predicted stays, and its column 'problem' says why.

    Example: graftwood predict model.graft candidates.csv --out predictions.csv

    Only the best: --top 1000 --by "gap_exp within 1.2..1.6"; a row whose label is known is passed over.

    On a cluster, a file for each part: --scheduler tcp://10.0.0.7:8786 --out predictions
    """
    keep_what_is_read(out, [file, model])
    _check(out, top, by, scheduler)
    from graftwood.screening.predictor import open_predictor

    predictor = open_predictor(model)
    wanted = _wanted(predictor, top, by)
    if scheduler is None:
        n_rows, n_problems = _here(predictor, file, out, wanted)
    else:
        kind = "parquet" if out.name.lower().endswith(".parquet") else "csv"
        n_rows, n_problems = _on_cluster(scheduler, model, file, out, kind, wanted, partition_rows)
    show_reading(predictor)
    typer.echo(f"{n_rows:,} rows, {n_problems:,} with a problem. Written: {out}")


def show_reading(predictor: Predictor) -> None:
    """Say what of a table was read otherwise than it stands, and which columns the model does not know."""
    if predictor.met:
        told = ", ".join(f"{count:,} {how}" for how, count in predictor.met.items())
        typer.echo(f"Read otherwise than written: {told}.", err=True)
    if predictor.unused:
        names = list(predictor.unused)
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        told = f"{listed(names[:MOST_NAMED])}{more}"
        typer.echo(f"Neither an input nor a task of the model, and copied as they are: {told}.", err=True)
        for name, task in ((name, predictor.looks_like(name)) for name in names):
            if task:
                typer.echo(f"To use the known labels in {name!r}, name the column {task!r}.", err=True)


def show_no_chance(predictor: Predictor, goals: Sequence[Goal], text: str, scores: Iterable[float]) -> None:
    """Warn where no candidate can be what is wanted."""
    from graftwood.screening.chance import no_chance

    sentence = no_chance(text, goals, scores, predictor.ranges, predictor.units)
    if sentence:
        typer.echo(f"Warning: {sentence}", err=True)


def _check(out: Path, top: int | None, by: str | None, scheduler: str | None) -> None:
    if scheduler is None and not out.name.lower().endswith((".csv", ".parquet")):
        raise typer.BadParameter("predictions end in .csv or .parquet.", param_hint="--out")
    if (top is None) != (by is None):
        raise typer.BadParameter(
            "--top says how many and --by which are best; give both.", param_hint="--top"
        )


def _wanted(predictor: Predictor, top: int | None, by: str | None) -> Wanted | None:
    from graftwood.screening.best import Wanted

    return None if top is None else Wanted.of(top, str(by), predictor)


def _here(predictor: Predictor, file: Path, out: Path, wanted: Wanted | None) -> tuple[int, int]:
    from graftwood.cli.progress import count_bar
    from graftwood.screening.best import ranked
    from graftwood.screening.writers import write_parts

    counts = {"rows": 0, "problems": 0, "known": 0}
    with count_bar("Predicting") as progress:
        if wanted is not None:
            scored = _counted(wanted.scored(predictor, predictor.frames(file), counts), counts, progress)
            best = ranked(wanted.best_of(scored))
            list(write_parts([best], out))
            if not any(goal.direction for goal in wanted.goals):  # else the score is the value itself
                show_no_chance(predictor, wanted.goals, wanted.by, best["score"])
            return counts["rows"], counts["problems"]
        for part in write_parts(predictor.predictions(file), out):
            counts["rows"] += len(part)
            counts["problems"] += int((part["problem"] != "").sum())
            progress(counts["rows"])
    return counts["rows"], counts["problems"]


def _counted(parts: Any, counts: dict[str, int], progress: Any) -> Any:
    for part in parts:
        progress(counts["rows"])
        yield part


def _on_cluster(
    scheduler: str, model: Path, file: Path, out: Path, kind: str, wanted: Wanted | None, partition_rows: int
) -> tuple[int, int]:
    from graftwood.cli.progress import progress_bar
    from graftwood.scale.connect import cluster_at
    from graftwood.screening.run import screen

    with cluster_at(scheduler) as address, progress_bar("Predicting") as progress:
        totals = screen(
            model, file, out, str(address), kind=kind, wanted=wanted, partition_rows=partition_rows,
            progress=lambda done, total: progress("parts", done, total), say=typer.echo,
        )  # fmt: skip
    return totals["rows"], totals["problems"]
