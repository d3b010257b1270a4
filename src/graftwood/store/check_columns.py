"""Whether each task that a stored model knows has a kind, and classes where it is a category."""

from __future__ import annotations

from graftwood.coding.kinds import CATEGORY, KINDS
from graftwood.coding.labels import LabelColumns
from graftwood.errors import DamagedModel


def check_columns(columns: LabelColumns) -> None:
    """Refuse tasks with the wrong number of kinds or classes, or with kinds that there are not.

    Raises
    ------
    DamagedModel
    """
    names, n_tasks = columns.names, len(columns.names)
    if not n_tasks or len(set(names)) < n_tasks:
        raise DamagedModel(f"it has no columns of labels, or two of one name ({', '.join(names)})")
    for what, told in (("kinds", columns.kinds), ("lists of classes", columns.classes)):
        if len(told) not in (0, n_tasks):
            raise DamagedModel(f"it has {len(told)} {what} for {n_tasks} columns of labels")
    for name in names:
        kind, classes = columns.kind(name), columns.classes_of(name)
        if kind not in KINDS or (kind == CATEGORY) != bool(classes) or len(set(classes)) < len(classes):
            raise DamagedModel(f"its task {name} is {kind[:60]} and has {len(classes)} classes")
    if not set(columns.computed) <= set(names):
        raise DamagedModel(f"its computed tasks {', '.join(columns.computed)} are not among its columns")
