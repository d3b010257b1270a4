"""What a selector cannot honestly do is refused, in words."""

import numpy as np
import pandas as pd
import pytest

from graftwood import LatentVariable, Pooled, TransferSelector
from graftwood.errors import NotFinite, ShapeMismatch, UnitMismatch, UnknownTask, WrongOption
from graftwood.study.candidates import Candidate
from tests.study.planted_sources import FEW, SMALL, fitted, planted

LATENT_FIRST = (Candidate("latent", LatentVariable("gap", ["dft"]), True),)


@pytest.mark.parametrize(
    "changes, error, message",
    [
        pytest.param({"target": "volume"}, UnknownTask, "no task .volume.; the tasks are", id="task"),
        pytest.param({"n_folds": 1}, WrongOption, "n_folds must be an integer >= 2", id="folds"),
        pytest.param({"n_estimators": 0}, WrongOption, "n_estimators must be an integer >= 1", id="trees"),
        pytest.param({"candidates": ()}, WrongOption, "a sequence of Candidate", id="no-candidate"),
        pytest.param({"candidates": ("single",)}, WrongOption, "a sequence of Candidate", id="names"),
        pytest.param({"candidates": LATENT_FIRST}, WrongOption, "latent, uses sources", id="no-control"),
        pytest.param({"candidates": FEW + FEW}, WrongOption, "two candidates have one name", id="twice"),
        pytest.param({"same_as": "dft"}, WrongOption, "got the text 'dft'", id="same-as-text"),
        pytest.param({"same_as": ("x",)}, UnknownTask, "same_as names 'x'", id="same-as"),
        pytest.param({"random_state": -1}, WrongOption, "random_state must be", id="seed"),
        pytest.param({"kinds": {"gap": "number"}}, WrongOption, "got 'number'", id="kind"),
    ],
)
def test_wrong_options_are_refused(changes, error, message):
    X, Y, _ = planted()
    with pytest.raises(error, match=message):
        TransferSelector(**{"target": "gap", **SMALL, **changes}).fit(X, Y)


def test_data_that_do_not_fit_are_refused():
    X, Y, _ = planted()
    model = TransferSelector("gap", **SMALL)
    with pytest.raises(ShapeMismatch, match="TransferSelector: X has 259 rows and Y 260"):
        model.fit(X[1:], Y)
    with pytest.raises(ShapeMismatch, match=r"groups has shape \(3,\)"):
        model.fit(X, Y, groups=[1, 2, 3])
    with pytest.raises(NotFinite, match="task dft in row 4 is infinity"):
        model.fit(X, Y.assign(dft=np.where(np.arange(260) == 4, np.inf, Y["dft"])))
    with pytest.raises(UnitMismatch):
        pair = (*FEW[:1], Candidate("pooled", Pooled("gap", units={"gap": "eV", "dft": "K"}), True))
        model.set_params(candidates=pair).fit(X, Y)
    with pytest.raises(UnknownTask, match="no task 'volume'"):
        fitted(candidates=FEW).predict(X, known=pd.DataFrame({"volume": np.zeros(260)}))
