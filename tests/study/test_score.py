"""Held-out predictions become the numbers that a hand computes."""

import numpy as np
import pandas as pd
import pytest

from graftwood.study.score import COLUMNS, score
from tests.study import metrics

# label, prediction, spread per fold; intervals are prediction +- 2 spreads.
SINGLE = {0: [(0.0, 1.0, 0.5), (4.0, 3.0, 0.5)], 1: [(1.0, 4.0, 1.0), (3.0, 2.0, 1.0)]}
OTHER = {0: [(0.0, 0.5, 1.0), (4.0, 4.0, 1.0)], 1: [(1.0, 2.0, 1.0), (3.0, 1.0, 1.0)]}


def held_out(regime="hidden", **models) -> pd.DataFrame:
    lines = []
    for architecture, folds in models.items():
        row = 0
        for fold, cells in folds.items():
            for label, prediction, spread in cells:
                ends = (prediction - 2 * spread, prediction + 2 * spread)
                lines.append((row, f"m{row}", fold, label, prediction, spread, *ends, architecture, regime))
                row += 1
    columns = ["row", "material", "fold", "label", "prediction", "spread", "low", "high"]
    return pd.DataFrame(lines, columns=[*columns, "architecture", "regime"])


def line(table, architecture, metric, subset="all", regime="hidden"):
    found = table[
        (table["architecture"] == architecture) & (table["metric"] == metric) & (table["subset"] == subset)
        & (table["regime"] == regime)
    ]  # fmt: skip
    assert len(found) == 1
    return found.iloc[0]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return score(held_out(single=SINGLE, difference=OTHER), "gap", {})


@pytest.mark.parametrize(
    "metric, by_fold",
    [
        ("mae", (1.0, 2.0)),
        ("rmse", (1.0, np.sqrt(5.0))),
        ("ndme", (1.0 / 2.0, np.sqrt(5.0))),
        ("r2", (1 - 1.0 / 4.0, 1 - 5.0)),
        ("coverage_68", (0.0, 0.5)),
        ("coverage_90", (1.0, 0.5)),
    ],
)
def test_value_is_the_mean_over_folds_and_its_error_allows_for_shared_training_rows(table, metric, by_fold):
    found = line(table, "single", metric)
    assert found["value"] == pytest.approx(np.mean(by_fold))
    # Two folds of two rows each: n_test / n_train = 1, so the variance is multiplied by 1/2 + 1.
    assert found["standard_error"] == pytest.approx(np.sqrt(np.var(by_fold, ddof=1) * 1.5))
    assert found["n_test"] == 4


def test_gain_is_paired_by_fold_and_positive_where_an_error_is_smaller(table):
    found = line(table, "difference", "mae")
    gains = np.array([1.0 - 0.25, 2.0 - 1.5])
    assert found["gain_over_single"] == pytest.approx(gains.mean())
    assert found["gain_standard_error"] == pytest.approx(np.sqrt(gains.var(ddof=1) * 1.5))


def test_gain_is_positive_where_more_is_better(table):
    found = line(table, "difference", "r2")
    assert found["gain_over_single"] == pytest.approx(np.mean([(1 - 0.125 / 4) - 0.75, (1 - 2.5) - (1 - 5)]))
    assert found["gain_over_single"] > 0


def test_worse_model_has_a_negative_gain():
    swapped = score(held_out(single=OTHER, difference=SINGLE), "gap", {})
    for metric in metrics.WITHOUT_SPREAD:
        assert line(swapped, "difference", metric)["gain_over_single"] < 0


def test_coverage_has_no_gain_and_single_none_at_all(table):
    assert table[table["metric"].str.startswith("coverage")]["gain_over_single"].isna().all()
    assert table[table["architecture"] == "single"]["gain_over_single"].isna().all()


def test_without_a_single_task_model_there_is_no_gain():
    assert score(held_out(difference=OTHER), "gap", {})["gain_over_single"].isna().all()


def test_constant_labels_of_a_fold_leave_some_metrics_undefined_and_the_others_there():
    constant = {0: [(2.0, 1.0, 1.0), (2.0, 3.0, 1.0)], 1: SINGLE[1]}
    found = score(held_out(single=constant, difference=constant), "gap", {})
    for metric in ("ndme", "r2"):
        undefined = line(found, "difference", metric)
        assert undefined[["value", "standard_error", "gain_over_single"]].isna().all()
    assert line(found, "single", "mae")["value"] == pytest.approx(1.5)
    assert line(found, "difference", "mae")["gain_over_single"] == 0


def test_subset_is_scored_on_its_rows_only():
    mask = np.array([True, False, True, False])
    found = score(held_out(single=SINGLE), "gap", {"first": mask})
    assert line(found, "single", "mae", "first")["value"] == pytest.approx((1.0 + 3.0) / 2)
    assert line(found, "single", "mae", "first")["n_test"] == 2
    assert line(found, "single", "mae")["value"] == pytest.approx(1.5)


def test_subset_in_one_fold_has_a_value_without_an_error():
    found = score(held_out(single=SINGLE), "gap", {"one": np.array([True, True, False, False])})
    assert line(found, "single", "mae", "one")["value"] == 1.0
    assert np.isnan(line(found, "single", "mae", "one")["standard_error"])


def test_empty_subset_has_lines_without_values():
    found = score(held_out(single=SINGLE, difference=OTHER), "gap", {"none": np.zeros(4, dtype=bool)})
    empty = found[found["subset"] == "none"]
    assert len(empty) == 2 * len(metrics.OF_NUMBERS)
    assert empty[["value", "standard_error", "gain_over_single"]].isna().all(axis=None)
    assert (empty["n_test"] == 0).all()


def test_order_of_the_rows_changes_no_number(table):
    frame = held_out(single=SINGLE, difference=OTHER)
    order = np.random.default_rng(0).permutation(len(frame))
    other = score(frame.iloc[order], "gap", {})
    keys = ["architecture", "regime", "metric"]
    one, other = (found.sort_values(keys, ignore_index=True) for found in (table, other))
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)


def test_lines_are_named_after_what_they_measure(table):
    assert tuple(table.columns) == COLUMNS
    assert set(table["task"]) == {"gap"}
    both = pd.concat([held_out(single=SINGLE), held_out("visible", single=OTHER)])
    found = score(both, "gap", {})
    assert line(found, "single", "mae", regime="visible")["value"] == pytest.approx((0.25 + 1.5) / 2)
