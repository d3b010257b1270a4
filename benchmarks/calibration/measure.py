"""From error bars on test rows to a line of the coverage table."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.architectures.cases import REGIMES, Case
from benchmarks.calibration import ours, peers
from benchmarks.calibration.ours import Bars, Numbers
from benchmarks.calibration.settings import CalibrationSettings
from benchmarks.definition import Results
from benchmarks.problems import Problem
from benchmarks.problems.folds import Fold, draw_folds, drawing_of


def measure_problem(problem: Problem, settings: CalibrationSettings) -> Results:
    """Run all models in both regimes, and once more where less is known than in training."""
    from graftwood.network.shared import shared_forests

    n_materials = len(set(problem.groups[problem.labelled]))
    drawing = drawing_of(problem, settings.n_folds, settings.repeats, settings.seed)
    folds = draw_folds(problem, None, drawing)
    found: Results = {
        "target": problem.target, "unit": problem.units.get(problem.target, ""), "n_materials": n_materials,
        "n_repeats": drawing.n_repeats, "regimes": {}, "refused": {},
    }  # fmt: skip
    for regime in REGIMES:
        case = Case(problem, problem.Y, None, regime, "related")
        said: dict[str, dict[str, list[Bars]]] = {}
        for fold in folds:
            with shared_forests():
                for name, model in ours.list_ours(case, settings).items():
                    if name == ours.SINGLE and regime == "visible":
                        continue  # it uses no other label, so it says the same
                    for asked, bars in ours.say(model, name, case, fold, settings.seed).items():
                        said.setdefault(asked, {}).setdefault(name, []).append(bars)
            for name, peer in peers.list_peers().items() if regime == "hidden" else ():
                try:
                    bars = peers.say(peer, case, fold, settings)
                    said.setdefault(regime, {}).setdefault(name, []).append(bars)
                except ValueError as error:  # MAPIE refuses ten calibration rows
                    found["refused"][name] = str(error)
        for asked, models in said.items():
            whole = {name: bars for name, bars in models.items() if len(bars) == len(folds)}
            found["regimes"][asked] = {name: summarise(problem, folds, bars) for name, bars in whole.items()}
    return found


def summarise(problem: Problem, folds: list[Fold], bars: list[Bars]) -> Results:
    """Measures of one model, each with its error."""
    from graftwood.metrics import fold_estimate, grouped_bootstrap, spread_rank_correlation

    truth = problem.Y[problem.target].to_numpy(np.float64)
    tested = np.concatenate([fold.test for fold in folds])
    y, groups = truth[tested], problem.groups[tested].astype(str)
    mean, spread = (np.concatenate([getattr(each, part) for each in bars]) for part in ("mean", "spread"))
    n_test = len(tested) / len(folds)
    n_train = np.mean([len(fold.told) for fold in folds])
    found: Results = {"mae": float(np.mean(np.abs(mean - y)))}
    for name, measure in _by_fold().items():
        values = []
        for fold, each in zip(folds, bars, strict=True):
            value = measure(truth[fold.test], each)
            if np.isfinite(value):
                values.append(value)
        if len(values) > 1:
            found[name] = list(fold_estimate(values, n_test, n_train))
    rank = grouped_bootstrap(spread_rank_correlation, y, mean, spread, groups=groups, n_resamples=200)
    found["rank"] = [rank.value, *rank.interval]
    found["crps"] = crps_against_constant(y, mean, spread, groups)
    return found


def _by_fold() -> dict[str, Callable[[Numbers, Bars], float]]:
    from graftwood.metrics import (
        coverage,
        coverage_of_interval,
        expected_normalised_calibration_error,
        miscalibration_area,
        randomised_coverage,
        randomised_coverage_of_interval,
    )

    def bars(metric: Any, y: Numbers, said: Bars) -> float:
        return float(metric(y, said.mean, said.spread))

    def of_positive(y: Numbers, said: Bars) -> float:
        rows = y > 0
        return (
            float(coverage(y[rows], said.mean[rows], said.spread[rows]))
            if 0 < rows.sum() < len(y)
            else np.nan
        )

    def ence(y: Numbers, said: Bars) -> float:
        if len(y) < 50:
            return np.nan
        return float(expected_normalised_calibration_error(y, said.mean, said.spread))

    return {
        "coverage_68": partial(bars, coverage),
        "coverage_68_randomised": partial(bars, randomised_coverage),
        "coverage_68_positive": of_positive,
        "coverage_90": lambda y, said: coverage_of_interval(y, said.low, np.maximum(said.low, said.high)),
        "coverage_90_randomised": lambda y, said: randomised_coverage_of_interval(
            y, said.mean, said.low, np.maximum(said.low, said.high)
        ),
        "miscalibration_area": partial(bars, miscalibration_area),
        "ence": ence,
    }


def crps_against_constant(y: Numbers, mean: Numbers, spread: Numbers, groups: Any) -> Results:
    """CRPS of normal distributions, and what it is less than with one spread for all of the same coverage."""
    from graftwood.metrics import coverage, crps_normal, grouped_bootstrap

    constant = np.full(len(y), np.quantile(np.abs(y - mean), coverage(y, mean, spread)))

    def gain(y: Numbers, mean: Numbers, spread: Numbers, constant: Numbers) -> float:
        return crps_normal(y, mean, constant) - crps_normal(y, mean, spread)

    found = grouped_bootstrap(gain, y, mean, spread, constant, groups=groups, n_resamples=200)
    return {
        "value": crps_normal(y, mean, spread), "gain_over_constant": found.value,
        "standard_error": found.standard_error,
    }  # fmt: skip
