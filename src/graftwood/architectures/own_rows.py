"""What a fitted architecture says of the rows that it was fitted on, by the trees that never saw them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from graftwood.architectures.kinds import CATEGORY
from graftwood.errors import NoOutOfBagRows, WrongOption


class OwnRows:
    """Base class of what a fitted architecture remembers of its own rows.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> X = np.arange(40.0)[:, None]
    >>> SingleTask(n_estimators=20, random_state=0).fit(X, X[:, 0] > 19).oob_prediction_[:2]
    array([False, False], dtype=object)
    """

    _oob: dict[str, np.ndarray]

    @property
    def oob_prediction_(self: Any) -> Any:
        """Out-of-bag predictions of the rows of fit, shaped as `predict` has them.

        Each row is predicted by the trees that never saw its material, with nothing known of it;
        missing (NaN or None) where a row has no label of the task.
        """
        if not getattr(self, "_oob", None):
            raise AttributeError("oob_prediction_ is there after fit with bootstrap")
        means = {}
        for task in self._predicted():
            center = self._oob[task]
            there = ~np.isnan(center.reshape(len(center), -1)[:, 0])
            mean = self._answer(task, np.nan_to_num(center), np.zeros(0), np.zeros(0)).mean()
            means[task] = np.where(there, mean, None) if center.ndim == 2 else np.where(there, mean, np.nan)
        return self._shape(means)

    def oob_proba(self: Any, task: str | int | None = None) -> np.ndarray:
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
