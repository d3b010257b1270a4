"""Transfer problems of the benchmarks: what they refuse, and that the data sets are what they say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.problems import PROBLEMS, definition, planted
from benchmarks.problems.folds import Drawing, draw_folds, drawing_of, shuffle_sources
from benchmarks.problems.gaps import band_gap
from benchmarks.task_weights import TaskWeightSettings, brier, sizes

HAS_DATA = definition.BESIDE_REPOSITORY.is_dir() or definition.DATA_VARIABLE in definition.os.environ
with_data = pytest.mark.skipif(not HAS_DATA, reason="the data folder is not beside the repository")
SETTINGS = TaskWeightSettings(n_folds=3, n_repeats=2)


@pytest.mark.parametrize(
    "change, message",
    [
        pytest.param({"X": np.zeros((3, 2))}, "X has 3 rows, Y 90", id="rows"),
        pytest.param({"target": "gap"}, r"\['gap', 'target'\] must be", id="target"),
        pytest.param({"sources": ()}, r"\['source'\] must be", id="column-without-part"),
        pytest.param({"kinds": {"target": "real"}}, r"\['source'\] must be", id="kind"),
        pytest.param({"same_as": ("target",)}, "names sources only", id="same-as"),
    ],
)
def test_problem_whose_parts_do_not_fit_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(planted(), **change)


def test_missing_data_are_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(definition.DATA_VARIABLE, str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"bandgap_expt_zhuo.* is missing; put the folder"):
        PROBLEMS["band-gap"]()


def test_sodium_nitride_is_read_as_a_formula(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(definition.DATA_VARIABLE, str(tmp_path))
    (tmp_path / "gaps.csv").write_text("formula,gap_eV\nNaN,1.5\nSi,\n")
    table = definition.read_table("gaps.csv")
    assert table["formula"].tolist() == ["NaN", "Si"]
    assert table["gap_eV"].isna().tolist() == [False, True]


@with_data
@pytest.mark.parametrize("name", PROBLEMS)
def test_data_set_is_a_problem_with_labels_of_every_task(name: str) -> None:
    problem = PROBLEMS[name](**({"n_source_only": 50} if name == "band-gap" else {}))
    assert problem.name == name
    assert problem.X.dtype == np.float64
    assert np.isfinite(problem.X).all()
    assert len(problem.labelled) > 40
    assert (problem.Y.notna().sum() > 20).all()
    assert set(problem.units) == {task for task, kind in problem.kinds.items() if kind != "category"}


@with_data
def test_band_gaps_keep_every_measured_one_and_draw_the_rest_by_seed() -> None:
    small, large, other = band_gap(40), band_gap(60), band_gap(40, seed=1)
    assert len(small.labelled) == len(large.labelled) == 4604
    assert len(large.X) - len(small.X) == 20
    assert small.Y.equals(band_gap(40).Y)
    assert not small.Y.equals(other.Y)


@with_data
def test_a_barrier_that_the_sources_determine_is_hidden_with_the_target() -> None:
    Y, problem = PROBLEMS["catapp"]().Y, PROBLEMS["catapp"]()
    determined = Y["barrier_NO"] - Y["energy_NO"] + Y["energy_NO*"]
    assert np.allclose(determined.dropna(), Y[problem.target].dropna())
    assert problem.same_as == ("barrier_NO",)


def test_folds_of_small_sets_are_drawn_more_often() -> None:
    n_labels = len(planted().labelled)
    for repeats, often in ((((n_labels + 1, 3), (500, 2)), 3), (((n_labels, 3), (500, 2)), 2), ((), 1)):
        assert drawing_of(planted(), 5, repeats, 7) == Drawing(5, often, 7)


def test_folds_share_no_material_and_few_labels_are_part_of_many() -> None:
    problem = planted()
    few, many = (draw_folds(problem, n, Drawing(3, 2, 0)) for n in (5, 15))
    assert len(few) == 3 * 2
    for one, more in zip(few, many, strict=True):
        assert not set(problem.groups[one.train]) & set(problem.groups[one.test])
        assert set(one.told) < set(more.told) <= set(one.train)
        assert np.array_equal(one.told, more.told[:5])
    tested = np.concatenate([fold.test for fold in few if fold.repeat == 0])
    assert sorted(tested) == sorted(problem.labelled)


def test_shuffled_sources_keep_their_labels_and_each_other_but_not_their_rows() -> None:
    problem = planted()
    twice = problem.Y["source"] * 2
    problem = replace(
        problem,
        Y=problem.Y.assign(twice=twice),
        sources=("source", "twice"),
        kinds=dict.fromkeys(("target", "source", "twice"), "real"),
    )
    shuffled = shuffle_sources(problem, seed=0)
    assert sorted(shuffled["source"]) == sorted(problem.Y["source"])
    assert (shuffled["twice"] == 2 * shuffled["source"]).all()
    assert (shuffled["source"] == problem.Y["source"]).mean() < 0.2
    assert shuffled["target"].equals(problem.Y["target"])


def test_at_most_half_of_the_labels_are_told_and_each_number_once() -> None:
    assert sizes(planted(), replace(SETTINGS, n_labels=(10, 50, 300))) == {10: 10, 50: 20}


def test_brier_of_a_class_that_training_never_saw() -> None:
    odds = pd.DataFrame([[1.0, 0.0], [0.5, 0.5], [0.5, 0.5]])
    assert brier(np.array(["a", "b", "c"], dtype=object), odds, ["a", "b"]).tolist() == [0.0, 0.5, 1.5]
