"""A small planted study on disk and how its commands are run, for the tests of commands."""

import subprocess
import sys

from typer.testing import CliRunner

from graftwood.cli.main import app
from tests.reading.folder import STUDY
from tests.study.planted import SOURCE, TARGET, small_table

RUN = "from graftwood.cli.main import run; run()"
QUICK = ["--folds", "2", "--trees", "4", "--jobs", "1"]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="graftwood")


def in_shell(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, **options,
    )  # fmt: skip


def write_small(folder):
    """The small planted table as two files, the measured gaps in meV."""
    table = small_table()
    frame = table.inputs.join(table.labels)
    dft = frame[["formula", SOURCE]].set_axis(["formula", "gap (eV)"], axis=1)
    exp = frame[["formula", TARGET]].dropna().set_axis(["formula", "gap (meV)"], axis=1)
    exp["gap (meV)"] *= 1000
    dft.to_csv(folder / "dft.csv", index=False)
    exp.to_csv(folder / "exp.csv", index=False)
    (folder / "study.toml").write_text(STUDY)
    return folder / "study.toml"
