"""Leak-free comparison of architectures: what each would have said of materials it never saw.

Strict by construction: in the ``hidden`` regime every label of a test material is
removed before anything is fitted, in ``visible`` its target label and those of
tasks that repeat it.  Inputs are coded once for all folds, from inputs alone.
How the held-out predictions become numbers is in ``study/score.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from graftwood.architectures.base import HIDDEN, VISIBLE
from graftwood.architectures.inputs import CodedRows, code_rows
from graftwood.architectures.labels import read_labels
from graftwood.architectures.shared import shared_forests
from graftwood.data.split import material_folds
from graftwood.errors import ShapeMismatch, UnknownTask, WrongOption
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.score import score

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison found.

    Attributes
    ----------
    table : DataFrame
        Columns architecture, regime, task, subset, metric, value, standard_error, n_test,
        gain_over_single, gain_standard_error.
    held_out : DataFrame
        One row per held-out row, architecture and regime: row, material, fold, architecture,
        regime, label, prediction, spread, low, high.
    candidates : tuple of Candidate
    target : str

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


def compare(
    X: Any,
    Y: pd.DataFrame,
    *,
    target: str,
    groups: Any = None,
    candidates: Sequence[Candidate] | None = None,
    regimes: Sequence[str] = (HIDDEN, VISIBLE),
    n_folds: int = 5,
    n_estimators: int = 100,
    units: Mapping[str, str] | None = None,
    same_as: Sequence[str] = (),
    subsets: Mapping[str, Any] | None = None,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare architectures on materials held out fold by fold.

    Parameters
    ----------
    X : array or DataFrame of shape (n_rows, n_inputs)
    Y : DataFrame of shape (n_rows, n_tasks)
        Labels, NaN = missing.
    target : str
        Task to predict; the other columns of Y are the sources.
    groups : array of shape (n_rows,), optional
        Material of each row, never split between training and test.
    candidates : sequence of Candidate, optional
        By default every architecture and the source-free controls.
    regimes : sequence of str, default ("hidden", "visible")
        What is known of a test material: nothing, or its other tasks' labels.
    n_folds : int, default 5
    n_estimators : int, default 100
        Trees per forest of the default candidates.
    units : mapping, optional
        Unit per task.
    same_as : sequence of str
        Tasks that repeat the target's measurement, hidden together with it.
    subsets : mapping of name to bool array of shape (n_rows,), optional
        Parts of the test rows to be scored on their own as well.
    random_state : int, default 0
    n_jobs : int, optional
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
    Y = _check_labels(Y, target, same_as)
    _check_options(regimes, candidates)
    sources = [str(task) for task in Y.columns if task != target and task not in same_as]
    if candidates is None:
        candidates = default_candidates(
            target, sources, units=dict(units or {}), n_estimators=n_estimators, random_state=random_state,
            n_jobs=n_jobs,
        )  # fmt: skip
    materials = _material_keys(groups, len(Y))
    masks = {name: _mask(mask, len(Y), name) for name, mask in (subsets or {}).items()}
    coded = code_rows(X, "compare")
    if coded.codes.shape[1] != len(Y):
        raise ShapeMismatch(f"compare: X has {coded.codes.shape[1]} rows and Y {len(Y)}; give one row each.")
    labelled = Y[target].notna().to_numpy()
    folds = material_folds(materials, labelled, n_folds=n_folds, random_state=random_state)
    split = _Split(coded, Y, target, tuple(same_as), materials, labelled, folds)
    held_out = _hold_out(split, candidates, regimes, n_folds, progress)
    return Comparison(score(held_out, target, masks), held_out, tuple(candidates), target)


def _check_labels(Y: Any, target: str, same_as: Sequence[str]) -> pd.DataFrame:
    """Return the labels as floats; refuse what is no label and tasks that are not there."""
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
    columns, labels = read_labels(Y, "compare")
    # Text names throughout, as the architectures have them.
    return pd.DataFrame(labels, columns=list(columns.canonical))[list(columns.names)]


def _check_options(regimes: Sequence[str], candidates: Sequence[Candidate] | None) -> None:
    known = (HIDDEN, VISIBLE)
    if isinstance(regimes, str) or not regimes or any(regime not in known for regime in regimes):
        raise WrongOption(f"compare: regimes must be a sequence of {known}, got {regimes!r}.")
    if candidates is not None and not candidates:
        raise WrongOption("compare: candidates is empty; give at least one, or None for all.")


def _material_keys(groups: Any, n_rows: int) -> np.ndarray:
    """Return materials as texts, so that folding and hiding cannot disagree on which rows are one."""
    if groups is None:
        return np.arange(n_rows).astype(str)
    keys = np.asarray(groups)
    if keys.shape != (n_rows,):
        raise ShapeMismatch(
            f"compare: groups has shape {keys.shape} for {n_rows} rows; give one key per row."
        )
    if pd.isna(keys).any():
        row = int(np.flatnonzero(pd.isna(keys))[0])
        raise WrongOption(f"compare: the material of row {row} is missing in groups; give every row a key.")
    return keys.astype(str)


def _mask(mask: Any, n_rows: int, name: str) -> np.ndarray:
    rows = np.asarray(mask)
    if rows.shape != (n_rows,) or rows.dtype != np.bool_:
        raise ShapeMismatch(
            f"compare: subset {name!r} must be one boolean per row, shape ({n_rows},); "
            f"got {rows.dtype} of shape {rows.shape}."
        )
    return rows


@dataclass(frozen=True, eq=False)
class _Split:
    """The rows of a comparison and their folds."""

    X: CodedRows
    Y: pd.DataFrame
    target: str
    same_as: tuple[str, ...]
    materials: np.ndarray
    labelled: np.ndarray
    folds: np.ndarray

    def training(self, fold: int, regime: str, uses_sources: bool) -> tuple[np.ndarray, pd.DataFrame]:
        """Rows to train on and their labels, everything that must be hidden removed."""
        is_test_material = np.isin(self.materials, self.materials[self.folds == fold])
        labels = self.Y.copy()
        hidden = list(labels.columns) if regime == HIDDEN else [self.target, *self.same_as]
        labels.loc[is_test_material, hidden] = np.nan
        if not uses_sources:
            labels = labels[[self.target]]
        keep = np.flatnonzero(labels.notna().any(axis=1).to_numpy())
        return keep, labels.iloc[keep]

    def test(self, fold: int) -> np.ndarray:
        """Rows to test on: those of the fold that have the target's label."""
        return np.flatnonzero((self.folds == fold) & self.labelled)

    def known(self, rows: np.ndarray, regime: str) -> pd.DataFrame | None:
        """What is known of test rows."""
        if regime == HIDDEN:
            return None
        return self.Y.iloc[rows].drop(columns=[self.target, *self.same_as])


