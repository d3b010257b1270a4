"""A whole study: compare architectures, judge, choose, fit on all data, predict candidates."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from graftwood.architectures.base import Architecture
from graftwood.architectures.graph import TaskGraph
from graftwood.data.table import Table
from graftwood.features.composition import CompositionFeatures
from graftwood.study.hold_out import Progress
from graftwood.study.predict import predict_frame
from graftwood.study.records import StudyRecords
from graftwood.study.steps import chosen, compare_study, final_candidate, fit_final, inputs_of, records_of


@dataclass(frozen=True, eq=False)
class Study:
    """What is to be found out, and how.

    Attributes
    ----------
    title : str
        The question.
    table : Table
        Inputs with a column ``formula``, labels, materials, tasks.
    target : str
    candidates : DataFrame
        Rows to predict with the final model; a column named as a task is its known label.
    subsets : dict of name to bool array of shape (n_rows,)
        Parts of the test rows to be scored on their own as well.
    features : CompositionFeatures or TableFeatures
        How the table's inputs become the model's.
    leave_out : tuple of str
        Candidates that the comparison does not try.
    graph : TaskGraph, optional
        One more candidate, the last.
    n_folds : int, default 5
    n_estimators_compared : int, default 20
        Trees per forest in the comparison.
    n_estimators : int, default 100
        Trees per forest in the final model.
    random_state : int, default 0
    n_jobs : int, default -1

    Examples
    --------
    >>> from graftwood.data import Task
    >>> inputs, labels = pd.DataFrame({"formula": ["GaN"]}), pd.DataFrame({"gap_exp": [3.2]})
    >>> table = Table(inputs, labels, np.array(["GaN"]), (Task("gap_exp", unit="eV"),))
    >>> Study("Which gaps?", table, "gap_exp", pd.DataFrame({"formula": ["ZnO"]})).n_folds
    5
    """

    title: str
    table: Table
    target: str
    candidates: pd.DataFrame
    subsets: dict[str, np.ndarray] = field(default_factory=dict)
    features: Any = field(default_factory=lambda: CompositionFeatures(on_problem="nan"))
    leave_out: tuple[str, ...] = ()
    graph: TaskGraph | None = None
    n_folds: int = 5
    n_estimators_compared: int = 20
    n_estimators: int = 100
    random_state: int = 0
    n_jobs: int = -1


def run_study(study: Study, progress: Progress | None = None) -> tuple[StudyRecords, Architecture]:
    """Carry out the study.

    Parameters
    ----------
    study : Study
    progress : callable, optional
        Called with (what, number done, number in all).

    Returns
    -------
    records : StudyRecords
        Everything a report shows.
    model : Architecture
        The chosen architecture, fitted on all data.

    Raises
    ------
    EmptyTable
        The table has no rows.
    MissingColumn, UnreadableFormula
        The inputs have no column of formulas, or one of them cannot be read.
    TooFewLabels, UnknownTask, WrongOption, NotFinite, ShapeMismatch
        As for `compare`.
    """
    started = time.monotonic()
    X = inputs_of(study)
    found = compare_study(study, progress=progress, X=X)
    model = fit_final(study, final_candidate(found, chosen(found)), X)
    predictions = predict_frame(model, study.features, study.candidates)
    return records_of(study, found, predictions, time.monotonic() - started), model


def demo_study(n_estimators_compared: int = 20, **options: Any) -> Study:
    """Return the study of the demo: whether calculated band gaps help to predict experimental ones."""
    from graftwood.datasets import load_band_gaps, load_gap_candidates

    table = load_band_gaps("demo")
    gaps = table.labels["gap_exp"].to_numpy()
    return Study(
        title="Do calculated band gaps help to predict experimental ones?",
        table=table,
        target="gap_exp",
        candidates=load_gap_candidates().frame,
        subsets={"non-metals": gaps > 0, "metals": gaps == 0},
        # Pooling with the source as an input costs a fifth of the time and was never the best here.
        leave_out=("pooled_source_input",),
        n_estimators_compared=n_estimators_compared,
        **options,
    )
