"""Columns of candidates that seem to hold known labels, under another name than the task's."""

import pytest

from tests.cli.small_studies import run, write_small

ADVICE = "To use the known labels in"


def headers_told(folder, columns, candidates):
    """Fit the small study with its two columns headed so, and return what predict says of candidates."""
    study = write_small(folder)
    text = study.read_text(encoding="utf-8")
    for name, header, unit in zip(("dft.csv", "exp.csv"), columns, ("eV", "meV"), strict=True):
        _, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text("\n".join([f"formula,{header} ({unit})", *rows]), encoding="utf-8")
        text = text.replace(f'file = "{name}"\ncolumn = "gap"', f'file = "{name}"\ncolumn = "{header}"')
    study.write_text(text, encoding="utf-8")
    model, table = folder / "model.graft", folder / "c.csv"
    options = ["--architecture", "difference", "--trees", 6, "--jobs", 1]
    fitted = run("fit", study, *options, "--out", model)
    assert fitted.exit_code == 0, fitted.output
    table.write_text(candidates, encoding="utf-8")
    return run("predict", model, table, "--out", folder / "p.csv").stderr


@pytest.mark.parametrize("header", ["e_pbe [meV]", "E_PBE", "GAP_DFT (eV)"])
def test_a_column_is_known_by_its_task_and_by_its_header_in_the_study(header, tmp_path):
    said = headers_told(tmp_path, ("E_PBE", "Eg"), f"formula,{header}\nGaN,2\n")
    assert f"{ADVICE} {header!r}, name the column 'gap_dft'." in said


def test_a_header_of_two_tasks_names_none(tmp_path):
    said = headers_told(tmp_path, ("gap", "gap"), "formula,gap (eV),GAP_DFT (eV)\nGaN,2,2\n")
    assert said.count(ADVICE) == 1 and f"{ADVICE} 'GAP_DFT (eV)', name the column 'gap_dft'." in said
