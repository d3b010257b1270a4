"""The limit of what is inside, learned: against counting material by material, row by row."""

import numpy as np
import pytest

from graftwood.uncertainty import domain as module
from graftwood.uncertainty.domain import Domain, learn_domain


def planted(n_materials=60, n_rows=150, n_trees=9, n_leaves=12, seed=0):
    """Leaves numbered over all trees, materials of several rows, and bags that hold whole materials."""
    rng = np.random.default_rng(seed)
    material = rng.integers(0, n_materials, n_rows)
    leaves = rng.integers(0, n_leaves, (n_trees, n_rows)) + n_leaves * np.arange(n_trees)[:, None]
    honest = (rng.random((n_trees, n_materials)) < 0.37)[:, material]
    return leaves, material, honest


def limit_by_hand(leaves, material, honest, judged, share=0.95):
    scores = []
    for row in judged:
        trees = np.flatnonzero(honest[:, row])
        if not len(trees):
            continue
        most = 0
        for other in set(material.tolist()) - {int(material[row])}:
            own = leaves[:, material == other]
            most = max(most, sum(leaves[tree, row] in own[tree] for tree in trees))
        scores.append(1 - most / len(trees))
    return np.quantile(scores, share)


@pytest.mark.parametrize("seed", range(3))
def test_limit_is_what_counting_gives(seed):
    leaves, material, honest = planted(n_leaves=60, n_trees=4, seed=seed)
    assert (honest.sum(axis=0) == 0).sum() > 0 and (honest.sum(axis=0) == 1).sum() > 0
    expected = limit_by_hand(leaves, material, honest, range(150))
    assert expected > 0
    assert learn_domain(leaves, material, honest, seed=0).limit == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_of_many_rows_those_of_drawn_materials_are_judged(monkeypatch, seed):
    monkeypatch.setattr(module, "MOST_JUDGED", 17)
    leaves, material, honest = planted()
    drawn = np.random.default_rng([seed, 5]).permutation(material.max() + 1)
    judged = sorted(range(150), key=lambda row: (drawn[material[row]], row))[:17]
    for share in np.linspace(0.0, 1.0, 9):  # every score that a judged row has
        monkeypatch.setattr(module, "OUTSIDE", share)
        expected = limit_by_hand(leaves, material, honest, judged, share)
        assert learn_domain(leaves, material, honest, seed).limit == pytest.approx(expected, abs=1e-6)


def test_order_of_rows_changes_no_limit(monkeypatch):
    monkeypatch.setattr(module, "MOST_JUDGED", 20)
    leaves, _, honest = planted()
    order, material = np.random.default_rng(1).permutation(150), np.arange(150)
    found = learn_domain(leaves[:, order], material[order], honest[:, order], seed=0).limit
    assert found == learn_domain(leaves, material, honest, seed=0).limit


def test_nothing_is_outside_where_no_row_can_be_judged():
    leaves, material, honest = planted()
    assert learn_domain(leaves, material, np.zeros_like(honest), seed=0).limit == 1.0


def test_domain_that_was_learned_scores_like_one_that_was_made():
    leaves, material, honest = planted()
    learned = learn_domain(np.asfortranarray(leaves), material, honest, seed=0)
    assert learned.leaves.flags.c_contiguous and np.array_equal(learned.leaves, leaves)
    asked = planted(seed=1)[0].T
    assert np.array_equal(learned.score(asked), Domain(leaves, material, 0.0).score(asked))
    assert learned.score(asked[:0]).shape == (0,)
    assert np.array_equal(learned.score(leaves.T), np.zeros(150))  # its own leaves are shared by itself


def test_rows_are_scored_alike_few_or_many_at_once(monkeypatch):
    leaves, material, _ = planted()
    domain, asked = Domain(leaves, material, 0.5), planted(seed=1)[0].T
    together = domain.score(asked)
    assert len(set(together)) > 3
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 7)
    assert np.array_equal(domain.score(asked), together)
