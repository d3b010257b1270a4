"""What a trained network says of its own training rows, as it would of test rows of a regime.

Only trees speak that never saw the row's material.  What is kept is what calibration
needs, a center and a spread over bags, so that no row is walked through a forest twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

import numpy as np

from graftwood.coding.parts import owner
from graftwood.network.any_base import CrossFit, folds
from graftwood.network.error_bars import told_rows_are_wanted
from graftwood.network.network import Network
from graftwood.network.outlook import HIDDEN, VISIBLE, Outlook
from graftwood.network.patterns import combinations_of, sources_of
from graftwood.network.relation import Relation, covary, moved
from graftwood.network.rows import Rows, training_rows
from graftwood.network.training import TrainingData
from graftwood.uncertainty.bags import bag_spread


@dataclass(frozen=True)
class Said:
    """What is said of some training rows, of one task.

    Attributes
    ----------
    rows : ndarray of shape (n,), int
        Their numbers in the training table.
    center : ndarray of shape (n,) or (n, n_classes)
    sd : ndarray of shape (n,)
        Standard deviation over the bags that never saw the row; NaN for a category, and with fewer than two.
    excess : ndarray of shape (n,)
        By how much the variance of the center exceeds that of a new row's, of which all bags speak, as a
        multiple of sd squared: 1 / b - 1 / B for b of B bags.

    Examples
    --------
    >>> said = Said(np.array([3, 5]), np.array([1.0, 2.0]), np.array([0.1, 0.2]), np.zeros(2))
    >>> said.some(np.array([False, True])).center
    array([2.])
    """

    rows: np.ndarray
    center: np.ndarray
    sd: np.ndarray
    excess: np.ndarray

    def some(self, at: np.ndarray) -> Said:
        """Return a part of the rows."""
        return Said(self.rows[at], self.center[at], self.sd[at], self.excess[at])


def boil_down(data: TrainingData, rows: np.ndarray, outlook: Outlook) -> Said:
    """Keep the center and the honest spread over bags of an outlook on training rows.

    Parameters
    ----------
    data : TrainingData
    rows : ndarray of shape (n,), int
    outlook : Outlook

    Returns
    -------
    Said
    """
    none = np.zeros(len(rows))
    if outlook.center.ndim > 1 or not len(rows):
        return Said(rows, outlook.center, np.full(len(rows), np.nan), none)
    if len(outlook.bags) == 1 < len(data.bags):
        return Said(rows, outlook.center, np.where(np.isnan(outlook.center), np.nan, 0.0), none)
    honest = data.out_of_bag(rows)
    # An expression may not be defined for what a tree says.
    sd = bag_spread(outlook.bags, honest & np.isfinite(outlook.bags) & np.isfinite(outlook.center))
    excess = 1.0 / np.maximum(honest.sum(axis=0), 1) - 1.0 / len(honest)
    return Said(rows, outlook.center, sd, excess)


@dataclass(frozen=True)
class Trained:
    """A network, and what is known of its training as long as a fit lasts.

    Attributes
    ----------
    network : Network
    saw : dict of str to ndarray of shape (n_materials,), bool, or CrossFit
        Forest -> materials that it was trained on; model in a forest's place -> how it was cross-fitted.
    said : dict of str to Said
        Node of a shared forest -> what is said of the rows with its label, nothing else known.
    errors : dict of str to ndarray of shape (n_rows, n_columns)
        Shared forest -> label minus what was said, NaN without label; columns as its `Relation` has them.
    half_known : dict of str to Said
        Node whose forest takes all labels for one -> what is said of rows when another label is known.
    leaves : dict of str to ndarray of shape (n_trees, n_rows), int32
        Node of a forest without further inputs -> leaves of the rows with its label.
    echoes : dict of (str, str) to float
        Node that corrects its own task's prediction, and regime -> what its rows hear back (`echo.py`).
    elsewhere : dict of (str, int) to Relation
        Shared forest and fold -> how errors of materials of the other folds go together.

    Examples
    --------
    >>> Trained(Network({}, {}), {}).network.nodes
    {}
    """

    network: Network
    saw: dict[str, np.ndarray | CrossFit]
    said: dict[str, Said] = field(default_factory=dict)
    errors: dict[str, np.ndarray] = field(default_factory=dict)
    half_known: dict[str, Said] = field(default_factory=dict)
    leaves: dict[str, np.ndarray] = field(default_factory=dict)
    echoes: dict[tuple[str, str], float] = field(default_factory=dict)
    elsewhere: dict[tuple[str, int], Relation] = field(default_factory=dict)

    def hidden(self, data: TrainingData, task: str) -> Said:
        """What is said of the task's labelled rows when nothing is known of them."""
        if task in self.said:
            return self.said[task]
        rows = data.labelled(task)
        kept: dict[tuple[str, int], np.ndarray] = {}
        seen = training_rows(data, rows, self.saw, is_known=False, leaves=kept)
        said = boil_down(data, rows, self.network.answer(task, seen))
        self.keep(task, kept)
        return said

    def keep(self, name: str, leaves: Mapping[tuple[str, int], np.ndarray]) -> None:
        """Keep the leaves of a node's own rows, if its forest was walked through without further inputs."""
        node = self.network.nodes[name]
        if not node.expression and (node.stage_for(HIDDEN), node.view) in leaves:
            self.leaves[name] = leaves[node.stage_for(HIDDEN), node.view]

    def told(self, data: TrainingData, task: str, hidden: Said) -> Iterator[tuple[str, Said]]:
        """What is said of labelled rows for every combination of known labels, by its key (`patterns.py`)."""
        if not told_rows_are_wanted():
            return
        sources = sources_of(self.network, task)
        if task in self.half_known:
            yield VISIBLE, self.half_known[task]
        elif sources:
            is_known = ~np.isnan(np.stack([data.column(source)[hidden.rows] for source in sources], axis=1))
            for shown in combinations_of(is_known, data.material[hidden.rows], data.seed):
                hides = {source: ~shown.is_shown[:, i] for i, source in enumerate(sources)}
                some = hidden.some(shown.at)
                known = data.labels[some.rows]
                for column, name in enumerate(data.tasks):
                    known[hides.get(owner(name), False), column] = np.nan
                yield shown.key, self.visible(data, task, some, known)

    def visible(self, data: TrainingData, task: str, hidden: Said, known: np.ndarray | None = None) -> Said:
        """What is said of the task's labelled rows of which another label is known and used.

        Parameters
        ----------
        data : TrainingData
        task : str
        hidden : Said
            Of the rows, nothing known.
        known : ndarray of shape (n_rows_of_hidden, n_columns), NaN = not known, optional
            By default all labels of these rows.
        """
        if task in self.half_known:
            return self.half_known[task]
        known = data.labels[hidden.rows] if known is None else known
        seen = training_rows(data, hidden.rows, self.saw, is_known=True).told(known)
        is_seen = seen.knows(self.network.upstream(task))
        if self.network.nodes[task].expression:
            for computed in (task, *data.computed):
                seen = seen.without(computed)
            is_seen = seen.knows(self.network.upstream(task)) & ~self.network.is_told(task, seen)
        at = np.flatnonzero(is_seen)
        if task in self.said and len(at):
            return self._moved(data, task, hidden.some(at), known[at])
        if not len(at):
            return hidden.some(at)
        rows = seen.some(at).without(self.network.nodes[task].task)
        outlook = self.network.look(task, rows)
        said = boil_down(data, hidden.rows[at], outlook)
        return self.without_common_scatter(task, said, self._own_share(data, task, rows, said, outlook))

    def _own_share(
        self, data: TrainingData, task: str, rows: Rows, said: Said, outlook: Outlook
    ) -> np.ndarray:
        """Share of the variance over bags that is a second stage's own, where it adds to a moved forest."""
        node = self.network.nodes[task]
        if not node.adds or not self.network.is_moved(task) or len(outlook.bags) == 1:
            return np.zeros(len(said.rows))
        _, first = self.network.inputs(node, rows)
        own = outlook.bags - node.slope_for(VISIBLE) * first[:, :, 0]
        sd = bag_spread(own, data.out_of_bag(said.rows))
        variance = np.where(said.sd > 0, said.sd, 1.0) ** 2
        return np.clip(np.nan_to_num(sd) ** 2 / variance, 0.0, 1.0)

    def without_common_scatter(self, task: str, said: Said, own_share: float | np.ndarray = 0.0) -> Said:
        """Without what few trees of a moved forest scatter by, which is common to tasks and moved away.

        Parameters
        ----------
        task : str
        said : Said
            Of rows of which another label is known.
        own_share : float or ndarray of shape (n,), default 0.0
            Share of the variance over bags that does not move.
        """
        return replace(said, excess=own_share * said.excess) if self.network.is_moved(task) else said

    def _moved(self, data: TrainingData, task: str, said: Said, known: np.ndarray) -> Said:
        """Move what a shared forest says by its errors of the row's other labels; all bags move alike.

        How errors go together is told, fold by fold, by other materials than those that are moved.
        """
        stage = self.network.nodes[task].stage_for(VISIBLE)
        relation, every = self.network.relations[stage], self.errors[stage]
        errors = every[said.rows]
        for other in relation.tasks:
            is_known = ~np.isnan(known[:, data.tasks.index(other)]) & (owner(other) != owner(task))
            errors[~is_known, relation.columns(other)] = np.nan
        shift = np.zeros_like(errors[:, relation.columns(task)])
        fold = folds(data, data.material)[data.material]
        for number in np.unique(fold[said.rows]):
            at = np.flatnonzero(fold[said.rows] == number)
            if (stage, int(number)) not in self.elsewhere:
                others = fold != number
                told = covary(relation.tasks, relation.first, every[others], data.material[others])
                self.elsewhere[stage, int(number)] = replace(relation, covariance=told)
            shift[at] = self.elsewhere[stage, int(number)].shift(task, errors[at])
        center = moved(said.center, shift, data.classes_of(task))
        return self.without_common_scatter(task, replace(said, center=center))


_heard: ContextVar[list[tuple[TrainingData, Trained]] | None] = ContextVar("heard", default=None)


@contextmanager
def hearing() -> Iterator[list[tuple[TrainingData, Trained]]]:
    """Collect what fits within the block know of their training, which a fitted model forgets.

    Yields
    ------
    list of (TrainingData, Trained)
        One more after each fit.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> with hearing() as heard:
    ...     _ = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> data, trained = heard[0]
    >>> trained.hidden(data, "0").center.shape
    (40,)
    """
    collected: list[tuple[TrainingData, Trained]] = []
    token = _heard.set(collected)
    try:
        yield collected
    finally:
        _heard.reset(token)


def tell(data: TrainingData, trained: Trained) -> None:
    """Hand over what is known of a training, if anybody is hearing."""
    collected = _heard.get()
    if collected is not None:
        collected.append((data, trained))
