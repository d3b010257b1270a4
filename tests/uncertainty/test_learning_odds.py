"""Temperature and doubt are those of the least Brier score, within their bounds; probabilities by hand."""

import math
import warnings

import numpy as np
import pytest

from graftwood.uncertainty.odds import Odds, learn_odds


def probabilities_by_hand(votes, temperature, extra, doubt):
    result = []
    for row in votes:
        powers = [((1 - extra) * share + extra / len(row)) ** (1 / temperature) for share in row]
        result.append([(1 - doubt) * power / sum(powers) + doubt / len(row) for power in powers])
    return np.array(result)


@pytest.mark.parametrize(
    ("temperature", "extra", "doubt"), [(1.7, 0.05, 0.1), (0.4, 0.3, 0.0), (1.0, 0.0, 0.4)]
)
def test_probabilities_row_by_row(temperature, extra, doubt):
    votes = np.random.default_rng(0).dirichlet([0.5, 0.5, 0.5], 20)
    expected = probabilities_by_hand(votes, temperature, extra, doubt)
    np.testing.assert_allclose(Odds(temperature, extra, doubt).of(votes), expected, rtol=1e-12)


def test_class_without_a_vote_and_without_extra_is_impossible_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Odds(2.0, 0.0).of(np.array([[0.0, 1.0]])).tolist() == [[0.0, 1.0]]


def test_coldest_odds_of_even_votes_stay_even():
    assert Odds(0.001, 0.0).of(np.full((1, 4), 0.25)).tolist() == [[0.25] * 4]


def loss_by_hand(odds, numbers, votes):
    n, n_classes = votes.shape
    extra = n_classes / (n + n_classes)
    said = probabilities_by_hand(votes, odds.temperature, extra, odds.doubt)
    total = 0.0
    for row, number in enumerate(numbers):
        for k in range(n_classes):
            target = (1 - extra) * (k == number) + extra / n_classes
            total += (said[row, k] - target) ** 2
    return total / votes.size


def planted(n=120, seed=0, sharpness=2.0, n_random=0):
    rng = np.random.default_rng(seed)
    true = rng.dirichlet([0.8, 0.8, 0.8], size=n)
    numbers = (rng.uniform(size=(n, 1)) > np.cumsum(true, axis=1)).sum(axis=1)
    numbers[:n_random] = rng.integers(0, 3, n_random)
    return numbers, true**sharpness / (true**sharpness).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(4))
def test_no_other_temperature_and_doubt_are_better(seed):
    numbers, votes = planted(seed=seed, n_random=40)
    odds = learn_odds(numbers, votes)
    assert odds.extra == 3 / 123
    best = loss_by_hand(odds, numbers, votes)
    for temperature in np.append(np.geomspace(0.25, 8.0, 9), odds.temperature * np.array([0.98, 1.02])):
        for doubt in np.append(np.geomspace(odds.extra / 4, 0.5, 9), odds.doubt * np.array([0.98, 1.02])):
            if odds.extra / 4 <= doubt <= 0.5:
                other = Odds(temperature, odds.extra, doubt)
                assert loss_by_hand(other, numbers, votes) >= best - 1e-7


@pytest.mark.parametrize("timid", [1.0, 0.5])
def test_votes_that_come_true_are_doubted_by_a_quarter_of_what_is_extra(timid):
    true = np.array([1, 3, 6, 9])  # of ten
    numbers = np.concatenate([np.arange(10) < k for k in true]).astype(int)
    votes = 0.5 + timid * (np.repeat(true / 10, 10) - 0.5)
    odds = learn_odds(numbers, np.column_stack([1 - votes, votes]))
    assert odds.doubt == pytest.approx(odds.extra / 4, rel=1e-9)


def test_votes_that_say_nothing_are_doubted_by_half_at_most_and_cooled_no_further():
    numbers = np.random.default_rng(0).integers(0, 2, 400)
    votes = np.eye(2)[np.random.default_rng(1).integers(0, 2, 400)]
    odds = learn_odds(1 - votes[:, 1].astype(int), votes)  # always wrong
    assert odds.temperature == pytest.approx(8.0) or odds.doubt == pytest.approx(0.5)
    assert odds.temperature <= 8.0 * (1 + 1e-12) and odds.doubt <= 0.5 * (1 + 1e-12)
    assert learn_odds(numbers, votes).doubt <= 0.5 * (1 + 1e-12)
    timid = np.full((400, 2), 0.49)
    timid[np.arange(400), numbers] = 0.51
    assert learn_odds(numbers, timid).temperature == pytest.approx(0.25)


def test_three_right_of_four_by_hand():
    votes = np.tile([0.05, 0.95], (100, 1))
    odds = learn_odds((np.arange(100) % 4 > 0).astype(int), votes)
    assert odds.extra == 2 / 102
    expected = (1 - odds.extra) * 0.75 + odds.extra / 2  # the mean of Platt's targets
    assert math.isclose(odds.of(votes[:1])[0, 1], expected, abs_tol=1e-4)
