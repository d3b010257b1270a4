"""What all few-shot estimators share: reading, the frame, the rank, heads of old and new tasks.

An estimator adds one method, ``_find``, from rows to a subspace.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from graftwood.blas import one_thread
from graftwood.coding.order import check_order
from graftwood.errors import ShapeMismatch, TooFewLabels, UndeterminedSubspace, UnknownTask, WrongOption, warn
from graftwood.fewshot.blocks import make_problem
from graftwood.fewshot.frame import Frame, learn_frame
from graftwood.fewshot.heads import Head, HeadPrior, likeliest_prior, ridge_head, ridge_heads
from graftwood.fewshot.held_out import hold_out
from graftwood.fewshot.rows import Rows, as_task_names, column_names, read_labels, read_new_inputs, read_rows
from graftwood.options import Rule, anything, check_options, one_of, positive, whole

MOST_RANK = 10  # "auto" tries no more dimensions than this
PATIENCE = 3  # ... and stops after so many that do not improve
HELD_OUT = 0.2

SHARED_RULES: dict[str, list[Rule]] = {
    "rank": [whole(1), one_of("auto")],
    "max_iter": [whole(1)],
    "alpha": [positive(), one_of("bayes")],
    "centre": [one_of(True, False)],
    "whiten": [one_of(True, False)],
    "fit_intercept": [one_of(True, False)],
    "random_state": [anything("a seed, a RandomState or None")],
}


class FewShotModel(BaseEstimator):
    """Base class of the estimators for many small linear tasks that share a subspace.

    Examples
    --------
    >>> from graftwood.fewshot import MomentSubspace
    >>> issubclass(MomentSubspace, FewShotModel)
    True
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {}
    _learns_subspace: ClassVar[bool] = True

    def fit(self, X: Any, y: Any, task: Any) -> FewShotModel:
        """Learn the subspace from many tasks, and a head for each.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
            Numbers; none may be missing and no column constant.
        y : array of shape (n_rows,)
            Labels of all tasks in one unit; none may be missing.
        task : array of shape (n_rows,)
            Name or number of each row's task. Tasks may have different numbers of rows.

        Returns
        -------
        self

        Raises
        ------
        WrongOption, EmptyTable, ShapeMismatch, NotFinite, DependentInputs, UnknownTask, TooFewLabels
        """
        who = type(self).__name__
        check_options(who, self.get_params(deep=False), {**SHARED_RULES, **self._rules})
        check_order(who, X, y=y, task=task)
        rows, names = read_rows(who, X, y, task)
        self._check_rank(rows)
        self._check_rows(rows, names)
        with one_thread():  # products are small: two threads cost MetaSubspacePursuit 2 to 10 times the CPU
            self._learn(rows)
        self._warn_if_undetermined(rows)
        self.tasks_ = names
        self.n_features_in_ = rows.n_inputs
        self._names = column_names(X)
        if self._names is not None:
            self.feature_names_in_ = np.array(self._names, dtype=object)
        return self

    def _learn(self, rows: Rows) -> None:
        """Learn the frame, the subspace inside it and the heads."""
        self._frame = self._learn_frame(rows)
        framed = self._frame.rows(rows)
        self._basis = self._find(framed, self._pick_rank(framed))
        self.rank_ = len(self._basis)
        self._learn_heads(framed)
        self.subspace_ = self._frame.unframe_basis(self._basis)

    def _finder(self, rows: Rows) -> Callable[[int], np.ndarray]:
        """Return the function from ranks to subspaces of these rows, for trying several."""
        return lambda rank: self._find(rows, rank)

    @abstractmethod
    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        """Return the subspace of rows inside the frame: orthonormal, shape (rank, n_framed)."""

    def _check_rows(self, rows: Rows, names: np.ndarray) -> None:
        """Refuse tasks that a method cannot use."""

    def _learn_frame(self, rows: Rows) -> Frame:
        return learn_frame(
            type(self).__name__, rows, centre=getattr(self, "centre", False),
            whiten=getattr(self, "whiten", False), fit_intercept=getattr(self, "fit_intercept", False),
        )  # fmt: skip

    def _check_rank(self, rows: Rows) -> None:
        rank = getattr(self, "rank", None)
        if isinstance(rank, str) or rank is None:
            return
        for most, what in ((rows.n_inputs, "inputs"), (rows.n_tasks, "tasks")):
            if rank > most:
                raise WrongOption(
                    f"{type(self).__name__}: rank is {rank} and there are {most} {what}; give a rank of at "
                    f"most {most}."
                )

    def _warn_if_undetermined(self, rows: Rows) -> None:
        n_unknown = self.rank_ * (rows.n_inputs + rows.n_tasks - self.rank_)
        if self._learns_subspace and len(rows.y) < n_unknown:
            warn(
                f"{type(self).__name__}: {len(rows.y)} labels must determine {n_unknown} unknowns of "
                f"{rows.n_tasks} tasks at rank {self.rank_}; the subspace is doubtful, add tasks or labels "
                "or lower the rank.",
                UndeterminedSubspace,
            )

    def _pick_rank(self, rows: Rows) -> int:
        """Return the rank that was asked for, or the one that predicts held-out rows of each task best."""
        rank = getattr(self, "rank", 0)
        if rank != "auto":
            return int(rank)
        kept, held = hold_out(rows, HELD_OUT, self._generator())
        if not len(held.y):
            raise TooFewLabels(
                f"{type(self).__name__}: every task has one row, so none can be held out to choose the rank; "
                "give rank=."
            )
        problem, judge = make_problem(kept), make_problem(held)
        self.rank_errors_: dict[int, float] = {}
        find = self._finder(kept)
        for rank in range(1, min(MOST_RANK, rows.n_inputs, rows.n_tasks) + 1):
            basis = find(rank)
            alpha = self._prior(problem, basis).alpha
            coef = ridge_heads(problem, basis, alpha) @ basis
            self.rank_errors_[rank] = judge.loss(coef) / np.count_nonzero(held.counts)
            best = min(self.rank_errors_, key=self.rank_errors_.__getitem__)
            if rank - best >= PATIENCE:
                break
        return best

    def _prior(self, problem: Any, basis: np.ndarray) -> HeadPrior:
        alpha = getattr(self, "alpha", "bayes")
        if alpha != "bayes":
            return HeadPrior(float(alpha), float("nan"))
        n_spent = len(basis) * (problem.n_inputs - len(basis)) if self._learns_subspace else 0
        return likeliest_prior(problem, basis, n_spent)

    def _learn_heads(self, rows: Rows) -> None:
        problem = make_problem(rows)
        prior = self._prior(problem, self._basis)
        self.alpha_, self.noise_ = prior.alpha, prior.noise
        weights = ridge_heads(problem, self._basis, prior.alpha)
        self.coef_, self.intercept_ = self._frame.unframe(weights @ self._basis)

    def _generator(self) -> np.random.Generator:
        try:
            seed = check_random_state(getattr(self, "random_state", None)).randint(2**31)
        except ValueError:
            raise WrongOption(
                f"{type(self).__name__}: random_state must be None, a RandomState or an integer from 0 to "
                f"2**32 - 1, got {self.random_state!r}."
            ) from None
        return np.random.default_rng(seed)

    def adapt(self, X_new: Any, y_new: Any) -> Head:
        """Return the linear function of a new task from a handful of its labels; nothing fitted changes.

        Parameters
        ----------
        X_new : array or DataFrame of shape (n_new, n_inputs)
        y_new : array of shape (n_new,)
            Labels in the unit of those of fit; one is enough.

        Returns
        -------
        Head
            ``head.predict(X)`` predicts; ``head.coef`` and ``head.intercept`` are the function.

        Raises
        ------
        NotFittedError, NotFinite, MissingColumn, ShapeMismatch, EmptyTable
        """
        check_is_fitted(self, "subspace_")
        who = type(self).__name__
        check_order(who, X_new, y_new=y_new)
        inputs = self._frame.inputs(read_new_inputs(who, X_new, self.n_features_in_, self._names))
        labels = self._frame.labels(inputs, read_labels(who, y_new, len(inputs)))
        weights = np.zeros(len(self._basis))
        if len(weights):
            weights = ridge_head(inputs @ self._basis.T, labels, self.alpha_)
        coef, intercept = self._frame.unframe((weights @ self._basis)[None])
        return Head(coef[0], float(intercept[0]), weights, self._names)

    def predict(self, X: Any, task: Any) -> np.ndarray:
        """Predict rows of tasks that were fitted.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        task : str, int or array of shape (n_rows,)
            Task of each row, or one task of all rows.

        Returns
        -------
        ndarray of shape (n_rows,), in the label's unit

        Raises
        ------
        NotFittedError, NotFinite, MissingColumn, ShapeMismatch, EmptyTable
        UnknownTask
            A task was not fitted; ``adapt`` is for new tasks.
        """
        check_is_fitted(self, "subspace_")
        who = type(self).__name__
        check_order(who, X, task=task)
        inputs = read_new_inputs(who, X, self.n_features_in_, self._names)
        number = self._numbers_of(task, len(inputs))
        return np.einsum("nd,nd->n", inputs, self.coef_[number]) + self.intercept_[number]

    def _numbers_of(self, task: Any, n_rows: int) -> np.ndarray:
        who = type(self).__name__
        given = as_task_names(who, task)
        if given.ndim == 0:
            given = np.full(n_rows, given.item())
        if given.shape != (n_rows,):
            raise ShapeMismatch(
                f"{who}: task has shape {given.shape} and X has {n_rows} rows; name the task of each row."
            )
        try:
            number = np.searchsorted(self.tasks_, given)
            is_known = self.tasks_[np.minimum(number, len(self.tasks_) - 1)] == given
        except TypeError:
            is_known = np.zeros(n_rows, dtype=bool)
        if not np.all(is_known):
            unknown = given[int(np.argmin(is_known))]
            raise UnknownTask(
                f"{who}: task {unknown!s} was not fitted; adapt to it with a few of its labels."
            )
        return number
