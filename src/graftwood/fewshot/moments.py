"""The subspace from second moments of labels and inputs: one pass, no iterations.

For standard normal inputs the mean of ``y**2 x x.T`` leans towards the subspace of
the coefficients.  Its diagonal terms, a row with itself, carry most of the noise;
without them only products of different rows of one task are left, and the estimate
is far better.  Inputs that are correlated must be whitened.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from graftwood.errors import TooFewLabels
from graftwood.fewshot.base import FewShotModel
from graftwood.fewshot.blocks import Problem, make_problem
from graftwood.fewshot.rows import Rows
from graftwood.fewshot.threshold import leading_eigenvectors
from graftwood.options import Rule, one_of


def moment_matrix(problem: Problem, keeps_diagonal: bool) -> np.ndarray:
    """Return the moment matrix of labels and inputs, shape (n_inputs, n_inputs).

    With ``a_t = X_t.T y_t / m`` and ``D_t = X_t.T diag(y_t**2) X_t / m`` it is the mean of D_t over all rows
    with the diagonal, and the mean over tasks of ``(m a_t a_t.T - D_t) / (m - 1)`` without.

    Parameters
    ----------
    problem : Problem
        Without the diagonal, tasks with fewer than two rows add nothing.
    keeps_diagonal : bool
    """
    total = np.zeros((problem.n_inputs, problem.n_inputs))
    for block in problem.blocks:
        scaled = block.X * block.y[..., None]
        flat = scaled.reshape(-1, problem.n_inputs)
        if keeps_diagonal:
            total += flat.T @ flat / problem.n_rows
            continue
        pairs = np.where(block.n_rows > 1, block.n_rows * (block.n_rows - 1.0), np.inf)
        sums = scaled.sum(axis=1) / np.sqrt(pairs)[:, None]
        scaled = (scaled / np.sqrt(pairs)[:, None, None]).reshape(-1, problem.n_inputs)
        total += sums.T @ sums - scaled.T @ scaled
    return total if keeps_diagonal else total / problem.n_tasks


def moment_subspace(problem: Problem, rank: int, keeps_diagonal: bool = False) -> np.ndarray:
    """Return the leading eigenvectors of the moment matrix as rows, shape (rank, n_inputs)."""
    return leading_eigenvectors(moment_matrix(problem, keeps_diagonal), rank).T


class MomentSubspace(FewShotModel):
    """Subspace shared by many linear tasks, by the method of moments.

    A quick first answer and a start for others; it does not become exact where labels have no noise.

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Dimensions of the subspace; "auto" asks held-out rows of each task.
    keeps_diagonal : bool, default False
        Keep the products of a row with itself, as Tripuraneni, Jin and Jordan (arXiv:2002.11684) do; without
        them (Kong and others, arXiv:2002.08936) every task needs two rows.
    centre : bool, default False
        Remove a ridge fit of all tasks together first.
    whiten : bool, default False
        Learn in whitened inputs, which the method takes for granted.
    fit_intercept : bool, default False
        Let every task have an offset.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads.
    random_state : int, RandomState or None
        Seed of held-out rows.

    Attributes
    ----------
    subspace_, coef_, intercept_, alpha_, noise_, rank_, tasks_
        As in MetaSubspacePursuit.

    Raises
    ------
    TooFewLabels
        In fit: a task has one row and the diagonal is not kept.

    Examples
    --------
    >>> from graftwood.fewshot import MomentSubspace, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=400, n_rows=10, n_inputs=10, rank=2, noise=0.1, seed=1)
    >>> model = MomentSubspace(rank=2, random_state=0).fit(planted.X, planted.y, planted.task)
    >>> subspace_distance(model.subspace_, planted.subspace) < 0.2
    True
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {"keeps_diagonal": [one_of(True, False)]}

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        keeps_diagonal: bool = False,
        centre: bool = False,
        whiten: bool = False,
        fit_intercept: bool = False,
        alpha: float | str = "bayes",
        random_state: Any = None,
    ) -> None:
        self.rank = rank
        self.keeps_diagonal = keeps_diagonal
        self.centre = centre
        self.whiten = whiten
        self.fit_intercept = fit_intercept
        self.alpha = alpha
        self.random_state = random_state

    def _check_rows(self, rows: Rows, names: np.ndarray) -> None:
        if not self.keeps_diagonal:
            refuse_single_rows(
                "MomentSubspace", rows, names, "products of different rows", "set keeps_diagonal=True"
            )

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        return moment_subspace(make_problem(rows), rank, self.keeps_diagonal)


def refuse_single_rows(who: str, rows: Rows, names: np.ndarray, what: str, way_out: str) -> None:
    """Refuse tasks with fewer than two rows where products of different rows, or halves, are needed.

    Raises
    ------
    TooFewLabels
    """
    short = np.flatnonzero(rows.counts < 2)
    if short.size:
        raise TooFewLabels(
            f"{who}: {short.size} of {rows.n_tasks} tasks have fewer than 2 rows (the first is task "
            f"{names[short[0]]}) and {what} need 2; add rows, drop these tasks or {way_out}."
        )
