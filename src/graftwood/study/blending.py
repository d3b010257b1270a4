"""Which blend of candidates errs least on materials that none of them saw.

Greedy ensemble selection: starting from nothing, the candidate is added, and may be added again, with
which the mean of those added so far errs least.  After four steps the counts are the weights, so that a
blend has few members and cannot fit the noise of a few dozen materials.  One with sources has to
err less than the best without by more than half a standard error: sources are not used on no grounds.
What blending gains over choosing one is measured in docs/decisions/025.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from graftwood.architectures.blend import Blend
from graftwood.study.candidates import Candidate
from graftwood.study.compare import Comparison
from graftwood.study.hold_out import probability_columns
from graftwood.study.verdict import is_as_good

STEPS = 4  # weights are quarters
GROUNDS = 0.5  # standard errors that sources have to gain


def choose_blend(
    comparison: Comparison, regime: str, only_known: bool, names: Collection[str]
) -> dict[str, float]:
    """Find the weights of the blend that errs least; sources take part where they gain half a standard error.

    Parameters
    ----------
    comparison : Comparison
    regime : str
    only_known : bool
        By rows of which a label of another task is known.
    names : collection of str
        Candidates that may be blended, at least one.

    Returns
    -------
    dict of candidate name to weight, of sum 1, the largest first

    References
    ----------
    Caruana, Niculescu-Mizil, Crew and Ksikes, Ensemble selection from libraries of models, ICML 2004.

    Examples
    --------
    >>> from graftwood.study.compare import compare
    >>> X = np.arange(60.0)[:, None]
    >>> Y = pd.DataFrame({"cheap": X[:, 0], "dear": np.where(np.arange(60) % 2, np.nan, X[:, 0] + 1)})
    >>> found = compare(X, Y, target="dear", n_estimators=10, random_state=0, n_folds=4)
    >>> choose_blend(found, "visible", True, ["single", "difference"])
    {'difference': 1.0}
    """
    held = _held_out(comparison, regime, only_known)
    free = {candidate.name for candidate in comparison.candidates if not candidate.uses_sources}
    allowed = [name for name in held.said if name in names]
    without = [name for name in allowed if name in free]
    blends = [_weights(held, some) for some in (allowed, without) if some]
    if len(blends) == 2 and not set(blends[0]) <= free:
        best, plain = (_losses(held, weights) for weights in blends)
        if is_as_good(plain, best, plain.index.get_level_values("fold").to_numpy(), GROUNDS):
            return blends[1]
    return blends[0]


def pick_greedily(
    names: Sequence[str], error_of: Callable[[list[str]], float], n_picks: int
) -> tuple[list[str], list[float]]:
    """Pick names one after the other, each time the one with which all that are picked err least.

    Parameters
    ----------
    names : sequence of str
        A name may be picked several times, which is its weight; of two that err alike the first is.
    error_of : callable
        Picks -> error of what they say together.
    n_picks : int

    Returns
    -------
    picks : list of str
    errors : list of float
        After each pick.

    Examples
    --------
    >>> values = {"low": -1.0, "high": 2.0}
    >>> pick_greedily(list(values), lambda picks: abs(sum(values[name] for name in picks)), 3)
    (['low', 'high', 'low'], [1.0, 1.0, 0.0])
    """
    picks: list[str] = []
    errors: list[float] = []
    for _ in range(n_picks):
        tried = {name: error_of([*picks, name]) for name in names}
        best = min(tried, key=lambda name: tried[name])
        picks.append(best)
        errors.append(tried[best])
    return picks, errors


@dataclass(frozen=True)
class _HeldOut:
    """What candidates say of held-out rows: a number, or a probability per class.

    Attributes
    ----------
    said : dict of str to ndarray of shape (n_rows, 1) or (n_rows, n_classes)
        The plainest candidate first.
    truth : ndarray of the same shape
        The labels; of a class 1 for the one that it is.
    index : Index
        Material, fold and row.
    is_class : bool
    """

    said: dict[str, np.ndarray]
    truth: np.ndarray
    index: pd.Index
    is_class: bool

    def losses(self, said: np.ndarray) -> np.ndarray:
        """Absolute error or Brier score of every row, as a comparison has them."""
        errors = said - self.truth
        return (errors**2 if self.is_class else np.abs(errors)).sum(axis=1)


def _held_out(comparison: Comparison, regime: str, only_known: bool) -> _HeldOut:
    """Lay side by side what all candidates of a regime say of the same rows."""
    part = comparison.held_out[comparison.held_out["regime"] == regime]
    if only_known:
        part = part[part["is_known"]]
    rows, classes = ["material", "fold", "row"], list(comparison.classes)
    values = probability_columns(classes) if classes else ["prediction"]
    by_name = {name: each.set_index(rows).sort_index() for name, each in part.groupby("architecture")}
    names = [candidate.name for candidate in comparison.candidates if candidate.name in by_name]
    said = {name: by_name[name][values].to_numpy(np.float64) for name in names}
    labels = by_name[names[0]]["label"]
    truth = [labels == known for known in classes] if classes else [labels]
    return _HeldOut(said, np.column_stack(truth).astype(np.float64), labels.index, bool(classes))


def _weights(held: _HeldOut, names: list[str]) -> dict[str, float]:
    """Weight of each candidate that was picked; materials count alike."""
    share = 1.0 / pd.Series(1, index=held.index).groupby(level=["material", "fold"]).transform("size")

    def error_of(picks: list[str]) -> float:
        return float(share.to_numpy() @ held.losses(np.mean([held.said[name] for name in picks], axis=0)))

    picks, _ = pick_greedily(names, error_of, STEPS)
    weights = {name: picks.count(name) / STEPS for name in names if name in picks}
    return dict(sorted(weights.items(), key=lambda item: -item[1]))


def _losses(held: _HeldOut, weights: Mapping[str, float]) -> pd.Series:
    """Loss of a blend per material, as `verdict.losses` has them of one candidate."""
    blended = np.sum([weight * held.said[name] for name, weight in weights.items()], axis=0)
    return pd.Series(held.losses(blended), held.index).groupby(level=["material", "fold"]).mean()


def blend_name(weights: Mapping[str, float]) -> str:
    """Name of a blend, or of the candidate that has all the weight.

    Examples
    --------
    >>> blend_name({"single": 0.75, "latent": 0.25}), blend_name({"single": 1.0})
    ('0.75 single + 0.25 latent', 'single')
    """
    if len(weights) == 1:
        return next(iter(weights))
    return " + ".join(f"{weight:g} {name}" for name, weight in weights.items())


def blend_of(weights: Mapping[str, float], candidates: Mapping[str, Candidate], regime: str) -> Candidate:
    """The candidate that is the blend of others, or the one that has all the weight.

    Examples
    --------
    >>> from graftwood import SingleTask
    >>> tried = {name: Candidate(name, SingleTask("gap"), name == "other") for name in ("single", "other")}
    >>> blend_of({"single": 0.75, "other": 0.25}, tried, "hidden").name
    '0.75 single + 0.25 other'
    """
    if len(weights) == 1:
        return candidates[next(iter(weights))]
    members = [candidates[name] for name in weights]
    shared: dict[str, Any] = {
        option: members[0].estimator.get_params(deep=False)[option]
        for option in ("n_estimators", "random_state", "n_jobs", "client")
    }
    estimator = Blend(
        [member.for_regime(regime) for member in members], list(weights.values()),
        units=_units(members), **shared,
    )  # fmt: skip
    return Candidate(blend_name(weights), estimator, any(member.uses_sources for member in members))


def _units(members: list[Candidate]) -> dict[str, str] | None:
    """Units of all members together."""
    found: dict[str, str] = {}
    for member in members:
        found |= member.estimator.get_params(deep=False)["units"] or {}
    return found or None
