"""How labels are standardised before a forest grows on them."""

import numpy as np
import pytest

from graftwood.network.stage import _standard


@pytest.mark.parametrize("times", [2, 3, 7])
def test_repeated_labels_are_standardised_to_the_same_bits(times):
    rng = np.random.default_rng(0)
    for n_rows in range(5, 60):
        labels = rng.normal(size=(n_rows, 3)) + [0.0, 50.0, 0.0]
        labels[rng.random(n_rows) < 0.3, 1] = np.nan
        labels[:, 2] = rng.integers(0, 3, n_rows)
        once = _standard(labels, (0, 0, 3))
        more = _standard(np.repeat(labels, times, axis=0), (0, 0, 3))
        for expected, found in zip(once, more, strict=True):
            assert np.array_equal(found, expected)


def test_each_label_counts_as_often_as_it_stands_there():
    labels = np.array([[0.0], [0.0], [0.0], [4.0]])
    center, scale, share = _standard(labels, (0,))
    assert center[0] == 0.0 and scale[0] * share[0] == pytest.approx(np.std(labels), rel=1e-15)
