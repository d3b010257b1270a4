"""How a fitted network is asked about rows: sorted by what is known of them, a bounded number at a time.

What a user may ask is in ``predictor.py``, how an outlook becomes labels and intervals in ``answer.py``.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from graftwood.answers.answer import KNOWN, Answer, error_of
from graftwood.answers.doubt import Doubt, doubts_of, warn_of_negative
from graftwood.answers.hurdle import HurdleAnswer, ask_parts
from graftwood.answers.own_rows import OwnRows
from graftwood.coding.inputs import InputCoder
from graftwood.coding.kinds import CATEGORY, NONNEGATIVE
from graftwood.coding.known import read_known
from graftwood.coding.labels import LabelColumns
from graftwood.coding.order import check_order
from graftwood.errors import WrongOption
from graftwood.network.network import Network
from graftwood.network.outlook import HIDDEN, VISIBLE, spread_over_bags
from graftwood.network.patterns import known_of, serving, sources_of
from graftwood.network.rows import Rows, by_regime
from graftwood.uncertainty.rescale import AS_IT_IS
from graftwood.uncertainty.true_values import without_noise

MOST_THREADS = 256  # each costs memory, and a model file may ask for any number


class Asking(OwnRows):
    """Base class of what asks a fitted network.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> model._look([[1.0]], None)["0"].center
    array([4.])
    """

    tasks_: tuple[str, ...]
    target_: Any
    _coder: InputCoder
    _columns: LabelColumns
    _network: Network
    _calibrations: dict[str, dict[str, Any]]
    _doubt: Doubt | None
    n_jobs: int | None

    def _rows(self, X: Any, known: Any) -> Rows:
        """Rows as the network is asked about them."""
        who, tasks = type(self).__name__, self._columns.learned
        check_order(who, X, known=known)
        codes = np.ascontiguousarray(self._coder.encode(X, who, self._threads).T)
        labels = read_known(known, self._columns, len(codes), who)
        values = self._coder.numbers(X, who) if self._network.needs_values else None
        n_classes = tuple(len(self._columns.classes_of(task)) for task in tasks)
        return Rows(codes, labels, tasks, n_classes, self._threads, values=values)

    @property
    def _threads(self) -> int:
        n_jobs = self.n_jobs
        return (os.cpu_count() or 1) if n_jobs == -1 else min(int(n_jobs or 1), MOST_THREADS)

    def _look(
        self, X: Any, known: Any, tasks: tuple[str, ...] | None = None, *, of: str | None = "observation"
    ) -> dict[str, Answer]:
        """What is said of every row, per task; the s.d. is 0 where a spread of nothing is wanted."""
        check_is_fitted(self, "tasks_")
        return self._look_at(self._rows(X, known), tasks, of=of)

    def _look_at(
        self, every: Rows, tasks: tuple[str, ...] | None, *, of: str | None = "observation"
    ) -> dict[str, Answer]:
        who = type(self).__name__
        labels, n_rows = every.known, every.n_rows
        answers: dict[str, Answer] = {}
        for task in tasks or self._predicted():
            regimes, n_classes = self._regimes(task, every), len(self._columns.classes_of(task))
            if self._columns.kind(task) == NONNEGATIVE:
                can_be_known = tasks is not None and task != self.target_
                answers[task] = self._look_hurdle(task, every, regimes, can_be_known, of)
                continue
            if self._network.nodes[task].expression:
                told = self._network.is_told(task, every.without(task))
                regimes = np.where(told, KNOWN, regimes)
            center = np.empty((n_rows, n_classes) if n_classes else n_rows)
            sd, n_negative = np.zeros(n_rows), 0
            for rows in by_regime(regimes):
                outlook = self._network.answer(task, every.some(rows))
                center[rows] = outlook.center
                if of and not n_classes and regimes[rows[0]] != KNOWN:
                    sd[rows], n_less = self._spread(task, outlook.bags, of)
                    n_negative += n_less
            if n_negative:
                warn_of_negative(n_negative, every.n_rows, task, doubts_of(self).jackknife(task, who), who)
            answers[task] = self._answer(task, center, sd, regimes, of=of)
            if task != self.target_ and tasks:
                given = labels[:, self._columns.canonical.index(task)]
                answers[task] = answers[task].with_label(given)
        return answers

    def _look_hurdle(
        self, task: str, every: Rows, regimes: np.ndarray, can_be_known: bool, of: str | None
    ) -> HurdleAnswer:
        vote, center, sd, own = np.zeros((4, every.n_rows))
        who, n_negative = type(self).__name__, 0
        if of == "value":
            raise WrongOption(f"{who}: of='value' is not known of the nonnegative task {task}.")
        for at in by_regime(regimes):
            rows = every.some(at)
            said = ask_parts(self._network, task, rows)
            vote[at], center[at], sd[at] = said.vote, said.center, spread_over_bags(said.bags)
            if of == "mean":
                own[at], n_less = self._spread(task, self._network.answer(task, rows).bags, of)
                n_negative += n_less
        if n_negative:
            warn_of_negative(n_negative, every.n_rows, task, doubts_of(self).jackknife(task, who), who)
        answer = self._hurdle_answer(task, vote, center, sd, regimes)
        if can_be_known:
            answer = answer.with_label(every.known[:, self._columns.learned.index(task)])
        return answer.with_spread(own) if of == "mean" else answer

    def _spread(self, task: str, bags: np.ndarray, of: str) -> tuple[np.ndarray, int]:
        """S.d. over bags or of their mean, and how many variances were negative."""
        if of != "mean":
            # What an expression is of a tree may not be defined.
            return spread_over_bags(bags, np.isfinite(bags)), 0
        jackknife = doubts_of(self).jackknife(task, type(self).__name__)
        defined = np.isfinite(bags)
        spread, is_negative = jackknife.spread(bags if defined.all() else np.where(defined, bags, 0.0))
        return spread, int(is_negative.sum())

    def _hurdle_answer(
        self, task: str, vote: np.ndarray, center: np.ndarray, sd: np.ndarray, regimes: np.ndarray
    ) -> HurdleAnswer:
        return HurdleAnswer(
            task,
            NONNEGATIVE,
            (),
            center,
            sd,
            regimes,
            self._calibrations[task],
            type(self).__name__,
            vote=vote,
        )

    def _answer(
        self,
        task: str,
        center: np.ndarray,
        sd: np.ndarray,
        regimes: np.ndarray,
        of: str | None = "observation",
    ) -> Answer:
        columns, doubt = self._columns, getattr(self, "_doubt", None)
        kind, classes = columns.kind(task), columns.classes_of(task)
        calibrations = self._calibrations[task]
        if of == "mean":
            calibrations = {HIDDEN: AS_IT_IS}
        elif of == "value" and kind != CATEGORY:
            calibrations = without_noise(calibrations, task, type(self).__name__, np.unique(regimes))
        odds = doubt.odds.get(task, {}) if doubt else {}
        return Answer(task, kind, classes, center, sd, regimes, calibrations, type(self).__name__, odds)

    def _regimes(self, task: str, rows: Rows) -> np.ndarray:
        """What is known of every row and used, as the key of the calibration that serves it."""
        is_visible = self._network.is_visible(task, rows)
        if not is_visible.any():
            return np.full(rows.n_rows, HIDDEN)
        errors = self._errors(task)
        known = known_of(rows, sources_of(self._network, task))
        return np.where(is_visible, serving(known, errors) if errors else VISIBLE, HIDDEN)

    def _errors(self, task: str) -> dict[str, float]:
        """How large errors are of the combinations of known tasks that a task is calibrated for."""
        doubt = getattr(self, "_doubt", None)
        found = self._calibrations[task] or (doubt.odds.get(task, {}) if doubt else {})
        return {key: error_of(each) for key, each in found.items()}
