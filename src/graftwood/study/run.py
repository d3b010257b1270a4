"""A whole study: compare architectures, judge, choose, fit on all data, predict candidates."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from graftwood.architectures.base import HIDDEN, VISIBLE, Architecture
from graftwood.data.table import Table
from graftwood.errors import EmptyTable
from graftwood.features.composition import CompositionFeatures
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.compare import Comparison, Progress, compare
from graftwood.study.environment import describe_environment
from graftwood.study.predict import predict_frame
from graftwood.study.records import StudyRecords, Verdict
from graftwood.study.verdict import choose, judge


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
    features : CompositionFeatures
        How formulas become inputs.
    leave_out : tuple of str
        Candidates that the comparison does not try.
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
    features: CompositionFeatures = field(default_factory=lambda: CompositionFeatures(on_problem="nan"))
    leave_out: tuple[str, ...] = ()
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
    table = study.table
    if table.n_rows == 0:
        raise EmptyTable("Study: the table has no rows; give at least one source with readable rows.")
    units = {task.name: task.unit for task in table.tasks if task.unit}
    kinds = {task.name: task.kind for task in table.tasks}
    # A candidate that cannot be read is reported in its row; a row to learn from must be readable.
    X = clone(study.features).set_params(on_problem="raise").fit_transform(table.inputs)
    sources = [task.name for task in table.tasks if task.name != study.target]
    sources = [name for name in sources if name not in table.task(study.target).same_as]
    candidates = default_candidates(
        study.target, sources, kinds=kinds, units=units, n_estimators=study.n_estimators_compared,
        random_state=study.random_state, n_jobs=study.n_jobs,
    )  # fmt: skip
    found = compare(
        X,
        table.labels,
        target=study.target,
        groups=table.materials,
        kinds=kinds,
        candidates=[candidate for candidate in candidates if candidate.name not in study.leave_out],
        n_folds=study.n_folds,
        same_as=table.task(study.target).same_as,
        subsets=study.subsets,
        random_state=study.random_state,
        progress=progress,
    )
    best = {regime: choose(found, regime) for regime in (HIDDEN, VISIBLE)}
    final = _final_candidate(found, best)
    model: Architecture = final.for_regime(VISIBLE).set_params(n_estimators=study.n_estimators)
    model.set_params(kinds=kinds).fit(X, table.labels, groups=table.materials)
    unit = "in Brier score" if found.classes else units.get(study.target, "")
    verdicts = [judge(found, regime, unit) for regime in (HIDDEN, VISIBLE)]
    predictions = predict_frame(model, study.features, study.candidates)
    records = _records(study, found, verdicts, best, final.name, predictions, time.monotonic() - started)
    return records, model


def _final_candidate(found: Comparison, best: dict[str, str]) -> Candidate:
    """The winner where other labels are known: its two second stages serve both regimes."""
    by_name = {candidate.name: candidate for candidate in found.candidates}
    return by_name[best[VISIBLE]] if by_name[best[VISIBLE]].uses_sources else by_name[best[HIDDEN]]


def _records(
    study: Study,
    found: Comparison,
    verdicts: list[Verdict | None],
    best: dict[str, str],
    final: str,
    predictions: pd.DataFrame,
    seconds: float,
) -> StudyRecords:
    table = study.table
    formulas = table.inputs["formula"].to_numpy()
    held_out = found.held_out.assign(formula=formulas[found.held_out["row"].to_numpy()])
    n_labels = table.labels.notna().sum()
    settings = {
        "target": study.target,
        "labels": ", ".join(f"{task.name} {n_labels[task.name]:,}" for task in table.tasks),
        "validation": f"{study.n_folds} folds over materials, every label that must be hidden removed "
        "before fitting",
        "trees in the comparison": str(study.n_estimators_compared),
        "trees in the final model": str(study.n_estimators),
        "final model": final,
        "inputs": "132 Magpie statistics and element fractions of the formula",
        "unreadable rows": str(len(table.problems)),
        "data fingerprint": table.fingerprint(),
    }
    return StudyRecords(
        title=study.title, target=study.target, tasks=table.tasks, comparison=found.table, held_out=held_out,
        overlap=table.overlap(), predictions=predictions,
        verdicts=tuple(verdict for verdict in verdicts if verdict is not None), best=best, settings=settings,
        environment=describe_environment(study.random_state, seconds),
    )  # fmt: skip


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
