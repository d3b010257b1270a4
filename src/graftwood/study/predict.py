"""Predict a frame of candidates: every task with spread and interval, and what was wrong with a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from graftwood.answers.doubt import can_locate
from graftwood.architectures.base import Architecture
from graftwood.coding.kinds import CATEGORY, LARGEST, NONNEGATIVE, POSITIVE
from graftwood.errors import WrongOption
from graftwood.features.composition import CompositionFeatures

COVERAGE = 0.9
OUTSIDE = "outside_domain"


@dataclass(frozen=True, eq=False)
class Readable:
    """What a model can use of a frame of candidates.

    Attributes
    ----------
    problems : list of str
        Per row of the frame what is wrong with it, "" if nothing.
    rows : ndarray of shape (n_readable,), int
        Rows that can be predicted.
    X : array or DataFrame of shape (n_readable, n_inputs)
        Their inputs; None without rows.
    known : DataFrame of shape (n_readable, n_known), or None
        Their known labels, as far as they can be used; None where no column is a task.

    Examples
    --------
    >>> Readable(["", "no formula"], np.array([0]), [[1.0]], None).rows.tolist()
    [0]
    """

    problems: list[str]
    rows: np.ndarray
    X: Any
    known: pd.DataFrame | None


def read_candidates(model: Architecture, features: CompositionFeatures, frame: pd.DataFrame) -> Readable:
    """Make inputs and known labels of a frame of candidates; see `predict_frame` for the parameters."""
    problems = [str(problem) for problem in features.problems(frame)]
    rows = np.flatnonzero([not problem for problem in problems])
    tasks = [task for task in model._columns.names if task in frame]
    known = pd.DataFrame({task: _known_labels(frame[task], model, problems) for task in tasks})
    X = features.transform(frame.iloc[rows]) if len(rows) else None
    return Readable(problems, rows, X, known.iloc[rows] if tasks else None)


def predict_frame(
    model: Architecture,
    features: CompositionFeatures,
    frame: pd.DataFrame,
    place: str = "predict_frame",
    read: Readable | None = None,
) -> pd.DataFrame:
    """Predict the rows of a frame.

    Parameters
    ----------
    model : Architecture
        Fitted.
    features : CompositionFeatures
        With ``on_problem="nan"``, as the model's inputs were made.
    frame : DataFrame
        A column of formulas; a column named as one of the tasks that the model was fitted
        with holds known labels, which are used where the architecture can use them and
        come back as ``<task>_known``.
    place : str, default "predict_frame"
        The table, for messages.
    read : Readable, optional
        What `read_candidates` gave for the frame, where it is there already.

    Returns
    -------
    DataFrame
        The frame's columns, then per task ``<task>``, ``<task>_spread``, ``<task>_low`` and
        ``<task>_high`` (90 % interval), for a nonnegative task also ``<task>_p_zero`` (the probability
        of an exact zero), for a category the class ``<task>`` and
        ``<task>_probability_<class>`` per class, then ``outside_domain``: whether the row is like no
        training material of the target (of any task, without a target), so that its error bars may be too
        short; and ``problem``: empty when fine, else why the row could not be predicted.  Every row of
        the frame is there, in its order.

    Raises
    ------
    MissingColumn
        The frame has no column of formulas.
    WrongOption
        A column of the frame has the name of a result, such as ``problem``.

    Notes
    -----
    The target's own known label is kept as ``<target>_known`` and not used.
    """
    frame = frame.reset_index(drop=True)
    # A label is told from a prediction even where the model has no use for it.
    tasks = [task for task in model._columns.names if task in frame]
    result = frame.rename(columns={task: f"{task}_known" for task in tasks})
    _check_names(result, model, place)
    read = read_candidates(model, features, frame) if read is None else read
    rows, columns = read.rows, _empty_columns(model, len(frame))
    if len(rows):
        said = model.predict_tasks(read.X, known=read.known, coverage=COVERAGE)
        if all(can_locate(each) for each in getattr(model, "models_", {"": model}).values()):
            is_outside = model.is_outside(read.X, known=read.known).reshape(len(rows), -1)
            columns[OUTSIDE][rows] = is_outside.any(axis=1)
        for task, values in said.items():
            for part, name in _PARTS.items():
                if name in values:
                    columns[f"{task}{part}"][rows] = values[name]
            odds = values.get("probability", np.zeros((len(rows), 0)))
            for name, column in zip(_odds_columns(model, task), odds.T, strict=True):
                columns[name][rows] = column
    return pd.concat([result, pd.DataFrame(columns)], axis=1).assign(problem=read.problems)


def _check_names(frame: pd.DataFrame, model: Architecture, place: str) -> None:
    """Refuse a column that a prediction would need the name of."""
    made = {*_empty_columns(model, 0), "problem"}
    for name in frame.columns:
        if name in made or list(frame.columns).count(name) > 1:
            raise WrongOption(
                f"{place}: the column {str(name)!r} is there already and a result would have its name; "
                "rename or drop it."
            )


def _odds_columns(model: Architecture, task: str) -> list[str]:
    return [f"{task}_probability_{known}" for known in model._columns.classes_of(task)]


def _empty_columns(model: Architecture, n_rows: int) -> dict[str, np.ndarray]:
    """The columns of every task's prediction: a number with its error bar, or a class with probabilities."""
    columns: dict[str, np.ndarray] = {}
    for task in model.tasks_:
        odds = _odds_columns(model, task)
        if odds:
            columns[task] = np.full(n_rows, np.nan, dtype=object)
        for name in odds or [f"{task}{part}" for part in _PARTS if part != "_p_zero"]:
            columns[name] = np.full(n_rows, np.nan)
        if model._columns.kind(task) == NONNEGATIVE:
            columns[f"{task}_p_zero"] = np.full(n_rows, np.nan)
    columns[OUTSIDE] = np.full(n_rows, None, dtype=object)
    return columns


def _known_labels(cells: pd.Series, model: Architecture, problems: list[str]) -> pd.Series:
    """Return the labels of a column that a model can use, NaN elsewhere; others are added to ``problems``."""
    task = str(cells.name)
    kind, classes = model._columns.kind(task), model._columns.classes_of(task)
    if kind == CATEGORY:
        labels = cells.where(cells.isin(classes))
    else:
        labels = pd.to_numeric(cells, errors="coerce").astype(float)
        labels = labels.mask(labels.abs() > LARGEST)
        if kind == POSITIVE:
            labels = labels.where(labels > 0)
        if kind == NONNEGATIVE:
            labels = labels.where(labels >= 0)
    for row in np.flatnonzero(labels.isna() & cells.notna()):
        cell = cells.iloc[row].item() if isinstance(cells.iloc[row], np.generic) else cells.iloc[row]
        text = f"the known label {cell!r} of task {task} {_fault(cell, kind)} and was not used"
        problems[row] = f"{problems[row]}; {text}" if problems[row] else text
    return labels


def _fault(cell: Any, kind: str) -> str:
    """Say what is wrong with a known label."""
    if kind == CATEGORY:
        return "is none of its classes"
    if isinstance(cell, str) and cell.lstrip().startswith(("<", ">", "≤", "≥")):
        return "is a limit, not a value,"
    number = pd.to_numeric(cell, errors="coerce")
    if not abs(number) < np.inf:
        return "is not a finite number"
    if abs(number) > LARGEST:
        return f"is larger than {LARGEST:g}"
    return "is not above zero" if kind == POSITIVE else "is below zero"


_PARTS = {"": "mean", "_spread": "spread", "_low": "low", "_high": "high", "_p_zero": "p_zero"}
