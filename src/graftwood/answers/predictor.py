"""What a fitted architecture is asked: predictions, error bars, class probabilities, known labels.

Rows are coded, sorted by what is known of them, and shown to the fitted network;
how its answer becomes labels and intervals is in ``answer.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from graftwood.answers.answer import MEAN, MEDIAN, on_line, warn_too_few_errors
from graftwood.answers.asking import Asking
from graftwood.answers.hurdle import HurdleAnswer
from graftwood.answers.mondrian import interval_by, read_groups
from graftwood.answers.probabilities import Probabilities
from graftwood.answers.scoring import score_rows
from graftwood.coding.kinds import CATEGORY
from graftwood.coding.order import check_order
from graftwood.errors import UnknownTask, WrongOption
from graftwood.options import check_options, number, one_of

_ASKED = {
    "of": [one_of("observation", "mean", "value")],
    "form": [one_of("factor", "line")],
    "point": [one_of(MEDIAN, MEAN)],
}
_COVERAGE = {"coverage": [number(0.01, 0.999)]}


class Predictor(Probabilities, Asking, RegressorMixin, BaseEstimator):
    """Base class of what can be asked of a fitted architecture.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> colours = ["red", "blue"] * 20
    >>> model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, colours)
    >>> model.classes_, model.predict([[1.0]]), model.predict_proba([[1.0]]).round()
    (array(['blue', 'red'], dtype='<U4'), array(['blue'], dtype='<U4'), array([[1., 0.]]))
    """

    target_: Any

    def predict(
        self, X: Any, known: Any = None, return_std: bool = False, of: str = "observation",
        point: str = MEDIAN, form: str = "factor",
    ) -> Any:  # fmt: skip
        """Predict the target (every task, where the architecture has no target).

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        known : DataFrame, mapping or array of shape (n_rows, n_tasks), optional
            Labels already known of these rows, NaN where not; a DataFrame may name some tasks only.
        return_std : bool, default False
            Return the spread as well.
        of : {"observation", "mean", "value"}, default "observation"
            The spread of what: how far a new measurement of the material may lie from the prediction,
            how far the prediction would move with other training materials (of a nonnegative task its
            mean), or how far the true value may lie, without the measurement errors that
            ``fit(label_std=)`` was told.
        point : {"median", "mean"}, default "median"
            What to predict of a nonnegative task: the median of its mixture of zero and a value, which has
            the least absolute error, or the mean, which has the least squared error.  It is the median
            of a positive task, and of a real one both are the same.
        form : {"factor", "line"}, default "factor"
            The spread of an observation as the bags' s.d. times what covers 68.3 % of out-of-bag labels, or
            as a line in it, a sd + b, of the best likelihood (MAST-ML's form).

        Returns
        -------
        mean : ndarray of shape (n_rows,), or (n_rows, n_tasks) without a target
            In the label's unit, the median for a positive or nonnegative task, the most probable class
            of a category.  Several tasks with a category among them come as a DataFrame, with the index
            of X where that is one.
        spread : like ``mean``, only with ``return_std``; in the label's unit, NaN for a category

        Warns
        -----
        UnreliableSpread
            Variances of a mean came out negative: too few trees to tell them.
        """
        check_options(type(self).__name__, {"of": of, "form": form, "point": point}, _ASKED)
        if form == "line" and of != "observation":
            who = type(self).__name__
            raise WrongOption(f"{who}: form='line' is one of observations; say form='factor' for of={of!r}.")
        answers = self._look(X, known, of=of if return_std else None)
        if return_std and form == "line":
            answers = {task: on_line(answer) for task, answer in answers.items()}
        mean = self._shape({task: answer.mean(point) for task, answer in answers.items()}, X)
        if not return_std:
            return mean
        return mean, self._shape({task: answer.spread() for task, answer in answers.items()}, X)

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
            Groups of materials, of the rows of fit and of the rows of X, such as two columns of chemical
            families: the interval then covers this share within each group, by that group's own errors.

        Returns
        -------
        low, high : ndarray of shape (n_rows,), or (n_rows, n_tasks) without a target

        Warns
        -----
        UnreliableSpread
            Out-of-bag errors are too few for the coverage, and the largest is taken; groups in ``by`` that
            have too few have the interval of all rows.
        """
        who = type(self).__name__
        check_options(who, {"coverage": coverage}, _COVERAGE)
        answers = self._look(X, known)
        if by is None:
            warn_too_few_errors(answers.values(), coverage)
            bounds = {task: answer.interval(coverage) for task, answer in answers.items()}
        else:
            n_rows = len(next(iter(answers.values())).sd)
            n_fit = len(next(iter(self._oob.values()), np.empty(0)))
            groups = read_groups(by, n_fit, n_rows, who)
            check_order(who, X, **{"by[1]": by[1]})
            bounds = {task: interval_by(answer, coverage, *groups) for task, answer in answers.items()}
        low, high = ({task: both[side] for task, both in bounds.items()} for side in (0, 1))
        return self._shape(low, X), self._shape(high, X)

    def predict_tasks(
        self, X: Any, known: Any = None, coverage: float = 0.9, tasks: Sequence[str | int] | None = None
    ) -> dict[str, dict[str, np.ndarray]]:
        """Predict every task that the architecture models, or some of them, with spread and interval.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        known : DataFrame, mapping or array of shape (n_rows, n_tasks), optional
        coverage : float, default 0.9
        tasks : sequence of str or int, optional
            Names of tasks, or their columns in Y; by default all.

        Returns
        -------
        dict
            Per task the arrays ``mean``, ``spread``, ``low`` and ``high`` of shape (n_rows,), for a
            category ``mean`` (the class) and ``probability`` of shape (n_rows, n_classes); of a
            nonnegative task also ``p_zero``, the probability that a new label is zero.
            A task whose label is known has that label and no spread, unless it is the target.

        Warns
        -----
        UnreliableSpread
            Fewer materials have out-of-bag errors than the coverage needs.
        """
        check_is_fitted(self, "tasks_")
        who = type(self).__name__
        check_options(who, {"coverage": coverage}, _COVERAGE)
        wanted = (
            self.tasks_
            if tasks is None
            else tuple(task if isinstance(task, str) else self._columns.find(task, who) for task in tasks)
        )
        if not wanted:
            raise WrongOption(f"{who}: tasks is empty; name at least one task, or None for all.")
        for task in wanted:
            if task not in self.tasks_:
                raise UnknownTask(
                    f"{who} does not predict task {task!r}; it predicts {', '.join(self.tasks_)}."
                )
        result, answers = {}, self._look(X, known, wanted)
        warn_too_few_errors((each for each in answers.values() if each.kind != CATEGORY), coverage)
        for task, answer in answers.items():
            result[task] = {"mean": answer.mean()}
            if answer.kind == CATEGORY:
                result[task]["probability"] = answer.probabilities()
                continue
            low, high = answer.interval(coverage)
            result[task] |= {"spread": answer.spread(), "low": low, "high": high}
            if isinstance(answer, HurdleAnswer):
                result[task]["p_zero"] = answer.zero_probability()
        return result

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R2 of the prediction, or the accuracy if the one task predicted is a category.

        Rows without a label do not count.  Where y has the tasks of fit the target's column counts;
        where several tasks are predicted, the mean of their R2.

        Raises
        ------
        WrongOption, UnknownTask, ShapeMismatch, TooFewLabels
        """
        check_is_fitted(self, "tasks_")
        who = type(self).__name__
        check_order(who, X, y=y, sample_weight=sample_weight)
        return score_rows(y, self.predict(X), self._columns, self._predicted(), sample_weight, who)

    def _predicted(self) -> tuple[str, ...]:
        return self.tasks_ if self.target_ is None else (self.target_,)

    def _shape(self, values: Mapping[str, np.ndarray], X: Any = None) -> Any:
        """One task as (n_rows,), all tasks as Y came, rows named as those of X."""
        if self.target_ is not None or self._columns.flat:
            return next(iter(values.values()))
        if any(self._columns.kind(task) == CATEGORY for task in values):
            import pandas as pd

            names = X.index if isinstance(X, pd.DataFrame) else None
            columns = {task: values[task] for task in self._columns.names if task in values}
            return pd.DataFrame(columns, index=names)
        return np.column_stack([values[task] for task in self._columns.names if task in values])
