"""The race: what is chosen where, that nothing of a test material is seen, and pools of distributions."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from graftwood.errors import MissingColumn, UnreadableFile
from graftwood.studies.band_gap import (
    TARGET,
    PartSettings,
    candidates_for,
    optical_table,
    score_gaps,
    split_of,
    with_fewer,
)
from graftwood.studies.gap_table import GapTable, matbench_folds, read_databases, read_gaps
from graftwood.studies.pool import LEVELS, choose_members, pooled_median
from graftwood.studies.race import inner_split, quick_race, run_race, usual_members
from graftwood.studies.race import split_of as race_split
from graftwood.studies.race_entries import Size
from tests.studies.planted import planted_gaps

SMALL = replace(
    quick_race(),
    size=Size(5, 3),
    inner_size=Size(4, 2),
    n_source_only=20,
    n_inner_source_only=10,
    confirm_seeds=(),
)


def run(table):
    return run_race(table, SMALL, None, lambda what: None)


def test_pool_of_a_metal_and_a_semiconductor_is_a_metal_where_the_mean_probability_says_so():
    metal, gap = np.zeros((1, len(LEVELS))), np.linspace(1, 2, len(LEVELS))[None]
    assert pooled_median([metal, metal, gap])[0] == 0.0
    assert pooled_median([metal, gap, gap])[0] > 1.0
    assert pooled_median([gap]) == pytest.approx(1.5)


def test_members_whose_errors_are_opposite_are_chosen_together():
    label = np.arange(20.0)
    said = {name: label[:, None] + shift for name, shift in (("low", -1.0), ("high", 1.0), ("far", 5.0))}
    assert set(choose_members(said, label, 2)) == {"low", "high"}


def test_a_perfect_member_is_chosen_alone():
    label = np.arange(20.0)
    assert choose_members({"true": label[:, None], "far": label[:, None] + 5}, label) == ["true"]


def test_twins_of_test_materials_are_no_rows_of_the_inner_folds():
    table = planted_gaps()
    twins = table.materials.copy()
    twins[5] = twins[0]  # the same atomic fractions under another spelling
    table = GapTable(table.X, table.Y, twins, table.systems, table.n_measured)
    folds = matbench_folds(table.n_measured, len(table.Y), n_folds=3)
    inner, _ = inner_split(table, race_split(table, folds), int(folds[0]), SMALL)
    assert twins[0] not in inner.materials
    assert set(inner.materials).isdisjoint(table.materials[folds == folds[0]])


@pytest.fixture(scope="module")
def honest():
    """One race on the planted table."""
    return run(planted_gaps())


def changed_in_fold(task, change):
    """The planted table with other labels of a task in the test fold 0."""
    table = planted_gaps()
    folds = matbench_folds(table.n_measured, len(table.Y), n_folds=SMALL.n_folds)
    wrong = table.Y.copy()
    wrong.loc[folds == 0, task] = change(wrong.loc[folds == 0, task].to_numpy())
    return GapTable(table.X, wrong, table.materials, table.systems, table.n_measured)


@pytest.mark.slow
def test_labels_of_a_test_fold_change_neither_its_choice_nor_its_predictions(honest):
    changed = run(changed_in_fold(TARGET, lambda labels: 3 * labels[::-1]))
    mine, theirs = (each.held_out.query("fold == 0") for each in (honest, changed))
    assert not (mine["label"].to_numpy() == theirs["label"].to_numpy()).all()
    assert (mine["prediction"].to_numpy() == theirs["prediction"].to_numpy()).all()
    assert {"blend", "blend_of_all", "latent:extra"} <= set(mine["architecture"])
    pd.testing.assert_frame_equal(honest.picks.query("fold == 0"), changed.picks.query("fold == 0"))


@pytest.mark.slow
def test_hidden_calculated_gaps_change_no_hidden_prediction(honest):
    changed = run(changed_in_fold("gap_mp", lambda labels: labels + 77))
    mine, theirs = (each.held_out.query("fold == 0 and regime == 'hidden'") for each in (honest, changed))
    assert (mine["prediction"].to_numpy() == theirs["prediction"].to_numpy()).all()


@pytest.mark.slow
def test_every_material_is_predicted_once_by_every_candidate(honest):
    counts = honest.held_out.groupby(["architecture", "regime"])["row"].agg(["size", "nunique"])
    assert (counts == 60).all(axis=None)


def test_usual_members_are_those_of_half_of_the_folds_with_the_weight_of_all():
    rows = [(0, "a", 1), (1, "a", 1), (0, "b", 3), (1, "b", 1), (2, "b", 1), (3, "c", 8)]
    picks = pd.DataFrame(rows, columns=["fold", "architecture", "n_picks"]).assign(regime="hidden")
    assert usual_members(picks, "hidden") == ("b",) * 5 + ("a",) * 2
    assert usual_members(picks[picks["architecture"] == "c"], "hidden") == ("c",) * 8


def test_without_a_member_of_half_of_the_folds_those_of_the_most_folds_are_usual():
    picks = pd.DataFrame({"regime": "hidden", "fold": range(5), "architecture": list("abcda"), "n_picks": 1})
    assert usual_members(picks, "hidden") == ("a", "a")


def test_folds_are_those_of_matbench():
    from sklearn.model_selection import KFold

    folds = matbench_folds(4604, 5000)
    for number, (_, test) in enumerate(KFold(5, shuffle=True, random_state=18012019).split(np.zeros(4604))):
        assert (np.flatnonzero(folds == number) == test).all()
    assert (folds[4604:] == -1).all()


def test_as_many_labels_are_left_as_asked_and_fewer_are_a_part_of_more():
    split = split_of(planted_gaps(), matbench_folds(60, 80))
    left = [
        set(np.flatnonzero(with_fewer(split, 0, n, 0).training(0, "hidden", True)[1][TARGET].notna()))
        for n in (10, 20)
    ]
    assert [len(each) for each in left] == [10, 20] and left[0] < left[1]
    assert len(with_fewer(split, 0, 10, 0).test(0)) == 12


def test_further_databases_are_latents_and_the_difference_starts_from_the_materials_project():
    table = planted_gaps()
    wider = table.Y.assign(gap_oqmd=table.Y["gap_mp"] + 0.1)
    split = split_of(GapTable(table.X, wider, table.materials, table.systems, 60), matbench_folds(60, 80))
    found = {each.name: each.estimator for each in candidates_for(split, PartSettings(), 0)}
    assert found["difference"].source == "gap_mp" and not any("oqmd" in name for name in found)
    assert set(found["latent"].latents) == {"gap_mp", "gap_oqmd"}


def test_metals_and_non_metals_are_scored_apart():
    rows = pd.DataFrame({"label": [0.0, 2.0], "prediction": [1.0, 2.5], "fold": 0, "trial": 0})
    scores = score_gaps(rows.assign(task="gaps", architecture="single", regime="hidden"))
    errors = scores[scores["metric"] == "mae"].set_index("subset")["value"]
    assert errors.to_dict() == {"all": 0.75, "non-metals": 0.5, "metals": 1.0}


@pytest.mark.slow
def test_optical_gaps_stand_in_place_of_the_measured_ones():
    table = read_gaps(5, None, 400)
    optical = optical_table(table)
    there = optical.Y[TARGET].notna()
    assert 5 < there.sum() < 400 and (optical.Y.loc[there, TARGET] > 0).all()
    assert not pd.Series(optical.materials[there]).duplicated().any()


def databases(tmp_path, **columns):
    folder = tmp_path / "bandgap_dft"
    folder.mkdir()
    for name, column in (("oqmd", "oqmd_gap_eV"), ("aflow", columns.get("aflow", "aflow_gap_eV"))):
        rows = pd.DataFrame({"formula": ["Ag2Au2S4", "NaN3", "NaN"], column: [0.5, 1.0, 2.0]})
        rows.to_csv(folder / f"{name}_gap_by_composition.csv.gz", index=False)
    return tmp_path


def test_further_databases_are_joined_by_atomic_fractions(tmp_path):
    found = read_databases(databases(tmp_path))
    assert found["gap_oqmd"].to_dict() == {"AgAuS2": 0.5, "N3Na": 1.0, "NNa": 2.0}


def test_a_lacking_file_or_column_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match="oqmd_gap_by_composition.csv.gz does not exist"):
        read_databases(tmp_path)
    with pytest.raises(MissingColumn, match="no column 'aflow_gap_eV'"):
        read_databases(databases(tmp_path, aflow="gap"))
