"""Joint draws over tasks, and error bars of functions of several tasks.

Each task keeps its own calibrated distribution; how they are joined is in ``uncertainty/joint.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from graftwood.architectures.answer import Answer
from graftwood.architectures.kinds import CATEGORY
from graftwood.architectures.labels import read_known
from graftwood.architectures.predictor import Predictor
from graftwood.errors import ShapeMismatch
from graftwood.options import check_options, whole
from graftwood.uncertainty.joint import condition, draw_levels
from graftwood.uncertainty.rescale import ONE_SIGMA

_DRAWS = {"n_draws": [whole(2)]}
DRAWN_AT_ONCE = 2**21  # numbers per task


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

    def sample(self, X: Any, n_draws: int = 1000, known: Any = None, random_state: Any = 0) -> np.ndarray:
        """Draw labels of all tasks together, as new measurements of each row would give them.

        A task's draws have its calibrated distribution, the one that `predict_interval` is of; between
        tasks they go together as out-of-bag errors do.  Different rows are drawn independently.

        Parameters
        ----------
        X : array or DataFrame of shape (n_rows, n_inputs)
        n_draws : int, default 1000
        known : DataFrame or array of shape (n_rows, n_tasks), optional
            Labels already known; a known task has its label in every draw, unless it is the target.
        random_state : int, RandomState or None, default 0

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
        answers, patterns = self._joined(X, known, n_draws)
        rng = check_random_state(random_state)
        stream = np.random.default_rng(rng.randint(2**31 - 1))
        is_numeric = all(answer.kind != CATEGORY for answer in answers.values())
        n_rows = len(next(iter(answers.values())).center)
        draws = np.empty((n_draws, n_rows, len(answers)), dtype=np.float64 if is_numeric else object)
        for correlation, rows in patterns:
            levels = draw_levels(correlation, n_draws, len(rows), stream)
            for column, answer in enumerate(answers.values()):
                draws[:, rows, column] = answer.some(rows).quantile(levels[:, :, column])
        return draws

    def predict_function(
        self,
        function: Callable[[dict[str, np.ndarray]], np.ndarray],
        X: Any,
        known: Any = None,
        n_draws: int = 1000,
        random_state: Any = 0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Predict any function of tasks, with its error bar: errors that tasks share cancel or add up.

        Parameters
        ----------
        function : callable
            Takes a dict of task -> draws, each of shape (n_draws, n_rows_here) in the task's unit, and
            returns numbers of that shape, row by row: ``lambda y: y["step 1"] - y["step 2"]``.
        X : array or DataFrame of shape (n_rows, n_inputs)
        known : DataFrame or array of shape (n_rows, n_tasks), optional
        n_draws : int, default 1000
        random_state : int, RandomState or None, default 0

        Returns
        -------
        mean, spread : ndarray of shape (n_rows,)
            In the function's unit.  The mean over draws, and half the width of the central 68.3 % of them.

        Raises
        ------
        ShapeMismatch
            The function returns another shape.
        NoOutOfBagRows

        Notes
        -----
        All rows have the same draws, so a row's result does not depend on what it is asked with.
        """
        answers, patterns = self._joined(X, known, n_draws)
        seed = check_random_state(random_state).randint(2**31 - 1)
        n_rows = len(next(iter(answers.values())).center)
        mean, spread = np.empty(n_rows), np.empty(n_rows)
        for correlation, rows in patterns:
            levels = draw_levels(correlation, n_draws, 1, np.random.default_rng(seed))
            for some in _stretches(rows, n_draws):
                mean[some], spread[some] = self._evaluate(function, answers, levels, some)
        return mean, spread

    def _evaluate(
        self,
        function: Callable[[dict[str, np.ndarray]], np.ndarray],
        answers: Mapping[str, Answer],
        levels: np.ndarray,
        rows: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        shape = (len(levels), len(rows))
        drawn = {
            task: answer.some(rows).quantile(np.broadcast_to(levels[:, :, column], shape))
            for column, (task, answer) in enumerate(answers.items())
        }
        values = np.asarray(function(drawn), dtype=np.float64)
        if values.shape != shape:
            raise ShapeMismatch(
                f"{type(self).__name__}: predict_function's function returned shape {values.shape} for draws "
                f"of shape {shape}; it must return one number per draw and row."
            )
        low, high = np.quantile(values, [0.5 - ONE_SIGMA / 2, 0.5 + ONE_SIGMA / 2], axis=0)
        # Column by column in memory, so that a row's mean is the same bits alone and among others.
        return np.ascontiguousarray(values.T).mean(axis=1), (high - low) / 2

    def _joined(
        self, X: Any, known: Any, n_draws: int
    ) -> tuple[dict[str, Answer], list[tuple[np.ndarray, np.ndarray]]]:
        """Every task's answer, and the correlation of each pattern of known labels with its rows."""
        check_is_fitted(self, "tasks_")
        who = type(self).__name__
        check_options(who, {"n_draws": n_draws}, _DRAWS)
        answers = self._look(X, known, self.tasks_)
        doubt = self._doubts()
        given = ~np.isnan(read_known(known, self._columns, len(next(iter(answers.values())).sd), who))
        is_known = given[:, [self._columns.canonical.index(task) for task in doubt.tasks]]
        uses = np.array([[t in self._network.upstream(task) for t in doubt.tasks] for task in doubt.tasks])
        patterns, of = np.unique(is_known, axis=0, return_inverse=True)
        order = [doubt.tasks.index(task) for task in self.tasks_]
        found = []
        for number, pattern in enumerate(patterns):
            correlation = condition(doubt.correlation, uses & pattern)
            found.append((correlation[np.ix_(order, order)], np.flatnonzero(of.reshape(-1) == number)))
        return answers, found


def _stretches(rows: np.ndarray, n_draws: int) -> Iterator[np.ndarray]:
    size = max(1, DRAWN_AT_ONCE // n_draws)
    for first in range(0, len(rows), size):
        yield rows[first : first + size]
