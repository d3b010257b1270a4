"""Out-of-bag errors of tasks that start from their own prediction, without what rows hear of themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graftwood.network.expression_text import read_expression
from graftwood.network.measurement import weights_of
from graftwood.network.network import Node
from graftwood.network.out_of_bag import Said, Trained
from graftwood.network.outlook import VISIBLE
from graftwood.network.rows import training_rows
from graftwood.network.stage import Stage
from graftwood.network.training import TrainingData
from graftwood.uncertainty.echo import mean_echo

MOST_ROWS = 1000  # the mean of so many is known to a few per cent of itself
MOST_PAIRS = 20_000_000  # of rows and training rows that may share leaves, where these are large


def without_echo(data: TrainingData, trained: Trained, name: str, regime: str, said: Said) -> Said:
    """Move centers towards the labels by what makes out-of-bag errors larger than those of new rows.

    Parameters
    ----------
    data : TrainingData
    trained : Trained
    name : str
        Of a node of a number.
    regime : str
    said : Said
        What was said of labelled rows in the regime.
    """
    echo = echo_of(data, trained, name, regime)
    if not echo:
        return said
    labels = data.column(trained.network.nodes[name].task)[said.rows]
    center = np.where(np.isnan(labels), said.center, labels + (said.center - labels) / (1.0 + echo))
    return replace(said, center=center, excess=said.excess / (1.0 + echo) ** 2)


def echo_of(data: TrainingData, trained: Trained, name: str, regime: str) -> float:
    """Mean share of a row's own label that is taken from what is said of it out of bag.

    A blend's is blended as it is; that of any other expression is not known and 0.

    Parameters
    ----------
    data : TrainingData
    trained : Trained
    name : str
        Of a node.
    regime : str
    """
    network = trained.network
    node = network.nodes[name]
    if network.is_blend(name):
        echoes = {parent: np.array([echo_of(data, trained, parent, regime)]) for parent in node.parents}
        return float(read_expression(node.expression).of(echoes)[0]) if any(echoes.values()) else 0.0
    if not (node.adds and network.nodes[node.parents[0]].task == node.task):
        return 0.0
    if (name, regime) not in trained.echoes:
        trained.echoes[name, regime] = _echo(data, trained, node, regime)
    return trained.echoes[name, regime]


def _echo(data: TrainingData, trained: Trained, node: Node, regime: str) -> float:
    """Ask in which leaves of both forests the training rows end; 0 where one of them is no forest."""
    network, rows = trained.network, data.labelled(node.task)
    own = network.nodes[node.parents[0]]
    if own.parents:
        return 0.0
    first, second = (network.stages[each.stage_for(regime)] for each in (own, node))
    if not (isinstance(first, Stage) and isinstance(second, Stage)):
        return 0.0
    seen = training_rows(data, rows, trained.saw, is_known=regime == VISIBLE).without(node.task)
    values, _ = network.inputs(node, seen)
    leaves = (
        first.leaves(seen.codes, None, own.view, data.n_jobs),
        second.leaves(seen.codes, values[None], node.view, data.n_jobs),
    )
    # Sums in another order of the rows end in other digits.
    counts = _counts(data, rows, node.task)
    echo = node.slope_for(regime) * mean_echo(_some(data, rows), data.out_of_bag(rows), *leaves, counts)
    return round(echo, 9)


def _some(data: TrainingData, rows: np.ndarray) -> np.ndarray:
    """Rows of some materials, drawn whole, so that the order of rows does not decide."""
    drawn = np.random.default_rng([data.seed, 8]).permutation(data.bags.shape[1])[data.material[rows]]
    n_before = np.cumsum(np.bincount(drawn)) - np.bincount(drawn)
    return np.flatnonzero(n_before[drawn] < min(MOST_ROWS, 1 + MOST_PAIRS // len(rows)))


def _counts(data: TrainingData, rows: np.ndarray, task: str) -> np.ndarray:
    """How often each row is in each bag, times the weight of its label."""
    counts = data.bags[:, data.material[rows]].astype(np.float64)
    for weights in (None if data.weights is None else data.weights[rows], weights_of(data, rows, (task,))):
        counts *= 1.0 if weights is None else weights.reshape(-1)
    return counts
