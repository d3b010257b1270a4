"""Whether the nodes and forests of a network fit together, and with the tasks of their model."""

from __future__ import annotations

import numpy as np
from sklearn.base import is_classifier

from graftwood.coding.kinds import LARGEST
from graftwood.coding.labels import LabelColumns
from graftwood.engine.forest import View
from graftwood.errors import DamagedModel, UnreadableExpression
from graftwood.network.any_base import BaseStage
from graftwood.network.blended import weighted_sum, without_member
from graftwood.network.expression_text import read_expression
from graftwood.network.network import ALONE, Network, Node
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.relation import Relation
from graftwood.network.seen_rows import SeenRows
from graftwood.network.stage import Stage
from graftwood.store.check_arrays import check_array, check_bins
from graftwood.store.check_trees import check_view
from graftwood.store.classes import fits


def check_network(network: Network, columns: LabelColumns, tasks: tuple[str, ...], n_inputs: int) -> int:
    """Refuse a network that cannot answer for the tasks.

    Parameters
    ----------
    network : Network
    columns : LabelColumns
    tasks : tuple of str
        What the model predicts.
    n_inputs : int

    Returns
    -------
    int
        Number of trees of each of its forests, 0 without any.

    Raises
    ------
    DamagedModel
    """
    if not network.nodes or not set(tasks) <= set(network.nodes):
        raise DamagedModel(f"it has nodes of {', '.join(network.nodes)} and predicts {', '.join(tasks)}")
    before: set[str] = set()
    for name, node in network.nodes.items():
        _check_node(name, node, network, columns, before)
        before.add(name)
    used = {stage for node in network.nodes.values() for stage in node.stages.values()}
    if used != set(network.stages):
        raise DamagedModel(f"it has stages {', '.join(network.stages)} where {', '.join(used)} belong")
    for node in network.nodes.values():
        for stage in node.stages.values():
            _check_stage(stage, network.stages[stage], n_inputs, n_more_inputs(node, network, columns))
    for name, relation in network.relations.items():
        _check_relation(name, relation, network, columns)
    for name, seen in network.seen.items():
        _check_seen(name, seen, network, columns)
    forests = [stage for stage in network.stages.values() if isinstance(stage, Stage)]
    n_trees = {view.n_trees for stage in forests for view in stage.views}
    if not forests:
        return 0
    if len(n_trees) != 1:
        raise DamagedModel(
            f"its forests have {', '.join(map(str, sorted(n_trees)))} trees and not equally many"
        )
    return n_trees.pop()


def n_more_inputs(node: Node, network: Network, columns: LabelColumns) -> int:
    """Inputs of a node besides those of X."""
    if not node.parents:
        return len(node.constants)
    n_classes = [len(columns.classes_of(network.nodes[parent].task)) for parent in node.parents]
    return sum(n if n > 2 else 1 for n in n_classes)


def _check_node(name: str, node: Node, network: Network, columns: LabelColumns, before: set[str]) -> None:
    if node.task not in columns.learned or without_member(name) not in (node.task, node.task + ALONE):
        raise DamagedModel(f"its node {name} answers for {node.task}, which is not among its tasks")
    if not set(node.parents) <= before:
        raise DamagedModel(f"its node {name} has the parents {', '.join(node.parents)}, not all before it")
    if node.expression:
        _check_expression(name, node, network, columns)
        return
    if not node.stages or not set(node.stages) <= {HIDDEN, VISIBLE}:
        raise DamagedModel(f"its node {name} has stages for the regimes {', '.join(node.stages)}")
    if not set(node.stages.values()) <= set(network.stages):
        raise DamagedModel(f"its node {name} has stages {', '.join(node.stages.values())}, not all there")
    n_classes = len(columns.classes_of(node.task))
    added = [network.nodes[parent].task for parent in node.parents[:1]] if node.adds else []
    if node.adds and (not added or n_classes or columns.classes_of(added[0])):
        raise DamagedModel(f"its node {name} adds to what is no number")
    if not set(node.slopes) <= {HIDDEN, VISIBLE} or not all(np.isfinite(list(node.slopes.values()))):
        raise DamagedModel(f"the slopes of its node {name} are not finite numbers of its regimes")
    if not all(np.isfinite(node.constants)):
        raise DamagedModel(f"the constants of its node {name} are not all finite numbers")
    for stage in (network.stages[stage] for stage in node.stages.values()):
        said = stage.n_classes[node.view : node.view + 1] or (0,)
        n_views = len(stage.views) if isinstance(stage, Stage) else 1
        if not 0 <= node.view < n_views or said != (n_classes,):
            raise DamagedModel(f"its node {name} reads view {node.view} of a stage that has no such view")


def _check_expression(name: str, node: Node, network: Network, columns: LabelColumns) -> None:
    """Refuse a node without a forest that has one, or whose expression is not one on its parents' numbers."""
    try:
        names = read_expression(node.expression).names
    except UnreadableExpression as error:
        raise DamagedModel(f"the expression of its node {name} cannot be read ({error})") from None
    if names != node.parents or node.stages or node.adds or node.slopes or node.constants:
        raise DamagedModel(f"its node {name} has an expression on {', '.join(names)} and is more than that")
    if network.is_blend(name):
        _check_blend(name, node)
        return
    widths = [len(columns.classes_of(network.nodes[parent].task)) for parent in node.parents]
    if max(widths) > 2 or columns.classes_of(node.task):
        raise DamagedModel(f"the expression of its node {name} is on classes")


