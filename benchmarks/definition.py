"""What a benchmark is: a documented function, and frozen settings for a full and a smoke run.

Also where its results go.  What is measured is in one file per domain, the list in ``registry.py``.
"""

import inspect
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
MEASURED_PACKAGES = ("graftwood", "numpy", "scipy", "scikit-learn", "numba", "pandas", "pymatgen-core")

Results = dict[str, Any]


@dataclass(frozen=True)
class Benchmark:
    """One benchmark.

    Parameters
    ----------
    name : str
        What it is called on the command line, in lower case with hyphens.
    measure : callable
        Takes settings, prints what a reader wants to see and returns plain values that JSON can hold.
        Its docstring is compulsory: it says what is compared and how to read the numbers.
    full, smoke : frozen dataclasses of one type
        Settings of the real run and of one that only shows, in seconds, that the benchmark still runs.
        A field ``seed`` is compulsory.

    Raises
    ------
    ValueError
        When the docstring is missing or the settings are not as said.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Rounds:
    ...     n_rounds: int
    ...     seed: int = 0
    >>> def count(settings):
    ...     '''Count to n_rounds.'''
    ...     return {"counted": settings.n_rounds}
    >>> Benchmark("count", count, full=Rounds(1000), smoke=Rounds(1)).run(is_smoke=True)["results"]
    {'counted': 1}
    """

    name: str
    measure: Callable[[Any], Results]
    full: Any
    smoke: Any

    def __post_init__(self) -> None:
        """Refuse a benchmark that a reader could not trust."""
        if not inspect.getdoc(self.measure):
            raise ValueError(
                f"Benchmark {self.name!r}: its function needs a docstring that says what is compared."
            )
        if type(self.full) is not type(self.smoke):
            raise ValueError(f"Benchmark {self.name!r}: full and smoke settings must be of one type.")
        if not _is_frozen(self.full) or "seed" not in {field.name for field in fields(self.full)}:
            raise ValueError(
                f"Benchmark {self.name!r}: settings must be a frozen dataclass with a field 'seed'."
            )

    @property
    def title(self) -> str:
        """First line of the docstring."""
        return (inspect.getdoc(self.measure) or "").partition("\n")[0]

    def run(self, *, is_smoke: bool = False) -> Results:
        """Measure, and put settings and environment beside the results."""
        settings = self.smoke if is_smoke else self.full
        environment = describe_environment(settings.seed)
        results = self.measure(settings)
        return {
            "benchmark": self.name,
            "title": self.title,
            "settings": json.loads(json.dumps(asdict(settings))),
            "environment": environment,
            "results": results,
        }


def _is_frozen(settings: object) -> bool:
    return is_dataclass(settings) and type(settings).__dataclass_params__.frozen  # type: ignore[attr-defined]


def describe_environment(seed: int) -> dict[str, Any]:
    """Tell what a number depends on besides the settings: versions, processors, date, seed."""
    return {
        "python": platform.python_version(),
        "packages": {name: version(name) for name in MEASURED_PACKAGES},
        "system": f"{sys.platform} {platform.machine()}",
        "n_cpus": os.cpu_count(),
        "date": datetime.now(UTC).date().isoformat(),
        "seed": seed,
    }


def store(record: Results, folder: Path = RESULTS) -> Path:
    """Write the record of a full run to ``folder/NAME.json``, whole or not at all."""
    from graftwood.store.atomic import atomic_path

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{record['benchmark']}.json"
    with atomic_path(path) as draft:
        draft.write_text(json.dumps(record, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return path
