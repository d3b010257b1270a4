"""``graftwood reproduce``: a published study again, its claims checked one by one."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Study(StrEnum):
    """Studies that can be reproduced.

    Examples
    --------
    >>> Study("few-shot").name
    'FEW_SHOT'
    """

    FEW_SHOT = "few-shot"


def reproduce(
    study: Annotated[Study, typer.Argument(help="Which study.")],
    out: Annotated[
        Path, typer.Option(help="Folder for the results; it is made if it does not exist.")
    ] = Path("reproduction"),
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of data that do not ship: air_quality_beijing and school_ilea."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Seconds instead of minutes; proves nothing.")
    ] = False,
) -> None:
    """Repeat a published study, and say of each of its claims whether it holds.

    few-shot: many small linear tasks that share a subspace (Meta Subspace Pursuit, arXiv:2409.02708), against
    its rivals and plain ridge regressions, on planted tasks and, with --data, on stations and schools.

    Example: graftwood reproduce few-shot --data shared/data --out few-shot
    """
    # A folder that cannot be made is better known before the work than after it.
    out.mkdir(parents=True, exist_ok=True)
    _RUN[study](data, out, quick)


def _few_shot(data: Path | None, out: Path, quick: bool) -> None:
    from graftwood.cli.few_shot import show_few_shot, write_few_shot
    from graftwood.cli.progress import progress_bar
    from graftwood.fewshot.study.run import StudySettings, quick_settings, run_study

    with progress_bar("Few-shot study") as progress:
        records = run_study(quick_settings() if quick else StudySettings(), data, progress)
    show_few_shot(records, write_few_shot(records, out))


_RUN: dict[Study, Callable[[Path | None, Path, bool], None]] = {Study.FEW_SHOT: _few_shot}
