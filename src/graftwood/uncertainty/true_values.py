"""Spreads to true values: those of observations without the measurement errors of labels that were told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graftwood.errors import UnreliableSpread, WrongOption, warn
from graftwood.uncertainty.ranks import ALL_ONE

if TYPE_CHECKING:
    from graftwood.uncertainty.rescale import Calibration


def without_noise(
    calibrations: Mapping[str, Calibration], task: str, who: str, regimes: Iterable[str] = ("hidden",)
) -> dict[str, Calibration]:
    """Turn calibrations of observations into those of true values.

    Parameters
    ----------
    calibrations : mapping
        Regime -> Calibration.
    task, who : str
        For messages.
    regimes : iterable of str, default hidden only
        Those of the rows that are asked about: of others there is nothing to warn.

    Raises
    ------
    WrongOption
        No measurement errors were told.

    Warns
    -----
    UnreliableSpread
        Measurement errors alone explain all errors.

    Examples
    --------
    >>> from graftwood.uncertainty.rescale import Calibration
    >>> told = Calibration(np.array([1.0, 2.0]), floor=0.1, n_zero=0, value_factor=0.5)
    >>> without_noise({"hidden": told}, "gap", "Example")["hidden"].spread(np.ones(1))
    array([0.5])
    """
    asked = {regime if regime in calibrations else "hidden" for regime in regimes}
    if any(calibrations[regime].value_factor == 0 for regime in asked & calibrations.keys()):
        warn(
            f"{who}: the measurement errors that were told of task {task} are as large as all its out-of-bag "
            "errors, which leaves a spread of 0 to true values; check whether label_std is too large.",
            UnreliableSpread,
        )
    if any(np.isnan(calibration.value_factor) for calibration in calibrations.values()):
        raise WrongOption(
            f"{who}: of='value' needs the measurement errors of all labels of task {task}; fit with "
            "label_std, or ask for of='observation'."
        )
    return {
        regime: replace(calibration, scores=np.array([calibration.value_factor]), counts=ALL_ONE)
        for regime, calibration in calibrations.items()
    }
