"""Meta Subspace Pursuit: gradient steps of all tasks at once, each followed by a cut to low rank.

The idea is Zhang, Liu and Zhang's (arXiv:2409.02708): minimise the squared error of all tasks over
coefficient matrices of rank s, by a gradient update of each task and a hard threshold of the matrix of all.
Their pseudo-code is not known to us. Ours are the steps (that of normalised iterative hard thresholding,
along the descent projected on the present row space, later measured every second time; or the secant of the
last change), the guard that halves a step until the error does not grow, the start at zero, and the stop by
held-out rows. The estimator is in ``meta_subspace.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from graftwood.fewshot.blocks import Pass, Problem
from graftwood.fewshot.threshold import hard_threshold

MOST_HALVINGS = 40  # of one step; the first may be in a unit far off and is halved until it fits
MEASURED = 10  # iterations in which a projected step is measured; later every second, which saves a sixth
ROUNDING = 1e-14
PATIENCE = 4


@dataclass
class Pursuit:
    """One run: where it stands and how it came there.

    Attributes
    ----------
    coef : ndarray of shape (n_tasks, n_inputs)
    basis : ndarray of shape (rank, n_inputs)
        Orthonormal rows that span those of `coef`.
    losses : list of float
        Sum over tasks of mean squared residuals, before the first and after every iteration.
    steps : list of float
        Step of every iteration, after halving.
    n_halvings : int
        How often a step had to be halved.

    Examples
    --------
    >>> Pursuit(np.zeros((2, 3)), np.eye(1, 3)).n_iter
    0
    """

    coef: np.ndarray
    basis: np.ndarray
    losses: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    n_halvings: int = 0

    @property
    def n_iter(self) -> int:
        """Iterations done."""
        return len(self.steps)


def pursue(
    problem: Problem,
    rank: int,
    *,
    max_iter: int,
    tol: float = 1e-6,
    step_size: float | str = "projected",
    judge: Callable[[np.ndarray], float] | None = None,
) -> Pursuit:
    """Minimise the tasks' error over coefficient matrices of a rank; the error never grows.

    Parameters
    ----------
    problem : Problem
    rank : int
    max_iter : int
    tol : float
        Stop when an iteration changes the coefficients by less than this share of their norm.
    step_size : "projected", "secant" or float
        Best along the descent projected on the present row space (Blumensath and Davies), or along the last
        change (Barzilai and Borwein): it costs no extra pass and converges in about half the iterations. A
        number is a fixed step; it is halved for good whenever the error grows.
    judge : callable, optional
        Error of a basis on held-out rows. It is asked after iterations 1 to 5 and then at ever larger
        distances, by a fifth; the best of these iterates is returned, and four without an improvement stop.

    Examples
    --------
    >>> from graftwood.fewshot.blocks import make_problem
    >>> from graftwood.fewshot.planted import plant_tasks
    >>> planted = plant_tasks(n_tasks=60, n_rows=12, n_inputs=8, rank=2, noise=0.0, seed=0)
    >>> run = pursue(make_problem(planted.rows()), 2, max_iter=100)
    >>> run.losses[-1] < 1e-8 * run.losses[0]
    True
    """
    run = Pursuit(np.zeros((problem.n_tasks, problem.n_inputs)), np.eye(rank, problem.n_inputs))
    here = problem.descend(run.coef)
    step = _first_step(problem, here, rank) if isinstance(step_size, str) else step_size
    measured = [step]
    run.losses.append(here.loss)
    watch = None if judge is None else _Watch(judge)
    for _ in range(max_iter):
        measures = step_size == "projected" and (run.n_iter < MEASURED or run.n_iter % 2 == 0)
        moved = _descend(problem, run, here, rank, step, measures)
        if moved is None:
            break
        coef, basis, there, step = moved
        run.steps.append(step)
        change = np.subtract(coef, run.coef, out=run.coef)
        if step_size == "projected":
            # Steps swing between two values: the shorter of the last two is safe without being measured.
            measured = [*measured[-1:], there.step] if measures else measured
            step = there.step if measures else min(measured)
        elif step_size == "secant":
            step = _secant_step(change, here.descent - there.descent, step)
        moved_by, size = np.linalg.norm(change), np.linalg.norm(coef)
        run.coef, run.basis, here = coef, basis, there
        run.losses.append(here.loss)
        if moved_by <= tol * size or (watch is not None and watch.has_enough(run)):
            break
    return run if watch is None else watch.best_of(run)


@dataclass
class _Watch:
    """Asks a judge of a run now and then, and keeps the best iterate."""

    judge: Callable[[np.ndarray], float]
    error: float = np.inf
    n_best: int = 0
    n_worse: int = 0
    next_iter: int = 1
    kept: tuple[np.ndarray, np.ndarray] | None = None

    def has_enough(self, run: Pursuit) -> bool:
        """Judge an iterate that is due; say whether PATIENCE of them have not improved."""
        if run.n_iter < self.next_iter:
            return False
        self.next_iter = run.n_iter + max(1, run.n_iter // 5)
        error = self.judge(run.basis)
        if error < self.error:
            self.error, self.n_best, self.n_worse = error, run.n_iter, 0
            self.kept = run.coef.copy(), run.basis  # the run goes on in place
        else:
            self.n_worse += 1
        return self.n_worse >= PATIENCE

    def best_of(self, run: Pursuit) -> Pursuit:
        """Take the run back to its best iterate."""
        if self.kept is not None:
            run.coef, run.basis = self.kept
            del run.losses[self.n_best + 1 :], run.steps[self.n_best :]
        return run


def _first_step(problem: Problem, here: Pass, rank: int) -> float:
    """Step from zero, where there is no row space yet: along the descent cut to the rank."""
    cut, _ = hard_threshold(here.descent, rank)
    curvature = problem.curvature(cut)
    return float(np.vdot(cut, cut)) / curvature if curvature > 0 else 1.0


def _secant_step(change: np.ndarray, lost: np.ndarray, last: float) -> float:
    """Step along the last change, whose image in the labels is what the descent has lost over it."""
    curvature = float(np.vdot(change, lost))
    return float(np.vdot(change, change)) / curvature if curvature > 0 else last


def _descend(
    problem: Problem, run: Pursuit, here: Pass, rank: int, step: float, measures: bool
) -> tuple[np.ndarray, np.ndarray, Pass, float] | None:
    """Take the largest halving of a step under which the error does not grow.

    None where there is none, or where only rounding is left of the error or of its change.
    """
    if here.loss <= ROUNDING**2 * run.losses[0]:
        return None
    for _ in range(MOST_HALVINGS if run.n_iter else 2000):
        moved = step * here.descent
        moved += run.coef
        if np.isfinite(moved.sum()):
            coef, basis = hard_threshold(moved, rank)
            there = problem.descend(coef, basis if measures else None)
            # Written so that an overflow to NaN is a step too long.
            if there.loss <= here.loss:
                return coef, basis, there, step
            if there.loss <= (1 + ROUNDING) * here.loss:
                return None
        step /= 2
        run.n_halvings += 1
    return None
