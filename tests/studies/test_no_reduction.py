"""The study of NO decomposition: what is hidden, what is present, and functions of steps."""

import numpy as np
import pandas as pd
import pytest

from graftwood.studies import no_reduction
from graftwood.studies.no_reduction import (
    FEWEST,
    METAL,
    QUICK,
    SURFACE,
    candidates_for,
    fold_of_surfaces,
    pattern,
    read_surfaces,
    split_of_step,
)
from graftwood.studies.no_reduction_claims import EXPECTED, LARGEST, PAIRS, score_steps
from graftwood.study.hold_out import hold_out
from tests.studies.planted import held_out_steps


@pytest.fixture(scope="module")
def table():
    return read_surfaces()


def test_labels_present_at_a_share_stay_present_at_a_larger_one(table):
    few, many = pattern(table, 0.4, 1), pattern(table, 0.8, 1)
    assert (few <= many).all(axis=None)
    assert few["N2"].sum() == round(0.4 * 48) and many["N2"].sum() == round(0.8 * 48)


def test_patterns_of_steps_differ(table):
    present = pattern(table, 0.5, 0)
    assert not (present["NO*"] == present["NO"]).all()


def test_metals_are_held_out_whole(table):
    folds = fold_of_surfaces(table, METAL, 10, 0)
    assert pd.Series(folds).groupby(table.metals).nunique().max() == 1 and len(set(folds)) == 10


def test_absent_labels_are_gone_in_training_and_every_label_is_tested(table):
    folds = fold_of_surfaces(table, SURFACE, 5, 0)
    split = split_of_step(table, "N2", folds, pattern(table, 0.2, 0), 0, False)
    _, labels = split.training(0, "visible", True)
    assert FEWEST <= labels["N2"].notna().sum() <= round(0.2 * 48)
    assert len(split.test(0)) == table.barriers["N2"][folds == 0].notna().sum()


def test_the_step_with_the_same_transition_state_is_not_known(table):
    folds = fold_of_surfaces(table, SURFACE, 5, 0)
    split = split_of_step(table, "NO*", folds, pattern(table, 1.0, 0), 0, True)
    known = split.known(split.test(0))
    assert "NO" not in known and "NO*" not in known and "energy NO" in known
    _, labels = split.training(0, "visible", True)
    rows = np.isin(split.materials, split.materials[folds == 0])
    assert split.labels.frame.loc[rows, "NO"].notna().any()
    assert labels.loc[labels.index.isin(np.flatnonzero(rows)), "NO"].isna().all()


@pytest.mark.parametrize("regime", ["hidden", "visible"])
def test_nonsense_in_place_of_the_tested_barriers_changes_no_prediction(table, regime):
    folds = fold_of_surfaces(table, SURFACE, 5, 0)
    wrong = table.barriers.copy()
    wrong.loc[folds == 0, "N2"] *= -1000
    other = no_reduction.Surfaces(table.X, wrong, table.energies, table.surfaces, table.metals)
    said = [
        hold_out(
            split_of_step(each, "N2", folds, pattern(each, 0.6, 0), 0, False),
            candidates_for("N2", QUICK, 0, False), [regime],
        )["prediction"].to_numpy()
        for each in (table, other)
    ]  # fmt: skip
    assert (said[0] == said[1]).all()


def test_common_errors_cancel_in_differences():
    common = [0.5, -0.3, 0.2, 0.4]
    scores = score_steps(held_out_steps({"NO*": common, "N2": common, "O2": common}))
    pairs = scores[scores["task"] == PAIRS].groupby("metric")["value"].mean()
    assert pairs["rmse"] == pytest.approx(0, abs=1e-12)
    assert pairs[EXPECTED] == pytest.approx(np.mean([np.sqrt(0.5**2 + 0.3**2), np.sqrt(0.2**2 + 0.4**2)]))


def test_opposite_errors_do_not_cancel():
    errors = [0.5, -0.3, 0.2, 0.4]
    scores = score_steps(held_out_steps({"NO*": errors, "N2": [-each for each in errors]}))
    pairs = scores[scores["task"] == PAIRS].groupby("metric")["value"].mean()
    assert pairs["rmse"] == pytest.approx(np.sqrt(2) * pairs[EXPECTED])


def test_known_difference_of_one_transition_state_is_no_pair():
    scores = score_steps(held_out_steps({"NO*": [0.1, 0.2], "NO": [0.1, 0.2]}))
    assert PAIRS not in set(scores["task"])


def test_largest_barrier_is_off_by_its_own_error():
    scores = score_steps(held_out_steps({"NO*": [0.0] * 4, "N2": [1.0] * 4, "O2": [0.0] * 4}))
    largest = scores[(scores["task"] == LARGEST) & (scores["metric"] == "rmse")]
    assert largest["value"].tolist() == [1.0, 1.0]
