"""A forest on several tasks' labels as if they were one task's, and what it says of rows it half knows.

Where a row's label of another task was trained on, the forest has seen a label of that very
material and leans on it; out-of-bag errors, for which all of a material is left out, are not those
of such a row.  So the labels of the task are hidden of a tenth of the materials that have both,
the forest is grown again, and what it says of them is compared with what was hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graftwood.coding.parts import owner
from graftwood.network.any_base import train_any
from graftwood.network.error_bars import error_bars_are_wanted, told_rows_are_wanted
from graftwood.network.measurement import weights_of
from graftwood.network.network import Node
from graftwood.network.out_of_bag import Said, Trained
from graftwood.network.outlook import HIDDEN, Outlook, mean_over_bags, spread_over_bags
from graftwood.network.rows import Rows
from graftwood.network.seen_rows import seen_rows
from graftwood.network.shared import shared_forests
from graftwood.network.training import ForestOptions, TrainingData

N_PARTS = 10  # of the materials with both labels; one after the other is asked
ENOUGH = 200  # materials, by which a coverage of 68 % is known to 3 %


@dataclass(frozen=True)
class United:
    """A forest on the union of several tasks' labels, which answers for one of them.

    Attributes
    ----------
    task : str
    tasks : tuple of str
        What is united, of one kind.
    asks_for_source : bool
        Whether the task that a label belongs to is an input.
    role : str
    options : ForestOptions

    Examples
    --------
    >>> United("gap", ("dft", "gap"), True, "pooled", ForestOptions()).others
    ('dft',)
    """

    task: str
    tasks: tuple[str, ...]
    asks_for_source: bool
    role: str
    options: ForestOptions

    @property
    def others(self) -> tuple[str, ...]:
        """All united tasks but the one that is answered for."""
        return tuple(task for task in self.tasks if task != self.task)


def train_united(data: TrainingData, step: United, trained: Trained) -> None:
    """Grow the forest of a step and learn what it says of rows whose other labels it has seen.

    Parameters
    ----------
    data : TrainingData
        With the step's options.
    step : United
    trained : Trained
        Receives the forest and its node.
    """
    network = trained.network
    table = data.labels[:, [data.tasks.index(task) for task in step.tasks]]
    network.stages[step.role], trained.saw[step.role] = _grow(data, step, table)
    constants = (float(step.tasks.index(step.task)),) if step.asks_for_source else ()
    network.nodes[step.task] = Node(step.task, (), False, {HIDDEN: step.role}, 0, constants)
    own = step.tasks.index(step.task)
    has_other = ~np.isnan(np.delete(table, own, axis=1)).all(axis=1)
    if has_other.any() and data.options.bootstrap:
        codes = np.ascontiguousarray(data.codes[:, has_other].T)
        network.seen[step.task] = seen_rows(step.others, codes)
        both = np.flatnonzero(has_other & ~np.isnan(table[:, own]))
        is_number = owner(step.task) == step.task
        if not told_rows_are_wanted() or (is_number and not error_bars_are_wanted(step.task)):
            both = both[:0]
        trained.half_known[step.task] = _ask_half_known(data, step, table, both)


def _grow(data: TrainingData, step: United, table: np.ndarray) -> tuple[Any, Any]:
    """Grow a forest on all labels of a table (n_rows, n_tasks) alike."""
    rows, task = np.nonzero(~np.isnan(table))
    more = task[:, None].astype(np.float64) if step.asks_for_source else None
    of_labels = weights_of(data, np.arange(len(table)), step.tasks)
    return train_any(
        data, step.role, rows, table[rows, task][:, None], more, more_is_category=True,
        tasks=(step.task,),
        weights=None if of_labels is None else of_labels[rows, task],
    )  # fmt: skip


def _ask_half_known(data: TrainingData, step: United, table: np.ndarray, both: np.ndarray) -> Said:
    """Say of rows with both labels what is said when only the other one is known, part by part."""
    material = data.material[both]
    materials = np.unique(material)
    part = np.random.default_rng([data.seed, 7]).permutation(len(materials)) % N_PARTS
    asked, outlooks = [both[:0]], []
    for number in range(N_PARTS if len(materials) >= N_PARTS else 0):
        hidden = materials[part == number]
        without = table.copy()
        without[np.isin(data.material, hidden), step.tasks.index(step.task)] = np.nan
        with shared_forests():  # it is used once, and no other fit needs it
            stage, _ = _grow(data, step, without)
        asked.append(both[np.isin(material, hidden)])
        outlooks.append(_ask(data, step, stage, asked[-1]))
        if np.count_nonzero(part <= number) >= ENOUGH:
            break
    return _said(np.concatenate(asked), outlooks)


def _ask(data: TrainingData, step: United, stage: Any, at: np.ndarray) -> Outlook:
    """Ask all trees of a forest about training rows, as about new ones."""
    codes = np.ascontiguousarray(data.codes[:, at].T)
    values = None if data.values is None else data.values[at]
    rows = Rows(codes, data.labels[at], data.tasks, data.n_classes, data.n_jobs, values=values)
    own = float(step.tasks.index(step.task))
    bags = rows.bags(stage, step.role, np.full((1, len(at), 1), own) if step.asks_for_source else None, 0)
    return Outlook(mean_over_bags(bags), bags)


def _said(rows: np.ndarray, outlooks: list[Outlook]) -> Said:
    if not outlooks:
        return Said(rows, *np.zeros((3, 0)))
    center = np.concatenate([outlook.center for outlook in outlooks])
    sd = [
        np.full(len(outlook.center), np.nan) if center.ndim > 1 else spread_over_bags(outlook.bags)
        for outlook in outlooks
    ]
    return Said(rows, center, np.concatenate(sd), np.zeros(len(rows)))
