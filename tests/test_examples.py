"""The examples run, and leave their picture: here with few rows and trees, so only that they work is seen."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = {path.stem: path for path in sorted((ROOT / "examples").glob("*.py"))}
SMALL = {
    "band_gaps": {"N_ROWS": 300, "N_TREES": 3},
    "cancelling_errors": {"N_TREES": 15, "N_FOLDS": 2},
    "learning_curve": {"N_TREES": 10, "SIZES": (25, 50), "N_DRAWS": 2, "N_TEST": 50},
    "metals_and_gaps": {"N_ROWS": 300, "N_TREES": 15},
    "what_next": {"N_TREES": 10, "N_MATERIALS": 200, "N_STEPS": 1},
}


def runs() -> list[Any]:
    """Names of the examples; the one that reads every formula of the shipped gaps is a slow one."""
    return [pytest.param(name, marks=[pytest.mark.slow] if name == "band_gaps" else []) for name in EXAMPLES]


def load(name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(name, EXAMPLES[name])
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_every_example_is_tried_and_shown() -> None:
    shown = (ROOT / "docs/examples.md").read_text(encoding="utf-8")
    assert set(SMALL) == set(EXAMPLES)
    assert [name for name in EXAMPLES if f"examples/{name}.py" not in shown] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_short(name: str) -> None:
    assert len(EXAMPLES[name].read_text(encoding="utf-8").splitlines()) < 60


@pytest.mark.parametrize("name", runs())
def test_example_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = load(name)
    for constant, value in SMALL[name].items():
        assert hasattr(example, constant)
        monkeypatch.setattr(example, constant, value)
    monkeypatch.chdir(tmp_path)
    example.main()
    assert "nan" not in capsys.readouterr().out
    if name != "band_gaps":
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
