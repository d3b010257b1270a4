"""What a fit leaves for error bars besides calibrated spreads, learned from bag counts and out-of-bag errors.

The variance of a mean needs the bag counts of the materials that a task's forests saw,
joint draws how errors of tasks go together, probabilities how far votes can be trusted.
What is asked of it is in ``draws.py`` and ``predictor.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graftwood.coding.parts import owner, whether
from graftwood.errors import NoOutOfBagRows, UnreliableSpread, WrongOption, warn
from graftwood.network.any_base import BaseStage
from graftwood.network.network import Network
from graftwood.network.out_of_bag import Said
from graftwood.uncertainty.domain import Domain
from graftwood.uncertainty.jackknife import Jackknife
from graftwood.uncertainty.odds import Odds

Saids = Mapping[str, Mapping[str, Said]]


FEWEST_MATERIALS = 10  # to calibrate by
MOST_JOINT_ROWS = 500  # a coverage of 68 % is then known to 2 %


@dataclass(frozen=True)
class JointRows:
    """What was said out of bag of training rows with labels of several tasks, and those labels.

    Attributes
    ----------
    center : dict of str to ndarray
        Task -> (n_rows,) or (n_rows, n_classes).
    sd, labels : ndarray of shape (n_rows, n_tasks), NaN where there is no label
    material : ndarray of shape (n_rows,), int
    correlation : ndarray of shape (n_rows, n_tasks, n_tasks)
        Of the bags that never saw the row.
    excess : ndarray of shape (n_rows, n_tasks), or empty
        As `Said` has it; 0 for a category.  Empty in models of old files, where it counts as 0.

    Examples
    --------
    >>> nothing = np.empty((0, 1))
    >>> JointRows({"gap": np.empty(0)}, nothing, nothing, np.empty(0, int), np.empty((0, 1, 1))).n_rows
    0
    """

    center: dict[str, np.ndarray]
    sd: np.ndarray
    labels: np.ndarray
    material: np.ndarray
    correlation: np.ndarray
    excess: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.material)


@dataclass(frozen=True)
class Doubt:
    """What is known of a model's doubts.

    Attributes
    ----------
    jackknives : tuple of Jackknife
    jackknife_of : dict of str to int
        Task -> its own; tasks that are learned from the same materials share one.
    tasks : tuple of str
        Of ``correlation``, in canonical order.
    correlation : ndarray of shape (n_tasks, n_tasks)
        Of out-of-bag errors with nothing known of the row, as normal scores.
    odds : dict
        Category -> regime -> how votes become probabilities.
    domains : dict of str to Domain
        Of the forests by which rows of predicted tasks are located (`located_by`).
    joint : JointRows or None
        By which error bars of functions of several tasks are calibrated, nothing known of a row.
    joint_known : dict of str to JointRows
        The same where some of ``tasks`` are known, "010" the second of three.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> model._doubt.jackknife_of, model._doubt.correlation
    ({'0': 0}, array([[1.]]))
    """

    jackknives: tuple[Jackknife, ...]
    jackknife_of: dict[str, int]
    tasks: tuple[str, ...]
    correlation: np.ndarray
    odds: dict[str, dict[str, Odds]] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    joint: JointRows | None = None
    joint_known: dict[str, JointRows] = field(default_factory=dict)

    def joint_of(self, is_known: np.ndarray) -> JointRows | None:
        """Rows told as much as these tasks, (n_tasks,) bool, or the largest part of them that there is."""
        if not is_known.any():
            return self.joint
        parts = {key: np.array([each == "1" for each in key]) for key in self.joint_known}
        fitting = [key for key, shown in parts.items() if not (shown & ~is_known).any()]
        return self.joint_known[max(fitting, key=lambda key: parts[key].sum())] if fitting else None

    def jackknife(self, task: str, who: str) -> Jackknife:
        """What the bag counts say of a task's mean.

        Raises
        ------
        WrongOption
            A model that is no forest, and has no bags, has a part in it.
        """
        if task not in self.jackknife_of:
            raise WrongOption(
                f"{who}: of='mean' is told by the bags of forests, and task {task} is told by another model; "
                "ask for of='observation'."
            )
        return self.jackknives[self.jackknife_of[task]]

    def domain(self, name: str, who: str) -> Domain:
        """What the forest of a node was trained on.

        Raises
        ------
        WrongOption
            The node has no forest.
        """
        if name not in self.domains:
            raise WrongOption(
                f"{who}: rows are located by the leaves of forests, and {name} is told by another model; "
                "take base=None."
            )
        return self.domains[name]


def side_by_side(bags: list[np.ndarray]) -> np.ndarray:
    """What bags say of several tasks, one number per task: (n_trees, n_rows, n_tasks).

    Of a category it is the mean place of its class.  A model that is no forest says the same in all bags.

    Examples
    --------
    >>> side_by_side([np.array([[1.0], [2.0]]), np.array([[[0.25, 0.75]]])])[:, 0]
    array([[1.  , 0.75],
           [2.  , 0.75]])
    """
    n_trees = max(len(each) for each in bags)
    columns = []
    for each in bags:
        number = each @ np.arange(each.shape[2], dtype=np.float64) if each.ndim == 3 else each
        # What an expression is of a tree may not be defined.
        finite = np.where(np.isfinite(number), number, 0.0)
        columns.append(np.broadcast_to(finite, (n_trees, finite.shape[1])))
    return np.stack(columns, axis=2)


def located_by(network: Network, task: str) -> tuple[str, ...]:
    """Nodes whose forests say whether a row is like training materials of a task.

    Of an expression those that it is on; of a nonnegative task the one that has learned from all its labels.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=5, random_state=0).fit([[0.0], [1.0]] * 20, [2.0, 4.0] * 20)
    >>> located_by(model._network, "0")
    ('0',)
    """
    leaves = network.leaves(task)
    return tuple(
        leaf for leaf in leaves if whether(owner(leaf)) not in leaves or leaf == whether(owner(leaf))
    )


def has_models(network: Network, name: str) -> bool:
    """Whether a model that is no forest bears on a node, so that bags and leaves tell nothing of it."""
    return any(isinstance(network.stages[stage], BaseStage) for stage in stages_of(network, name))


def stages_of(network: Network, name: str) -> set[str]:
    """Stages that bear on a node, directly or through its parents."""
    node = network.nodes[name]
    return set(node.stages.values()).union(*(stages_of(network, parent) for parent in node.parents))


def locating(network: Network, tasks: Iterable[str]) -> set[str]:
    """Forests by which rows of tasks are located, without what is no forest."""
    names = {name for task in tasks for name in located_by(network, task)}
    return {name for name in names if not has_models(network, name)}


def can_locate(model: Any) -> bool:
    """Whether a fitted architecture can say which rows are out of its domain."""
    doubt: Doubt | None = getattr(model, "_doubt", None)
    names = {name for task in model._predicted() for name in located_by(model._network, task)}
    return doubt is not None and names <= set(doubt.domains)


def doubts_of(model: Any) -> Doubt:
    """What is known of a fitted model's doubts.

    Raises
    ------
    NoOutOfBagRows
        Nothing is.
    """
    doubt: Doubt | None = getattr(model, "_doubt", None)
    if doubt is None:
        raise NoOutOfBagRows(
            f"{type(model).__name__}: nothing is known of how tasks and bags go together, as every tree saw "
            "every material or the model is of an early version; fit it with bootstrap=True."
        )
    return doubt


def warn_of_negative(n_negative: int, n_rows: int, task: str, jackknife: Jackknife, who: str) -> None:
    """Say how many variances of a mean came out negative, and what would mend it."""
    # The noise falls as 1 / n_trees; at a thirtieth of a tree's variance most means can be told.
    enough = int(np.ceil(jackknife.n_trees * max(jackknife.noise, 0.0) * 30 / 100) * 100)
    warn(
        f"{who}: {n_negative} of {n_rows} variances of the mean of task {task} came out negative, and their "
        f"spreads are the noise of {jackknife.n_trees} trees on {jackknife.n_materials} materials instead; "
        f"use about {max(enough, 2 * jackknife.n_trees)} trees.",
        UnreliableSpread,
    )
