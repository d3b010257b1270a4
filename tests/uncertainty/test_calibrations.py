"""Every field of a calibration from out-of-bag errors, row by row; the smallest cases of other error bars."""

import math
import re

import numpy as np
import pytest

from graftwood.errors import NoOutOfBagRows
from graftwood.uncertainty import jackknife as module
from graftwood.uncertainty.bags import bag_spread
from graftwood.uncertainty.jackknife import learn_jackknife
from graftwood.uncertainty.linear import fit_line
from graftwood.uncertainty.rescale import ONE_SIGMA, calibrate, with_all_trees

NAN = float("nan")


def planted(n=40):
    rng = np.random.default_rng(0)
    sd = rng.uniform(0.1, 2.0, n)
    center = rng.normal(size=n)
    labels = center + sd * rng.normal(size=n)
    sd[:4] = NAN  # hardly out of bag
    sd[4:8] = 0.0  # all bags agree, of which two are right
    labels[4:6] = center[4:6] + [0.5, 3.0]
    sd[8:10] = 0.3, 1.5
    labels[6:10] = center[6:10]  # right, two of them though the bags differ
    return labels, center, sd


def scores_by_hand(labels, center, sd):
    floor = min(s for s in sd if s > 0)
    scores = []
    for row in range(len(labels)):
        error = abs(labels[row] - center[row])
        if not math.isnan(sd[row]) and (error > 0 or sd[row] > 0):
            scores.append((error / max(sd[row], floor), row))
    return sorted(scores), floor


def test_fields_of_a_calibration_row_by_row():
    labels, center, sd = planted()
    scores, floor = scores_by_hand(labels, center, sd)
    found = calibrate(labels, center, sd)
    np.testing.assert_allclose(found.scores, [score for score, _ in scores], rtol=1e-12)
    assert found.rows.tolist() == [row for _, row in scores]
    assert (found.floor, found.n_zero, len(found.scores)) == (floor, 4, 34)
    assert found.largest == np.abs(labels - center)[4:].max()
    assert math.isnan(found.value_factor)
    assert found.line == fit_line(np.abs(labels - center)[4:], sd[4:])
    named = calibrate(labels, center, sd, rows=np.arange(40) + 100)
    assert named.rows.tolist() == [row + 100 for _, row in scores] and named.rows.dtype == np.int64


def test_rows_of_one_score_stay_in_their_order():
    error = np.tile([1.0, 2.0, 0.5], 30)
    found = calibrate(error, np.zeros(90), np.ones(90))
    assert found.rows.tolist() == [*range(2, 90, 3), *range(0, 90, 3), *range(1, 90, 3)]


def test_more_trees_make_scores_errors_and_the_largest_smaller():
    labels, center, sd = planted()
    excess = np.full(40, 0.1)
    plain, told = calibrate(labels, center, sd), calibrate(labels, center, sd, excess=excess)
    factor = np.quantile(plain.scores, ONE_SIGMA)
    shrink = math.sqrt(1 - 0.1 / factor**2)
    assert 0.5 < shrink < 0.99
    np.testing.assert_allclose(told.scores, shrink * plain.scores, rtol=1e-12)
    assert told.largest == pytest.approx(shrink * plain.largest, rel=1e-12)
    assert told.line == pytest.approx(fit_line(shrink * np.abs(labels - center)[4:], sd[4:]), rel=1e-6)


def test_trees_shrink_errors_by_hand():
    assert with_all_trees(np.full(5, 4.0), 4.0) == pytest.approx(math.sqrt(1 - 4 / 16), rel=1e-12)
    assert with_all_trees(np.full(5, 4.0), 15.0) == 0.5
    assert with_all_trees(np.full(5, 4.0), -1.0) == 1.0  # nothing makes them larger


def test_everything_predicted_exactly_is_one_score():
    found = calibrate(np.full(3, 2.0), np.full(3, 2.0), np.zeros(3))
    assert (found.scores.tolist(), found.n_zero, found.floor) == ([1.0], 3, np.finfo(float).tiny)


def test_error_of_the_size_of_rounding_is_none():
    labels = np.array([0.0, 1e9, 5.0])
    found = calibrate(labels, labels + [1.0, 2.0, 12.0], np.array([2.0, 1.0, 4.0]))
    assert found.scores.tolist() == [0.0, 1.0, 3.0] and found.n_zero == 1 and found.floor == 2.0


@pytest.mark.parametrize(("task", "of_task"), [(None, ""), ("gap", "of task gap ")])
def test_two_rows_are_enough_and_one_is_refused_by_name(task, of_task):
    labels, center = np.array([1.0, 2.0]), np.array([1.5, 2.5])
    assert calibrate(labels, center, np.array([1.0, 2.0]), task=task).scores.tolist() == [0.25, 0.5]
    sentence = (
        f"Forest: 1 labelled rows {of_task}were out of bag in two trees or more, 2 are needed for a spread; "
        "use more trees (about 10), more labels, or bootstrap=False, which gives no spreads."
    )
    with pytest.raises(NoOutOfBagRows, match=f"^{re.escape(sentence)}$"):
        calibrate(labels, center, np.array([1.0, NAN]), who="Forest", task=task)


def test_spread_of_two_bags_by_hand():
    assert bag_spread(np.array([[1.0], [4.0]]))[0] == pytest.approx(3 / math.sqrt(2), rel=1e-15)


def test_trees_that_agree_have_no_variance_and_none_below_zero():
    counts = np.random.default_rng(0).poisson(1.0, (8, 5)).astype(np.uint8)
    spread, is_negative = learn_jackknife(counts).spread(np.zeros((8, 2)))
    assert spread.tolist() == [0.0, 0.0] and not is_negative.any()


def test_negative_variance_of_two_trees_has_the_spread_of_the_noise():
    below_zero = module.Jackknife(np.array([-1.0, 0.5, -2.0]), 2, 3)
    trees = np.array([[0.0], [2.0]])
    assert below_zero.variance(trees)[0] == -4.0
    spread, is_negative = below_zero.spread(trees)
    assert is_negative.all()
    assert spread[0] == pytest.approx(math.sqrt(below_zero.noise * 2.0), rel=1e-12)


def test_materials_add_up_however_many_at_once(monkeypatch):
    rng = np.random.default_rng(0)
    counts, trees = rng.poisson(1.0, (9, 25)).astype(np.uint8), rng.normal(size=(9, 4))
    together = learn_jackknife(counts).variance(trees)
    assert learn_jackknife(counts).n_materials == 25
    monkeypatch.setattr(module, "MATERIALS_AT_ONCE", 7)
    np.testing.assert_allclose(learn_jackknife(counts).variance(trees), together, rtol=1e-10)
