import time

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.pipeline import make_pipeline

from graftwood.datasets import load_dft_gaps
from graftwood.errors import EmptyTable, MissingColumn, ShapeMismatch, UnreadableFormula, WrongOption
from graftwood.features import CompositionFeatures

FORMULAS = ["GaAs", "Cu1.8S", "Ca3(PO4)2", "NaN"]
SECONDS_FOR_85000 = 5.0


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(FORMULAS, id="list"),
        pytest.param(tuple(FORMULAS), id="tuple"),
        pytest.param(np.array(FORMULAS), id="array"),
        pytest.param(np.array(FORMULAS)[:, None], id="column"),
        pytest.param(pd.Series(FORMULAS, name="x", index=[3, 1, 2, 0]), id="series"),
        pytest.param(pd.DataFrame({"T": [1.0] * 4, "formula": FORMULAS}), id="frame"),
    ],
)
def test_formulas_may_come_in_any_container(given) -> None:
    features = CompositionFeatures().fit(given).transform(given)
    assert features.dtype == np.float64
    assert np.array_equal(features, CompositionFeatures().transform(FORMULAS))


def test_width_and_names_depend_on_options_only() -> None:
    for magpie, fractions, width in [(True, True, 235), (True, False, 132), (False, True, 103)]:
        features = CompositionFeatures(magpie=magpie, fractions=fractions)
        assert features.transform(["Fe"]).shape == (1, width)
        assert features.transform([]).shape == (0, width)
        names = features.get_feature_names_out()
        assert len(set(names)) == width


def test_spelling_changes_nothing() -> None:
    one, other = CompositionFeatures().transform(["Cu1.8S", "S5Cu9"])
    assert one == pytest.approx(other, rel=1e-12)


def test_it_works_inside_scikit_learn() -> None:
    frame = pd.DataFrame({"formula": FORMULAS, "temperature": [1.0, 2.0, 3.0, 4.0]})
    columns = ColumnTransformer(
        [("composition", CompositionFeatures(), ["formula"]), ("rest", "passthrough", ["temperature"])]
    )
    model = make_pipeline(columns, RandomForestRegressor(n_estimators=5, random_state=0))
    assert model.fit(frame, [1.4, 1.2, 5.0, 0.0]).predict(frame).shape == (4,)
    assert columns.get_feature_names_out()[0] == "composition__MagpieData minimum Number"


def test_pandas_output_keeps_the_index() -> None:
    table = pd.DataFrame({"formula": FORMULAS}, index=list("abcd"))  # of a Series old scikit-learn forgets it
    framed = CompositionFeatures(column="formula").set_output(transform="pandas").fit_transform(table)
    assert framed.index.tolist() == list("abcd")
    assert framed.loc["a", "fraction Ga"] == 0.5


def test_options_survive_a_clone() -> None:
    features = CompositionFeatures(column="name", magpie=False, on_problem="nan")
    assert clone(features).get_params() == features.get_params()


def test_bad_formula_is_named_with_its_row_and_the_way_out() -> None:
    formulas = ["Fe"] * 10 + ["Xx2O3", "", "Fe(", "Yy"]
    with pytest.raises(
        UnreadableFormula, match=r"4 of 14 formulas .*on_problem='nan'.* Row 10: .*Xx"
    ) as caught:
        CompositionFeatures().fit(formulas)
    assert "Row 12" in str(caught.value)
    assert "Row 13" not in str(caught.value)


def test_bad_formula_can_be_a_row_of_nan_with_a_problem() -> None:
    features = CompositionFeatures(on_problem="nan").fit(["Fe", "Xx2O3"])
    values = features.transform(["Fe", "Xx2O3", "GaAs"])
    assert np.isnan(values[1]).all()
    assert np.isfinite(values[[0, 2]]).all()
    assert [bool(problem) for problem in features.problems(["Fe", "Xx2O3", "GaAs"])] == [False, True, False]


@pytest.mark.parametrize(
    "options, X, error, message",
    [
        pytest.param(
            {"on_problem": "drop"}, ["Fe"], WrongOption, "'raise' or 'nan', got 'drop'", id="problem"
        ),
        pytest.param({"magpie": 1}, ["Fe"], WrongOption, "magpie must be True or False, got 1", id="magpie"),
        pytest.param({"magpie": False, "fractions": False}, ["Fe"], WrongOption, "no feature", id="neither"),
        pytest.param({}, [], EmptyTable, "no rows", id="empty"),
        pytest.param({}, "Fe2O3", ShapeMismatch, "single text 'Fe2O3'", id="text"),
        pytest.param({}, np.array([["Fe", "Co"]]), ShapeMismatch, r"shape \(1, 2\)", id="two-columns"),
        pytest.param(
            {"column": "Formula"},
            pd.DataFrame({"formula": ["Fe"]}),
            MissingColumn,
            "'Formula' of formulas, its columns are formula",
            id="missing-column",
        ),
    ],
)
def test_wrong_use_is_one_clear_sentence(options, X, error, message) -> None:
    with pytest.raises(error, match=message):
        CompositionFeatures(**options).fit(X)


def test_85000_formulas_take_at_most_five_seconds_of_one_core() -> None:
    formulas = (load_dft_gaps().frame["formula"].tolist() * 2)[:85_000]
    CompositionFeatures().transform(formulas[:10])
    start = time.process_time()
    CompositionFeatures().transform(formulas)
    assert time.process_time() - start < SECONDS_FOR_85000
