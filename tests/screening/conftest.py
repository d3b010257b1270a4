"""A small model file and lists of candidates."""

import numpy as np
import pandas as pd
import pytest

from graftwood import CompositionFeatures, MultiTaskForest, save_model

ELEMENTS = ("Al", "Ga", "In", "Si", "Ge", "Zn", "Cd", "Mg")
ANIONS = ("N", "P", "As", "O", "S", "Se")


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A model of two gaps and a class, trained on formulas; its gaps are in eV."""
    rng = np.random.default_rng(0)
    formulas = [f"{a}{n}{b}{m}" for a in ELEMENTS for b in ANIONS for n, m in ((1, 1), (2, 3))]
    features = CompositionFeatures(magpie=False)
    X = features.fit_transform(formulas)
    gap = rng.uniform(0.2, 5, len(formulas))
    Y = pd.DataFrame({"gap_exp": gap, "gap_dft": gap * 0.6})
    Y["colour"] = np.where(gap > 2.5, "white", "black")
    fitted = MultiTaskForest(n_estimators=10, random_state=0, units={"gap_exp": "eV", "gap_dft": "eV"})
    path = tmp_path_factory.mktemp("model") / "model.graft"
    save_model(fitted.fit(X, Y), path, inputs=features)
    return path


def candidates(n_rows, seed=0):
    """Formulas, some unreadable, with known labels here and there and a remark over two lines."""
    rng = np.random.default_rng(seed)
    formula = [
        f"{rng.choice(ELEMENTS)}{rng.integers(1, 9)}{rng.choice(ANIONS)}{rng.integers(1, 9)}"
        for _ in range(n_rows)
    ]
    known = np.where(rng.uniform(size=n_rows) < 0.3, rng.uniform(0, 3, n_rows).round(3).astype(str), "")
    frame = pd.DataFrame({"formula": formula, "gap_dft (meV)": known, "remark": "plain"})
    frame.loc[::5, "remark"] = 'two\nlines, "quoted"'
    frame.loc[3::17, "formula"] = "no formula"
    frame.loc[8::23, "gap_dft (meV)"] = "about 3"
    return frame
