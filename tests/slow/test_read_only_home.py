"""Where nothing can be cached, in a home and a package that cannot be written, kernels still run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import graftwood

pytestmark = pytest.mark.slow
FIT = """
import numpy as np
from graftwood import MultiTaskForest
import graftwood
X = np.arange(40.0)[:, None]
said = MultiTaskForest(n_estimators=5, random_state=0).fit(X, X[:, 0] ** 2).predict(X)
print(graftwood.__file__, said.round(6).tolist())
"""


def test_kernels_run_where_no_cache_can_be_written(tmp_path):
    # Folders below a plain file can be made by nobody, root included.
    plain = tmp_path / "plain"
    plain.write_text("")
    package = tmp_path / "site" / "graftwood"
    shutil.copytree(Path(graftwood.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "engine" / "__pycache__").write_text("")
    nowhere = str(plain / "cache")
    environment = os.environ | {
        "HOME": nowhere, "USERPROFILE": nowhere, "XDG_CACHE_HOME": nowhere, "NUMBA_CACHE_DIR": nowhere,
        "MPLCONFIGDIR": nowhere, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(package.parent),
    }  # fmt: skip
    before = sorted(tmp_path.rglob("*"))
    found = subprocess.run(
        [sys.executable, "-c", FIT],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert found.returncode == 0, found.stderr
    place, said = found.stdout.split(" ", 1)
    assert Path(place).parent == package
    usual = subprocess.run([sys.executable, "-c", FIT], capture_output=True, text=True, timeout=900)
    assert usual.stdout.split(" ", 1)[1] == said
    assert sorted(tmp_path.rglob("*")) == before
