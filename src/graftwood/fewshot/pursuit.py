"""Meta Subspace Pursuit: gradient steps of all tasks at once, each followed by a cut to low rank.

The idea is Zhang, Liu and Zhang's (arXiv:2409.02708): minimise the squared error of
all tasks over coefficient matrices of rank s, by a gradient update of each task and a
hard threshold of the matrix of all.  Their pseudo-code is not known to us.  Ours are the
step (that of normalised iterative hard thresholding, along the descent projected on the
present row space), the guard that halves a step until the error does not grow, the
start at zero, and the stop by held-out rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from graftwood.errors import TooFewLabels
from graftwood.fewshot.base import HELD_OUT, FewShotModel
from graftwood.fewshot.blocks import Pass, Problem, make_problem
from graftwood.fewshot.heads import ridge_heads
from graftwood.fewshot.held_out import hold_out
from graftwood.fewshot.rows import Rows
from graftwood.fewshot.threshold import hard_threshold
from graftwood.options import Rule, number, one_of

MOST_HALVINGS = 40
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
    step_size: float | None = None,
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
    step_size : float, optional
        A fixed step to start from instead of the adaptive one; halved for good whenever the error grows.
    judge : callable, optional
        Error of a basis on held-out rows. It is asked after iterations 1 to 5 and then at ever larger
        distances, by a fifth; the best of these iterates is returned, and four without an improvement stop.

    Examples
    --------
    >>> from graftwood.fewshot.planted import plant_tasks
    >>> planted = plant_tasks(n_tasks=60, n_rows=12, n_inputs=8, rank=2, noise=0.0, seed=0)
    >>> run = pursue(make_problem(planted.rows()), 2, max_iter=100)
    >>> run.losses[-1] < 1e-8 * run.losses[0]
    True
    """
    run = Pursuit(np.zeros((problem.n_tasks, problem.n_inputs)), np.eye(rank, problem.n_inputs))
    here = problem.descend(run.coef)
    run.losses.append(here.loss)
    watch = None if judge is None else _Watch(judge)
    for _ in range(max_iter):
        step = here.step if run.steps else _first_step(problem, here, rank)
        if step_size is not None:
            step = step_size
        moved = _descend(problem, run, here, rank, step)
        if moved is None:
            break
        coef, basis, here, step = moved
        step_size = None if step_size is None else step
        change, size = np.linalg.norm(coef - run.coef), np.linalg.norm(coef)
        run.coef, run.basis = coef, basis
        run.losses.append(here.loss)
        run.steps.append(step)
        if change <= tol * size or (watch is not None and watch.has_enough(run)):
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
            self.kept = run.coef, run.basis
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


def _descend(
    problem: Problem, run: Pursuit, here: Pass, rank: int, step: float
) -> tuple[np.ndarray, np.ndarray, Pass, float] | None:
    """Take the largest halving of a step under which the error does not grow; None if there is none."""
    for _ in range(MOST_HALVINGS):
        moved = run.coef + step * here.descent
        if np.isfinite(moved).all():
            coef, basis = hard_threshold(moved, rank)
            there = problem.descend(coef, basis)
            # Written so that an overflow to NaN is a step too long.
            if there.loss <= here.loss:
                return coef, basis, there, step
        step /= 2
        run.n_halvings += 1
    return None


