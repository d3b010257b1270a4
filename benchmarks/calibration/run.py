"""The benchmark itself."""

import time
from collections.abc import Callable

from benchmarks.architectures.partial import Kept
from benchmarks.architectures.settings import READING, cut
from benchmarks.calibration.classes import measure_classes
from benchmarks.calibration.functions import measure_steps
from benchmarks.calibration.mean import measure_mean
from benchmarks.calibration.measure import measure_problem
from benchmarks.calibration.peers import missing_peers
from benchmarks.calibration.settings import CalibrationSettings
from benchmarks.calibration.speed import measure_speed
from benchmarks.calibration.tables import print_classes, print_mean, print_problem, print_speed, print_steps
from benchmarks.definition import RESULTS, Results
from benchmarks.problems import PROBLEMS, Problem, planted


def measure_calibration(settings: CalibrationSettings) -> Results:
    """Whether error bars are true: coverage, ranking and CRPS of every architecture, and what they cost.

    Strict folds over materials.  In "hidden" nothing is known of a test material, in "visible" the labels of
    its other tasks are, except of those that repeat the target; in "one known" the same models are told one
    of several other labels of each row, in turn.  coverage_68 is the share of labels within
    one spread of the prediction and coverage_90 that within the 90 % interval, means over folds with the
    standard error of Nadeau and Bengio; "randomised" counts a label that was predicted exactly as covered
    with that probability (0.6827 or 0.9), as any bar holds it, and "positive" leaves out labels of 0.  rank
    is Spearman's correlation of spread and |error| with its 95 % interval over resampled materials.  crps is
    that of normal distributions, gain_over_constant by how much it is lower than with one spread for all that
    has the same coverage on the same test labels.  Peers learn from the target's labels alone (``peers.py``).

    "mean": the variance of the mean beside that over training sets drawn anew, on a made-up function
    (``mean.py``).  "steps": functions of the activation energies of four steps on the 50 surfaces of Falsig
    et al., estimated barriers included.  "classes": log loss, Brier score and calibration error of votes
    and of `predict_proba`, for colours and for whether a measured gap is zero.
    "speed": seconds for 10,000 candidates, 200 trees and 4,600 training
    materials of the Materials Project, medians of five rounds; peers in the same run.

    The full run has 100 trees, 5 folds drawn once (ten times of fewer than 1,000 labels, three times of fewer
    than 2,000) and at most 2,500 rows, which cuts the band gaps;
    ``measure_calibration(CalibrationSettings(n_rows=10_000))`` takes all.
    Parts are kept in ``results/partial`` like those of the architectures, so that a run that was broken
    off goes on.
    """
    kept = Kept(None if settings.is_planted else RESULTS / "partial", settings)  # type: ignore[arg-type]
    results: Results = {"peers_left_out": missing_peers(), "problems": {}}
    problems = load_problems(settings)
    for problem in problems:
        found = _find(kept, problem.name, lambda problem=problem: measure_problem(problem, settings))
        results["problems"][problem.name] = found
        print_problem(problem.name, found)
    if settings.with_steps:
        results["steps"] = _find(kept, "steps", lambda: measure_steps(settings))
        print_steps(results["steps"])
    gaps = next((problem for problem in problems if problem.name == "band-gap"), None)
    results["classes"] = _find(kept, "classes", lambda: measure_classes(settings, gaps))
    print_classes(results["classes"])
    results["mean"] = _find(kept, "mean", lambda: {"lines": measure_mean(settings)})["lines"]
    print_mean(results["mean"])
    if settings.with_speed:
        results["speed"] = measure_speed(settings)
        print_speed(results["speed"])
    return results


def load_problems(settings: CalibrationSettings) -> list[Problem]:
    """Read the data sets and cut them, or make one up."""
    if settings.is_planted:
        return [planted(seed=settings.seed)]
    return [cut(PROBLEMS[name](**READING.get(name, {})), settings) for name in settings.problems]  # type: ignore[arg-type]


def _find(kept: Kept, name: str, measure: Callable[[], Results]) -> Results:
    found = kept.find(f"calibration-{name}")
    if found is not None:
        print(f"\n{name}: kept from an earlier run in {kept.folder}; delete it to measure anew")
        return found
    start = time.process_time()
    found = measure()
    found = {**found, "cpu_seconds": round(time.process_time() - start, 1)}
    kept.keep(f"calibration-{name}", found)
    return found
