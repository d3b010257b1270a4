"""What a fit leaves for error bars besides calibrated spreads, learned from bag counts and out-of-bag errors.

The variance of a mean needs the bag counts of the materials that a task's forests saw,
joint draws how errors of tasks go together, probabilities how far votes can be trusted.
What is asked of it is in ``draws.py`` and ``predictor.py``.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from graftwood.architectures.network import Network
from graftwood.architectures.out_of_bag import Said, Trained
from graftwood.architectures.outlook import HIDDEN
from graftwood.architectures.training import TrainingData
from graftwood.errors import UnreliableSpread
from graftwood.uncertainty.jackknife import Jackknife, learn_jackknife
from graftwood.uncertainty.joint import class_scores, correlate, normal_scores
from graftwood.uncertainty.odds import Odds, learn_odds
from graftwood.uncertainty.rescale import Calibration

Saids = Mapping[str, Mapping[str, Said]]


@dataclass(frozen=True)
class Doubt:
    """What is known of a model's doubts.

    Attributes
    ----------
    jackknives : tuple of Jackknife
    jackknife_of : dict of str to int
        Task -> its own; tasks that are learned from the same materials share one.
    tasks : tuple of str
        Of ``correlation``.
    correlation : ndarray of shape (n_tasks, n_tasks)
        Of out-of-bag errors with nothing known of the row, as normal scores.
    odds : dict
        Category -> regime -> how votes become probabilities.

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

    def jackknife(self, task: str) -> Jackknife:
        """What the bag counts say of a task's mean."""
        return self.jackknives[self.jackknife_of[task]]


def learn_doubt(
    data: TrainingData,
    trained: Trained,
    said: Saids,
    calibrations: Mapping[str, Mapping[str, Calibration]],
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
    """
    tasks = tuple(said)
    odds = {
        task: {regime: _odds(data, task, each) for regime, each in said[task].items()}
        for task in tasks
        if data.classes_of(task)
    }
    scores = np.full((len(data.labels), len(tasks)), np.nan)
    for column, task in enumerate(tasks):
        hidden = said[task][HIDDEN]
        labels = data.column(task)[hidden.rows]
        if task in odds:
            scores[hidden.rows, column] = class_scores(labels, odds[task][HIDDEN].of(hidden.center), data.seed)
        else:
            floor = calibrations[task][HIDDEN].floor
            scores[hidden.rows, column] = normal_scores((labels - hidden.center) / np.maximum(hidden.sd, floor))
    jackknives, jackknife_of = _jackknives(data, trained, tasks)
    return Doubt(jackknives, jackknife_of, tasks, correlate(scores, data.material), odds)


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


def stages_of(network: Network, name: str) -> set[str]:
    """Stages that bear on a node, directly or through its parents."""
    node = network.nodes[name]
    return set(node.stages.values()).union(*(stages_of(network, parent) for parent in node.parents))


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
