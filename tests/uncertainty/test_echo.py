"""What a row hears back of its own label equals what a change of the label does, trees kept as they are."""

import numpy as np
import pytest

from graftwood.uncertainty.echo import leaf_weights, mean_echo

N_TREES, N_ROWS = 9, 14


def forests(seed):
    """Leaves of two forests that share their bags, and how often rows are in these."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1.0, (N_TREES, N_ROWS)) * rng.uniform(0.5, 2.0, N_ROWS)
    counts[np.arange(N_ROWS) % N_TREES, np.arange(N_ROWS)] = 0.0  # every row is out of a bag
    leaves = []
    for _ in range(2):
        own = rng.integers(0, 3, (N_TREES, N_ROWS))
        for tree in range(N_TREES):  # every leaf has a row of the bag
            full = np.unique(own[tree, counts[tree] > 0])
            own[tree] = np.where(np.isin(own[tree], full), own[tree], full[0])
        leaves.append(own + 3 * np.arange(N_TREES)[:, None])
    return counts, *leaves


def out_of_bag_means(leaves, counts, labels):
    """The same by loops: mean over trees without the row of the weighted mean of its leaf."""
    said = np.full(N_ROWS, np.nan)
    for i in range(N_ROWS):
        means = []
        for tree in range(N_TREES):
            if counts[tree, i] == 0:
                there = leaves[tree] == leaves[tree, i]
                means.append(np.average(labels[there], weights=counts[tree, there]))
        said[i] = np.mean(means)
    return said


@pytest.mark.parametrize("seed", range(5))
def test_weights_give_the_means_of_leaves(seed):
    counts, leaves, _ = forests(seed)
    labels, every = np.random.default_rng(seed).normal(size=N_ROWS), np.arange(N_ROWS)
    weights = leaf_weights(leaves, counts == 0, leaves, counts, every)
    np.testing.assert_allclose(weights @ labels, out_of_bag_means(leaves, counts, labels), atol=1e-12)
    some = np.array([2, 5, 11])
    part = leaf_weights(leaves[:, some], counts[:, some] == 0, leaves, counts, some)
    np.testing.assert_allclose(part.toarray(), weights.toarray()[np.ix_(some, some)], atol=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_echo_is_what_a_change_of_the_own_label_does(seed):
    counts, first, second = forests(seed)
    labels = np.random.default_rng(seed).normal(size=N_ROWS)

    def corrected(y):
        said = out_of_bag_means(first, counts, y)
        return said + out_of_bag_means(second, counts, y - said)

    fell = []
    for i in range(N_ROWS):
        moved = labels.copy()
        moved[i] += 1.0
        fell.append(corrected(labels)[i] - corrected(moved)[i])
    asked = np.array([1, 4, 5, 12])
    echo = mean_echo(asked, counts == 0, first, second, counts)
    assert echo > 0.0
    assert echo == pytest.approx(np.mean(np.array(fell)[asked]), abs=1e-12)
