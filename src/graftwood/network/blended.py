"""Networks of several architectures as one, whose last node is the weighted mean of what they say of a task.

    member 1: dft -> member 1: gap  ─┐
                     member 2: gap  ─┴->  gap = 0.75 * `member 1: gap` + 0.25 * `member 2: gap`

Each member is trained on its own and keeps its forests, relations and rows seen; only the names of its
nodes and stages are put behind its number.  Bag b of all has left out the same materials, so bags
are blended bag by bag, and errors that members share do not cancel in the error bar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graftwood.coding.parts import how_much, whether
from graftwood.network.expression_text import quote, read_expression
from graftwood.network.network import Network, Node
from graftwood.network.out_of_bag import Said, Trained, boil_down
from graftwood.network.rows import training_rows
from graftwood.network.train import add_computed, mixture
from graftwood.network.training import TrainingData

_MEMBER = re.compile(r"member [1-9][0-9]{0,5}: ")


def within(number: int, name: str) -> str:
    """Name that a node or stage of a member has in the blend.

    Examples
    --------
    >>> within(2, "gap")
    'member 2: gap'
    """
    return f"member {number}: {name}"


def without_member(name: str) -> str:
    """Name that a node of a blend has in its member, or the name itself.

    Examples
    --------
    >>> without_member("member 2: gap"), without_member("gap")
    ('gap', 'gap')
    """
    return _MEMBER.sub("", name, count=1) if _MEMBER.match(name) else name


def weighted_sum(parents: Sequence[str], weights: Sequence[float]) -> str:
    """Write the expression of a blend.

    Examples
    --------
    >>> weighted_sum(["member 1: gap", "member 2: gap"], [0.75, 0.25])
    '0.75 * `member 1: gap` + 0.25 * `member 2: gap`'
    """
    return " + ".join(
        f"{weight!r} * {quote(parent)}" for weight, parent in zip(weights, parents, strict=True)
    )


def blend_trained(
    data: TrainingData, task: str, members: Sequence[Trained], weights: Sequence[float]
) -> Trained:
    """Put trained networks together and add the node that blends what they say of a task.

    Parameters
    ----------
    data : TrainingData
        What all members were trained on.
    task : str
        A positive one is blended in its logarithm, as trees have it; of a category the shares of votes are,
        and of a nonnegative one both parts.
    members : sequence of Trained
        The one with the largest weight first: rows are located by its leaves.
    weights : sequence of float
        Above 0, of sum 1.
    """
    blended = Blended(Network({}, {}), {}, members=tuple(members), weights=tuple(weights))
    for number, member in enumerate(members, start=1):
        _add(blended, member, number)
    for part in (whether(task), how_much(task)) if task in data.nonnegative else (task,):
        parents = tuple(within(number, part) for number in range(1, len(members) + 1))
        mean = weighted_sum(parents, weights)
        blended.network.nodes[part] = Node(part, parents, False, {}, 0, (), expression=mean)
    if task in data.nonnegative:
        add_computed(blended.network, mixture(task, data.options))
    return blended


@dataclass(frozen=True)
class Blended(Trained):
    """A blend, and what its members know of their training.

    Attributes
    ----------
    members : tuple of Trained
    weights : tuple of float
    kept : dict of (int, str) to Said
        Member's place and task -> what it says of all rows with its label, nothing else known.

    Examples
    --------
    >>> Blended(Network({}, {}), {}, members=(), weights=()).members
    ()
    """

    members: tuple[Trained, ...] = ()
    weights: tuple[float, ...] = ()
    kept: dict[tuple[int, str], Said] = field(default_factory=dict)

    def visible(self, data: TrainingData, task: str, hidden: Said, known: np.ndarray | None = None) -> Said:
        """What is said of the rows of which another label is known and used by a member.

        The center is blended from what each member says of such rows in its own way.  The spread is that of
        the blended bags; where a member's own is another (a forest that is asked anew, see ``united.py``) its
        share of the variance is changed by as much, which is exact where the errors of bags are uncorrelated.
        """
        if not self.network.is_blend(task):
            return super().visible(data, task, hidden, known)
        rows = hidden.rows
        known = data.labels[rows] if known is None else known
        seen = training_rows(data, rows, self.saw, is_known=True).told(known)
        told = self.network.is_visible(task, seen)
        center = np.zeros_like(hidden.center)
        excess, own_excess, more_variance = np.zeros((3, len(rows)))
        for number, (member, weight) in enumerate(zip(self.members, self.weights, strict=True)):
            uses = self.network.is_visible(within(number + 1, task), seen)
            own, visible = self._said_by(data, number, task, rows, known, uses)
            at = np.searchsorted(rows, visible.rows)
            own.center[at], own.excess[at], own.sd[at] = visible.center, visible.excess, visible.sd
            # Without rows that the member was not asked about, as others tell enough of it.
            told &= np.isin(rows, visible.rows) | ~uses
            center += weight * own.center
            excess += weight * own.excess
            own_excess += weight**2 * own.sd**2 * own.excess
            if task in member.half_known and len(at):
                again = training_rows(data, visible.rows, member.saw, is_known=True).told(known[at])
                bags = boil_down(data, visible.rows, member.network.answer(task, again))
                more_variance[at] += weight**2 * (visible.sd**2 - bags.sd**2)
        at = np.flatnonzero(told)
        said = boil_down(data, rows[at], self.network.answer(task, seen.some(at)))
        variance = said.sd**2
        sd = np.sqrt(np.maximum(variance + more_variance[at], 0.01 * variance))
        told_excess = excess[at]
        if self.network.is_moved(task) and len(self.members) > 1:
            # Members that are not moved scatter on their own, and the others with what is moved away.
            told_excess = own_excess[at] / np.where(sd > 0, sd, 1.0) ** 2
        return replace(said, center=center[at], sd=sd, excess=told_excess)

    def _said_by(
        self,
        data: TrainingData,
        number: int,
        task: str,
        rows: np.ndarray,
        known: np.ndarray,
        uses: np.ndarray,
    ) -> tuple[Said, Said]:
        """What a member says of rows, nothing known; and of those whose known labels it uses."""
        member = self.members[number]
        if (number, task) not in self.kept:
            self.kept[number, task] = member.hidden(data, task)
        every = self.kept[number, task]
        own = every.some(np.searchsorted(every.rows, rows))
        if not uses.any():
            return own, own.some(uses)
        visible = member.visible(data, task, own.some(uses), known[uses])
        return own, visible.some(np.isin(visible.rows, rows[uses]))


def _add(blended: Trained, member: Trained, number: int) -> None:
    """Add all that is known of a member, its names put behind its number."""

    def named(found: Mapping[str, Any]) -> dict[str, Any]:
        return {within(number, name): each for name, each in found.items()}

    network, own = blended.network, member.network
    network.stages.update(named(own.stages))
    network.relations.update(named(own.relations))
    network.seen.update(named(own.seen))
    network.nodes.update(named({name: _renamed(node, number) for name, node in own.nodes.items()}))
    for found, add in (
        (blended.saw, member.saw), (blended.said, member.said), (blended.errors, member.errors),
        (blended.half_known, member.half_known), (blended.leaves, member.leaves),
    ):  # fmt: skip
        found.update(named(add))


def _renamed(node: Node, number: int) -> Node:
    expression = node.expression
    if expression:
        new = {name: quote(within(number, name)) for name in node.parents}
        expression = read_expression(expression).renamed(new)
    return replace(
        node,
        parents=tuple(within(number, parent) for parent in node.parents),
        stages={regime: within(number, stage) for regime, stage in node.stages.items()},
        expression=expression,
    )
