"""How far a row is from what a fitted architecture was trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from graftwood.answers.doubt import doubts_of, located_by
from graftwood.answers.draws import Drawing
from graftwood.network.leaves import leaves_of


class Bounded(Drawing):
    """Base class of what says when a row is out of its domain.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> X = np.random.default_rng(0).uniform(size=(200, 3))
    >>> model = SingleTask(random_state=0).fit(X, X[:, 0])
    >>> model.domain_score(X[:2]).shape, model.is_outside(X[:2]).dtype
    ((2,), dtype('bool'))
    """

    def domain_score(self, X: Any, known: Any = None) -> Any:
        """How unlike all training materials rows are, as the trees see it: 0 to 1.

        1 minus the largest share of trees in which a row shares its leaf with one and the same training
        material, in each third of the trees.  On band gaps it goes with the error, and error bars of
        rows above the limit of `is_outside` are too short (docs/error-bars.md).

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        known : DataFrame, mapping or array of shape (n_rows, n_tasks), optional

        Returns
        -------
        ndarray of shape (n_rows,), or (n_rows, n_tasks) without a target

        Raises
        ------
        NoOutOfBagRows
            Every tree saw every material, or the model was saved by an early version.
        """
        return self._columns_of({task: score for task, (score, _) in self._located(X, known).items()})

    def is_outside(self, X: Any, known: Any = None) -> Any:
        """Whether rows are less like training materials than 95 % of these are like each other.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        known : DataFrame, mapping or array of shape (n_rows, n_tasks), optional

        Returns
        -------
        ndarray of shape (n_rows,), or (n_rows, n_tasks) without a target, bool
        """
        return self._columns_of({task: outside for task, (_, outside) in self._located(X, known).items()})

    def _columns_of(self, values: dict[str, np.ndarray]) -> np.ndarray:
        """One task as (n_rows,), all tasks as columns in the order in which Y came."""
        if self.target_ is not None or self._columns.flat:
            return next(iter(values.values()))
        return np.column_stack([values[task] for task in self._columns.names if task in values])

    def _located(self, X: Any, known: Any) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Score of each predicted task, and whether it is above the limit."""
        check_is_fitted(self, "tasks_")
        rows = self._rows(X, known)
        doubt, found = doubts_of(self), {}
        for task in self._predicted():
            score, is_outside = np.zeros(rows.n_rows), np.zeros(rows.n_rows, dtype=bool)
            for name in located_by(self._network, task):
                domain = doubt.domain(name, type(self).__name__)
                of_node = domain.score(leaves_of(self._network, name, rows))
                score = np.maximum(score, of_node)
                is_outside |= of_node > domain.limit
            found[task] = score, is_outside
        return found
