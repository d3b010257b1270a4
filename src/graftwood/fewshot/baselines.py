"""Baselines that keep a subspace honest: one function for all, one per task, and what lies between.

Each is a subspace too, if an empty or a full one: a pooled fit leaves a task no
dimension of its own, a ridge per task all of them, and shrinking to the pooled fit
removes the centre first.  A shared subspace is worth its name where it beats the last.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from graftwood.errors import NotFinite, ShapeMismatch
from graftwood.fewshot.base import FewShotModel
from graftwood.fewshot.distance import orthonormal_rows
from graftwood.fewshot.frame import Frame, learn_frame
from graftwood.fewshot.rows import Rows
from graftwood.options import Rule, anything, one_of, positive


class PooledRidge(FewShotModel):
    """One ridge regression on the rows of all tasks; a new task's labels change nothing.

    Parameters
    ----------
    penalty : float or "tasks left out", default "tasks left out"
        Of the regression; by default the best of 25 at predicting whole tasks left out.
    fit_intercept : bool, default False

    Attributes
    ----------
    subspace_ : ndarray of shape (0, n_inputs)
    coef_, intercept_ : ndarrays of shape (n_tasks, n_inputs) and (n_tasks,)
        The same for every task.

    Examples
    --------
    >>> from graftwood.fewshot import PooledRidge
    >>> model = PooledRidge(penalty=1e-9).fit([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0], ["a", "a", "b"])
    >>> model.predict([[5.0]], "b").round(6)
    array([10.])
    """

    _learns_subspace = False
    _rules: ClassVar[dict[str, list[Rule]]] = {"penalty": [positive(), one_of("tasks left out")]}

    def __init__(self, *, penalty: float | str = "tasks left out", fit_intercept: bool = False) -> None:
        self.penalty = penalty
        self.fit_intercept = fit_intercept

    def _learn_frame(self, rows: Rows) -> Frame:
        penalty = None if isinstance(self.penalty, str) else float(self.penalty)
        return learn_frame(
            "PooledRidge", rows, centre=True, whiten=False, fit_intercept=self.fit_intercept, penalty=penalty
        )

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        return np.empty((0, rows.n_inputs))


class RidgePerTask(FewShotModel):
    """A ridge regression for each task alone; tasks share the strength of the penalty and no more.

    Parameters
    ----------
    alpha : float or "bayes", default "bayes"
        Penalty; "bayes" maximises the likelihood of all tasks' labels.
    whiten : bool, default False
        Shrink in whitened inputs.
    fit_intercept : bool, default False
        Shrink offsets to the mean label of all rows.

    Attributes
    ----------
    subspace_ : ndarray of shape (n_inputs, n_inputs)
        All there is.
    coef_, intercept_, alpha_, noise_
        As in MetaSubspacePursuit.

    Examples
    --------
    >>> from graftwood.fewshot import RidgePerTask
    >>> X, y, task = [[1.0], [2.0], [1.0], [2.0]], [2.0, 4.0, -2.0, -4.0], ["a", "a", "b", "b"]
    >>> RidgePerTask(alpha=1e-9).fit(X, y, task).predict([[3.0], [3.0]], ["a", "b"]).round(6)
    array([ 6., -6.])
    """

    _learns_subspace = False

    def __init__(
        self, *, alpha: float | str = "bayes", whiten: bool = False, fit_intercept: bool = False
    ) -> None:
        self.alpha = alpha
        self.whiten = whiten
        self.fit_intercept = fit_intercept

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        return np.eye(rows.n_inputs)


class RidgeToPooled(FewShotModel):
    """A ridge regression for each task, shrunk to the pooled fit instead of to zero.

    The baseline to beat: on stations and schools it is as good as any shared subspace (docs/few-shot.md).

    Parameters
    ----------
    alpha : float or "bayes", default "bayes"
        Penalty of what separates a task from the pooled fit; "bayes" maximises the likelihood of all labels.
    whiten : bool, default False
        Shrink in whitened inputs.
    fit_intercept : bool, default False

    Attributes
    ----------
    subspace_ : ndarray of shape (n_inputs, n_inputs)
        All there is.
    coef_, intercept_, alpha_, noise_
        As in MetaSubspacePursuit.

    Examples
    --------
    >>> from graftwood.fewshot import RidgeToPooled
    >>> X, y, task = [[1.0], [2.0], [1.0], [2.0]], [2.0, 4.0, 4.0, 8.0], ["a", "a", "b", "b"]
    >>> strong, weak = (RidgeToPooled(alpha=alpha).fit(X, y, task) for alpha in (1e9, 1e-9))
    >>> strong.predict([[1.0], [1.0]], ["a", "b"]).round(2), weak.predict([[1.0], [1.0]], ["a", "b"]).round(2)
    (array([2.73, 2.73]), array([2., 4.]))
    """

    _learns_subspace = False

    def __init__(
        self, *, alpha: float | str = "bayes", whiten: bool = False, fit_intercept: bool = False
    ) -> None:
        self.alpha = alpha
        self.whiten = whiten
        self.fit_intercept = fit_intercept

    def _learn_frame(self, rows: Rows) -> Frame:
        return learn_frame(
            "RidgeToPooled", rows, centre=True, whiten=self.whiten, fit_intercept=self.fit_intercept
        )

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        return np.eye(rows.n_inputs)


class OracleSubspace(FewShotModel):
    """Heads on a subspace that is given: with the true one, the best that any method here can do.

    Parameters
    ----------
    subspace : array of shape (rank, n_inputs)
        Rows that span it.
    alpha : float or "bayes", default "bayes"
        Penalty of the heads.

    Attributes
    ----------
    subspace_ : ndarray of shape (rank, n_inputs)
        The same, orthonormal.
    coef_, intercept_, alpha_, noise_
        As in MetaSubspacePursuit.

    Raises
    ------
    ShapeMismatch
        In fit: the subspace does not have the inputs' columns.
    NotFinite
        In fit: it is not made of finite numbers.

    Examples
    --------
    >>> from graftwood.fewshot import OracleSubspace
    >>> model = OracleSubspace([[1.0, 0.0]], alpha=1e-9).fit([[1.0, 5.0], [2.0, 0.0]], [2.0, 4.0], [0, 0])
    >>> model.coef_.round(6)
    array([[2., 0.]])
    """

    _learns_subspace = False
    _rules: ClassVar[dict[str, list[Rule]]] = {"subspace": [anything("an array of shape (rank, n_inputs)")]}

    def __init__(self, subspace: Any, *, alpha: float | str = "bayes") -> None:
        self.subspace = subspace
        self.alpha = alpha

    def _find(self, rows: Rows, rank: int) -> np.ndarray:
        try:
            given = np.atleast_2d(np.asarray(self.subspace, dtype=np.float64))
        except (TypeError, ValueError):
            raise NotFinite("OracleSubspace: subspace is not an array of numbers; give its rows.") from None
        if given.ndim != 2 or given.shape[1] != rows.n_inputs:
            raise ShapeMismatch(
                f"OracleSubspace: subspace has shape {given.shape} and there are {rows.n_inputs} inputs; "
                "give one column for each."
            )
        if not np.isfinite(given).all():
            raise NotFinite("OracleSubspace: subspace has values that are not finite; correct them.")
        return orthonormal_rows(given)
