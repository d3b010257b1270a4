"""Real data sets as transfer problems, read when they are called for; a new one is a line here."""

from collections.abc import Callable

from benchmarks.problems.air import beijing
from benchmarks.problems.catalysis import catapp
from benchmarks.problems.definition import Problem
from benchmarks.problems.gaps import band_gap, colour
from benchmarks.problems.multi_target import atp1d, enb, jura, oes10, wq
from benchmarks.problems.planted import planted

PROBLEMS: dict[str, Callable[..., Problem]] = {
    "band-gap": band_gap,
    "colour": colour,
    "catapp": catapp,
    "beijing": beijing,
    "jura": jura,
    "enb": enb,
    "atp1d": atp1d,
    "oes10": oes10,
    "wq": wq,
}

__all__ = ["PROBLEMS", "Problem", "planted"]
