"""A fitted network: forests whose predictions are inputs of other forests, and what they say of rows.

    x -> [forest of A] -> a,   (x, a) -> [forest of B] -> b,   (x, a, b) -> [forest of C] -> c

A node answers for one task.  Its parents' values are measured where a label is known and predicted
elsewhere.  A node with parents has two forests, because one cannot serve both regimes: the hidden
one learned from predictions made without any label of the row, the visible one from measured values
where there are some.  A row takes the visible one when any label upstream of the node is known.
The center puts the parents' means into a forest; the spread lets its tree b see what tree b of each
parent said, so that a source's doubt reaches the error bar.
How a network is trained is in ``train.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from graftwood.coding.parts import owner
from graftwood.errors import UndefinedExpression, warn
from graftwood.network.any_base import BaseStage
from graftwood.network.expression_text import read_expression
from graftwood.network.outlook import HIDDEN, VISIBLE, Outlook
from graftwood.network.relation import Relation, as_columns, moved
from graftwood.network.rows import Rows
from graftwood.network.seen_rows import SeenRows
from graftwood.network.stage import Stage

ALONE = " alone"  # a task's own prediction in the place of a source: the control


@dataclass(frozen=True)
class Node:
    """What answers for a task.

    Attributes
    ----------
    task : str
    parents : tuple of str
        Names of the tasks, or of a task alone, whose values are further inputs.
    adds : bool
        Whether the first parent's value is added to what the forest says (difference).
    stages : dict
        Regime -> name of the stage in the network.
    view : int
        The node's place among the tasks of its stage.
    constants : tuple of float
        Further inputs that are the same for all rows.
    expression : str
        Arithmetic on the parents, of a node that has no forest; empty for one that has.
    slopes : dict of str to float
        Regime -> factor of the first parent's value where it is added; 1 without.

    Examples
    --------
    >>> Node("gap", (), False, {"hidden": "task gap"}, 0, ()).stage_for("visible")
    'task gap'
    """

    task: str
    parents: tuple[str, ...]
    adds: bool
    stages: dict[str, str]
    view: int
    constants: tuple[float, ...]
    expression: str = ""
    slopes: dict[str, float] = field(default_factory=dict)

    def stage_for(self, regime: str) -> str:
        """Name of the stage that serves the regime, the other one where it was not built."""
        return self.stages[regime] if regime in self.stages else next(iter(self.stages.values()))

    def slope_for(self, regime: str) -> float:
        """By what the first parent's value is multiplied before it is added; of the same stage."""
        return self.slopes[regime] if regime in self.slopes else next(iter(self.slopes.values()), 1.0)


