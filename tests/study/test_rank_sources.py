"""A source that tells the target ranks above one that tells nothing."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from graftwood import rank_sources
from graftwood.coding.inputs import code_rows
from graftwood.errors import MissingColumn, TooFewLabels, UnknownTask, WrongOption
from graftwood.study.hold_out import Split
from graftwood.study.labels import tell_labels
from graftwood.study.rank_sources import _thinned

OPTIONS = {"target": "dear", "n_estimators": 12, "random_state": 1}


def planted(n=180):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 4))
    good = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]
    dear = np.where(np.arange(n) % 3, np.nan, good + 0.3 + rng.normal(size=n) / 10)
    fair = good + rng.normal(size=n)
    return X, pd.DataFrame({"useless": rng.normal(size=n), "fair": fair, "good": good, "dear": dear})


@lru_cache(maxsize=1)
def ranked():
    return rank_sources(*planted(), **OPTIONS)


def test_informative_source_ranks_first_and_is_missed_most():
    seen = ranked().query("regime == 'visible'").set_index("source")
    assert seen.index.tolist()[0] == "good" and set(seen.index) == {"useless", "fair", "good"}
    assert seen["gain"]["good"] > 3 * seen["gain_standard_error"]["good"]
    assert seen["loss"]["good"] > 2 * seen["loss_standard_error"]["good"]
    assert abs(seen["gain"]["useless"]) < 2 * seen["gain_standard_error"]["useless"]
    # Leaving it out may even gain: one input less that says nothing.
    assert seen["loss"]["useless"] < 2 * seen["loss_standard_error"]["useless"]
    hidden = ranked().query("regime == 'hidden'").set_index("source")["gain"]
    assert hidden["good"] > hidden["useless"]


def test_more_labels_gain_more():
    good = ranked().query("regime == 'visible' and source == 'good'").iloc[0]
    assert good["gain_at_0.25"] < good["gain_at_0.5"] < good["gain_at_1"]
    assert good["gain_at_1"] == good["gain"] and good["n_labels"] == 180


def test_table_is_complete():
    table = ranked()
    assert len(table) == 6 and table["n_materials"].eq(60).all()
    assert table["regime"].tolist() == ["hidden"] * 3 + ["visible"] * 3
    for _, part in table.groupby("regime"):
        assert part["gain"].is_monotonic_decreasing
    assert np.isfinite(table.drop(columns=["regime", "source", "reference"]).to_numpy(dtype=float)).all()


def test_smaller_shares_are_part_of_larger_ones():
    X, Y = planted()
    materials = np.arange(len(Y)) // 2
    keys = materials.astype(str)
    split = Split(code_rows(X, "test"), tell_labels(Y, "test"), "dear", (), keys, np.zeros(len(Y), dtype=int))
    kept = [set(keys[_thinned(split, "good", share, 0).frame["good"].notna()]) for share in (0.25, 0.5, 1.0)]
    assert [len(keys) for keys in kept] == [22, 45, 90]
    assert kept[0] < kept[1] < kept[2]
    assert _thinned(split, "good", 0.25, 0).frame["fair"].notna().all()


def test_the_only_source_is_missed_as_much_as_it_gains():
    X, Y = planted()
    table = rank_sources(X, Y[["good", "dear"]], fractions=(), **OPTIONS)
    assert np.allclose(table["gain"], table["loss"]) and "gain_at_1" in table


def test_classes_are_ranked_by_the_multi_task_forest():
    X, Y = planted()
    Y["dear"] = np.where(Y["dear"].isna(), None, np.where(Y["dear"] > 0, "high", "low")).astype(object)
    table = rank_sources(X, Y[["useless", "good", "dear"]], fractions=(0.5,), **OPTIONS)
    assert table["reference"].eq("single").all() and table["gain"].abs().max() < 2
    assert set(table["source"]) == {"useless", "good"} and table["gain_at_0.5"].notna().all()


def test_repeats_are_no_sources_and_columns_may_be_numbered():
    X, Y = planted()
    table = rank_sources(
        X, Y.assign(again=Y["dear"]).to_numpy(), same_as=[4], fractions=(), **{**OPTIONS, "target": 3}
    )
    assert set(table["source"]) == {"0", "1", "2"}


def test_share_that_folds_cannot_learn_has_no_gain():
    X, Y = planted()
    Y["good"] = Y["good"].where(Y["dear"].notna() & (np.arange(len(Y)) < 30))
    table = rank_sources(X, Y[["good", "dear"]], fractions=(0.1,), **OPTIONS)
    assert table["gain_at_0.1"].isna().any() and table["gain"].notna().all()


@pytest.mark.parametrize(
    "changes, error, message",
    [
        pytest.param({"target": "gap"}, UnknownTask, "target: there is no task 'gap'", id="target"),
        pytest.param({"fractions": (0.0,)}, WrongOption, "above 0 and at most 1", id="nothing"),
        pytest.param({"fractions": "all"}, WrongOption, "got 'all'", id="text"),
        pytest.param({"architecture": "pooled"}, WrongOption, "architecture must be None", id="architecture"),
        pytest.param({"n_estimators": 0}, WrongOption, "n_estimators must be", id="trees"),
        pytest.param({"same_as": ["useless", "fair", "good"]}, MissingColumn, "no task besides", id="none"),
        pytest.param({"n_folds": 100}, TooFewLabels, "60 materials carry a label", id="folds"),
    ],
)
def test_what_cannot_be_ranked_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        rank_sources(*planted(), **{**OPTIONS, **changes})
