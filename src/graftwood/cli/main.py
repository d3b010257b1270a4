"""``graftwood``: the commands, and one sentence instead of a traceback when something is wrong."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from graftwood import __version__
from graftwood.cli.demo import demo
from graftwood.cli.warmup import warmup
from graftwood.errors import GraftwoodError

app = typer.Typer(
    name="graftwood",
    help="Transfer learning over random forests for sparse, multi-source materials data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command()(demo)
app.command()(warmup)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"graftwood {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Transfer learning over random forests for sparse, multi-source materials data."""


def run() -> None:
    """Run the command line: exit code 0 good, 1 failed, 2 wrong use."""
    try:
        app()
    except GraftwoodError as error:
        typer.echo(f"graftwood: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        typer.echo(f"graftwood: {error.filename or 'a file'}: {error.strerror or error}.", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("graftwood: stopped; nothing half-written was left behind.", err=True)
        sys.exit(130)
