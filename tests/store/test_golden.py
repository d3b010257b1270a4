"""A file of the first schema, made once, loads for ever and says what it said then."""

import json

import numpy as np

from graftwood import load_model
from graftwood.store.describe import describe
from graftwood.store.load import load_inputs

from .make_golden import MODEL, SAID, everything

OPTIONS = {
    "kinds": None,
    "latents": ["gap_dft"],
    "n_estimators": 6,
    "n_jobs": None,
    "random_state": 5,
    "regimes": ("hidden", "visible"),
    "target": "gap_exp",
    "units": {"gap_exp": "eV"},
}
BASE_OPTIONS = {
    "bootstrap": True,
    "kinds": None,
    "max_depth": 4,
    "max_features": 1.0,
    "min_samples_leaf": 1,
    "n_estimators": 100,
    "n_jobs": None,
    "permutation_repeats": 0,
    "random_state": None,
    "splitter": "best",
    "target": None,
    "task_weight": 0.5,
    "units": None,
}
INPUT_OPTIONS = {"column": "composition", "magpie": False, "fractions": True, "on_problem": "raise"}


def test_stored_model_says_what_it_said():
    model = load_model(MODEL)
    expected = json.loads(SAID.read_text(encoding="utf-8"))
    said = everything(model)
    assert said.keys() == expected.keys()
    for name, values in said.items():
        # Platforms may differ in the last digit of a mean or of a square root.
        np.testing.assert_allclose(values, expected[name], rtol=1e-12, atol=1e-12, err_msg=name)


def test_stored_model_has_its_options_and_inputs():
    model = load_model(MODEL)
    options = model.get_params(deep=False)
    base = options.pop("base")
    # A later version may have further options, with defaults that leave this model as it was.
    assert OPTIONS.items() <= options.items()
    assert type(base).__name__ == "MultiTaskForest"
    assert BASE_OPTIONS.items() <= base.get_params(deep=False).items()
    assert INPUT_OPTIONS.items() <= load_inputs(MODEL).get_params().items()


def test_stored_model_describes_itself():
    card = describe(MODEL)
    assert np.isnan(card["metrics"].pop("none of this"))
    assert card.pop("versions").keys() == {"graftwood", "python", "numpy", "numba"}
    assert card == {
        "schema": 1,
        "created": "2024-02-29T12:30:00+00:00",
        "class": "LatentVariable",
        "target": "gap_exp",
        "tasks": ["gap_dft", "gap_exp"],
        "n_trees": 6,
        "options": {**OPTIONS, "base": {"class": "MultiTaskForest", "options": BASE_OPTIONS}},
        "units": {"gap_exp": "eV"},
        "inputs": {
            "class": "CompositionFeatures",
            "options": INPUT_OPTIONS,
        },
        "metrics": {"mae": 0.25},
        "study": {"fingerprint": "0123456789abcdef"},
        "n_bytes": MODEL.stat().st_size,
    }
