"""Subspaces by turns: heads for a fixed subspace, then the subspace for fixed heads.

Both estimators solve the heads by least squares.  They differ in the other half:
AlternatingMinimization solves for the subspace exactly, AlternatingGradient takes one
gradient step, which is what FedRep does, and ANIL with its inner loop run to the end.
With no more rows per task than dimensions the heads fit everything, and neither moves
from its start.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from graftwood.fewshot.base import FewShotModel
from graftwood.fewshot.blocks import Problem, make_problem
from graftwood.fewshot.heads import exact_heads
from graftwood.fewshot.moments import moment_subspace, refuse_single_rows
from graftwood.fewshot.rows import Rows
from graftwood.options import Rule, number, one_of

TOLERANCE: list[Rule] = [number(0.0, 1.0)]
STARTS: list[Rule] = [one_of("moments", "random")]
ROUNDING = 1e-28  # of the labels' squares is what rounding leaves of nothing
TOO_LONG = 1.01  # a rise of the error by more than this; a lesser one is the end of the descent


def solve_subspace(problem: Problem, heads: np.ndarray) -> np.ndarray:
    """Return the matrix of shape (rank, n_inputs) that minimises the error for given heads.

    The normal equations of all its entries, of size rank * n_inputs, are summed over blocks.

    Parameters
    ----------
    problem : Problem
    heads : ndarray of shape (n_tasks, rank)
    """
    rank, n_inputs = heads.shape[1], problem.n_inputs
    gram = np.zeros((rank, n_inputs, rank, n_inputs))
    cross = np.zeros((rank, n_inputs))
    for block in problem.blocks:
        head, flat = heads[block.tasks], block.X.reshape(-1, n_inputs)
        n_rows = block.y.shape[1]
        part = np.einsum("tmd,tm->td", block.X, block.y * block.weight[:, None])
        cross += head.T @ part
        for i in range(rank):
            for j in range(i + 1):
                scale = np.repeat(block.weight * head[:, i] * head[:, j], n_rows)
                gram[i, :, j] += flat.T @ (flat * scale[:, None])
    for i in range(rank):
        for j in range(i):
            gram[j, :, i] = gram[i, :, j]
    size = rank * n_inputs
    square = gram.reshape(size, size)
    square[np.diag_indices(size)] += 1e-13 * np.trace(square) / size or 1.0  # all is zero without heads
    return np.linalg.solve(square, cross.ravel()).reshape(rank, n_inputs)


def orthonormal(matrix: np.ndarray) -> np.ndarray:
    """Return orthonormal rows that span those of a wide matrix."""
    return np.linalg.qr(matrix.T)[0].T


def _has_enough(losses: list[float], tol: float) -> bool:
    """Say whether the last turn lowered the error by less than a share of it, or by rounding alone."""
    return len(losses) > 1 and losses[-2] - losses[-1] <= tol * losses[-2] + ROUNDING * losses[0]


class _Alternating(FewShotModel):
    """What both share: where to start."""

    rank: Any
    init: str
    max_iter: int
    tol: float
    random_state: Any

    def _check_rows(self, rows: Rows, names: np.ndarray) -> None:
        if self.init == "moments":
            refuse_single_rows(
                type(self).__name__, rows, names, "products of different rows", "set init='random'"
            )

    def _start(self, problem: Problem, rank: int) -> np.ndarray:
        if self.init == "moments":
            return moment_subspace(problem, rank)
        return orthonormal(self._generator().normal(size=(rank, problem.n_inputs)))


class AlternatingMinimization(_Alternating):
    """Subspace shared by many linear tasks, by exact solutions for heads and subspace in turn.

    Every turn solves a system of rank * n_inputs unknowns and costs n_rows * rank**2 * n_inputs**2, which
    makes it the slow one. Thekumparampil and others (arXiv:2105.08306).

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Dimensions of the subspace; "auto" asks held-out rows of each task.
    init : "moments" or "random", default "moments"
        Where to start: MomentSubspace without the diagonal (two rows per task are needed), or anywhere.
    max_iter : int, default 30
    tol : float, default 1e-6
        Stop when a turn lowers the error by less than this share.
    centre, whiten, fit_intercept : bool, default False
        As in MetaSubspacePursuit.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads that are kept; those of the turns have none.
    random_state : int, RandomState or None
        Seed of a random start and of held-out rows.

    Attributes
    ----------
    subspace_, coef_, intercept_, alpha_, noise_, rank_, tasks_
        As in MetaSubspacePursuit.
    n_iter_, losses_ : int, ndarray of shape (n_iter_,)
        Sum over tasks of mean squared residuals before every turn.

    Examples
    --------
    >>> from graftwood.fewshot import AlternatingMinimization, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=60, n_rows=10, n_inputs=8, rank=2, noise=0.0, seed=1)
    >>> model = AlternatingMinimization(rank=2, random_state=0).fit(planted.X, planted.y, planted.task)
    >>> subspace_distance(model.subspace_, planted.subspace) < 1e-4
    True
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {"init": STARTS, "tol": TOLERANCE}

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        init: str = "moments",
        max_iter: int = 30,
        tol: float = 1e-6,
        centre: bool = False,
        whiten: bool = False,
        fit_intercept: bool = False,
        alpha: float | str = "bayes",
        random_state: Any = None,
    ) -> None:
        self.rank = rank
        self.init = init
        self.max_iter = max_iter
        self.tol = tol
        self.centre = centre
        self.whiten = whiten
        self.fit_intercept = fit_intercept
        self.alpha = alpha
        self.random_state = random_state

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        problem = make_problem(rows)
        basis = self._start(problem, rank)
        losses: list[float] = []
        for _ in range(self.max_iter):
            heads = exact_heads(problem, basis)
            losses.append(problem.loss(heads @ basis))
            basis = orthonormal(solve_subspace(problem, heads))
            if _has_enough(losses, self.tol):
                break
        self.n_iter_, self.losses_ = len(losses), np.array(losses)
        return basis


