"""``graftwood reproduce`` of the paper's three studies, small: files, claims, and going on after a stop."""

import json
import os

import pandas as pd
import pytest
from typer.testing import CliRunner

from graftwood.cli.main import app
from graftwood.cli.paper_study import open_study_fits
from graftwood.studies.colour import QUICK
from graftwood.studies.fold_scores import COLUMNS
from graftwood.studies.no_reduction import NoReductionSettings

FIGURES = {
    "no-reduction": ("sparsity", "functions"),
    "colour": ("gains",),
    "band-gap": ("architectures", "learning-curve", "race"),
}


def reproduce(*arguments):
    return CliRunner().invoke(app, ["reproduce", *map(str, arguments)], prog_name="graftwood")


@pytest.fixture(
    scope="module", params=[pytest.param(study, marks=pytest.mark.slow) for study in sorted(FIGURES)]
)
def finished(request, tmp_path_factory):
    """One small run of each study."""
    out = tmp_path_factory.mktemp(request.param)
    return request.param, out, reproduce(request.param, "--quick", "--out", out)


def test_small_run_leaves_tables_a_page_and_figures(finished):
    study, out, result = finished
    assert result.exit_code == 0, result.output
    figures = [f"{study}-{name}{suffix}" for name in FIGURES[study] for suffix in (".png", ".svg")]
    assert sorted(os.listdir(out)) == sorted(
        ["claims.csv", "comparison.csv", f"{study}.md", "fits", *figures]
    )
    assert all((out / name).stat().st_size > 5000 for name in figures)


def test_comparison_has_the_promised_columns_and_the_controls(finished):
    _, out, _ = finished
    comparison = pd.read_csv(out / "comparison.csv")
    assert tuple(comparison.columns) == COLUMNS
    assert {"single", "self_latent", "latent", "multi_task"} <= set(comparison["architecture"])
    assert set(comparison["regime"]) == {"hidden", "visible"}
    assert comparison["value"].notna().all() and (comparison["n_test"] > 0).all()


def test_every_claim_has_its_interval_on_the_terminal_in_the_table_and_on_the_page(finished):
    study, out, result = finished
    claims = pd.read_csv(out / "claims.csv")
    assert len(claims) > 5 and set(claims["standing"]) <= {"holds", "does not hold", "undecided"}
    is_held = (claims["low"] > 0) == (claims["standing"] == "holds")
    assert (
        is_held.all()
        and ((claims["low"] <= claims["difference"]) & (claims["difference"] <= claims["high"])).all()
    )
    page = (out / f"{study}.md").read_text(encoding="utf-8")
    for text in claims["claim"]:
        assert text in result.stdout and text in page
    assert "seed 0" in page and "processors" in page


def test_second_run_goes_on_with_the_fits_and_says_the_same(finished):
    study, out, _ = finished
    before = (out / "comparison.csv").read_bytes()
    for path in list((out / "fits").glob("*.json"))[:3]:
        if path.name != "made_from.json":
            path.unlink()
    result = reproduce(study, "--quick", "--out", out)
    assert result.exit_code == 0 and "fits that are done already" in result.stderr
    assert (out / "comparison.csv").read_bytes() == before


def test_fits_of_other_settings_are_thrown_away(tmp_path):
    fits, sentence = open_study_fits(tmp_path, "no-reduction", NoReductionSettings())
    assert sentence == ""
    (fits.folder / "0-0-hidden-abc.json").write_text("{}")
    same, _ = open_study_fits(tmp_path, "no-reduction", NoReductionSettings(n_jobs=2))
    assert same.count() == 2
    _, sentence = open_study_fits(tmp_path, "no-reduction", NoReductionSettings(seed=1))
    assert sentence.startswith("Starting anew") and os.listdir(fits.folder) == ["made_from.json"]
    _, sentence = open_study_fits(tmp_path, "colour", QUICK)
    assert sentence.startswith("Starting anew")
    assert json.loads((fits.folder / "made_from.json").read_text())["study"] == "colour"


def test_folder_without_the_databases_is_refused_before_any_work(tmp_path):
    result = reproduce("band-gap", "--quick", "--data", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "does not exist; name with --data" in result.stderr and "Traceback" not in result.stderr
