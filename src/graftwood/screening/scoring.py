"""Predictions of a part of a table with how well each row meets the goals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from graftwood.screening.goals import Goal, draws_of, score_draws
from graftwood.screening.measured import are_measured
from graftwood.screening.predictor import Predictor
from graftwood.study.predict import predict_frame, read_candidates

N_DRAWS = 1000


def score_part(
    predictor: Predictor,
    frame: pd.DataFrame,
    goals: Sequence[Goal],
    name: str,
    counts: dict[str, int],
    *,
    best: float = np.nan,
    random_state: int = 0,
) -> pd.DataFrame:
    """Predictions of the rows that are worth measuring, their score in the first column.

    Parameters
    ----------
    predictor : Predictor
    frame : DataFrame
        As `Predictor.frames` yields it.
    goals : sequence of Goal
    name : str
        Of the column of scores.
    counts : dict
        Receives the rows with a "problem" and those "known" already, in the table or by the training data:
        those are left out.
    best : float
        Best label so far where a goal is a maximum or minimum; NaN scores such a goal by the predicted
        value itself, the smaller the better for a minimum.
    random_state : int, default 0
    """
    read = read_candidates(predictor.model, predictor.features, frame)
    said = predict_frame(predictor.model, predictor.features, frame, read=read)
    tasks = list(dict.fromkeys(goal.task for goal in goals))
    is_predicted = said[tasks].notna().all(axis=1).to_numpy()
    is_known = np.logical_and.reduce([_is_known(predictor, said, task) for task in tasks])
    counts["problems"] += int((~is_predicted).sum())
    counts["known"] += int((is_predicted & is_known).sum())
    is_asked = is_predicted & ~is_known
    result = said[is_asked].copy()
    _widen(predictor, result, tasks)
    if not len(result):
        result.insert(0, name, pd.Series(dtype=float))
    elif np.isnan(best) and any(goal.direction for goal in goals):
        result.insert(0, name, result[goals[0].task].astype(float))
    else:
        at = np.flatnonzero(is_asked[read.rows])
        X = read.X.iloc[at] if hasattr(read.X, "iloc") else read.X[at]
        known = None if read.known is None else read.known.iloc[at]
        draws = draws_of(predictor.model, X, known, tasks, N_DRAWS, random_state)
        result.insert(0, name, score_draws(goals, draws, best))
    return result


def _widen(predictor: Predictor, result: pd.DataFrame, tasks: Sequence[str]) -> None:
    """Note the range of the predictions so far of each task that is a number."""
    for task in tasks if len(result) else ():
        if not predictor.classes[task]:
            values = result[task].astype(float)
            low, high = predictor.ranges.get(task, (np.inf, -np.inf))
            predictor.ranges[task] = (min(low, float(values.min())), max(high, float(values.max())))


def _is_known(predictor: Predictor, said: pd.DataFrame, task: str) -> np.ndarray:
    """Rows whose label of a task the table has, or the training data had."""
    in_table = f"{task}_known"
    is_known = said[in_table].notna().to_numpy() if in_table in said else np.zeros(len(said), dtype=bool)
    if task == predictor.model.target_ and predictor.measured:
        is_known = is_known | are_measured(said[predictor.material], predictor.measured)
    return is_known
