"""What every test run shares: the kernel cache, hypothesis, and how text is printed.

The kernel cache is chosen here, before numba is imported, and not by make, so
that a bare `pytest` gets it too.  Each pytest-xdist worker inherits the choice.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis.database import DirectoryBasedExampleDatabase

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "src" / "graftwood" / "engine"


def _engine_digest() -> str:
    """Name of the present kernels: numba overlooks an edit in another file that a cached kernel calls."""
    digest = hashlib.sha256()
    for path in sorted(ENGINE.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _use_kernel_cache() -> None:
    digest = _engine_digest()
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given and Path(given).name == digest:
        return
    folder = Path(given or ROOT / ".numba_cache") / digest
    if not _is_writable(folder):
        scratch = Path(tempfile.mkdtemp(prefix="graftwood-kernels-"))
        atexit.register(shutil.rmtree, scratch, ignore_errors=True)
        folder = scratch / digest
    os.environ["NUMBA_CACHE_DIR"] = str(folder)


def _use_hypothesis_profile() -> None:
    examples = ROOT / ".hypothesis" / "examples"
    in_ci = bool(os.environ.get("CI"))
    keeps_examples = not in_ci and _is_writable(examples)
    hypothesis.settings.register_profile(
        "graftwood",
        deadline=None,
        derandomize=in_ci,
        database=DirectoryBasedExampleDatabase(examples) if keeps_examples else None,
    )
    hypothesis.settings.load_profile("graftwood")


def _keep_to_one_processor() -> None:
    # Two workers share two processors.  OpenMP, by which boosting runs, spins while it waits for the other
    # worker's: the benchmark of bases then takes five times the processor time.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _print_alike_everywhere() -> None:
    # Terminal width, colour and CI services all change what rich, typer and pandas print.
    os.environ.update(
        COLUMNS="120", NO_COLOR="1", TERM="dumb", MPLBACKEND="Agg", _TYPER_FORCE_DISABLE_TERMINAL="1"
    )
    for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS"):
        os.environ.pop(name, None)
    # NumPy's own defaults, said out loud: an example must print here what it prints for a reader.
    np.set_printoptions(precision=8, suppress=False, linewidth=75, threshold=1000)


_use_kernel_cache()
_use_hypothesis_profile()
_keep_to_one_processor()
_print_alike_everywhere()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of a cluster of two processes on this machine, for tests that leave it whole."""
    from graftwood.scale.connect import local_cluster

    with local_cluster(2) as address:
        yield address
