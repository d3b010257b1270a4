"""A class that is seen once is found before anything is learned, with its place and what it may be."""

import pytest

from graftwood.inspection import inspect_study
from graftwood.reading import read_study
from tests.cli.small_studies import run
from tests.reading.folder import STUDY, write_study

COLOUR = '[tasks.colour]\nfile = "colour.csv"\ncolumn = "colour"\nkind = "category"\n'
HEAD = "formula,colour\nXx2,WHITE \nGaN,white\nZnO,white\nSi,black\nGe,black\n"
NOTHING = "merge it with another class, leave the label missing, or add labels of it"


def study_with(folder, *lines):
    return write_study(folder, STUDY + COLOUR, colour=HEAD + "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    "line, told, way_out",
    [
        pytest.param(
            "AlN,WHITE ",
            "'WHITE' of task colour is seen once, in colour.csv:7, and is 'white' up to case and spaces",
            "write it as 'white'", id="a-spelling",
        ),
        pytest.param("AlN,red", "'red' of task colour is seen once, in colour.csv:7", NOTHING, id="a-class"),
    ],
)  # fmt: skip
def test_a_class_seen_once_is_told_with_its_place_and_refused_by_what_learns(tmp_path, line, told, way_out):
    study = study_with(tmp_path, line)
    (doubt,) = [each for each in inspect_study(read_study(study))["doubts"] if "seen once" in each["text"]]
    assert doubt["level"] == "doubt" and doubt["about"] == "colour"
    assert doubt["text"] == f"The class {told}."
    assert doubt["advice"] == f"{way_out[0].upper()}{way_out[1:]}; compare and fit refuse it."
    assert "is seen once" in " ".join(run("inspect", study).stdout.split())
    for command, *options in (
        ("compare", "--out", tmp_path / "out"),
        ("fit", "--architecture", "single", "--out", tmp_path / "m.graft"),
    ):
        refused = run(command, study, *options)
        assert refused.exit_code == 1
        assert refused.stderr.splitlines()[-1] == f"graftwood: {command}: the class {told}; {way_out}."
    assert not (tmp_path / "out").exists()


def test_classes_that_are_seen_twice_are_no_doubt(tmp_path):
    facts = inspect_study(read_study(study_with(tmp_path, "AlN,red", "InN,red")))
    assert not any("seen once" in doubt["text"] for doubt in facts["doubts"])
