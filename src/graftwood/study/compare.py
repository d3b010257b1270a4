"""Leak-free comparison of architectures: what each would have said of materials it never saw.

Strict by construction: in the ``hidden`` regime every label of a test material is
removed before anything is fitted, in ``visible`` its target label and those of
tasks that repeat it.  Inputs are coded once for all folds, from inputs alone.
How the held-out predictions become numbers is in ``study/score.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from graftwood.coding.inputs import code_rows
from graftwood.coding.order import check_order
from graftwood.coding.weights import check_weights
from graftwood.data.split import material_folds
from graftwood.errors import ShapeMismatch, UnknownTask, WrongOption
from graftwood.network.apart import warn_of_labels_apart
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.folds import check_count
from graftwood.study.hold_out import Progress, Split, hold_out
from graftwood.study.labels import Labels, tell_labels
from graftwood.study.records import TaskNode
from graftwood.study.score import score


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison found.

    Attributes
    ----------
    table : DataFrame
        Columns architecture, regime, task, subset, metric, value, standard_error, n_test,
        gain_over_single, gain_standard_error.
    held_out : DataFrame
        One row per held-out row, architecture and regime: row, material, fold, is_known (whether
        a label of another task is known in the visible regime), label, prediction, spread, low,
        high, loss (absolute error in the label's unit, the Brier score of a class), for a category
        ``probability_<class>`` per class, architecture, regime.
    candidates : tuple of Candidate
    target : str
    classes : tuple, default ()
        Classes of the target, sorted; none where it is no category.
    networks : dict of str to tuple of TaskNode
        What builds on what in each architecture.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> X = np.arange(40.0)[:, None]
    >>> Y = pd.DataFrame({"cheap": X[:, 0], "dear": np.where(np.arange(40) % 2, np.nan, X[:, 0] + 1)})
    >>> found = compare(X, Y, target="dear", n_estimators=10, random_state=0, n_folds=4)
    >>> lines = found.table.query("metric == 'mae' and regime == 'visible'")
    >>> errors = lines.set_index("architecture")["value"]
    >>> bool(errors["difference"] < errors["single"])
    True
    """

    table: pd.DataFrame
    held_out: pd.DataFrame
    candidates: tuple[Candidate, ...]
    target: str
    classes: tuple[Any, ...] = ()
    networks: dict[str, tuple[TaskNode, ...]] = field(default_factory=dict)


