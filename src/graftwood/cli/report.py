"""``graftwood report``: the page again, from the files of a comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that graftwood compare made.")],
) -> None:
    """Make report.html again from the csv files of a comparison.

    A predictions.csv in the folder is shown on the page too.

    Example: graftwood report comparison
    """
    from graftwood.cli.comparison_files import PAGE, read_comparison, shown_once
    from graftwood.report import write_report

    write_report(shown_once(read_comparison(folder)), folder / PAGE)
    typer.echo(f"Written: {folder / PAGE}")
