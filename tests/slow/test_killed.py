"""Commands that are killed at fifty random moments leave the old file or the new one, and go on."""

import pytest

from tests.killed_runs import check_kills

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name, n_kills", [("compare", 20), ("fit", 15), ("predict", 15)])
def test_killed_at_any_moment_no_file_is_half_written(tmp_path, name, n_kills):
    assert check_kills(tmp_path, name, n_kills, seed=n_kills, n_times=12) == n_kills