def _check_blend(name: str, node: Node) -> None:
    """Refuse a blend that is no weighted mean: probabilities would be none."""
    alone = np.eye(len(node.parents))
    weights = read_expression(node.expression).of(dict(zip(node.parents, alone, strict=True))).tolist()
    is_mean = all(0 < weight <= 1 for weight in weights) and abs(sum(weights) - 1) < 1e-9
    if not is_mean or weighted_sum(node.parents, weights) != node.expression:
        raise DamagedModel(f"its node {name} is no weighted mean of what its members say")


def _check_stage(where: str, stage: Stage | BaseStage, n_inputs: int, n_more: int) -> None:
    if isinstance(stage, BaseStage):
        _check_base(where, stage)
        return
    check_bins(stage.more_bins, n_more, "further inputs")
    n_views = len(stage.views)
    if not n_views or not fits(stage.views, tuple[View, ...]):
        raise DamagedModel(f"stage {where} has {n_views} views, or what is none")
    for numbers in (stage.center, stage.scale):
        check_array(numbers, np.float64, 1, f"center and scale of stage {where}")
        if len(numbers) != n_views:
            raise DamagedModel(
                f"center and scale of stage {where} are of {len(numbers)} tasks, not of {n_views}"
            )
    if not np.all(stage.scale > 0):
        raise DamagedModel(f"the scale of stage {where} is not positive")
    if len(stage.n_classes) not in (0, n_views):
        raise DamagedModel(f"stage {where} has classes of {len(stage.n_classes)} tasks, not of {n_views}")
    for view, n_classes in zip(stage.views, stage.n_classes or (0,) * n_views, strict=True):
        check_view(view, n_inputs + n_more, f"stage {where}")
        if view.leaves.shape[1] != (n_classes if n_classes > 2 else 1):
            raise DamagedModel(f"the leaves of stage {where} have a wrong width")
    _check_size(where, stage)


def _check_size(where: str, stage: Stage) -> None:
    """Refuse leaves whose squares would be infinite, in the unit of their labels."""
    for view, center, scale in zip(stage.views, stage.center, stage.scale, strict=True):
        largest = np.abs(view.leaves).max(initial=0.0)
        with np.errstate(over="ignore"):  # an infinite product is beyond it too
            if largest * scale > LARGEST or abs(center) > LARGEST:
                raise DamagedModel(f"the leaves of stage {where} are beyond {LARGEST:g} in the label's unit")


def _check_base(where: str, stage: BaseStage) -> None:
    """Refuse a model that gives neither numbers nor the probabilities of its task's classes."""
    if len(stage.n_classes) != 1 or stage.n_sources < 0:
        raise DamagedModel(f"stage {where} has classes of {len(stage.n_classes)} tasks, not of one")
    n_classes = stage.n_classes[0]
    if bool(n_classes) != is_classifier(stage.model):
        raise DamagedModel(f"the model of stage {where} is of another kind than its task")
    if n_classes and not set(np.asarray(stage.model.classes_).tolist()) <= set(range(n_classes)):
        raise DamagedModel(f"the model of stage {where} has classes that its task does not have")


def _check_seen(name: str, seen: SeenRows, network: Network, columns: LabelColumns) -> None:
    node = network.nodes.get(name)
    if node is None or node.parents or not set(seen.tasks) <= set(columns.learned) - {node.task}:
        raise DamagedModel(f"its node {name} has seen labels of {', '.join(seen.tasks)}, which cannot be")
    check_array(seen.keys, np.uint64, 1, f"the rows seen by node {name}")
    if not len(seen.keys) or not np.all(seen.keys[1:] > seen.keys[:-1]):
        raise DamagedModel(f"the rows seen by node {name} have keys that do not increase")


def _check_relation(name: str, relation: Relation, network: Network, columns: LabelColumns) -> None:
    where, stage = f"the relation of stage {name}", network.stages.get(name)
    if (
        not isinstance(stage, Stage)
        or len(relation.tasks) != len(stage.views)
        or len(set(relation.tasks)) < 2
    ):
        raise DamagedModel(f"{where} is of {', '.join(relation.tasks)}, which are not the stage's tasks")
    if not set(relation.tasks) <= set(columns.learned):
        raise DamagedModel(f"{where} is of {', '.join(relation.tasks)}, not all among its tasks")
    n_classes = [len(columns.classes_of(task)) for task in relation.tasks]
    widths = [n if n > 2 else 1 for n in n_classes]
    if tuple(n_classes) != (stage.n_classes or (0,) * len(widths)):
        raise DamagedModel(f"{where} has other classes than the stage")
    if relation.first != (0, *np.cumsum(widths).tolist()):
        raise DamagedModel(f"{where} has columns at {relation.first}, which its tasks do not have")
    check_array(relation.covariance, np.float64, 2, where)
    check_array(relation.keys, np.uint64, 1, where)
    n_rows, n_columns = len(relation.keys), relation.first[-1]
    if relation.covariance.shape != (n_columns, n_columns):
        raise DamagedModel(f"{where} has a covariance of shape {relation.covariance.shape}")
    if relation.centers.dtype != np.float64 or relation.centers.shape != (n_rows, n_columns):
        raise DamagedModel(f"{where} has centers of shape {relation.centers.shape} for {n_rows} rows")
    if not n_rows or np.isinf(relation.centers).any() or not np.all(relation.keys[1:] > relation.keys[:-1]):
        raise DamagedModel(f"{where} has keys that do not increase, or infinite centers")
    if len(relation.leaning) not in (0, n_columns) or not all(0 <= share <= 1 for share in relation.leaning):
        raise DamagedModel(f"{where} has leanings that are no shares of {n_columns} columns")
