import importlib.util
from pathlib import Path

import pandas as pd
import pytest

import graftwood.datasets
from graftwood.data.table import Table
from graftwood.datasets import gaps as loaders
from graftwood.datasets import (
    load_band_gaps,
    load_dft_gaps,
    load_experimental_gaps,
    load_gap_candidates,
)
from graftwood.errors import WrongOption
from graftwood.features import material_key, read_formulas

FOLDER = Path(graftwood.datasets.__file__).parent
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def table() -> Table:
    """Join all rows once; it takes seconds."""
    return load_band_gaps("full")


@pytest.fixture(scope="module")
def full(table) -> pd.Series:
    """Every calculated median gap by material."""
    return table.labels["gap_dft"].set_axis(table.materials).dropna()


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return load_dft_gaps("demo").frame


def materials_of(frame: pd.DataFrame) -> set[str]:
    return set(read_formulas(frame["formula"]).materials)


@pytest.mark.parametrize("load, n_rows", [(load_experimental_gaps, 4604), (load_dft_gaps, 78164)])
def test_every_shipped_row_has_a_readable_formula_and_a_gap(load, n_rows) -> None:
    frame = load().frame
    assert len(frame) == n_rows
    assert frame.notna().all(axis=None)
    assert read_formulas(frame["formula"]).readable.all()
    values = frame.filter(like="gap_").to_numpy()
    assert (values >= 0).all() and (values < 15).all()


def test_median_lies_between_the_extremes() -> None:
    frame = load_dft_gaps().frame
    assert (frame["gap_min_eV"] <= frame["gap_median_eV"]).all()
    assert (frame["gap_median_eV"] <= frame["gap_max_eV"]).all()
    assert frame["n_structures"].sum() == 106_113


def test_sodium_nitride_is_no_missing_value(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("graftwood.datasets.dataset.files", lambda package: tmp_path)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "y.csv").write_text("formula,gap_eV\nNaN,\n")
    frame = loaders.read_shipped("x", "y.csv")
    assert frame["formula"].tolist() == ["NaN"]
    assert frame["gap_eV"].isna().all()


def test_frame_belongs_to_the_caller() -> None:
    frame = load_experimental_gaps().frame
    frame.loc[0, "gap_eV"] = 99.0
    assert load_experimental_gaps().frame.loc[0, "gap_eV"] == 0.0


def test_demo_keeps_every_material_that_has_both_gaps(full, demo) -> None:
    measured, kept = materials_of(load_experimental_gaps().frame), materials_of(demo)
    assert len(kept) == 12_000
    assert kept & measured == set(full.index) & measured
    assert len(kept & measured) == 3372


def test_demo_leaves_the_candidates_out(full, demo) -> None:
    candidates = materials_of(load_gap_candidates().frame)
    assert candidates.isdisjoint(materials_of(demo))
    assert candidates < set(full.index)


def test_demo_does_not_depend_on_the_order_of_rows() -> None:
    rows = load_dft_gaps().frame.sample(18_000, random_state=3)
    forth, back = (
        loaders._demo_rows(frame.reset_index(drop=True)).sort_values("formula", ignore_index=True)
        for frame in (rows, rows[::-1])
    )
    assert len(forth) == 12_000
    assert forth.equals(back)


def test_candidates_have_no_experimental_gap_and_half_of_them_a_calculated_one() -> None:
    frame = load_gap_candidates().frame
    assert len(frame) == len(materials_of(frame)) == 200
    assert materials_of(frame).isdisjoint(materials_of(load_experimental_gaps().frame))
    assert frame["gap_dft"].notna().sum() == 100
    assert {"GaAs", "NaCl", "CdS", "GaN"} <= set(frame["formula"])


def test_candidates_calculated_gap_is_the_median(full) -> None:
    known = load_gap_candidates().frame.dropna()
    assert known["gap_dft"].tolist() == full[read_formulas(known["formula"]).materials].tolist()


def test_candidates_file_is_what_its_script_makes() -> None:
    spec = importlib.util.spec_from_file_location("make_candidates", ROOT / "tools" / "make_candidates.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.make_candidates().to_csv(index=False, lineterminator="\n")
    assert made == (FOLDER / "gap_candidates" / "candidates.csv").read_text(encoding="utf-8")


def test_full_table_has_the_stated_numbers(table) -> None:
    assert table.n_rows == 79_393
    assert table.overlap().to_numpy().tolist() == [[78_164, 3372], [3372, 4601]]
    assert [(task.name, task.unit, task.kind) for task in table.tasks] == [
        ("gap_dft", "eV", "real"),
        ("gap_exp", "eV", "real"),
    ]
    assert len(table.problems) == 0


def test_full_table_has_every_calculated_median(table, full) -> None:
    frame = load_dft_gaps().frame
    assert full.sort_values().tolist() == frame["gap_median_eV"].sort_values().tolist()
    formula = dict(zip(table.materials, table.inputs["formula"], strict=True))
    some = full.sample(500, random_state=1)
    gap_of = frame.set_index("formula")["gap_median_eV"]
    either = [name for name in (formula[key] for key in some.index) if name in gap_of.index]
    assert len(either) > 480
    assert [gap_of[name] for name in either] == [some[material_key(name)] for name in either]


def test_repeated_reports_become_their_median() -> None:
    table = load_band_gaps()
    assert table.n_rows == 13_229
    gap = table.labels["gap_exp"].set_axis(table.materials)
    assert gap["Cu9S5"] == pytest.approx((2.30 + 0.0) / 2)


@pytest.mark.parametrize("load", [load_dft_gaps, load_band_gaps])
def test_unknown_subset_is_refused(load) -> None:
    with pytest.raises(WrongOption, match="subset must be .*'demo'.*, got 'tiny'"):
        load("tiny")
