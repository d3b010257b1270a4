"""ANIL and MAML on a linear two-layer model: the meta-learners that a pursuit has to beat.

What an outer gradient is stands in ``inner.py``; here it is followed, by Adam on all
tasks at once, and the subspace is read from the first layer.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from graftwood.fewshot.base import FewShotModel
from graftwood.fewshot.blocks import make_problem
from graftwood.fewshot.inner import (
    Gradient,
    InnerLoop,
    SplitProblem,
    anil_gradient,
    maml_gradient,
    split_problem,
)
from graftwood.fewshot.moments import refuse_single_rows
from graftwood.fewshot.rows import Rows
from graftwood.fewshot.threshold import leading_rows
from graftwood.options import Rule, one_of, positive, whole

ADAM = (0.9, 0.999, 1e-8)
DIVERGED = 100.0  # times the first loss


class _MetaGradient(FewShotModel):
    """Outer loop of both."""

    n_inner_steps: int
    inner_step_size: float
    split: str
    order: str
    max_iter: int
    learning_rate: float

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "n_inner_steps": [whole(1)],
        "inner_step_size": [positive()],
        "split": [one_of("half", "full")],
        "order": [one_of("exact", "first")],
        "learning_rate": [positive()],
    }

    def _check_rows(self, rows: Rows, names: np.ndarray) -> None:
        if self.split == "half":
            refuse_single_rows(type(self).__name__, rows, names, "halves", "set split='full'")

    @abstractmethod
    def _gradient(
        self, problem: SplitProblem, loop: InnerLoop, basis: np.ndarray, head: np.ndarray
    ) -> Gradient:
        """Return the outer loss and its gradients."""

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        problem = split_problem(make_problem(rows), self.split)
        loop = InnerLoop(self.n_inner_steps, self.inner_step_size, self.order == "exact")
        start = np.linalg.qr(self._generator().normal(size=(problem.n_inputs, rank)))[0].T
        basis, self.losses_ = self._follow(problem, loop, np.vstack([start.T, np.zeros(rank)]))
        return leading_rows(basis, rank)

    def _follow(
        self, problem: SplitProblem, loop: InnerLoop, here: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take Adam's steps on (B, w) as one array; return the best B met, and all losses.

        Where a loss runs away, the best is taken up again at half the rate: the result is never NaN.
        """
        fast, slow, rate, since = np.zeros_like(here), np.zeros_like(here), self.learning_rate, 0
        best, least, losses = here, np.inf, []
        for _ in range(self.max_iter):
            with np.errstate(over="ignore", invalid="ignore"):
                loss, to_basis, to_head = self._gradient(problem, loop, here[:-1].T, here[-1])
            losses.append(loss)
            gradient = np.vstack([to_basis.T, to_head])
            if not np.isfinite(gradient).all() or not loss <= DIVERGED * losses[0]:
                if not np.isfinite(least):
                    loop = InnerLoop(loop.n_steps, loop.step_size / 2, loop.is_exact)
                here, fast, slow = best, np.zeros_like(here), np.zeros_like(here)
                rate, since = rate / 2, 0
                losses[-1] = least if np.isfinite(least) else losses[-1]
                continue
            if loss < least:
                best, least = here, loss
            since += 1
            fast = ADAM[0] * fast + (1 - ADAM[0]) * gradient
            slow = ADAM[1] * slow + (1 - ADAM[1]) * gradient**2
            scale = np.sqrt(slow / (1 - ADAM[1] ** since)) + ADAM[2]
            here = here - rate * fast / (1 - ADAM[0] ** since) / scale
        self.inner_step_size_ = loop.step_size
        return best[:-1].T, np.array(losses)


