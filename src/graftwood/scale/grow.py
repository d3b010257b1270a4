"""Grow a forest on a cluster: the same forest as here, tree for tree."""

from __future__ import annotations

import numpy as np

from graftwood.engine.arrays import Lanes
from graftwood.engine.forest import Plan, View, grow_block, join_blocks, tree_seeds
from graftwood.scale.connect import connect
from graftwood.scale.work import on_cluster

BLOCKS_PER_THREAD = 4  # so that a slow or lost worker holds up little


def grow_on_cluster(
    address: str,
    codes: np.ndarray,
    n_codes: np.ndarray,
    is_category: np.ndarray,
    lanes: Lanes,
    counts: np.ndarray,
    plan: Plan,
    *,
    seed: int,
) -> tuple[View, ...]:
    """Grow one tree per row of ``counts`` on the workers; return one view per task.

    Parameters
    ----------
    address : str
        Of a Dask scheduler.
    codes, n_codes, is_category, lanes, counts, plan, seed
        As in `graftwood.engine.forest.grow_forest`.  They are sent once to every worker.

    Raises
    ------
    UnreachableScheduler, WorkersLost, WrongVersion
        As `graftwood.scale.work.on_cluster`.
    """
    seeds = tree_seeds(seed, len(counts))
    n_threads = sum(connect(address).nthreads().values()) or 1
    bounds = np.linspace(0, len(counts), min(len(counts), BLOCKS_PER_THREAD * n_threads) + 1).astype(int)
    cuts = [(int(first), int(after)) for first, after in zip(bounds[:-1], bounds[1:], strict=True)]
    given = (codes, n_codes, is_category, lanes, counts, plan, seeds)
    grown = dict(on_cluster(address, _grow, cuts, shared=[given]))
    return join_blocks([grown.pop(number) for number in range(len(cuts))])


def _grow(given: tuple, cut: tuple[int, int]) -> list[list[tuple[np.ndarray, ...]]]:
    """Grow a block of trees, on a worker, in one thread: the worker runs a block in each of its threads."""
    codes, n_codes, is_category, lanes, counts, plan, seeds = given
    block = slice(*cut)
    return grow_block(codes, n_codes, is_category, lanes, counts[block], plan, seeds=seeds[block])
