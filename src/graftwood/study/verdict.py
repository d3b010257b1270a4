"""Verdict and choice: whether the sources help, and which architecture is the plainest good one."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
    errors, folds = _errors(comparison, regime)
    with_sources = [c.name for c in comparison.candidates if c.uses_sources and c.name in errors]
    without = [c.name for c in comparison.candidates if not c.uses_sources and c.name in errors]
    if not with_sources or not without:
        return None
    best_with = min(with_sources, key=lambda name: errors[name].mean())
    best_without = min(without, key=lambda name: errors[name].mean())
    gain = _gain(errors[best_without], errors[best_with], folds)
    low, high = gain.interval(confidence=corrected_confidence(CONFIDENCE, len(with_sources)))
    if low > 0 or high < 0:
        kind = "helps" if low > 0 else "harms"
    else:
        margin = NEGLIGIBLE * float(errors[best_without].mean())
        kind = "no difference" if -margin < low and high < margin else "undecided"
    return Verdict(
        regime, kind, best_with, best_without, gain.difference, gain.standard_error, low, high, CONFIDENCE,
        gain.n_materials, unit,
    )  # fmt: skip


def choose(comparison: Comparison, regime: str) -> str:
    """Of the architectures within one standard error of the best, return the first in the candidates' order.

    The standard error is that of the paired difference to the best.
    """
    errors, folds = _errors(comparison, regime)
    names = [c.name for c in comparison.candidates if c.name in errors]
    best = min(names, key=lambda name: errors[name].mean())
    for name in names:
        gain = _gain(errors[name], errors[best], folds)
        if name == best or gain.difference <= gain.standard_error:
            return name
    return best


def _errors(comparison: Comparison, regime: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Absolute error per material (mean over its rows) and architecture, and each material's fold."""
    part = comparison.held_out[comparison.held_out["regime"] == regime]
    part = part.assign(error=(part["label"] - part["prediction"]).abs())
    errors = part.pivot_table(
        index=["material", "fold"], columns="architecture", values="error", aggfunc="mean"
    )
    return errors, errors.index.get_level_values("fold").to_numpy()


def _gain(reference: pd.Series, other: pd.Series, folds: np.ndarray) -> Gain:
    return paired_gain(reference.to_numpy(), other.to_numpy(), folds)
