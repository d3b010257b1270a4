"""What to say where no candidate has any chance of what is wanted: their order is then that of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graftwood.screening.goals import Goal


def no_chance(
    text: str,
    goals: Sequence[Goal],
    scores: Iterable[float],
    ranges: Mapping[str, tuple[float, float]],
    units: Mapping[str, str],
) -> str:
    """Return a sentence for a list whose every score is zero, "" for any other.

    Parameters
    ----------
    text : str
        The goals as they were written.
    goals : sequence of Goal
    scores : iterable of float
        Probabilities or expected improvements of the candidates that are listed, the best among them.
    ranges : mapping
        Least and largest prediction per task; of a task without them nothing is said.
    units : mapping
        Unit per task, "" or absent for none.

    Examples
    --------
    >>> goals = (Goal("gap", 1200.0, 1600.0),)
    >>> no_chance("gap in 1200..1600", goals, [0.0], {"gap": (0.1, 3.0)}, {"gap": "eV"})
    "goal 'gap in 1200..1600': no candidate has any chance of it, so the order of the list means nothing (gap
    is predicted from 0.1 to 3 eV); write its numbers in eV as the model does, or give other candidates."
    """
    listed = list(scores)
    if not listed or any(score != 0 for score in listed):
        return ""
    tasks = [task for task in dict.fromkeys(goal.task for goal in goals) if task in ranges]
    told = []
    for task in tasks:
        low, high = ranges[task]
        told.append(f"{task} is predicted from {low:.3g} to {high:.3g} {units.get(task, '')}".strip())
    said = f" ({', '.join(told)})" if told else ""
    used = ", ".join(dict.fromkeys(units[task] for task in tasks if units.get(task)))
    wanted = [goal for goal in goals if goal.task in ranges and not goal.direction]
    way_out = "give other candidates"
    if any(goal.direction for goal in goals):
        way_out = "correct the best label so far, or give other candidates"
    if wanted:
        in_unit = f"in {used} as the model does" if used else "in the unit of the model's labels"
        way_out = f"write its numbers {in_unit}, or {way_out}"
    return (
        f"goal {text!r}: no candidate has any chance of it, so the order of the list means nothing{said}; "
        f"{way_out}."
    )
