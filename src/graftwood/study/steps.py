"""The steps of a study, one function each: inputs and candidates, comparison, choice, final model, records.

`graftwood.study.run.run_study` takes them all; the commands take those that they need.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from graftwood.architectures.base import Architecture
from graftwood.coding.inputs import code_rows
from graftwood.data.label_std import learnable_std
from graftwood.data.table import Table
from graftwood.errors import EmptyTable, WrongOption
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.compare import Comparison
from graftwood.study.environment import describe_environment
from graftwood.study.folds import MATERIAL, split_rows
from graftwood.study.hold_out import Finished, Progress, Split, hold_out
from graftwood.study.known_labels import told_labels
from graftwood.study.labels import tell_labels
from graftwood.study.left_out import reason_for
from graftwood.study.on_cluster import finish_on_cluster
from graftwood.study.records import StudyRecords, TaskNode, Verdict
from graftwood.study.score import score
from graftwood.study.selector import TransferSelector
from graftwood.study.verdict import choose, judge

if TYPE_CHECKING:
    from graftwood.study.run import Study


COMPOSITION_INPUTS = "132 Magpie statistics and element fractions of the formula"


@dataclass(frozen=True)
class Validation:
    """How architectures are validated.

    Attributes
    ----------
    split : str, default "material"
        What is held out together: "material", "system" (equal sets of elements), or an input
        column whose equal values are.
    regimes : tuple of str
    n_folds : int, default 5
    n_trials : int, default 1
        Divisions into folds, each by another seed.

    Examples
    --------
    >>> Validation().split
    'material'
    """

    split: str = MATERIAL
    regimes: tuple[str, ...] = (HIDDEN, VISIBLE)
    n_folds: int = 5
    n_trials: int = 1

    def __str__(self) -> str:
        """Say it in words."""
        what = {MATERIAL: "materials", "system": "chemical systems"}.get(self.split, f"equal {self.split}")
        folds = f"{self.n_folds} folds over {what}"
        if self.n_trials > 1:
            folds += f", {self.n_trials} trials"
        return f"{folds}, every label that must be hidden removed before fitting"


def kinds_of(table: Table) -> dict[str, str]:
    """Kind of every task as architectures know it."""
    return {task.name: task.kind for task in table.tasks}


def units_of(table: Table) -> dict[str, str]:
    """Unit of every task that has one."""
    return {task.name: task.unit for task in table.tasks if task.unit}


def inputs_of(study: Study) -> Any:
    """Inputs of every row of the table; a row to learn from must be readable.

    Raises
    ------
    EmptyTable, MissingColumn, UnreadableFormula
    """
    if study.table.n_rows == 0:
        raise EmptyTable("Study: the table has no rows; give at least one source with readable rows.")
    # A candidate that cannot be read is reported in its row; a row to learn from must be readable.
    return clone(study.features).set_params(on_problem="raise").fit_transform(study.table.inputs)


def candidates_of(study: Study) -> list[Candidate]:
    """Every architecture that the study compares."""
    same_as = study.table.task(study.target).same_as
    sources = [task.name for task in study.table.tasks if task.name not in (study.target, *same_as)]
    found = default_candidates(
        study.target, sources, kinds=kinds_of(study.table), units=units_of(study.table),
        n_estimators=study.n_estimators_compared, random_state=study.random_state, n_jobs=study.n_jobs,
        graph=study.graph,
    )  # fmt: skip
    return [candidate for candidate in found if candidate.name not in study.leave_out]


def folds_of(study: Study, validation: Validation, who: str = "compare") -> list[np.ndarray]:
    """The fold of every row, for each division into folds; ``who`` is what the user called, for messages.

    Raises
    ------
    TooFewLabels, MissingColumn
        What is held out together is too few, or no input.
    """
    return [
        split_rows(
            study.table, study.target, validation.split, validation.n_folds, study.random_state + trial, who
        )
        for trial in range(validation.n_trials)
    ]


def compare_study(
    study: Study,
    validation: Validation | None = None,
    progress: Progress | None = None,
    finished: Finished | None = None,
    X: Any = None,
    client: str | None = None,
) -> Comparison:
    """Compare the study's architectures on held-out materials.

    Parameters
    ----------
    study : Study
    validation : Validation, optional
        By default folds over materials, as many as the study says, in both regimes.
    progress : callable, optional
        Called with (what, number done, number in all) before every fit.
    finished : Finished, optional
        Keeps what is done, and is asked before anything is fitted.
    X : array or DataFrame, optional
        Inputs, as `inputs_of` gives them.
    client : str, optional
        Address of a Dask scheduler, whose workers do the fits.

    Raises
    ------
    TooFewLabels, UnknownTask, WrongOption, NotFinite, ShapeMismatch
        As for `graftwood.compare`.
    """
    how = Validation(n_folds=study.n_folds) if validation is None else validation
    table, same_as = study.table, study.table.task(study.target).same_as
    labels = tell_labels(table.labels, "compare", kinds_of(table))
    coded = code_rows(inputs_of(study) if X is None else X, "compare")
    candidates, std = candidates_of(study), learnable_std(table)
    splits = [
        Split(coded, labels, study.target, tuple(same_as), table.materials, folds, label_std=std)
        for folds in folds_of(study, how)
    ]
    if client is not None:
        finished = finish_on_cluster(client, splits, candidates, how.regimes, finished, progress)
    parts: list[pd.DataFrame] = []
    networks: dict[str, tuple[TaskNode, ...]] = {}
    for trial, split in enumerate(splits):
        shown = _of_trial(progress, trial, how.n_trials)
        kept = finished and finished.of_trial(trial)
        part = hold_out(split, candidates, how.regimes, shown, kept, networks)
        if how.n_trials > 1:
            part = part.assign(trial=trial, fold=part["fold"] + trial * how.n_folds)
        parts.append(part)
    held_out = pd.concat(parts, ignore_index=True)
    classes = labels.classes.get(study.target, ())
    table_of_scores = score(held_out, study.target, study.subsets, classes)
    return Comparison(table_of_scores, held_out, tuple(candidates), study.target, classes, networks)


def _of_trial(progress: Progress | None, trial: int, n_trials: int) -> Progress | None:
    if progress is None or n_trials == 1:
        return progress
    return lambda what, done, total: progress(
        f"trial {trial + 1}, {what}", trial * total + done, n_trials * total
    )


def chosen(found: Comparison) -> dict[str, str]:
    """The architecture that is chosen in each regime that was compared."""
    regimes = [regime for regime in (HIDDEN, VISIBLE) if (found.held_out["regime"] == regime).any()]
    return {regime: choose(found, regime) for regime in regimes}


def final_candidate(found: Comparison, best: dict[str, str]) -> Candidate:
    """The winner where other labels are known: its two second stages serve both regimes."""
    by_name = {candidate.name: candidate for candidate in found.candidates}
    if VISIBLE not in best or not by_name[best[VISIBLE]].uses_sources:
        return by_name[best.get(HIDDEN, best.get(VISIBLE, ""))]
    return by_name[best[VISIBLE]]


def named_candidate(study: Study, name: str) -> Candidate:
    """The architecture of that name among those of the study.

    Raises
    ------
    WrongOption
        There is none; the message lists those that there are, and says where units or kinds forbid it.
    """
    found = {candidate.name: candidate for candidate in candidates_of(study)}
    if name not in found:
        hint = "" if study.graph is not None else "; a graph needs sections [graph.TASK] in the study file"
        why = reason_for(name, study.table.tasks, study.target)
        raise WrongOption(
            f"Study: there is no architecture {name!r} for the target {study.target!r}"
            f"{f' ({why})' if why else ''}; name one of {', '.join(found)}{hint if name == 'graph' else ''}."
        )
    return found[name]


def fit_final(study: Study, candidate: Candidate, X: Any = None) -> Architecture:
    """Fit an architecture to all data, with the study's own number of trees."""
    table = study.table
    model: Architecture = candidate.for_regime(VISIBLE).set_params(n_estimators=study.n_estimators)
    X = inputs_of(study) if X is None else X
    model.set_params(kinds=kinds_of(table))
    return model.fit(X, table.labels, groups=table.materials, label_std=learnable_std(table))


