"""A comparison with a progress bar that can be stopped and goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from graftwood.cli.comparison_files import DETAILS, remove_results
from graftwood.cli.progress import progress_bar, steady_clock

if TYPE_CHECKING:
    import pandas as pd

    from graftwood.cli.finished import FinishedFits
    from graftwood.study.compare import Comparison
    from graftwood.study.run import Study
    from graftwood.study.steps import Validation


def run_comparison(
    study: Study, validation: Validation, out: Path | None, scheduler: str | None = None, who: str = "compare"
) -> tuple[Comparison, float]:
    """Compare; return what was found and the seconds it took.

    Parameters
    ----------
    study : Study
    validation : Validation
    out : Path or None
        Folder in whose ``details`` finished fits are kept; None keeps none.
    scheduler : str, optional
        Address of a Dask scheduler that does the fits, or "local".
    who : str, default "compare"
        The command, for messages.
    """
    from graftwood.cli.finished import open_fits
    from graftwood.scale.connect import cluster_at
    from graftwood.study.left_out import left_out_for_units
    from graftwood.study.steps import compare_study, folds_of

    folds_of(study, validation, who)  # what cannot be divided is refused before finished fits are given up
    for reason in left_out_for_units(study.table.tasks, study.target):
        typer.echo(f"Left out: {reason}.", err=True)
    clock = steady_clock()
    started = clock()
    fits = None
    if out is not None:
        (out / DETAILS).mkdir(parents=True, exist_ok=True)
        fits, sentence = open_fits(out / DETAILS, study, validation)
        if sentence:
            typer.echo(sentence)
        if sentence and not fits.count():
            remove_results(out)
    with (
        _stopping(fits),
        cluster_at(scheduler) as address,
        progress_bar("Comparing architectures") as progress,
    ):
        found = compare_study(study, validation, progress, fits, client=address)
    return found, clock() - started


def run_learning_curve(study: Study, found: Comparison, validation: Validation, out: Path) -> pd.DataFrame:
    """Measure and print how errors fall with labels; fits are kept beside those of the comparison."""
    from graftwood.cli.finished import FOLDER, FinishedFits
    from graftwood.cli.results import show_curve
    from graftwood.study.learning_curve import learning_curve

    fits = FinishedFits(out / DETAILS / FOLDER)
    with _stopping(fits), progress_bar("Learning curve") as progress:
        curve = learning_curve(study, found, validation, progress, fits)
    show_curve(curve, study.target)
    return curve


def run_ranking(study: Study, validation: Validation, out: Path) -> pd.DataFrame:
    """Measure and print what each source is worth; fits are kept beside those of the comparison."""
    from graftwood.cli.finished import FOLDER, FinishedFits
    from graftwood.cli.results import show_sources
    from graftwood.study.rank_sources import rank_study_sources

    fits = FinishedFits(out / DETAILS / FOLDER)
    with _stopping(fits), progress_bar("Ranking sources") as progress:
        ranked = rank_study_sources(study, validation, progress, fits)
    show_sources(ranked, study.target)
    return ranked


@contextmanager
def _stopping(fits: FinishedFits | None) -> Iterator[None]:
    """Say at Ctrl-C what is kept, where anything is."""
    try:
        yield
    except KeyboardInterrupt:
        if fits is None:
            raise
        typer.echo(
            f"graftwood: stopped; {fits.count()} fits are kept in {fits.folder}, and the same command goes "
            "on from there.",
            err=True,
        )
        raise typer.Exit(130) from None
