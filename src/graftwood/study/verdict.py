"""Verdict and choice: whether the sources help, and which architecture is the plainest good one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import fdtri, stdtrit

from graftwood.metrics import Gain, corrected_confidence, paired_gain
from graftwood.study.compare import Comparison
from graftwood.study.records import Verdict

CONFIDENCE = 0.95
NEGLIGIBLE = 0.02  # of the error without sources: an interval inside this says "no difference"


def judge(comparison: Comparison, regime: str, unit: str = "") -> Verdict | None:
    """Compare the best model with sources to the best without, in one regime.

    The confidence is corrected for the number of models with sources that were tried
    (Sidak), because the best of many looks better than it is.

    Returns
    -------
    Verdict or None
        None where there is nothing to judge (no model with, or none without sources).
    """
    errors, folds = losses(comparison, regime)
    with_sources = [c.name for c in comparison.candidates if c.uses_sources and c.name in errors]
    without = [c.name for c in comparison.candidates if not c.uses_sources and c.name in errors]
    if not with_sources or not without:
        return None
    best_with = min(with_sources, key=lambda name: errors[name].mean())
    best_without = min(without, key=lambda name: errors[name].mean())
    gain = gain_of(errors[best_without], errors[best_with], folds)
    low, high = gain.interval(confidence=corrected_confidence(CONFIDENCE, len(with_sources)))
    scale = float(errors[best_without].mean())
    return _verdict(regime, (best_with, best_without), gain, (low, high), scale, unit)


def judge_cross_fitted(
    comparison: Comparison, regime: str, unit: str = "", only_known: bool = False
) -> Verdict | None:
    """Compare the best models with and without sources on folds that did not choose them.

    In every fold the two that were best on the other folds are compared, so that the best
    of many does not look better than it is, and no correction for their number is needed.
    The interval is Student's t with `cautious_error`.

    Parameters
    ----------
    comparison : Comparison
    regime : str
    unit : str, default ""
        Of the loss.
    only_known : bool, default False
        Judge on rows of which a label of another task is known.

    Returns
    -------
    Verdict or None
        Its models are those that are best over all folds.  None as for `judge`.

    Examples
    --------
    >>> import numpy as np
    >>> from graftwood.study.compare import compare
    >>> X = np.arange(60.0)[:, None]
    >>> Y = pd.DataFrame({"cheap": X[:, 0], "dear": np.where(np.arange(60) % 2, np.nan, X[:, 0] + 1)})
    >>> found = compare(X, Y, target="dear", n_estimators=10, n_folds=3)
    >>> judge_cross_fitted(found, "visible").kind
    'helps'
    """
    errors, folds = losses(comparison, regime, only_known)
    sides = [
        [c.name for c in comparison.candidates if c.uses_sources == uses and c.name in errors]
        for uses in (True, False)
    ]
    if not all(sides):
        return None
    fair = [pd.Series(np.nan, index=errors.index) for _ in sides]
    for fold in np.unique(folds):
        for side, names in zip(fair, sides, strict=True):
            best = errors.loc[folds != fold, names].mean().idxmin()
            side[folds == fold] = errors.loc[folds == fold, best]
    gain = gain_of(fair[1], fair[0], folds)
    gain = replace(gain, standard_error=cautious_error(gain, (fair[1] - fair[0]).to_numpy()))
    reach = float(stdtrit(gain.n_materials - 1, 0.5 + CONFIDENCE / 2)) * gain.standard_error
    low, high = gain.difference - reach, gain.difference + reach
    best_with, best_without = (str(errors[side].mean().idxmin()) for side in sides)
    return _verdict(regime, (best_with, best_without), gain, (low, high), float(fair[1].mean()), unit)


def _verdict(
    regime: str, best: tuple[str, str], gain: Gain, interval: tuple[float, float], scale: float, unit: str
) -> Verdict:
    """Put a word on an interval; `scale` is the error without sources."""
    low, high = interval
    if low > 0 or high < 0:
        kind = "helps" if low > 0 else "harms"
    else:
        margin = NEGLIGIBLE * scale
        kind = "no difference" if -margin < low and high < margin else "undecided"
    return Verdict(
        regime, kind, *best, gain.difference, gain.standard_error, low, high, CONFIDENCE, gain.n_materials,
        unit,
    )  # fmt: skip


def choose(comparison: Comparison, regime: str, only_known: bool = False) -> str:
    """Of the architectures within one standard error of the best, return the first in the candidates' order.

    The standard error is that of the mean paired difference to the best, as `cautious_error` has it
    but without Nadeau and Bengio's correction, as in the rule of Breiman et al. (1984): a choice
    claims nothing, and with the wider error of a verdict it would stay with the plainest where
    another is far better (docs/decisions/014).

    Parameters
    ----------
    comparison : Comparison
    regime : str
    only_known : bool, default False
        Choose on rows of which a label of another task is known.

    References
    ----------
    Breiman, Friedman, Olshen and Stone, Classification and Regression Trees (1984), section 3.4.3.
    """
    errors, folds = losses(comparison, regime, only_known)
    names = [c.name for c in comparison.candidates if c.name in errors]
    best = min(names, key=lambda name: errors[name].mean())
    return next(name for name in names if name == best or is_as_good(errors[name], errors[best], folds))


def is_as_good(one: pd.Series, best: pd.Series, folds: np.ndarray, n_errors: float = 1.0) -> bool:
    """Whether a mean loss is within a standard error of the best, without Nadeau and Bengio's correction.

    Parameters
    ----------
    one, best : Series of shape (n_materials,)
        Losses as `losses` gives them.
    folds : ndarray of shape (n_materials,)
    n_errors : float, default 1.0
        How many standard errors.
    """
    n_folds = len(np.unique(folds))
    widened = np.sqrt(1 + n_folds / (n_folds - 1))  # by the correction
    gain = gain_of(one, best, folds, n_resamples=1)
    return bool(gain.difference <= n_errors * cautious_error(gain, (one - best).to_numpy()) / widened)


def cautious_error(gain: Gain, differences: np.ndarray) -> float:
    """Standard error of a gain that few folds cannot make too small by agreeing by chance.

    Nadeau and Bengio's variance from the scatter over the materials of which a fold's mean is
    made, (1/J + n_test/n_train) s^2 / n_test with n_test = n / J.  The means of few folds tell
    their own scatter badly, so they are heeded only where they differ more than materials explain
    (F test at 5 %): then materials of a fold are alike, and the error from the means is taken.

    Parameters
    ----------
    gain : Gain
    differences : ndarray of shape (n_materials,)

    Examples
    --------
    >>> gain = Gain(0.5, 0.0, 2, 6, (0.0, 1.0))  # three folds with one and the same mean
    >>> round(cautious_error(gain, np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])), 3)
    0.354
    """
    n_folds, n = gain.degrees_of_freedom + 1, len(differences)
    share = 1 / n_folds + 1 / (n_folds - 1)
    of_materials = float(np.sqrt(share * np.var(differences, ddof=1) * n_folds / n))
    limit = np.sqrt(fdtri(n_folds - 1, max(n - n_folds, 1), 0.95))
    return gain.standard_error if gain.standard_error > limit * of_materials else of_materials


def losses(comparison: Comparison, regime: str, only_known: bool = False) -> tuple[pd.DataFrame, np.ndarray]:
    """Loss per material (mean over its rows) and architecture, and each material's fold."""
    part = comparison.held_out[comparison.held_out["regime"] == regime]
    if only_known:
        part = part[part["is_known"]]
    errors = part.pivot_table(
        index=["material", "fold"], columns="architecture", values="loss", aggfunc="mean"
    )
    return errors, errors.index.get_level_values("fold").to_numpy()


def gain_of(reference: pd.Series, other: pd.Series, folds: np.ndarray, n_resamples: int = 2000) -> Gain:
    """Gain of one column of `losses` over another; a material is there once for each division into folds."""
    has_material = "material" in reference.index.names
    trial = reference.groupby("material").cumcount().to_numpy() if has_material else np.zeros(1)
    if not trial.any():
        return paired_gain(reference.to_numpy(), other.to_numpy(), folds, n_resamples=n_resamples)
    columns = pd.DataFrame({"one": reference, "other": other, "fold": folds, "trial": trial})
    wide = columns.reset_index("material").pivot(index="trial", columns="material")
    one, another, fold = (wide[name].to_numpy() for name in ("one", "other", "fold"))
    return paired_gain(one, another, fold.astype(np.int64), n_resamples=n_resamples)


def _by_material(differences: pd.Series) -> np.ndarray:
    """Mean over the trials of each material."""
    if "material" not in differences.index.names:
        return differences.to_numpy()
    return differences.groupby("material").mean().to_numpy()
