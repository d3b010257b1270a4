"""``graftwood inspect``: what is in the tables, before anything is learned from them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graftwood.cli.outputs import keep_what_is_read
from graftwood.cli.studies import StudyPath, files_of


def inspect(
    study: StudyPath,
    out: Annotated[Path | None, typer.Option(help="Also write a page, such as inspection.html.")] = None,
) -> None:
    """Show labels, overlap, chemistry, repeats that disagree, leaks, and every cell that was not plain.

    Nothing is changed and nothing is learned.

    Example: graftwood inspect study.toml --out inspection.html
    """
    from graftwood.cli.inspection_text import show_inspection
    from graftwood.inspection import inspect_study
    from graftwood.reading import read_study

    data = read_study(study)
    if out is not None:
        keep_what_is_read(out, files_of(data))
    facts = inspect_study(data)
    show_inspection(facts)
    if out is not None:
        from graftwood.report.inspection import write_inspection

        write_inspection(facts, out)
        typer.echo(f"Written: {out}")
