"""A selector uses the labels' standard deviations in its comparison and in the models that it keeps."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from graftwood import TransferSelector
from graftwood.data.label_std import learnable_std
from graftwood.errors import ShapeMismatch, UnknownTask

OPTIONS = {"n_estimators": 12, "n_estimators_compared": 6, "n_folds": 2, "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore::graftwood.errors.UnreliableSpread")


def noisy():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 3))
    truth = 2 * X[:, 0] + X[:, 1]
    std = np.where(np.arange(120) % 3 == 0, 3.0, 0.05)
    gap = truth + rng.normal(size=120) * std
    gap[::5] = np.nan
    Y = pd.DataFrame({"gap_dft": truth + 1, "gap_exp": gap})
    return X, Y, pd.DataFrame({"gap_exp": np.where(np.isnan(gap), np.nan, std)})


@cache
def told_of_errors(fast):
    X, Y, std = noisy()
    return TransferSelector("gap_exp", fast=fast, **OPTIONS).fit(X, Y, label_std=std)


@pytest.mark.parametrize("fast", [False, True])
def test_errors_count_in_the_comparison_and_in_the_winners(fast):
    X, Y, std = noisy()
    plain = TransferSelector("gap_exp", fast=fast, **OPTIONS).fit(X, Y)
    told = told_of_errors(fast)
    assert not told.comparison_.table.equals(plain.comparison_.table)
    for regime, winner in told.models_.items():
        uses = told.best_[regime] != "single" and not told.best_[regime].startswith("self")
        labels = Y if uses else Y[["gap_exp"]]
        again = type(winner)(**winner.get_params(deep=False)).fit(X, labels, label_std=std)
        assert np.array_equal(again.predict(X), winner.predict(X))


def test_an_array_says_the_same_as_a_frame():
    X, Y, std = noisy()
    whole = std.reindex(columns=Y.columns).to_numpy()
    by_frame = told_of_errors(False)
    by_array = TransferSelector("gap_exp", **OPTIONS).fit(X, Y, label_std=whole)
    assert np.array_equal(by_frame.predict(X), by_array.predict(X))


def test_errors_of_another_shape_or_task_are_refused():
    X, Y, std = noisy()
    with pytest.raises(ShapeMismatch, match="label_std has 119 rows and 1 columns, Y 120 and 2"):
        TransferSelector("gap_exp", **OPTIONS).fit(X, Y, label_std=std[:-1])
    with pytest.raises(UnknownTask, match="label_std names 'gap_hse'; the tasks are gap_dft, gap_exp"):
        TransferSelector("gap_exp", **OPTIONS).fit(X, Y, label_std=std.rename(columns={"gap_exp": "gap_hse"}))


def test_errors_of_a_study_file_reach_the_selector(monkeypatch):
    from graftwood.datasets import load_band_gaps
    from graftwood.study import steps

    class Recorded(TransferSelector):
        def fit(self, X, Y, groups=None, sample_weight=None, label_std=None):
            self.given = label_std
            return self

    table = load_band_gaps("demo")
    monkeypatch.setattr(steps, "TransferSelector", Recorded)
    monkeypatch.setattr(steps, "learnable_std", lambda table: "the deviations")
    from graftwood.study.run import demo_study

    assert steps.fit_selector(demo_study(), X=np.zeros((table.n_rows, 1))).given == "the deviations"
    assert learnable_std(table) is None
