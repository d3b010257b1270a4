"""The inputs of a study as a model's inputs: formulas, numbers and categories side by side.

Formulas become features of their compositions (``features/composition.py``), numbers stay
numbers, categories stay categories.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from graftwood.errors import EmptyTable, MissingColumn, NotFinite, WrongOption, listed
from graftwood.features.composition import CompositionFeatures


class TableFeatures(TransformerMixin, BaseEstimator):
    """Turn the input columns of a table into features; nothing is learned from the data.

    Parameters
    ----------
    formulas : list of str, default ["formula"]
        Columns of chemical formulas.
    numbers : list of str, default []
        Columns of numbers; an empty cell is missing.
    categories : list of str, default []
        Columns of classes; an empty cell is missing.
    units : dict, default {}
        Unit per column of numbers, for whoever reads tables.
    magpie, fractions : bool, default True
        As for `CompositionFeatures`.
    on_problem : {"raise", "nan"}, default "raise"
        What becomes of a cell that cannot be read: an error, or a row of NaN.

    Examples
    --------
    >>> features = TableFeatures(numbers=["T"], magpie=False)
    >>> X = features.fit_transform(pd.DataFrame({"formula": ["GaN"], "T": ["300"]}))
    >>> X.shape, X["T"].tolist()
    ((1, 104), [300.0])
    """

    def __init__(
        self,
        *,
        formulas: Any = ("formula",),
        numbers: Any = (),
        categories: Any = (),
        units: Any = None,
        magpie: bool = True,
        fractions: bool = True,
        on_problem: str = "raise",
    ) -> None:
        self.formulas = formulas
        self.numbers = numbers
        self.categories = categories
        self.units = units
        self.magpie = magpie
        self.fractions = fractions
        self.on_problem = on_problem

    def fit(self, X: Any, y: Any = None) -> TableFeatures:
        """Check options and columns.

        Raises
        ------
        WrongOption, EmptyTable, MissingColumn
        """
        self._check(X)
        if not len(X):
            raise EmptyTable("TableFeatures: X has no rows; give at least one.")
        return self

    def transform(self, X: Any) -> pd.DataFrame:
        """Compute the features.

        Parameters
        ----------
        X : DataFrame with the columns named in the options

        Returns
        -------
        DataFrame of shape (n_rows, n_features)

        Raises
        ------
        MissingColumn
        UnreadableFormula, NotFinite
            A cell cannot be read and ``on_problem`` is "raise".
        """
        self._check(X)
        parts = [self._composition(name).transform(X[name]) for name in self.formulas]
        names = [
            f"{name}: {feature}" if len(self.formulas) > 1 else str(feature)
            for name in self.formulas
            for feature in self._composition(name).get_feature_names_out()
        ]
        values = np.hstack(parts) if parts else np.empty((len(X), 0))
        frame = pd.DataFrame(values, columns=names)
        added: dict[str, Any] = {name: self._read_numbers(X[name]) for name in self.numbers}
        for name in self.categories:
            cells = X[name].astype(object).reset_index(drop=True)
            added[name] = pd.Categorical(cells.where(cells.isna(), cells.astype(str).str.strip()))
        return pd.concat([frame, pd.DataFrame(added, index=frame.index)], axis=1)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the features, ndarray of str objects."""
        empty = pd.DataFrame({name: ["H"] for name in self.formulas})
        for name in (*self.numbers, *self.categories):
            empty[name] = np.nan
        return self.transform(empty).columns.to_numpy(dtype=object)

    def problems(self, X: Any) -> np.ndarray:
        """Say what is wrong with each row, ndarray of str objects: "" where nothing is."""
        self._check(X)
        found = np.full(len(X), "", dtype=object)
        for name in self.formulas:
            found = _joined(found, self._composition(name).problems(X[name]))
        for name in self.numbers:
            numbers = pd.to_numeric(X[name], errors="coerce").astype(float)
            bad = (numbers.isna() & X[name].notna()) | np.isinf(numbers)
            told = [
                f"The cell of {name!r} is {cell!r}, no number: correct it." for cell in X[name].astype(str)
            ]
            found = _joined(found, np.where(bad, np.array(told, dtype=object), ""))
        return found

    @property
    def summary_(self) -> str:
        """What the inputs are, in words."""
        made = [("132 Magpie statistics", self.magpie), ("element fractions", self.fractions)]
        words = " and ".join(word for word, is_made in made if is_made)
        parts = [f"{words} of {', '.join(self.formulas)}"] if self.formulas else []
        parts += [f"numbers {', '.join(self.numbers)}"] if self.numbers else []
        parts += [f"categories {', '.join(self.categories)}"] if self.categories else []
        return "; ".join(parts)

    def __sklearn_is_fitted__(self) -> bool:
        """Nothing is learned, so there is nothing to wait for."""
        return True

    def _composition(self, name: str) -> CompositionFeatures:
        return CompositionFeatures(
            column=name, magpie=self.magpie, fractions=self.fractions, on_problem=self.on_problem
        )

    def _check(self, X: Any) -> None:
        if self.on_problem not in ("raise", "nan"):
            raise WrongOption(f"TableFeatures: on_problem must be 'raise' or 'nan', got {self.on_problem!r}.")
        for option in ("formulas", "numbers", "categories"):
            names = getattr(self, option)
            if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
                raise WrongOption(f"TableFeatures: {option} must be a list of names, got {names!r}.")
        if not (self.formulas or self.numbers or self.categories):
            raise WrongOption("TableFeatures: no column is named; name at least one input.")
        if not isinstance(X, pd.DataFrame):
            raise WrongOption(f"TableFeatures: X must be a DataFrame, got {type(X).__name__}.")
        for name in (*self.formulas, *self.numbers, *self.categories):
            if list(X.columns).count(name) != 1:
                raise MissingColumn(
                    f"TableFeatures: there is no column {name!r}; the columns are {listed(X.columns)}."
                )

    def _read_numbers(self, cells: pd.Series) -> np.ndarray:
        numbers = pd.to_numeric(cells, errors="coerce").astype(float).to_numpy(copy=True)
        bad = (np.isnan(numbers) & cells.notna().to_numpy()) | np.isinf(numbers)
        if bad.any() and self.on_problem == "raise":
            row = int(np.flatnonzero(bad)[0])
            raise NotFinite(
                f"TableFeatures: the cell of {str(cells.name)!r} in row {row} is {cells.iloc[row]!r}, which "
                "is no finite number; correct it, or use on_problem='nan'."
            )
        numbers[bad] = np.nan
        return numbers


def _joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    both = [" ".join(text for text in pair if text) for pair in zip(first, second, strict=True)]
    return np.array(both, dtype=object)
