"""Band gaps, half of which are exact zeros: a class for the zeros and a value for the rest."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.definition import Results
from benchmarks.problems.definition import Problem
from benchmarks.problems.gaps import band_gap

REGIMES = ("hidden", "visible")
KINDS = {
    "real": ("real", "real"),
    "target nonnegative": ("nonnegative", "real"),
    "all nonnegative": ("nonnegative", "nonnegative"),
}  # of the target and of its sources
METRICS = ("mae", "rmse", "coverage_68", "coverage_90", "crps", "brier_zero")


@dataclass(frozen=True)
class HurdleSettings:
    """Settings: size of forests, folds over materials, and compositions that only the sources have.

    Examples
    --------
    >>> HurdleSettings(n_folds=2).n_estimators
    100
    """

    n_estimators: int = 100
    n_folds: int = 5
    n_source_only: int = 3000
    n_jobs: int = 2
    is_planted: bool = False
    seed: int = 0


def compare_hurdle_with_numbers(settings: HurdleSettings) -> Results:
    """Band gaps with exact zeros: the kind nonnegative against real, per architecture and regime.

    Measured gaps (Zhuo et al. through Matbench) with the Materials Project, OQMD and AFLOW as sources; 132
    Magpie statistics. Folds are over materials; of a test material either nothing is known, or its calculated
    gaps. Per kinds of target and sources: mean absolute error in eV of the median, root mean squared error,
    coverage of the 68 % and 90 % intervals by the randomised probability integral transform (of real ones
    the exact hits of a prediction are settled alike), CRPS and the Brier score of the zeros, each with a
    standard error over folds; the gain in absolute error over kind real of the same architecture and folds,
    paired (positive is better); coverage on the rows above zero; and the reliability of the zeros: in tenths
    of the predicted probability, its mean, the share of zeros and the number of rows.
    """
    problem = (
        planted_gaps(settings.seed)
        if settings.is_planted
        else band_gap(settings.n_source_only, fractions=False, seed=settings.seed)
    )
    found = {name: run(problem, kinds, settings) for name, kinds in KINDS.items()}
    results: Results = {
        "n_rows": len(problem.Y),
        "n_labels": {str(task): int(n) for task, n in problem.Y.notna().sum().items()},
        "share_of_zeros": float(np.mean(problem.Y[problem.target].dropna() == 0)),
        "rows": [],
    }
    for name, comparison in found.items():
        for candidate in comparison.candidates:
            for regime in REGIMES:
                row = summarise(comparison, found["real"], candidate.name, regime, settings)
                results["rows"].append(
                    {"kinds": name, "architecture": candidate.name, "regime": regime, **row}
                )
    print_results(results)
    return results


def planted_gaps(seed: int, n_rows: int = 150) -> Problem:
    """Return a target that is zero where an input is below zero, and a source that is half a unit lower."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 4))
    value = np.where(X[:, 0] > 0, 2 + X[:, 1] ** 2, 0.0)
    Y = pd.DataFrame({"target": value, "source": np.maximum(value - 0.5, 0.0)})
    Y.loc[rng.random(n_rows) < 0.3, "target"] = np.nan
    return Problem(
        "planted gaps", X, Y, "target", ("source",), np.arange(n_rows), dict.fromkeys(Y, "nonnegative")
    )


def run(problem: Problem, kinds: tuple[str, str], settings: HurdleSettings) -> Any:
    """Compare the architectures with these kinds of target and sources."""
    from graftwood.study.candidates import Candidate
    from graftwood.study.compare import compare

    of_task = {task: kinds[0] if task == problem.target else kinds[1] for task in problem.Y}
    return compare(
        problem.X,
        problem.Y,
        target=problem.target,
        groups=problem.groups,
        candidates=[
            Candidate(name, *rest) for name, rest in architectures(problem, of_task, settings).items()
        ],
        kinds=of_task,
        n_folds=settings.n_folds,
        random_state=settings.seed,
    )


