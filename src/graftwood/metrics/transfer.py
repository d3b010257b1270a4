"""Whether one model beats another on the same materials, with errors that are not too small.

Folds share training data, so their scores are not independent: errors are corrected
after Nadeau and Bengio.  Which models are compared, and the verdict, are decided by
whoever compares; nothing here fits a model.

References
----------
Nadeau and Bengio, Inference for the generalization error, Machine Learning 52, 239
(2003), section 3 (corrected resampled t-test).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels, WrongOption
from graftwood.metrics.pairs import Numbers, refuse_fraction

BLOCK = 2**22  # resampled positions held at once: 32 MB


@dataclass(frozen=True)
class Gain:
    """Mean error of a reference minus that of another model: positive = the other is better.

    Parameters
    ----------
    difference : float
        Mean over materials, in the unit of the errors.
    standard_error : float
        Corrected for training sets that overlap.
    degrees_of_freedom : int
        Number of folds minus one.  Repeating the folds adds none: with enough repeats
        a difference of nothing would become significant.
    n_materials : int
    bootstrap_interval : tuple of float
        Ends of the percentile interval over resampled materials.  It holds the models
        fixed, so it says nothing of how another training set would have changed them.

    Examples
    --------
    >>> gain = Gain(0.05, 0.02, 4, 500, (0.02, 0.08))
    >>> low, high = gain.interval(confidence=0.9)
    >>> round(low, 3), round(high, 3)
    (0.007, 0.093)
    """

    difference: float
    standard_error: float
    degrees_of_freedom: int
    n_materials: int
    bootstrap_interval: tuple[float, float]

    def interval(self, *, confidence: float = 0.95) -> tuple[float, float]:
        """Return the central interval by Student's t.

        Raises
        ------
        WrongOption
            The confidence is not between 0 and 1.
        """
        refuse_fraction("Gain.interval", "confidence", confidence)
        reach = float(stdtrit(self.degrees_of_freedom, 0.5 + confidence / 2)) * self.standard_error
        return self.difference - reach, self.difference + reach


def fold_estimate(values: npt.ArrayLike, n_test: float, n_train: float) -> tuple[float, float]:
    """Mean of the scores of folds and its standard error, corrected for overlapping training sets.

    The variance of the J scores (divided by J - 1) is multiplied by
    1/J + n_test/n_train instead of by 1/J.

    Parameters
    ----------
    values : array of shape (J,)
        One score per fold (and repeat).
    n_test, n_train : float
        Number of materials in a test and in a training set, or their means.

    Returns
    -------
    mean, standard_error : float

    Raises
    ------
    TooFewLabels
        There are fewer than two scores.
    NotFinite
        A score is NaN or infinite.
    ShapeMismatch
        The scores have more than one dimension.
    WrongOption
        A number of materials is not above 0.

    References
    ----------
    Nadeau and Bengio (2003), see the top of this module.

    Examples
    --------
    >>> mean, error = fold_estimate([1.0, 2.0, 3.0], n_test=1, n_train=2)
    >>> mean, round(error, 4)
    (2.0, 0.9129)
    """
    scores = np.asarray(values, dtype=np.float64)
    if scores.ndim != 1:
        raise ShapeMismatch(f"fold_estimate: values must have one dimension, got shape {scores.shape}.")
    if scores.size < 2:
        raise TooFewLabels(f"fold_estimate: {scores.size} scores have no spread; at least two are needed.")
    if not np.isfinite(scores).all():
        raise NotFinite(f"fold_estimate: {int((~np.isfinite(scores)).sum())} scores are NaN or infinite.")
    if not (n_test > 0 and n_train > 0):
        raise WrongOption(f"fold_estimate: n_test and n_train must be above 0, got {n_test} and {n_train}.")
    variance = np.var(scores, ddof=1) * (1 / scores.size + n_test / n_train)
    return float(np.mean(scores)), float(np.sqrt(variance))


def paired_gain(
    errors_reference: npt.ArrayLike,
    errors: npt.ArrayLike,
    folds: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    random_state: int = 0,
) -> Gain:
    """Compare two models by their errors for the same materials in the same folds.

    Parameters
    ----------
    errors_reference, errors : array of shape (n_materials,) or (n_repeats, n_materials)
        A material's error, lower being better (its absolute error, say, and the mean
        over its rows where it has several).  NaN in both = not tested.
    folds : array of int of the same shape
        The fold that tested the material, -1 = none.  With repeats every row is
        another division into folds.
    confidence : float, default 0.95
        Of the bootstrap interval.
    n_resamples : int, default 2000
        Bootstrap samples of materials.
    random_state : int, default 0
        Seed of the bootstrap.

    Returns
    -------
    Gain

    Raises
    ------
    ShapeMismatch
        Errors and folds differ in shape, or repeats differ in their number of folds.
    NotFinite
        A tested material lacks one of its two errors, or has an infinite one.
    TooFewLabels
        Fewer than two folds tested anything.
    WrongOption
        The confidence is not between 0 and 1, or there are no resamples.

    References
    ----------
    Nadeau and Bengio (2003), see the top of this module; Efron and Tibshirani, An
    Introduction to the Bootstrap (1993), chapter 13 (percentile interval).

    Examples
    --------
    >>> gain = paired_gain([0.5, 0.6, 0.4, 0.7], [0.4, 0.5, 0.2, 0.5], [0, 0, 1, 1])
    >>> round(gain.difference, 3), round(gain.standard_error, 3), gain.degrees_of_freedom
    (0.15, 0.087, 1)
    """
    refuse_fraction("paired_gain", "confidence", confidence)
    if n_resamples < 1:
        raise WrongOption(f"paired_gain: n_resamples must be 1 or more, got {n_resamples!r}.")
    gains, fold = _paired_differences(errors_reference, errors, folds)
    scores, n_folds = _fold_means(gains, fold)
    tested = ~np.isnan(gains)
    per_material = np.nanmean(gains[:, tested.any(axis=0)], axis=0)
    n_test = tested.sum() / scores.size
    n_train = tested.sum() / len(gains) - n_test
    _, standard_error = fold_estimate(scores, n_test, n_train)
    return Gain(
        difference=float(np.mean(per_material)),
        standard_error=standard_error,
        degrees_of_freedom=n_folds - 1,
        n_materials=per_material.size,
        bootstrap_interval=_bootstrap(per_material, confidence, n_resamples, random_state),
    )


def corrected_confidence(confidence: float, n_candidates: int) -> float:
    """Confidence that each of several comparisons needs so that all hold together (Sidak).

    Parameters
    ----------
    confidence : float
        Wanted for the family, between 0 and 1.
    n_candidates : int
        Number of comparisons; they are taken as independent.

    Returns
    -------
    float
        ``confidence ** (1 / n_candidates)``.

    Raises
    ------
    WrongOption
        The confidence is not between 0 and 1, or there is no candidate.

    References
    ----------
    Sidak, J. Am. Stat. Assoc. 62, 626 (1967).

    Examples
    --------
    >>> round(corrected_confidence(0.95, 5), 4)
    0.9898
    """
    refuse_fraction("corrected_confidence", "confidence", confidence)
    if n_candidates < 1:
        raise WrongOption(f"corrected_confidence: n_candidates must be 1 or more, got {n_candidates!r}.")
    return float(confidence ** (1 / n_candidates))


def _paired_differences(
    errors_reference: npt.ArrayLike, errors: npt.ArrayLike, folds: npt.ArrayLike
) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """Return differences (NaN = not tested) and folds, both of shape (n_repeats, n_materials)."""
    reference, other = np.asarray(errors_reference, dtype=float), np.asarray(errors, dtype=float)
    fold = np.asarray(folds)
    if not reference.shape == other.shape == fold.shape or fold.ndim not in (1, 2):
        raise ShapeMismatch(
            f"paired_gain: errors_reference {reference.shape}, errors {other.shape} and folds {fold.shape} "
            "need the same shape, (n_materials,) or (n_repeats, n_materials)."
        )
    if not np.issubdtype(fold.dtype, np.integer):
        raise WrongOption(f"paired_gain: folds must be whole numbers, got {fold.dtype}.")
    tested = (fold >= 0) & ~(np.isnan(reference) & np.isnan(other))
    bad = int((tested & ~(np.isfinite(reference) & np.isfinite(other))).sum())
    if bad:
        raise NotFinite(
            f"paired_gain: {bad} tested materials lack one of their two errors or have an infinite one; "
            "compare models on the same materials."
        )
    gains = np.full(fold.shape, np.nan)
    np.subtract(reference, other, out=gains, where=tested)
    return np.atleast_2d(gains), np.atleast_2d(fold)


def _fold_means(gains: Numbers, fold: npt.NDArray[np.int64]) -> tuple[Numbers, int]:
    """Return the mean difference of every fold of every repeat, and the number of folds."""
    means, counts = [], set()
    for values, numbers in zip(gains, fold, strict=True):
        tested = ~np.isnan(values)
        sums = np.bincount(numbers[tested], weights=values[tested])
        sizes = np.bincount(numbers[tested])
        means.append(sums[sizes > 0] / sizes[sizes > 0])
        counts.add(len(means[-1]))
    if len(counts) > 1:
        raise ShapeMismatch(f"paired_gain: repeats have {sorted(counts)} folds; give all the same number.")
    n_folds = counts.pop() if counts else 0
    if n_folds < 2:
        raise TooFewLabels(f"paired_gain: {n_folds} folds tested a material; at least two are needed.")
    return np.concatenate(means), n_folds


def _bootstrap(
    values: Numbers, confidence: float, n_resamples: int, random_state: int
) -> tuple[float, float]:
    stream = np.random.Generator(np.random.PCG64(random_state))
    step = max(1, BLOCK // values.size)
    means = [
        values[stream.integers(values.size, size=(min(step, n_resamples - start), values.size))].mean(axis=1)
        for start in range(0, n_resamples, step)
    ]
    low, high = np.quantile(np.concatenate(means), [0.5 - confidence / 2, 0.5 + confidence / 2])
    return float(low), float(high)
