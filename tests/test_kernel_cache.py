"""The kernel cache that `conftest.py` chooses is the one that numba uses."""

import os
from pathlib import Path

import numba


def test_cache_was_chosen_before_numba_was_loaded() -> None:
    assert os.environ["NUMBA_CACHE_DIR"] == numba.config.CACHE_DIR


def test_cache_can_be_written() -> None:
    assert os.access(Path(numba.config.CACHE_DIR), os.W_OK)
