"""A comparison never sees what it says it hides."""

from contextlib import nullcontext
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from graftwood.errors import NotFinite, ShapeMismatch, TooFewLabels, UnknownTask, WrongOption
from graftwood.network.outlook import HIDDEN, VISIBLE
from graftwood.study import hold_out as module
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.compare import compare
from graftwood.study.score import COLUMNS
from tests.study import metrics
from tests.study.planted import REPEAT, SOURCE, TARGET, labels_of

ARCHITECTURES = [candidate.name for candidate in default_candidates(TARGET, [SOURCE])]
WITH_SOURCES = [
    candidate.name for candidate in default_candidates(TARGET, [SOURCE]) if candidate.uses_sources
]
SAID = ["row", "prediction", "spread", "low", "high"]
FOLD = 1
CHANGES = {
    "times-1000": lambda labels: labels * 1000,
    "other-sign": lambda labels: -labels,
    "another-value": lambda labels: labels * 0 + 17.5,
    "missing": lambda labels: labels * np.nan,
}


def three_tasks() -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    X, Y, materials = labels_of()
    return X, Y.assign(**{REPEAT: Y[TARGET].where(np.arange(len(Y)) % 2 == 0) * 1.1 + 0.3}), materials


@lru_cache(maxsize=1)
def held_out_materials() -> frozenset:
    held_out = compared().held_out
    return frozenset(held_out["material"][held_out["fold"] == FOLD])


@lru_cache(maxsize=32)
def compared(change: str = "none", tasks: tuple = (), **options):
    """The comparison after a change of these tasks' labels of the materials of one fold."""
    X, Y, materials = three_tasks()
    tests = np.isin(materials, list(held_out_materials())) if tasks else np.zeros(len(Y), dtype=bool)
    for task in tasks:
        # Which materials are tested follows from which have the target's label, so it stays labelled.
        how = "times-1000" if (task, change) == (TARGET, "missing") else change
        Y[task] = Y[task].where(~tests, CHANGES[how](Y[task]))
    return compare(
        X, Y, target=TARGET, groups=materials, same_as=(REPEAT,), n_folds=3, n_estimators=6, random_state=3,
        **options,
    )  # fmt: skip


def said(found, architecture, regime, in_fold=True):
    part = found.held_out.query("architecture == @architecture and regime == @regime")
    return part[(part["fold"] == FOLD) == in_fold].reset_index(drop=True)


def is_equal(one, other) -> bool:
    return one[SAID].equals(other[SAID])


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_no_label_of_a_hidden_material_moves_its_prediction_by_a_bit(architecture, change):
    changed = compared(change, (TARGET, SOURCE, REPEAT))
    before = said(compared(), architecture, HIDDEN)
    assert len(before) > 5
    assert is_equal(before, said(changed, architecture, HIDDEN))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_no_label_of_the_target_or_its_repeats_moves_a_visible_prediction_by_a_bit(architecture, change):
    changed = compared(change, (TARGET, REPEAT))
    assert is_equal(said(compared(), architecture, VISIBLE), said(changed, architecture, VISIBLE))


@pytest.mark.parametrize("architecture", ["difference", "latent"])
def test_known_source_label_of_a_visible_material_counts(architecture):
    changed = compared("times-1000", (SOURCE,))
    before, after = (said(found, architecture, VISIBLE) for found in (compared(), changed))
    assert (before["prediction"] != after["prediction"]).mean() > 0.5


@pytest.mark.parametrize("regime", [HIDDEN, VISIBLE])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_changed_labels_do_teach_the_other_folds(architecture, regime):
    # Without this the tests above would also pass if labels were never read.
    changed = compared("times-1000", (TARGET, SOURCE, REPEAT))
    before, after = (said(found, architecture, regime, in_fold=False) for found in (compared(), changed))
    assert (before["prediction"] != after["prediction"]).mean() > 0.9


def test_repeats_of_the_target_are_never_a_source():
    found = compared()
    names = {
        task
        for candidate in found.candidates
        for option in ("source", "latents")
        for task in np.atleast_1d(candidate.estimator.get_params(deep=False).get(option, SOURCE))
    }
    assert REPEAT not in names


def test_rows_of_one_material_are_always_in_one_fold():
    held_out = compared().held_out
    assert (held_out.groupby("material")["fold"].nunique() == 1).all()
    assert (held_out.groupby("material")["row"].nunique() > 1).any()


