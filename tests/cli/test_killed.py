"""Commands that are killed leave the old file or the new one, and go on; fifty kills are in tests/slow."""

import pytest

from tests.killed_runs import check_kills


@pytest.mark.parametrize(
    "name, n_kills", [pytest.param("compare", 2, marks=pytest.mark.slow), ("fit", 1), ("predict", 1)]
)
def test_killed_command_leaves_no_half_file_and_goes_on(tmp_path, name, n_kills):
    check_kills(tmp_path, name, n_kills, seed=1)
