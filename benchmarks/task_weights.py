"""Which task_weight of MultiTaskForest serves a sparse target best, on real data sets."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.definition import Results
from benchmarks.problems import PROBLEMS, Problem, planted
from benchmarks.problems.folds import Drawing, Fold, draw_folds, shuffle_sources

Numbers = npt.NDArray[np.float64]
SMALL = {"band-gap": {"n_source_only": 1000, "fractions": False}}
LARGEST_SHARE = 0.5
LARGE = 10**6
DEFAULT = 0.5


@dataclass(frozen=True)
class TaskWeightSettings:
    """Settings: data sets, exponents, numbers of target labels, size of the forests, folds.

    Examples
    --------
    >>> TaskWeightSettings(n_labels=(50,)).exponents
    (0.0, 0.5, 1.0)
    """

    problems: tuple[str, ...] = tuple(PROBLEMS)
    exponents: tuple[float, ...] = (0.0, DEFAULT, 1.0)
    n_labels: tuple[int, ...] = (50, 300)
    n_estimators: int = 50
    n_folds: int = 10
    n_repeats: int = 2
    n_jobs: int = 1
    is_planted: bool = False
    seed: int = 0


def compare_task_weights(settings: TaskWeightSettings) -> Results:
    """Target error of MultiTaskForest for several task_weight, minus that of SingleTask on the same folds.

    A label of a task with n labels counts n ** -a, with a = 0, 1/2 or 1.  Folds are over materials; nothing
    is known of a test material (regime "hidden").  Of the target's labels that remain, the told number is
    kept, at most half of them, so that the sources always have more; all labels of the sources are kept.
    Errors are absolute, in the target's unit, and for classes Brier's (sum over classes of the squared
    error of the probability, from 0 to 2).  "related" are the sources as they are, "shuffled" is the
    control: the rows of source labels are dealt to other materials, all sources together, so that they
    agree with one another and with nothing else.

    Given for each are the mean error, "minus_single" (below zero when the sources help) and "minus_half"
    (minus the error of a = 1/2, below zero when a is the better choice), each paired per row with the
    standard error of Nadeau and Bengio for training sets that overlap; degrees of freedom are n_folds - 1.
    With few labels the sets overlap less than that assumes, so the errors are too large rather than too
    small.  "over problems" has the same differences in percent of the error of single, averaged over data
    sets, with the standard error of that mean.  Data sets of more than a million cells (rows times inputs
    times tasks) have their folds drawn once.
    """
    results: Results = {"problems": {}}
    for problem in load_problems(settings):
        start = time.process_time()
        is_large = problem.X.size * problem.Y.shape[1] > LARGE
        found = measure_problem(problem, replace(settings, n_repeats=1) if is_large else settings)
        found["cpu_seconds"] = round(time.process_time() - start, 1)
        results["problems"][problem.name] = found
        print_problem(problem.name, found)
    results["over problems"] = over_problems(results["problems"])
    print_overall(results["over problems"])
    return results


def load_problems(settings: TaskWeightSettings) -> list[Problem]:
    """Read the data sets, or make one up."""
    if settings.is_planted:
        return [planted(seed=settings.seed)]
    return [PROBLEMS[name](**SMALL.get(name, {})) for name in settings.problems]


def measure_problem(problem: Problem, settings: TaskWeightSettings) -> Results:
    """Compare the exponents on one data set, for every number of labels and kind of source."""
    tables = {"related": problem.Y, "shuffled": shuffle_sources(problem, settings.seed)}
    is_class = problem.kinds[problem.target] == "category"
    found: Results = {
        "target": problem.target,
        "error": "Brier" if is_class else "MAE",
        "unit": problem.units.get(problem.target, ""),
        "n_materials": len(set(problem.groups)),
        "n_repeats": settings.n_repeats,
        "n_labels": {str(task): int(n) for task, n in problem.Y.notna().sum().items()},
        "runs": [],
    }
    for wanted, n_told in sizes(problem, settings).items():
        drawing = Drawing(settings.n_folds, settings.n_repeats, settings.seed)
        folds = list(draw_folds(problem, n_told, drawing))
        single = [errors_of(None, problem, problem.Y, fold, settings) for fold in folds]
        for kind, table in tables.items():
            errors = {
                a: [errors_of(a, problem, table, fold, settings) for fold in folds]
                for a in settings.exponents
            }
            summary = summarise(problem, folds, single, errors, settings)
            found["runs"].append({"wanted": wanted, "n_told": n_told, "sources": kind, **summary})
    return found


def sizes(problem: Problem, settings: TaskWeightSettings) -> dict[int, int]:
    """Wanted number of target labels -> the number that is told, each told number once."""
    n_left = len(problem.labelled) * (1 - 1 / settings.n_folds)
    told = {wanted: min(wanted, int(LARGEST_SHARE * n_left)) for wanted in sorted(settings.n_labels)}
    return {wanted: n for i, (wanted, n) in enumerate(told.items()) if n not in list(told.values())[:i]}


def errors_of(
    exponent: float | None, problem: Problem, table: pd.DataFrame, fold: Fold, settings: TaskWeightSettings
) -> Numbers:
    """Error of every test row; None is SingleTask."""
    from graftwood import MultiTaskForest, SingleTask

    target, tasks = problem.target, [problem.target, *problem.sources]
    options: dict[str, Any] = {
        "n_estimators": settings.n_estimators,
        "random_state": settings.seed + fold.repeat,
        "n_jobs": settings.n_jobs,
    }
    labels, rows = table.loc[:, tasks], fold.train
    is_told = np.isin(np.arange(len(labels)), fold.told)
    labels = labels.assign(**{target: labels[target].where(is_told)})
    if exponent is None:
        labels, rows = labels[[target]], np.sort(fold.told)
        model: Any = SingleTask(target, kinds={target: problem.kinds[target]}, **options)
    else:
        model = MultiTaskForest(target, task_weight=exponent, kinds=problem.kinds, **options)
    model.fit(problem.X[rows], labels.iloc[rows], groups=problem.groups[rows])
    truth = problem.Y[target].iloc[fold.test].to_numpy()
    if problem.kinds[target] != "category":
        return np.abs(np.asarray(model.predict(problem.X[fold.test])) - truth.astype(np.float64))
    return brier(truth, model.predict_proba(problem.X[fold.test]), list(model.classes_))


def brier(truth: npt.NDArray[Any], odds: Any, classes: list[Any]) -> Numbers:
    """Brier's error of every row; a class that training never saw has probability 0."""
    odds = np.asarray(odds)
    right = np.array([[cell == known for known in classes] for cell in truth])
    unseen = ~right.any(axis=1)
    return np.asarray(((odds - right) ** 2).sum(axis=1) + unseen)