class LinearANIL(_MetaGradient):
    """Subspace shared by many linear tasks, by ANIL.

    Inner gradient steps move a task's head, outer ones both layers; all steps take inputs of unit size for
    granted, which ``whiten=True`` makes of any.
    With one inner step and halves, the subspace keeps an error even without noise; five inner steps on all
    rows lower it tenfold. Compare it at its best number of steps.

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Width of the first layer; "auto" asks held-out rows of each task.
    n_inner_steps : int, default 1
        Gradient steps by which a task's head adapts.
    inner_step_size : float, default 0.3
        Of these steps; halved where the first loss overflows (see ``inner_step_size_``).
    split : "half" or "full", default "half"
        Whether halves of a task's rows adapt and judge, or all rows do both.
    order : "exact" or "first", default "exact"
        Whether the outer gradient passes through the inner steps.
    max_iter : int, default 150
        Outer steps of Adam, on all tasks at once.
    learning_rate : float, default 0.02
        Of Adam.
    centre, whiten, fit_intercept : bool, default False
        As in MetaSubspacePursuit.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads that are kept: they are ridge heads, as of every estimator here.
    random_state : int, RandomState or None
        Seed of the start (a random subspace, head 0) and of held-out rows.

    Attributes
    ----------
    subspace_, coef_, intercept_, alpha_, noise_, rank_, tasks_
        As in MetaSubspacePursuit.
    losses_ : ndarray of shape (max_iter,)
        Outer loss before every step.
    inner_step_size_ : float

    References
    ----------
    Raghu and others, arXiv:1909.09157; linear case: Collins and others, arXiv:2202.03483.

    Examples
    --------
    >>> from graftwood.fewshot import LinearANIL, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=60, n_rows=10, n_inputs=8, rank=2, noise=0.0, seed=1)
    >>> model = LinearANIL(rank=2, n_inner_steps=5, split="full", random_state=5)
    >>> model = model.fit(planted.X, planted.y, planted.task)
    >>> subspace_distance(model.subspace_, planted.subspace) < 0.2
    True
    """

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        n_inner_steps: int = 1,
        inner_step_size: float = 0.3,
        split: str = "half",
        order: str = "exact",
        max_iter: int = 150,
        learning_rate: float = 0.02,
        centre: bool = False,
        whiten: bool = False,
        fit_intercept: bool = False,
        alpha: float | str = "bayes",
        random_state: Any = None,
    ) -> None:
        self.rank = rank
        self.n_inner_steps = n_inner_steps
        self.inner_step_size = inner_step_size
        self.split = split
        self.order = order
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.centre = centre
        self.whiten = whiten
        self.fit_intercept = fit_intercept
        self.alpha = alpha
        self.random_state = random_state

    def _gradient(
        self, problem: SplitProblem, loop: InnerLoop, basis: np.ndarray, head: np.ndarray
    ) -> Gradient:
        return anil_gradient(problem, loop, basis, head)


class LinearMAML(_MetaGradient):
    """Subspace shared by many linear tasks, by MAML: inner and outer gradient steps on both layers.

    As in LinearANIL, steps take inputs of unit size for granted.

    Parameters
    ----------
    rank : int or "auto", default "auto"
        Width of the first layer; "auto" asks held-out rows of each task.
    n_inner_steps : int, default 1
        Gradient steps by which a task's two layers adapt.
    inner_step_size : float, default 0.1
        Of these steps; halved where the first loss overflows (see ``inner_step_size_``).
    split : "half" or "full", default "half"
        Whether halves of a task's rows adapt and judge, or all rows do both.
    order : "exact" or "first", default "exact"
        Whether the outer gradient passes through the inner steps.
    max_iter : int, default 150
        Outer steps of Adam, on all tasks at once.
    learning_rate : float, default 0.02
        Of Adam.
    centre, whiten, fit_intercept : bool, default False
        As in MetaSubspacePursuit.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads that are kept: they are ridge heads, as of every estimator here.
    random_state : int, RandomState or None
        Seed of the start (a random subspace, head 0) and of held-out rows.

    Attributes
    ----------
    subspace_, coef_, intercept_, alpha_, noise_, rank_, tasks_, losses_, inner_step_size_
        As in LinearANIL.

    References
    ----------
    Finn, Abbeel and Levine, arXiv:1703.03400; linear case: Collins and others, arXiv:2202.03483.

    Examples
    --------
    >>> from graftwood.fewshot import LinearMAML, plant_tasks, subspace_distance
    >>> planted = plant_tasks(n_tasks=100, n_rows=10, n_inputs=8, rank=2, noise=0.0, seed=1)
    >>> model = LinearMAML(rank=2, random_state=5).fit(planted.X, planted.y, planted.task)
    >>> subspace_distance(model.subspace_, planted.subspace) < 0.5
    True
    """

    def __init__(
        self,
        rank: int | str = "auto",
        *,
        n_inner_steps: int = 1,
        inner_step_size: float = 0.1,
        split: str = "half",
        order: str = "exact",
        max_iter: int = 150,
        learning_rate: float = 0.02,
        centre: bool = False,
        whiten: bool = False,
        fit_intercept: bool = False,
        alpha: float | str = "bayes",
        random_state: Any = None,
    ) -> None:
        self.rank = rank
        self.n_inner_steps = n_inner_steps
        self.inner_step_size = inner_step_size
        self.split = split
        self.order = order
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.centre = centre
        self.whiten = whiten
        self.fit_intercept = fit_intercept
        self.alpha = alpha
        self.random_state = random_state

    def _gradient(
        self, problem: SplitProblem, loop: InnerLoop, basis: np.ndarray, head: np.ndarray
    ) -> Gradient:
        return maml_gradient(problem, loop, basis, head)
