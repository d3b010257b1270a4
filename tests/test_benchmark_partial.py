"""A benchmark that was broken off goes on, and never with results of other code or other settings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.architectures import ArchitectureSettings, compare_architectures, partial
from benchmarks.architectures.partial import Kept, kept_of
from benchmarks.problems import Problem, planted

SETTINGS = ArchitectureSettings(problems=("first", "second"))


def test_results_are_found_for_the_same_settings_only(tmp_path: Path) -> None:
    Kept(tmp_path, SETTINGS).keep("jura", {"cases": [1]})
    assert Kept(tmp_path, replace(SETTINGS, problems=("jura",))).find("jura") == {"cases": [1]}
    assert Kept(tmp_path, SETTINGS).find("enb") is None
    for other in ({"n_folds": 3}, {"seed": 1}, {"controls": ()}):
        assert Kept(tmp_path, replace(SETTINGS, **other)).find("jura") is None


@pytest.mark.parametrize(
    "module, is_found",
    [
        pytest.param("src/graftwood/engine/grow.py", False, id="package"),
        pytest.param("benchmarks/problems/folds.py", False, id="folds"),
        pytest.param("benchmarks/architectures/tables.py", True, id="only-shows"),
    ],
)
def test_results_of_other_code_are_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, is_found: bool
) -> None:
    monkeypatch.setattr(partial, "ROOT", tmp_path)
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text("a = 1\n")
    kept = Kept(tmp_path / "kept", SETTINGS)
    kept.keep("jura", {})
    path.write_text("a = 2\n")
    assert (kept.find("jura") == {}) is is_found


def test_made_up_problems_keep_nothing(tmp_path: Path) -> None:
    kept = kept_of(replace(SETTINGS, is_planted=True), tmp_path)
    kept.keep("planted", {})
    assert kept.find("planted") is None
    assert not list(tmp_path.iterdir())


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    def measure(problem: Problem, settings: ArchitectureSettings) -> dict[str, Any]:
        measured.append(problem.name)
        if measured == ["first", "second"]:
            raise KeyboardInterrupt
        return {"target": problem.name, "error": "MAE", "unit": "", "cases": []}

    problems = [replace(planted(), name=name) for name in SETTINGS.problems]
    run = "benchmarks.architectures.run"
    monkeypatch.setattr(f"{run}.load_problems", lambda settings: problems)
    monkeypatch.setattr(f"{run}.measure_problem", measure)
    monkeypatch.setattr(f"{run}.kept_of", lambda settings: kept_of(settings, tmp_path))
    with pytest.raises(KeyboardInterrupt):
        compare_architectures(SETTINGS)
    results = compare_architectures(SETTINGS)
    assert measured == ["first", "second", "second"]
    assert list(results["problems"]) == ["first", "second"]
