"""How often trees should draw each material, where there are few materials and where there are many."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from benchmarks.definition import Results
from benchmarks.problems import PROBLEMS, Problem, planted
from benchmarks.task_weights import mean_of

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DrawSettings:
    """Settings: data sets, numbers of materials that are told, draws per material, size of the forests.

    ``share`` is the largest part of the materials that is told; it is also tried itself in data sets of
    fewer than ``few`` materials.

    Examples
    --------
    >>> DrawSettings(n_told=(20, 40)).draws
    (1.0, 1.5, 2.0)
    """

    problems: tuple[str, ...] = tuple(name for name in PROBLEMS if name != "colour")  # of numbers
    n_told: tuple[int, ...] = (25, 50, 75, 100, 200, 500)
    few: int = 100
    draws: tuple[float, ...] = (1.0, 1.5, 2.0)
    share: float = 0.8
    n_test: int = 1500
    n_divisions: int = 10
    n_estimators: int = 100
    n_jobs: int = 1
    is_planted: bool = False
    seed: int = 0


def compare_draws(settings: DrawSettings) -> Results:
    """Error and coverage of SingleTask whose trees draw every material once, 1.5 times or twice on average.

    The told number of materials is drawn at random, with all their labels of the target, and rows of the
    others (at most 1,500) are predicted; this as often as there are divisions.  "change" is the mean over
    divisions of the logarithm of the ratio of mean absolute errors to those of 1 draw, in percent, below
    zero where more draws are better, with its standard error over divisions.  They share materials, so it
    is too small where most of a data set is told.  "covered" is the percentage of rows within one
    observation spread.  "over problems" has the mean change over data sets with the standard error of
    that mean, per told number that two data sets or more have.
    """
    results: Results = {"problems": {}}
    for problem in load_problems(settings):
        start = time.process_time()
        runs = [measure_size(problem, n, settings) for n in sizes_of(problem, settings)]
        seconds = round(time.process_time() - start, 1)
        n_materials = len(set(problem.groups[problem.labelled]))
        found = {"target": problem.target, "n_materials": n_materials, "runs": runs, "cpu_seconds": seconds}
        results["problems"][problem.name] = found
        print_problem(problem.name, found)
    results["over problems"] = over_problems(results["problems"])
    print_overall(results["over problems"])
    return results


def load_problems(settings: DrawSettings) -> list[Problem]:
    """Read the data sets, or make one up."""
    return (
        [planted(seed=settings.seed)]
        if settings.is_planted
        else [PROBLEMS[name]() for name in settings.problems]
    )


def sizes_of(problem: Problem, settings: DrawSettings) -> list[int]:
    """Numbers of told materials."""
    n_materials = len(set(problem.groups[problem.labelled]))
    most = int(settings.share * n_materials)
    own = {most} if n_materials < settings.few else set()
    return sorted({n for n in settings.n_told if n <= most} | own)


def measure_size(problem: Problem, n_told: int, settings: DrawSettings) -> Results:
    """Compare the draws where so many materials are told."""
    divisions = list(divide(problem, n_told, settings))
    errors, covered = {}, {}
    for draws in settings.draws:
        pairs = [errors_of(problem, draws, *rows, seed, settings) for seed, rows in enumerate(divisions)]
        errors[draws] = np.array([error.mean() for error, _ in pairs])
        covered[draws] = 100 * float(np.mean([(error < spread).mean() for error, spread in pairs]))
    found: Results = {"n_told": n_told, "error": float(errors[settings.draws[0]].mean()), "draws": {}}
    for draws in settings.draws:
        ratio = 100 * np.log(errors[draws] / errors[settings.draws[0]])
        error = float(ratio.std(ddof=1) / math.sqrt(len(ratio)))
        change = [float(ratio.mean()), error]
        found["draws"][str(draws)] = {"change": change, "covered": covered[draws]}
    return found


def divide(problem: Problem, n_told: int, settings: DrawSettings) -> Iterator[tuple[Any, Any]]:
    """Labelled rows of told materials, and those of others that are predicted."""
    groups = problem.groups[problem.labelled]
    for number in range(settings.n_divisions):
        rng = np.random.default_rng([settings.seed, number])
        is_told = np.isin(groups, rng.permutation(np.unique(groups))[:n_told])
        others = rng.permutation(problem.labelled[~is_told])[: settings.n_test]
        yield problem.labelled[is_told], others


def errors_of(
    problem: Problem, draws: float, told: Any, others: Any, seed: int, settings: DrawSettings
) -> tuple[Numbers, Numbers]:
    """Absolute error and observation spread of every predicted row."""
    from graftwood import SingleTask
    from graftwood.network import training

    model = SingleTask(
        problem.target, n_estimators=settings.n_estimators, random_state=seed, n_jobs=settings.n_jobs
    )
    labels = problem.Y[[problem.target]]
    with patch.object(training, "draw_bags", partial(training.draw_bags, draws=draws)):
        model.fit(problem.X[told], labels.iloc[told], groups=problem.groups[told])
    said, spread = model.predict(problem.X[others], return_std=True)
    return np.abs(said - labels[problem.target].to_numpy(np.float64)[others]), spread


def over_problems(problems: Results) -> Results:
    """Mean change over data sets and its standard error, per told number and draws."""
    changes: dict[str, dict[str, list[float]]] = {}
    for found in problems.values():
        for run in found["runs"]:
            for draws, entry in run["draws"].items():
                changes.setdefault(str(run["n_told"]), {}).setdefault(draws, []).append(entry["change"][0])
    return {
        n_told: {draws: mean_of(values) for draws, values in entries.items()}
        for n_told, entries in sorted(changes.items(), key=lambda item: int(item[0]))
        if len(next(iter(entries.values()))) > 1
    }


def print_overall(overall: Results) -> None:
    """Print the means over data sets."""
    print("\nover problems, change in percent")
    for n_told, entries in overall.items():
        cells = [
            f"{draws} draws {found['mean_percent']:+.1f} +- {found['standard_error_percent']:.1f}"
            for draws, found in entries.items()
        ]
        n_problems = entries[next(iter(entries))]["n_problems"]
        print(f"  {n_told:>4} told, {n_problems} data sets: {', '.join(cells)}")


def print_problem(name: str, found: Results) -> None:
    """Print a line per number of told materials."""
    print(f"\n{name}: {found['target']}, {found['n_materials']} materials, {found['cpu_seconds']} CPU-s")
    for run in found["runs"]:
        cells = [
            f"{draws} draws {change:+.1f} +- {error:.1f} % ({entry['covered']:.0f} %)"
            for draws, entry in run["draws"].items()
            for change, error in [entry["change"]]
        ]
        print(f"  {run['n_told']:4d} told, MAE {run['error']:.4g}: {', '.join(cells)}")
