"""``graftwood compare``: every architecture on materials that it never saw."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graftwood.cli.comparison_files import RESULTS
from graftwood.cli.outputs import keep_what_is_read
from graftwood.cli.studies import Folds, Jobs, Scheduler, Seed, StudyPath, Trees, check_jobs, files_of, read


class Regime(StrEnum):
    """What is known of a test material.

    Examples
    --------
    >>> Regime("hidden").value
    'hidden'
    """

    HIDDEN = "hidden"
    VISIBLE = "visible"
    BOTH = "both"


HeldOut = Annotated[
    str, typer.Option(help="What is held out together: material, system (one set of elements), or an input.")
]
HasCurve = Annotated[
    bool, typer.Option("--learning-curve", help="Also with a half, a quarter ... of the target's labels.")
]
HasRanking = Annotated[
    bool, typer.Option("--rank-sources", help="Also measure what each source is worth on its own.")
]


def compare(
    study: StudyPath,
    out: Annotated[
        Path, typer.Option(help="Folder for the results; it is made if it does not exist.")
    ] = Path("comparison"),
    regime: Annotated[
        Regime, typer.Option(help="What is known of a test material: nothing, or its other labels.")
    ] = Regime.BOTH,
    split: HeldOut = "material",
    folds: Folds = 5,
    trials: Annotated[int, typer.Option(min=1, help="Divisions into folds, each by another seed.")] = 1,
    learning_curve: HasCurve = False,
    rank_sources: HasRanking = False,
    trees: Trees = 20,
    seed: Seed = 0,
    jobs: Jobs = -1,
    scheduler: Scheduler = None,
) -> None:
    """Do the sources help, and how are they best used?  Leak-free, on held-out materials.

    Ctrl-C stops; the next run goes on from there, as long as study file, tables and version stay the same.

    Example: graftwood compare study.toml --out comparison
    """
    check_jobs(jobs)
    data = read(study, "compare")
    for name in RESULTS:
        keep_what_is_read(out / name, files_of(data))
    _check_sources(len(data.said.tasks), rank_sources)
    from graftwood.cli.comparing import run_comparison, run_learning_curve, run_ranking
    from graftwood.cli.comparison_files import write_comparison
    from graftwood.cli.results import show_answer
    from graftwood.study.from_file import study_from
    from graftwood.study.steps import Validation, records_of

    asked = study_from(data, n_folds=folds, n_estimators_compared=trees, random_state=seed, n_jobs=jobs)
    out.mkdir(parents=True, exist_ok=True)
    regimes = ("hidden", "visible") if regime == Regime.BOTH else (regime.value,)
    validation = Validation(split, regimes, folds, trials)
    found, seconds = run_comparison(asked, validation, out, scheduler)
    records = records_of(asked, found, asked.candidates, seconds, validation)
    if learning_curve:
        records = replace(records, learning_curve=run_learning_curve(asked, found, validation, out))
    if rank_sources:
        records = replace(records, sources=run_ranking(asked, validation, out))
    show_answer(records, write_comparison(records, out))


def _check_sources(n_tasks: int, is_ranking: bool) -> None:
    # Better known before the comparison than after it.
    if is_ranking and n_tasks < 2:
        raise typer.BadParameter("the study has no source besides the target.", param_hint="--rank-sources")
