"""Joint draws over tasks, and error bars of functions of several tasks.

Each task keeps its own calibrated distribution; how they are joined is in ``uncertainty/joint.py``.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from graftwood.answers.answer import Answer
from graftwood.answers.doubt import FEWEST_MATERIALS, doubts_of, side_by_side
from graftwood.answers.functions import Function, call, check_function, warn_undefined
from graftwood.answers.predictor import Predictor
from graftwood.coding.kinds import CATEGORY, NONNEGATIVE
from graftwood.errors import UnreliableSpread
from graftwood.network.outlook import HIDDEN
from graftwood.options import check_options, one_of, whole
from graftwood.uncertainty.joint import bag_correlation, condition, draw_normals, join, larger
from graftwood.uncertainty.rescale import ONE_SIGMA

_DRAWS = {"n_draws": [whole(2)]}
_COMMON = {"common": [one_of(True, False)]}
DRAWN_AT_ONCE = 2**20  # numbers per task
ASKED_AT_ONCE = 1024  # rows of which all trees' words on all tasks are held


@dataclass(frozen=True)
class Joined:
    """What is said of rows, all tasks together.

    Attributes
    ----------
    answers : dict of str to Answer
    correlation : ndarray of shape (n_rows, n_tasks, n_tasks)
        Tasks as ``answers`` has them.
    n_open : ndarray of shape (n_rows,), int
        Tasks whose label is not known.

    Examples
    --------
    >>> Joined({}, np.ones((3, 0, 0)), np.zeros(3)).n_rows
    3
    """

    answers: Mapping[str, Answer]
    correlation: np.ndarray
    n_open: np.ndarray

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.correlation)

    def draw(self, normals: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Labels (n_draws, n_rows) of every task, from normal numbers (n_draws, n_rows or 1, n_tasks)."""
        levels = join(normals, self.correlation[rows])
        return {
            task: answer.some(rows).quantile(levels[:, :, column])
            for column, (task, answer) in enumerate(self.answers.items())
        }


