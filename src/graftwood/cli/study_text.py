"""What a study found, on the terminal: its tables, its claims, and where the files are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

LEAST_WIDTH = 124  # what the tables need; narrower they would be cut


def print_study(
    tables: Iterable[Any], claims: Iterable[Any], notes: Iterable[str], files: Iterable[Path]
) -> None:
    """Print tables (with title, columns and rows), then a line per claim, per note and for the files."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console = Console(width=max(console.width, LEAST_WIDTH))
    for each in tables:
        table = Table(title=each.title)
        for at, column in enumerate(each.columns):
            table.add_column(column, justify="right" if at else "left")
        for row in each.rows:
            table.add_row(*row)
        console.print(table)
    for claim in claims:
        typer.echo(str(claim))
    for note in notes:
        typer.echo(f"Note: {note}.")
    typer.echo("Written: " + ", ".join(str(path) for path in files))
