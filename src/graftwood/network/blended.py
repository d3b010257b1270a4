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
from dataclasses import replace
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
    blended = Trained(Network({}, {}), {})
    for number, member in enumerate(members, start=1):
        _add(blended, member, number)
    for part in (whether(task), how_much(task)) if task in data.nonnegative else (task,):
        parents = tuple(within(number, part) for number in range(1, len(members) + 1))
        mean = weighted_sum(parents, weights)
        blended.network.nodes[part] = Node(part, parents, False, {}, 0, (), expression=mean)
        if blended.network.upstream(part):
            blended.half_known[part] = _say_half_known(data, part, blended, members, weights)
    if task in data.nonnegative:
        add_computed(blended.network, mixture(task, data.options))
    return blended


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


def _say_half_known(
    data: TrainingData, task: str, blended: Trained, members: Sequence[Trained], weights: Sequence[float]
) -> Said:
    """What is said of the task's labelled rows of which another label is known and used by a member.

    The center is blended from what each member says of such rows in its own way.  The spread is that of
    the blended bags; where a member's own is another (a forest that is asked anew, see ``united.py``) its
    share of the variance is changed by as much, which is exact where the errors of bags are uncorrelated.
    """
    rows = data.labelled(task)
    seen = training_rows(data, rows, blended.saw, is_known=True)
    told = blended.network.is_visible(task, seen)
    center = np.zeros_like(members[0].hidden(data, task).center)
    excess, more_variance = np.zeros((2, len(rows)))
    for number, (member, weight) in enumerate(zip(members, weights, strict=True), start=1):
        hidden = member.hidden(data, task)
        own, own_excess = hidden.center.copy(), hidden.excess.copy()
        visible = hidden.some(np.zeros(len(rows), dtype=bool))
        if member.network.upstream(task):
            visible = member.visible(data, task, hidden)
            at = np.searchsorted(rows, visible.rows)
            own[at], own_excess[at] = visible.center, visible.excess
            is_asked = np.isin(rows, visible.rows)
            # Rows that the member was not asked about, as others tell enough of it.
            told &= is_asked | ~blended.network.is_visible(within(number, task), seen)
        center += weight * own
        excess += weight * own_excess
        if task in member.half_known and len(visible.rows):
            again = boil_down(
                data, visible.rows, member.network.answer(task, _rows(data, visible.rows, member))
            )
            more_variance[at] += weight**2 * (visible.sd**2 - again.sd**2)
    at = np.flatnonzero(told)
    said = boil_down(data, rows[at], blended.network.answer(task, _rows(data, rows[at], blended)))
    variance = said.sd**2
    sd = np.sqrt(np.maximum(variance + more_variance[at], 0.01 * variance))
    return replace(said, center=center[at], sd=sd, excess=excess[at])


def _rows(data: TrainingData, rows: np.ndarray, trained: Trained) -> Any:
    return training_rows(data, rows, trained.saw, is_known=True)
