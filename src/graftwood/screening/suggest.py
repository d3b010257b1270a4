"""What to measure next: candidates that most probably meet a goal, spread out in composition.

Candidates are read a part at a time, and only the best are held.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from graftwood.features.formula import read_formulas
from graftwood.screening.goals import Goal
from graftwood.screening.predictor import Predictor
from graftwood.screening.scoring import score_part

ROWS_A_PART = 2000
HELD = 50  # candidates held for each that is wanted, so that close ones can be passed over
SCORE = {False: "probability", True: "expected_improvement"}


def suggest(
    predictor: Predictor,
    path: Path,
    goals: Sequence[Goal],
    n: int,
    *,
    best: float = np.nan,
    apart: float = 0.1,
    random_state: int = 0,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the candidates most worth measuring.

    Parameters
    ----------
    predictor : Predictor
    path : Path
        Candidates; a row whose every goal's label is known already is passed over.
    goals : sequence of Goal
    n : int
        How many.
    best : float
        Best label so far where a goal is a maximum or minimum.
    apart : float, default 0.1
        Smallest share of atoms in which two suggestions differ: half the sum of the absolute
        differences of their atomic fractions.
    random_state : int, default 0

    Returns
    -------
    frame : DataFrame
        rank, probability or expected_improvement, then the columns of `predict_frame`; best first.
    counts : dict
        rows read, with a problem, known already, and passed over as too close to a better one.
    """
    score_name = SCORE[any(goal.direction for goal in goals)]
    counts = {"rows": 0, "problems": 0, "known": 0, "close": 0}
    held = pd.DataFrame()
    for frame in predictor.frames(path, ROWS_A_PART):
        scored = score_part(predictor, frame, goals, score_name, counts, best=best, random_state=random_state)
        scored.index = scored.index + counts["rows"]
        counts["rows"] += len(frame)
        held = pd.concat([held, scored]).sort_values(score_name, ascending=False, kind="stable")
        held = held.head(HELD * n)
    chosen, counts["close"] = _apart(held, predictor, n, apart)
    frame = held.loc[chosen].reset_index(drop=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame, counts


def _apart(held: pd.DataFrame, predictor: Predictor, n: int, apart: float) -> tuple[list[int], int]:
    """Take the best, then the next best that is not too close to one taken, and so on."""
    formulas = getattr(predictor.features, "formulas", None) or [
        getattr(predictor.features, "column", "formula")
    ]
    taken: list[int] = []
    close = 0
    if not len(held):
        return taken, close
    fractions = np.hstack([np.nan_to_num(read_formulas(held[name]).fractions) for name in formulas])
    places: list[int] = []
    for place, row in enumerate(held.index):
        if len(taken) == n:
            break
        distance = np.abs(fractions[places] - fractions[place]).sum(axis=1) / (2 * len(formulas))
        if len(places) and distance.min() < apart:
            close += 1
            continue
        places.append(place)
        taken.append(row)
    return taken, close
