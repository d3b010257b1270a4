"""Which of a row's other labels are known: combinations that error bars are learned for, and which serves.

Where only a poor source is known a prediction errs far more than where a good one is: one factor for all
rows of which something is known is too small for some and too large for others.  Of up to five tasks every
combination is learned.  Of more it is those that training rows have most often, each alone, pairs of up to
eight, all, all but one, and any half and any three quarters of them.  Each is learned from all training rows
that have these labels, as if they had no others.

    known of a row     dft    yes  yes  no
                       hse    yes  no   no
    key                       "visible 11"  "visible 10"  "hidden"
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from graftwood.coding.parts import owner
from graftwood.network.network import Network
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.network.rows import Rows

MOST_COMBINED = 5  # tasks of which every combination is learned
MOST_PAIRED = 8  # tasks of which every pair is
MOST_OFTEN = 8  # combinations that training rows have
LEAST_MATERIALS = 10  # a factor from fewer says less than that of rows of which less is known
N_ORDERS = 16  # in which any so many tasks are chosen
MOST_ROWS = 2000  # per combination: a coverage of 68 % is then known to 1 %
FEW_COMBINED = 3  # tasks whose combinations are few enough for so many rows
FEWER_ROWS = 500  # where there are more


@dataclass(frozen=True)
class Shown:
    """Rows as if only some of their labels were known.

    Attributes
    ----------
    key : str
        What calibrations of such rows are kept by.
    at : ndarray of shape (n,), int
        Which of the rows asked about.
    is_shown : ndarray of shape (n, n_tasks), bool

    Examples
    --------
    >>> Shown("visible 10", np.array([4]), np.array([[True, False]])).key
    'visible 10'
    """

    key: str
    at: np.ndarray
    is_shown: np.ndarray


def sources_of(network: Network, name: str) -> tuple[str, ...]:
    """Tasks that may be known and enter what a node says; a nonnegative one stands for its parts.

    Examples
    --------
    >>> import pandas as pd
    >>> from graftwood import LatentVariable
    >>> Y = pd.DataFrame({"dft": [1.0, 2.0] * 10, "gap": [1.5, 2.5] * 10})
    >>> model = LatentVariable("gap", "dft", n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 10, Y)
    >>> sources_of(model._network, "gap")
    ('dft',)
    """
    return tuple(dict.fromkeys(owner(task) for task in network.upstream(name)))


def known_of(rows: Rows, sources: tuple[str, ...]) -> np.ndarray:
    """Which sources are known of each row, (n_rows, n_sources) bool."""
    return np.stack([rows.knows((source,)) for source in sources], axis=1)


def combinations_of(is_known: np.ndarray, material: np.ndarray, seed: int) -> Iterator[Shown]:
    """Combinations of known tasks that enough materials have, each with its rows.

    Parameters
    ----------
    is_known : ndarray of shape (n_rows, n_tasks), bool
        Whether a row has a label of the task.
    material : ndarray of shape (n_rows,), int
    seed : int
        Decides which rows tell where there are more than MOST_ROWS, and which labels are any.

    Examples
    --------
    >>> is_known = np.repeat([[True, True], [True, False]], 20, axis=0)
    >>> [(shown.key, len(shown.at)) for shown in combinations_of(is_known, np.arange(40), seed=0)]
    [('visible 11', 20), ('visible 10', 40), ('visible 01', 20)]
    """
    n_tasks = is_known.shape[1]
    stream = np.random.default_rng([seed, 9])
    n_materials = int(material.max(initial=0)) + 1
    drawn = stream.random(n_materials)[material]
    for wanted in _told_apart(is_known, material):
        most = FEWER_ROWS if n_tasks > FEW_COMBINED and not wanted.all() else MOST_ROWS
        at = _some(np.flatnonzero(is_known[:, wanted].all(axis=1)), material, drawn, most)
        if len(np.unique(material[at])) >= LEAST_MATERIALS:
            yield Shown(_key(wanted), at, np.tile(wanted, (len(at), 1)))
    # In a few orders, as each combination is worked out on its own.
    order = stream.random((N_ORDERS, n_tasks))[stream.integers(N_ORDERS, size=n_materials)[material]]
    rank = np.argsort(np.argsort(np.where(is_known, order, np.inf), axis=1), axis=1)
    for n_known in _levels(n_tasks):
        at = _some(np.flatnonzero(is_known.sum(axis=1) >= n_known), material, drawn, FEWER_ROWS)
        if len(np.unique(material[at])) >= LEAST_MATERIALS:
            yield Shown(_any_key(n_known), at, (rank < n_known)[at])


def serving(is_known: np.ndarray, errors: Mapping[str, float]) -> np.ndarray:
    """Which calibrations serve rows: those of their combination, or of the part of it that errs least.

    Parameters
    ----------
    is_known : ndarray of shape (n_rows, n_tasks), bool
    errors : dict of str to float
        Of the calibrations that there are, by their keys, how large errors are; NaN where that is not known.
        A pooled forest, and a model of an early version, has "visible" for all combinations.

    Returns
    -------
    ndarray of shape (n_rows,), str
        "hidden" where nothing is known, or nothing of which errors could be learned.

    Examples
    --------
    >>> is_known = np.array([[True, True], [False, True], [False, False]])
    >>> serving(is_known, {"hidden": 0.5, "visible 10": 0.4})
    array(['visible 10', 'hidden', 'hidden'], dtype='<U10')
    """
    patterns, of = np.unique(is_known, axis=0, return_inverse=True)
    return np.array([_serving(pattern, errors) for pattern in patterns], dtype=str)[of.reshape(-1)]


def regime_of(key: str) -> str:
    """Whether anything is known, "hidden" or "visible", by the key of a combination.

    Examples
    --------
    >>> regime_of("visible 10"), regime_of("hidden")
    ('visible', 'hidden')
    """
    return key.partition(" ")[0]


def are_keys(keys: Collection[str], network: Network, name: str) -> bool:
    """Whether calibrations of a node can be kept by these keys, "hidden" among them.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> model = SingleTask(n_estimators=20, random_state=0).fit([[0.0], [1.0]] * 10, [2.0, 4.0] * 10)
    >>> are_keys(["hidden"], model._network, "0"), are_keys(["visible 1"], model._network, "0")
    (True, False)
    """
    n_tasks = len(sources_of(network, name))
    others = {HIDDEN, VISIBLE, *map(_any_key, _levels(n_tasks))}
    return HIDDEN in keys and all(key in others or _is_exact(key, n_tasks) for key in keys)


def _serving(pattern: np.ndarray, errors: Mapping[str, float]) -> str:
    n_known = int(pattern.sum())
    if not n_known:
        return HIDDEN
    if _key(pattern) in errors:
        return _key(pattern)
    for level in reversed(_levels(len(pattern))):
        if level <= n_known and _any_key(level) in errors:
            return _any_key(level)
    # Of less than half it matters which they are: a part of them errs more than all, and never less.
    parts = [key for key in errors if _is_exact(key, len(pattern)) and _is_part(key, pattern)]
    if parts:
        return min(parts, key=lambda key: np.nan_to_num(errors[key], nan=np.inf))
    return VISIBLE if VISIBLE in errors else HIDDEN


def _told_apart(is_known: np.ndarray, material: np.ndarray) -> list[np.ndarray]:
    """Combinations with a calibration of their own, (n_tasks,) bool each."""
    exact = _exact(is_known.shape[1])
    if is_known.shape[1] <= MOST_COMBINED:
        return exact
    patterns, of = np.unique(is_known, axis=0, return_inverse=True)
    n_materials = [len(np.unique(material[of.reshape(-1) == number])) for number in range(len(patterns))]
    order = np.argsort(np.negative(n_materials), kind="stable")
    often = [number for number in order if n_materials[number] >= LEAST_MATERIALS]
    found = {_key(wanted): wanted for wanted in (*exact, *patterns[often[:MOST_OFTEN]]) if wanted.any()}
    return list(found.values())


def _exact(n_tasks: int) -> list[np.ndarray]:
    """Combinations that are always told apart, larger ones first."""
    if n_tasks <= MOST_COMBINED:
        numbers = list(range(n_tasks, 0, -1))
    else:
        numbers = [n_tasks, n_tasks - 1, *([2] if n_tasks <= MOST_PAIRED else []), 1]
    chosen = (each for number in numbers for each in combinations(range(n_tasks), number))
    return [np.isin(np.arange(n_tasks), each) for each in chosen]


def _levels(n_tasks: int) -> list[int]:
    """Numbers of known tasks, more than half, for which it does not matter which they are."""
    if n_tasks <= MOST_COMBINED:
        return []
    return sorted({n_tasks // 2 + 1, 3 * n_tasks // 4} - {n_tasks - 1, n_tasks})


def _is_exact(key: str, n_tasks: int) -> bool:
    """Whether a key is of one combination of so many tasks."""
    regime, _, shown = key.partition(" ")
    return regime == VISIBLE and len(shown) == n_tasks and "1" in shown and set(shown) <= {"0", "1"}


def _is_part(key: str, pattern: np.ndarray) -> bool:
    return all(is_known or each == "0" for each, is_known in zip(key.partition(" ")[2], pattern, strict=True))


def _key(wanted: np.ndarray) -> str:
    return f"{VISIBLE} {''.join(str(int(each)) for each in wanted)}"


def _any_key(n_known: int) -> str:
    return f"{VISIBLE} any {n_known}"


def _some(at: np.ndarray, material: np.ndarray, drawn: np.ndarray, most: int) -> np.ndarray:
    """At most so many rows, drawn by material, so that neither the order of rows nor their number decides."""
    if len(at) <= most:
        return at
    return np.sort(at[np.lexsort((material[at], drawn[at]))[:most]])
