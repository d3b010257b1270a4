"""From study file to predictions: a graph of tasks, a named architecture, a target that is a category."""

import numpy as np
import pandas as pd
import pytest

from graftwood import TaskGraph, TransferSelector, load_model
from tests.reading.folder import STUDY
from tests.study import metrics
from tests.study.planted import SOURCE, TARGET, small_table

from .test_study_commands import QUICK, run

GRAPH = """
[graph.gap_exp]
architecture = "latent"
latents = ["gap_dft"]
[graph.gap_dft]
architecture = "single"
forest = { min_samples_leaf = 2 }
"""
COLOUR = """
[tasks.colour]
file = "colour.csv"
column = "colour"
kind = "category"
"""


def write(folder, text):
    """The small planted table as files, and colours that the calculated gap tells."""
    table = small_table()
    frame = table.inputs.join(table.labels)
    frame[["formula", SOURCE]].set_axis(["formula", "gap (eV)"], axis=1).to_csv(
        folder / "dft.csv", index=False
    )
    exp = frame[["formula", TARGET]].dropna().set_axis(["formula", "gap (eV)"], axis=1)
    exp.to_csv(folder / "exp.csv", index=False)
    colour = np.where(frame[SOURCE] > 2.0, "white", "black")
    frame[["formula"]].assign(colour=colour).iloc[:40].to_csv(folder / "colour.csv", index=False)
    (folder / "new.csv").write_text("formula,gap_dft\nGaN,3.9\nGaN,0.1\nXx2,1.0\nAlAs,\n", encoding="utf-8")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


def good(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


def test_graph_is_compared_drawn_fitted_and_predicted(tmp_path):
    study = write(tmp_path, STUDY + GRAPH)
    good("compare", study, "--out", tmp_path / "out", *QUICK)
    table = pd.read_csv(tmp_path / "out" / "comparison.csv")
    assert list(dict.fromkeys(table["architecture"]))[-1] == "graph"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "What builds on what in Task graph" in page
    assert "gap_exp (32 labels, the target) is learned from the inputs and gap_dft." in page
    good("report", tmp_path / "out")
    assert "What builds on what in Task graph" in (tmp_path / "out" / "report.html").read_text("utf-8")

    model = tmp_path / "model.graft"
    fitted = good("fit", study, "--architecture", "graph", "--trees", 8, "--jobs", 1, "--out", model)
    assert "Fitted: Task graph, as asked." in fitted.stdout
    loaded = load_model(model)
    assert isinstance(loaded, TaskGraph) and loaded.edges_ == (("gap_dft", "gap_exp"),)
    good("predict", model, tmp_path / "new.csv", "--out", tmp_path / "p.csv")
    said = pd.read_csv(tmp_path / "p.csv")
    assert said["gap_exp"].notna().tolist() == [True, True, False, True]
    assert said["gap_exp"][0] > said["gap_exp"][1] + 0.3  # the known gaps decide
    assert "Xx" in said["problem"][2]


def test_unfinished_comparison_goes_on_and_still_draws(tmp_path):
    study = write(tmp_path, STUDY + GRAPH)
    good("compare", study, "--out", tmp_path / "out", *QUICK)
    again = good("compare", study, "--out", tmp_path / "out", *QUICK)
    assert "Going on with" in again.stdout
    assert "What builds on what in Task graph" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_selector_is_fitted_described_and_predicts(tmp_path):
    study, model = write(tmp_path, STUDY), tmp_path / "model.graft"
    fitted = good("fit", study, "--architecture", "selector", "--trees", 12, "--jobs", 1, "--out", model)
    assert "Chosen, visible: " in fitted.stdout
    loaded = load_model(model)
    assert isinstance(loaded, TransferSelector)
    card = good("describe", model).stdout
    assert "chosen, hidden" in card and "chosen, visible" in card and "known of the material" in card
    good("predict", model, tmp_path / "new.csv", "--out", tmp_path / "p.csv")
    assert pd.read_csv(tmp_path / "p.csv")["gap_exp"].notna().sum() == 3


@pytest.mark.parametrize(
    "name, says",
    [
        ("forest", "no architecture 'forest'.*name one of single, self_difference"),
        ("graph", "needs sections"),
    ],
)
def test_architecture_that_is_not_there_is_refused(tmp_path, name, says):
    study = write(tmp_path, STUDY)
    result = run("fit", study, "--architecture", name, "--out", tmp_path / "m.graft")
    assert result.exit_code == 1
    assert pd.Series([" ".join(result.stderr.split())]).str.contains(says).all(), result.stderr
    assert not (tmp_path / "m.graft").exists()


def test_named_architecture_beside_a_comparison_is_wrong_use(tmp_path):
    study = write(tmp_path, STUDY)
    result = run("fit", study, "--architecture", "single", "--comparison", tmp_path)
    assert result.exit_code == 2


def test_cycle_in_a_study_file_is_refused_before_tables_are_read(tmp_path):
    text = STUDY + GRAPH.replace(
        '"single"\nforest = { min_samples_leaf = 2 }', '"latent"\nlatents = "gap_exp"'
    )
    study = write(tmp_path, text)
    (tmp_path / "dft.csv").unlink()
    result = run("compare", study, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "[graph] the tasks gap_exp <- gap_dft <- gap_exp need each other" in " ".join(
        result.stderr.split()
    )


def test_units_of_headers_are_seen_before_a_difference_is_built(tmp_path):
    graph = '[graph.gap_exp]\narchitecture = "difference"\nsource = "gap_dft"\n'
    study = write(tmp_path, STUDY.replace('column = "gap"\nunit = "eV"', 'column = "gap"', 1) + graph)
    cells = (tmp_path / "dft.csv").read_text(encoding="utf-8").replace("gap (eV)", "gap (meV)")
    (tmp_path / "dft.csv").write_text(cells, encoding="utf-8")
    result = run("compare", study, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "'gap_exp' is in eV and 'gap_dft' in meV" in " ".join(result.stderr.split())


def test_category_goes_from_study_file_to_predictions(tmp_path):
    study = write(tmp_path, STUDY.replace('target = "gap_exp"', 'target = "colour"') + COLOUR)
    shown = good("compare", study, "--out", tmp_path / "out", *QUICK)
    assert "Accuracy of colour on held-out materials" in " ".join(shown.stdout.split())
    table = pd.read_csv(tmp_path / "out" / "comparison.csv")
    assert table["metric"].unique().tolist() == metrics.OF_CLASSES
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Which class is taken for which?" in page and "Mean absolute error" not in page
    good("report", tmp_path / "out")

    model = tmp_path / "model.graft"
    good("fit", study, "--architecture", "latent", "--trees", 20, "--jobs", 1, "--out", model)
    good("predict", model, tmp_path / "new.csv", "--out", tmp_path / "p.csv")
    said = pd.read_csv(tmp_path / "p.csv")
    odds = said[["colour_probability_black", "colour_probability_white"]]
    assert (
        odds.loc[0, "colour_probability_white"] > odds.loc[1, "colour_probability_white"] + 0.1
    )  # known gaps
    assert odds.drop(index=2).sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert said.loc[2, ["colour", *odds]].isna().all() and "Xx" in said["problem"][2]
