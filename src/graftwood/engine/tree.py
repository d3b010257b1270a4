"""One tree: its bag's rows are laid out, and the kernel grows it in arrays made here.

Kernels allocate nothing: numba would compile every kind of allocation, and a first fit would wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graftwood.engine import grow
from graftwood.engine.arithmetic import MISSING
from graftwood.engine.arrays import Lanes
from graftwood.engine.general import try_input, try_nothing
from graftwood.engine.kernel import engine_array

if TYPE_CHECKING:
    from graftwood.engine.forest import Plan

FEATURE, CUT, MISSING_LEFT, LEFT, RIGHT, SET_NUMBER = range(6)  # columns of Grown.nodes


@dataclass(frozen=True)
class Inputs:
    """What all trees of a forest are grown on.

    Attributes
    ----------
    codes : ndarray of shape (n_inputs, n_rows), uint8
    n_codes : ndarray of shape (n_inputs,), int32
    is_category : ndarray of shape (n_inputs,), uint8

    Examples
    --------
    >>> Inputs.of(np.zeros((2, 5)), [1, 1], [False, False]).codes.dtype
    dtype('uint8')
    """

    codes: np.ndarray
    n_codes: np.ndarray
    is_category: np.ndarray

    @classmethod
    def of(cls, codes: object, n_codes: object, is_category: object) -> Inputs:
        """Bring the arrays into the form that kernels read."""
        return cls(
            engine_array(codes, np.uint8),
            engine_array(n_codes, np.int32),
            engine_array(is_category, np.uint8),
        )


@dataclass(frozen=True)
class Grown:
    """A grown tree, as all tasks share it.

    Attributes
    ----------
    nodes : ndarray of shape (n_nodes, 6), int32
        Input (-1 in a leaf), cut, whether missing values go left, left and right child, number of
        the set of codes (-1 where the input is no category).
    sums : ndarray of shape (n_nodes, n_columns), int64
        Sums of the lanes' columns.
    n_labelled : ndarray of shape (n_nodes, n_lanes), int32
    is_open : ndarray of shape (n_nodes, n_lanes), uint8
    sets : ndarray of shape (n_sets, 256), uint8
        Codes that go left.

    Examples
    --------
    >>> from graftwood.engine.arrays import to_lanes
    >>> from graftwood.engine.forest import Plan
    >>> counts = np.ones((1, 4), dtype=np.uint8)
    >>> lanes = to_lanes([np.array([1.0, 1.0, 3.0, 3.0])], [0], np.ones(1), counts)
    >>> inputs = Inputs.of([[0, 1, 2, 3]], [4], [False])
    >>> grown = grow_one(inputs, lanes, counts[0], Plan(1), seed=0, road=general_road(inputs, Plan(1)))
    >>> grown.nodes[:, [FEATURE, CUT]].tolist()
    [[0, 1], [-1, 0], [-1, 0]]
    """

    nodes: np.ndarray
    sums: np.ndarray
    n_labelled: np.ndarray
    is_open: np.ndarray
    sets: np.ndarray


def general_road(inputs: Inputs, plan: Plan) -> Any:
    """Address of the kernel for inputs that the fast search leaves alone; it is compiled if one is needed.

    Parameters
    ----------
    inputs : Inputs
    plan : Plan
    """
    is_needed = (
        plan.min_samples_leaf > 1
        or plan.random_cuts
        or bool(inputs.is_category.any())
        or bool((inputs.codes == MISSING).any())
    )
    return (try_input if is_needed else try_nothing).address


def grow_one(
    inputs: Inputs,
    lanes: Lanes,
    counts: np.ndarray,
    plan: Plan,
    seed: int,
    road: Any,
    room: Room | None = None,
) -> Grown:
    """Grow one tree on the rows that are in its bag and have a label.

    Parameters
    ----------
    inputs : Inputs
    lanes : Lanes
    counts : ndarray of shape (n_rows,), uint8
        Bag counts.
    plan : Plan
    seed : int
    road : address
        What `general_road` gives.
    room : Room, optional
        To grow it in; the tree's arrays, but for ``sets``, then last until the room is used again.
    """
    rows = np.flatnonzero((counts > 0) & lanes.has_label).astype(np.uint32)
    columns = np.ascontiguousarray((lanes.columns[rows] * counts[rows, None].astype(np.int64)).T)
    room = room or make_room(inputs, lanes)
    room.clear()
    n_nodes, n_sets = grow.grow_tree(
        (inputs.codes, inputs.n_codes, inputs.is_category, rows, columns),
        (lanes.weight_column, lanes.shift, lanes.mask, lanes.factor),
        (plan.n_always, plan.n_always + plan.max_features, plan.min_samples_leaf, plan.random_cuts),
        plan.max_depth, seed, room.grown, room.of_nodes, room.of_open_lanes, room.of_search,
        room.of_general_road, road,
    )  # fmt: skip
    nodes, sums, n_labelled, is_open = (part[:n_nodes] for part in room.grown[:4])
    return Grown(nodes, sums, n_labelled, is_open, room.grown[4][:n_sets].copy())


@dataclass(frozen=True)
class Room:
    """Arrays that a tree is grown in, as long as the table; making them anew took a third of a small tree.

    In the order in which ``grow.py`` unpacks them.

    Attributes
    ----------
    grown : tuple of ndarray
        Nodes, sums, n_labelled, is_open and sets, see `Grown`.
    of_nodes, of_open_lanes, of_search, of_general_road : tuple of ndarray
        What the kernel leaves empty where it needs it so, but for which inputs are constant.

    Examples
    --------
    >>> from graftwood.engine.arrays import to_lanes
    >>> lanes = to_lanes([np.array([1.0, 2.0, 3.0])], [0], np.ones(1), np.ones((1, 3), dtype=np.uint8))
    >>> make_room(Inputs.of([[0, 1, 2]], [3], [False]), lanes).grown[0].shape  # three leaves, two splits
    (5, 6)
    """

    grown: tuple[np.ndarray, ...]
    of_nodes: tuple[np.ndarray, ...]
    of_open_lanes: tuple[np.ndarray, ...]
    of_search: tuple[np.ndarray, ...]
    of_general_road: tuple[np.ndarray, ...]

    def clear(self) -> None:
        """Forget which inputs were constant where the last tree ended."""
        self.of_nodes[3].fill(0)


def make_room(inputs: Inputs, lanes: Lanes) -> Room:
    """Make room for any tree on these inputs and labels.

    Parameters
    ----------
    inputs : Inputs
    lanes : Lanes
    """
    n_inputs, n_rows = inputs.codes.shape
    n_columns, n_lanes = lanes.columns.shape[1], len(lanes.weight_column)
    n_max, n_tiles, n_groups = max(1, 2 * n_rows - 1), (n_columns + 2) // 3, 257
    grown = (
        np.empty((n_max, 6), np.int32), np.empty((n_max, n_columns), np.int64),
        np.empty((n_max, n_lanes), np.int32), np.empty((n_max, n_lanes), np.uint8),
        np.empty((n_rows if inputs.is_category.any() else 1, 256), np.uint8),
    )  # fmt: skip
    of_nodes = (
        np.empty(n_rows, np.uint32), np.empty((n_columns, n_rows), np.int64), np.empty((72, 6), np.int64),
        np.zeros(n_inputs, np.uint8), np.empty((72, n_inputs), np.uint8),
        np.zeros(256, np.uint8), np.zeros(256, np.uint8),
    )  # fmt: skip
    of_open_lanes = (*(np.empty(n_lanes, np.int64) for _ in range(4)), np.empty(n_lanes))
    of_search = (
        np.empty(n_inputs, np.int64), np.empty(grow.SMALL, np.int64), np.zeros(256, np.uint8),
        np.zeros((256, 2), np.int64), np.zeros((n_tiles, 256, 3), np.int64),
        np.empty((n_tiles, n_rows, 3), np.int64), np.empty((3 * n_tiles, n_groups), np.int64),
        np.empty((n_tiles, 3), np.int64), np.empty(n_groups, np.int64), np.empty(n_groups, np.int64),
        np.empty(n_groups),
    )  # fmt: skip
    of_general_road = (
        np.zeros(256, np.int64), np.zeros((n_columns, 256), np.int64), np.empty(n_columns, np.int64),
        np.empty(n_groups, np.int64), np.empty((n_columns, n_groups), np.int64),
    )  # fmt: skip
    return Room(grown, of_nodes, of_open_lanes, of_search, of_general_road)
