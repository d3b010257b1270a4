"""Rows whose inputs are coded once and used again and again, in the folds of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graftwood.errors import WrongOption

if TYPE_CHECKING:
    from graftwood.coding.inputs import InputCoder


@dataclass(frozen=True)
class CodedRows:
    """Rows whose inputs are coded already: takes the place of X where the same rows are used again and again.

    Attributes
    ----------
    coder : InputCoder
    codes : ndarray of shape (n_inputs, n_rows), uint8
    given : DataFrame or array of shape (n_given, n_inputs), or None
        The X that was coded, for models that are no forest; None where it was too long to be kept.
    at : ndarray of shape (n_rows,), int, optional
        Which of its rows these are, by default all.

    Examples
    --------
    >>> from graftwood.coding.inputs import code_rows
    >>> some = code_rows([[1.0], [2.0], [4.0]], "Example").rows(np.array([2, 0]))
    >>> some.codes, some.table
    (array([[2, 0]], dtype=uint8), array([[4.],
           [1.]]))
    """

    coder: InputCoder
    codes: np.ndarray
    given: Any
    at: np.ndarray | None = None

    @property
    def table(self) -> Any:
        """The rows of X themselves.

        Raises
        ------
        WrongOption
            They were not kept.
        """
        if self.given is None:
            raise WrongOption(
                "X: of a table that was read in batches only codes are kept, which forests alone can use; "
                "give the table itself to any other base."
            )
        if self.at is None:
            return self.given
        return self.given.iloc[self.at] if hasattr(self.given, "iloc") else np.asarray(self.given)[self.at]

    def rows(self, which: np.ndarray) -> CodedRows:
        """Return some of the rows."""
        at = which if self.at is None else self.at[which]
        return CodedRows(self.coder, columns_at(self.codes, which), self.given, at)


def columns_at(codes: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Return codes of some rows, (n_inputs, n); of all rows in order the codes themselves, not a copy."""
    if len(which) == codes.shape[1] and np.array_equal(which, np.arange(len(which))):
        return codes
    return np.ascontiguousarray(codes[:, which])
