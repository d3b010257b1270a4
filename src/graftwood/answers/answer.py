"""What a user is told of one task: from what trees have learned back to labels, spreads and classes.

A positive task is learned in its logarithm, so its intervals are those of the
logarithm and lie unevenly around the prediction.  A category has probabilities
and no spread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graftwood.coding.kinds import CATEGORY, NONNEGATIVE, POSITIVE, Class
from graftwood.errors import NoOutOfBagRows, UnreliableSpread, WrongOption, warn
from graftwood.uncertainty.hurdle import HurdleCalibration
from graftwood.uncertainty.odds import Odds
from graftwood.uncertainty.rescale import AS_IT_IS, ONE_SIGMA, Calibration

KNOWN = "known"  # regime of a row whose label itself is known
MEDIAN, MEAN = "median", "mean"  # what a prediction is of the distribution of a new label


@dataclass(frozen=True)
class Answer:
    """What is said of some rows, of one task.

    Attributes
    ----------
    task, kind : str
    classes : tuple
        Classes of a category.
    center : ndarray of shape (n_rows,) or (n_rows, n_classes)
        As trees learn it: the logarithm of a positive label, a probability per class.
    sd : ndarray of shape (n_rows,)
        Standard deviation over bags, in the unit of ``center``; 0 for a category.
    regimes : ndarray of shape (n_rows,), str
        What was known of each row; "known" where it was the label itself.
    calibrations : dict
        Regime -> what out-of-bag errors say about ``sd``; empty where no row was out of bag.
    who : str, default "Answer"
        Class name of the architecture, for messages.
    odds : dict
        Regime -> how a category's votes become probabilities; without it they are what ``center`` is.

    Examples
    --------
    >>> hidden = np.array(["hidden"])
    >>> gap = Calibration(np.array([2.0, 2.0]), floor=0.1, n_zero=0)
    >>> Answer("gap", "real", (), np.array([1.0]), np.array([0.5]), hidden, {"hidden": gap}).spread()
    array([1.])
    >>> odds = np.array([[0.2, 0.8]])
    >>> Answer("colour", "category", ("blue", "red"), odds, np.zeros(1), hidden, {}).mean()
    array(['red'], dtype='<U4')
    """

    task: str
    kind: str
    classes: tuple[Class, ...]
    center: np.ndarray
    sd: np.ndarray
    regimes: np.ndarray
    calibrations: Mapping[str, Calibration | HurdleCalibration]
    who: str = "Answer"
    odds: Mapping[str, Odds] = field(default_factory=dict)

    def some(self, rows: np.ndarray) -> Answer:
        """Return what is said of a part of the rows."""
        return replace(self, center=self.center[rows], sd=self.sd[rows], regimes=self.regimes[rows])

    def with_label(self, learned: np.ndarray) -> Answer:
        """Return the same of rows whose labels are known, as they are learned; NaN is not known."""
        is_known = ~np.isnan(learned)
        told = np.nan_to_num(learned)
        if self.kind == CATEGORY:
            told, is_column = np.eye(len(self.classes))[told.astype(int)], is_known[:, None]
        else:
            is_column = is_known
        center = np.where(is_column, told, self.center)
        return replace(self, center=center, regimes=np.where(is_known, KNOWN, self.regimes))

    def mean(self, point: str = MEDIAN) -> np.ndarray:
        """Return the prediction in the label's unit; the most probable class, the first of equal ones.

        Raises
        ------
        WrongOption
            The mean of a positive task is asked for.
        """
        if self.kind == CATEGORY:
            return np.array(self.classes)[np.argmax(self.center, axis=1)]
        if self.kind == POSITIVE and point == MEAN:
            raise WrongOption(
                f"{self.who}: point='mean' is not known of the positive task {self.task}, whose logarithm is "
                "learned; take point='median'."
            )
        return np.exp(self.center) if self.kind == POSITIVE else self.center

    def in_unit(self, learned: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn labels as they are learned, NaN = missing, into the task's unit or classes.

        Returns
        -------
        labels : ndarray of shape (n_rows,)
        is_there : ndarray of shape (n_rows,), bool
            Whether a function can take the label: a missing number is NaN, a missing class is not.
        """
        if self.kind == CATEGORY:
            return np.array(self.classes)[np.nan_to_num(learned).astype(int)], ~np.isnan(learned)
        labels = np.exp(learned) if self.kind == POSITIVE else learned
        return labels, np.ones(len(labels), dtype=bool)

    def interval(self, coverage: float = ONE_SIGMA) -> tuple[np.ndarray, np.ndarray]:
        """Return the bounds that cover a new label with this probability, in its unit; NaN for a category."""
        half = self._half_width(coverage)
        if self.kind == CATEGORY:
            return half, half
        low, high = self.center - half, self.center + half
        return (np.exp(low), np.exp(high)) if self.kind == POSITIVE else (low, high)

    def spread(self) -> np.ndarray:
        """Return half the width of the interval of one standard deviation; NaN for a category."""
        if self.kind == POSITIVE:
            low, high = self.interval()
            return (high - low) / 2
        return self._half_width(ONE_SIGMA)

    def quantile(self, level: np.ndarray) -> np.ndarray:
        """Return the value below which a new label lies with this probability, in its unit.

        Parameters
        ----------
        level : ndarray of shape (..., n_rows), between 0 and 1

        Returns
        -------
        ndarray like ``level``
            Classes of a category: the first one up to which the probabilities add up to the level.
        """
        if self.kind == CATEGORY:
            reached = np.cumsum(self.probabilities(), axis=1) < level[..., None] * (1 - 1e-12)
            at = np.minimum(reached.sum(axis=-1), len(self.classes) - 1)
            return np.array(self.classes)[at]
        learned = np.broadcast_to(self.center, level.shape).copy()
        for calibration, rows in self.parts():
            learned[..., rows] += calibration.deviation(self.sd[rows], level[..., rows])
        return np.exp(learned) if self.kind == POSITIVE else learned

    def probabilities(self) -> np.ndarray:
        """Return a category's probabilities, (n_rows, n_classes) in the order of its classes.

        Raises
        ------
        WrongOption
        """
        if self.kind != CATEGORY:
            raise WrongOption(
                f"{self.who}: task {self.task} is {self.kind} and has no classes; name a category."
            )
        result = self.center.copy()
        for regime in sorted(set(self.regimes.tolist()) - {KNOWN}) if self.odds else ():
            rows = self.regimes == regime
            result[rows] = self.odds.get(regime, self.odds["hidden"]).of(self.center[rows])
        return result

    def _half_width(self, coverage: float) -> np.ndarray:
        if self.kind == CATEGORY:
            return np.full(len(self.sd), np.nan)
        result = np.zeros(len(self.sd))
        for calibration, rows in self.parts():
            result[rows] = calibration.half_width(self.sd[rows], coverage)
        # Nothing is known of what an expression is not defined for.
        return np.where(np.isnan(self.center), np.nan, result)

    def parts(self) -> Iterator[tuple[Any, np.ndarray]]:
        """Rows of each regime with its calibration; a known label needs none."""
        self._refuse_unknown_spread()
        for regime in sorted(set(self.regimes.tolist()) - {KNOWN}):
            yield (
                self.calibrations.get(regime, self.calibrations["hidden"]),
                np.flatnonzero(self.regimes == regime),
            )

    def _refuse_unknown_spread(self) -> None:
        if not self.calibrations:
            raise NoOutOfBagRows(
                f"{self.who}: the spread of task {self.task} is not known, as every tree saw every material; "
                "fit with bootstrap=True."
            )