class AlternatingGradient(_Alternating):
    """Subspace shared by many linear tasks, by exact heads and one gradient step in turn.

    FedRep (Collins and others, arXiv:2102.07078) with all tasks in every round, and ANIL with exact heads.
    The step is one over the largest eigenvalue of the heads' Gram matrix and over the inputs' mean square,
    right for uncorrelated inputs of one size; it is halved for good where the error has grown by a hundredth.

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Dimensions of the subspace; "auto" asks held-out rows of each task.
    init : "moments" or "random", default "moments"
        Where to start: MomentSubspace without the diagonal (two rows per task are needed), or anywhere.
    max_iter : int, default 100
    tol : float, default 1e-7
        Stop when a turn lowers the error by less than this share.
    centre, whiten, fit_intercept : bool, default False
        As in MetaSubspacePursuit.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads that are kept; those of the turns have none.
    random_state : int, RandomState or None
        Seed of a random start and of held-out rows.

    Attributes
    ----------
    subspace_, coef_, intercept_, alpha_, noise_, rank_, tasks_
        As in MetaSubspacePursuit.
    n_iter_, losses_ : int, ndarray of shape (n_iter_,)
        Sum over tasks of mean squared residuals before every turn; a rise ends the turns.

    Examples
    --------
    >>> from graftwood.fewshot import AlternatingGradient, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=60, n_rows=10, n_inputs=8, rank=2, noise=0.0, seed=1)
    >>> model = AlternatingGradient(rank=2, random_state=0).fit(planted.X, planted.y, planted.task)
    >>> subspace_distance(model.subspace_, planted.subspace) < 1e-4
    True
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {"init": STARTS, "tol": TOLERANCE}

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        init: str = "moments",
        max_iter: int = 100,
        tol: float = 1e-7,
        centre: bool = False,
        whiten: bool = False,
        fit_intercept: bool = False,
        alpha: float | str = "bayes",
        random_state: Any = None,
    ) -> None:
        self.rank = rank
        self.init = init
        self.max_iter = max_iter
        self.tol = tol
        self.centre = centre
        self.whiten = whiten
        self.fit_intercept = fit_intercept
        self.alpha = alpha
        self.random_state = random_state

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        problem = make_problem(rows)
        basis = last = self._start(problem, rank)
        losses: list[float] = []
        gradient, step = np.zeros_like(basis), 1.0 / problem.input_scale()
        for _ in range(self.max_iter):
            heads = exact_heads(problem, basis)
            here = problem.descend(heads @ basis)
            if losses and here.loss > TOO_LONG * losses[-1]:
                step /= 2
                basis = orthonormal(last + step * gradient)
                continue
            losses.append(here.loss)
            largest = float(np.linalg.eigvalsh(heads.T @ heads)[-1])
            last, gradient = basis, heads.T @ here.descent / (largest if largest > 0 else 1.0)
            basis = orthonormal(last + step * gradient)
            if _has_enough(losses, self.tol):
                break
        self.n_iter_, self.losses_ = len(losses), np.array(losses)
        return basis
