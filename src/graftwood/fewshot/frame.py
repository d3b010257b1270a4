"""The frame a subspace is learned in: offsets, a pooled centre removed, inputs whitened, and the way back.

Inside the frame a task's labels are ``y = x @ theta``; outside they are
``y = intercept + x @ coef``.  With every option off the frame changes nothing and
copies nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graftwood.errors import DependentInputs
from graftwood.fewshot.rows import Rows

LEAST_EIGENVALUE = 1e-10  # of the largest: below it inputs depend on each other
N_FOLDS = 5


@dataclass(frozen=True)
class Frame:
    """Maps inputs and labels into the frame, and coefficients out of it.

    Attributes
    ----------
    input_mean : ndarray of shape (n_inputs,) or None
        Subtracted from inputs, which then get a column of ones; None without intercept.
    label_mean : float
        Subtracted from labels, in their unit.
    whitener : ndarray of shape (n_framed, n_framed) or None
        Inverse root of the framed inputs' second moments; inputs are multiplied by it from the right.
    centre : ndarray of shape (n_framed,) or None
        Coefficients of the pooled fit, inside the frame; its predictions are subtracted from the labels.

    Examples
    --------
    >>> frame = Frame(np.array([2.0]), 10.0, None, None)
    >>> frame.inputs(np.array([[3.0]])), frame.unframe(np.array([[4.0, 1.0]]))
    (array([[1., 1.]]), (array([[4.]]), array([3.])))
    """

    input_mean: np.ndarray | None
    label_mean: float
    whitener: np.ndarray | None
    centre: np.ndarray | None

    def inputs(self, X: np.ndarray) -> np.ndarray:
        """Return inputs inside the frame, shape (n_rows, n_framed)."""
        if self.input_mean is not None:
            X = np.hstack([X - self.input_mean, np.ones((len(X), 1))])
        return X if self.whitener is None else X @ self.whitener

    def labels(self, framed: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return labels inside the frame: what mean and centre leave of them."""
        left = y - self.label_mean if self.label_mean else y
        return left if self.centre is None else left - framed @ self.centre

    def rows(self, rows: Rows) -> Rows:
        """Return rows inside the frame; the same arrays where it changes nothing."""
        framed = self.inputs(rows.X)
        return replace(rows, X=framed, y=self.labels(framed, rows.y))

    def unframe(self, coef: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn coefficients inside the frame, shape (n, n_framed), into coefficients and intercepts."""
        if self.centre is not None:
            coef = coef + self.centre
        if self.whitener is not None:
            coef = coef @ self.whitener.T
        if self.input_mean is None:
            return coef, np.full(len(coef), self.label_mean)
        coef, offset = coef[:, :-1], coef[:, -1]
        return coef, self.label_mean + offset - coef @ self.input_mean

    def unframe_basis(self, basis: np.ndarray) -> np.ndarray:
        """Return orthonormal rows that span the basis in the inputs' own coordinates, without offsets."""
        if self.whitener is not None:
            basis = basis @ self.whitener.T
        if self.input_mean is not None:
            basis = basis[:, :-1]
        if self.whitener is None and self.input_mean is None:
            return basis
        return np.linalg.qr(basis.T)[0].T if len(basis) else basis


def learn_frame(
    who: str, rows: Rows, *, centre: bool, whiten: bool, fit_intercept: bool, penalty: float | None = None
) -> Frame:
    """Learn a frame from the rows of all tasks.

    Parameters
    ----------
    who : str
        Who asks, for messages.
    rows : Rows
    centre : bool
        Remove a ridge fit of all tasks together.
    whiten : bool
        Make the inputs' second moments the identity.
    fit_intercept : bool
        Let tasks have offsets: means of inputs and labels are subtracted and a column of ones is added.
    penalty : float, optional
        Of the pooled fit; by default the best at predicting whole tasks left out.

    Raises
    ------
    DependentInputs
        To be whitened, and one is a combination of others.
    """
    input_mean = rows.X.mean(axis=0) if fit_intercept else None
    frame = Frame(input_mean, float(rows.y.mean()) if fit_intercept else 0.0, None, None)
    if whiten:
        frame = replace(frame, whitener=_inverse_root(who, frame.inputs(rows.X)))
    return replace(frame, centre=pooled_fit(frame.rows(rows), penalty)) if centre else frame


def _inverse_root(who: str, X: np.ndarray) -> np.ndarray:
    """Scale inputs to one size, then take the root: units of very different sizes are no dependence."""
    size = np.sqrt(np.mean(np.square(X), axis=0))
    scaled = X / size
    values, vectors = np.linalg.eigh(scaled.T @ scaled / len(X))
    if values[0] <= LEAST_EIGENVALUE * values[-1]:
        raise DependentInputs(
            f"{who}: the inputs cannot be whitened, as input {int(np.argmax(np.abs(vectors[:, 0])))} is a "
            "combination of others; drop it or set whiten=False."
        )
    return (vectors / np.sqrt(values)) @ vectors.T / size[:, None]


def pooled_fit(rows: Rows, penalty: float | None = None) -> np.ndarray:
    """Return coefficients of one ridge regression on the rows of all tasks, shape (n_inputs,).

    Parameters
    ----------
    rows : Rows
    penalty : float, optional
        By default the one of 25 that predicts best the tasks left out, a fifth of them at a time.

    Examples
    --------
    >>> rows = Rows(np.array([[1.0], [2.0]]), np.array([2.0, 4.0]), np.array([0, 1]), 2)
    >>> pooled_fit(rows, penalty=0.0)
    array([2.])
    """
    n_folds = min(N_FOLDS, rows.n_tasks)
    moments = []
    for fold in range(n_folds):
        part = rows.pick(rows.task % n_folds == fold) if n_folds > 1 else rows
        moments.append((part.X.T @ part.X, part.X.T @ part.y, float(part.y @ part.y)))
    gram, cross = sum(each[0] for each in moments), sum(each[1] for each in moments)
    if penalty is None:
        scale = float(np.trace(gram)) / len(gram)
        grid = scale * np.logspace(-9, 3, 25)
        penalty = float(grid[np.argmin(_left_out(moments, gram, cross, grid))]) if n_folds > 1 else grid[0]
    return np.linalg.lstsq(gram + penalty * np.eye(len(gram)), cross, rcond=None)[0]


def _left_out(moments: list, gram: np.ndarray, cross: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Sum of squared errors of folds of tasks that a fit did not see, for each penalty."""
    errors = np.zeros(len(grid))
    for fold_gram, fold_cross, fold_square in moments:
        values, vectors = np.linalg.eigh(gram - fold_gram)
        turned = vectors.T @ (cross - fold_cross)
        for i, penalty in enumerate(grid):
            coef = vectors @ (turned / np.maximum(values + penalty, 1e-300))
            errors[i] += fold_square - 2 * coef @ fold_cross + coef @ fold_gram @ coef
    return errors
