"""Goals: what a candidate should be, written as a person would, and how well draws meet it.

    gap_exp in 1.2..1.6      gap_exp > 3      colour = red      max gap_exp      min cost

"within" says the same as "in".  Several are joined by "and"; at most one of them may be a maximum or minimum.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graftwood.errors import UnknownTask, WrongOption

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"(?P<task>.+?)\s+(?:in|within)\s+(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})")
_LIMIT = re.compile(rf"(?P<task>.+?)\s*(?P<sign><=?|>=?)\s*(?P<value>{_NUMBER})")
_UNIT = r"\s*(?P<unit>[^\W\d_]\S*|[%°(\[]\S*)"
_CLASS = re.compile(r"(?P<task>.+?)\s*==?\s*(?P<value>.+)")
_EXTREME = re.compile(r"(?P<which>max|min)(?:imi[sz]e)?\s+(?P<task>.+)")
WRITTEN = "'TASK in 1.2..1.6', 'TASK > 3', 'TASK = class', 'max TASK' or 'min TASK', joined by 'and'"


@dataclass(frozen=True)
class Goal:
    """One condition on one task.

    Attributes
    ----------
    task : str
    low, high : float
        The label shall be between them; infinite where it is open.
    wanted : str or None
        The class that it shall be.
    direction : int
        1 for a maximum, -1 for a minimum, else 0.

    Examples
    --------
    >>> parse_goals("gap_exp in 1.2..1.6 and max gap_dft", ["gap_exp", "gap_dft"])[0].high
    1.6
    """

    task: str
    low: float = -math.inf
    high: float = math.inf
    wanted: str | None = None
    direction: int = 0

    def met(self, draws: np.ndarray) -> np.ndarray:
        """Whether each draw meets the goal; a maximum or minimum is met by every draw."""
        if self.wanted is not None:
            return np.asarray(draws.astype(str) == self.wanted)
        if self.direction:
            return np.ones(draws.shape, dtype=bool)
        return np.asarray((draws >= self.low) & (draws <= self.high))

    def gain(self, draws: np.ndarray, best: float) -> np.ndarray:
        """How much each draw is better than the best so far, 0 where it is not."""
        return np.maximum(0.0, self.direction * (draws.astype(float) - best))


def parse_goals(
    text: str,
    tasks: Sequence[str],
    classes: Mapping[str, Sequence[object]] | None = None,
    units: Mapping[str, str] | None = None,
) -> tuple[Goal, ...]:
    """Read goals.

    Parameters
    ----------
    text : str
    tasks : sequence of str
        Tasks that there are.
    classes : mapping of str to sequence, optional
        Classes of each task, none for numbers; without it a goal is not compared with its task's kind.
    units : mapping of str to str, optional
        Unit of each task, for messages.

    Raises
    ------
    WrongOption
        A part is no goal, a range is empty, there are two maxima, or a task is of another kind than its goal.
    UnknownTask
        A goal names none of the tasks.
    """
    goals = tuple(_parse(part.strip(), tasks, units or {}) for part in re.split(r"\s+and\s+", text.strip()))
    if sum(goal.direction != 0 for goal in goals) > 1:
        raise WrongOption(f"goal {text!r}: only one task can be driven to its maximum or minimum.")
    for goal in goals if classes is not None else ():
        _check_kind(text, goal, [str(known) for known in (classes or {}).get(goal.task, ())])
    return goals


def _check_kind(text: str, goal: Goal, classes: Sequence[str]) -> None:
    if classes and goal.wanted not in classes:
        raise WrongOption(
            f"goal {text!r}: task {goal.task} has the classes {', '.join(classes)}; write it like "
            f"'{goal.task} = {classes[0]}'."
        )
    if not classes and goal.wanted is not None and re.fullmatch(_NUMBER, goal.wanted):
        raise WrongOption(
            f"goal {text!r}: no prediction of a number is exactly {goal.wanted}; write it like "
            f"{_instead_of_equal(goal.task, goal.wanted)}."
        )
    if not classes and goal.wanted is not None:
        raise WrongOption(
            f"goal {text!r}: the labels of task {goal.task} are numbers, not {goal.wanted!r}; write it like "
            f"'{goal.task} > 3'."
        )


def _instead_of_equal(task: str, number: str) -> str:
    if float(number) == 0:
        return f"'{task} <= {number}', which a quantity that is never negative meets at zero alone"
    return f"'{task} <= {number}', '{task} >= {number}' or, for what is near it, '{task} in 1.2..1.6'"


def _refuse_unit(text: str, units: Mapping[str, str]) -> None:
    for form in (_RANGE, _LIMIT):
        found = re.fullmatch(form.pattern + _UNIT, text)
        if found:
            known = units.get(found["task"])
            raise WrongOption(
                f"goal {text!r} ends in the unit {found['unit']!r}; leave it out and give numbers in "
                f"{known or 'the unit of the labels'}."
            )


def _parse(text: str, tasks: Sequence[str], units: Mapping[str, str]) -> Goal:
    goal = _read(text)
    if goal is None or goal.task not in tasks:
        _refuse_unit(text, units)
    if goal is None:
        raise WrongOption(f"goal {text!r} cannot be read; write it like {WRITTEN}.")
    if goal.task not in tasks:
        raise UnknownTask(f"goal {text!r}: there is no task {goal.task!r}; the tasks are {', '.join(tasks)}.")
    if goal.low >= goal.high:
        raise WrongOption(f"goal {text!r}: nothing lies from {goal.low:g} to {goal.high:g}; swap them.")
    return goal


def _read(text: str) -> Goal | None:
    if found := _EXTREME.fullmatch(text):
        return Goal(found["task"].strip(), direction=1 if found["which"] == "max" else -1)
    if found := _RANGE.fullmatch(text):
        return Goal(found["task"], float(found["low"]), float(found["high"]))
    if found := _LIMIT.fullmatch(text):
        value = float(found["value"])
        return Goal(found["task"], high=value) if "<" in found["sign"] else Goal(found["task"], low=value)
    if found := _CLASS.fullmatch(text):
        return Goal(found["task"], wanted=found["value"].strip())
    return None


def score_draws(goals: Sequence[Goal], draws: Mapping[str, np.ndarray], best: float) -> np.ndarray:
    """Score candidates by draws: the probability of all goals, or the expected improvement where met.

    Parameters
    ----------
    goals : sequence of Goal
    draws : mapping of task to array of shape (n_draws, n_rows)
    best : float
        Best label so far of the task with a maximum or minimum; not used otherwise.

    Returns
    -------
    ndarray of shape (n_rows,)

    Examples
    --------
    >>> goals = parse_goals("gap in 1..2 and max yield", ["gap", "yield"])
    >>> draws = {"gap": np.array([[1.5], [3.0]]), "yield": np.array([[0.9], [0.9]])}
    >>> score_draws(goals, draws, best=0.5).round(3).tolist()
    [0.2]
    """
    met = np.logical_and.reduce([goal.met(draws[goal.task]) for goal in goals])
    driven = [goal for goal in goals if goal.direction]
    if not driven:
        return np.asarray(met.mean(axis=0))
    return np.asarray((met * driven[0].gain(draws[driven[0].task], best)).mean(axis=0))


def draws_of(
    model: Any, X: Any, known: Any, tasks: Sequence[str], n_draws: int, random_state: int
) -> dict[str, np.ndarray]:
    """Draw labels of tasks together for every row, (n_draws, n_rows) per task.

    All rows share the random numbers, so that equal rows get equal scores.
    """
    joint = model.sample(X, n_draws=n_draws, known=known, random_state=random_state, common=True)
    return {task: joint[:, :, model.tasks_.index(task)] for task in tasks}
