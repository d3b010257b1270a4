"""Claims about Meta Subspace Pursuit, one by one: each is a paired comparison with an interval.

A claim holds only when the whole 95 % interval is on its side; a tie does not hold.
"""

from __future__ import annotations

import numpy as np

from graftwood.fewshot.study.methods import ANIL, BEST_ANIL, ORACLE, PURSUIT, TO_POOLED
from graftwood.fewshot.study.records import Claim, FewShotRecords, Measurement, interval, name_of
from graftwood.fewshot.study.simulated import DISTANCE, SECONDS

OURS = {PURSUIT, "pursuit_30", "pursuit_no_centre"}
VARIANTS = "ANIL, "  # its variants stand in the table as "its best variant"


def rivals(found: list[Measurement]) -> list[Measurement]:
    """Return measurements of the methods that are neither ours, nor variants of ANIL, nor know the truth."""
    return [
        each for each in found if each.method not in OURS | {ORACLE} and not each.method.startswith(VARIANTS)
    ]


def paired(ours: Measurement, other: Measurement) -> tuple[float, float, float]:
    """Return the mean of ours minus the other's, and the 95 % interval; below 0 ours is better."""
    return interval(np.array(ours.values) - np.array(other.values))


def better(ours: Measurement, other: Measurement, text: str) -> Claim:
    """Claim that ours is lower than another's."""
    mean, low, high = paired(ours, other)
    numbers = f"{ours.mean:.3g} against {other.mean:.3g}, difference {mean:.3g}, "
    numbers += f"95 % interval {low:.3g} to {high:.3g}"
    return Claim(text, bool(high < 0), numbers)


def claims_of_corner(records: FewShotRecords, corner: str, regime: str) -> list[Claim]:
    """Judge the paper's three claims in a corner of the simulation."""
    ours = records.find(PURSUIT, corner, regime, DISTANCE)
    seconds = records.find(PURSUIT, corner, regime, SECONDS)
    best = min(rivals(records.at(corner, regime, DISTANCE)), key=lambda each: each.mean)
    found = [
        better(
            ours, records.find(method, corner, regime, DISTANCE), f"{corner}: nearer than {name_of(method)}"
        )
        for method in (ANIL, BEST_ANIL)
    ]
    found.append(
        better(ours, best, f"{corner}: nearest of all methods; the best rival is {name_of(best.method)}")
    )
    found += [
        better(
            seconds, records.find(method, corner, regime, SECONDS),
            f"{corner}: fewer CPU seconds than {name_of(method)}",
        )
        for method in (ANIL, "alternating", "nuclear")
    ]  # fmt: skip
    return found


def claims_of_table(records: FewShotRecords, place: str, regimes: list[str]) -> list[Claim]:
    """Judge on a real table whether the pursuit beats ANIL and the ridge shrunk to the pooled fit."""
    found = []
    for regime in regimes:
        ours = records.find(PURSUIT, place, regime, "mse")
        for method in (ANIL, BEST_ANIL, TO_POOLED):
            text = f"{place}, {regime}: less error than {name_of(method)}"
            found.append(better(ours, records.find(method, place, regime, "mse"), text))
    return found


def winner_line(records: FewShotRecords, place: str, regime: str, metric: str) -> tuple[str, ...]:
    """Say who wins in a situation, and whether the pursuit and the ridge to the pooled fit are worse.

    "Not told apart" means that the 95 % interval of the paired difference to the winner includes 0.
    """
    fair = [
        each
        for each in records.at(place, regime, metric)
        if each.method != ORACLE
        and (each.method in (ANIL, BEST_ANIL) or not each.method.startswith(VARIANTS))
    ]
    best = min(fair, key=lambda each: each.mean)
    cells = [_beside(best, each) for each in fair if each.method in (PURSUIT, TO_POOLED)]
    if metric == DISTANCE:
        cells.append("-")
    return place, regime, f"{name_of(best.method)} {best.mean:.3g}", *cells


def _beside(best: Measurement, other: Measurement) -> str:
    if best.method == other.method:
        return f"{other.mean:.3g} wins"
    _, low, _ = paired(other, best)
    return f"{other.mean:.3g} {'not told apart' if low <= 0 else 'worse'}"
