"""Errors fold by fold, their table, and claims as paired differences."""

import numpy as np
import pandas as pd
import pytest

from graftwood.metrics import fold_estimate
from graftwood.studies.claims import claims_of, judge
from graftwood.studies.fold_scores import comparison_table, estimate, mae, paired_values, score_folds

RNG = np.random.default_rng(0)


def scores_of(values, metric="mae"):
    """One score per fold of each architecture."""
    lines = [
        {"task": "gap", "subset": "all", "architecture": name, "regime": "hidden", "trial": 0, "fold": fold,
         "metric": metric, "value": value, "n": 10}
        for name, folds in values.items()
        for fold, value in enumerate(folds)
    ]  # fmt: skip
    return pd.DataFrame(lines)


def test_error_of_a_mean_over_repeats_is_that_of_nadeau_and_bengio():
    values = RNG.normal(size=15)
    assert estimate(values, n_folds=5) == fold_estimate(values, 1.0, 4.0)
    assert estimate(values, 5)[1] > np.std(values, ddof=1) / np.sqrt(15)


def test_a_fold_without_rows_is_left_out_and_one_fold_has_no_error():
    assert estimate(np.array([np.nan, 1.0, 3.0]), 3)[0] == 2.0
    mean, error = estimate(np.array([1.0]), 3)
    assert mean == 1.0 and np.isnan(error)


def test_gain_is_positive_where_better_whichever_way_the_metric_goes():
    lower = comparison_table(scores_of({"single": [1.0, 1.2], "latent": [0.5, 0.6]}), 2)
    higher = comparison_table(scores_of({"single": [0.5, 0.6], "latent": [1.0, 1.2]}, "f1_weighted"), 2)
    for table in (lower, higher):
        gains = table.set_index("architecture")["gain_over_single"]
        assert gains["latent"] == pytest.approx(0.55) and np.isnan(gains["single"])


def test_only_folds_that_both_have_are_paired():
    scores = scores_of({"single": [1.0, 2.0, 3.0], "latent": [0.5, 1.5]})
    pair = paired_values(scores, "mae", {"architecture": "latent"}, {"architecture": "single"})
    assert pair.tolist() == [[0.5, 1.0], [1.5, 2.0]]


def test_scores_are_those_of_each_fold():
    rows = pd.DataFrame({"label": [1.0, 2.0, 3.0], "prediction": [1.5, 2.0, 2.0], "fold": [0, 0, 1]})
    rows = rows.assign(task="gap", subset="all", architecture="single", regime="hidden", trial=0)
    assert score_folds(rows, {"mae": mae})["value"].tolist() == [0.25, 1.0]


@pytest.mark.parametrize(
    "advantage, standing",
    [
        pytest.param([0.30, 0.31, 0.29, 0.30, 0.32], "holds", id="always-better"),
        pytest.param([-0.30, -0.31, -0.29, -0.30, -0.32], "does not hold", id="always-worse"),
        pytest.param([0.30, -0.31, 0.29, -0.30, 0.32], "undecided", id="now-this-now-that"),
    ],
)
def test_claims_hold_where_the_whole_interval_is_on_their_side(advantage, standing):
    other = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    claim = judge("a beats b", np.column_stack([other - advantage, other]), "mae", 5)
    assert claim.standing == standing
    assert claim.low < claim.difference < claim.high


def test_repeats_add_no_degrees_of_freedom():
    one = np.column_stack([[0.8, 0.9, 1.0, 0.7, 0.95], np.ones(5)])
    often = np.tile(one, (20, 1))
    once, repeated = (judge("a beats b", each, "mae", 5) for each in (one, often))
    # The same folds over and over shrink the variance's 1/J, never its n_test/n_train.
    assert repeated.high - repeated.low > 0.6 * (once.high - once.low)


def test_rivals_are_the_single_task_the_best_control_and_the_best_other():
    scores = scores_of(
        {
            "single": [0.9, 0.9], "self_latent": [0.8, 0.9], "single:extra": [0.7, 0.8], "pooled": [1.5, 1.6],
            "latent": [0.6, 0.7], "difference": [0.5, 0.6],
        }
    )  # fmt: skip
    texts = [claim.text for claim in claims_of(scores, "difference", "mae", "here", "hidden", 2)]
    assert len(texts) == 3
    for text, rival in zip(
        texts, ("single task", "single task, extra-trees", "latent variable"), strict=True
    ):
        assert rival in text
