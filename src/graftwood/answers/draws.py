"""Joint draws over tasks, and error bars of functions of several tasks.

Each task keeps its own calibrated distribution; how they are joined is in ``uncertainty/joint.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from graftwood.answers.answer import Answer
from graftwood.answers.doubt import FEWEST_MATERIALS, JointRows, doubts_of, side_by_side
from graftwood.answers.function_factor import factor_of, scatter_of_few_trees
from graftwood.answers.functions import Function, call, check_function, warn_undefined
from graftwood.answers.joined import Joined, stretches
from graftwood.answers.predictor import Predictor
from graftwood.coding.kinds import CATEGORY, NONNEGATIVE
from graftwood.errors import UnreliableSpread, warn
from graftwood.network.outlook import HIDDEN
from graftwood.network.patterns import serving, sources_of
from graftwood.options import check_options, one_of, whole
from graftwood.uncertainty.joint import bag_correlation, condition, draw_normals, larger
from graftwood.uncertainty.ranks import ONE_SIGMA

_DRAWS = {"n_draws": [whole(2)]}
_COMMON = {"common": [one_of(True, False)]}
ASKED_AT_ONCE = 1024  # rows of which all trees' words on all tasks are held


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
            Labels already known; a known task has its label in every draw.  One of the target is forgotten.
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
        for rows in stretches(joined.n_rows, n_draws):
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
            As for `sample`.
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
            patterns, of = np.unique(joined.is_known[several], axis=0, return_inverse=True)
            factors = [self._factor(function, n_draws, seed, pattern) for pattern in patterns]
            spread[several] *= np.array(factors)[of.reshape(-1)]
        warn_undefined(mean, type(self).__name__)
        return mean, spread

    def _evaluate(
        self, function: Function, joined: Joined, n_draws: int, seed: int
    ) -> tuple[np.ndarray, np.ndarray, bool]:
        """Mean and half the central width of a function's draws, and whether it tells of an event."""
        who = type(self).__name__
        normals = draw_normals(n_draws, 1, len(joined.answers), np.random.default_rng(seed))
        mean, spread = np.empty(joined.n_rows), np.empty(joined.n_rows)
        for rows in stretches(joined.n_rows, n_draws):
            values = call(function, joined.draw(normals, rows), (n_draws, len(rows)), who)
            is_event = values.dtype == bool
            values = values.astype(np.float64)
            values[:, ~np.isfinite(values).all(axis=0)] = np.nan
            low, high = np.quantile(values, [0.5 - ONE_SIGMA / 2, 0.5 + ONE_SIGMA / 2], axis=0)
            # Draws side by side in memory, so that a row's mean is the same bits alone and among others.
            mean[rows] = np.ascontiguousarray(values.T).mean(axis=1)
            spread[rows] = np.sqrt(mean[rows] * (1 - mean[rows])) if is_event else (high - low) / 2
        return mean, spread, is_event

    def _factor(self, function: Function, n_draws: int, seed: int, is_known: np.ndarray) -> float:
        """What makes the function's spread cover ONE_SIGMA of the function of out-of-bag rows' labels.

        The rows are told as much as those that it is for: of the doubt's tasks those that are known.
        """
        rows = doubts_of(self).joint_of(is_known)
        if rows is not None:
            said, labels = self._said_of(rows, is_known)
            mean, spread, _ = self._evaluate(function, said, n_draws, seed)
            is_whole = np.all([is_there for _, is_there in labels.values()], axis=0)
            whole = {task: values[None, is_whole] for task, (values, _) in labels.items()}
            error = np.full(rows.n_rows, np.nan)
            said_of = call(function, whole, (1, int(is_whole.sum())), type(self).__name__)
            error[is_whole] = said_of[0] - mean[is_whole]
            usable = np.isfinite(error) & (spread > 0)
            if len(np.unique(rows.material[usable])) >= FEWEST_MATERIALS:
                _, scatter, _ = self._evaluate(function, scatter_of_few_trees(rows, said), n_draws, seed)
                return factor_of(error[usable], spread[usable], scatter[usable], rows.material[usable])
        warn(
            f"{type(self).__name__}: fewer than {FEWEST_MATERIALS} materials have all labels that the "
            "function needs, so that its spread could not be checked against them; it rests on draws alone.",
            UnreliableSpread,
        )
        return 1.0

    def _said_of(
        self, rows: JointRows, is_known: np.ndarray
    ) -> tuple[Joined, dict[str, tuple[np.ndarray, np.ndarray]]]:
        """What was said out of bag, and the labels with where a function can take them."""
        doubt, network = doubts_of(self), self._network
        answers: dict[str, Answer] = {}
        labels: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        shown = dict(zip(doubt.tasks, is_known, strict=True))
        for column, task in enumerate(doubt.tasks):
            sources = sources_of(network, task)
            told = np.array([[shown.get(source, False) for source in sources]])
            regimes = np.full(rows.n_rows, serving(told, self._errors(task))[0] if sources else HIDDEN)
            center, sd = rows.center[task], rows.sd[:, column]
            if self._columns.kind(task) == NONNEGATIVE:
                vote, value = center.T
                answers[task] = self._hurdle_answer(task, vote, value, sd, regimes)
            else:
                answers[task] = self._answer(task, center, sd, regimes)
            if shown[task]:
                answers[task] = answers[task].with_label(rows.labels[:, column])
            labels[task] = answers[task].in_unit(rows.labels[:, column])
        left = condition(doubt.correlation, self._uses(doubt.tasks) & is_known)
        own = larger(rows.correlation, left)
        n_open = np.full(rows.n_rows, len(answers))
        return Joined(answers, own, n_open, np.tile(is_known, (rows.n_rows, 1))), labels

    def _uses(self, tasks: tuple[str, ...]) -> np.ndarray:
        """Whether the prediction of one task makes use of the label of another, (n_tasks, n_tasks) bool."""
        return np.array([[other in self._network.upstream(task) for other in tasks] for task in tasks])

    def _joined(self, X: Any, known: Any, n_draws: int) -> Joined:
        """What is said of rows, and how tasks go together in each."""
        check_is_fitted(self, "tasks_")
        who = type(self).__name__
        check_options(who, {"n_draws": n_draws}, _DRAWS)
        doubt = doubts_of(self)
        tasks, errors = doubt.tasks, doubt.correlation
        every = self._rows(X, known)
        if self.target_ is not None:
            # It is drawn, so no other task can be told what it is.
            every = every.without(self.target_)
        answers, labels = self._look_at(every, tasks), every.known
        is_known = ~np.isnan(labels[:, [self._columns.learned.index(task) for task in tasks]])
        uses = self._uses(tasks)
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
        return Joined(answers, correlation, (~is_known).sum(axis=1), is_known)
