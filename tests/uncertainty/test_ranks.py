"""Every material counts once in error bars, however many rows it has, and as its rows' sample weights say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graftwood import MultiTaskForest, SingleTask, load_model, save_model
from graftwood.uncertainty.hurdle import calibrate_chance
from graftwood.uncertainty.odds import learn_odds
from graftwood.uncertainty.ranks import ONE_SIGMA, counted, counts_of_rows, quantile, rank_of
from graftwood.uncertainty.rescale import calibrate


def slow_factor(scores, material, coverage):
    """The smallest score at or below which the materials' shares of rows, summed, reach the coverage."""
    materials = sorted(set(material))
    rows_of = {each: [s for s, of in zip(scores, material, strict=True) if of == each] for each in materials}

    def reached(score):
        """Mean over materials of the share of their rows that are at or below a score."""
        return np.mean([np.mean([one <= score for one in rows]) for rows in rows_of.values()])

    small = next((s for s in sorted(scores) if reached(s) >= ONE_SIGMA - 1e-9), max(scores))
    shares = [np.mean([one <= small for one in rows]) for rows in rows_of.values()]
    most = len(materials) ** 2 / sum(1 / len(rows) for rows in rows_of.values())
    n_independent = len(materials)
    if len(materials) > 1:
        n_independent, variance = most, np.var(shares, ddof=1)
        if variance > 0:
            told = np.mean(shares) * (1 - np.mean(shares)) * len(materials) / variance
            n_independent = min(max(told, len(materials)), most)
    if most == len(materials) == len(scores):
        n_independent = len(scores)
    wanted = coverage * (n_independent + 1) / n_independent
    return next((s for s in sorted(scores) if reached(s) >= wanted - 1e-9), max(scores))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 50)), min_size=2, max_size=25), st.data())
def test_a_factor_is_that_of_its_readable_twin(rows, data):
    material, scores = np.array(rows).T
    coverage = data.draw(st.sampled_from([0.3, 0.5, 0.68, 0.9]))
    found = calibrate(scores.astype(float), np.zeros(len(rows)), np.ones(len(rows)), material=material)
    width = found.width(np.ones(1))[0]
    assert found.factor(coverage) * width == pytest.approx(slow_factor(scores, material, coverage))


@given(st.integers(2, 60), st.floats(0.01, 0.99))
def test_rows_that_are_materials_have_the_split_conformal_rank(n, coverage):
    expected = min(int(np.ceil((n + 1) * coverage * (1 - 1e-12))), n)
    assert rank_of(coverage, counted(n, counts_of_rows(np.arange(n)))) == expected


def test_many_rows_of_one_material_count_as_one_row_of_it():
    errors = np.array([0.5, 1.0, 2.0, 3.0, 4.0])
    repeated = np.repeat(np.arange(5), [1, 7, 1, 3, 1])
    one = calibrate(errors, np.zeros(5), np.ones(5))
    many = calibrate(errors[repeated], np.zeros(13), np.ones(13), material=repeated)
    for coverage in (0.2, 0.4, 0.68, 0.9):
        assert many.factor(coverage) == one.factor(coverage)
    level = np.array([[0.05], [0.3], [0.8]])
    assert np.isfinite(many.deviation(np.ones(1), level)).all()


def test_rows_that_err_on_their_own_cover_what_they_promise():
    # Were each material one row's worth, bars of 20 materials would be of a coverage of 0.72.
    rng, hits = np.random.default_rng(0), []
    material = np.repeat(np.arange(20), 30)
    for _ in range(60):
        errors, new = np.abs(rng.normal(size=600)), np.abs(rng.normal(size=2000))
        found = calibrate(errors, np.zeros(600), np.ones(600), material=material)
        hits.append(np.mean(new <= found.factor() * found.width(np.ones(1))[0]))
        assert 200 < found.summed[-1] <= 600
    assert np.mean(hits) == pytest.approx(ONE_SIGMA, abs=0.01)


