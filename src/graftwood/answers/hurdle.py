"""What a user is told of a nonnegative task: zero with a probability, or a value above zero.

Its two parts are asked of the network one by one (``coding/parts.py``); the distribution that they make
is in ``uncertainty/hurdle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graftwood.answers.answer import KNOWN, MEAN, MEDIAN, Answer
from graftwood.coding.parts import how_much, whether
from graftwood.network.echo import without_echo
from graftwood.network.network import Network
from graftwood.network.out_of_bag import Said, Trained, boil_down
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.patterns import LEAST_MATERIALS
from graftwood.network.rows import Rows, training_rows
from graftwood.network.training import TrainingData
from graftwood.uncertainty.hurdle import HurdleCalibration, calibrate_chance
from graftwood.uncertainty.rescale import ONE_SIGMA, calibrate


@dataclass(frozen=True)
class HurdleAnswer(Answer):
    """What is said of some rows, of one nonnegative task.

    Attributes
    ----------
    center, sd : ndarray of shape (n_rows,)
        Of the value where it is above zero.
    vote : ndarray of shape (n_rows,)
        Share of trees that say above zero; 0 or 1 where the label is known.
    own_spread : ndarray of shape (n_rows,), optional
        Another spread than that of an observation.

    Examples
    --------
    >>> from graftwood.uncertainty.rescale import Calibration
    >>> value = Calibration(np.array([0.5, 1.0, 2.0, 4.0]), floor=0.1, n_zero=0)
    >>> hidden = {"hidden": HurdleCalibration(value, 1.0, 0.0, 0.005)}
    >>> center, sd, vote = np.array([2.0, 2.0]), np.array([0.5, 0.5]), np.array([0.2, 0.8])
    >>> gap = HurdleAnswer("gap", "nonnegative", (), center, sd, np.repeat("hidden", 2), hidden, vote=vote)
    >>> gap.mean(), gap.zero_probability().round(2)
    (array([0.  , 1.75]), array([0.8, 0.2]))
    """

    vote: np.ndarray = field(default_factory=lambda: np.zeros(0))
    own_spread: np.ndarray | None = None

    def with_spread(self, spread: np.ndarray) -> HurdleAnswer:
        """Return the same with another spread than that of an observation."""
        return replace(self, own_spread=np.where(self.regimes == KNOWN, 0.0, spread))

    def some(self, rows: np.ndarray) -> HurdleAnswer:
        """Return what is said of a part of the rows."""
        return replace(
            self, center=self.center[rows], sd=self.sd[rows], regimes=self.regimes[rows], vote=self.vote[rows]
        )

    def with_label(self, learned: np.ndarray) -> HurdleAnswer:
        """Return the same of rows whose labels are known; NaN is not known."""
        is_known = ~np.isnan(learned)
        return replace(
            self,
            center=np.where(is_known, learned, self.center),
            vote=np.where(is_known, learned > 0, self.vote),
            regimes=np.where(is_known, KNOWN, self.regimes),
        )

    def mean(self, point: str = MEDIAN) -> np.ndarray:
        """Return the median of the mixture, 0 where a zero is at least as probable, or its mean."""
        if not self.calibrations:
            # Without out-of-bag rows nothing is known of the spread around the center.
            center = np.maximum(self.center, 0.0)
            return self.vote * center if point == MEAN else np.where(self.vote > 0.5, center, 0.0)
        result = np.empty(len(self.center))
        for rows, calibration in self._by_regime():
            parts = self.vote[rows], self.center[rows], self.sd[rows]
            if calibration is None:
                result[rows] = self.center[rows]
            elif point == MEAN:
                result[rows] = calibration.mean(*parts[:2])
            else:
                result[rows] = calibration.quantile(*parts, 0.5)
        return result

    def interval(self, coverage: float = ONE_SIGMA) -> tuple[np.ndarray, np.ndarray]:
        """Return the quantiles of the mixture between which a new label lies with this probability."""
        return self.quantile((1 - coverage) / 2), self.quantile((1 + coverage) / 2)

    def quantile(self, level: float | np.ndarray) -> np.ndarray:
        """Return the label that a new one is at most with this probability: one level, or (..., n_rows)."""
        self._refuse_unknown_spread()
        levels = np.asarray(level, dtype=np.float64)
        levels = np.broadcast_to(levels, np.broadcast_shapes(levels.shape, self.center.shape))
        result = np.empty(levels.shape)
        for rows, calibration in self._by_regime():
            parts = self.vote[rows], self.center[rows], self.sd[rows]
            result[..., rows] = (
                self.center[rows] if calibration is None else calibration.quantile(*parts, levels[..., rows])
            )
        return result

    def at_most(self, labels: np.ndarray) -> np.ndarray:
        """Return the probability of a new label of at most this much, one per row, in the label's unit."""
        self._refuse_unknown_spread()
        result = (labels >= self.center).astype(float)
        for rows, calibration in self._by_regime():
            if calibration is not None:
                parts = self.vote[rows], self.center[rows], self.sd[rows]
                result[rows] = calibration.at_most(*parts, labels[rows])
        return result

    def spread(self) -> np.ndarray:
        """Return the standard deviation of the mixture, 0 where the label is known."""
        if self.own_spread is not None:
            return self.own_spread
        self._refuse_unknown_spread()
        result = np.zeros(len(self.center))
        for rows, calibration in self._by_regime():
            if calibration is not None:
                result[rows] = calibration.spread(self.vote[rows], self.center[rows], self.sd[rows])
        return result

    def zero_probability(self) -> np.ndarray:
        """Return the probability that a new label is zero; a forest's plain vote without out-of-bag rows."""
        result = 1 - self.vote
        for rows, calibration in self._by_regime() if self.calibrations else ():
            if calibration is not None:
                result[rows] = 1 - calibration.chance(self.vote[rows])
        return result

    def _by_regime(self) -> list[tuple[np.ndarray, HurdleCalibration | None]]:
        """Rows of each regime and its calibration, None where the label itself is known."""
        found: Any = self.calibrations
        return [
            (self.regimes == regime, None if regime == KNOWN else found.get(regime, found[HIDDEN]))
            for regime in np.unique(self.regimes).tolist()
        ]


