"""Second stages of a task, whatever its kind: what they see, and the steps that train them.

A nonnegative task has a second stage for each of its two parts (decisions/013).
"""

from __future__ import annotations

from collections.abc import Sequence

from graftwood.coding.parts import how_much, owner, whether
from graftwood.network.network import ALONE
from graftwood.network.train import Second, Shared, Step, mixture
from graftwood.network.training import TrainingData


def handed_on(data: TrainingData, source: str, *, is_own: bool) -> tuple[str, ...]:
    """Nodes of a source that others see; what a difference starts from is the first.

    A nonnegative source hands on its mean and the probability that it is above zero, to itself also its
    value where it is above zero (decisions/013).

    Parameters
    ----------
    data : TrainingData
    source : str
    is_own : bool
        Whether a task's own prediction stands in the place of a source.
    """
    if source not in data.nonnegative:
        return (source,)
    return (how_much(source), whether(source), source) if is_own else (source, whether(source))


def own_first(data: TrainingData, task: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Parents of a second stage of a task: nodes of its sources, of the task itself those of it alone."""
    return tuple(
        name + ALONE if source == task else name
        for source in sources
        for name in handed_on(data, source, is_own=source == task)
    )


def second_stages(
    data: TrainingData,
    task: str,
    parents: tuple[str, ...],
    *,
    adds: bool,
    regimes: tuple[str, ...],
    own: str,
    role: str = "",
    slope: float | None = 1.0,
) -> list[Step]:
    """Steps that train a task's second stages, or those of both parts of a nonnegative one.

    Parameters
    ----------
    data : TrainingData
    task : str
    parents : tuple of str
        Nodes whose values are inputs; what a difference starts from is the first.
    adds : bool
        Whether the difference to the first parent is learned.
    regimes : tuple of str
    own : str
        Whose second stages they are: parts of a nonnegative task have roles made of it.
    role : str
        Of the random numbers; by default made of ``own`` and the task.
    slope : float, optional
        Factor of what a difference starts from; None: learned.
    """
    if task not in data.nonnegative:
        return [Second(task, parents, adds, regimes, role or f"{own} {task}", data.options, slope)]
    parts = ((whether(task), False), (how_much(task), adds))
    steps: list[Step] = [
        Second(part, parents, part_adds, regimes, f"{own} {part}", data.options, slope)
        for part, part_adds in parts
    ]
    return [*steps, mixture(task, data.options)]


def corrected(data: TrainingData, asked: Sequence[str], regimes: tuple[str, ...]) -> list[Step]:
    """A forest that all tasks share, and of those that are asked second stages that correct it.

    They see what the shared forest says of every task, and learn what it errs by out of bag; of a category
    they learn the class.

    Parameters
    ----------
    data : TrainingData
    asked : sequence of str
        Tasks, not parts of them.
    regimes : tuple of str
    """
    left_out = (*data.nonnegative, *data.computed)
    learned = [task for task in data.tasks if task not in left_out]
    names = {_placed(task, asked): task for task in learned}
    steps: list[Step] = [Shared(tuple(learned), names, "all tasks", data.options)]
    steps += [mixture(task, data.options, is_control=task in asked) for task in data.nonnegative]
    tasks = list(dict.fromkeys(owner(task) for task in learned))
    for task in asked:
        others = [
            _placed(name, asked)
            for other in tasks
            if other != task
            for name in handed_on(data, other, is_own=False)
        ]
        parents = (*own_first(data, task, [task]), *others)
        adds = not data.classes_of(task)
        steps += second_stages(data, task, parents, adds=adds, regimes=regimes, own="correction")
    return steps


def _placed(name: str, asked: Sequence[str]) -> str:
    """Name of a first stage's node: what is corrected has its own name for the corrected value."""
    return name + ALONE if owner(name) in asked else name
