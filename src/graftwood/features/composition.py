"""Composition features behind scikit-learn's transformer interface.

Formulas in, numbers out: Magpie's 132 statistics (``features/magpie.py``) and atomic
fractions (``features/formula.py``).  The width never depends on the data.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from graftwood.errors import EmptyTable, MissingColumn, ShapeMismatch, UnreadableFormula, WrongOption
from graftwood.features.elements import element_table
from graftwood.features.formula import FormulaTable, read_formulas
from graftwood.features.magpie import magpie_names, magpie_statistics

N_SHOWN = 3


class CompositionFeatures(TransformerMixin, BaseEstimator):
    """Turn chemical formulas into the features of their compositions.

    Nothing is learned from the data: `fit` only checks them.

    Parameters
    ----------
    column : str, default "formula"
        Column of the formulas where X is a DataFrame.
    magpie : bool, default True
        Include the 132 features of matminer's ``ElementProperty.from_preset("magpie")``,
        in its order and under its names (Ward et al., npj Comput. Mater. 2, 16028, 2016).
        Units are those of `graftwood.features.elements.PROPERTIES`.
    fractions : bool, default True
        Include the atomic fractions of the 103 elements from H to Lr.
    on_problem : {"raise", "nan"}, default "raise"
        What becomes of a formula that cannot be read: an error, or a row of NaN.

    Examples
    --------
    >>> features = CompositionFeatures(on_problem="nan").fit(["GaAs", "NaCl"])
    >>> features.transform(["GaAs", "Xx2O3"])[:, 3]  # mean atomic number
    array([32., nan])
    >>> features.get_feature_names_out()[[3, 132]]
    array(['MagpieData mean Number', 'fraction H'], dtype=object)
    >>> features.problems(["GaAs", "Xx2O3"])[1]
    "Formula 'Xx2O3' names 'Xx', which is not a chemical element: correct it."
    """

    def __init__(
        self,
        *,
        column: str = "formula",
        magpie: bool = True,
        fractions: bool = True,
        on_problem: str = "raise",
    ) -> None:
        self.column = column
        self.magpie = magpie
        self.fractions = fractions
        self.on_problem = on_problem

    def fit(self, X: Any, y: Any = None) -> CompositionFeatures:
        """Check options and formulas; nothing is learned.

        Parameters
        ----------
        X : DataFrame with the column ``column``, Series, or sequence of str
        y : ignored

        Returns
        -------
        CompositionFeatures
            Itself.

        Raises
        ------
        WrongOption
            An option has a value that is not allowed.
        EmptyTable
            X has no rows.
        MissingColumn, ShapeMismatch, UnreadableFormula
            As `transform`.
        """
        table = self._read(X)
        if len(table.problems) == 0:
            raise EmptyTable("CompositionFeatures: X has no rows; give at least one formula.")
        return self

    def transform(self, X: Any) -> npt.NDArray[np.float64]:
        """Compute the features.

        Parameters
        ----------
        X : DataFrame with the column ``column``, Series, or sequence of str

        Returns
        -------
        ndarray of shape (n_rows, n_features)
            Columns as `get_feature_names_out`; NaN in rows that cannot be read.

        Raises
        ------
        MissingColumn
            X is a DataFrame without the column of formulas.
        ShapeMismatch
            X is a single text, or has more than one column and no names.
        UnreadableFormula
            A formula cannot be read and ``on_problem`` is "raise".
        """
        table = self._read(X)
        n_magpie = len(magpie_names()) if self.magpie else 0
        features = np.empty((len(table.problems), len(self.get_feature_names_out())))
        if self.fractions:
            features[:, n_magpie:] = table.fractions
        if self.magpie:
            magpie_statistics(table.fractions, features[:, :n_magpie])
        return features

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """Return the names of the features, ndarray of str objects of shape (n_features,)."""
        names = magpie_names() if self.magpie else []
        if self.fractions:
            names = names + [f"fraction {symbol}" for symbol in element_table().symbols]
        return np.array(names, dtype=object)

    def problems(self, X: Any) -> npt.NDArray[Any]:
        """Say what is wrong with each formula.

        Parameters
        ----------
        X : DataFrame with the column ``column``, Series, or sequence of str

        Returns
        -------
        ndarray of str objects of shape (n_rows,)
            "" where the formula can be read, else one sentence.
        """
        return read_formulas(self._formulas(X)).problems

    def __sklearn_is_fitted__(self) -> bool:
        """Nothing is learned, so there is nothing to wait for."""
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags

    def _read(self, X: Any) -> FormulaTable:
        self._check_options()
        table = read_formulas(self._formulas(X))
        bad = np.flatnonzero(~table.readable)
        if bad.size and self.on_problem == "raise":
            shown = " ".join(f"Row {row}: {table.problems[row]}" for row in bad[:N_SHOWN])
            raise UnreadableFormula(
                f"CompositionFeatures: {bad.size} of {len(table.problems)} formulas cannot be read; correct "
                f"them, or use on_problem='nan' to get rows of NaN.  Counted from 0, the first are: {shown}"
            )
        return table

    def _check_options(self) -> None:
        if self.on_problem not in ("raise", "nan"):
            raise WrongOption(
                f"CompositionFeatures: on_problem must be 'raise' or 'nan', got {self.on_problem!r}."
            )
        for name in ("magpie", "fractions"):
            if not isinstance(getattr(self, name), bool | np.bool_):
                raise WrongOption(
                    f"CompositionFeatures: {name} must be True or False, got {getattr(self, name)!r}."
                )
        if not (self.magpie or self.fractions):
            raise WrongOption(
                "CompositionFeatures: magpie or fractions must be True, else no feature is left."
            )

    def _formulas(self, X: Any) -> Any:
        if isinstance(X, pd.DataFrame):
            if list(X.columns).count(self.column) != 1:
                present = ", ".join(map(str, X.columns))
                raise MissingColumn(
                    f"CompositionFeatures: X needs exactly one column {self.column!r} of formulas, its "
                    f"columns are {present}; name the column with column=."
                )
            return X[self.column]
        if isinstance(X, str):
            raise ShapeMismatch(f"CompositionFeatures: X is the single text {X!r}; give a list of formulas.")
        if isinstance(X, np.ndarray) and X.ndim != 1:
            if X.ndim != 2 or X.shape[1] != 1:
                raise ShapeMismatch(
                    f"CompositionFeatures: X has the shape {X.shape}; give one column of formulas, or a "
                    "DataFrame."
                )
            return X[:, 0]
        return X
