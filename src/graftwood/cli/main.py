"""``graftwood``: the commands, and one sentence instead of a traceback when something is wrong."""

from __future__ import annotations

import errno
import signal
import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from graftwood import __version__
from graftwood.cli.compare import compare
from graftwood.cli.demo import demo
from graftwood.cli.describe import describe
from graftwood.cli.fit import fit
from graftwood.cli.init import init
from graftwood.cli.inspect import inspect
from graftwood.cli.predict import predict
from graftwood.cli.report import report
from graftwood.cli.reproduce import reproduce
from graftwood.cli.suggest import suggest
from graftwood.cli.warmup import warmup
from graftwood.errors import GraftwoodError


class _Commands(TyperGroup):
    """Commands that end in one sentence: exit code 0 good, 1 failed, 2 wrong use."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except GraftwoodError as error:
            _end(str(error), 1)
        except BrokenPipeError:
            raise  # who reads the output has seen enough, as head does; the command line ends without a word
        except OSError as error:
            _end(_told_of(error), 1)
        except KeyboardInterrupt:
            _end("stopped; nothing half-written was left behind.", 130)


# What to do about what the operating system refuses.
_REMEDIES = {
    errno.ENOSPC: "free some space and run it again; nothing half-written was left behind",
    errno.EDQUOT: "free some space and run it again; nothing half-written was left behind",
    errno.EACCES: "change its permissions or name another place",
    errno.EPERM: "change its permissions or name another place",
    errno.EROFS: "name a place that can be written to",
    errno.EEXIST: "name another place",
    errno.ENOTDIR: "name another place",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.EMFILE: "close other files, or allow more with ulimit -n",
}


def _told_of(error: OSError) -> str:
    """Say in one sentence which file, what is wrong with it and what to do."""
    remedy = _REMEDIES.get(error.errno or 0, "check it and run the command again")
    told = str(error.strerror or error).rstrip(".")
    return f"{error.filename or 'a file'}: {told}; {remedy}."


def _end(sentence: str, code: int) -> None:
    typer.echo(f"graftwood: {sentence}", err=True)
    raise typer.Exit(code)


app = typer.Typer(
    name="graftwood",
    cls=_Commands,
    help="Transfer learning over random forests for sparse, multi-source materials data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
PANELS: dict[str, tuple[Any, ...]] = {
    "See it work": (demo,),
    "Your own tables": (init, inspect, compare, fit, predict, suggest),
    "What is there": (report, describe),
    "Behind it": (reproduce, warmup),
}
for panel, commands in PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)


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
    """Run the command line; a termination signal ends it as Ctrl-C does, and warnings are sentences too."""
    warnings.formatwarning = lambda message, *_: f"Warning: {message}\n"
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()
