"""A study with inputs and labels of every kind, and a model of it, made once."""

import pytest

from tests.cli.small_studies import run

STUDY = """
[study]
target = "gap_exp"
material = "formula"
[inputs.formula]
kind = "composition"
[inputs.T]
kind = "number"
unit = "K"
[inputs.phase]
kind = "category"
[tasks.gap_dft]
file = "gaps.csv"
column = "dft"
[tasks.gap_exp]
file = "gaps.csv"
column = "exp"
[tasks.colour]
file = "gaps.csv"
column = "colour"
kind = "category"
"""


def table():
    """32 compounds at three temperatures, hexagonal and red or cubic and blue."""
    pairs = [
        (metal, anion)
        for metal in ["Li", "Na", "K", "Rb", "Mg", "Ca", "Sr", "Ba"]
        for anion in ["O", "S", "Se", "Te"]
    ]
    rows = ["formula,T,phase,dft (eV),exp (eV),colour"]
    for number, (metal, anion) in enumerate(pairs):
        phase, colour = ("hex", "red") if number % 2 else ("cubic", "blue")
        rows.append(f"{metal}{anion},{300 + number % 3},{phase},{number / 10},{number / 10 + 1},{colour}")
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A folder with study.toml, gaps.csv and model.graft, not to be changed."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "gaps.csv").write_text(table())
    (folder / "study.toml").write_text(STUDY)
    options = ["--architecture", "latent", "--trees", 4, "--jobs", 1, "--out", folder / "model.graft"]
    fitted = run("fit", folder / "study.toml", *options)
    assert fitted.exit_code == 0, fitted.output
    return folder
