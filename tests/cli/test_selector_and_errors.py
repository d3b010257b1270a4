"""A selector that leaves standard deviations aside says so, and is silent where there are none."""

import pandas as pd
import pytest

from tests.cli.small_studies import run, write_small


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("has_errors", [True, False])
def test_selector_says_that_it_does_not_use_standard_deviations(tmp_path, has_errors):
    study = write_small(tmp_path)
    if has_errors:
        measured = pd.read_csv(tmp_path / "exp.csv")
        measured["gap (meV)"] = [f"{value:.1f} ± 20" for value in measured["gap (meV)"]]
        measured.to_csv(tmp_path / "exp.csv", index=False)
    done = run(
        "fit", study, "--architecture", "selector", "--trees", "4", "--jobs", "1",
        "--out", tmp_path / "m.graft",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert ("does not use the labels' standard deviations" in done.output) == has_errors
