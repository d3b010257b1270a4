"""Error bars hold on fresh data whose noise differs from place to place."""

import numpy as np
import pytest
from sklearn.base import clone

from graftwood import Difference, LatentVariable, MultiTaskForest, SingleTask

OPTIONS = {"n_estimators": 60, "random_state": 0}
MODELS = {
    "single": SingleTask(1, **OPTIONS),
    "multi-task": MultiTaskForest(1, **OPTIONS),
    "difference": Difference(1, 0, **OPTIONS),
    "latent": LatentVariable(1, 0, **OPTIONS),
}


def noisy_sources(seed, n_rows):
    """Source 0 and target 1 with noise that grows tenfold along the first input."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 4))
    noise = 0.05 * 10 ** ((X[:, 0] + 1) / 2)
    source = np.sin(3 * X[:, 1]) + X[:, 2] + noise * rng.normal(size=n_rows)
    target = source + 0.5 * X[:, 3] + noise * rng.normal(size=n_rows)
    return X, np.column_stack([source, target]), noise


@pytest.fixture(scope="module", params=MODELS)
def fits(request):
    """Fitted models with fresh rows, six times over."""
    made = []
    for seed in range(6):
        X, Y, _ = noisy_sources(seed, 300)
        Y[:40, 0] = np.nan
        made.append((clone(MODELS[request.param]).fit(X, Y), *noisy_sources(seed + 100, 1000)))
    return made


@pytest.mark.parametrize("regime", ["hidden", "visible"])
def test_error_bars_cover_their_share_of_fresh_labels(fits, regime):
    within_spread, within_interval = [], []
    for model, X, Y, _ in fits:
        known = np.column_stack([Y[:, 0], np.full(len(Y), np.nan)]) if regime == "visible" else None
        mean, spread = model.predict(X, known=known, return_std=True)
        low, high = model.predict_interval(X, coverage=0.9, known=known)
        within_spread.append(np.abs(mean - Y[:, 1]) <= spread)
        within_interval.append((low <= Y[:, 1]) & (Y[:, 1] <= high))
    assert 0.60 <= np.mean(within_spread) <= 0.76
    assert 0.84 <= np.mean(within_interval) <= 0.96


def test_error_bars_are_wider_where_the_noise_is_larger(fits):
    ratios = []
    for model, X, _, noise in fits:
        _, spread = model.predict(X, return_std=True)
        ratios.append(spread[noise > 0.3].mean() / spread[noise < 0.1].mean())
    assert min(ratios) > 1.0
    assert np.mean(ratios) > 1.1


def test_wider_coverage_gives_wider_intervals_around_the_prediction(fits):
    model, X, _, _ = fits[0]
    mean = model.predict(X)
    narrow, wide = (np.subtract(*model.predict_interval(X, coverage=share)[::-1]) for share in (0.5, 0.95))
    low, high = model.predict_interval(X)
    assert (narrow < wide).all()
    assert np.allclose((low + high) / 2, mean)
