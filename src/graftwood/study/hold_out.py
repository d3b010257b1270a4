"""Hold materials out fold by fold: what is hidden, what is fitted, what is said of the fold.

Everything that decides whether a comparison is honest is in `Split`: which labels
a regime removes before a model is fitted, and what is known of a test row.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from graftwood.coding.coded import CodedRows
from graftwood.coding.kinds import NONNEGATIVE
from graftwood.errors import UnreliableSpread
from graftwood.metrics import brier_by_row, crps_of_quantiles
from graftwood.network.apart import labels_apart_are_told
from graftwood.network.error_bars import error_bars_are_wanted, error_bars_of
from graftwood.network.outlook import HIDDEN
from graftwood.network.shared import shared_forests
from graftwood.study.candidates import Candidate
from graftwood.study.labels import Labels, learned_only, teachable
from graftwood.study.outline import outline
from graftwood.study.records import TaskNode

CRPS_LEVELS = (np.arange(100) + 0.5) / 100  # of the quantiles that a score of a mixture is taken from

Progress = Callable[[str, int, int], None]


# Held-out predictions of a fit, and what built on what in it.
Fit = tuple[pd.DataFrame, tuple[TaskNode, ...]]


class Finished(Protocol):
    """Keeps held-out predictions of fits that are done, so that a comparison can go on after a stop."""

    def of_trial(self, trial: int) -> Finished:
        """Return what keeps those of one division into folds."""

    def load(self, fold: int, regime: str, candidate: str) -> Fit | None:
        """Return what was kept, None if nothing was."""

    def save(
        self, fold: int, regime: str, candidate: str, part: pd.DataFrame, network: tuple[TaskNode, ...]
    ) -> None:
        """Keep what a fit said of its fold, and what built on what in it."""


@dataclass(frozen=True, eq=False)
class Split:
    """The rows of a comparison and their folds.

    Attributes
    ----------
    X : CodedRows
    labels : Labels
    target : str
    same_as : tuple of str
        Tasks that are hidden together with the target.
    materials : ndarray of shape (n_rows,), str
    folds : ndarray of shape (n_rows,), int
        -1 for materials without a label of the target.
    weights : ndarray of shape (n_rows,), optional
    label_std : DataFrame of shape (n_rows, n_tasks), optional
        As `graftwood.data.learnable_std` gives it.

    Examples
    --------
    >>> from graftwood.coding.inputs import code_rows
    >>> from graftwood.study.labels import tell_labels
    >>> labels = tell_labels(pd.DataFrame({"gap": [1.0, 2.0], "dft": [0.5, 0.6]}), "Example")
    >>> X, keys = code_rows([[1.0], [2.0]], "Example"), np.array(["Si", "Ge"])
    >>> split = Split(X, labels, "gap", (), keys, np.array([0, 1]))
    >>> split.training(0, "visible", uses_sources=True)[1]["gap"].tolist()
    [nan, 2.0]
    """

    X: CodedRows
    labels: Labels
    target: str
    same_as: tuple[str, ...]
    materials: np.ndarray
    folds: np.ndarray
    weights: np.ndarray | None = None
    label_std: pd.DataFrame | None = None

    def training(self, fold: int, regime: str, uses_sources: bool) -> tuple[np.ndarray, pd.DataFrame]:
        """Rows to train on and their labels, everything that must be hidden removed."""
        is_test_material = np.isin(self.materials, self.materials[self.folds == fold])
        hidden = list(self.labels.frame.columns) if regime == HIDDEN else [self.target, *self.same_as]
        labels = self.labels.without(is_test_material, hidden).frame
        if not uses_sources:
            labels = labels[[self.target]]
        labels = teachable(labels, self.labels.classes)
        keep = np.flatnonzero(labels.notna().any(axis=1).to_numpy())
        return keep, labels.iloc[keep]

    def errors(self, rows: np.ndarray, labels: pd.DataFrame) -> pd.DataFrame | None:
        """Standard deviations of the labels that are trained on; None where none are told."""
        if self.label_std is None:
            return None
        std = self.label_std[list(labels.columns)].iloc[rows]
        return std.set_axis(labels.index).where(labels.notna())

    def test(self, fold: int) -> np.ndarray:
        """Rows to test on: those of the fold that have the target's label."""
        return np.flatnonzero((self.folds == fold) & self.labels.frame[self.target].notna().to_numpy())

    def known(self, rows: np.ndarray) -> pd.DataFrame:
        """What is known of test rows in the visible regime."""
        hidden = (self.target, *self.same_as)
        return self.labels.frame[[task for task in self.labels.frame if task not in hidden]].iloc[rows]


