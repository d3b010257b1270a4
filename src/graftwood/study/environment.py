"""Where and with what a result was made."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version


def describe_environment(seed: int, seconds: float | None = None) -> dict[str, str]:
    """Return versions, processor count, date, seed and time taken, as texts.

    Examples
    --------
    >>> describe_environment(seed=0)["seed"]
    '0'
    """
    described = {
        "graftwood": version("graftwood"),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba", "scikit-learn", "pandas")},
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "seed": str(seed),
    }
    if seconds is not None:
        described["seconds"] = f"{seconds:.0f}"
    return described
