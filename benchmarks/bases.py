"""Band gaps with other models in the forest's place."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.definition import Results
from benchmarks.hurdle import REGIMES, planted_gaps
from benchmarks.problems.definition import Problem
from benchmarks.problems.gaps import band_gap

METRICS = ("mae", "coverage_68", "coverage_90", "crps")


@dataclass(frozen=True)
class BaseSettings:
    """Settings: size of forests, folds over materials, and compositions that only the sources have.

    Examples
    --------
    >>> BaseSettings(n_folds=2).n_trees
    100
    """

    n_trees: int = 100
    n_folds: int = 5
    n_source_only: int = 3000
    n_jobs: int = 2
    is_planted: bool = False
    seed: int = 0


def compare_bases(settings: BaseSettings) -> Results:
    """Band gaps: graftwood's forest, extra-trees and boosting in each architecture.

    Measured gaps (Zhuo et al. through Matbench) with the Materials Project, OQMD and AFLOW as sources; 132
    Magpie statistics; folds over materials; kind real. Bases: the forest, scikit-learn's ExtraTreesRegressor
    with a third of the inputs per split, and HistGradientBoostingRegressor at its defaults. Per base,
    architecture and regime: mean absolute error in eV, coverage of the 68 % and 90 % intervals and CRPS, each
    with its standard error over folds, and the gain over the forest in the same architecture, paired
    (positive is better).
    """
    problem = (
        planted_gaps(settings.seed)
        if settings.is_planted
        else band_gap(settings.n_source_only, fractions=False, seed=settings.seed)
    )
    comparison = run(problem, settings)
    results: Results = {"n_rows": len(problem.Y), "rows": []}
    for architecture in ARCHITECTURES:
        for base in bases(settings):
            for regime in REGIMES:
                row = summarise(comparison, architecture, base, regime, settings)
                results["rows"].append({"architecture": architecture, "base": base, "regime": regime, **row})
    print_results(results)
    return results


ARCHITECTURES = ("single", "difference", "latent")


def bases(settings: BaseSettings) -> dict[str, Any]:
    """Name -> what stands for the forest, None for itself."""
    from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor

    trees = ExtraTreesRegressor(
        settings.n_trees, max_features=1 / 3, random_state=settings.seed, n_jobs=settings.n_jobs
    )
    return {
        "forest": None,
        "extra-trees": trees,
        "boosting": HistGradientBoostingRegressor(random_state=settings.seed),
    }


def run(problem: Problem, settings: BaseSettings) -> Any:
    """Compare every architecture with every base."""
    from graftwood import Difference, LatentVariable, SingleTask
    from graftwood.study.candidates import Candidate
    from graftwood.study.compare import compare

    target, sources, candidates = problem.target, list(problem.sources), []
    for name, base in bases(settings).items():
        shared: dict[str, Any] = {
            "base": base, "n_estimators": settings.n_trees, "random_state": settings.seed,
            "n_jobs": settings.n_jobs,
        }  # fmt: skip
        candidates += [
            Candidate(f"single:{name}", SingleTask(target, **shared), False),
            Candidate(f"difference:{name}", Difference(target, sources[0], **shared), True),
            Candidate(f"latent:{name}", LatentVariable(target, sources, **shared), True),
        ]
    return compare(
        problem.X,
        problem.Y,
        target=target,
        groups=problem.groups,
        candidates=candidates,
        n_folds=settings.n_folds,
        random_state=settings.seed,
    )


def summarise(comparison: Any, architecture: str, base: str, regime: str, settings: BaseSettings) -> Results:
    """Metrics of one base in one architecture and regime, and its gain over the forest."""
    from graftwood.metrics import fold_estimate

    table = comparison.table.query("regime == @regime").set_index(["architecture", "metric"])
    mine = table.loc[f"{architecture}:{base}"]
    row: Results = {
        metric: [float(mine.loc[metric, "value"]), float(mine.loc[metric, "standard_error"])]
        for metric in METRICS
        if metric in mine.index
    }
    held_out = comparison.held_out[comparison.held_out["regime"] == regime].set_index("row")
    loss, forest = (
        held_out[held_out["architecture"] == f"{architecture}:{name}"] for name in (base, "forest")
    )
    saved = (forest["loss"] - loss["loss"]).groupby(loss["fold"]).mean()
    n_test = len(loss) / settings.n_folds
    gain = fold_estimate(saved.to_numpy(), n_test, len(loss) - n_test)
    row["gain"] = [float(np.nan_to_num(value)) for value in gain]
    return row


def print_results(results: Results) -> None:
    """Print a line per architecture, base and regime."""
    for row in results["rows"]:
        told = "  ".join(
            f"{metric} {row[metric][0]:.3f}({row[metric][1]:.3f})" for metric in METRICS if metric in row
        )
        gain = f"{row['gain'][0]:+.3f}({row['gain'][1]:.3f})"
        print(f"{row['architecture']:<11} {row['base']:<12} {row['regime']:<8} gain {gain}  {told}")
