"""Blend: the weighted mean of what several architectures say of one target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from graftwood.architectures.base import Architecture
from graftwood.architectures.nested import resolve
from graftwood.coding.labels import LabelColumns
from graftwood.errors import WrongOption
from graftwood.network.blended import blend_trained
from graftwood.network.out_of_bag import Trained
from graftwood.network.shared import shared_here
from graftwood.network.train import Step, train_network
from graftwood.network.training import TrainingData
from graftwood.options import Rule, anything, sequence


class Blend(Architecture):
    """Weighted mean of what several architectures say of one target, with one calibrated error bar.

    Every member is trained on the same bags of materials, so its trees are blended bag by bag: errors
    that members share do not cancel in the error bar.  `TransferSelector` builds blends by itself.

    Parameters
    ----------
    members : sequence of architectures
        Unfitted, all with the same target; none is a TaskGraph or a Blend.
        Number of trees, random state, threads, kinds and units are the blend's.
    weights : sequence of float, optional
        One above 0 per member; they are divided by their sum.  By default all members count alike.
    n_estimators : int, default 100
        Trees of every forest; tree b of each has seen the same materials.
    kinds : dict, optional
        Task -> "real", "positive" (learned in its logarithm, and blended there), "nonnegative" (zeros are a
        class of their own; both parts are blended) or "category" (shares of votes are blended).
    units : dict, optional
        Unit per task; those of a Difference or of Pooled must agree.
    random_state : int, RandomState or None
    n_jobs : int, optional
    client : str, optional
        Address of a Dask scheduler on whose workers the forests are grown, the same as here.

    Attributes
    ----------
    target_ : str
    tasks_ : tuple of str
        The target alone.
    weights_ : tuple of float
        Of the members as given, of sum 1.

    Raises
    ------
    WrongOption
        There are no members, their targets differ, or a weight is none.
    UnknownTask, UnitMismatch, TooFewLabels
        As the members have it.

    Examples
    --------
    >>> from graftwood import Difference, SingleTask
    >>> X = np.arange(60.0)[:, None]
    >>> dft = X[:, 0] % 5
    >>> Y = np.column_stack([dft, np.where(X[:, 0] % 2, np.nan, dft + 1.0)])
    >>> members = [Difference(1, source=0), SingleTask(1)]
    >>> blend = Blend(members, weights=[3, 1], n_estimators=20, random_state=0).fit(X, Y)
    >>> blend.weights_, blend.predict([[7.0]], known=[[2.0, np.nan]]).round(1)
    ((0.75, 0.25), array([2.8]))
    """

    _rules: ClassVar[dict[str, list[Rule]]] = {
        "members": [sequence("a list of architectures")],
        "weights": [anything("None or a number above 0 per member")],
    }
    can_be_nested: ClassVar[bool] = False

    def __init__(
        self,
        members: Sequence[Any] = (),
        weights: Sequence[float] | None = None,
        *,
        n_estimators: int = 100,
        kinds: dict[Any, str] | None = None,
        units: dict[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        client: str | None = None,
    ) -> None:
        self.members = members
        self.weights = weights
        self.n_estimators = n_estimators
        self.kinds = kinds
        self.units = units
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.client = client

    def _modelled(self, columns: LabelColumns) -> tuple[str, ...]:
        who, given = type(self).__name__, self._given()
        self.weights_ = _shares(self.weights, len(given), who)
        self._resolved = [resolve(each, self, f"member {i}", columns) for i, each in enumerate(given)]
        targets = {member.target_: None for member in self._resolved}
        if None in targets or len(targets) > 1:
            told = ", ".join("none" if target is None else target for target in targets)
            raise WrongOption(f"{who}: the members' targets are {told}; give all members one target.")
        self.target_ = self._resolved[0].target_
        return (self.target_,)

    def _given(self) -> list[Any]:
        members = list(self.members) if hasattr(self.members, "__iter__") else [self.members]
        if not members:
            raise WrongOption(f"{type(self).__name__}: members is empty; give at least one architecture.")
        return members

    def _has_models(self) -> bool:
        return any(member._has_models() for member in self._resolved)

    def _steps(self, data: TrainingData) -> list[Step]:
        """Say no steps of its own: every member has its own, see `_train`."""
        return []

    def _train(self, data: TrainingData) -> Trained:
        order = sorted(range(len(self.weights_)), key=lambda number: -self.weights_[number])
        trained = []
        with shared_here():
            for number in order:
                member = self._resolved[number]
                own = replace(data, options=member._forest_options())
                trained.append(train_network(own, member._steps(own)))
        del self._resolved
        return blend_trained(data, self.target_, trained, [self.weights_[number] for number in order])


def _shares(weights: Any, n_members: int, who: str) -> tuple[float, ...]:
    """Weights of sum 1."""
    if weights is None:
        return (1.0 / n_members,) * n_members
    try:
        given = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.shape != (n_members,) or not np.all((given > 0) & (given < np.inf)):
        raise WrongOption(
            f"{who}: weights must be a number above 0 for each of the {n_members} members, got {weights!r}."
        )
    return tuple(float(share) for share in given / given.sum())
