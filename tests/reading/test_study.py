"""A study file and its tables: what becomes of every cell, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from graftwood.errors import (
    EmptyTable,
    GraftwoodError,
    MissingColumn,
    TooFewLabels,
    UnitMismatch,
    UnreadableFile,
    WrongStudy,
)
from graftwood.inspection import inspect_study
from graftwood.reading import load_study_file, read_study
from tests.reading.folder import DFT, EXP, STUDY, write_study


def labels_of(data):
    return data.table.inputs.join(data.table.labels).set_index("formula")


def test_units_ranges_uncertainties_and_repeats_become_one_table(tmp_path):
    data = read_study(write_study(tmp_path))
    found = labels_of(data)
    assert found.loc["GaN"].tolist() == [1.7, pytest.approx(3.2)]
    assert found.loc["ZnO"].tolist() == [0.7, pytest.approx(3.37)]
    assert found.loc["Si", "gap_exp"] == pytest.approx((1.12 + 1.15) / 2)
    assert found.loc["NaN", "gap_dft"] == 0.1  # sodium nitride
    assert np.isnan(found.loc["Ge", "gap_exp"])
    assert data.table.task("gap_exp").unit == "eV"
    std = data.table.label_std.set_index(data.table.inputs["formula"])["gap_exp"]
    assert std["ZnO"] == pytest.approx(0.02) and np.isnan(std["Si"]) and np.isnan(std["GaN"])


def test_everything_that_was_not_plain_is_noted_by_file_and_line(tmp_path):
    data = read_study(write_study(tmp_path))
    notes = data.notes.set_index("row")
    assert notes["read_as"].to_dict() == {3: "uncertainty", 4: "unit", 5: "range", 6: "limit"}
    assert set(notes["file"]) == {"exp.csv"}
    assert data.tasks["gap_exp"].conversions == ["exp.csv: column 'gap [meV]' was converted from meV to eV."]
    (problem,) = data.table.problems.to_dict("records")
    assert (problem["source"], problem["row"], problem["input"]) == ("exp.csv", 7, "Xx2O3")


def test_limit_is_used_where_the_study_says_so(tmp_path):
    study = STUDY.replace('file = "exp.csv"', 'file = "exp.csv"\nlimits = "use the limit"')
    assert labels_of(read_study(write_study(tmp_path, study))).loc["Ge", "gap_exp"] == pytest.approx(0.7)


def test_filter_and_rename(tmp_path):
    study = STUDY.replace(
        'file = "exp.csv"',
        'file = "exp.csv"\nwhere = \'T < 320 and method != "thermal"\'\nrename = {name = "formula"}',
    )
    exp = "name,gap (eV),T,method\nGaN,3.2,300,optical\nGaN,3.5,4,thermal\nZnO,3.3,400,optical\n"
    data = read_study(write_study(tmp_path, study, exp=exp))
    assert labels_of(data)["gap_exp"].dropna().to_dict() == {"GaN": 3.2}
    assert data.tasks["gap_exp"].n_filtered == 2


@pytest.mark.parametrize("repeats, expected", [("median", [1.0]), ("mean", [2.0]), ("keep", [1.0, 1.0, 4.0])])
def test_repeats_are_merged_as_asked(tmp_path, repeats, expected):
    study = STUDY.replace('file = "exp.csv"', f'file = "exp.csv"\nrepeats = "{repeats}"')
    data = read_study(write_study(tmp_path, study, exp="formula,gap (eV)\nSi,1\nSi2,1\nSi,4\n"))
    assert sorted(labels_of(data)["gap_exp"].dropna()) == expected


def test_deviations_come_from_a_column_or_the_cell(tmp_path):
    study = STUDY.replace(
        'column = "gap"\nunit = "eV"\n', 'column = "gap"\nunit = "eV"\nlabel_std = "err"\n', 2
    )
    study = study.replace('label_std = "err"\n', "", 1)
    exp = "formula,gap (eV),err (meV)\nSi,1.1,20\nGe,0.7(1),\nGaN,3.2,-5\n"
    data = read_study(write_study(tmp_path, study, exp=exp))
    std = data.table.label_std.set_index(data.table.inputs["formula"])["gap_exp"]
    assert std["Si"] == pytest.approx(0.02) and std["Ge"] == pytest.approx(0.1) and np.isnan(std["GaN"])
    assert "is no standard deviation" in data.table.problems["problem"].iloc[0]


ERRORS_BESIDE = STUDY.replace('file = "exp.csv"', 'file = "exp.csv"\nlabel_std = "err"')
WITH_THEM = "column 'err' names no unit and was converted from meV to eV as the labels were."
CONVERTED = "exp.csv: column 'gap [meV]' was converted from meV to eV."


@pytest.mark.parametrize(
    "header, cell, std, told",
    [
        ("err", 194, 0.194, WITH_THEM),
        ("err (µeV)", 194000, 0.194, "column 'err (µeV)' was converted from µeV to eV."),
        ("err (eV)", 0.194, 0.194, None),
        ("err", "0.194 eV", 0.194, WITH_THEM),
    ],
)  # fmt: skip
def test_deviations_without_a_unit_are_in_that_of_the_labels_column(tmp_path, header, cell, std, told):
    data = read_study(
        write_study(tmp_path, ERRORS_BESIDE, exp=f"formula,gap [meV],{header}\nSi,1925,{cell}\n")
    )
    found = data.table.label_std.set_index(data.table.inputs["formula"])["gap_exp"]
    assert found["Si"] == pytest.approx(std)
    assert data.tasks["gap_exp"].conversions == [CONVERTED, *([f"exp.csv: {told}"] if told else [])]


def test_a_deviation_that_cell_and_column_tell_differently_is_told(tmp_path):
    exp = "formula,gap [meV],err\nSi,1120 ± 20,30\nGe,700 ± 20,20\nGaN,3200 ± 20,\nZnO,3300(20),90\n"
    data = read_study(write_study(tmp_path, ERRORS_BESIDE, exp=exp))
    std = data.table.label_std.set_index(data.table.inputs["formula"])["gap_exp"]
    assert std[["Si", "Ge", "GaN", "ZnO"]].tolist() == pytest.approx([0.03, 0.02, 0.02, 0.09])
    told = (
        "2 cells of labels tell another standard deviation than column 'err', which is used (first in row 2)."
    )
    assert data.tasks["gap_exp"].conversions[-1] == f"exp.csv: {told}"


def test_words_for_a_missing_cell_are_no_classes_and_are_listed(tmp_path):
    study = STUDY.replace('column = "gap"\nunit = "eV"\n', 'column = "ion"\nkind = "category"\n', 2)
    study = study.replace('column = "ion"\nkind = "category"\n', 'column = "gap"\nunit = "eV"\n', 1)
    cells = ["n/a", "−", "NaN", "none", "Na", "Cl ", "", "NA", "no"]
    formulas = ["GaN", "ZnO", "Si", "Ge", "GaAs", "InP", "CdS", "MgO", "AlN"]
    exp = "formula,ion\n" + "".join(f"{f},{cell}\n" for f, cell in zip(formulas, cells, strict=True))
    data = read_study(write_study(tmp_path, study, exp=exp))
    assert labels_of(data)["gap_exp"].dropna().to_dict() == {"GaAs": "Na", "InP": "Cl", "AlN": "no"}
    notes = data.notes
    assert notes["row"].tolist() == [2, 3, 4, 5, 9] and set(notes["read_as"]) == {"missing"}
    assert set(notes["column"]) == {"ion"} and set(notes["task"]) == {"gap_exp"}
    (group,) = inspect_study(data)["cells"]
    assert group["meaning"] == "taken for an empty cell" and group["n"] == 5


def test_classes_that_are_all_missing_are_refused_with_the_first_cell(tmp_path):
    study = STUDY.replace('file = "exp.csv"', 'file = "exp.csv"\nkind = "category"')
    with pytest.raises(TooFewLabels, match="has no label that can be used .* such as 'n/a' in row 2"):
        read_study(write_study(tmp_path, study, exp="formula,gap\nSi,n/a\nGe,-\n"))


@pytest.mark.parametrize(
    "cell, told",
    [("0,00", "have decimal commas, such as '0,00'; write decimal points."),
     ("1,2 ± 0,1 eV", "have decimal commas, such as '1,2 ± 0,1 eV'; write decimal points."),
     ("1,234", "have commas, such as '1,234'; write decimal points, and nothing between thousands."),
     ("1,234,567", "have commas, such as '1,234,567'; write decimal points, and nothing between thousands."),
     ("1,234.5", "have commas, such as '1,234.5'; write decimal points, and nothing between thousands."),
     ("red, 1,2", None)],
)  # fmt: skip
def test_labels_that_all_have_commas_are_refused_with_the_cause(tmp_path, cell, told):
    exp = f"formula;gap (eV)\nSi;{cell}\nGe;n/a\n"
    with pytest.raises(TooFewLabels) as found:
        read_study(write_study(tmp_path, exp=exp))
    end = f"; the numbers of 'gap (eV)' {told}" if told else "; correct the column, its kind or its cells."
    assert str(found.value).endswith(f"(2 rows, such as {cell!r} in row 2){end}")


def test_single_cells_with_a_comma_are_told_as_such(tmp_path):
    study = ERRORS_BESIDE.replace("[tasks.gap_dft]", '[inputs.T]\nkind = "number"\n[tasks.gap_dft]')
    exp = "formula;gap (eV);T;err\nSi;1,1;300;0.1\nGe;0.7;77,5;0.1\nGaN;3.2;4;0,1\n"
    problems = read_study(write_study(tmp_path, study, exp=exp)).table.problems
    fault = "has a comma in its number (write a decimal point, and nothing between thousands)"
    assert problems["problem"].tolist() == [
        f"The cell of 'T' {fault}: the row was left out.",
        f"The label of gap_exp {fault}: it was left out.",
        f"The cell of 'err' {fault}: it was taken as not known.",
    ]


def test_material_may_be_several_columns_and_inputs_of_every_kind(tmp_path):
    study = STUDY.replace('material = "formula"', 'material = ["formula", "facet"]').replace(
        "[tasks.gap_dft]",
        '[inputs.facet]\nkind = "category"\n[inputs.T]\nkind = "number"\nunit = "K"\n[tasks.gap_dft]',
    )
    dft = "formula,facet,T (°C),gap (eV)\nCu,111,25,1\nCu,100,25,2\nCu,,25,3\n"
    exp = "formula,facet,T (K),gap (eV)\nCu2,111,298.15,5\nCu,111,hot,6\n"
    data = read_study(write_study(tmp_path, study, dft=dft, exp=exp))
    assert data.table.materials.tolist() == ["Cu | 100", "Cu | 111"]
    assert data.table.labels.iloc[1].tolist() == [1.0, 5.0]
    assert data.table.problems["problem"].str.contains("'facet' is empty|'T' is no number").tolist() == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    "old, new, error, told",
    [
        ('target = "gap_exp"', 'target = "gap"', WrongStudy, r"\[study\] target is 'gap', but the tasks are"),
        ('target = "gap_exp"\n', "", WrongStudy, r"\[study\] target is missing"),
        ('material = "formula"', "material = 3", WrongStudy, r"\[study\] material must be a name or a list"),
        ('material = "formula"', 'material = "name"', WrongStudy, "material names 'name'"),
        (
            'kind = "composition"',
            'kind = "smiles"',
            WrongStudy,
            r"\[inputs.formula\] kind must be 'composition', ",
        ),
        ('unit = "eV"', 'units = "eV"', WrongStudy, r"\[tasks.gap_dft\] units is no key"),
        (
            'unit = "eV"',
            'repeats = "max"',
            WrongStudy,
            r"repeats must be 'median', 'mean' or 'keep', got 'max'",
        ),
        ('unit = "eV"', 'same_as = ["x"]', WrongStudy, "same_as names 'x'"),
        ('unit = "eV"', "where = 'gap ='", WrongStudy, "task gap_dft: the filter 'gap =' cannot be read; "),
        ('unit = "eV"', "where = '@pd.x'", WrongStudy, "the filter '@pd.x' cannot be read; allowed are"),
        ('unit = "eV"', "where = 'nothing > 1'", WrongStudy, "names 'nothing', which is no column"),
        ('unit = "eV"', "where = 'formula == \"\"'", EmptyTable, "leaves none of 4 rows"),
        ('unit = "eV"', 'unit = "K"', UnitMismatch, "the numbers are in eV, which cannot be converted to K"),
        ('unit = "eV"', 'rename = {Name = "formula"}', MissingColumn, "rename names the column 'Name'"),
        ('column = "gap"', 'column = "gaps"', MissingColumn, "there is no column 'gaps' for task gap_dft"),
        ('file = "dft.csv"', 'file = "none.csv"', UnreadableFile, "none.csv: there is no such file"),
        (
            '"composition"',
            '"composition"\n[inputs.T]\nkind = "number"',
            MissingColumn,
            r"no file has a column 'T'",
        ),
        ("[study]", "[study", UnreadableFile, "this is no TOML"),
        ("[study]", "[extra]\n[study]", WrongStudy, r"\[extra\] is no key"),
    ],
)
def test_what_is_wrong_in_a_study_file_is_told_by_key_and_value(tmp_path, old, new, error, told):
    assert old in STUDY
    with pytest.raises(error, match=told) as raised:
        read_study(write_study(tmp_path, STUDY.replace(old, new, 1)))
    assert "\n" not in str(raised.value)


def test_headers_that_name_different_units_of_an_input_need_a_word(tmp_path):
    study = STUDY.replace("[tasks.gap_dft]", '[inputs.T]\nkind = "number"\n[tasks.gap_dft]')
    dft, exp = "formula,T (K),gap (eV)\nSi,1,1\n", "formula,T (°C),gap (eV)\nSi,1,1\n"
    with pytest.raises(
        WrongStudy, match=r"different units for the input 'T' \(K in dft.csv, °C in exp.csv\)"
    ):
        read_study(write_study(tmp_path, study, dft=dft, exp=exp))


def test_kind_that_forbids_a_label_leaves_it_out_and_says_so(tmp_path):
    study = STUDY.replace('file = "dft.csv"', 'file = "dft.csv"\nkind = "positive"')
    data = read_study(write_study(tmp_path, study, dft=DFT.replace("1.7", "0")))
    assert data.table.problems["problem"].str.contains("does not allow").sum() == 1
    assert "GaN" in set(data.table.inputs["formula"])


def test_order_of_rows_changes_nothing(tmp_path):
    first = read_study(write_study(tmp_path)).table
    head, *rows = EXP.splitlines()
    write_study(tmp_path, exp="\n".join([head, *rows[::-1]]) + "\n")
    assert read_study(tmp_path / "study.toml").table.fingerprint() == first.fingerprint()


def test_a_file_is_read_once_for_all_its_tasks(tmp_path, monkeypatch):
    from graftwood.reading import assemble

    asked = []
    monkeypatch.setattr(
        assemble,
        "read_file",
        lambda path, **o: (
            asked.append(path) or pd.DataFrame({"formula": ["Si", "Ge"], "gap": ["1", "2"]}, index=[2, 3])
        ),
    )
    read_study(write_study(tmp_path, STUDY.replace("exp.csv", "dft.csv")))
    assert len(asked) == 1


def test_no_study_file_says_how_to_make_one(tmp_path):
    with pytest.raises(UnreadableFile, match="graftwood init"):
        load_study_file(tmp_path / "none.toml")
    with pytest.raises(GraftwoodError, match="folder"):
        load_study_file(tmp_path)


def test_the_page_of_study_files_names_every_key_and_only_those():
    import re
    from pathlib import Path

    from graftwood.reading.study_file import InputSection, StudySection, TaskSection

    text = (Path(__file__).parents[2] / "docs/study-files.md").read_text(encoding="utf-8")
    table = text.split("## Keys")[1].split("\n## ")[0]
    named = re.findall(r"^\|[^|]*\| `(\w+)` \|", table, re.M)
    known = [name for section in (StudySection, InputSection, TaskSection) for name in section.model_fields]
    assert sorted(named) == sorted(known)
