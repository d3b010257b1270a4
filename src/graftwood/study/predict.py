"""Predict a frame of candidates: every task, spreads, intervals, known labels, and what was wrong with a row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graftwood.architectures.base import Architecture
from graftwood.features.composition import CompositionFeatures

COVERAGE = 0.9


def predict_frame(model: Architecture, features: CompositionFeatures, frame: pd.DataFrame) -> pd.DataFrame:
    """Predict the rows of a frame.

    Parameters
    ----------
    model : Architecture
        Fitted.
    features : CompositionFeatures
        With ``on_problem="nan"``, as the model's inputs were made.
    frame : DataFrame
        A column of formulas; a column named as one of the model's tasks holds known
        labels, which are used and come back as ``<task>_known``.

    Returns
    -------
    DataFrame
        The frame's columns, then per task ``<task>``, ``<task>_spread``, ``<task>_low`` and
        ``<task>_high`` (90 % interval), then ``problem``: empty when fine, else why the
        row could not be predicted.  Every row of the frame is there, in its order.

    Notes
    -----
    The target's own known label is kept as ``<target>_known`` and not used.
    """
    known = pd.DataFrame(
        {task: pd.to_numeric(frame[task], errors="coerce") for task in model.tasks_ if task in frame},
        index=frame.index,
    )
    problems = [str(problem) for problem in features.problems(frame)]
    for task in known:
        unreadable = known[task].isna() & frame[task].notna()
        for row in np.flatnonzero(unreadable):
            text = (
                f"the known label {frame[task].iloc[row]!r} of task {task} is not a number and was not used"
            )
            problems[row] = f"{problems[row]}; {text}" if problems[row] else text
    result = frame.rename(columns={task: f"{task}_known" for task in known}).reset_index(drop=True)
    readable = np.array([not problem for problem in features.problems(frame)], dtype=bool)
    rows = np.flatnonzero(readable)
    columns = {f"{task}{part}": np.full(len(frame), np.nan) for task in model.tasks_ for part in _PARTS}
    if len(rows):
        X = features.transform(frame.iloc[rows])
        said = model.predict_tasks(
            X, known=known.iloc[rows] if len(known.columns) else None, coverage=COVERAGE
        )
        for task, values in said.items():
            for part, name in _PARTS.items():
                columns[f"{task}{part}"][rows] = values[name]
    return pd.concat([result, pd.DataFrame(columns)], axis=1).assign(problem=problems)


_PARTS = {"": "mean", "_spread": "spread", "_low": "low", "_high": "high"}
