"""A progress bar on the terminal, plain lines where there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SECONDS = 30  # between two lines in a log


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function (what, done, in all) that moves the bar."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    console = Console(stderr=True)
    if not console.is_terminal:
        console.print(f"{title} ...")
        yield _lines(console, title)
        return
    # What is being done may be cut, how long it still takes may not.
    left = TimeRemainingColumn(table_column=Column(no_wrap=True, min_width=7))
    doing = TextColumn(
        "left [dim]{task.fields[what]}", table_column=Column(no_wrap=True, overflow="ellipsis")
    )
    columns = (TextColumn("{task.description}"), BarColumn(16), MofNCompleteColumn(), left, doing)
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, what="", total=None)
        yield lambda what, done, total: bar.update(task, completed=done, total=total, what=what)


@contextmanager
def count_bar(title: str) -> Iterator[Callable[[int], None]]:
    """Yield a function that shows how many rows are done; their number in all is not known."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        show = _lines(console, title)
        yield lambda done: show("rows", done, 0)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,} rows"), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done: bar.update(task, completed=done)


def _lines(console: Any, title: str) -> Callable[[str, int, int], None]:
    """Return a function (what, done, in all) that prints a line now and then, with the time left."""
    started = last = time.monotonic()

    def show(what: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < SECONDS or not done:
            return
        last = now
        left = f", {(now - started) / done * (total - done) / 60:.0f} min left" if total else ""
        of = f" of {total:,}" if total else ""
        console.print(f"{title}: {done:,}{of} {what}{left}", highlight=False, soft_wrap=True)

    return show
