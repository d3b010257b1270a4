"""How many inputs a split chooses from: a third of them, or all where that serves better.

Drawing a third makes trees differ.  Where a table has few inputs, or few rows and a few inputs that tell
most, as the facet of a surface does, most splits are then made blindly.  So forests on small tables are grown
both ways, and out-of-bag errors decide (decision 030).  A known label is one input beside hundreds of
descriptors: second stages of large tables, and of classes that follow it, look at it in every split
(decision 032).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from graftwood.network.outlook import honest_mean
from graftwood.network.training import ForestOptions

AUTO = "auto"
FEW_INPUTS = 12  # a third are so few that splits may be made nearly blindly, however many rows there are
FEW_CELLS = 2**16  # of a table in which growing twice costs little


def plans_of(
    options: ForestOptions,
    n_inputs: int,
    n_rows: int,
    only_categories: bool = False,
    has_given_slope: bool = False,
    n_always: int = 0,
) -> tuple[Any, ...]:
    """Turn options into the engine's plan for a table of this size, or into two to choose from.

    Parameters
    ----------
    options : ForestOptions
    n_inputs, n_rows : int
    only_categories : bool, default False
    has_given_slope : bool, default False
        Half of the inputs are tried instead of all: a correction that always sees its source learns it anew
        where it is wrong, sign and scale, instead of showing that it is.  Where the slope is learned
        there is nothing to be shown.
    n_always : int, default 0
        So many of the last inputs may be looked at in every split, beside those that are drawn: tried for
        categories, done in tables so large that all inputs are not tried.

    Returns
    -------
    tuple of graftwood.engine.forest.Plan
        The usual one first.

    Examples
    --------
    >>> [plan.max_features for plan in plans_of(ForestOptions(), n_inputs=12, n_rows=50)]
    [4, 12]
    >>> [plan.max_features for plan in plans_of(ForestOptions(), n_inputs=132, n_rows=5000)]
    [44]
    >>> [plan.n_always for plan in plans_of(ForestOptions(), n_inputs=133, n_rows=5000, n_always=1)]
    [1]
    """
    usual = _plan(options, n_inputs, _number(options.max_features, n_inputs, only_categories))
    if options.max_features != AUTO:
        return (usual,)
    looking = replace(usual, max_features=min(usual.max_features, n_inputs - n_always), n_always=n_always)
    if only_categories:
        other = looking
    elif may_try_both(n_inputs, n_rows):
        other = _plan(options, n_inputs, n_inputs // 2 if has_given_slope else n_inputs)
    else:
        return (looking,)
    is_more = other.n_always + other.max_features > usual.max_features
    return (usual, other) if is_more and options.bootstrap else (usual,)


def may_try_both(n_inputs: int, n_rows: int) -> bool:
    """Whether forests on a table of this size are grown by two plans, where options leave it open.

    Examples
    --------
    >>> may_try_both(12, 100_000), may_try_both(132, 400), may_try_both(132, 500)
    (True, True, False)
    """
    return n_inputs <= FEW_INPUTS or n_inputs * n_rows <= FEW_CELLS


def n_trees_to_try(n_inputs: int, n_rows: int, n_trees: int) -> int:
    """How many trees of either plan tell which is better: all where that costs little.

    Examples
    --------
    >>> n_trees_to_try(12, 50, 100), n_trees_to_try(12, 100_000, 100)
    (100, 20)
    """
    return min(n_trees, 100 if n_inputs * n_rows <= FEW_CELLS else 20)


def _number(wanted: float | int | str | None, n_inputs: int, only_categories: bool) -> int:
    if wanted == AUTO:
        wanted = "sqrt" if only_categories else 1 / 3
    if wanted is None:
        return n_inputs
    if wanted == "sqrt":
        return int(np.sqrt(n_inputs))
    return int(wanted * n_inputs) if isinstance(wanted, float) else int(wanted)


def _plan(options: ForestOptions, n_inputs: int, max_features: int) -> Any:
    from graftwood.engine.forest import Plan

    return Plan(
        max_features=min(n_inputs, max(1, max_features)),
        min_samples_leaf=options.min_samples_leaf,
        max_depth=2**30 if options.max_depth is None else options.max_depth,
        random_cuts=options.random_cuts,
    )


def errs_less(usual: np.ndarray, other: np.ndarray, material: np.ndarray) -> bool:
    """Whether errors are smaller by more than their standard error over materials, and no task's larger.

    Parameters
    ----------
    usual, other : ndarray of shape (n_rows, n_tasks), NaN = unknown
    material : ndarray of shape (n_rows,), int

    Examples
    --------
    >>> usual, materials = np.array([[1.0], [2.0], [1.0], [2.0]]), np.arange(4)
    >>> errs_less(usual, np.array([[0.5], [1.0], [0.5], [2.0]]), materials)
    True
    >>> errs_less(usual, np.array([[0.0], [3.0], [0.5], [2.0]]), materials)
    False
    """
    gain = np.nan_to_num(usual - other)
    of_material = np.bincount(material, gain.sum(axis=1))[np.unique(material)]
    if (gain.sum(axis=0) < 0).any() or len(of_material) < 2:
        return False
    error = of_material.std(ddof=1) / np.sqrt(len(of_material))
    # One material that differs alone lies at just one standard error, which rounding must not decide.
    return bool(of_material.mean() > error * (1 + 1e-9))


def out_of_bag_errors(
    views: tuple,
    codes: np.ndarray,
    labels: np.ndarray,
    n_classes: tuple[int, ...],
    is_out: np.ndarray,
    weights: np.ndarray,
    n_jobs: int = 1,
) -> np.ndarray:
    """What trees that never saw a row err by: |error|, of a category 1 where most votes are wrong.

    Parameters
    ----------
    views : tuple of graftwood.engine.forest.View
        One per task.
    codes : ndarray of shape (n_inputs, n_rows), uint8
    labels : ndarray of shape (n_rows, n_tasks), NaN = missing
        As trees see them.
    n_classes : tuple of int
        Per task, 0 for one that is no category.
    is_out : ndarray of shape (n_trees, n_rows), bool
    weights : ndarray of shape (n_rows, n_tasks)
        What an error counts.
    n_jobs : int, default 1

    Returns
    -------
    ndarray of shape (n_rows, n_tasks), NaN without a label and where no tree was out of bag
    """
    from graftwood.engine.forest import leaf_numbers

    rows, errors = np.ascontiguousarray(codes.T), np.full(labels.shape, np.nan)
    for task, view in enumerate(views):
        at = np.flatnonzero(~np.isnan(labels[:, task]) & is_out.any(axis=0))
        said = view.leaves[leaf_numbers(view, rows[at], None, n_jobs)]
        center = honest_mean(said, is_out[:, at])
        if n_classes[task]:
            # Not a score of the votes as they are: how bold they are is mended by calibration.
            winner = np.argmax(center, axis=1) if n_classes[task] > 2 else center[:, 0] > 0.5
            errors[at, task] = winner != labels[at, task]
        else:
            errors[at, task] = np.abs(labels[at, task] - center[:, 0])
    return errors * weights
