"""Send each row to the model of what is known of it, and put the answers together again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from graftwood.answers.functions import check_function
from graftwood.answers.scoring import score_rows
from graftwood.architectures.base import Architecture
from graftwood.coding.inputs import count_rows
from graftwood.coding.kinds import CATEGORY
from graftwood.coding.known import read_known
from graftwood.coding.labels import LabelColumns
from graftwood.coding.mappings import as_table
from graftwood.coding.order import check_order
from graftwood.errors import UnknownTask
from graftwood.network.outlook import HIDDEN, VISIBLE


def _has_classes(model: Any) -> bool:
    if hasattr(model, "models_") and model._columns.kind(model.target_) != CATEGORY:
        raise AttributeError(f"{type(model).__name__}: the target {model.target_} has no classes.")
    return True


class RoutedPredictor(RegressorMixin, BaseEstimator):
    """Base class of estimators with one fitted model per regime.

    Attributes
    ----------
    models_ : dict
        Regime ("hidden", "visible") -> fitted architecture.
    sources_ : tuple of str
        Tasks whose known labels make a row visible.

    Examples
    --------
    >>> from graftwood import TransferSelector
    >>> issubclass(TransferSelector, RoutedPredictor)
    True
    """

    models_: dict[str, Architecture]
    sources_: tuple[str, ...]
    target_: str
    tasks_: tuple[str, ...]
    _columns: LabelColumns

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.target_tags.multi_output = True
        return tags

    def predict(
        self, X: Any, known: Any = None, return_std: bool = False, of: str = "observation",
        point: str = "median", form: str = "factor",
    ) -> Any:  # fmt: skip
        """Predict the target.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        known : DataFrame, mapping or array of shape (n_rows, n_tasks), optional
            Labels already known of these rows, NaN where not; a DataFrame may name some tasks only.
        return_std : bool, default False
            Return the spread as well.
        of : {"observation", "mean", "value"}, default "observation"
            The spread of what, as for each architecture's `predict`.
        point : {"median", "mean"}, default "median"
            What to predict of a nonnegative target.
        form : {"factor", "line"}, default "factor"
            How the spread of an observation is made, as for each architecture's `predict`.

        Returns
        -------
        mean : ndarray of shape (n_rows,)
            In the label's unit, the most probable class of a category.
        spread : ndarray of shape (n_rows,), only with ``return_std``
        """
        parts = self._route(
            X, known, lambda model, rows, given: model.predict(rows, given, return_std, of, point, form)
        )
        if return_std:
            mean, spread = (_merge([(rows, said[i]) for rows, said in parts]) for i in (0, 1))
            return mean, spread
        return _merge(parts)

    def predict_interval(
        self, X: Any, coverage: float = 0.9, known: Any = None, by: Any = None
    ) -> tuple[Any, Any]:
        """Predict the interval that covers a new measurement with this probability.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        coverage : float, default 0.9
        known : DataFrame, mapping or array of shape (n_rows, n_tasks), optional
        by : pair of arrays, optional
            Groups of the rows of fit and of the rows of X, to cover this share within each group.

        Returns
        -------
        low, high : ndarray of shape (n_rows,)
            In the label's unit.
        """

        def ask(model: Architecture, rows: Any, given: Any, at: np.ndarray) -> Any:
            pair = by if by is None else (by[0], np.asarray(by[1])[at])
            return model.predict_interval(rows, coverage, given, pair)

        parts = self._route(X, known, ask, tells_rows=True)
        low, high = (_merge([(rows, said[side]) for rows, said in parts]) for side in (0, 1))
        return low, high

    @available_if(_has_classes)
    def predict_proba(self, X: Any, known: Any = None) -> np.ndarray:
        """Predict the probability of each class, (n_rows, n_classes) in the order of ``classes_``."""
        return _merge(self._route(X, known, lambda model, rows, given: model.predict_proba(rows, given)))

    def predict_tasks(
        self, X: Any, known: Any = None, coverage: float = 0.9, tasks: Sequence[str | int] | None = None
    ) -> dict[str, dict[str, np.ndarray]]:
        """Predict the tasks that both winners model, or some of them, with spread and interval.

        Returns
        -------
        dict
            Per task the arrays ``mean``, ``spread``, ``low`` and ``high`` of shape (n_rows,), for a
            category ``mean`` (the class) and ``probability`` of shape (n_rows, n_classes).

        Raises
        ------
        UnknownTask
        """
        check_is_fitted(self, "models_")
        who = type(self).__name__
        wanted = (
            self.tasks_
            if tasks is None
            else tuple(task if isinstance(task, str) else self._columns.find(task, who) for task in tasks)
        )
        for task in wanted:
            if task not in self.tasks_:
                raise UnknownTask(
                    f"{type(self).__name__} does not predict task {task!r}; its winners predict "
                    f"{', '.join(self.tasks_)}."
                )
        parts = self._route(
            X, known, lambda model, rows, given: model.predict_tasks(rows, given, coverage, wanted)
        )
        return {
            task: {
                name: _merge([(rows, said[task][name]) for rows, said in parts]) for name in parts[0][1][task]
            }
            for task in wanted
        }

    def sample(
        self, X: Any, n_draws: int = 1000, known: Any = None, random_state: Any = 0, common: bool = False
    ) -> np.ndarray:
        """Draw labels of the tasks that both winners model, (n_draws, n_rows, n_tasks) as ``tasks_``."""
        check_is_fitted(self, "models_")

        def ask(model: Architecture, rows: Any, given: Any) -> np.ndarray:
            drawn = model.sample(rows, n_draws, given, random_state, common)
            return np.moveaxis(drawn[:, :, [model.tasks_.index(task) for task in self.tasks_]], 1, 0)

        return np.moveaxis(_merge(self._route(X, known, ask)), 0, 1)

    def predict_function(
        self, function: Any, X: Any, known: Any = None, n_draws: int = 1000, random_state: Any = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Predict any function of the tasks that both winners model, with its error bar.

        Raises
        ------
        UnknownTask
            The function asks for another one, as for a source where a winner is a blend.
        """
        check_is_fitted(self, "models_")
        function = _of_tasks(function, self.tasks_, type(self).__name__)
        parts = self._route(
            X,
            known,
            lambda model, rows, given: model.predict_function(function, rows, given, n_draws, random_state),
        )
        mean, spread = (_merge([(rows, said[i]) for rows, said in parts]) for i in (0, 1))
        return mean, spread

    def domain_score(self, X: Any, known: Any = None) -> np.ndarray:
        """How unlike all training materials of its winner each row is, 0 to 1, (n_rows,)."""
        return _merge(self._route(X, known, lambda model, rows, given: model.domain_score(rows, given)))

    def is_outside(self, X: Any, known: Any = None) -> np.ndarray:
        """Whether each row is out of its winner's domain, (n_rows,) bool."""
        return _merge(self._route(X, known, lambda model, rows, given: model.is_outside(rows, given)))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R2 of the prediction, or the accuracy where the target is a category.

        Rows without a label do not count; where y has the tasks of fit, the target's column counts.
        """
        check_is_fitted(self, "models_")
        who = type(self).__name__
        check_order(who, X, y=y, sample_weight=sample_weight)
        return score_rows(y, self.predict(X), self._columns, (self.target_,), sample_weight, who)

    @property
    def classes_(self) -> np.ndarray:
        """Classes of the target, where it is a category."""
        if not hasattr(self, "models_"):
            raise AttributeError("classes_ is there after fit")
        return np.asarray(self.models_[HIDDEN].classes_)

    def _take_over(self, X: Any) -> None:
        """Take over from the winners what both predict, and their inputs."""
        both = [set(model.tasks_) for model in self.models_.values()]
        self.tasks_ = tuple(t for t in self._columns.names if all(t in tasks for tasks in both))
        self.n_features_in_ = self.models_[HIDDEN].n_features_in_
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)

    def _route(
        self, X: Any, known: Any, ask: Callable[..., Any], *, tells_rows: bool = False
    ) -> list[tuple[np.ndarray, Any]]:
        """Ask each row's model; return row numbers with what was said of them."""
        check_is_fitted(self, "models_")
        who = type(self).__name__
        n_rows = count_rows(X, who)
        check_order(who, X, known=known)
        frame, is_visible = self._known(known, n_rows, who)
        parts = []
        for regime, rows in (
            (HIDDEN, np.flatnonzero(~is_visible)),
            (VISIBLE, np.flatnonzero(is_visible)),
        ):
            if len(rows):
                model = self.models_[regime]
                # Labels of tasks that the winner was not fitted with cannot move it.
                given = [task for task in frame.columns if task in model._columns.names]
                told = {task: frame[task].to_numpy()[rows] for task in given}
                shown = told if regime == VISIBLE and given else None
                more = (rows,) if tells_rows else ()
                parts.append((rows, ask(model, _take(X, rows, n_rows), shown, *more)))
        return parts

    def _known(self, known: Any, n_rows: int, who: str) -> tuple[pd.DataFrame, np.ndarray]:
        """Return the known labels of the sources and which rows have one."""
        frame = pd.DataFrame(index=range(n_rows))
        if known is None:
            return frame, np.zeros(n_rows, dtype=bool)
        known = as_table(known, who, "known")
        read_known(known, self._columns, n_rows, who)
        if not hasattr(known, "columns"):
            known = pd.DataFrame(np.asarray(known).reshape(n_rows, -1), columns=list(self._columns.names))
        for i, name in enumerate(known.columns):
            if str(name) in self.sources_:
                frame[str(name)] = known.iloc[:, i].to_numpy()
        return frame, frame.notna().any(axis=1).to_numpy(dtype=bool) if len(frame.columns) else np.zeros(
            n_rows, dtype=bool
        )


def _take(X: Any, rows: np.ndarray, n_rows: int) -> Any:
    if len(rows) == n_rows:
        return X
    return X.iloc[rows] if hasattr(X, "iloc") else np.asarray(X)[rows]


def _merge(parts: list[tuple[np.ndarray, Any]]) -> np.ndarray:
    """Put answers back in the order of the rows."""
    rows = np.concatenate([rows for rows, _ in parts])
    said = np.concatenate([np.asarray(values) for _, values in parts])
    return said[np.argsort(rows, kind="stable")]


def _of_tasks(function: Any, tasks: Sequence[str], who: str) -> Any:
    """A function that says by a selector's name, and not by its winner's, which tasks there are."""
    check_function(function, who)

    def ask(labels: Any) -> Any:
        try:
            return function(labels)
        except UnknownTask as error:
            raise UnknownTask(
                f"{who}: the function asks for a task that the winners do not predict, which are fitted for "
                f"{', '.join(tasks)}; fit a MultiTaskForest or a TaskGraph for functions of several tasks."
            ) from error

    return ask
