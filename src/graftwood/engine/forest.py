"""Many trees on threads: grow them, keep one packed view per task, walk rows down.

The same forest for any number of threads: every tree has a seed of its own, and
its nodes draw from that seed and their place in the tree alone.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from graftwood.engine import view, walk
from graftwood.engine.arrays import Lanes
from graftwood.engine.kernel import engine_array
from graftwood.engine.tree import Grown, Inputs, Room, general_road, grow_one, make_room


@dataclass(frozen=True)
class Plan:
    """How trees are grown.

    Attributes
    ----------
    max_features : int
        Inputs drawn per split; more only where none of them allows a cut.
    min_samples_leaf : int, default 1
        Rows on each side of a split, and rows labelled for the task in a view.
    max_depth : int, default 2**30
    random_cuts : bool, default False
        One random cut per drawn input instead of the best one (extra-trees).
    n_always : int, default 0
        So many of the last inputs are looked at in every split, beside those that are drawn.

    Examples
    --------
    >>> Plan(max_features=4).min_samples_leaf
    1
    """

    max_features: int
    min_samples_leaf: int = 1
    max_depth: int = 2**30
    random_cuts: bool = False
    n_always: int = 0


@dataclass(frozen=True)
class View:
    """All trees as one task sees them.

    Attributes
    ----------
    words : ndarray of int64
        Packed nodes of all trees (see ``view.py``).
    starts : ndarray of shape (n_trees + 1,), int64
        Where each tree's words begin.
    sets : ndarray of shape (n_sets, 256), uint8
        Codes that go left at splits of categorical inputs.
    leaves : ndarray of shape (n_leaves, n_lanes of the task), float64
        Mean of the lane in each leaf, in the lane's standardised unit.
    importance : ndarray of shape (n_inputs,), float64
        What the splits by each input lower the task's impurity by: each tree's as shares of 1, their mean.

    Examples
    --------
    >>> from graftwood.engine.arrays import to_lanes
    >>> codes, counts = np.arange(4, dtype=np.uint8)[None], np.ones((1, 4), dtype=np.uint8)
    >>> lanes = to_lanes([np.array([1.0, 1.0, 3.0, 3.0])], [0], np.ones(1), counts)
    >>> (view,) = grow_forest(codes, np.array([4]), np.array([False]), lanes, counts, Plan(1), seed=0)
    >>> view.leaves[leaf_numbers(view, codes.T)[0], 0]
    array([1., 1., 3., 3.])
    """

    words: np.ndarray
    starts: np.ndarray
    sets: np.ndarray
    leaves: np.ndarray
    importance: np.ndarray

    @property
    def n_trees(self) -> int:
        """Number of trees."""
        return len(self.starts) - 1


def grow_forest(
    codes: np.ndarray,
    n_codes: np.ndarray,
    is_category: np.ndarray,
    lanes: Lanes,
    counts: np.ndarray,
    plan: Plan,
    *,
    seed: int,
    n_jobs: int = 1,
) -> tuple[View, ...]:
    """Grow one tree per row of ``counts``; return one view per task.

    Parameters
    ----------
    codes : ndarray of shape (n_inputs, n_rows), uint8
    n_codes : ndarray of shape (n_inputs,), int32
    is_category : ndarray of shape (n_inputs,), bool or uint8
    lanes : Lanes
        Labels of all tasks.
    counts : ndarray of shape (n_trees, n_rows), uint8
    plan : Plan
    seed : int
    n_jobs : int, default 1
        Threads.
    """
    seeds = tree_seeds(seed, len(counts))
    return join_blocks(
        [grow_block(codes, n_codes, is_category, lanes, counts, plan, seeds=seeds, n_jobs=n_jobs)]
    )


def tree_seeds(seed: int, n_trees: int) -> np.ndarray:
    """Seed of each tree of a forest: (n_trees,) uint32."""
    return np.random.SeedSequence(seed).generate_state(n_trees, np.uint32)


def grow_block(
    codes: np.ndarray,
    n_codes: np.ndarray,
    is_category: np.ndarray,
    lanes: Lanes,
    counts: np.ndarray,
    plan: Plan,
    *,
    seeds: np.ndarray,
    n_jobs: int = 1,
) -> list[list[tuple[np.ndarray, ...]]]:
    """Grow some trees of a forest, wherever that is; return per task its view of each tree, not yet joined.

    Parameters
    ----------
    codes, n_codes, is_category, lanes, plan, n_jobs
        As in `grow_forest`.
    counts : ndarray of shape (n_trees of the block, n_rows), uint8
    seeds : ndarray of shape (n_trees of the block,), uint32
        These trees' part of `tree_seeds`.
    """
    inputs = Inputs.of(codes, n_codes, is_category)
    road = general_road(inputs, plan)

    rooms: list[Room] = []  # one per thread, as a list gives each of its items to one thread only

    def views_of_tree(tree: int) -> list[tuple[np.ndarray, ...]]:
        try:
            room = rooms.pop()
        except IndexError:
            room = make_room(inputs, lanes)
        grown = grow_one(inputs, lanes, counts[tree], plan, int(seeds[tree]), road, room)
        views = [
            _view_of(grown, lanes, task, plan.min_samples_leaf, len(codes)) for task in range(lanes.n_tasks)
        ]
        rooms.append(room)
        return views

    trees = on_threads(views_of_tree, range(len(counts)), n_jobs)
    return [[tree[task] for tree in trees] for task in range(lanes.n_tasks)]


def join_blocks(blocks: list[list[list[tuple[np.ndarray, ...]]]]) -> tuple[View, ...]:
    """Put blocks of trees behind each other: one view per task, the same for any cut into blocks."""
    by_task = [[tree for trees in parts for tree in trees] for parts in zip(*blocks, strict=True)]
    # The joined list alone holds the trees, so that _join frees each when it is copied.
    blocks.clear()
    return tuple(_join(trees) for trees in by_task)


def _view_of(grown: Grown, lanes: Lanes, task: int, min_leaf: int, n_inputs: int) -> tuple[np.ndarray, ...]:
    """One tree as one task sees it: words, sets, leaf means, importance of inputs."""
    words, leaf_node, importance = view.view_of(grown, lanes, task, min_leaf, n_inputs)
    first, after = lanes.first_lane[task], lanes.first_lane[task + 1]
    columns = grown.sums[leaf_node]
    mean = lanes.values(columns)[:, first:after] / lanes.weights(columns)[:, first:after]
    return words, grown.sets, mean * lanes.unit[first:after], importance


def _join(trees: list[Any]) -> View:
    """Put trees behind each other, leaf and set numbers moved on; the list is emptied on the way.

    A large forest is what takes most memory, so it is never there twice.
    """
    sizes, n_sets, n_leaves = ([len(tree[part]) for tree in trees] for part in range(3))
    starts, sets_at, leaves_at = (np.cumsum([0, *n], dtype=np.int64) for n in (sizes, n_sets, n_leaves))
    words = np.empty(starts[-1], dtype=np.int64)
    sets = np.empty((sets_at[-1], 256), dtype=np.uint8)
    leaves = np.empty((leaves_at[-1], trees[0][2].shape[1]))
    importance = np.zeros(len(trees[0][3]))
    for tree in range(len(trees)):
        own_words, own_sets, own_leaves, own_importance = trees[tree]
        moved = words[starts[tree] : starts[tree + 1]]
        moved[:] = np.where(own_words < 0, own_words - leaves_at[tree], own_words)
        if len(own_sets):
            # The word after a categorical split is its set number, itself never negative.
            moved[np.flatnonzero(_is_category_split(own_words)) + 1] += sets_at[tree]
        sets[sets_at[tree] : sets_at[tree + 1]] = own_sets
        leaves[leaves_at[tree] : leaves_at[tree + 1]] = own_leaves
        importance += own_importance
        trees[tree] = None
    return View(words, starts, sets, leaves, importance / len(starts[1:]))


def _is_category_split(words: np.ndarray) -> np.ndarray:
    """Tell the categorical splits from the set numbers that follow them."""
    is_split = (words >= 0) & ((words & 512) != 0)
    for at in np.flatnonzero(is_split):
        if at > 0 and is_split[at - 1]:
            is_split[at] = False
    return is_split


def leaf_numbers(
    forest: View, rows: np.ndarray, more: np.ndarray | None = None, n_jobs: int = 1
) -> np.ndarray:
    """Leaf of every tree and row: (n_trees, n_rows) int32, numbers into ``forest.leaves``.

    Parameters
    ----------
    forest : View
    rows : ndarray of shape (n_rows, n_inputs), uint8
    more : ndarray of shape (1 or n_trees, n_rows, n_more), uint8, optional
        Codes of the inputs that come after those of ``rows``; one set per tree in a chain.
    n_jobs : int, default 1
    """
    rows = engine_array(rows, np.uint8)
    more = np.empty((0, len(rows), 0), dtype=np.uint8) if more is None else more
    n_inputs, n_codes = rows.shape[1], rows.shape[1] + more.shape[2]
    leaves = np.empty((forest.n_trees, len(rows)), dtype=np.int32)

    def walk_chunk(chunk: slice) -> None:
        part = np.empty((forest.n_trees, len(rows[chunk])), dtype=np.int32)
        codes = np.empty((part.shape[1], n_codes), dtype=np.uint8)
        codes[:, :n_inputs] = rows[chunk]
        further = engine_array(more[:, chunk], np.uint8)
        walk.find_leaves(forest.words, forest.starts, forest.sets, codes, further, part)
        leaves[:, chunk] = part

    on_threads(walk_chunk, list(chunks(len(rows), 2048)), n_jobs)
    return leaves


def chunks(n: int, size: int) -> Iterator[slice]:
    """Slices of at most ``size`` that cover ``range(n)``."""
    return (slice(first, min(first + size, n)) for first in range(0, n, size))


def on_threads(work: Callable[[Any], Any], items: Any, n_jobs: int) -> list[Any]:
    """Do the work on each item and return the results in order; the first error is raised."""
    if n_jobs == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(n_jobs) as pool:
        return list(pool.map(work, items))