def architectures(
    problem: Problem, kinds: dict[str, str], settings: HurdleSettings
) -> dict[str, tuple[Any, bool]]:
    """Name -> unfitted estimator, and whether it uses sources; differences start from the first source."""
    from graftwood import Difference, LatentVariable, MultiTaskForest, SingleTask

    target, sources = problem.target, list(problem.sources)
    shared: dict[str, Any] = {
        "n_estimators": settings.n_estimators, "random_state": settings.seed, "n_jobs": settings.n_jobs
    }  # fmt: skip
    given, alone = {**shared, "kinds": kinds}, {**shared, "kinds": {target: kinds[target]}}
    return {
        "single": (SingleTask(target, **alone), False),
        "self_difference": (Difference(target, target, **alone), False),
        "difference": (Difference(target, sources[0], **given), True),
        "latent": (LatentVariable(target, sources, **given), True),
        "multi_task": (MultiTaskForest(target, **given), True),
    }


def summarise(comparison: Any, plain: Any, name: str, regime: str, settings: HurdleSettings) -> Results:
    """Metrics of one architecture in one regime, and its gain over the same with kind real."""
    mine = comparison.table.query("architecture == @name and regime == @regime").set_index("metric")
    row: Results = {
        metric: [float(mine.loc[metric, "value"]), float(mine.loc[metric, "standard_error"])]
        for metric in METRICS
        if metric in mine.index
    }
    held_out = _rows(comparison, name, regime)
    row["gain"] = gain_over(held_out, _rows(plain, name, regime), settings)
    if "p_zero" in held_out:
        row |= {"coverage_above_zero": coverage_above_zero(held_out), "reliability": reliability(held_out)}
    return row


def _rows(comparison: Any, name: str, regime: str) -> pd.DataFrame:
    return comparison.held_out.query("architecture == @name and regime == @regime").set_index("row")


def gain_over(mine: pd.DataFrame, plain: pd.DataFrame, settings: HurdleSettings) -> list[float]:
    """Mean over folds of the absolute error saved, and its standard error (Nadeau and Bengio)."""
    from graftwood.metrics import fold_estimate

    saved = (plain["loss"].reindex(mine.index) - mine["loss"]).groupby(mine["fold"]).mean()
    n_test = len(mine) / settings.n_folds
    return [float(value) for value in fold_estimate(saved.to_numpy(), n_test, len(mine) - n_test)]


def coverage_above_zero(held_out: pd.DataFrame) -> dict[str, float]:
    """Share of the labels above zero in the intervals of the whole distribution."""
    from graftwood.metrics import coverage_of_transform

    above = held_out[held_out["label"] > 0]
    return {
        name: coverage_of_transform(above["below"], above["at_most"], level=level)
        for name, level in (("coverage_68", 0.6827), ("coverage_90", 0.9))
    }


def reliability(held_out: pd.DataFrame) -> list[list[float]]:
    """Mean predicted probability of a zero, share of zeros and number of rows, by tenths of the former."""
    tenth = np.minimum((held_out["p_zero"] * 10).astype(int), 9)
    return [
        [float(part["p_zero"].mean()), float(np.mean(part["label"] == 0)), len(part)]
        for _, part in held_out.groupby(tenth)
    ]


def print_results(results: Results) -> None:
    """Print a line per kinds, architecture and regime."""
    print(f"{results['n_labels']}, {results['share_of_zeros']:.0%} of the target's labels are zero")
    for row in results["rows"]:
        told = "  ".join(
            f"{metric} {row[metric][0]:.3f}({row[metric][1]:.3f})" for metric in METRICS if metric in row
        )
        gain = f"{row['gain'][0]:+.3f}({row['gain'][1]:.3f})"
        print(f"{row['kinds']:<19} {row['architecture']:<16} {row['regime']:<8} gain {gain}  {told}")