def test_every_labelled_row_is_tested_once_per_architecture_and_regime():
    labelled = np.flatnonzero(three_tasks()[1][TARGET].notna())
    rows = compared().held_out.groupby(["architecture", "regime"])["row"].apply(sorted)
    assert len(rows) == 2 * len(ARCHITECTURES)
    assert all(tested == labelled.tolist() for tested in rows)


@pytest.mark.parametrize("keys", [np.arange, lambda n: np.arange(n) / 2], ids=["whole", "floats"])
def test_materials_may_be_numbers(keys):
    X, Y, materials = labels_of()
    numbers = keys(len(np.unique(materials)))[np.unique(materials, return_inverse=True)[1]]
    found = compare(X, Y, target=TARGET, groups=numbers, n_folds=3, n_estimators=5, regimes=(HIDDEN,))
    assert (found.held_out.groupby("material")["fold"].nunique() == 1).all()


def test_threads_change_nothing():
    pd.testing.assert_frame_equal(compared().held_out, compared(n_jobs=2).held_out, check_exact=True)


def test_order_of_the_rows_changes_nothing():
    X, Y, materials = labels_of()
    order = np.random.default_rng(1).permutation(len(Y))
    options = {"target": TARGET, "n_folds": 3, "n_estimators": 5, "random_state": 2}
    one = compare(X, Y, groups=materials, **options)
    other = compare(X.iloc[order], Y.iloc[order], groups=materials[order], **options)
    exact = ["architecture", "regime", "fold", "row"]
    back = other.held_out.assign(row=order[other.held_out["row"]])
    one_sorted, back = (held_out.sort_values(exact, ignore_index=True) for held_out in (one.held_out, back))
    pd.testing.assert_frame_equal(one_sorted, back, check_exact=True)
    # Sums over rows in another order may differ in the last digit.
    pd.testing.assert_frame_equal(one.table, other.table, rtol=1e-12)


def test_models_without_sources_say_the_same_in_both_regimes():
    for candidate in compared().candidates:
        if not candidate.uses_sources:
            assert is_equal(*(said(compared(), candidate.name, regime) for regime in (HIDDEN, VISIBLE)))
    table = compared().table.query("architecture == 'self_latent'").drop(columns="regime")
    assert (table.groupby("metric").nunique(dropna=False) == 1).all(axis=None)


def test_sharing_forests_changes_nothing(monkeypatch):
    shared = compared().held_out
    monkeypatch.setattr(module, "shared_forests", nullcontext)
    alone = compared.__wrapped__().held_out
    pd.testing.assert_frame_equal(shared, alone, check_exact=True)


def test_table_has_the_promised_columns_and_order():
    table = compared().table
    assert tuple(table.columns) == COLUMNS
    assert COLUMNS[:5] == ("architecture", "regime", "task", "subset", "metric")
    assert table["metric"].unique().tolist() == metrics.OF_NUMBERS
    assert set(table["architecture"]) == set(ARCHITECTURES)
    assert set(table["regime"]) == {HIDDEN, VISIBLE}
    assert set(table["task"]) == {TARGET} and set(table["subset"]) == {"all"}
    assert not table.duplicated(["architecture", "regime", "subset", "metric"]).any()


def test_subsets_are_scored_on_their_own_rows():
    X, Y, materials = labels_of()
    first = np.arange(len(Y)) < 30
    found = compare(
        X, Y, target=TARGET, groups=materials, n_folds=3, n_estimators=5, regimes=(HIDDEN,),
        subsets={"first": first, "nothing": first & ~first},
        candidates=default_candidates(TARGET, [], n_estimators=5, random_state=0)[:1],
    )  # fmt: skip
    counts = found.table.query("metric == 'mae'").set_index("subset")["n_test"]
    assert counts["first"] == Y[TARGET][first].notna().sum() < counts["all"]
    assert counts["nothing"] == 0
    assert found.table.query("subset == 'nothing'")["value"].isna().all()


def test_progress_counts_every_fit():
    X, Y, materials = labels_of()
    calls = []
    compare(
        X, Y, target=TARGET, groups=materials, n_folds=2, n_estimators=5,
        progress=lambda what, done, total: calls.append((what, done, total)),
    )  # fmt: skip
    done = [call[1] for call in calls]
    assert done == list(range(2 * (2 * len(WITH_SOURCES) + 3) + 1))
    assert {total for _, _, total in calls} == {done[-1]}
    assert calls[-1][0] == "done"


