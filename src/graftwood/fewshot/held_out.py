"""Rows held out of every task: what ranks are chosen and iterations stopped by."""

from __future__ import annotations

import numpy as np

from graftwood.fewshot.rows import Rows


def hold_out(rows: Rows, fraction: float, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Split the rows of every task at random.

    A task keeps at least one row and, where it has two or more, gives at least one.

    Parameters
    ----------
    rows : Rows
    fraction : float
        Share of each task's rows that is held out, rounded up.
    rng : Generator

    Returns
    -------
    kept, held : Rows
        Both of all tasks; a task with one row has none in `held`.

    Examples
    --------
    >>> rows = Rows(np.ones((6, 1)), np.arange(6.0), np.array([0, 0, 0, 0, 0, 1]), 2)
    >>> kept, held = hold_out(rows, 0.2, np.random.default_rng(0))
    >>> kept.counts, held.counts
    (array([4, 1]), array([1, 0]))
    """
    counts = rows.counts
    n_held = np.minimum(np.ceil(fraction * counts).astype(np.int64), counts - 1)
    shuffled = np.lexsort((rng.random(len(rows.y)), rows.task))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    is_held = np.empty(len(rows.y), dtype=bool)
    is_held[shuffled] = np.arange(len(rows.y)) - first[rows.task] < n_held[rows.task]
    return rows.pick(~is_held), rows.pick(is_held)