def summarise(
    problem: Problem,
    folds: list[Fold],
    single: list[Numbers],
    errors: dict[float, list[Numbers]],
    settings: TaskWeightSettings,
) -> Results:
    """Mean errors, and both paired differences of each exponent."""
    place = np.full(len(problem.Y), -1)
    place[problem.labelled] = np.arange(len(problem.labelled))
    shape = (settings.n_repeats, len(problem.labelled))
    fold_of = np.full(shape, -1)
    for fold in folds:
        fold_of[fold.repeat, place[fold.test]] = fold.number

    def spread_out(parts: list[Numbers]) -> Numbers:
        out = np.full(shape, np.nan)
        for fold, part in zip(folds, parts, strict=True):
            out[fold.repeat, place[fold.test]] = part
        return out

    alone = spread_out(single)
    half = spread_out(errors[DEFAULT])
    summary: Results = {"single": float(alone.mean()), "exponents": {}}
    for exponent, parts in errors.items():
        ours = spread_out(parts)
        entry = {"error": float(ours.mean()), "minus_single": paired(ours, alone, fold_of)}
        if exponent != DEFAULT:
            entry["minus_half"] = paired(ours, half, fold_of)
        summary["exponents"][str(exponent)] = entry
    return summary


def paired(reference: Numbers, other: Numbers, fold_of: npt.NDArray[np.int64]) -> list[float]:
    """Mean of reference minus other over rows, and its corrected standard error."""
    from graftwood.metrics.transfer import paired_gain

    gain = paired_gain(reference, other, fold_of)
    return [gain.difference, gain.standard_error]


def over_problems(problems: Results) -> Results:
    """Both differences in percent of single's error: mean over data sets and its standard error."""
    collected: dict[str, dict[str, dict[str, list[float]]]] = {}
    for found in problems.values():
        for run in found["runs"]:
            case = collected.setdefault(f"{run['wanted']} labels, {run['sources']}", {})
            for exponent, entry in run["exponents"].items():
                for what in ("minus_single", "minus_half"):
                    if what in entry:
                        percent = 100 * entry[what][0] / run["single"]
                        case.setdefault(exponent, {}).setdefault(what, []).append(percent)
    return {
        case: {
            exponent: {what: mean_of(values) for what, values in entry.items()}
            for exponent, entry in entries.items()
        }
        for case, entries in collected.items()
    }


def mean_of(values: list[float]) -> Results:
    """Mean and its standard error, None for one value."""
    error = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return {
        "mean_percent": float(np.mean(values)),
        "standard_error_percent": error,
        "n_problems": len(values),
    }


def print_problem(name: str, found: Results) -> None:
    """Print a line per number of labels, kind of source and exponent."""
    print(f"\n{name}: {found['error']} of {found['target']} {found['unit']}, {found['cpu_seconds']} CPU-s")
    for run in found["runs"]:
        print(f"  {run['n_told']} labels, sources {run['sources']}: single {run['single']:.4g}")
        for exponent, entry in run["exponents"].items():
            gain, half = entry["minus_single"], entry.get("minus_half")
            shown = f"    a = {exponent:<4} minus single {gain[0]:+.4g} +- {gain[1]:.2g}"
            print(shown if half is None else f"{shown}   minus a = 1/2 {half[0]:+.4g} +- {half[1]:.2g}")


def print_overall(overall: Results) -> None:
    """Print the means over data sets."""
    for case, entries in overall.items():
        print(f"\nover problems, {case}, percent of single's error")
        for exponent, entry in entries.items():
            shown = [f"{what} {_percents(found)}" for what, found in entry.items()]
            print(f"  a = {exponent:<4} {'   '.join(shown)}")


def _percents(found: Results) -> str:
    """Mean, and its standard error where there is one."""
    error = found["standard_error_percent"]
    return f"{found['mean_percent']:+.2f}" + ("" if error is None else f" +- {error:.2f}")