@dataclass(frozen=True)
class Network:
    """Stages and the nodes that use them, parents before children.

    Attributes
    ----------
    stages : dict of str to Stage or BaseStage
    nodes : dict of str to Node
        Name of the task, or of a task alone -> node.
    relations : dict of str to Relation
        Of stages that tasks share: what the known labels of some say of the others.
    seen : dict of str to SeenRows
        Of nodes whose forest takes all labels for one: rows that it has seen by other tasks' labels.

    Examples
    --------
    >>> node = Node("gap", ("dft",), False, {"hidden": "x"}, 0, ())
    >>> source = Node("dft", (), False, {"hidden": "y"}, 0, ())
    >>> Network({}, {"dft": source, "gap": node}).upstream("gap")
    ('dft',)
    """

    stages: dict[str, Stage | BaseStage]
    nodes: dict[str, Node]
    relations: dict[str, Relation] = field(default_factory=dict)
    seen: dict[str, SeenRows] = field(default_factory=dict)

    @property
    def needs_values(self) -> bool:
        """Whether a model that is no forest sees the inputs as numbers."""
        return any(isinstance(stage, BaseStage) for stage in self.stages.values())

    def upstream(self, name: str) -> tuple[str, ...]:
        """Tasks that may be known and enter the prediction, directly or through others; never its own."""
        node = self.nodes[name]
        found: dict[str, None] = dict.fromkeys(self._siblings(node))
        if name in self.seen:
            found |= dict.fromkeys(self.seen[name].tasks)
        for parent in node.parents:
            found |= dict.fromkeys((*self.upstream(parent), self.nodes[parent].task))
        return tuple(task for task in found if owner(task) != owner(node.task))

    def _siblings(self, node: Node) -> tuple[str, ...]:
        """Tasks of the same forest, whose known labels say something of the node's."""
        relations = [self.relations[stage] for stage in node.stages.values() if stage in self.relations]
        return tuple(task for relation in relations for task in relation.tasks if task != node.task)

    def is_moved(self, name: str) -> bool:
        """Whether known labels move a shared forest on which the prediction rests, itself or a parent."""
        node = self.nodes[name]
        return any(stage in self.relations for stage in node.stages.values()) or any(
            self.is_moved(parent) for parent in node.parents
        )

    def is_visible(self, name: str, rows: Rows) -> np.ndarray:
        """Of which rows a label is known that the prediction makes use of, (n_rows,) bool."""
        node, is_known = self.nodes[name], rows.knows(self.upstream(name))
        if node.expression and is_known.any():
            others = rows.without(node.task)
            used = [
                others.knows((self.nodes[each].task,)) | self.is_visible(each, others)
                for each in node.parents
            ]
            return is_known & np.any(used, axis=0)
        if name not in self.seen or not is_known.any():
            return is_known
        # A forest that takes all labels for one makes use of those that it was trained on.
        return is_known & self.seen[name].has(rows.codes)

    def leaves(self, name: str) -> tuple[str, ...]:
        """Nodes with a forest that an expression is on, directly or through others; else the node itself.

        Of a control its task's own node; of a blend the first member's, which has the largest weight.
        """
        node = self.nodes[name]
        if not node.expression:
            return (name.removesuffix(ALONE) if name.endswith(node.task + ALONE) else name,)
        parents = node.parents[:1] if self.is_blend(name) else node.parents
        return tuple(dict.fromkeys(leaf for parent in parents for leaf in self.leaves(parent)))

    def is_blend(self, name: str) -> bool:
        """Whether a node is an expression on what others say of its own task."""
        node = self.nodes[name]
        from_itself = [self.nodes[parent].task == node.task for parent in node.parents]
        return bool(node.expression) and all(from_itself)

    def is_told(self, name: str, rows: Rows) -> np.ndarray:
        """Of which rows the known labels alone tell an expression, (n_rows,) bool."""
        node = self.nodes[name]
        told = np.full(rows.n_rows, bool(node.expression))
        for parent in node.parents if node.expression else ():
            told &= rows.knows((self.nodes[parent].task,)) | self.is_told(parent, rows)
        return told

    def answer(self, name: str, rows: Rows) -> Outlook:
        """Say of a task what is asked, its own labels forgotten."""
        return self.look(name, rows.without(self.nodes[name].task))

    def look(self, name: str, rows: Rows) -> Outlook:
        """Say what one node says, each row in the regime that its known labels put it in."""
        node = self.nodes[name]
        if self.is_blend(name):
            return self._blended(node, rows)
        values, bag_values = self.inputs(node, rows)
        if node.expression:
            return _computed(node, values, bag_values)
        is_visible = self.is_visible(name, rows)
        masks = {HIDDEN: ~is_visible, VISIBLE: is_visible}
        used = {node.stage_for(regime): regime for regime, mask in masks.items() if mask.any()}
        if len(used) < 2:
            regime = next(iter(used.values()), HIDDEN)
            return self._say(node, regime, rows, values, bag_values)
        said = []
        for regime in used.values():
            at = np.flatnonzero(masks[regime])
            said.append((at, self._say(node, regime, rows.part(at), values[at], bag_values[:, at])))
        return _put_together(said, len(is_visible))

    def _blended(self, node: Node, rows: Rows) -> Outlook:
        """Put together what others say of the node's own task; of a category class by class."""
        said = {parent: self.look(parent, rows) for parent in node.parents}
        expression = read_expression(node.expression)
        center = expression.of({parent: each.center for parent, each in said.items()})
        return Outlook(center, expression.of({parent: each.bags for parent, each in said.items()}))

    def inputs(self, node: Node, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        """Further inputs of a node: (n_rows, n_more) for the center, and for bags per tree or once."""
        if not node.parents:
            values = np.broadcast_to(np.array(node.constants), (rows.n_rows, len(node.constants)))
            return values, values[None]
        for parent in node.parents:
            if parent not in rows.heard:
                rows.heard[parent] = self._given(parent, rows)
        given = [rows.heard[parent] for parent in node.parents]
        n_bags = max(len(bags) for _, bags in given)
        spread_out = [np.broadcast_to(bags, (n_bags, *bags.shape[1:])) for _, bags in given]
        return np.hstack([center for center, _ in given]), np.concatenate(spread_out, axis=2)

    def _given(self, name: str, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        """A parent's columns: known where its label is, predicted elsewhere."""
        known = rows.known_of(self.nodes[name].task)
        unknown = np.flatnonzero(np.isnan(known[:, 0]))
        if not len(unknown):
            return known, known[None]
        said = self.look(name, rows.part(unknown))
        n_classes = self.n_classes(name)
        center, bags = known.copy(), np.repeat(known[None], len(said.bags), axis=0)
        center[unknown] = as_columns(said.center, n_classes)
        bags[:, unknown] = as_columns(said.bags, n_classes)
        return center, bags

    def n_classes(self, name: str) -> int:
        """Classes of a node's task, 0 for one that is no category."""
        node = self.nodes[name]
        if node.expression:
            return self.n_classes(node.parents[0]) if self.is_blend(name) else 0
        return self.stages[node.stage_for(HIDDEN)].classes_of(node.view)

    def _say(
        self, node: Node, regime: str, rows: Rows, values: np.ndarray, bag_values: np.ndarray
    ) -> Outlook:
        name = node.stage_for(regime)
        stage = self.stages[name]
        has_more, from_parents = values.shape[1] > 0, bool(node.parents)
        # A model that is no forest has one bag, which sees what the parents say in the mean.
        by_bag = bag_values if isinstance(stage, Stage) else values[None]
        bags = rows.bags(stage, name, by_bag if has_more else None, node.view)
        at_center = rows.bags(stage, name, values[None], node.view) if from_parents else bags
        center = rows.mean(at_center, name)
        if node.adds:
            slope = node.slope_for(regime)
            center, bags = center + slope * values[:, 0], bags + slope * bag_values[:, :, 0]
        if name in self.relations and rows.knows(self._siblings(node)).any():
            return self._moved(node, name, rows, Outlook(center, bags))
        return Outlook(center, bags)

    def _moved(self, node: Node, name: str, rows: Rows, said: Outlook) -> Outlook:
        """Move what is said of a task by what the known labels of its forest's other tasks reveal."""
        relation, stage = self.relations[name], self.stages[name]
        errors = np.full((rows.n_rows, relation.first[-1]), np.nan)
        is_seen = np.zeros(errors.shape, dtype=bool)
        for view, task in enumerate(relation.tasks):
            at = np.flatnonzero(rows.knows((task,)))
            if task == node.task or not len(at):
                continue
            there = rows.some(at)
            center = as_columns(there.mean(there.bags(stage, name, None, view), name), stage.classes_of(view))
            own = relation.columns(task)
            honest, was_seen = there.honest(relation, task, center)
            errors[at, own] = there.known_of(task) - honest
            is_seen[at, own] = was_seen[:, None]
        shift = relation.move(node.task, errors, is_seen)
        n_classes = stage.classes_of(node.view)
        return Outlook(moved(said.center, shift, n_classes), moved(said.bags, shift, n_classes))


def _computed(node: Node, values: np.ndarray, bag_values: np.ndarray) -> Outlook:
    """What a node without a forest says: its expression on the parents' means, and on what each bag says."""
    arithmetic = read_expression(node.expression)
    center = arithmetic.of(dict(zip(node.parents, values.T, strict=True)))
    bags = arithmetic.of(dict(zip(node.parents, np.moveaxis(bag_values, 2, 0), strict=True)))
    is_defined = np.isfinite(center)
    if not is_defined.all():
        n_undefined = np.count_nonzero(~is_defined)
        warn(
            f"The expression {node.expression} of task {node.task} is not defined for {n_undefined} of "
            f"{len(center)} rows, of which nothing is said (NaN); guard it, as with maximum(..., 1e-6).",
            UndefinedExpression,
        )
    return Outlook(np.where(is_defined, center, np.nan), np.where(np.isfinite(bags), bags, np.nan))


def _put_together(said: list[tuple[np.ndarray, Outlook]], n_rows: int) -> Outlook:
    """Outlooks on some rows each, as one on all."""
    first = said[0][1]
    center = np.empty((n_rows, *first.center.shape[1:]))
    bags = np.empty((len(first.bags), n_rows, *first.bags.shape[2:]))
    for at, outlook in said:
        center[at], bags[:, at] = outlook.center, outlook.bags
    return Outlook(center, bags)