def warn_too_few_errors(answers: Iterable[Answer], coverage: float) -> None:
    """Say which tasks have too few out-of-bag errors for a coverage, so that their largest is taken.

    Warns
    -----
    UnreliableSpread
    """
    for answer in answers:
        fewest = min(map(_n_errors, _used(answer)), default=np.inf)
        if is_too_few(fewest, coverage):
            warn(
                f"{answer.who}: task {answer.task} has out-of-bag errors of {fewest:.0f} independent rows, "
                f"which tell of a coverage of up to {fewest / (fewest + 1):.3g}; intervals of {coverage:g} "
                "are as wide as the largest error.",
                UnreliableSpread,
            )


def error_of(calibration: Any) -> float:
    """How large out-of-bag errors were, by what was learned from them; NaN where that is not known.

    Examples
    --------
    >>> error_of(Odds(1.0, 0.1, score=0.25)), error_of(AS_IT_IS)
    (0.25, nan)
    """
    if isinstance(calibration, Odds):
        return calibration.score
    own = calibration.value if isinstance(calibration, HurdleCalibration) else calibration
    return float(own.error)


def is_too_few(n_materials: float, coverage: float) -> bool:
    """Whether out-of-bag errors of so many materials cannot tell of a coverage.

    Examples
    --------
    >>> is_too_few(9, 0.9), is_too_few(9, 0.95), is_too_few(np.inf, 0.99)
    (False, True, False)
    """
    return bool(n_materials < np.inf and (n_materials + 1) * coverage > n_materials * (1 + 1e-12))


def _used(answer: Answer) -> list[Any]:
    """Calibrations of the regimes of the rows asked about."""
    asked = set(answer.regimes.tolist()) - {KNOWN} if answer.calibrations else set()
    return [answer.calibrations.get(regime, answer.calibrations["hidden"]) for regime in asked]


def _n_errors(calibration: Any) -> float:
    """Materials that a calibration rests on, or its rows without any doubt where they are more."""
    own = calibration.value if isinstance(calibration, HurdleCalibration) else calibration
    return np.inf if own is AS_IT_IS else max(float(np.rint(own.summed[-1])), own.n_zero)


def on_line(answer: Answer) -> Answer:
    """Give spreads of observations the form a sd + b.

    Raises
    ------
    WrongOption
        The model has no line.

    Examples
    --------
    >>> gap = Calibration(np.array([2.0]), floor=0.1, n_zero=0, line=(1.0, 0.5))
    >>> hidden = np.array(["hidden"])
    >>> answer = Answer("gap", "real", (), np.array([1.0]), np.array([0.5]), hidden, {"hidden": gap})
    >>> on_line(answer).spread()
    array([1.])
    """
    if answer.kind == CATEGORY:
        return answer
    if answer.kind == NONNEGATIVE:
        raise WrongOption(f"{answer.who}: form='line' is none of the nonnegative task {answer.task}.")
    sd = answer.sd.copy()
    for calibration, rows in answer.parts():
        if calibration.line is None:
            raise WrongOption(
                f"{answer.who}: there is no line for spreads of task {answer.task}, as the model is of an "
                "early version or all its out-of-bag predictions are right; say form='factor'."
            )
        slope, offset = calibration.line
        sd[rows] = slope * sd[rows] + offset
    return replace(answer, sd=sd, calibrations={"hidden": AS_IT_IS})
