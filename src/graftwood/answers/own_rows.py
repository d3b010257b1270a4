"""What a fitted architecture said of its own training rows, by trees that never saw their materials."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from graftwood.coding.kinds import CATEGORY, NONNEGATIVE
from graftwood.coding.labels import LabelColumns
from graftwood.errors import NoOutOfBagRows, WrongOption
from graftwood.network.outlook import HIDDEN


class OwnRows:
    """Base class of what can be asked of a fitted architecture about the rows of fit.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> model.oob_prediction_[:2]
    array([2., 4.])
    """

    tasks_: tuple[str, ...]
    _columns: LabelColumns
    _oob: dict[str, np.ndarray]

    @abstractmethod
    def _predicted(self) -> tuple[str, ...]: ...

    @abstractmethod
    def _shape(self, values: Mapping[str, np.ndarray]) -> Any: ...

    @abstractmethod
    def _answer(self, task: str, center: np.ndarray, sd: np.ndarray, regimes: np.ndarray) -> Any: ...

    @abstractmethod
    def _hurdle_answer(
        self, task: str, vote: np.ndarray, center: np.ndarray, sd: np.ndarray, regimes: np.ndarray
    ) -> Any: ...

    @property
    def oob_prediction_(self) -> Any:
        """Out-of-bag predictions of the rows of fit, shaped as `predict` has them.

        Each row is predicted by the trees that never saw its material, with nothing known of it;
        missing (NaN or None) where a row has no label of the task.
        """
        if not getattr(self, "_oob", None):
            raise AttributeError("oob_prediction_ is there after fit with bootstrap")
        return self._shape({task: self._said(task) for task in self._predicted()})

    def _said(self, task: str) -> np.ndarray:
        """Prediction of each row, missing where it has no label of the task."""
        center = self._oob[task]
        there = ~np.isnan(center.reshape(len(center), -1)[:, 0])
        known = np.nan_to_num(center)
        if self._columns.kind(task) == NONNEGATIVE:
            vote, value, sd = known.T
            answer = self._hurdle_answer(task, vote, value, sd, np.full(len(known), HIDDEN))
        else:
            answer = self._answer(task, known, np.zeros(0), np.zeros(0))
        missing: Any = None if self._columns.kind(task) == CATEGORY else np.nan
        return np.asarray(np.where(there, answer.mean(), missing))

    def oob_proba(self, task: str | int | None = None) -> np.ndarray:
        """Out-of-bag votes for each class, of the rows of fit: (n_rows, n_classes), NaN without a label.

        They are shares of trees; `predict_proba` turns votes into probabilities as learned from these.

        Parameters
        ----------
        task : str or int, optional
            A category; by default the one that is predicted.

        Raises
        ------
        WrongOption, NoOutOfBagRows
        """
        check_is_fitted(self, "_oob")
        who = type(self).__name__
        name = self._columns.find(self._predicted()[0] if task is None else task, who)
        kind = self._columns.kind(name)
        if kind != CATEGORY:
            raise WrongOption(f"{who}: oob_proba: task {name} is {kind}, without classes; name a category.")
        if name not in self._oob:
            raise NoOutOfBagRows(
                f"{who}: there are no out-of-bag predictions of task {name}; fit with bootstrap=True, "
                f"or name one of {', '.join(self.tasks_)}."
            )
        return self._answer(name, self._oob[name], np.zeros(0), np.zeros(0)).probabilities()
