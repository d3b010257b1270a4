"""Time of Meta Subspace Pursuit beside a plain loop and its rivals, and how it grows with the tasks."""

import resource
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.definition import Results


@dataclass(frozen=True)
class FewShotSettings:
    """Settings: the problem that methods are timed on, and the numbers of tasks for the growth.

    Examples
    --------
    >>> FewShotSettings(n_tasks=50).rank
    5
    """

    n_tasks: int = 1600
    n_rows: int = 25
    n_inputs: int = 100
    rank: int = 5
    n_iter: int = 100
    n_rounds: int = 5
    growth_tasks: tuple[int, ...] = (6_250, 12_500, 25_000, 50_000, 100_000)
    growth_rows: int = 10
    growth_iter: int = 10
    seed: int = 0


GOALS = {"plain loop": 1.0, "ANIL": 2.0, "alternating minimization": 4.0}


def time_few_shot(settings: FewShotSettings) -> Results:
    """Meta Subspace Pursuit: CPU seconds beside a plain NumPy loop, ANIL and alternating minimization.

    Planted tasks (standard normal inputs, noise as large as the signal). All run in one process and take
    turns; of the rounds the median is given, and of the ratios to the pursuit (above 1 when it is faster) the
    median of the rounds'. The pursuit does exactly n_iter iterations, as does the plain loop, which is the
    method written down with einsum and full decompositions; the lines with a tolerance of 1e-6 stop when they
    have converged. "fit" is the estimator, with reading, checks and Bayes heads. ANIL has its default of 150
    outer steps and one inner step, alternating minimization 10 turns from moments. The growth is the time of
    fits with few iterations over numbers of tasks; its exponent is the slope of the logarithms, 1 for linear
    growth, and the memory is the peak of the process, the table and its making included.
    """
    results = compare(settings)
    results["growth"] = growth(settings)
    print(f"exponent {results['growth']['exponent']:.3f}, peak {results['growth']['peak_mebibytes']:.0f} MiB")
    return results


def compare(settings: FewShotSettings) -> Results:
    """Time every method in turns."""
    from graftwood.fewshot import plant_tasks

    planted = plant_tasks(
        n_tasks=settings.n_tasks, n_rows=settings.n_rows, n_inputs=settings.n_inputs, rank=settings.rank,
        noise=1.0, seed=settings.seed,
    )  # fmt: skip
    runs = candidates(settings, planted)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(settings.n_rounds):
        for name, run in runs.items():
            started = time.process_time()
            run()
            seconds[name].append(time.process_time() - started)
    median = {name: float(np.median(found)) for name, found in seconds.items()}
    ratios = {name: float(np.median(np.array(seconds[name]) / np.array(seconds["pursuit"]))) for name in runs}
    for name in runs:
        goal = f"goal {GOALS[name]:g}" if name in GOALS else ""
        print(f"{name:<26} {median[name]:8.3f} CPU s  {ratios[name]:6.2f} x pursuit  {goal}")
    return {"cpu_seconds": median, "ratio_to_pursuit": ratios, "goals": GOALS}


def candidates(settings: FewShotSettings, planted: Any) -> dict[str, Callable[[], Any]]:
    """Name -> run."""
    from graftwood.fewshot import AlternatingMinimization, LinearANIL, MetaSubspacePursuit
    from graftwood.fewshot.blocks import make_problem
    from graftwood.fewshot.pursuit import pursue

    table = planted.X, planted.y, planted.task
    cube = planted.X.reshape(settings.n_tasks, settings.n_rows, settings.n_inputs)
    labels = planted.y.reshape(settings.n_tasks, settings.n_rows)
    rank, n_iter = settings.rank, settings.n_iter
    return {
        "pursuit": lambda: pursue(make_problem(planted.rows()), rank, max_iter=n_iter, tol=0.0),
        "plain loop": lambda: plain_loop(cube, labels, rank, n_iter),
        "secant, to a tolerance": lambda: pursue(
            make_problem(planted.rows()), rank, max_iter=n_iter, tol=1e-6, step_size="secant"
        ),
        "pursuit, to a tolerance": lambda: pursue(make_problem(planted.rows()), rank, max_iter=n_iter),
        "fit": lambda: MetaSubspacePursuit(rank, max_iter=n_iter, tol=0.0).fit(*table),
        "ANIL": lambda: LinearANIL(rank, random_state=settings.seed + 1).fit(*table),
        "alternating minimization": lambda: AlternatingMinimization(rank, max_iter=10, tol=0.0).fit(*table),
    }


def plain_loop(X: Any, Y: Any, rank: int, n_iter: int, tol: float = 0.0) -> Any:
    """The method as one writes it down: arrays of all tasks at once, no blocks, no guard."""
    n_tasks, m, n_inputs = X.shape
    theta, basis = np.zeros((n_tasks, n_inputs)), None
    for _ in range(n_iter):
        residual = Y - np.einsum("tmd,td->tm", X, theta)
        descent = np.einsum("tmd,tm->td", X, residual) / m
        if basis is None:
            basis = np.linalg.eigh(descent.T @ descent)[1][:, -rank:].T
        along = (descent @ basis.T) @ basis
        step = m * np.sum(along**2) / np.sum(np.einsum("tmd,td->tm", X, along) ** 2)
        moved = theta + step * descent
        basis = np.linalg.eigh(moved.T @ moved)[1][:, -rank:].T
        last, theta = theta, (moved @ basis.T) @ basis
        if np.linalg.norm(theta - last) < tol * np.linalg.norm(theta):
            break
    return theta


def growth(settings: FewShotSettings) -> Results:
    """Time pursuits over numbers of tasks."""
    from graftwood.errors import UndeterminedSubspace
    from graftwood.fewshot import MetaSubspacePursuit, plant_tasks

    seconds = {}
    for n_tasks in settings.growth_tasks:
        planted = plant_tasks(
            n_tasks=n_tasks, n_rows=settings.growth_rows, n_inputs=settings.n_inputs, rank=settings.rank,
            noise=1.0, seed=settings.seed,
        )  # fmt: skip
        model = MetaSubspacePursuit(settings.rank, max_iter=settings.growth_iter, tol=0.0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UndeterminedSubspace)
            started = time.process_time()
            model.fit(planted.X, planted.y, planted.task)
        seconds[str(n_tasks)] = time.process_time() - started
        print(f"{n_tasks:>8} tasks  {seconds[str(n_tasks)]:8.3f} CPU s")
    exponent = np.polyfit(np.log(settings.growth_tasks), np.log(list(seconds.values())), 1)[0]
    return {"cpu_seconds": seconds, "exponent": float(exponent), "peak_mebibytes": peak_mebibytes()}


def peak_mebibytes() -> float:
    """Largest resident memory of this process so far."""
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kibibytes / (1024 * 1024 if sys.platform == "darwin" else 1024)