def _hold_out(
    split: _Split,
    candidates: Sequence[Candidate],
    regimes: Sequence[str],
    n_folds: int,
    progress: Progress | None,
) -> pd.DataFrame:
    """Fit every candidate on every fold and collect what it says of the fold."""
    parts, done = [], 0
    # A model without sources trains and predicts alike in both regimes: it is fitted once.
    plan = [
        (fold, regime, candidate)
        for fold in range(n_folds)
        for regime in regimes
        for candidate in candidates
        if candidate.uses_sources or regime == regimes[0]
    ]
    with shared_forests():
        for fold, regime, candidate in plan:
            if progress is not None:
                progress(f"fold {fold + 1}, {regime}, {candidate.name}", done, len(plan))
            done += 1
            part = _predict_fold(split, fold, regime, candidate)
            for shown in [regime] if candidate.uses_sources else regimes:
                parts.append(part.assign(architecture=candidate.name, regime=shown))
    if progress is not None:
        progress("done", done, len(plan))
    return pd.concat(parts, ignore_index=True)


def _predict_fold(split: _Split, fold: int, regime: str, candidate: Candidate) -> pd.DataFrame:
    rows, labels = split.training(fold, regime, candidate.uses_sources)
    model = candidate.for_regime(regime)
    model.fit(split.X.rows(rows), labels, groups=split.materials[rows])
    test = split.test(fold)
    known = split.known(test, regime) if candidate.uses_sources else None
    said = model.predict_tasks(split.X.rows(test), known=known, tasks=[split.target])[split.target]
    return pd.DataFrame(
        {
            "row": test,
            "material": split.materials[test],
            "fold": fold,
            "label": split.Y[split.target].to_numpy(dtype=float)[test],
            "prediction": said["mean"],
            "spread": said["spread"],
            "low": said["low"],
            "high": said["high"],
        }
    )
