"""Which blend of candidates errs least on materials that none of them saw.

Greedy ensemble selection: starting from nothing, the candidate is added, and may be added again, with
which the mean of those added so far errs least.  After four steps the counts are the weights, so that a
blend has few members and cannot fit the noise of a few dozen materials.  One with sources has to
err less than the best without by more than a standard error, as sources are not to be used on no grounds.
What blending gains over choosing one is measured in docs/decisions/025.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graftwood.architectures.blend import Blend
from graftwood.study.candidates import Candidate
from graftwood.study.compare import Comparison
from graftwood.study.verdict import is_as_good

STEPS = 4  # weights are quarters


def choose_blend(
    comparison: Comparison, regime: str, only_known: bool, names: Collection[str]
) -> dict[str, float]:
    """Find the weights of the blend that errs least; sources take part where they gain a standard error.

    Parameters
    ----------
    comparison : Comparison
        Of a target that is a number.
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
    predictions, labels = _held_out(comparison, regime, only_known)
    predictions = predictions[[name for name in predictions if name in names]]
    free = {candidate.name for candidate in comparison.candidates if not candidate.uses_sources}
    without = predictions[[name for name in predictions if name in free]]
    blends = [_weights(table, labels) for table in (predictions, without) if len(table.columns)]
    if len(blends) == 2 and not set(blends[0]) <= free:
        best, plain = (_losses(predictions, labels, weights) for weights in blends)
        if is_as_good(plain, best, plain.index.get_level_values("fold").to_numpy()):
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


def _held_out(comparison: Comparison, regime: str, only_known: bool) -> tuple[pd.DataFrame, pd.Series]:
    """Predictions of held-out rows, a column per candidate, the plainest first; and their labels."""
    part = comparison.held_out[comparison.held_out["regime"] == regime]
    if only_known:
        part = part[part["is_known"]]
    rows = ["material", "fold", "row"]
    table = part.pivot_table(index=rows, columns="architecture", values="prediction")
    labels = part.groupby(rows)["label"].first().loc[table.index].astype(np.float64)
    return table[[candidate.name for candidate in comparison.candidates if candidate.name in table]], labels


def _weights(predictions: pd.DataFrame, labels: pd.Series) -> dict[str, float]:
    """Weight of each candidate that was picked; materials count alike."""
    said = {str(name): column.to_numpy() for name, column in predictions.items()}
    truth = labels.to_numpy()
    share = 1.0 / labels.groupby(level=["material", "fold"]).transform("size").to_numpy()

    def error_of(picks: list[str]) -> float:
        return float(share @ np.abs(sum(said[name] for name in picks) / len(picks) - truth))

    picks, _ = pick_greedily(list(said), error_of, STEPS)
    weights = {name: picks.count(name) / STEPS for name in said if name in picks}
    return dict(sorted(weights.items(), key=lambda item: -item[1]))


def _losses(predictions: pd.DataFrame, labels: pd.Series, weights: Mapping[str, float]) -> pd.Series:
    """Absolute error of a blend per material, as `verdict.losses` has them of one candidate."""
    said = predictions[list(weights)].to_numpy() @ np.array(list(weights.values()))
    return (labels - said).abs().groupby(level=["material", "fold"]).mean()


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
