"""An inspection: planted leaks, clashes and oddities are found, and clean tables are left in peace."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from graftwood.cli.main import app
from graftwood.inspection import inspect_study
from graftwood.reading import read_study
from graftwood.report.inspection import render_inspection
from graftwood.report.periodic import periodic_rows
from tests.reading.folder import STUDY, write_study

CATIONS = ["Li", "Na", "K", "Rb", "Be", "Mg", "Ca", "Sr", "Ba", "Zn", "Cd", "Hg"]
FORMULAS = [cation + anion for cation in CATIONS for anion in ("O", "S", "Se")]


def tables(scale=1.0, **columns):
    """Two tables of 36 materials whose labels are related but not alike."""
    rng = np.random.default_rng(0)
    dft = rng.uniform(1, 4, 36).round(3)
    exp = (1 + dft + rng.normal(0, 0.4, 36)).round(3)
    first = pd.DataFrame({"formula": FORMULAS, "gap (eV)": dft * scale})
    second = pd.DataFrame({"formula": FORMULAS, "gap (eV)": exp, **columns})
    return first, second


def inspect(folder, first, second, study=STUDY):
    return inspect_study(
        read_study(write_study(folder, study, dft=first.to_csv(index=False), exp=second.to_csv(index=False)))
    )


def doubts(facts, level):
    return [doubt for doubt in facts["doubts"] if doubt["level"] == level]


def test_clean_tables_raise_no_doubt(tmp_path):
    facts = inspect(tmp_path, *tables())
    assert facts["doubts"] == [] and facts["problems"] == [] and facts["cells"] == []
    assert facts["n_materials"] == 36
    assert facts["overlap"] == {"tasks": ["gap_dft", "gap_exp"], "counts": [[36, 36], [36, 36]]}


@pytest.mark.parametrize("error, is_doubted", [(194, True), (0.9, False)])
def test_errors_larger_than_the_spread_of_the_labels_are_a_doubt(tmp_path, error, is_doubted):
    study = STUDY.replace('file = "exp.csv"', 'file = "exp.csv"\nlabel_std = "err"')
    found = doubts(inspect(tmp_path, *tables(err=error), study), "doubt")
    assert [doubt["about"] for doubt in found] == ["gap_exp"] * is_doubted
    if is_doubted:
        assert re.search(r"the median 194 eV, more than the 0\.9\d* eV by which", found[0]["text"])
        assert "Check the unit of the column 'err'" in found[0]["advice"]


def test_source_that_equals_the_target_is_a_leak_with_the_line_to_write(tmp_path):
    first, second = tables()
    first["gap (eV)"] = second["gap (eV)"]
    (leak,) = doubts(inspect(tmp_path, first, second), "leak")
    assert leak["text"] == "gap_dft equals gap_exp on 100% of 36 common rows."
    line = re.search(r"same_as = \[.*?\]", leak["advice"])[0]
    study = STUDY.replace("[tasks.gap_exp]\n", f"[tasks.gap_exp]\n{line}\n")
    assert doubts(inspect(tmp_path, first, second, study), "leak") == []


def test_source_in_the_order_of_the_target_is_a_leak(tmp_path):
    first, second = tables()
    first["gap (eV)"] = second["gap (eV)"] ** 2
    (leak,) = doubts(inspect(tmp_path, first, second), "leak")
    assert "in the order of gap_exp" in leak["text"]


def test_input_that_determines_the_target_is_a_leak(tmp_path):
    study = STUDY.replace("[tasks.gap_dft]", '[inputs.lot]\nkind = "category"\n[tasks.gap_dft]')
    first, second = tables()
    second["gap (eV)"] = np.repeat([1.0, 2.0, 3.0], 12)
    second["lot"] = np.repeat(["a", "b", "c"], 12)
    (leak,) = doubts(inspect(tmp_path, first, second, study), "leak")
    assert leak["about"] == "lot" and "Leave out [inputs.lot]" in leak["advice"]


def test_thousandfold_labels_and_other_units_are_doubts(tmp_path):
    facts = inspect(tmp_path, *tables(scale=1000.0))
    assert any("about 1000 times those of gap_exp" in doubt["text"] for doubt in doubts(facts, "doubt"))
    mev = STUDY.replace('unit = "eV"', 'unit = "meV"', 1)
    told = [doubt["text"] for doubt in doubts(inspect(tmp_path, *tables(), study=mev), "doubt")]
    assert "gap_dft is in meV and gap_exp in eV." in told


def test_repeats_that_disagree_are_listed_by_file_and_line(tmp_path):
    first, second = tables()
    second.loc[len(second)] = ["Li1O1", second["gap (eV)"][0] + 9]
    second.loc[len(second)] = ["Na2O2", second["gap (eV)"][3] + 0.01]
    facts = inspect(tmp_path, first, second)
    told = facts["repeats"]["gap_exp"]
    assert (told["n_groups"], told["n_labels"]) == (2, 4)
    (clash,) = told["clashes"]
    assert clash["spread"] == pytest.approx(9.0)
    assert [each["place"] for each in clash["labels"]] == ["exp.csv:2", "exp.csv:38"]
    assert any("In 1 of 2 cases" in doubt["text"] for doubt in facts["doubts"])
    strict = STUDY.replace('file = "exp.csv"', 'file = "exp.csv"\nclash = 0.005')
    assert len(inspect(tmp_path, first, second, strict)["repeats"]["gap_exp"]["clashes"]) == 2


def test_column_that_tells_clashing_repeats_apart_is_named(tmp_path):
    first, second = tables(method="optical", note="x")
    again = second.head(8).assign(method="thermal")
    again["gap (eV)"] += 5
    facts = inspect(tmp_path, first, pd.concat([second, again]))
    assert facts["repeats"]["gap_exp"]["told_apart"] == [{"column": "method", "n": 8}]
    assert any("tell them apart: method in 8" in doubt["advice"] for doubt in facts["doubts"])


def test_spellings_and_split_compositions_are_told(tmp_path):
    study = STUDY.replace('material = "formula"', 'material = ["formula", "facet"]').replace(
        "[tasks.gap_dft]", '[inputs.facet]\nkind = "category"\n[tasks.gap_dft]'
    )
    first, second = tables(facet=["100", "111"] * 18)
    first["facet"] = "100"
    first.loc[0, "formula"] = "OLi"
    facts = inspect(tmp_path, first, second, study)
    assert facts["spellings"] == {"n": 1, "groups": [["LiO", "OLi"]]}
    assert facts["split_compositions"]["n"] == 18 and facts["split_compositions"]["n_compositions"] == 36
    assert inspect(tmp_path, *tables())["split_compositions"]["n"] == 0


def test_elements_are_counted_by_material(tmp_path):
    first, second = tables()
    second.loc[len(second)] = ["Li2O2", 1.0]
    groups = {group["name"]: group for group in inspect(tmp_path, first, second)["coverage"]["groups"]}
    assert groups["gap_exp"]["counts"]["Li"] == 3 and groups["gap_exp"]["counts"]["O"] == 12
    assert groups["all materials"]["n_materials"] == 36


def test_tables_without_a_common_material_and_with_few_labels_are_doubted(tmp_path):
    first, second = tables()
    first["formula"] = [formula.replace("O", "F").replace("S", "Cl") for formula in FORMULAS]
    texts = [doubt["text"] for doubt in inspect(tmp_path, first, second.head(8))["doubts"]]
    assert any("No material has both" in text for text in texts)
    assert any("Only 8 materials have gap_exp" in text for text in texts)


@pytest.mark.parametrize(
    "labels, kind", [(np.r_[np.zeros(18), np.ones(18)], "nonnegative"), (10.0 ** np.arange(36), "positive")]
)
def test_kind_that_would_fit_better_is_noted(tmp_path, labels, kind):
    first, second = tables()
    second["gap (eV)"] = labels
    assert any(
        f'kind = "{kind}"' in doubt["advice"] for doubt in doubts(inspect(tmp_path, first, second), "note")
    )


@pytest.mark.parametrize(
    "labels", [["1e300", "-1e300", "1"], ["1e300"] * 3, ["0", "1e-320", "0"], ["2", "2", "2"]]
)
def test_extreme_labels_can_be_looked_at(tmp_path, labels):
    rows = "\n".join(f"{formula},{label}" for formula, label in zip(["Si", "Si2", "Ge"], labels, strict=True))
    facts = inspect_study(read_study(write_study(tmp_path, exp=f"formula,gap (eV)\n{rows}\n")))
    assert "<svg" in render_inspection(facts) and json.dumps(facts, allow_nan=False)


def test_facts_are_plain_data(tmp_path):
    facts = inspect_study(read_study(write_study(tmp_path)))
    assert json.loads(json.dumps(facts)) == facts
    read_as = {group["read_as"]: group["n"] for group in facts["cells"]}
    assert read_as == {"uncertainty": 1, "range": 1, "limit": 1, "unit": 1}
    assert [line["place"] for line in facts["problems"]] == ["exp.csv:7"]


def test_terminal_and_page_show_what_was_found(tmp_path):
    study = write_study(tmp_path)
    result = CliRunner().invoke(app, ["inspect", str(study), "--out", str(tmp_path / "i.html")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "i.html").read_text(encoding="utf-8")
    for told in ("exp.csv:7", "converted from meV to eV", "<700", "1.12 eV", "1100-1200"):
        assert told in result.stdout.replace("\n", "") or told in result.stdout
        assert told.replace("<", "&lt;") in page
    for told in ("gap_exp", "Ga", "1 × limit"):
        assert told in result.stdout and told in page


def test_page_loads_nothing_and_shows_a_strangers_text_as_text(tmp_path):
    evil = "<script>alert(1)</script>"
    study = write_study(
        tmp_path,
        STUDY.replace("[study]", f'[study]\ntitle = "{evil}"'),
        exp=f"formula,gap (eV)\n{evil},1\nSi,1\n",
    )
    page = render_inspection(inspect_study(read_study(study)))
    assert evil not in page and page.count("<script>") == 2
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", page)


@pytest.mark.parametrize(
    "arguments, told",
    [(["none.toml"], "there is no such study file"), (["--out", "x.html"], "Missing argument")],
)
def test_wrong_use_leaves_nothing(tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["inspect", *arguments])
    assert result.exit_code in (1, 2) and told in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_element_has_one_place():
    symbols = [symbol for row in periodic_rows() for symbol in row if symbol]
    assert len(symbols) == len(set(symbols)) == 103
