"""What a command writes never replaces what it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer


def keep_what_is_read(out: Path, read: Iterable[Path]) -> None:
    """Refuse an output that is one of the files that the command reads, or lies in a folder of them.

    Parameters
    ----------
    out : Path
    read : iterable of Path
        Files, or folders of files.

    Raises
    ------
    BadParameter
        It would be replaced.

    Examples
    --------
    >>> keep_what_is_read(Path("model.graft"), [Path("study.toml"), Path("dft.csv")])
    """
    place = out.resolve()
    for path in map(Path, read):
        given = path.resolve()
        if place == given or (place.exists() and given.is_dir() and place.parent == given):
            raise typer.BadParameter(
                f"{out} is read by this command and would be replaced; write to another file.",
                param_hint="--out",
            )
