"""Every benchmark still runs, and a benchmark that a reader could not trust is refused."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.definition import Benchmark, store
from benchmarks.matbench import paired_difference
from benchmarks.registry import BENCHMARKS


@dataclass(frozen=True)
class Rounds:
    n_rounds: int
    seed: int = 7


@dataclass
class LooseRounds:
    n_rounds: int
    seed: int = 7


@dataclass(frozen=True)
class Unseeded:
    n_rounds: int


def count(settings: Rounds) -> dict[str, int]:
    """Count the rounds.

    More words.
    """
    return {"counted": settings.n_rounds}


def undocumented(settings: Rounds) -> dict[str, int]:
    return count(settings)


@pytest.fixture
def one_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "benchmarks.__main__.BENCHMARKS", {"count": Benchmark("count", count, Rounds(9), Rounds(1))}
    )


def smoke_runs() -> list[Any]:
    """Names of benchmarks; dear ones start processes by the dozen, compile anew or have their own tests."""
    dear = (
        "architectures", "bases", "calibration", "first-fit", "forest-speed", "hurdle", "scale", "screening"
    )  # fmt: skip
    return [pytest.param(name, marks=[pytest.mark.slow] if name in dear else []) for name in BENCHMARKS]


@pytest.mark.parametrize("name", smoke_runs())
def test_benchmark_runs_in_smoke_mode_and_gives_what_json_can_hold(name: str) -> None:
    record = BENCHMARKS[name].run(is_smoke=True)
    assert record["results"]
    assert json.loads(json.dumps(record, allow_nan=False)) == record


@pytest.mark.parametrize("name", BENCHMARKS)
def test_smoke_settings_differ_from_full_settings(name: str) -> None:
    assert BENCHMARKS[name].smoke != BENCHMARKS[name].full


@pytest.mark.parametrize(
    "measure, full, smoke, message",
    [
        pytest.param(undocumented, Rounds(9), Rounds(1), "needs a docstring", id="no-docstring"),
        pytest.param(count, Rounds(9), Unseeded(1), "of one type", id="two-types"),
        pytest.param(count, LooseRounds(9), LooseRounds(1), "frozen dataclass", id="not-frozen"),
        pytest.param(count, Unseeded(9), Unseeded(1), "field 'seed'", id="no-seed"),
        pytest.param(count, {"seed": 1}, {"seed": 1}, "frozen dataclass", id="no-dataclass"),
    ],
)
def test_doubtful_benchmark_is_refused(measure: object, full: object, smoke: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Benchmark("doubtful", measure, full, smoke)  # type: ignore[arg-type]


def test_full_run_is_stored_with_its_environment(one_benchmark: None, tmp_path: Path) -> None:
    assert main(["count", "--results", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "count.json").read_text())
    assert record["results"] == {"counted": 9}
    assert record["title"] == "Count the rounds."
    assert record["environment"]["seed"] == 7
    assert {"python", "packages", "n_cpus", "date"} <= set(record["environment"])
    assert record["environment"]["packages"]["numpy"] == np.__version__


def test_smoke_run_stores_nothing(one_benchmark: None, tmp_path: Path) -> None:
    assert main(["--all", "--smoke", "--results", str(tmp_path)]) == 0
    assert not list(tmp_path.iterdir())


def test_results_that_are_not_numbers_leave_the_stored_ones_alone(tmp_path: Path) -> None:
    path = store({"benchmark": "count", "results": 1}, tmp_path)
    with pytest.raises(ValueError, match="JSON"):
        store({"benchmark": "count", "results": float("nan")}, tmp_path)
    assert json.loads(path.read_text())["results"] == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "arguments, said",
    [
        pytest.param(["nonsense"], "no benchmark 'nonsense'; choose from count", id="unknown"),
        pytest.param([], "name a benchmark", id="none"),
    ],
)
def test_wrong_use_is_one_sentence(
    one_benchmark: None, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_list_names_every_benchmark_with_its_first_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed and benchmark.title in listed for name, benchmark in BENCHMARKS.items())


def test_paired_difference_is_ours_minus_theirs_with_the_corrected_error() -> None:
    scores = {"graftwood": {"mae_of_folds_eV": [0.4, 0.5]}, "scikit-learn": {"mae_of_folds_eV": [0.5, 0.8]}}
    difference = paired_difference(scores, n_rows=10)
    assert difference["mae_eV"] == pytest.approx(-0.2)
    assert difference["standard_error_eV"] == pytest.approx(np.sqrt(0.02 * (1 / 2 + 1)))
