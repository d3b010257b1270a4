"""Standard error of any measure by resampling materials, whose rows stay together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graftwood.errors import GraftwoodError, ShapeMismatch, TooFewLabels, WrongOption
from graftwood.metrics.pairs import refuse_fraction


@dataclass(frozen=True)
class Estimate:
    """A measure with its error.

    Attributes
    ----------
    value : float
    standard_error : float
        Standard deviation over resamples; it holds the predictions fixed.
    interval : tuple of float
        Percentiles over resamples.
    n_left_out : int
        Resamples of which the measure is not defined.

    Examples
    --------
    >>> str(Estimate(0.68, 0.02, (0.64, 0.72), 0))
    '0.68 +- 0.02'
    """

    value: float
    standard_error: float
    interval: tuple[float, float]
    n_left_out: int

    def __str__(self) -> str:
        return f"{self.value:.3g} +- {self.standard_error:.1g}"


def grouped_bootstrap(
    metric: Callable[..., float],
    *arrays: npt.ArrayLike,
    groups: npt.ArrayLike | None = None,
    n_resamples: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Resample whole materials and see how a measure scatters.

    Parameters
    ----------
    metric : callable
        Of the arrays, such as `coverage`.
    *arrays : arrays of shape (n_rows, ...)
    groups : array of shape (n_rows,), optional
        Material of each row; by default every row is one.
    n_resamples : int, default 500
    confidence : float, default 0.95
    seed : int, default 0

    Raises
    ------
    ShapeMismatch
        An array or groups has another number of rows.
    TooFewLabels
        There are fewer than two materials, or the measure is defined in fewer than two resamples.
    WrongOption

    References
    ----------
    Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8 (clusters).

    Examples
    --------
    >>> from graftwood.metrics import coverage
    >>> rng = np.random.default_rng(0)
    >>> labels = rng.normal(size=400)
    >>> grouped_bootstrap(coverage, labels, np.zeros(400), np.ones(400)).standard_error < 0.03
    True
    """
    who = "grouped_bootstrap"
    refuse_fraction(who, "confidence", confidence)
    if n_resamples < 2:
        raise WrongOption(f"{who}: n_resamples must be 2 or more, got {n_resamples!r}.")
    tables = [np.asarray(array) for array in arrays]
    keys: Any = np.arange(len(tables[0])) if groups is None else np.asarray(groups)
    lengths = [len(table) for table in tables]
    if set(lengths) != {len(keys)}:
        raise ShapeMismatch(f"{who}: arrays have {lengths} rows and groups {len(keys)}; all need as many.")
    _, number = np.unique(keys.astype(str) if keys.dtype == object else keys, return_inverse=True)
    order = np.argsort(number, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(number))[:-1])
    if len(members) < 2:
        raise TooFewLabels(f"{who}: {len(members)} material has no scatter; two or more are needed.")
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(n_resamples):
        rows = np.concatenate([members[i] for i in rng.integers(len(members), size=len(members))])
        try:
            values.append(metric(*(table[rows] for table in tables)))
        except GraftwoodError:
            values.append(np.nan)  # such as no label at all in this resample
    found = np.array(values)[np.isfinite(values)]
    if len(found) < 2:
        raise TooFewLabels(f"{who}: the measure is defined in {len(found)} of {n_resamples} resamples.")
    low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(
        float(metric(*tables)),
        float(np.std(found, ddof=1)),
        (float(low), float(high)),
        n_resamples - len(found),
    )
