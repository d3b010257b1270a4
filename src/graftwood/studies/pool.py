"""Predictions as quantiles, and several models' predictions pooled into one.

The pool of distributions is their equal or weighted mixture (Stone, Ann. Math. Stat. 32, 1339 (1961)).
Its median is what is predicted, as the least absolute error asks for, so a material is a metal where
the members' mean probability of a zero gap is above one half.  Members are chosen greedily, with
replacement (Caruana et al., ICML 2004).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from graftwood.study.blending import pick_greedily
from graftwood.study.labels import learned_only

if TYPE_CHECKING:
    from graftwood.study.candidates import Candidate
    from graftwood.study.hold_out import Split

LEVELS = (np.arange(20) + 0.5) / 20
QUANTILES = [f"q_{100 * level:04.1f}" for level in LEVELS]
N_PICKS = 8
DECIMALS = 4  # of kept quantiles, eV


def predict_quantiles(split: Split, fold: int, regime: str, candidate: Candidate) -> pd.DataFrame:
    """Fit a candidate without a fold and predict the fold's distribution.

    Parameters
    ----------
    split : Split
        Its target is real or nonnegative.
    fold : int
    regime : str
    candidate : Candidate

    Returns
    -------
    DataFrame
        Columns row, fold, is_known, label, prediction (the median), p_zero, and ``QUANTILES``.
    """
    from graftwood.coding.kinds import NONNEGATIVE
    from graftwood.network.error_bars import error_bars_of

    rows, labels = split.training(fold, regime, candidate.uses_sources)
    model: Any = candidate.for_regime(regime)
    model.set_params(kinds={task: split.labels.kinds[task] for task in labels.columns})
    with error_bars_of(split.target, when_told=candidate.is_told(regime)):
        model.fit(split.X.rows(rows), labels, groups=split.materials[rows])
    test = split.test(fold)
    known, shown = split.known(test), None
    if candidate.is_told(regime):
        shown = learned_only(known, labels, split.labels.classes)
    answer = model._look(split.X.rows(test), shown, (split.target,))[split.target]
    has_zeros = split.labels.kinds[split.target] == NONNEGATIVE
    quantiles = np.column_stack([answer.quantile(level) for level in LEVELS])
    found = pd.DataFrame(np.round(quantiles, DECIMALS), columns=QUANTILES)
    return pd.DataFrame(
        {
            "row": test,
            "fold": fold,
            "is_known": known.notna().any(axis=1).to_numpy(),
            "label": split.labels.frame[split.target].to_numpy()[test],
            "prediction": answer.mean(),
            "p_zero": answer.zero_probability() if has_zeros else 0.0,
        }
    ).join(found)


def pooled_median(members: Sequence[np.ndarray]) -> np.ndarray:
    """Median of the equal mixture of members; one that is named twice counts twice.

    Parameters
    ----------
    members : sequence of ndarray of shape (n_rows, n_levels)
        Quantiles at the same levels.

    Examples
    --------
    >>> metal, semiconductor = np.zeros((1, 3)), np.array([[1.0, 2.0, 3.0]])
    >>> pooled_median([metal, semiconductor, semiconductor])
    array([1.])
    """
    return np.median(np.concatenate(members, axis=1), axis=1)


def choose_members(
    quantiles: Mapping[str, np.ndarray], label: np.ndarray, n_picks: int = N_PICKS
) -> list[str]:
    """Pick members one after the other, each time the one that lowers the mean absolute error most.

    Parameters
    ----------
    quantiles : mapping of name to ndarray of shape (n_rows, n_levels)
        What each candidate says of rows that it never saw.
    label : ndarray of shape (n_rows,)
    n_picks : int, default 8
        A name may be picked several times, which is its weight.

    Returns
    -------
    list of str
        The picks up to the lowest error.

    Examples
    --------
    >>> label = np.array([1.0, 2.0])
    >>> said = {"low": label[:, None] - 0.1, "high": label[:, None] + 0.1, "wild": label[:, None] + 9}
    >>> sorted(choose_members(said, label, n_picks=2))
    ['high', 'low']
    """

    def error_of(picks: list[str]) -> float:
        return float(np.mean(np.abs(pooled_median([quantiles[name] for name in picks]) - label)))

    picks, errors = pick_greedily(sorted(quantiles), error_of, n_picks)
    return picks[: int(np.argmin(errors)) + 1]