@dataclass(frozen=True)
class Parts:
    """What a network says of both parts of a nonnegative task.

    Attributes
    ----------
    vote, center : ndarray of shape (n_rows,)
        Share of trees that say above zero, and the value where it is.
    bags : ndarray of shape (n_trees, n_rows)
        The value according to each bag.

    Examples
    --------
    >>> Parts(np.array([0.9]), np.array([2.0]), np.array([[1.0], [3.0]])).center
    array([2.])
    """

    vote: np.ndarray
    center: np.ndarray
    bags: np.ndarray


def ask_parts(network: Network, task: str, rows: Rows) -> Parts:
    """Say of both parts of a task what is asked, its own labels forgotten."""
    rows = rows.without(task)
    value = network.look(how_much(task), rows)
    return Parts(network.look(whether(task), rows).center[:, 1], value.center, value.bags)


def calibrate_hurdle(
    data: TrainingData, trained: Trained, task: str, who: str
) -> tuple[np.ndarray, dict[str, HurdleCalibration]]:
    """Calibrate a nonnegative task in every regime.

    Returns
    -------
    said : ndarray of shape (n_given, 3)
        Vote, center and s.d. over bags of the rows of fit, out of bag with nothing known; NaN where a
        row has no label.
    calibrations : dict
        Regime -> calibration.

    Raises
    ------
    NoOutOfBagRows
    """

    def unheard(values: Said, regime: str) -> Said:
        return without_echo(data, trained, how_much(task), regime, values)

    votes, values = trained.hidden(data, whether(task)), trained.hidden(data, how_much(task))
    calibrations = {HIDDEN: _calibrate(data, task, votes, unheard(values, HIDDEN), who)}
    said = np.full((data.n_given, 3), np.nan)
    for some in (values, _values_of_zeros(data, trained, task)):
        said[data.given_rows[some.rows], 1:] = np.column_stack([some.center, np.nan_to_num(some.sd)])
    said[data.given_rows[votes.rows], 0] = votes.center[:, 1]
    told = dict(trained.told(data, whether(task), votes))
    for key, each in trained.told(data, how_much(task), values):
        if key in told and len(np.unique(data.material[each.rows])) >= LEAST_MATERIALS:
            calibrations[key] = _calibrate(data, task, told[key], unheard(each, VISIBLE), who)
    return said, calibrations


def _values_of_zeros(data: TrainingData, trained: Trained, task: str) -> Said:
    """What is said of how much the rows would be whose label is zero."""
    rows = np.flatnonzero(data.column(task) == 0)
    seen = training_rows(data, rows, trained.saw, is_known=False)
    return boil_down(data, rows, trained.network.answer(how_much(task), seen))


def _calibrate(data: TrainingData, task: str, votes: Said, values: Said, who: str) -> HurdleCalibration:
    """Compare what was said out of bag of both parts with their labels."""
    above = data.column(task)[votes.rows] > 0
    labels = data.column(task)[values.rows]
    value = calibrate(
        labels, values.center, values.sd, who, how_much(task),
        excess=values.excess, material=data.material[values.rows],
        sample_weight=_weights(data, values), has_line=False,
    )  # fmt: skip
    material, weights = data.material[votes.rows], _weights(data, votes)
    chance = calibrate_chance(above, votes.center[:, 1], material, len(data.bags), weights)
    return HurdleCalibration(value, *chance)


def _weights(data: TrainingData, said: Said) -> np.ndarray | None:
    return None if data.weights is None else data.weights[said.rows]
