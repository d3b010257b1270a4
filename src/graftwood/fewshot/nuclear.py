"""The nuclear norm: a convex stand-in for low rank, solved by accelerated soft thresholding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from graftwood.errors import TooFewLabels
from graftwood.fewshot.base import HELD_OUT, FewShotModel
from graftwood.fewshot.blocks import Problem, make_problem
from graftwood.fewshot.held_out import hold_out
from graftwood.fewshot.rows import Rows
from graftwood.fewshot.threshold import leading_rows, soft_threshold
from graftwood.options import Rule, number, one_of, positive

N_PENALTIES = 9
LEAST_PENALTY = 0.003  # of the one that leaves nothing


def nuclear_penalty(n_tasks: int, n_inputs: int, n_rows: float, noise: float) -> float:
    """Return the penalty for known noise, ``noise sqrt(T + d**2 / m) / (2 sqrt(m))``.

    That of Boursier, Konobeev and Flammarion's published code, in the scaling of NuclearNorm.

    Parameters
    ----------
    n_tasks, n_inputs : int
    n_rows : float
        Rows per task.
    noise : float
        Standard deviation in the label's unit.

    Examples
    --------
    >>> round(nuclear_penalty(n_tasks=1600, n_inputs=100, n_rows=25, noise=1.0), 3)
    4.472
    """
    return noise * float(np.sqrt(n_tasks + n_inputs**2 / n_rows) / (2 * np.sqrt(n_rows)))


def minimise_nuclear(
    problem: Problem, penalty: float, start: np.ndarray, max_iter: int, tol: float
) -> tuple[np.ndarray, int]:
    """Minimise ``1/2 sum_t norm(y_t - X_t theta_t)**2 / m_t + penalty * (sum of singular values)``.

    FISTA (Beck and Teboulle, SIAM J. Imaging Sci. 2, 183 (2009)) whose step begins at one over the inputs'
    mean square and is halved where it overshoots, and whose momentum restarts where the loss grows.

    Parameters
    ----------
    problem : Problem
    penalty : float
    start : ndarray of shape (n_tasks, n_inputs)
    max_iter : int
    tol : float
        Stop when an iteration changes the coefficients by less than this share.

    Returns
    -------
    coef : ndarray of shape (n_tasks, n_inputs)
    n_iter : int
    """
    coef, ahead, momentum, step = start, start, 1.0, 1.0 / problem.input_scale()
    last = np.inf
    n_iter = 0
    while n_iter < max_iter:
        n_iter += 1
        here = problem.descend(ahead)
        while True:
            moved, total = soft_threshold(ahead + step * here.descent, step * penalty)
            change = moved - ahead
            squared = float(np.vdot(change, change))
            if step * problem.curvature(change) <= squared * (1 + 1e-12) or squared == 0.0:
                break
            step /= 2
        loss = 0.5 * problem.loss(moved) + penalty * total
        grown = 1.0 if loss > last else (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = moved if loss > last else moved + ((momentum - 1) / grown) * (moved - coef)
        difference, size = np.linalg.norm(moved - coef), np.linalg.norm(moved)
        coef, momentum, last = moved, grown, loss
        if difference <= tol * size or size == 0.0:
            break
    return coef, n_iter


class NuclearNorm(FewShotModel):
    """Subspace shared by many linear tasks, by a convex penalty on the coefficients' singular values.

    The strongest rival of MetaSubspacePursuit where labels are few and noisy, and better where tasks are few.

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Leading dimensions that are kept for the heads; "auto" asks held-out rows of each task.
    penalty : float or "held out", default "held out"
        Weight of the sum of singular values; "held out" chooses among nine by held-out rows of each task, and
        ``nuclear_penalty`` gives it for known noise.
    max_iter : int, default 200
    tol : float, default 1e-4
        Stop when an iteration changes the coefficients by less than this share of their norm.
    centre, whiten, fit_intercept : bool, default False
        As in MetaSubspacePursuit.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads.
    random_state : int, RandomState or None
        Seed of held-out rows.

    Attributes
    ----------
    subspace_, coef_, intercept_, alpha_, noise_, rank_, tasks_
        As in MetaSubspacePursuit.
    penalty_ : float
    n_iter_ : int

    Examples
    --------
    >>> from graftwood.fewshot import NuclearNorm, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=60, n_rows=10, n_inputs=8, rank=2, noise=0.1, seed=1)
    >>> model = NuclearNorm(rank=2, random_state=0).fit(planted.X, planted.y, planted.task)
    >>> subspace_distance(model.subspace_, planted.subspace) < 0.1
    True
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "penalty": [positive(), one_of("held out")],
        "tol": [number(0.0, 1.0)],
    }

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        penalty: float | str = "held out",
        max_iter: int = 200,
        tol: float = 1e-4,
        centre: bool = False,
        whiten: bool = False,
        fit_intercept: bool = False,
        alpha: float | str = "bayes",
        random_state: Any = None,
    ) -> None:
        self.rank = rank
        self.penalty = penalty
        self.max_iter = max_iter
        self.tol = tol
        self.centre = centre
        self.whiten = whiten
        self.fit_intercept = fit_intercept
        self.alpha = alpha
        self.random_state = random_state

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        return self._finder(rows)(rank)

    def _finder(self, rows: Rows) -> Callable[[int], np.ndarray]:
        """Minimise once: the rank is only cut from the coefficients."""
        problem = make_problem(rows)
        self.penalty_ = self._best_penalty(rows) if isinstance(self.penalty, str) else float(self.penalty)
        zero = np.zeros((problem.n_tasks, problem.n_inputs))
        coef, self.n_iter_ = minimise_nuclear(problem, self.penalty_, zero, self.max_iter, self.tol)
        return lambda rank: leading_rows(coef, rank)

    def _best_penalty(self, rows: Rows) -> float:
        """Walk from the penalty that leaves nothing down, each start where the last ended."""
        kept, held = hold_out(rows, HELD_OUT, self._generator())
        if not len(held.y):
            raise TooFewLabels(
                "NuclearNorm: every task has one row, so none can be held out to choose the penalty; "
                "give penalty=."
            )
        problem, judge = make_problem(kept), make_problem(held)
        coef = np.zeros((problem.n_tasks, problem.n_inputs))
        largest = float(np.linalg.norm(problem.descend(coef).descent, 2)) or 1.0
        best, best_error = largest, np.inf
        for penalty in largest * np.geomspace(1.0, LEAST_PENALTY, N_PENALTIES)[1:]:
            coef, _ = minimise_nuclear(problem, float(penalty), coef, self.max_iter, self.tol)
            error = judge.loss(coef)
            if error > 1.1 * best_error:
                break
            if error < best_error:
                best, best_error = float(penalty), error
        return best
