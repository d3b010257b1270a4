"""From what models say to errors per material, and from those to means and paired differences."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.architectures.cases import Case, Model, Numbers, Skipped, errors_of, list_cases
from benchmarks.architectures.ours import SELECTOR, list_ours
from benchmarks.architectures.peers import list_peers, strongest
from benchmarks.architectures.settings import ArchitectureSettings, numbers_told
from benchmarks.definition import Results
from benchmarks.problems import Problem
from benchmarks.problems.folds import Fold, draw_folds, drawing_of


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a model's run gave: errors and folds of shape (n_repeats, n_materials), and notes; or why not.

    ``cpu_seconds`` are the median of the folds, without the forests that a model before it has grown alike.

    Examples
    --------
    >>> Outcome(skipped="too few labels").errors is None
    True
    """

    errors: Numbers | None = None
    folds: npt.NDArray[np.int64] | None = None
    notes: tuple[dict[str, str], ...] = ()
    skipped: str = ""
    cpu_seconds: float = 0.0


def measure_problem(problem: Problem, settings: ArchitectureSettings) -> Results:
    """Run all models in all cases of a problem."""
    is_class = problem.kinds[problem.target] == "category"
    found: Results = {
        "target": problem.target,
        "error": "Brier" if is_class else "MAE",
        "unit": problem.units.get(problem.target, ""),
        "n_rows": len(problem.Y),
        "n_materials": len(set(problem.groups)),
        "n_repeats": drawing_of(problem, settings.n_folds, settings.repeats, settings.seed).n_repeats,
        "n_labels": {str(task): int(n) for task, n in problem.Y.notna().sum().items()},
        "cases": [],
    }
    controls = settings.controls_of(problem.name)
    done: dict[tuple[Any, ...], Outcome] = {}
    related: dict[tuple[int | None, str], dict[str, Outcome]] = {}
    for case in list_cases(problem, numbers_told(problem, settings), controls, settings.seed):
        models = [*list_ours(case, settings), *list_peers(case, settings)]
        outcomes = run_models(models, case, done, settings)
        place = (case.n_told, case.regime)
        before = related.setdefault(place, outcomes) if case.sources == "related" else related[place]
        found["cases"].append(summarise(case, models, outcomes, before))
    return found


def run_models(
    models: list[Model], case: Case, done: dict[tuple[Any, ...], Outcome], settings: ArchitectureSettings
) -> dict[str, Outcome]:
    """Run every model on every fold, except where an earlier case gave the same.

    Forests that several models grow alike in a fold are grown once.
    """
    from graftwood.network.shared import shared_forests

    drawing = drawing_of(case.problem, settings.n_folds, settings.repeats, settings.seed)
    folds = draw_folds(case.problem, case.n_told, drawing)
    runs: dict[str, list[tuple[Numbers, dict[str, str], float]]] = {}
    skipped: dict[str, str] = {}
    new = [model for model in models if model.key(case) not in done]
    for fold in folds:
        with shared_forests():
            for model in new:
                if model.name in skipped:
                    continue
                start = time.process_time()
                try:
                    said = model.say(case, fold)
                except Skipped as reason:
                    skipped[model.name] = str(reason)
                    continue
                seconds = time.process_time() - start
                runs.setdefault(model.name, []).append((errors_of(case, fold, said), said.notes, seconds))
    for model in new:
        if model.name in skipped:
            done[model.key(case)] = Outcome(skipped=skipped[model.name])
            continue
        parts, notes, times = zip(*runs[model.name], strict=True)
        errors, numbers = over_materials(case.problem, folds, list(parts))
        done[model.key(case)] = Outcome(errors, numbers, notes, cpu_seconds=float(np.median(times)))
    return {model.name: done[model.key(case)] for model in models}


def over_materials(
    problem: Problem, folds: list[Fold], errors: list[Numbers]
) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """Mean error of each material over its rows, and the fold that tested it, one line per repeat."""
    materials, of_row = np.unique(problem.groups[problem.labelled].astype(str), return_inverse=True)
    place = np.full(len(problem.Y), -1)
    place[problem.labelled] = of_row
    shape = (1 + max(fold.repeat for fold in folds), len(materials))
    means, numbers = np.full(shape, np.nan), np.full(shape, -1)
    for fold, part in zip(folds, errors, strict=True):
        tested = place[fold.test]
        count = np.bincount(tested, minlength=len(materials))
        total = np.bincount(tested, weights=part, minlength=len(materials))
        means[fold.repeat, count > 0] = total[count > 0] / count[count > 0]
        numbers[fold.repeat, count > 0] = fold.number
    return means, numbers


def summarise(
    case: Case, models: list[Model], outcomes: dict[str, Outcome], related: dict[str, Outcome]
) -> Results:
    """Error of every model, and its paired differences to the best architecture and to others."""
    free = [model.name for model in models if model.role == "architecture" and model.sees == "target"]
    ours = [model.name for model in models if model.role == "architecture"]
    best, best_free = best_of(ours, outcomes), best_of(free, outcomes)
    errors = {name: minus(each, None)[0] for name, each in outcomes.items() if each.errors is not None}
    summary: Results = {
        "n_told": case.n_told,
        "regime": case.regime,
        "sources": case.sources,
        "best": best,
        "best_without_sources": best_free,
        "models": {},
    }
    for model in models:
        outcome = outcomes[model.name]
        entry: Results = {"role": model.role}
        summary["models"][model.name] = entry
        if outcome.errors is None:
            entry["skipped"] = outcome.skipped
            continue
        entry["error"], entry["standard_error"] = minus(outcome, None)
        entry["cpu_seconds"] = round(outcome.cpu_seconds, 2)
        entry["minus_best"] = minus(outcome, outcomes[best])
        entry["minus_best_without_sources"] = minus(outcome, outcomes[best_free])
        if model.nearest:
            entry["peer"] = strongest(model.nearest, errors)
            if outcomes[entry["peer"]].errors is not None:
                entry["minus_peer"] = minus(outcome, outcomes[entry["peer"]])
        if case.sources != "related":
            entry["minus_related"] = minus(outcome, related[model.name])
    summary[SELECTOR] = count_notes(outcomes[SELECTOR])
    return summary


def best_of(names: list[str], outcomes: dict[str, Outcome]) -> str:
    """Name of the smallest mean error among the models that ran."""
    means = {name: minus(outcomes[name], None)[0] for name in names if outcomes[name].errors is not None}
    return min(means, key=lambda name: means[name])


def minus(outcome: Outcome, other: Outcome | None) -> list[float]:
    """Mean of the errors minus another model's (None: minus nothing), and its corrected standard error."""
    from graftwood.metrics import paired_gain

    assert outcome.errors is not None and outcome.folds is not None
    reference = np.zeros_like(outcome.errors) if other is None else other.errors
    assert reference is not None
    # The bootstrap interval is not used.
    gain = paired_gain(outcome.errors, reference, outcome.folds, n_resamples=1)
    return [gain.difference, gain.standard_error]


def count_notes(outcome: Outcome) -> Results:
    """How often the selector chose what, and said what, over the folds."""
    if outcome.errors is None:
        return {"skipped": outcome.skipped}
    return {
        what: dict(Counter(note[what] for note in outcome.notes).most_common())
        for what in ("chosen", "verdict")
    }
