"""The variance of a forest's mean against the truth: how far means move over training sets drawn anew.

The truth has a part that every forest has for its finite number of trees, S / B with S the variance of a
tree; the jackknives estimate what is left.
"""

import numpy as np

from benchmarks.calibration.ours import Numbers
from benchmarks.calibration.settings import CalibrationSettings
from benchmarks.definition import Results


def measure_mean(settings: CalibrationSettings) -> list[Results]:
    """One line per number of trees and materials."""
    return [_measure(n_trees, n, n_sets, settings) for n_trees, n, n_sets in settings.mean_sizes]


def _measure(n_trees: int, n_materials: int, n_sets: int, settings: CalibrationSettings) -> Results:
    from graftwood import SingleTask
    from graftwood.engine.bags import draw_bags, mend_bags
    from graftwood.uncertainty.jackknife import learn_jackknife

    X_test, _ = _draw(10**6, 300)
    means, variances, published, each, noise = [], [], [], [], []
    for number in range(n_sets):
        X, y = _draw(number, n_materials)
        model = SingleTask(n_estimators=n_trees, random_state=number, n_jobs=settings.n_jobs).fit(X, y)
        trees = np.concatenate([part for _, part in model.bag_outputs(X_test)], axis=1)[:, :, 0]
        keys = np.arange(n_materials, dtype=np.uint64)
        counts = mend_bags(draw_bags(n_trees, keys, number), np.ones((n_materials, 1), dtype=bool), number)
        jackknife = learn_jackknife(counts)
        each.append(trees.var(axis=0, ddof=1))
        means.append(trees.mean(axis=0))
        variances.append(jackknife.variance(trees))
        published.append(variances[-1] + each[-1] * (_exact_bias(counts) - _expected_bias(*counts.shape)))
        noise.append(jackknife.noise)
    truth = np.var(means, axis=0, ddof=1).mean() - np.mean(each) / n_trees
    return {
        "n_trees": n_trees, "n_materials": n_materials, "n_sets": n_sets,
        "tree": float(np.mean(each)), "truth": float(truth), "estimate": float(np.mean(variances)),
        "expected_bias_subtracted": float(np.mean(published)),
        "share_negative": float(np.mean(np.array(variances) < 0)),
        "noise_of_one_row": float(np.mean(noise) * np.mean(each)),
    }  # fmt: skip


def _exact_bias(counts: np.ndarray) -> float:
    """Monte Carlo bias in variances of a tree, for the bags that were drawn."""
    n_trees, n = counts.shape
    n_out = (counts == 0).sum(axis=0)
    after = (n - 1) / n * (1 / n_out - 1 / n_trees)
    infinitesimal = counts.astype(float).var(axis=0) / n_trees
    return float(0.5 * np.sum(after + infinitesimal))


def _expected_bias(n_trees: int, n: int) -> float:
    """The same in expectation over bags, as published and in lolo."""
    return 0.5 * np.e * (n - 1) / n_trees**2 * (n_trees - 1)


def _draw(seed: int, n_rows: int) -> tuple[Numbers, Numbers]:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n_rows, 5))
    steps = np.where(X[:, 0] > 0, 2.0, 0.0) * X[:, 1] + np.sin(3 * X[:, 2])
    return X, steps + 0.3 * rng.normal(size=n_rows)