def hold_out(
    split: Split,
    candidates: Sequence[Candidate],
    regimes: Sequence[str],
    progress: Progress | None = None,
    finished: Finished | None = None,
    networks: dict[str, tuple[TaskNode, ...]] | None = None,
) -> pd.DataFrame:
    """Fit every candidate on every fold and collect what it says of the fold.

    Parameters
    ----------
    split : Split
    candidates : sequence of Candidate
    regimes : sequence of str
    progress : callable, optional
    finished : Finished, optional
        Keeps fits that are done, so that a stopped run goes on from them.
    networks : dict, optional
        Receives what builds on what in each candidate.

    Returns
    -------
    DataFrame
        As ``Comparison.held_out``.

    Raises
    ------
    TooFewLabels
        A fold leaves a task too few labels.
    """
    plan, parts = fits_of(split, candidates, regimes), []
    with shared_forests():
        for done, (fold, regime, candidate) in enumerate(plan):
            if progress is not None:
                progress(f"fold {fold + 1}, {regime}, {candidate.name}", done, len(plan))
            place = (fold, regime, candidate.name)
            kept = finished.load(*place) if finished is not None else None
            if kept is None:
                kept = predict_fold(split, fold, regime, candidate)
                if finished is not None:
                    finished.save(*place, *kept)
            part, network = kept
            if networks is not None:
                networks[candidate.name] = network
            for shown in [regime] if candidate.uses_sources else regimes:
                parts.append(part.assign(architecture=candidate.name, regime=shown))
    if progress is not None:
        progress("done", len(plan), len(plan))
    return pd.concat(parts, ignore_index=True)


def probability_columns(classes: Sequence[Any]) -> list[str]:
    """Name the columns of the classes' probabilities among held-out predictions."""
    return [f"probability_{known}" for known in classes]


def fits_of(
    split: Split, candidates: Sequence[Candidate], regimes: Sequence[str]
) -> list[tuple[int, str, Candidate]]:
    """Fold, regime and candidate of every fit that a comparison needs.

    A model without sources trains and predicts alike in both regimes: it is fitted once.
    """
    return [
        (int(fold), regime, candidate)
        for fold in np.unique(split.folds[split.folds >= 0])
        for regime in regimes
        for candidate in candidates
        if candidate.uses_sources or regime == regimes[0]
    ]


def predict_fold(split: Split, fold: int, regime: str, candidate: Candidate) -> Fit:
    """Fit a candidate without the labels of a fold, and say what it makes of the fold."""
    rows, labels = split.training(fold, regime, candidate.uses_sources)
    is_all_known = candidate.is_told(regime) and _is_all_known(split, fold, labels)
    model = candidate.for_regime(regime, is_all_known=is_all_known)
    # Told from all labels: hiding may change a column's dtype.
    model.set_params(kinds={task: split.labels.kinds[task] for task in labels.columns})
    weights = None if split.weights is None else split.weights[rows]
    with labels_apart_are_told(), error_bars_of(split.target, when_told=candidate.is_told(regime)):
        model.fit(
            split.X.rows(rows), labels, groups=split.materials[rows], sample_weight=weights,
            label_std=split.errors(rows, labels),
        )  # fmt: skip
    return _said_of_fold(split, fold, regime, candidate, model, labels), outline(model)


