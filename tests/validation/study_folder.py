"""A good study on disk, how a line of it is spoilt, and what every refusal must be."""

import os

import pytest

from graftwood.reading import read_study
from graftwood.study.from_file import study_from
from tests.cli.small_studies import run

STUDY = """[study]
target = "gap_exp"
material = "formula"
[inputs.formula]
kind = "composition"
[inputs.T]
kind = "number"
unit = "K"
[tasks.gap_dft]
file = "dft.csv"
column = "gap"
unit = "eV"
[tasks.gap_exp]
file = "exp.csv"
column = "gap"
unit = "eV"
[tasks.colour]
file = "exp.csv"
column = "colour"
kind = "category"
[graph.gap_exp]
architecture = "latent"
latents = ["gap_dft", "colour"]
[graph.gap_dft]
architecture = "single"
forest = { max_depth = 3 }
"""
DFT = "formula,gap (eV)\nGaN,1.7\nZnO,0.7\nNaN,0.1\nSi,0.6\n"
EXP = (
    "formula,gap (meV),T (K),colour\n"
    "GaN,3200,300,white\nZnO,3370,300,white\nSi,1120,77,grey\nNaN,100,77,grey\n"
)


def in_dft(line):
    """Old and new text of the section [tasks.gap_dft], its unit replaced by another line."""
    return 'unit = "eV"\n[tasks.gap_exp]', f"{line}\n[tasks.gap_exp]"


def in_exp(line):
    """The same in the section [tasks.gap_exp]."""
    return 'unit = "eV"\n[tasks.colour]', f"{line}\n[tasks.colour]"


def write(folder, study=STUDY, **tables):
    """Write the study file and its tables, given as text or bytes; return the study file's path."""
    for name, content in {"dft": DFT, "exp": EXP, **tables}.items():
        (folder / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "study.toml").write_bytes(study if isinstance(study, bytes) else study.encode())
    return folder / "study.toml"


def is_sentence(text):
    """One line that ends as a sentence does."""
    return "\n" not in text and text.endswith(".") and "Traceback" not in text


def refuses(folder, study, error, told, **tables):
    """Reading raises this very error in one sentence; the command prints it, ends with 1, leaves nothing."""
    path = write(folder, study, **tables)
    before = sorted(os.listdir(folder))
    with pytest.raises(error) as caught:
        study_from(read_study(path))
    message = str(caught.value)
    assert type(caught.value) is error and is_sentence(message), message
    assert told in message.replace(f"{folder}{os.sep}", "").replace(str(folder), "."), message
    result = run("compare", path, "--out", folder / "out", "--jobs", 1)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"graftwood: {message}"
    assert sorted(os.listdir(folder)) == before