def test_materials_whose_rows_err_alike_count_one_each():
    rng, hits = np.random.default_rng(0), []
    material = np.repeat(np.arange(20), 5)
    for _ in range(200):
        errors = np.repeat(np.abs(rng.normal(size=20)), 5)
        found = calibrate(errors, np.zeros(100), np.ones(100), material=material)
        assert found.summed[-1] == pytest.approx(20, rel=0.06)
        hits.append(np.mean(np.abs(rng.normal(size=500)) <= found.factor() * found.width(np.ones(1))[0]))
    assert np.mean(hits) == pytest.approx(15 / 21, abs=0.03)  # the exact one of 20 materials


def test_sample_weights_are_what_materials_count():
    errors = np.array([1.0, 2.0, 3.0, 4.0])
    found = calibrate(errors, np.zeros(4), np.ones(4), sample_weight=np.array([1.0, 1.0, 1.0, 9.0]))
    assert found.counts.sum() == pytest.approx(12**2 / 84) and found.factor(0.5) == 4.0
    assert calibrate(errors, np.zeros(4), np.ones(4)).factor(0.5) == 3.0


def test_a_quantile_of_counted_values_is_that_of_repeated_ones():
    rng = np.random.default_rng(0)
    values, times = rng.normal(size=30), rng.integers(1, 5, 30)
    for share in (0.1, 0.5, 0.68):
        repeated = np.quantile(np.repeat(values, times), share, method="inverted_cdf")
        assert quantile(values, share, times.astype(float)) == repeated


def test_probabilities_see_materials_and_sample_weights():
    rng = np.random.default_rng(0)
    vote, is_above = rng.random(60), rng.random(60) < 0.5
    material = np.arange(60)
    one = calibrate_chance(is_above, vote, material, 50)
    again = np.repeat(material, 1 + 3 * (material % 2))
    assert calibrate_chance(is_above[again], vote[again], again, 50) == pytest.approx(one, abs=1e-4)
    heavy = calibrate_chance(is_above, vote, material, 50, np.where(is_above, 5.0, 1.0))
    assert heavy[1] > one[1] + 0.5
    votes, numbers = np.column_stack([1 - vote, vote]), is_above.astype(int)
    counts = counts_of_rows(again)
    odds = learn_odds(numbers[again], votes[again], counts)
    plain = learn_odds(numbers, votes)
    assert odds.of(votes) == pytest.approx(plain.of(votes), abs=0.01)
    assert learn_odds(numbers[again], votes[again]).of(votes) != pytest.approx(plain.of(votes), abs=0.01)


def series_and_single_rows(seed):
    """Five materials of twelve rows each, well known, beside thirty of one row; and new single ones."""
    rng = np.random.default_rng(seed)
    size = np.append(np.full(5, 12), np.ones(30, dtype=int))
    material = np.repeat(np.arange(35), size)
    Z, own = rng.normal(size=(335, 4)), 0.7 * rng.normal(size=335)
    Z[:5], own[:5] = 0.3 * Z[:5], 0.2 * own[:5]
    y = np.sin(2 * Z[:, 0]) + Z[:, 1] + own
    return Z[material], y[material], material, Z[35:], y[35:]


def test_long_series_do_not_decide_the_error_bars_of_single_rows():
    hits = []
    for seed in range(8):
        X, y, material, new, truth = series_and_single_rows(seed)
        model = SingleTask(n_estimators=40, random_state=0).fit(X, y, groups=material)
        low, high = model.predict_interval(new, 0.68)
        hits.append((low <= truth) & (truth <= high))
    assert 0.58 < np.mean(hits) < 0.78  # rows that count alike: 0.44


def test_a_file_keeps_what_scores_count(tmp_path):
    X, y, material, new, _ = series_and_single_rows(0)
    Y = pd.DataFrame({"y": y, "sign": np.where(y > 0, "up", "down")})
    model = MultiTaskForest(n_estimators=40, random_state=0).fit(X, Y, groups=material)
    save_model(model, tmp_path / "model.graftwood")
    again = load_model(tmp_path / "model.graftwood")
    assert len(again._calibrations["y"]["hidden"].counts)
    low, high = model.predict_interval(new, 0.6)
    assert np.array_equal(again.predict_interval(new, 0.6)[1]["y"], high["y"])
