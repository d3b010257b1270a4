"""Grow trees of a forest on a cluster: the same as here, tree for tree."""

from __future__ import annotations

import numpy as np

from graftwood.engine.arrays import Lanes
from graftwood.engine.forest import Plan, grow_block
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
    seeds: np.ndarray,
) -> list[list[tuple[np.ndarray, ...]]]:
    """Grow one tree per row of ``counts`` on the workers; return one block of them.

    Parameters
    ----------
    address : str
        Of a Dask scheduler.
    codes, n_codes, is_category, lanes, counts, plan, seeds
        As in `graftwood.engine.forest.grow_block`.  They are sent once to every worker.

    Raises
    ------
    UnreachableScheduler, WorkersLost, WrongVersion
        As `graftwood.scale.work.on_cluster`.
    """
    n_threads = sum(connect(address).nthreads().values()) or 1
    bounds = np.linspace(0, len(counts), min(len(counts), BLOCKS_PER_THREAD * n_threads) + 1).astype(int)
    cuts = [(int(first), int(after)) for first, after in zip(bounds[:-1], bounds[1:], strict=True)]
    given = (codes, n_codes, is_category, lanes, counts, plan, seeds)
    grown = dict(on_cluster(address, _grow, cuts, shared=[given]))
    parts = [grown.pop(number) for number in range(len(cuts))]
    return [[tree for part in parts for tree in part[task]] for task in range(lanes.n_tasks)]


def _grow(given: tuple, cut: tuple[int, int]) -> list[list[tuple[np.ndarray, ...]]]:
    """Grow a block of trees, on a worker, in one thread: the worker runs a block in each of its threads."""
    codes, n_codes, is_category, lanes, counts, plan, seeds = given
    block = slice(*cut)
    return grow_block(codes, n_codes, is_category, lanes, counts[block], plan, seeds=seeds[block])
