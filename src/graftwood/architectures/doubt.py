"""What a fit leaves for error bars besides calibrated spreads, learned from bag counts and out-of-bag errors.

The variance of a mean needs the bag counts of the materials that a task's forests saw,
joint draws how errors of tasks go together, probabilities how far votes can be trusted.
What is asked of it is in ``draws.py`` and ``predictor.py``.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graftwood.architectures.hurdle import ask_parts
from graftwood.architectures.leaves import leaves_of
from graftwood.architectures.network import Network
from graftwood.architectures.out_of_bag import Said, Trained, boil_down
from graftwood.architectures.outlook import HIDDEN, Outlook
from graftwood.architectures.parts import owner, whether
from graftwood.architectures.rows import training_rows
from graftwood.architectures.training import TrainingData
from graftwood.errors import NoOutOfBagRows, UnreliableSpread
from graftwood.uncertainty.domain import Domain, learn_domain
from graftwood.uncertainty.jackknife import Jackknife, learn_jackknife
from graftwood.uncertainty.joint import (
    bag_correlation,
    class_scores,
    correlate,
    mixture_scores,
    normal_scores,
)
from graftwood.uncertainty.odds import Odds, learn_odds

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
        By which error bars of functions of several tasks are calibrated.

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

    def jackknife(self, task: str) -> Jackknife:
        """What the bag counts say of a task's mean."""
        return self.jackknives[self.jackknife_of[task]]


def learn_doubt(
    data: TrainingData,
    trained: Trained,
    said: Saids,
    calibrations: Mapping[str, Mapping[str, Any]],
    oob: Mapping[str, np.ndarray],
    predicted: tuple[str, ...],
) -> Doubt:
    """Learn from bag counts and from what was said out of bag.

    Parameters
    ----------
    data : TrainingData
    trained : Trained
    said : mapping
        Task -> regime -> what was said of its labelled rows.
    calibrations : mapping
        Task -> regime -> Calibration; none of categories.
    oob : mapping
        Task -> what was said of the rows of fit out of bag; of a nonnegative task vote, value and spread.
    predicted : tuple of str
        Tasks whose domains are wanted.
    """
    tasks = tuple(task for task in data.tasks if task in calibrations)  # whatever order Y came in
    odds = {
        task: {regime: _odds(data, task, each) for regime, each in said[task].items()}
        for task in tasks
        if data.classes_of(task) and task in said
    }
    scores = np.full((len(data.labels), len(tasks)), np.nan)
    for column, task in enumerate(tasks):
        rows = said[task][HIDDEN].rows if task in said else data.labelled(task)
        labels = data.column(task)[rows]
        if task in data.nonnegative:
            told = oob[task][data.given_rows[rows]]
            scores[rows, column] = mixture_scores(labels, told, calibrations[task][HIDDEN], data.seed)
        elif task in odds:
            votes = said[task][HIDDEN].center
            scores[rows, column] = class_scores(labels, odds[task][HIDDEN].of(votes), data.seed)
        else:
            hidden, floor = said[task][HIDDEN], calibrations[task][HIDDEN].floor
            scores[rows, column] = normal_scores((labels - hidden.center) / np.maximum(hidden.sd, floor))
    jackknives, jackknife_of = _jackknives(data, trained, tasks)
    joint = _joint_rows(data, trained, tasks) if len(tasks) > 1 else None
    located = {name for task in predicted for name in located_by(trained.network, task)}
    domains = {name: _domain(data, trained, name) for name in sorted(located)}
    correlation = correlate(scores, data.material)
    return Doubt(jackknives, jackknife_of, tasks, correlation, odds, domains, joint)


def _domain(data: TrainingData, trained: Trained, task: str) -> Domain:
    rows = data.labelled(task)
    seen = training_rows(data, rows, trained.saw, is_known=False)
    leaves = leaves_of(trained.network, task, seen)
    return learn_domain(leaves, data.material[rows], data.out_of_bag(rows), data.seed)


def _joint_rows(data: TrainingData, trained: Trained, tasks: tuple[str, ...]) -> JointRows | None:
    """Ask again, all tasks together, of some rows with labels of two tasks or more."""
    labels = data.labels[:, [data.tasks.index(task) for task in tasks]]
    rows = np.flatnonzero((~np.isnan(labels)).sum(axis=1) > 1)
    if len(rows) > MOST_JOINT_ROWS:
        # Drawn by material, so that neither the order of rows nor their number decides.
        drawn = np.random.default_rng([data.seed, 4]).permutation(data.bags.shape[1])[data.material[rows]]
        rows = np.sort(rows[np.argsort(drawn, kind="stable")[:MOST_JOINT_ROWS]])
    if len(np.unique(data.material[rows])) < FEWEST_MATERIALS:
        return None
    seen = training_rows(data, rows, trained.saw, is_known=False)
    honest = data.out_of_bag(rows)
    centers, spreads, bags = {}, [], []
    for task in tasks:
        outlook = trained.network.answer(task, seen)
        said = boil_down(data, rows, outlook)
        bags.append(as_number(outlook.bags))
        centers[task], sd = said.center, said.sd
        if task in data.nonnegative:
            parts = ask_parts(trained.network, task, seen)
            centers[task] = np.column_stack([parts.vote, parts.center])
            sd = boil_down(data, rows, Outlook(parts.center, parts.bags)).sd
        spreads.append(sd)
    return JointRows(
        centers, np.column_stack(spreads), labels[rows], data.material[rows],
        bag_correlation(np.stack(bags, axis=2), honest),
    )  # fmt: skip


def as_number(bags: np.ndarray) -> np.ndarray:
    """One number per tree and row: of a category the mean place of its class."""
    if bags.ndim == 3:
        return bags @ np.arange(bags.shape[2], dtype=np.float64)
    return np.where(np.isfinite(bags), bags, 0.0)  # what an expression is of a tree may not be defined


def _odds(data: TrainingData, task: str, said: Said) -> Odds:
    return learn_odds(data.column(task)[said.rows].astype(int), said.center)


def _jackknives(
    data: TrainingData, trained: Trained, tasks: tuple[str, ...]
) -> tuple[tuple[Jackknife, ...], dict[str, int]]:
    """Variances of the tasks' means, one per set of materials."""
    found: dict[bytes, int] = {}
    jackknives: list[Jackknife] = []
    numbers = {}
    for task in tasks:
        saw = np.zeros(data.bags.shape[1], dtype=bool)
        for stage in stages_of(trained.network, task):
            saw |= trained.saw[stage]
        key = saw.tobytes()
        if key not in found:
            found[key] = len(jackknives)
            jackknives.append(learn_jackknife(data.bags[:, saw]))
        numbers[task] = found[key]
    return tuple(jackknives), numbers


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


def stages_of(network: Network, name: str) -> set[str]:
    """Stages that bear on a node, directly or through its parents."""
    node = network.nodes[name]
    return set(node.stages.values()).union(*(stages_of(network, parent) for parent in node.parents))


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
    warnings.warn(
        f"{who}: {n_negative} of {n_rows} variances of the mean of task {task} came out negative, and their "
        f"spreads are the noise of {jackknife.n_trees} trees on {jackknife.n_materials} materials instead; "
        f"use about {max(enough, 2 * jackknife.n_trees)} trees.",
        UnreliableSpread,
        stacklevel=4,
    )
