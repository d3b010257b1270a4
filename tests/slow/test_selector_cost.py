"""Selecting costs at most eight fits of the dearest candidate at full size."""

import time

import numpy as np
import pandas as pd
import pytest

from graftwood import TransferSelector
from graftwood.study.candidates import default_candidates

pytestmark = pytest.mark.slow


def planted(n_rows, n_inputs, n_sources, n_labelled):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, n_inputs))
    source = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]
    Y = {f"s{i}": source + 0.3 * rng.normal(size=n_rows) for i in range(n_sources)}
    labelled = rng.permutation(n_rows) < n_labelled
    Y["gap"] = np.where(labelled, source + 0.5 + rng.normal(size=n_rows) / 10, np.nan)
    return X, pd.DataFrame(Y)


def cpu_seconds(work):
    """The smaller of two times: processor time too is longer where others share the caches."""
    seconds = []
    for _ in range(2):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


# On a few hundred rows the bound does not hold: fifty fits each have a cost that does not depend on size.
@pytest.mark.parametrize(
    "shape",
    [(2000, 20, 1, 400), (2000, 20, 3, 400), (2000, 20, 6, 400), (1500, 20, 2, 1500), (4000, 40, 1, 800)],
    ids=str,
)
@pytest.mark.parametrize("fast", [False, True], ids=["in folds", "out of bag"])
def test_selecting_costs_at_most_eight_fits_of_the_dearest(shape, fast):
    X, Y = planted(*shape)
    tried = default_candidates("gap", [t for t in Y if t != "gap"], has_variants=True, random_state=0)
    tried[0].estimator.fit(X, Y[["gap"]])  # compiles the kernels
    costs = {c.name: cpu_seconds(lambda c=c: c.for_regime("visible").fit(X, Y)) for c in tried}
    dearest = max(costs.values())
    selector = TransferSelector("gap", fast=fast, random_state=0)
    seconds = cpu_seconds(lambda: selector.fit(X, Y))
    ratio = seconds / dearest
    # Pooled ones are asked again for their error bars; of the others the dearest is this.
    other = seconds / max(cost for name, cost in costs.items() if not name.startswith("pooled"))
    how = "out of bag" if fast else "in folds"
    told = f"{len(tried)} candidates, {ratio:.1f} times the dearest of {dearest:.2f} s"
    print(f"{shape}, {how}: {told}, {other:.1f} times the dearest beside pooled")
    assert ratio <= 8