def _is_all_known(split: Split, fold: int, labels: pd.DataFrame) -> bool:
    """Whether a comparison that asks for nothing but predictions can do without hidden second stages."""
    if error_bars_are_wanted():
        return False
    shown = learned_only(split.known(split.test(fold)), labels, split.labels.classes)
    return bool(shown.notna().all(axis=None))


def _said_of_fold(
    split: Split, fold: int, regime: str, candidate: Candidate, model: Any, labels: pd.DataFrame
) -> pd.DataFrame:
    test = split.test(fold)
    known, shown = split.known(test), None
    if candidate.is_told(regime):
        shown = learned_only(known, labels, split.labels.classes)
    if split.labels.kinds[split.target] == NONNEGATIVE:
        answer = model._look(split.X.rows(test), shown, (split.target,))[split.target]
        return _with_zeros(_held_out(split, fold, test, known, _told(answer)), answer)
    if not error_bars_are_wanted() and split.target not in split.labels.classes:
        part = _held_out(split, fold, test, known, {"mean": model.predict(split.X.rows(test), known=shown)})
        return part.assign(loss=(part["label"] - part["prediction"]).abs())
    with warnings.catch_warnings():
        # How true intervals from few materials are is what a comparison measures.
        warnings.simplefilter("ignore", UnreliableSpread)
        said = model.predict_tasks(split.X.rows(test), known=shown, tasks=[split.target])[split.target]
    part = _held_out(split, fold, test, known, said)
    if split.target not in split.labels.classes:
        return part.assign(loss=(part["label"] - part["prediction"]).abs())
    return with_odds(part, said["probability"], model.classes_, split.labels.classes[split.target])


def _held_out(
    split: Split, fold: int, test: np.ndarray, known: pd.DataFrame, said: dict[str, np.ndarray]
) -> pd.DataFrame:
    """What is said of test rows beside their labels."""
    return pd.DataFrame(
        {
            "row": test,
            "material": split.materials[test],
            "fold": fold,
            "is_known": known.notna().any(axis=1).to_numpy(),
            "label": split.labels.frame[split.target].to_numpy()[test],
            "prediction": said["mean"],
            **{name: said.get(name, np.nan) for name in ("spread", "low", "high")},
        }
    )


def _told(answer: Any) -> dict[str, np.ndarray]:
    low, high = answer.interval(0.9)
    return {"mean": answer.mean(), "spread": answer.spread(), "low": low, "high": high}


def _with_zeros(part: pd.DataFrame, answer: Any) -> pd.DataFrame:
    """Add what only a mixture of zero and a value has: its zero, its distribution at the label, its score."""
    labels = part["label"].to_numpy()
    at_most = answer.at_most(labels)
    quantiles = np.array([answer.quantile(level) for level in CRPS_LEVELS])
    return part.assign(
        loss=(part["label"] - part["prediction"]).abs(),
        p_zero=answer.zero_probability(),
        below=np.where(labels > 0, at_most, 0.0),
        at_most=at_most,
        crps=crps_of_quantiles(part["label"], quantiles, CRPS_LEVELS),
    )


def with_odds(part: pd.DataFrame, odds: np.ndarray, taught: np.ndarray, classes: Any) -> pd.DataFrame:
    """Add a column per class of the whole table, zero for one that this fold could not teach.

    Parameters
    ----------
    part : DataFrame
        Held-out rows of a category, without their loss.
    odds : ndarray of shape (n_rows, n_taught)
    taught : ndarray of shape (n_taught,)
        Classes that the model knows.
    classes : sequence
        All classes.

    Returns
    -------
    DataFrame
        With the Brier score of each row as its loss.
    """
    taught_at = {known: i for i, known in enumerate(taught.tolist())}
    for name, known in zip(probability_columns(classes), classes, strict=True):
        part[name] = odds[:, taught_at[known]] if known in taught_at else 0.0
    loss = brier_by_row(part["label"], part[probability_columns(classes)].to_numpy(), classes)
    # Plain objects, so that folds with other classes stack into one column.
    return part.assign(loss=loss, prediction=part["prediction"].astype(object))
