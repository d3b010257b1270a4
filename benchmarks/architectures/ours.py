"""The architectures of a comparison and the selector, as models of the benchmark."""

import warnings
from functools import partial
from typing import Any

import pandas as pd

from benchmarks.architectures.cases import Case, Model, Said, Skipped
from benchmarks.architectures.peers import CATBOOST, CHAIN, FOREST, FOREST_WITH_LABELS
from benchmarks.architectures.settings import ArchitectureSettings
from benchmarks.problems import Problem
from benchmarks.problems.folds import Fold

SELECTOR = "selector"
NOT_BUILT = "selector not built"
NONE = "not judged"
# Candidates without their variant, by the peer that is given the same and does most nearly the same.
LIKE_A_FOREST = ("single", "self_difference", "self_latent", "pooled", "pooled_source_input", "graph")
LIKE_A_CHAIN = ("difference", "scaled_difference", "latent")
LIKE_MANY_OUTPUTS = ("multi_task", "multi_task_corrected")


def list_ours(case: Case, settings: ArchitectureSettings) -> list[Model]:
    """List every architecture that can predict the target, and the selector."""
    found = [
        Model(
            candidate.name,
            "architecture",
            partial(_say, candidate=candidate, seed=settings.seed),
            "all" if candidate.uses_sources else "target",
            nearest_of(candidate.name, case),
        )
        for candidate in candidates(case, settings)
    ]
    return [*found, Model(SELECTOR, "selector", partial(_select, settings=settings))]


def candidates(case: Case, settings: ArchitectureSettings) -> list[Any]:
    """Return the candidates of ``graftwood.compare``."""
    from graftwood.study.candidates import default_candidates

    target, problem = case.problem.target, case.problem
    kinds = {task: learned_as(problem.kinds[task]) for task in (target, *case.inputs)}
    options: dict[str, Any] = {"n_estimators": settings.n_estimators, "n_jobs": settings.n_jobs}
    return default_candidates(target, case.inputs, kinds=kinds, units=problem.units, **options)


def nearest_of(name: str, case: Case) -> str:
    """Name the peer that is given the same and does most nearly the same."""
    family = name.partition(":")[0]
    if family in LIKE_A_FOREST:
        return FOREST
    if family in LIKE_A_CHAIN and not case.is_class:
        return CHAIN if case.regime == "hidden" else FOREST_WITH_LABELS
    if family not in (*LIKE_A_CHAIN, *LIKE_MANY_OUTPUTS):
        raise ValueError(
            f"No peer is known of the candidate {name!r}; add {family!r} to one of the LIKE_ tuples in "
            "benchmarks/architectures/ours.py."
        )
    if not case.is_class:
        return CATBOOST
    return FOREST if case.regime == "hidden" else FOREST_WITH_LABELS


def _say(case: Case, fold: Fold, *, candidate: Any, seed: int) -> Said:
    """Fit a candidate and ask it for the test rows."""
    from graftwood.errors import TooFewLabels

    problem = case.problem
    rows, labels = case.training(fold, uses_sources=candidate.uses_sources)
    model = candidate.for_regime(case.regime)
    # Said for the tasks at hand: a candidate may name those that a model without sources is not given.
    kinds = {task: learned_as(problem.kinds[task]) for task in labels}
    model.set_params(random_state=seed + fold.repeat, kinds=kinds)
    try:
        model.fit(problem.X[rows], labels, groups=problem.groups[rows])
    except TooFewLabels as error:
        raise Skipped(str(error)) from error
    return Said(_answer(model, case, fold, uses_sources=candidate.uses_sources))


def learned_as(kind: str) -> str:
    """Kind that a task is learned as: numbers are real, so that one can be subtracted from another."""
    return kind if kind == "category" else "real"


def _answer(model: Any, case: Case, fold: Fold, *, uses_sources: bool) -> Any:
    target = case.problem.target
    known = case.known(fold) if uses_sources else None
    said = model.predict_tasks(case.problem.X[fold.test], known=known, tasks=[target])[target]
    return pd.DataFrame(said["probability"], columns=model.classes_) if case.is_class else said["mean"]


def _select(case: Case, fold: Fold, *, settings: ArchitectureSettings) -> Said:
    """Fit the selector and ask it likewise; its choice and verdict are the notes."""
    from graftwood.errors import GraftwoodError

    try:
        from graftwood import TransferSelector
    except ImportError as error:
        raise Skipped(NOT_BUILT) from error
    problem, regime = case.problem, case.regime
    rows, labels = case.training(fold, uses_sources=True)
    model = TransferSelector(
        target=problem.target,
        n_estimators=settings.n_estimators,
        random_state=settings.seed + fold.repeat,
        n_jobs=settings.n_jobs,
        **_also_told(problem),
    )
    try:
        with warnings.catch_warnings():
            # A choice that could not be validated is seen in the verdicts.
            warnings.simplefilter("ignore", UserWarning)
            model.fit(problem.X[rows], labels, groups=problem.groups[rows])
        answer = _answer(model, case, fold, uses_sources=True)
    except GraftwoodError as error:
        raise Skipped(f"selector: {error}") from error
    verdict = model.verdicts_.get(regime)
    kind = str(verdict.kind) if verdict is not None else NONE
    return Said(answer, {"chosen": str(model.best_[regime]), "verdict": kind})


def _also_told(problem: Problem) -> dict[str, Any]:
    """Return what a user would say of the tasks: their units, and those that repeat the target."""
    told = {"units": problem.units, "same_as": problem.same_as}
    return {name: value for name, value in told.items() if value}
