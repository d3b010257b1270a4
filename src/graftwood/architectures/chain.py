"""Chains of two stages: forests for the sources, then a forest for the target that sees them.

    hidden    x -> [source forest] -> z,  (x, z) -> [second stage] -> target
    visible   z is known,                 (x, z) -> [second stage] -> target

There are two second stages, because one cannot serve both regimes: the hidden
one learns from out-of-bag predictions of z, the visible one from measured z
where there is one.  The center puts the source forest's mean into the second
stage; the spread lets tree b of the second stage see what tree b of the source
said, so that the source's doubt reaches the error bar.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from graftwood.architectures.base import HIDDEN, VISIBLE, Architecture, check_base
from graftwood.architectures.forest import MultiTaskForest
from graftwood.architectures.outlook import Outlook, honest_mean, mean_over_bags
from graftwood.architectures.single import train_single
from graftwood.architectures.stage import Stage, TrainedStage, train_stage
from graftwood.architectures.training import TrainingData
from graftwood.errors import WrongOption
from graftwood.options import Rule, anything


class Chain(Architecture):
    """Base class of Difference and LatentVariable: everything but what the second stage learns.

    Attributes
    ----------
    sources_ : tuple of str
        Tasks of the first stages.
    stages_ : tuple of str
        Regimes for which a second stage was built.

    Examples
    --------
    >>> from graftwood import LatentVariable
    >>> X = np.arange(40.0)[:, None]
    >>> model = LatentVariable(target=1, latents=[0], n_estimators=20).fit(X, np.column_stack([X, X]))
    >>> isinstance(model, Chain), model.sources_, model.stages_
    (True, ('0',), ('hidden', 'visible'))
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "base": [anything("None or a MultiTaskForest")],
        "regimes": [anything("a tuple of 'hidden' and 'visible'")],
    }

    base: MultiTaskForest | None
    regimes: tuple[str, ...]

    @abstractmethod
    def _offset(self, values: np.ndarray) -> np.ndarray:
        """What is added to the second stage's output, from source values (..., n_sources)."""

    def _sources_of(self, task: str) -> tuple[str, ...]:
        # The target's own prediction is a source of the controls, but never a known one.
        return tuple(s for s in self.sources_ if s != task) if task == self.target_ else ()

    def _check_chain(self) -> None:
        who = type(self).__name__
        check_base(self.base, who)
        if self.base is not None and not self.base.bootstrap:
            raise WrongOption(
                f"{who}: base must have bootstrap=True, as second stages learn from out-of-bag predictions."
            )
        given = self.regimes if isinstance(self.regimes, (tuple, list)) else (self.regimes,)
        asked = tuple(given)
        if not asked or any(regime not in (HIDDEN, VISIBLE) for regime in asked):
            raise WrongOption(
                f"{who}: regimes must be 'hidden', 'visible' or a tuple of them, got {self.regimes!r}."
            )
        can_be_known = bool(self._sources_of(self.target_))
        self.stages_ = tuple(
            r for r in (HIDDEN, VISIBLE) if r in asked and (r == HIDDEN or can_be_known)
        ) or (HIDDEN,)

    def _learn(self, data: TrainingData) -> None:
        rows = data.labelled(self.target_)
        self._first = {source: train_single(data, source) for source in self.sources_}
        source_bags = {s: self._first[s].bags(rows) for s in self.sources_}
        predicted = np.column_stack(
            [self._first[s].leak_free_mean(rows, source_bags[s]) for s in self.sources_]
        )
        measured = self._measured(data, rows)
        target = data.column(self.target_)[rows]
        self._second: dict[str, TrainedStage] = {}
        for regime in self.stages_:
            values = predicted if regime == HIDDEN else np.where(np.isnan(measured), predicted, measured)
            role = f"{type(self).__name__} {regime}"
            labels = (target - self._offset(values))[:, None]
            self._second[regime] = train_stage(data, role, rows, labels, values)
        self._source_stages = {s: trained.stage for s, trained in self._first.items()}
        self._target_stages = {r: trained.stage for r, trained in self._second.items()}
        self._center_inputs = (rows, predicted, source_bags)

    def _calibrate(self, data: TrainingData) -> Any:
        calibrations = super()._calibrate(data)
        del self._first, self._second, self._center_inputs
        return calibrations

    def _measured(self, data: TrainingData, rows: np.ndarray) -> np.ndarray:
        """Measured source labels (n_rows, n_sources); the target's own are never an input."""
        columns = [
            np.full(len(rows), np.nan) if s == self.target_ else data.column(s)[rows] for s in self.sources_
        ]
        return np.column_stack(columns)

    def _out_of_bag(self, data: TrainingData, task: str, rows: np.ndarray, regime: str) -> Outlook:
        honest = data.out_of_bag(rows)
        if task != self.target_:
            bags = self._first[task].bags(rows)
            return Outlook(honest_mean(bags, honest), bags)
        all_rows, predicted, source_bags = self._center_inputs
        at = np.searchsorted(all_rows, rows)
        values = predicted[at]
        bag_values = np.stack([source_bags[s][:, at] for s in self.sources_], axis=2)
        if regime == VISIBLE:
            measured = self._measured(data, rows)
            values = np.where(np.isnan(measured), values, measured)
            bag_values = np.where(np.isnan(measured), bag_values, measured)
        second = self._second[self._stage_for(regime)]
        center = honest_mean(second.bags(rows, values[None]), honest) + self._offset(values)
        return Outlook(center, second.bags(rows, bag_values) + self._offset(bag_values))

    def _outlook(self, task: str, codes: np.ndarray, known: np.ndarray, regime: str) -> Outlook:
        if task != self.target_:
            bags = self._source_stages[task].bags(codes, n_jobs=self._threads)
            return Outlook(mean_over_bags(bags), bags)
        bag_values = np.stack(
            [self._source_stages[s].bags(codes, n_jobs=self._threads) for s in self.sources_], axis=2
        )
        values = mean_over_bags(bag_values)
        if regime == VISIBLE:
            columns = [self._columns.canonical.index(source) for source in self.sources_]
            given = known[:, columns].copy()
            given[:, [s == self.target_ for s in self.sources_]] = np.nan
            values = np.where(np.isnan(given), values, given)
            bag_values = np.where(np.isnan(given), bag_values, given)
        second: Stage = self._target_stages[self._stage_for(regime)]
        center = mean_over_bags(second.bags(codes, values[None], n_jobs=self._threads)) + self._offset(values)
        return Outlook(
            center, second.bags(codes, bag_values, n_jobs=self._threads) + self._offset(bag_values)
        )

    def _stage_for(self, regime: str) -> str:
        """The second stage that serves this regime, the other one where it was not built."""
        return regime if regime in self.stages_ else self.stages_[0]
