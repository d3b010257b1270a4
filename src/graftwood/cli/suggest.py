"""``graftwood suggest``: which candidates are most worth measuring."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graftwood.cli.outputs import keep_what_is_read
from graftwood.cli.predict import ModelPath, show_no_chance, show_reading
from graftwood.cli.studies import MOST_SEED

if TYPE_CHECKING:
    import pandas as pd

    from graftwood.screening.goals import Goal
    from graftwood.screening.predictor import Predictor


def suggest(
    model: ModelPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Candidates: csv, csv.gz, tsv, parquet or xlsx.")
    ],
    goal: Annotated[
        str, typer.Option(help="Such as 'gap_exp in 1.2..1.6', 'gap_exp > 3', 'colour = red', 'max gap_exp'.")
    ],
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="How many to suggest.")] = 20,
    best: Annotated[
        float | None,
        typer.Option(help="Best label so far, for max and min; else the best of the training data."),
    ] = None,
    apart: Annotated[
        float, typer.Option(min=0, max=1, help="Smallest share of atoms in which two suggestions differ.")
    ] = 0.1,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the random draws.")] = 0,
    out: Annotated[Path, typer.Option(help="The suggestions: csv.")] = Path("suggestions.csv"),
) -> None:
    """Suggest what to measure next: the probability of the goal, or the expected improvement for max and min.

    Known labels in FILE are used; a row whose goal is known already, in FILE or to the model, is passed over,
    and so is one that is nearly the composition of a better one.

    Example: graftwood suggest model.graft candidates.csv --goal "gap_exp in 1.2..1.6" -n 20
    """
    keep_what_is_read(out, [file, model])
    from graftwood.screening.goals import parse_goals
    from graftwood.screening.predictor import open_predictor
    from graftwood.screening.suggest import suggest as find
    from graftwood.store.atomic import atomic_path

    if best is not None and not math.isfinite(best):
        raise typer.BadParameter("the best label must be a finite number.", param_hint="--best")
    predictor = open_predictor(model)
    goals = parse_goals(goal, list(predictor.model.tasks_), predictor.classes, predictor.units)
    found, counts = find(
        predictor, file, goals, n, best=_best(model, goals, best), apart=apart, random_state=seed
    )
    with atomic_path(out) as temporary:
        found.to_csv(temporary, index=False, float_format="%.10g", lineterminator="\n")
    _show(found, predictor, goals, goal)
    show_reading(predictor)
    typer.echo(
        f"{counts['rows']:,} candidates, {counts['problems']:,} with a problem, {counts['known']:,} known "
        f"already, {counts['close']:,} passed over as too close to a better one. Written: {out}"
    )


def _best(model: Path, goals: tuple[Goal, ...], given: float | None) -> float:
    """The best label so far: the one given, else that of the training data."""
    from graftwood.errors import WrongOption
    from graftwood.store.describe import describe

    driven = [goal for goal in goals if goal.direction]
    if not driven:
        return float("nan")
    if given is not None:
        return given
    ranges = (describe(model)["study"] or {}).get("label_range") or {}
    if driven[0].task not in ranges:
        raise WrongOption(
            f"{model}: the model does not say what the best label of {driven[0].task} is; give it with "
            "--best."
        )
    low, high = ranges[driven[0].task]
    return float(high if driven[0].direction > 0 else low)


def _show(found: pd.DataFrame, predictor: Predictor, goals: tuple[Goal, ...], goal: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(goal))
    score = found.columns[1]
    tasks = list(dict.fromkeys(each.task for each in goals))
    inputs, units = predictor.inputs, predictor.units
    for name in ("rank", score.replace("_", " "), *inputs):
        table.add_column(escape(name), justify="left" if name in inputs else "right")
    for task in tasks:
        table.add_column(escape(f"{task} ({units[task]})" if units.get(task) else task), justify="right")
    for _, row in found.head(20).iterrows():
        told = [_predicted(row, task) for task in tasks]
        table.add_row(
            str(row["rank"]), f"{row[score]:.3g}", *(escape(str(row[name])) for name in inputs), *told
        )
    Console().print(table)
    show_no_chance(predictor, goals, goal, found.iloc[:, 1])


def _predicted(row: Any, task: str) -> str:
    if f"{task}_spread" in row:
        return f"{row[task]:.3g} ± {row[f'{task}_spread']:.2g}"
    return str(row[task])
