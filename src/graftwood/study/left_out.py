"""Why differences and pools are left out of a comparison: a line that says what to write to have them."""

from __future__ import annotations

from collections.abc import Sequence

from graftwood.data.table import Task
from graftwood.errors import UnitMismatch
from graftwood.study.candidates import is_alike

NEED_ONE_UNIT = ("difference", "pooled", "pooled_source_input")


def left_out_for_units(tasks: Sequence[Task], target: str) -> list[str]:
    """Return what to say of each source that no difference starts from because its unit is another.

    Parameters
    ----------
    tasks : sequence of Task
    target : str

    Notes
    -----
    A source whose unit cannot be converted to the target's is another quantity, and nothing is said of it.

    Examples
    --------
    >>> left_out_for_units([Task("dft", unit="eV"), Task("exp", unit="meV")], "exp")
    ['difference and pooled models need one unit, but dft is in eV and exp is in meV; write unit = "meV"
    under [tasks.dft] of the study file']
    """
    wanted, sources = _divided(tasks, target)
    return [
        _for_units(wanted, source) for source in sources
        if is_alike(wanted.kind, source.kind, True) and _may_be_one(wanted.unit, source.unit)
    ]  # fmt: skip


def reason_for(name: str, tasks: Sequence[Task], target: str) -> str:
    """Return why a difference or pool of this name is not there, "" where neither unit nor kind explains it.

    Parameters
    ----------
    name : str
        Such as "difference", "difference:gap_dft" or "pooled".
    tasks : sequence of Task
    target : str

    Examples
    --------
    >>> reason_for("difference", [Task("colour", kind="category"), Task("exp")], "exp")
    'difference needs labels of one kind, but colour is category and exp is real'
    """
    variant, _, of = name.partition(":")
    wanted, sources = _divided(tasks, target)
    for source in sources if variant in NEED_ONE_UNIT else ():
        if of not in ("", source.name):
            continue
        if not is_alike(wanted.kind, source.kind, True):
            kinds = f"{source.name} is {source.kind} and {target} is {wanted.kind}"
            return f"{variant} needs labels of one kind, but {kinds}"
        if source.unit != wanted.unit:
            return _for_units(wanted, source)
    return ""


def _divided(tasks: Sequence[Task], target: str) -> tuple[Task, list[Task]]:
    wanted = next(task for task in tasks if task.name == target)
    return wanted, [task for task in tasks if task.name not in (target, *wanted.same_as)]


def _for_units(target: Task, source: Task) -> str:
    told = f"difference and pooled models need one unit, but {_told(source)} and {_told(target)}"
    if not _may_be_one(target.unit, source.unit):
        return told
    lacking, unit = (source, target.unit) if target.unit else (target, source.unit)
    condition = "" if lacking.unit else f"if {lacking.name} is in {unit} as well, "
    return f'{told}; {condition}write unit = "{unit}" under [tasks.{lacking.name}] of the study file'


def _told(task: Task) -> str:
    return f"{task.name} is in {task.unit}" if task.unit else f"{task.name} has no unit"


def _may_be_one(one: str, other: str) -> bool:
    """Whether two units differ as they are written and may be of one quantity."""
    from graftwood.reading.units import converter

    if one == other or not one or not other:
        return one != other
    try:
        converter(one, other, place="")
    except UnitMismatch:
        return False
    return True
