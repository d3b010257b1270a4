"""Spreads of the mean and of true values, intervals per group, label errors, and rows out of the domain."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone

from graftwood import MultiTaskForest, SingleTask
from graftwood.errors import LabelRange, NotFinite, ShapeMismatch, UnreliableSpread, WrongOption
from graftwood.uncertainty.reference import variance_of_mean
from tests.architectures.planted import small_models, two_sources

OPTIONS = {"n_estimators": 40, "random_state": 0}


def wavy(seed, n_rows, noise=0.3):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 3))
    return X, np.sin(3 * X[:, 0]) + X[:, 1] + noise * rng.normal(size=n_rows)


@pytest.mark.parametrize("name", small_models())
def test_every_architecture_tells_both_spreads_and_they_differ(name):
    X, Y, materials = two_sources()
    model = clone(small_models()[name]).set_params(n_estimators=60).fit(X, Y, groups=materials)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnreliableSpread)
        of_mean = model.predict(X[:20], return_std=True, of="mean")[1]
    of_observation = model.predict(X[:20], return_std=True)[1]
    assert of_mean.shape == of_observation.shape
    assert np.all(of_mean >= 0) and not np.allclose(of_mean, of_observation)


def test_spread_of_the_mean_is_the_formula_on_what_every_tree_says():
    X, y = wavy(0, 60)
    model = SingleTask(n_estimators=300, random_state=0).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnreliableSpread)
        spread = model.predict(X[:4] + 0.01, return_std=True, of="mean")[1]
    from graftwood.engine.bags import draw_bags, mend_bags

    bags = draw_bags(300, np.arange(60, dtype=np.uint64), 0)
    bags = mend_bags(bags, np.ones((60, 1), dtype=bool), 0)
    trees = np.concatenate([part for _, part in model.bag_outputs(X[:4] + 0.01)], axis=1)[:, :, 0]
    expected = np.array([variance_of_mean(trees[:, i], bags) for i in range(4)])
    np.testing.assert_allclose(spread[expected > 0] ** 2, expected[expected > 0], rtol=1e-9)
    assert (expected > 0).any()


def test_spread_of_the_mean_is_that_of_redrawn_training_sets():
    grid, means, variances = wavy(99, 60)[0], [], []
    for seed in range(20):
        X, y = wavy(seed, 60)
        model = SingleTask(n_estimators=300, random_state=seed).fit(X, y)
        means.append(model.predict(grid))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnreliableSpread)
            variances.append(model.predict(grid, return_std=True, of="mean")[1] ** 2)
    ratio = np.mean(variances) / np.var(means, axis=0, ddof=1).mean()
    assert 0.7 < ratio < 1.5


def test_negative_variances_are_counted_in_the_warning():
    X, y = wavy(0, 300)
    model = SingleTask(n_estimators=20, random_state=0).fit(X, y)
    with pytest.warns(UnreliableSpread, match=r"\d+ of 50 variances of the mean of task 0 came out negative"):
        model.predict(X[:50], return_std=True, of="mean")


def test_intervals_per_group_cover_each_group():
    rng = np.random.default_rng(0)

    def table(n_rows):
        X = rng.uniform(-1, 1, (n_rows, 2))
        family = np.where(rng.uniform(size=n_rows) < 0.5, "quiet", "loud")
        return X, X[:, 0] + np.where(family == "quiet", 0.05, 0.8) * rng.normal(size=n_rows), family

    X, y, family = table(500)
    new_X, new_y, new_family = table(2000)
    model = SingleTask(**OPTIONS).fit(X, y)

    def covered(low, high, group):
        rows = new_family == group
        return np.mean((low <= new_y) & (new_y <= high), where=rows)

    together = model.predict_interval(new_X, coverage=0.8)
    apart = model.predict_interval(new_X, coverage=0.8, by=(family, new_family))
    for group in ("quiet", "loud"):
        assert covered(*apart, group) == pytest.approx(0.8, abs=0.06)
    assert covered(*together, "quiet") - covered(*together, "loud") > 0.15


def test_one_group_is_no_group():
    X, y = wavy(0, 80)
    model = SingleTask(**OPTIONS).fit(X, y)
    plain, grouped = model.predict_interval(X), model.predict_interval(X, by=(["a"] * 80, ["a"] * 80))
    assert np.array_equal(plain, grouped)


def test_small_group_is_told_and_has_the_interval_of_all():
    X, y = wavy(0, 80)
    model = SingleTask(**OPTIONS).fit(X, y)
    of_fit = np.where(np.arange(80) < 4, "rare", "common")
    with pytest.warns(UnreliableSpread, match="rare have fewer"):
        grouped = model.predict_interval(X[:1], by=(of_fit, ["rare"]))
    assert np.array_equal(grouped, model.predict_interval(X[:1]))


@pytest.mark.parametrize(
    "by, error, message",
    [
        pytest.param(["a"] * 80, WrongOption, "by must be a pair", id="no-pair"),
        pytest.param((["a"] * 79, ["a"]), ShapeMismatch, "fit had 80 rows", id="other-length"),
    ],
)
def test_wrong_groups_are_refused(by, error, message):
    X, y = wavy(0, 80)
    with pytest.raises(error, match=message):
        SingleTask(n_estimators=5, random_state=0).fit(X, y).predict_interval(X[:1], by=by)


def measured(seed, n_rows):
    """True values, labels of which half are poor, and what is known of their errors."""
    rng = np.random.default_rng(seed)
    X, value = wavy(seed, n_rows, noise=0.0)
    label_std = np.where(rng.uniform(size=n_rows) < 0.5, 0.05, 1.0)
    return X, value, value + label_std * rng.normal(size=n_rows), label_std


def test_spread_of_true_values_covers_them_and_that_of_observations_measurements():
    within_value, within_label = [], []
    for seed in range(4):
        X, _, y, label_std = measured(seed, 300)
        new_X, value, new_y, _ = measured(seed + 50, 500)
        model = SingleTask(**OPTIONS).fit(X, y, label_std=label_std)
        mean, spread = model.predict(new_X, return_std=True)
        _, of_value = model.predict(new_X, return_std=True, of="value")
        within_value.append(np.abs(mean - value) <= of_value)
        within_label.append(np.abs(mean - new_y) <= spread)
        assert of_value.mean() < 0.8 * spread.mean()
    assert 0.60 <= np.mean(within_value) <= 0.80
    assert 0.60 <= np.mean(within_label) <= 0.76


def test_better_measurements_weigh_more():
    gains = []
    for seed in range(6):
        X, _, y, label_std = measured(seed, 200)
        new_X, value, _, _ = measured(seed + 50, 500)
        plain = SingleTask(**OPTIONS).fit(X, y)
        told = SingleTask(**OPTIONS).fit(X, y, label_std=label_std)
        errors = [np.mean((model.predict(new_X) - value) ** 2) for model in (plain, told)]
        gains.append(errors[0] - errors[1])
    assert np.mean(gains) > 0


def test_equal_label_errors_change_no_tree():
    X, y = wavy(0, 60)
    told = SingleTask(**OPTIONS).fit(X, y, label_std=np.full(60, 0.3))
    assert np.array_equal(told.predict(X), SingleTask(**OPTIONS).fit(X, y).predict(X))


def test_label_errors_of_one_task_leave_another_to_itself():
    X, Y, materials = two_sources()
    plain = SingleTask(**OPTIONS).fit(X, Y, groups=materials)
    errors = Y[["dft"]] * 0 + np.random.default_rng(0).uniform(0.01, 2, (len(Y), 1))
    told = SingleTask(**OPTIONS).fit(X, Y, groups=materials, label_std=errors)
    exp, dft = list(Y).index("exp"), list(Y).index("dft")
    before, after = plain.predict(X), told.predict(X)
    assert np.array_equal(before[:, exp], after[:, exp])
    assert not np.array_equal(before[:, dft], after[:, dft])


def test_label_errors_are_taken_by_every_architecture():
    X, Y, materials = two_sources()
    errors = Y.abs() * 0.1 + 0.01
    for model in small_models().values():
        fitted = clone(model).fit(X, Y, groups=materials, label_std=errors)
        assert np.all(fitted.predict(X[:5], return_std=True, of="value")[1] >= 0)


@pytest.mark.parametrize(
    "label_std, error, message",
    [
        pytest.param(np.full(59, 0.1), ShapeMismatch, "label_std has 59 rows", id="other-length"),
        pytest.param(np.r_[np.nan, np.ones(59)], NotFinite, "is nan in row 0", id="missing"),
        pytest.param(np.r_[np.ones(59), -1.0], NotFinite, "is -1.0 in row 59", id="negative"),
        pytest.param(np.array(["x"] * 60), NotFinite, "holds what is no number", id="text"),
        pytest.param(np.r_[np.full(59, 0.01), 1e6], LabelRange, "in row 59 is so large", id="worthless"),
    ],
)
def test_wrong_label_errors_are_refused(label_std, error, message):
    X, y = wavy(0, 60)
    with pytest.raises(error, match=message):
        SingleTask(n_estimators=5, random_state=0).fit(X, y, label_std=label_std)


def test_category_has_no_measurement_error():
    X, y = wavy(0, 60)
    with pytest.raises(WrongOption, match="is a category and has no measurement error"):
        SingleTask(n_estimators=5).fit(X, np.where(y > 0, "up", "down"), label_std=np.ones(60))


def test_spread_of_a_true_value_needs_label_errors():
    X, y = wavy(0, 60)
    with pytest.raises(WrongOption, match="fit with label_std"):
        SingleTask(n_estimators=5, random_state=0).fit(X, y).predict(X, return_std=True, of="value")


def test_measurement_errors_that_explain_everything_are_doubted():
    X, y = wavy(0, 100)
    model = SingleTask(n_estimators=20, random_state=0).fit(X, y, label_std=np.full(100, 50.0))
    with pytest.warns(UnreliableSpread, match="leaves a spread of 0 to true values; check whether label_std"):
        _, spread = model.predict(X, return_std=True, of="value")
    assert (spread == 0).all()


def test_intervals_of_several_tasks_from_too_few_materials_are_told_of():
    X, y = wavy(0, 12)
    model = SingleTask(n_estimators=20, random_state=0).fit(X, y)
    with pytest.warns(UnreliableSpread, match="intervals of 0.99 are as wide as the largest error"):
        model.predict_tasks(X, coverage=0.99)


def test_foreign_rows_are_outside_and_known_ones_seldom():
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(8, 6)) * 3
    at = rng.integers(8, size=400)
    X = centers[at] + 0.3 * rng.normal(size=(400, 6))
    y = at + 0.1 * rng.normal(size=400)
    model = SingleTask(**OPTIONS).fit(X, y)
    like = centers[rng.integers(8, size=200)] + 0.3 * rng.normal(size=(200, 6))
    between = rng.normal(size=(200, 6)) * 4
    assert model.is_outside(like).mean() < 0.15
    assert model.domain_score(between).mean() > model.domain_score(like).mean()
    assert model.is_outside(between).mean() > 2 * model.is_outside(like).mean()


def test_domain_of_several_tasks_has_a_column_each():
    X, Y, materials = two_sources()
    model = MultiTaskForest(**OPTIONS).fit(X, Y, groups=materials)
    assert model.domain_score(X[:7]).shape == model.is_outside(X[:7]).shape == (7, 3)
    assert np.array_equal(model.domain_score(X)[3], model.domain_score(X[3:4])[0])


def test_line_of_spreads_covers_as_the_factor_does_and_only_serves_observations():
    X, y = wavy(0, 300)
    new_X, new_y = wavy(1, 1000)
    model = SingleTask(**OPTIONS).fit(X, y)
    mean, spread = model.predict(new_X, return_std=True, form="line")
    assert 0.6 < np.mean(np.abs(mean - new_y) <= spread) < 0.8
    assert spread.min() >= model._calibrations["0"]["hidden"].line[1]
    with pytest.raises(WrongOption, match="form='line' is one of observations"):
        model.predict(X[:1], return_std=True, of="mean", form="line")


def test_a_coverage_that_the_labels_cannot_tell_is_said():
    X = np.arange(12.0)[:, None]
    model = SingleTask(n_estimators=30, random_state=0).fit(X, X[:, 0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict_interval(X, coverage=0.9)
    with pytest.warns(
        UnreliableSpread,
        match="task 0 has out-of-bag errors of 12 independent rows, which tell of a coverage ",
    ):
        wide = model.predict_interval(X, coverage=0.99)
    with pytest.warns(UnreliableSpread, match="intervals of 0.95 are as wide as the largest error"):
        assert np.array_equal(wide, model.predict_interval(X, coverage=0.95))