def fit_selector(study: Study, X: Any = None) -> TransferSelector:
    """Fit a selector to all data: it chooses by folds of its own, a winner for each regime."""
    table = study.table
    graph = study.graph
    given = None if graph is None else candidates_of(replace(study, n_estimators_compared=study.n_estimators))
    model = TransferSelector(
        study.target, candidates=given, n_estimators=study.n_estimators, kinds=kinds_of(table),
        units=units_of(table), same_as=table.task(study.target).same_as, random_state=study.random_state,
        n_jobs=study.n_jobs,
    )  # fmt: skip
    X = inputs_of(study) if X is None else X
    return model.fit(X, table.labels, groups=table.materials, label_std=learnable_std(table))


def _shown(held_out: pd.DataFrame, table: Table, target: str) -> pd.DataFrame:
    """Held-out rows with their formula, and what of each was known."""
    rows = held_out["row"].to_numpy(dtype=np.int64)
    formulas = table.inputs.get("formula", pd.Series(table.materials)).to_numpy()
    every = np.unique(rows)
    told = pd.Series(told_labels(table, target, every), index=every)[rows].to_numpy()
    return held_out.assign(formula=formulas[rows], known=np.where(held_out["regime"] == VISIBLE, told, ""))


def records_of(
    study: Study,
    found: Comparison,
    predictions: pd.DataFrame,
    seconds: float,
    validation: Validation | None = None,
) -> StudyRecords:
    """Everything that a report shows."""
    table, best = study.table, chosen(found)
    how = Validation(n_folds=study.n_folds) if validation is None else validation
    unit = "in Brier score" if found.classes else units_of(table).get(study.target, "")
    verdicts: list[Verdict | None] = [judge(found, regime, unit) for regime in best]
    n_labels = table.labels.notna().sum()
    settings = {
        "target": study.target,
        "labels": ", ".join(f"{task.name} {n_labels[task.name]:,}" for task in table.tasks),
        "validation": str(how),
        "trees in the comparison": str(study.n_estimators_compared),
        "trees in the final model": str(study.n_estimators),
        "final model": final_candidate(found, best).name,
        "inputs": getattr(study.features, "summary_", COMPOSITION_INPUTS),
        "unreadable rows": str(len(table.problems)),
        "data fingerprint": table.fingerprint(),
    }
    return StudyRecords(
        title=study.title, target=study.target, tasks=table.tasks, comparison=found.table,
        held_out=_shown(found.held_out, table, study.target),
        overlap=table.overlap(), predictions=predictions,
        verdicts=tuple(verdict for verdict in verdicts if verdict is not None), best=best, settings=settings,
        environment=describe_environment(study.random_state, seconds), networks=found.networks,
        final=final_candidate(found, best).name,
    )  # fmt: skip
