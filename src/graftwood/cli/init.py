"""``graftwood init``: a commented study file from tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graftwood.cli.outputs import keep_what_is_read
from graftwood.errors import FileExists, GraftwoodError


def init(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Tables: csv, csv.gz, tsv, parquet or xlsx.")
    ],
    out: Annotated[Path, typer.Option(help="The study file.")] = Path("study.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a study file that is there.")] = False,
) -> None:
    """Write a study file for tables: formulas, labels, units and repeats are guessed and commented.

    Nothing is replaced unless --force is given.

    Example: graftwood init dft.csv experiment.csv --out study.toml
    """
    keep_what_is_read(out, files)
    if out.exists() and not force:
        raise FileExists(f"{out} is there already; choose another --out, or replace it with --force.")
    from graftwood.reading import read_study
    from graftwood.reading.draft import draft_study
    from graftwood.store.atomic import atomic_path

    text = draft_study(files, out.parent)
    with atomic_path(out) as temporary:
        temporary.write_text(text, encoding="utf-8")
    typer.echo(f"Written: {out}. Read it through, then: graftwood inspect {out}")
    try:
        read_study(out)
    except GraftwoodError as error:
        typer.echo(f"As it is, it cannot be used yet: {error}", err=True)
