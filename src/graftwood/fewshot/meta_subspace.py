"""The estimator around Meta Subspace Pursuit: its options, and the stop by held-out rows.

The iteration itself is in ``pursuit.py``.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from graftwood.errors import TooFewLabels
from graftwood.fewshot.base import HELD_OUT, FewShotModel
from graftwood.fewshot.blocks import make_problem
from graftwood.fewshot.heads import ridge_heads
from graftwood.fewshot.held_out import hold_out
from graftwood.fewshot.pursuit import pursue
from graftwood.fewshot.rows import Rows
from graftwood.options import Rule, number, one_of


class MetaSubspacePursuit(FewShotModel):
    """Subspace shared by many linear tasks, by projected gradient descent on their coefficients.

    Best where tasks have few labels, up to about three per dimension of the subspace; with more, every
    method that minimises the same error finds the same subspace (docs/few-shot.md).

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Dimensions of the subspace; "auto" tries 1 to 10 and keeps the one that predicts held-out rows of
        each task best.
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
    step_size : "projected", "secant" or float, default "projected"
        "projected" is best along the descent seen by the present subspace. "secant" is best along the last
        change, converges in about half the iterations and so overfits noise sooner. A fixed step is halved
        whenever the error would grow: 1 is too long for 25 labels and 100 inputs.
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
        Penalty of the heads; standard deviation of the noise in the label's unit, NaN where `alpha` was
        given.
    rank_, n_iter_ : int
    losses_, step_sizes_ : ndarrays of shape (n_iter_ + 1,) and (n_iter_,)
        Sum over tasks of mean squared residuals, which never grows, and the steps taken.
    n_halvings_ : int
        How often a step was halved because the error would have grown.

    References
    ----------
    Zhang, Liu and Zhang, arXiv:2409.02708 (the problem and the alternation of gradient and cut);
    Blumensath and Davies, IEEE J. Sel. Top. Signal Process. 4, 298 (2010) (the projected step);
    Barzilai and Borwein, IMA J. Numer. Anal. 8, 141 (1988) (the secant step).

    Examples
    --------
    Sixty tasks with ten labels of twenty inputs each; a new task is learned from four.

    >>> from graftwood.fewshot import MetaSubspacePursuit, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=60, n_rows=10, n_inputs=20, rank=2, noise=0.0, seed=1)
    >>> model = MetaSubspacePursuit(rank=2, max_iter=200, random_state=0)
    >>> model = model.fit(planted.X, planted.y, planted.task)
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
        "step_size": [number(1e-6, 1e6), one_of("projected", "secant")],
    }

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        max_iter: int = 30,
        tol: float = 1e-6,
        early_stopping: bool = False,
        validation_fraction: float = HELD_OUT,
        step_size: float | str = "projected",
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
        run = pursue(make_problem(rows), rank, max_iter=n_iter, tol=self.tol, step_size=self.step_size)
        self.n_iter_, self.n_halvings_ = run.n_iter, run.n_halvings
        self.losses_, self.step_sizes_ = np.array(run.losses), np.array(run.steps)
        return run.basis

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
            problem, rank, max_iter=self.max_iter, tol=self.tol, step_size=self.step_size, judge=judge
        )
        return max(1, run.n_iter)
