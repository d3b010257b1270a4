"""Classes that are seen once: nothing learns them, and often they are another class spelt otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from graftwood.errors import TooFewLabels
from graftwood.reading import StudyData
from graftwood.reading.task_rows import place_of


class RareClass(NamedTuple):
    """A class that is seen once.

    Examples
    --------
    >>> print(RareClass("colour", "WHITE ", "exp.csv:12", "white"))
    the class 'WHITE ' of task colour is seen once, in exp.csv:12, and is 'white' up to case and spaces
    """

    task: str
    name: str
    place: str
    twin: str | None = None

    def __str__(self) -> str:
        """Say it as a part of a sentence."""
        twin = "" if self.twin is None else f", and is {self.twin!r} up to case and spaces"
        return f"the class {self.name!r} of task {self.task} is seen once, in {self.place}{twin}"

    @property
    def way_out(self) -> str:
        """What to do about it."""
        if self.twin is not None:
            return f"write it as {self.twin!r}"
        return "merge it with another class, leave the label missing, or add labels of it"


def rare_classes(data: StudyData) -> Iterator[RareClass]:
    """Yield every class that one row of the table has, with its place in the file."""
    for task in data.table.tasks:
        if task.kind != "category":
            continue
        counts = data.table.labels[task.name].value_counts()
        source = data.tasks[task.name].source
        problems = data.table.problems
        left_out = problems.loc[problems["source"] == source.file, "row"]
        cells = source.frame[task.name]
        cells = cells[~cells.index.isin(left_out)]
        for known in counts.index[counts == 1]:
            twins = [other for other in counts.index if other != known and _plain(other) == _plain(known)]
            row = cells.index[cells == known][0]
            yield RareClass(
                task.name, str(known), place_of(Path(source.file), row), str(twins[0]) if twins else None
            )


def refuse_rare_classes(data: StudyData, who: str) -> None:
    """Refuse a study with a class that is seen once, before anything is learned.

    Raises
    ------
    TooFewLabels
        The message names the file and row of the first such class.
    """
    found = next(rare_classes(data), None)
    if found is not None:
        raise TooFewLabels(f"{who}: {found}; {found.way_out}.")


def _plain(name: object) -> str:
    return " ".join(str(name).casefold().split())
