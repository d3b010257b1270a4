"""Labels of one material on different rows are told of, and never taken from one row to another."""

import warnings

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, MultiTaskForest, SingleTask, TransferSelector, compare
from graftwood.errors import LabelsApart

FEW = {"n_estimators": 20, "random_state": 0}


def measured_apart(n=80):
    """Each material once with its gap and once with its calculated gap."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 3))
    dft = X[:, 0] + rng.normal(size=n)
    Y = pd.DataFrame({"dft": np.append(dft, np.full(n, np.nan)), "gap": np.append(np.full(n, np.nan), dft)})
    return np.vstack([X, X]), Y, np.tile(np.arange(n), 2)


@pytest.mark.parametrize("model", [Difference("gap", "dft", **FEW), MultiTaskForest(**FEW)])
def test_labels_on_different_rows_are_told_of(model):
    X, Y, materials = measured_apart()
    with pytest.warns(
        LabelsApart, match="80 materials have labels of both gap and dft|of both dft and gap"
    ) as told:
        model.fit(X, Y, groups=materials)
    assert sum(each.category is LabelsApart for each in told) == 1
    assert "but only 0 have them in one row" in str(
        next(t for t in told if t.category is LabelsApart).message
    )


def test_nothing_is_told_where_labels_stand_together_or_no_task_uses_another():
    X, Y, materials = measured_apart()
    together = Y[:80].assign(gap=Y["gap"][80:].to_numpy())
    with warnings.catch_warnings():
        warnings.simplefilter("error", LabelsApart)
        Difference("gap", "dft", **FEW).fit(X[:80], together)
        Difference("gap", "dft", **FEW).fit(X, Y)  # each row is a material of its own
        SingleTask(**FEW).fit(X, Y, groups=materials)


def test_a_selector_tells_it_once_for_what_it_chose():
    X, Y, materials = measured_apart()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        TransferSelector("gap", n_estimators=20, random_state=0).fit(X, Y, groups=materials)
    apart = [each for each in told if each.category is LabelsApart]
    assert len(apart) == 1 and str(apart[0].message).startswith("TransferSelector: 80 materials have labels")
    assert apart[0].filename == __file__


def test_a_comparison_tells_it_once_and_of_the_whole_table():
    X, Y, materials = measured_apart()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        compare(X, Y, target="gap", groups=materials, n_estimators=5, n_folds=3, regimes=["hidden"])
    apart = [each for each in told if each.category is LabelsApart]
    assert len(apart) == 1 and str(apart[0].message).startswith("compare: 80 materials have labels")
    assert apart[0].filename == __file__