class MetaSubspacePursuit(FewShotModel):
    """Subspace shared by many linear tasks, by projected gradient descent on their coefficients.

    Best where tasks have few labels, up to about three per dimension of the subspace; with more, every
    method that minimises the same error finds the same subspace (docs/few-shot.md).

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Dimensions of the subspace; "auto" tries 1 to 10 and keeps the one that predicts held-out rows of
        each task best. A little too many cost little, too few cost much.
    max_iter : int, default 30
        Iterations at most. Labels with noise and fewer than three per dimension are overfitted by many
        (20 to 30 are good); labels without noise want 100 to 300.
    tol : float, default 1e-6
        Stop when an iteration changes the coefficients by less than this share of their norm.
    early_stopping : bool, default False
        Find the number of iterations by rows held out of each task and ridge heads on the others, at most
        `max_iter`, then fit all rows so often.
    validation_fraction : float, default 0.2
        Share of each task's rows that early stopping holds out.
    step_size : float or "adaptive", default "adaptive"
        A fixed step is halved whenever the error would grow: 1 is too long for 25 labels and 100 inputs.
    centre : bool, default False
        Remove a ridge fit of all tasks together first, and learn how tasks differ from it.
    whiten : bool, default False
        Learn in whitened inputs; for inputs that are correlated or of different sizes.
    fit_intercept : bool, default False
        Let every task have an offset.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads; "bayes" estimates noise over head variance by likelihood.
    random_state : int, RandomState or None
        Seed of the rows that are held out; nothing else is random.

    Attributes
    ----------
    subspace_ : ndarray of shape (rank, n_inputs)
        Orthonormal rows; defined up to a rotation.
    coef_, intercept_ : ndarrays of shape (n_tasks, n_inputs) and (n_tasks,)
        Functions of the fitted tasks, in the order of `tasks_`.
    alpha_, noise_ : float
        Penalty of the heads; standard deviation of the noise in the label's unit, NaN where `alpha` was given.
    rank_, n_iter_ : int
    losses_, step_sizes_ : ndarrays of shape (n_iter_ + 1,) and (n_iter_,)
        Sum over tasks of mean squared residuals, which never grows, and the steps taken.
    n_halvings_ : int
        How often a step was halved because the error would have grown.

    References
    ----------
    Zhang, Liu and Zhang, arXiv:2409.02708 (the problem and the alternation of gradient and cut);
    Blumensath and Davies, IEEE J. Sel. Top. Signal Process. 4, 298 (2010) (the normalised step).

    Examples
    --------
    Sixty tasks with ten labels of twenty inputs each; a new task is learned from four.

    >>> from graftwood.fewshot import MetaSubspacePursuit, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=60, n_rows=10, n_inputs=20, rank=2, noise=0.0, seed=1)
    >>> model = MetaSubspacePursuit(rank=2, max_iter=200).fit(planted.X, planted.y, planted.task)
    >>> subspace_distance(model.subspace_, planted.subspace) < 0.001
    True
    >>> X_new, y_new, coef = planted.draw_new_task(n_rows=4, seed=2)
    >>> head = model.adapt(X_new, y_new)
    >>> bool(abs(head.coef - coef).max() < 0.01)
    True
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "tol": [number(0.0, 1.0)],
        "early_stopping": [one_of(True, False)],
        "validation_fraction": [number(0.01, 0.9)],
        "step_size": [number(1e-6, 1e6), one_of("adaptive")],
    }

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        max_iter: int = 30,
        tol: float = 1e-6,
        early_stopping: bool = False,
        validation_fraction: float = HELD_OUT,
        step_size: float | str = "adaptive",
        centre: bool = False,
        whiten: bool = False,
        fit_intercept: bool = False,
        alpha: float | str = "bayes",
        random_state: Any = None,
    ) -> None:
        self.rank = rank
        self.max_iter = max_iter
        self.tol = tol
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.step_size = step_size
        self.centre = centre
        self.whiten = whiten
        self.fit_intercept = fit_intercept
        self.alpha = alpha
        self.random_state = random_state

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        n_iter = self._stop(rows, rank) if self.early_stopping else self.max_iter
        run = pursue(make_problem(rows), rank, max_iter=n_iter, tol=self.tol, step_size=self._fixed_step())
        self.n_iter_, self.n_halvings_ = run.n_iter, run.n_halvings
        self.losses_, self.step_sizes_ = np.array(run.losses), np.array(run.steps)
        return run.basis

    def _fixed_step(self) -> float | None:
        return None if isinstance(self.step_size, str) else float(self.step_size)

    def _stop(self, rows: Rows, rank: int) -> int:
        """Return the number of iterations that predicts held-out rows best."""
        kept, held = hold_out(rows, self.validation_fraction, self._generator())
        if not len(held.y):
            raise TooFewLabels(
                "MetaSubspacePursuit: every task has one row, so none can be held out to stop early; "
                "set early_stopping=False."
            )
        problem, others = make_problem(kept), make_problem(held)

        # A coefficient matrix still has heads without a penalty; what is judged is how it will be used.
        def judge(basis: np.ndarray) -> float:
            heads = ridge_heads(problem, basis, self._prior(problem, basis).alpha)
            return others.loss(heads @ basis)

        run = pursue(
            problem, rank, max_iter=self.max_iter, tol=self.tol, step_size=self._fixed_step(), judge=judge
        )
        return max(1, run.n_iter)