class Drawing(Predictor):
    """Base class of what can be drawn from a fitted architecture.

    Examples
    --------
    >>> import numpy as np
    >>> from graftwood import MultiTaskForest
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> steps = np.column_stack([X[:, 0] + X[:, 1] ** 3, X[:, 0] - X[:, 1]])
    >>> model = MultiTaskForest(random_state=0).fit(X, steps)
    >>> model.sample(X[:3], n_draws=500).shape
    (500, 3, 2)
    >>> mean, spread = model.predict_function(lambda y: np.maximum(y["0"], y["1"]), X[:3])
    >>> mean.shape, spread.shape
    ((3,), (3,))
    """

    def sample(
        self, X: Any, n_draws: int = 1000, known: Any = None, random_state: Any = 0, common: bool = False
    ) -> np.ndarray:
        """Draw labels of all tasks together, as new measurements of each row would give them.

        A task's draws have its calibrated distribution, the one that `predict_interval` is of; between
        tasks they go together as out-of-bag errors and bags do.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        n_draws : int, default 1000
        known : DataFrame, mapping or array of shape (n_rows, n_tasks), optional
            Labels already known; a known task has its label in every draw, unless it is the target.
        random_state : int, RandomState or None, default 0
        common : bool, default False
            Common random numbers: all rows share their draws, so that what a row gets does not depend on
            what it is asked with, and rows can be compared.  By default rows are drawn independently.

        Returns
        -------
        ndarray of shape (n_draws, n_rows, n_tasks)
            Tasks in the order of ``tasks_``, in their units; of dtype object, with the class labels
            that went in, where a task is a category.

        Raises
        ------
        NoOutOfBagRows
            Every tree saw every material.
        """
        check_options(type(self).__name__, {"common": common}, _COMMON)
        joined = self._joined(X, known, n_draws)
        stream = np.random.default_rng(check_random_state(random_state).randint(2**31 - 1))
        is_numeric = all(answer.kind != CATEGORY for answer in joined.answers.values())
        shape = (n_draws, joined.n_rows, len(joined.answers))
        draws = np.empty(shape, dtype=np.float64 if is_numeric else object)
        shared = draw_normals(n_draws, 1, shape[2], stream) if common else None
        for rows in _stretches(joined.n_rows, n_draws):
            own = draw_normals(n_draws, len(rows), shape[2], stream) if shared is None else shared
            drawn = joined.draw(own, rows)
            for task, values in drawn.items():
                draws[:, rows, self.tasks_.index(task)] = values
        return draws

    def predict_function(
        self,
        function: Function,
        X: Any,
        known: Any = None,
        n_draws: int = 1000,
        random_state: Any = 0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Predict any function of tasks, with its error bar: errors that tasks share cancel or add up.

        Parameters
        ----------
        function : callable
            Takes a dict of task -> labels, arrays of shape (n_draws, n_rows_here) in the task's unit, and
            returns numbers of that shape, row by row: ``lambda y: y["step 1"] - y["step 2"]``; or booleans,
            of an event: ``lambda y: y["gap"] > 1``.
        X : array or DataFrame of shape (n_rows, n_inputs)
        known : DataFrame, mapping or array of shape (n_rows, n_tasks), optional
        n_draws : int, default 1000
        random_state : int, RandomState or None, default 0

        Returns
        -------
        mean, spread : ndarray of shape (n_rows,)
            In the function's unit.  The mean over draws, and half the width of the central 68.3 % of
            them times a factor: what makes that width cover 68.3 % of the function of out-of-bag rows'
            own labels.  Rows with one unknown task need no factor, as that task has its own.  A spread is 0
            where most draws agree.  Of an event the probability p and sqrt(p (1 - p)); NaN in rows for
            some draws of which the function is not finite.

        Raises
        ------
        ShapeMismatch
            The function returns another shape.
        WrongOption
            It is no function, or returns no numbers.
        UnknownTask
            It asks for a task that there is not.
        NoOutOfBagRows

        Warns
        -----
        UnreliableSpread
            Fewer than 10 materials have all labels that the function needs, so there is no factor.
        UndefinedExpression
            The function is not finite for some draws.

        Notes
        -----
        All rows have the same draws, so a row's result does not depend on what it is asked with.
        """
        check_function(function, type(self).__name__)
        joined = self._joined(X, known, n_draws)
        seed = int(check_random_state(random_state).randint(2**31 - 1))
        mean, spread, is_event = self._evaluate(function, joined, n_draws, seed)
        several = joined.n_open > 1
        if several.any() and not is_event:
            spread[several] *= self._factor(function, n_draws, seed)
        warn_undefined(mean, type(self).__name__)
        return mean, spread

    def _evaluate(
        self, function: Function, joined: Joined, n_draws: int, seed: int
    ) -> tuple[np.ndarray, np.ndarray, bool]:
        """Mean and half the central width of a function's draws, and whether it tells of an event."""
        who = type(self).__name__
        normals = draw_normals(n_draws, 1, len(joined.answers), np.random.default_rng(seed))
        mean, spread = np.empty(joined.n_rows), np.empty(joined.n_rows)
        for rows in _stretches(joined.n_rows, n_draws):
            values = call(function, joined.draw(normals, rows), (n_draws, len(rows)), who)
            is_event = values.dtype == bool
            values = values.astype(np.float64)
            values[:, ~np.isfinite(values).all(axis=0)] = np.nan
            low, high = np.quantile(values, [0.5 - ONE_SIGMA / 2, 0.5 + ONE_SIGMA / 2], axis=0)
            # Draws side by side in memory, so that a row's mean is the same bits alone and among others.
            mean[rows] = np.ascontiguousarray(values.T).mean(axis=1)
            spread[rows] = np.sqrt(mean[rows] * (1 - mean[rows])) if is_event else (high - low) / 2
        return mean, spread, is_event

    def _factor(self, function: Function, n_draws: int, seed: int) -> float:
        """What makes the function's spread cover ONE_SIGMA of the function of out-of-bag rows' labels."""
        doubt = doubts_of(self)
        rows = doubt.joint
        if rows is not None:
            answers: dict[str, Answer] = {}
            truth: dict[str, np.ndarray] = {}
            is_whole = np.ones(rows.n_rows, dtype=bool)
            regimes = np.full(rows.n_rows, HIDDEN)
            for column, task in enumerate(doubt.tasks):
                center, sd = rows.center[task], rows.sd[:, column]
                if self._columns.kind(task) == NONNEGATIVE:
                    vote, value = center.T
                    answers[task] = self._hurdle_answer(task, vote, value, sd, regimes)
                else:
                    answers[task] = self._answer(task, center, sd, regimes)
                truth[task], is_there = answers[task].in_unit(rows.labels[:, column])
                is_whole &= is_there
            own = larger(rows.correlation, doubt.correlation)
            said = Joined(answers, own, np.full(rows.n_rows, len(answers)))
            mean, spread, _ = self._evaluate(function, said, n_draws, seed)
            labels = {task: values[None, is_whole] for task, values in truth.items()}
            error = np.full(rows.n_rows, np.nan)
            said_of = call(function, labels, (1, int(is_whole.sum())), type(self).__name__)
            error[is_whole] = said_of[0] - mean[is_whole]
            usable = np.isfinite(error) & (spread > 0)
            if len(np.unique(rows.material[usable])) >= FEWEST_MATERIALS:
                scores = np.sort(np.abs(error[usable]) / spread[usable])
                return float(scores[min(int(np.ceil((len(scores) + 1) * ONE_SIGMA)), len(scores)) - 1])
        warnings.warn(
            f"{type(self).__name__}: fewer than {FEWEST_MATERIALS} materials have all labels that the "
            "function needs, so that its spread could not be checked against them; it rests on draws alone.",
            UnreliableSpread,
            stacklevel=3,
        )
        return 1.0

    def _joined(self, X: Any, known: Any, n_draws: int) -> Joined:
        """What is said of rows, and how tasks go together in each."""
        check_is_fitted(self, "tasks_")
        who = type(self).__name__
        check_options(who, {"n_draws": n_draws}, _DRAWS)
        doubt = doubts_of(self)
        tasks, errors = doubt.tasks, doubt.correlation
        answers = self._look(X, known, tasks)
        every = self._rows(X, known)
        labels = every.known
        is_known = ~np.isnan(labels[:, [self._columns.learned.index(task) for task in tasks]])
        uses = np.array([[other in self._network.upstream(task) for other in tasks] for task in tasks])
        correlation = np.ones((every.n_rows, len(tasks), len(tasks)))
        patterns, of = np.unique(is_known, axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            at = np.flatnonzero(of.reshape(-1) == number)
            left = condition(errors, uses & pattern)
            for first in range(0, len(at) if len(tasks) > 1 else 0, ASKED_AT_ONCE):
                rows = at[first : first + ASKED_AT_ONCE]
                asked = every.some(rows)
                bags = side_by_side([self._network.answer(task, asked).bags for task in tasks])
                correlation[rows] = larger(bag_correlation(bags), left)
        is_open = ~is_known | np.array([task == self.target_ for task in tasks])
        return Joined(answers, correlation, is_open.sum(axis=1))


def _stretches(n_rows: int, n_draws: int) -> Iterator[np.ndarray]:
    size = max(1, DRAWN_AT_ONCE // n_draws)
    for first in range(0, n_rows, size):
        yield np.arange(first, min(first + size, n_rows))