def test_labels_may_be_whole_numbers():
    X, _, materials = labels_of()
    Y = pd.DataFrame({TARGET: np.arange(60), SOURCE: np.arange(60) * 2})
    found = compare(X, Y, target=TARGET, groups=materials, n_folds=2, n_estimators=5, regimes=(HIDDEN,))
    assert np.isfinite(found.held_out["prediction"]).all()


def without(mask, task=TARGET, value=np.nan):
    Y = labels_of()[1]
    Y.loc[mask(np.arange(len(Y))), task] = value
    return Y


def missing_key():
    keys = labels_of()[2].astype(object)
    keys[4] = np.nan
    return keys


@pytest.mark.parametrize(
    "changes, error, message",
    [
        pytest.param(
            {"target": "gap"}, UnknownTask, "no task 'gap'; the tasks are gap_exp, gap_dft", id="target"
        ),
        pytest.param({"same_as": ("gap",)}, UnknownTask, "there is no task 'gap'", id="same-as"),
        pytest.param({"same_as": "gap"}, WrongOption, "got the text 'gap'", id="same-as-text"),
        pytest.param(
            {"Y": without(lambda row: row > 2)},
            TooFewLabels,
            "compare: 1 materials carry a label of gap_exp but 5 folds need at least as many; add labels",
            id="few-labels",
        ),
        pytest.param(
            {"Y": without(lambda row: row >= 0)},
            TooFewLabels,
            "all 60 labels of task gap_exp",
            id="no-labels",
        ),
        pytest.param(
            {"Y": without(lambda row: row == 8, SOURCE, np.inf)},
            NotFinite,
            "task gap_dft in row 8 is infinity",
            id="infinite-label",
        ),
        pytest.param(
            {"Y": labels_of()[1].astype(object).replace(np.nan, "n/a")},
            NotFinite,
            "row 2 is .n/a. and not a number",
            id="text",
        ),
        pytest.param({"Y": np.zeros((60, 2))}, WrongOption, "must be a DataFrame", id="array"),
        pytest.param({"Y": labels_of()[1][:50]}, ShapeMismatch, "shape", id="short-labels"),
        pytest.param(
            {"groups": ["m"] * 59}, ShapeMismatch, r"groups has shape \(59,\) for 60 rows", id="groups"
        ),
        pytest.param({"groups": missing_key()}, WrongOption, "material of row 4 is missing", id="no-key"),
        pytest.param({"X": np.zeros((59, 2))}, ShapeMismatch, "X has 59 rows and Y 60", id="short-inputs"),
        pytest.param({"X": np.full((60, 1), -np.inf)}, NotFinite, "row 0 is infinity", id="infinite-input"),
        pytest.param({"regimes": ("seen",)}, WrongOption, "regimes must be", id="regime"),
        pytest.param({"regimes": "hidden"}, WrongOption, "got 'hidden'", id="regime-as-text"),
        pytest.param({"candidates": []}, WrongOption, "candidates is empty", id="no-candidate"),
        pytest.param(
            {"subsets": {"s": [True]}}, ShapeMismatch, "subset 's' must be one boolean", id="subset"
        ),
        pytest.param(
            {"n_folds": 1}, WrongOption, "n_folds must be a whole number of 2 or more", id="one-fold"
        ),
        pytest.param({"n_estimators": 0}, WrongOption, "n_estimators must be an integer >= 1", id="no-trees"),
    ],
)
def test_comparison_that_cannot_be_honest_is_refused(changes, error, message):
    X, Y, materials = labels_of()
    options = {"X": X, "Y": Y, "target": TARGET, "groups": materials, "n_estimators": 2} | changes
    with pytest.raises(error, match=message):
        compare(options.pop("X"), options.pop("Y"), **options)


def test_candidate_is_cloned_and_stays_unfitted():
    X, Y, materials = labels_of()
    (single, *_) = default_candidates(TARGET, [SOURCE], n_estimators=5, random_state=0)
    compare(X, Y, target=TARGET, groups=materials, candidates=[Candidate("one", single.estimator, False)])
    assert not hasattr(single.estimator, "tasks_")
