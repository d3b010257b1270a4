"""Learning curves: fewer labels of the target, everything else as in the comparison."""

import numpy as np
import pandas as pd
import pytest

from graftwood.study import learning_curve as module
from graftwood.study.learning_curve import learning_curve
from graftwood.study.steps import Validation, compare_study
from tests.study.planted import SOURCE, TARGET, small_study, small_table


@pytest.fixture(scope="module")
def made():
    study, validation = small_study(), Validation(n_folds=3)
    found = compare_study(study, validation)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEWEST", 5)
        return study, validation, found, learning_curve(study, found, validation)


def test_curve_has_every_size_and_ends_in_the_comparison(made):
    _, _, found, curve = made
    lines = curve.query("architecture == 'single' and regime == 'hidden' and metric == 'mae'")
    assert lines["n_labels"].tolist() == [5, 10, 21]
    last = found.table.query("architecture == 'single' and regime == 'hidden' and metric == 'mae'")
    assert lines["value"].iloc[-1] == last["value"].iloc[0]


def test_known_source_is_worth_more_where_labels_are_few(made):
    curve = (
        made[3]
        .query("metric == 'mae' and regime == 'visible'")
        .set_index(["architecture", "n_labels"])["value"]
    )
    best = next(name for name in ("difference", "latent") if name in curve.index)
    assert curve["single", 5] - curve[best, 5] > 0.3


def test_fewer_labels_take_away_the_targets_of_training_materials_only(made):
    study, validation, _, _ = made
    split = module.split_of(study, validation, "learning_curve")
    few = module._with_fewer(split, 1, 7)
    test = split.folds == 1
    labels, before = few.labels.frame, split.labels.frame
    pd.testing.assert_frame_equal(labels[test], before[test])
    pd.testing.assert_series_equal(labels[SOURCE], before[SOURCE])
    assert labels.loc[~test, TARGET].notna().sum() == 7
    larger = module._with_fewer(split, 1, 12).labels.frame[TARGET]
    assert larger[labels[TARGET].notna()].notna().all()
    assert set(few.folds) == {-1, 1}


def test_tasks_that_repeat_the_target_are_taken_away_with_it(made):
    study, validation, _, _ = made
    tasks = tuple(
        type(task)(task.name, unit=task.unit, same_as=(SOURCE,) if task.name == TARGET else ())
        for task in study.table.tasks
    )
    table = small_table()
    same = small_study(table=type(table)(table.inputs, table.labels, table.materials, tasks))
    few = module._with_fewer(module.split_of(same, validation, "learning_curve"), 0, 5)
    frame = few.labels.frame[few.folds != 0]
    hidden = frame[TARGET].isna() & small_table().labels[TARGET][few.folds != 0].notna()
    assert frame.loc[hidden, SOURCE].isna().all() and hidden.sum() > 0


def test_kept_fits_are_used_again(made):
    study, validation, found, curve = made
    kept = {}

    class Memory:
        def of_trial(self, trial):
            return self

        def load(self, *place):
            return kept.get(place)

        def save(self, *place_and_fit):
            kept[place_and_fit[:3]] = place_and_fit[3:]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEWEST", 5)
        learning_curve(study, found, validation, finished=Memory())
        patch.setattr("graftwood.study.hold_out.predict_fold", None)
        again = learning_curve(study, found, validation, finished=Memory())
    pd.testing.assert_frame_equal(again, curve)
    assert all(" at " in candidate for _, _, candidate in kept) and np.isfinite(curve["value"].dropna()).all()
