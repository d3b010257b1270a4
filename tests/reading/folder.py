"""A study on disk: tables and the file that names them, in a folder of the test's own."""

import pandas as pd

STUDY = """
[study]
target = "gap_exp"
material = "formula"
[inputs.formula]
kind = "composition"
[tasks.gap_dft]
file = "dft.csv"
column = "gap"
unit = "eV"
[tasks.gap_exp]
file = "exp.csv"
column = "gap"
unit = "eV"
"""
DFT = "formula,gap (eV)\nGaN,1.7\nZnO,0.7\nNaN,0.1\nSi,0.6\n"
EXP = "formula,gap [meV]\nGaN,3200\nZn1O1,3370(20)\nSi,1.12 eV\nSi,1100-1200\nGe,<700\nXx2O3,100\n"


def write_study(folder, study=STUDY, **files):
    """Write a study file and tables; returns the study file's path."""
    for name, text in {"dft": DFT, "exp": EXP, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(study, encoding="utf-8")
    return path


def frame_of(text):
    """A small table as pandas would hold it."""
    import io

    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])
