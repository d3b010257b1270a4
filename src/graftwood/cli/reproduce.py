"""``graftwood reproduce``: a published study again, its claims checked one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graftwood.cli.studies import Jobs, check_jobs


class Study(StrEnum):
    """Studies that can be reproduced.

    Examples
    --------
    >>> Study("few-shot").name
    'FEW_SHOT'
    """

    BAND_GAP = "band-gap"
    COLOUR = "colour"
    NO_REDUCTION = "no-reduction"
    FEW_SHOT = "few-shot"


def reproduce(
    study: Annotated[Study, typer.Argument(help="Which study.")],
    out: Annotated[
        Path, typer.Option(help="Folder for the results; it is made if it does not exist.")
    ] = Path("reproduction"),
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder of data that do not ship: air_quality_beijing and school_ilea of few-shot, "
            "bandgap_dft of band-gap."
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Seconds instead of minutes; proves nothing.")
    ] = False,
    jobs: Jobs = 1,
) -> None:
    """Repeat a published study, and say of each of its claims whether it holds.

    band-gap, colour, no-reduction: the case studies of transfer learning over random forests
    (arXiv:1711.05099), on data that ship; band-gap takes more sources from --data.  A run that was cut short
    goes on where it stopped.

    few-shot: many small linear tasks that share a subspace (Meta Subspace Pursuit, arXiv:2409.02708), against
    its rivals and plain ridge regressions, on planted tasks and, with --data, on stations and schools.

    Example: graftwood reproduce few-shot --data shared/data --out few-shot
    """
    check_jobs(jobs)
    _check_used(study, data, jobs)
    # A folder that cannot be made is better known before the work than after it.
    out.mkdir(parents=True, exist_ok=True)
    _RUN[study](data, out, quick, jobs)


def _check_used(study: Study, data: Path | None, jobs: int) -> None:
    """Refuse what the study makes no use of."""
    if data is not None and study in (Study.COLOUR, Study.NO_REDUCTION):
        raise typer.BadParameter(
            f"{study.value} is on data that ship and takes no others; leave it out.", param_hint="--data"
        )
    if jobs != 1 and study is Study.FEW_SHOT:
        raise typer.BadParameter("few-shot runs on one thread; leave it out.", param_hint="--jobs")


def _few_shot(data: Path | None, out: Path, quick: bool, jobs: int) -> None:
    from graftwood.cli.few_shot import show_few_shot, write_few_shot
    from graftwood.cli.progress import progress_bar
    from graftwood.fewshot.study.run import StudySettings, quick_settings, run_study

    with progress_bar("Few-shot study") as progress:
        records = run_study(quick_settings() if quick else StudySettings(), data, progress)
    show_few_shot(records, write_few_shot(records, out))


def _no_reduction(data: Path | None, out: Path, quick: bool, jobs: int) -> None:
    from graftwood.cli.paper_study import reproduce_paper_study
    from graftwood.studies.no_reduction import QUICK, NoReductionSettings
    from graftwood.studies.no_reduction_study import NAME, run_no_reduction

    settings = replace(QUICK if quick else NoReductionSettings(), n_jobs=jobs)
    reproduce_paper_study(NAME, out, settings, run_no_reduction)


def _band_gap(data: Path | None, out: Path, quick: bool, jobs: int) -> None:
    from functools import partial

    from graftwood.cli.paper_study import reproduce_paper_study
    from graftwood.studies.band_gap_study import NAME, BandGapSettings, quick_settings, run_band_gap

    settings = quick_settings() if quick else BandGapSettings()
    settings = replace(
        settings, parts=replace(settings.parts, n_jobs=jobs), race=replace(settings.race, n_jobs=jobs)
    )
    sources = "shipped" if data is None else "with further databases"
    reproduce_paper_study(NAME, out, settings, partial(run_band_gap, data=data), sources)


def _colour(data: Path | None, out: Path, quick: bool, jobs: int) -> None:
    from graftwood.cli.paper_study import reproduce_paper_study
    from graftwood.studies.colour import QUICK, ColourSettings
    from graftwood.studies.colour_study import NAME, run_colour

    settings = replace(QUICK if quick else ColourSettings(), n_jobs=jobs)
    reproduce_paper_study(NAME, out, settings, run_colour)


_RUN: dict[Study, Callable[[Path | None, Path, bool, int], None]] = {
    Study.BAND_GAP: _band_gap,
    Study.COLOUR: _colour,
    Study.NO_REDUCTION: _no_reduction,
    Study.FEW_SHOT: _few_shot,
}