def compare(
    X: Any,
    Y: pd.DataFrame,
    *,
    target: str,
    groups: Any = None,
    sample_weight: Any = None,
    candidates: Sequence[Candidate] | None = None,
    regimes: Sequence[str] = (HIDDEN, VISIBLE),
    n_folds: int = 5,
    n_estimators: int = 100,
    kinds: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    same_as: Sequence[str] = (),
    subsets: Mapping[str, Any] | None = None,
    random_state: int = 0,
    n_jobs: int | None = None,
    client: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare architectures on materials held out fold by fold.

    Parameters
    ----------
    X : array or DataFrame of shape (n_rows, n_inputs)
    Y : DataFrame of shape (n_rows, n_tasks)
        Labels, NaN = missing; text, booleans and categoricals are classes.
    target : str
        Task to predict; the other columns of Y are the sources.
    groups : array of shape (n_rows,), optional
        Material of each row, never split between training and test.
    sample_weight : array of shape (n_rows,), optional
        Weights of the rows in every fit; errors of test rows all count alike.
    candidates : sequence of Candidate, optional
        By default every architecture and the source-free controls.
    regimes : sequence of str, default ("hidden", "visible")
        What is known of a test material: nothing, or its other tasks' labels.
    n_folds : int, default 5
    n_estimators : int, default 100
        Trees per forest of the default candidates.
    kinds : mapping, optional
        Task -> "real", "positive" (learned in its logarithm, judged in the label's unit), "nonnegative"
        (zeros are a class of their own) or "category"; else told from the dtype.
    units : mapping, optional
        Unit per task.
    same_as : sequence of str
        Tasks that repeat the target's measurement, hidden together with it.
    subsets : mapping of name to bool array of shape (n_rows,), optional
        Parts of the test rows to be scored on their own as well.
    random_state : int, default 0
    n_jobs : int, optional
    client : str, optional
        Address of a Dask scheduler, whose workers do the fits.
    progress : callable, optional
        Called with (what, number done, number in all) before every fit.

    Raises
    ------
    UnknownTask
        ``target`` or one of ``same_as`` is no column of Y.
    TooFewLabels
        Fewer labelled materials than folds, or a task without labels.
    ShapeMismatch
        X, Y, groups and subsets have different numbers of rows.
    NotFinite
        A label is infinite or no number, or an input is infinite.
    WrongOption
        An option is not allowed, or the material of a row is missing.
    """
    check_order("compare", X, Y=Y, groups=groups, sample_weight=sample_weight)
    labels = _check_labels(Y, target, same_as, kinds)
    _check_options(regimes, candidates)
    if candidates is None:
        sources = [task for task in labels.frame.columns if task not in (target, *same_as)]
        candidates = default_candidates(
            target, sources, kinds=labels.kinds, units=dict(units or {}), n_estimators=n_estimators,
            random_state=random_state, n_jobs=n_jobs,
        )  # fmt: skip
    masks = {name: _mask(mask, len(labels.frame), name) for name, mask in (subsets or {}).items()}
    weights = check_weights(sample_weight, len(labels.frame), "compare")
    split = divide(
        X, labels, target=target, groups=groups, same_as=same_as, n_folds=n_folds, random_state=random_state,
        sample_weight=weights,
    )  # fmt: skip
    tell_labels_apart(split, "compare")
    return compare_split(split, candidates, regimes, masks, progress, client)


def divide(
    X: Any,
    labels: Labels,
    *,
    target: str,
    groups: Any = None,
    same_as: Sequence[str] = (),
    n_folds: int = 5,
    random_state: int = 0,
    sample_weight: np.ndarray | None = None,
    who: str = "compare",
) -> Split:
    """Code the inputs and divide the materials into folds.

    Parameters
    ----------
    X, labels, target, groups, same_as, n_folds, random_state
        As for `compare`.
    sample_weight : ndarray of shape (n_rows,), optional
        Weights of the rows in every fit; losses are not weighted.
    who : str, default "compare"
        Class or function for messages.

    Raises
    ------
    TooFewLabels, ShapeMismatch, NotFinite, WrongOption
        As for `compare`.
    """
    materials = material_keys(groups, len(labels.frame), who)
    coded = code_rows(X, who)
    if coded.codes.shape[1] != len(labels.frame):
        raise ShapeMismatch(
            f"{who}: X has {coded.codes.shape[1]} rows and Y {len(labels.frame)}; give one row each."
        )
    labelled = labels.frame[target].notna().to_numpy()
    check_count(materials[labelled], "materials", target, n_folds, who)
    folds = material_folds(materials, labelled, n_folds=n_folds, random_state=random_state)
    return Split(coded, labels, target, tuple(same_as), materials, folds, sample_weight)


def tell_labels_apart(split: Split, who: str) -> None:
    """Warn once where the target and a source share materials but hardly any row.

    Parameters
    ----------
    split : Split
    who : str
        Class or function for messages.
    """
    frame = split.labels.frame.drop(columns=list(split.same_as))
    has_label = {task: frame[task].notna().to_numpy() for task in frame.columns}
    pairs = [(split.target, task) for task in frame.columns if task != split.target]
    warn_of_labels_apart(has_label, split.materials, pairs, who)


def compare_split(
    split: Split,
    candidates: Sequence[Candidate],
    regimes: Sequence[str] = (HIDDEN, VISIBLE),
    subsets: Mapping[str, np.ndarray] | None = None,
    progress: Progress | None = None,
    client: str | None = None,
) -> Comparison:
    """Compare architectures on rows that are divided already; see `compare`."""
    networks: dict[str, tuple[TaskNode, ...]] = {}
    finished = None
    if client is not None:
        from graftwood.study.on_cluster import finish_on_cluster

        finished = finish_on_cluster(client, [split], candidates, regimes, progress=progress)
    held_out = hold_out(split, candidates, regimes, progress, finished, networks)
    classes = split.labels.classes.get(split.target, ())
    table = score(held_out, split.target, subsets or {}, classes, split.labels.kinds[split.target])
    return Comparison(table, held_out, tuple(candidates), split.target, classes, networks)


def _check_labels(Y: Any, target: str, same_as: Sequence[str], kinds: Mapping[str, str] | None) -> Labels:
    """Return the labels; refuse what is no label and tasks that are not there."""
    if not isinstance(Y, pd.DataFrame):
        raise WrongOption(
            f"compare: Y must be a DataFrame with one named column per task, got {type(Y).__name__}."
        )
    if isinstance(same_as, str):
        raise WrongOption(f"compare: same_as must be a sequence of names, got the text {same_as!r}.")
    for task in (target, *same_as):
        if task not in Y.columns:
            raise UnknownTask(
                f"compare: there is no task {task!r}; the tasks are {', '.join(map(str, Y.columns))}."
            )
    return tell_labels(Y, "compare", kinds)


def _check_options(regimes: Sequence[str], candidates: Sequence[Candidate] | None) -> None:
    known = (HIDDEN, VISIBLE)
    if isinstance(regimes, str) or not regimes or any(regime not in known for regime in regimes):
        raise WrongOption(f"compare: regimes must be a sequence of {known}, got {regimes!r}.")
    if candidates is not None and not candidates:
        raise WrongOption("compare: candidates is empty; give at least one, or None for all.")


def material_keys(groups: Any, n_rows: int, who: str) -> np.ndarray:
    """Return materials as texts, so that folding and hiding cannot disagree on which rows are one."""
    if groups is None:
        return np.arange(n_rows).astype(str)
    keys = np.asarray(groups)
    if keys.shape != (n_rows,):
        raise ShapeMismatch(f"{who}: groups has shape {keys.shape} for {n_rows} rows; give one key per row.")
    # As objects, for NumPy makes a missing key among texts the text 'nan'.
    is_missing = pd.isna(np.asarray(groups, dtype=object))
    if is_missing.any():
        row = int(np.flatnonzero(is_missing)[0])
        raise WrongOption(f"{who}: the material of row {row} is missing in groups; give every row a key.")
    return keys.astype(str)


def _mask(mask: Any, n_rows: int, name: str) -> np.ndarray:
    rows = np.asarray(mask)
    if rows.shape != (n_rows,) or rows.dtype != np.bool_:
        raise ShapeMismatch(
            f"compare: subset {name!r} must be one boolean per row, shape ({n_rows},); "
            f"got {rows.dtype} of shape {rows.shape}."
        )
    return rows
