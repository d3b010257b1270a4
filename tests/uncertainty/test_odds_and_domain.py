"""Probabilities come true out of bag, and foreign rows are told."""

import numpy as np
import pytest

from graftwood.uncertainty.domain import Domain, learn_domain
from graftwood.uncertainty.odds import Odds, learn_odds


def test_temperature_that_was_planted_is_found():
    rng = np.random.default_rng(0)
    true = rng.dirichlet([0.8, 0.8, 0.8], size=6000)
    numbers = (rng.uniform(size=(6000, 1)) > np.cumsum(true, axis=1)).sum(axis=1)
    sharp = true**2.0 / (true**2.0).sum(axis=1, keepdims=True)
    assert learn_odds(numbers, sharp).temperature == pytest.approx(2.0, rel=0.06)


def test_most_probable_class_stays_and_none_is_impossible():
    votes = np.random.default_rng(0).dirichlet([0.2, 0.2, 0.2], size=200)
    votes[0] = [1.0, 0.0, 0.0]
    odds = Odds(1.7, 0.01).of(votes)
    assert np.array_equal(odds.argmax(axis=1), votes.argmax(axis=1))
    assert odds.min() > 0
    np.testing.assert_allclose(odds.sum(axis=1), 1.0)


def test_row_of_odds_is_the_same_bits_alone_and_among_others():
    votes = np.random.default_rng(1).dirichlet([1.0, 1.0, 1.0, 1.0], size=50)
    odds = Odds(1.3, 0.02)
    assert all(np.array_equal(odds.of(votes[i : i + 1])[0], odds.of(votes)[i]) for i in range(50))


def score_by_hand(domain, leaves):
    scores = []
    for row in leaves:
        thirds = []
        for trees in np.array_split(np.arange(len(row)), 3):
            shares = []
            for material in np.unique(domain.material):
                own = domain.leaves.T[domain.material == material][:, trees]
                shares.append(np.mean((own == row[trees]).any(axis=0)))
            thirds.append(max(shares))
        scores.append(1 - np.mean(thirds))
    return scores


def test_score_is_what_counting_by_hand_gives():
    rng = np.random.default_rng(0)
    leaves = rng.integers(0, 6, (30, 8)) + np.arange(8) * 6
    domain = Domain(leaves.T.astype(np.int32), np.arange(30) // 2, 0.5)
    asked = rng.integers(0, 6, (10, 8)) + np.arange(8) * 6
    np.testing.assert_allclose(domain.score(asked), score_by_hand(domain, asked), atol=1e-6)


def test_limit_leaves_out_the_material_itself():
    leaves = np.arange(40).reshape(10, 4).astype(np.int32)  # no two rows share a leaf
    domain = learn_domain(leaves.T, np.arange(10), np.ones((4, 10), dtype=bool), seed=0)
    assert domain.limit == 1.0
    twins = np.repeat(leaves, 2, axis=0)
    of_two = learn_domain(twins.T, np.repeat(np.arange(10), 2), np.ones((4, 20), dtype=bool), seed=0)
    assert of_two.limit == 1.0  # both rows are one material
    assert learn_domain(twins.T, np.arange(20), np.ones((4, 20), dtype=bool), seed=0).limit == 0.0
