"""Results of the few-shot study: files that appear all or none, and the tables on the terminal."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from graftwood.fewshot.study.records import FewShotRecords

LEAST_WIDTH = 124  # what the tables need; narrower they would be cut
COMPARISON, CORNERS, CURVES = "comparison.csv", "corners", "curves"


def write_few_shot(records: FewShotRecords, out: Path) -> list[Path]:
    """Write comparison.csv and the figures as SVG and PNG, all or none; return their paths."""
    from graftwood.fewshot.study.figure import draw_corners, draw_curves
    from graftwood.store.atomic import atomic_path

    draw = {CORNERS: draw_corners}
    if any(each.metric == "mse" for each in records.measurements):
        draw[CURVES] = draw_curves
    with ExitStack() as waiting:
        paths = [out / COMPARISON]
        comparison = waiting.enter_context(atomic_path(paths[0]))
        records.comparison().to_csv(comparison, index=False, float_format="%.10g", lineterminator="\n")
        for name, drawn in draw.items():
            for suffix in (".svg", ".png"):
                paths.append(out / f"{name}{suffix}")
                drawn(records, waiting.enter_context(atomic_path(paths[-1])))
    return paths


def show_few_shot(records: FewShotRecords, files: list[Path]) -> None:
    """Print the tables, who wins where, the claims and where the files are."""
    from rich.console import Console
    from rich.table import Table

    from graftwood.fewshot.study.run import tables_of

    console = Console()
    console = Console(width=max(console.width, LEAST_WIDTH))
    for each in tables_of(records):
        table = Table(title=each.title)
        for at, column in enumerate(each.columns):
            table.add_column(column, justify="right" if at else "left")
        for row in each.rows:
            table.add_row(*row)
        console.print(table)
    for claim in records.claims:
        typer.echo(str(claim))
    for note in records.notes:
        typer.echo(f"Note: {note}.")
    typer.echo("Written: " + ", ".join(str(path) for path in files))
