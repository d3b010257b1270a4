"""Claims as paired differences with their interval: what holds, what does not, what stays open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from graftwood.studies.fold_scores import MORE_IS_BETTER, estimate, paired_values
from graftwood.studies.names import in_a_sentence
from graftwood.studies.records import FAILS, HOLDS, UNDECIDED, Claim

CONFIDENCE = 0.95
SOURCE_FREE = ("single", "self_difference", "self_latent")


def judge(text: str, values: np.ndarray, metric: str, n_folds: int, unit: str = "") -> Claim:
    """Judge from paired values whether the first is better.

    Parameters
    ----------
    text : str
    values : ndarray of shape (n, 2)
        Metric of the side that should be better, and of the other, fold by fold.
    metric : str
    n_folds : int
        Folds of one trial; the interval is Student's with one degree less, however many trials.
    unit : str, default ""

    Examples
    --------
    >>> judge("a beats b", np.array([[0.1, 0.5], [0.2, 0.6], [0.1, 0.6]]), "mae", 3).standing
    'holds'
    """
    advantage = (values[:, 0] - values[:, 1]) * (1 if metric in MORE_IS_BETTER else -1)
    difference, error = estimate(advantage, n_folds)
    reach = float(stdtrit(n_folds - 1, 0.5 + CONFIDENCE / 2)) * error
    low, high = difference - reach, difference + reach
    standing = HOLDS if low > 0 else FAILS if high < 0 else UNDECIDED
    means = values.mean(axis=0) if len(values) else np.full(2, np.nan)
    shown = f"{metric} / {unit}" if unit else metric
    better, worse = float(means[0]), float(means[1])
    return Claim(text, standing, shown, better, worse, difference, error, low, high, n_folds)


def claims_of(
    scores: pd.DataFrame,
    champion: str,
    metric: str,
    where: str,
    regime: str,
    n_folds: int,
    unit: str = "",
    rivals: Sequence[str] | None = None,
) -> list[Claim]:
    """Judge a champion against the single task, the best control and the best other architecture.

    The rivals are the best on these very folds, which is hard on the champion.

    Parameters
    ----------
    scores : DataFrame
        From `score_folds`, of one task and subset.
    champion : str
        Architecture that is said to be best.
    metric, unit : str
    where : str
        How the claim's text begins.
    regime : str
    n_folds : int
    rivals : sequence of str, optional
        Architectures to be beaten; by default all in the scores.
    """
    here = scores[(scores["metric"] == metric) & (scores["regime"] == regime)]
    names = [name for name in here["architecture"].unique() if name != champion]
    names = [name for name in names if rivals is None or name in rivals]
    means = here.groupby("architecture")["value"].mean() * (-1 if metric in MORE_IS_BETTER else 1)
    controls = [name for name in names if _is_source_free(name) and name != "single"]
    others = [name for name in names if not _is_source_free(name)]
    against = {"single": "the single task"} if "single" in names else {}
    if controls:
        best = str(means[controls].idxmin())
        against[best] = f"the best control without a source ({in_a_sentence(best)})"
    if others:
        best = str(means[others].idxmin())
        against[best] = f"the best other architecture ({in_a_sentence(best)})"
    found = []
    for rival, named in against.items():
        pair = paired_values(here, metric, {"architecture": champion}, {"architecture": rival})
        text = f"{where}: {in_a_sentence(champion)} beats {named}"
        found.append(judge(text, pair, metric, n_folds, unit))
    return found


def _is_source_free(name: str) -> bool:
    return name.partition(":")[0] in SOURCE_FREE
