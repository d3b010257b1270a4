"""Drafts of study files: what is guessed, that they work, and that nothing is replaced unasked."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from graftwood.cli.main import app
from graftwood.reading import read_study
from graftwood.reading.guess import guess_column

FORMULAS = ["GaN", "ZnO", "NaN", "Si", "Fe2O3", "TiO2", "GaAs", "InP", "CdS", "MgO"]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write(folder):
    rng = np.random.default_rng(0)
    dft = pd.DataFrame({"entry": range(10), "Formula": FORMULAS, "gap_eV": rng.uniform(0, 4, 10).round(2)})
    dft["gap_max (eV)"] = dft["gap_eV"] + 1
    exp = pd.DataFrame({"formula": FORMULAS[:6] + ["Si2", "Si"], "T (K)": [300, 77] * 4})
    exp["gap [meV]"] = ["3200", "3370(20)", "", "1110-1130", "<100", "3000", "1120", "1130"]
    exp["method"] = ["optical", "thermal"] * 4
    dft.to_csv(folder / "dft.csv", index=False)
    exp.to_csv(folder / "exp.csv", index=False)
    return folder / "dft.csv", folder / "exp.csv"


def test_draft_names_files_columns_kinds_keys_and_units(tmp_path):
    result = run("init", *write(tmp_path), "--out", tmp_path / "study.toml")
    assert result.exit_code == 0 and result.stderr == "", result.output
    said = tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))
    assert said["study"] == {"target": "gap_exp", "material": "formula"}
    assert said["inputs"] == {"formula": {"kind": "composition"}}
    assert said["tasks"]["gap_dft"] == {
        "file": "dft.csv", "column": "gap_eV", "kind": "real", "unit": "eV", "rename": {"Formula": "formula"},
    }  # fmt: skip
    assert said["tasks"]["gap_exp"] == {
        "file": "exp.csv", "column": "gap [meV]", "kind": "real", "unit": "meV",
        "repeats": "median",
    }  # fmt: skip


def test_the_label_of_the_fewest_materials_is_the_target_however_often_each_was_measured(tmp_path):
    pd.DataFrame({"formula": FORMULAS[:6], "gap_dft (eV)": np.arange(6) + 0.31}).to_csv(
        tmp_path / "dft.csv", index=False
    )
    repeated = pd.DataFrame({"formula": FORMULAS[:4] * 3, "gap_exp (eV)": np.arange(12) / 7})
    repeated.to_csv(tmp_path / "exp.csv", index=False)
    run("init", tmp_path / "dft.csv", tmp_path / "exp.csv", "--out", tmp_path / "study.toml")
    assert (
        tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))["study"]["target"] == "gap_exp"
    )


def test_draft_says_what_it_did_not_use(tmp_path):
    run("init", *write(tmp_path), "--out", tmp_path / "study.toml")
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    for told in ("Not used of dft.csv: entry", "# [tasks.gap_max]", '# [inputs."T (K)"]', "method: optical 4",
                 "# where = ", "graftwood inspect"):  # fmt: skip
        assert told in text


def test_every_line_that_is_switched_off_can_be_switched_on(tmp_path):
    run("init", *write(tmp_path), "--out", tmp_path / "study.toml")
    lines = (tmp_path / "study.toml").read_text(encoding="utf-8").splitlines()
    code = [line.removeprefix("# ") for line in lines if line.startswith(("# [", "# kind", "# unit", "# file",
            "# column", "# rename", "# where")) or not line.startswith("#")]  # fmt: skip
    (tmp_path / "all.toml").write_text("\n".join(code), encoding="utf-8")
    assert {"gap_max", "method"} <= set(tomllib.loads("\n".join(code))["tasks"])


def test_draft_works_as_it_is(tmp_path):
    run("init", *write(tmp_path), "--out", tmp_path / "study.toml")
    assert "gap_exp" in read_study(tmp_path / "study.toml").table.labels
    result = run("inspect", tmp_path / "study.toml")
    assert result.exit_code == 0, result.output


def test_tables_may_lie_elsewhere(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "studies").mkdir()
    run("init", *write(tmp_path / "data"), "--out", tmp_path / "studies" / "s.toml")
    assert len(read_study(tmp_path / "studies" / "s.toml").tasks) == 2


def test_nothing_is_replaced_unasked(tmp_path):
    (tmp_path / "study.toml").write_text("mine")
    result = run("init", *write(tmp_path), "--out", tmp_path / "study.toml")
    assert result.exit_code == 1 and "is there already" in result.stderr and "--force" in result.stderr
    assert (tmp_path / "study.toml").read_text() == "mine"
    assert run("init", *write(tmp_path), "--out", tmp_path / "study.toml", "--force").exit_code == 0


@pytest.mark.parametrize(
    "text, told",
    [
        (None, "there is no such file"),
        ("a,b\n1,2\n", "no column holds chemical formulas (columns: a, b)"),
        ("formula,id\nGaN,1\nZnO,2\nSiC,3\n", "no column looks like a label"),
        ("formula\n", "no rows below its header"),
    ],
)
def test_tables_that_cannot_be_drafted_are_told_and_nothing_is_left(tmp_path, text, told):
    if text is not None:
        (tmp_path / "a.csv").write_text(text)
    result = run("init", tmp_path / "a.csv", "--out", tmp_path / "study.toml")
    assert result.exit_code == 1 and told in result.stderr and len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "study.toml").exists()


def test_a_table_named_twice_is_refused(tmp_path):
    dft, _ = write(tmp_path)
    result = run("init", dft, dft, "--out", tmp_path / "study.toml")
    assert result.exit_code == 1 and "named twice" in result.stderr


@pytest.mark.parametrize(
    "name, cells, kind, role, unit",
    [
        ("formula", FORMULAS, "composition", "", ""),
        ("element", ["C", "N", "O", "C", "N", "O"], "category", "", ""),
        ("gap (eV)", ["1", "2.5", "1.1(2)"], "number", "label", "eV"),
        ("dEg_dT_eV_per_K", ["0.1", "0.2", "0.5"], "number", "label", ""),
        ("temperature_K", ["300", "77", "4"], "number", "condition", "K"),
        ("gap_err", ["0.1", "0.2", "0.1"], "number", "uncertainty", ""),
        ("id", ["7", "9", "3"], "number", "counter", ""),
        ("anything", ["1", "2", "3"], "number", "counter", ""),
        ("colour", ["red", "blue", "red", "blue", "red", "red"], "category", "", ""),
        ("note", ["see page 3", "as grown", "from melt"], "other", "", ""),
        ("empty", [None, None], "other", "", ""),
    ],
)
def test_columns_are_guessed(name, cells, kind, role, unit):
    found = guess_column(pd.Series(cells, name=name, dtype=object))
    assert (found.kind, found.role, found.unit) == (kind, role, unit)


def test_words_for_a_missing_cell_are_no_classes_of_a_draft():
    cells = ["n/a", "red ", "blue", "n/a", "red ", "blue", "-", "n/a"]
    found = guess_column(pd.Series(cells, name="colour", dtype=object))
    assert found.kind == "category" and found.n_cells == 4 and dict(found.common) == {"red ": 2, "blue": 2}
    assert guess_column(pd.Series(["n/a", "-", "n/a", "-"], name="colour", dtype=object)).kind == "other"


@pytest.mark.parametrize(
    "cells, told",
    [(["1,23", "0,00", "2,5"], "have decimal commas, such as '1,23'; write decimal points."),
     (["1,234", "<2,5", "7"], "have decimal commas, such as '<2,5'; write decimal points."),
     (["1,234", "2,000", "7"], "have commas, such as '1,234'; write decimal points, and nothing between "
      "thousands.")],
)  # fmt: skip
def test_decimal_commas_are_named_where_no_label_is_found(tmp_path, cells, told):
    rows = [f"{FORMULAS[place]};{cell};red" for place, cell in enumerate(cells * 3)]
    (tmp_path / "t.csv").write_text(
        "formula;gap (eV);colour\n" + "\n".join(rows[:9]).replace("red", "blue", 4)
    )
    result = run("init", tmp_path / "t.csv", "--out", tmp_path / "study.toml")
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1
    assert result.stderr.strip().endswith(
        f"(columns: formula, gap (eV), colour): the numbers of 'gap (eV)' {told}"
    )


def test_decimal_commas_beside_other_labels_stand_in_the_draft(tmp_path):
    (tmp_path / "t.csv").write_text("formula;gap (eV);dft\nGaN;3,2;1.7\nZnO;3,3;0.7\nSi;1,1;0.5\n")
    assert run("init", tmp_path / "t.csv", "--out", tmp_path / "study.toml").exit_code == 0
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert "# Not used of t.csv: gap (eV).\n# Numbers of gap (eV) have decimal commas, such as '3,2';" in text
