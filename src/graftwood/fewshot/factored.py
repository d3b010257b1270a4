"""Burer-Monteiro: coefficients as a product of heads and subspace, both moved at once by L-BFGS."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from graftwood.fewshot.base import FewShotModel
from graftwood.fewshot.blocks import Problem, make_problem
from graftwood.fewshot.rows import Rows
from graftwood.fewshot.threshold import leading_rows
from graftwood.options import Rule, number

BALANCE = 1 / 8


def factored_loss(
    problem: Problem, heads: np.ndarray, loadings: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the balanced loss of a product, and its gradients.

    ``1/2 sum_t norm(y_t - X_t B.T v_t)**2 / m_t + 1/8 norm(B B.T - V.T V)**2``: the first-order method of
    Tripuraneni, Jin and Jordan, whose code divides the first term by all rows instead, T times less.

    Parameters
    ----------
    problem : Problem
    heads : ndarray V of shape (n_tasks, rank)
    loadings : ndarray B of shape (rank, n_inputs)
    """
    here = problem.descend(heads @ loadings)
    gap = loadings @ loadings.T - heads.T @ heads
    loss = 0.5 * here.loss + BALANCE * float(np.vdot(gap, gap))
    to_heads = -here.descent @ loadings.T - 4 * BALANCE * heads @ gap
    to_loadings = -heads.T @ here.descent + 4 * BALANCE * gap @ loadings
    return loss, to_heads, to_loadings


class BurerMonteiro(FewShotModel):
    """Subspace shared by many linear tasks, by minimising over both factors of the coefficients.

    Its start takes inputs of unit size for granted, which ``whiten=True`` makes of any.

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Dimensions of the subspace; "auto" asks held-out rows of each task.
    max_iter : int, default 1000
        Iterations of L-BFGS at most.
    tol : float, default 1e-12
        Stop when an iteration lowers the loss by less than this share.
    centre, whiten, fit_intercept : bool, default False
        As in MetaSubspacePursuit.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads that are kept.
    random_state : int, RandomState or None
        Seed of the start, standard normal in both factors, and of held-out rows.

    Attributes
    ----------
    subspace_, coef_, intercept_, alpha_, noise_, rank_, tasks_
        As in MetaSubspacePursuit.
    n_iter_ : int

    References
    ----------
    Tripuraneni, Jin and Jordan, arXiv:2002.11684.

    Examples
    --------
    >>> from graftwood.fewshot import BurerMonteiro, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=60, n_rows=10, n_inputs=8, rank=2, noise=0.0, seed=1)
    >>> model = BurerMonteiro(rank=2, random_state=5).fit(planted.X, planted.y, planted.task)
    >>> subspace_distance(model.subspace_, planted.subspace) < 1e-4
    True
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {"tol": [number(0.0, 1.0)]}

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        max_iter: int = 1000,
        tol: float = 1e-12,
        centre: bool = False,
        whiten: bool = False,
        fit_intercept: bool = False,
        alpha: float | str = "bayes",
        random_state: Any = None,
    ) -> None:
        self.rank = rank
        self.max_iter = max_iter
        self.tol = tol
        self.centre = centre
        self.whiten = whiten
        self.fit_intercept = fit_intercept
        self.alpha = alpha
        self.random_state = random_state

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        from scipy.optimize import minimize

        problem = make_problem(rows)
        n_heads = problem.n_tasks * rank

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
            heads, loadings = flat[:n_heads].reshape(-1, rank), flat[n_heads:].reshape(rank, -1)
            value, to_heads, to_loadings = factored_loss(problem, heads, loadings)
            return value, np.concatenate([to_heads.ravel(), to_loadings.ravel()])

        start = self._generator().normal(size=n_heads + rank * problem.n_inputs)
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B",
            options={"maxiter": self.max_iter, "ftol": self.tol, "gtol": 1e-10, "maxfun": 2 * self.max_iter},
        )  # fmt: skip
        self.n_iter_ = int(found.nit)
        return leading_rows(found.x[n_heads:].reshape(rank, -1), rank)
