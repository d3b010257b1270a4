"""Forests grown on a cluster are those grown here, for every architecture, with workers killed too."""

import os
import signal
import threading
import time

import numpy as np
import pandas as pd
import pytest

from graftwood import (
    Difference,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    TaskGraph,
    TransferSelector,
    load_model,
    save_model,
)
from graftwood.scale.connect import connect

OPTIONS = {"n_estimators": 9, "random_state": 3}
ARCHITECTURES = {
    "single": SingleTask("gap_exp", **OPTIONS),
    "pooled": Pooled("gap_exp", **OPTIONS),
    "multi_task": MultiTaskForest("gap_exp", **OPTIONS),
    "extra_trees": MultiTaskForest("gap_exp", bootstrap=False, splitter="random", **OPTIONS),
    "difference": Difference("gap_exp", "gap_dft", **OPTIONS),
    "latent": LatentVariable("gap_exp", ["gap_dft", "colour"], **OPTIONS),
    "graph": TaskGraph([Difference("gap_exp", "gap_dft")], "gap_exp", **OPTIONS),
}


def table(n_rows=160, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n_rows, 5)), columns=list("abcde"))
    X["kind"] = pd.Categorical(rng.choice(["oxide", "nitride"], n_rows))
    X.loc[::7, "b"] = np.nan
    gap = np.sin(2 * X["a"]) + X["c"]
    Y = pd.DataFrame({"gap_dft": gap, "gap_exp": gap + 1 + 0.1 * X["d"]})
    Y["colour"] = np.where(gap > 0, "white", "black")
    Y.loc[rng.uniform(size=n_rows) < 0.6, "gap_exp"] = np.nan
    Y.loc[rng.uniform(size=n_rows) < 0.3, "colour"] = None
    return X, Y


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_grows_the_same_forests_on_a_cluster(name, address, tmp_path):
    X, Y = table()
    if name == "pooled":
        Y = Y.drop(columns="colour")
    here = ARCHITECTURES[name].fit(X, Y)
    there = type(here)(**{**here.get_params(deep=False), "client": address}).fit(X, Y)
    for seen, expected in zip(there._network.stages.values(), here._network.stages.values(), strict=True):
        for view, other in zip(seen.views, expected.views, strict=True):
            for part in ("words", "starts", "sets", "leaves", "importance"):
                assert np.array_equal(getattr(view, part), getattr(other, part))
    mean = there.predict(X)
    assert np.array_equal(mean, here.predict(X))
    if name != "extra_trees":  # which have no rows out of bag
        assert np.array_equal(there.predict(X, return_std=True)[1], here.predict(X, return_std=True)[1])
    # Who loads the file may be out of the cluster's reach.
    save_model(there, tmp_path / "m.graft")
    loaded = load_model(tmp_path / "m.graft")
    assert loaded.client is None and np.array_equal(loaded.predict(X), mean)


@pytest.mark.slow
def test_selector_chooses_the_same_on_a_cluster(address):
    X, Y = table()
    options = {"n_estimators": 8, "random_state": 0, "n_estimators_compared": 4, "n_folds": 2}
    Y = Y[["gap_dft", "gap_exp"]]
    here = TransferSelector("gap_exp", **options).fit(X, Y)
    there = TransferSelector("gap_exp", client=address, **options).fit(X, Y)
    assert there.best_ == here.best_
    assert np.array_equal(there.predict(X), here.predict(X))


@pytest.mark.slow
def test_growing_survives_a_killed_worker(address):
    X, Y = table(n_rows=6_000)
    model = SingleTask("gap_dft", n_estimators=60, random_state=0)
    client = connect(address)
    pids = set(client.run(os.getpid).values())
    killed = threading.Event()

    def kill_one():
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any(client.processing().values()):
                os.kill(min(pids), signal.SIGKILL)
                killed.set()
                return
            time.sleep(0.01)

    thread = threading.Thread(target=kill_one)
    thread.start()
    there = SingleTask("gap_dft", n_estimators=60, random_state=0, client=address).fit(X, Y)
    thread.join()
    assert killed.is_set()
    assert np.array_equal(there.predict(X), model.fit(X, Y).predict(X))
    client.wait_for_workers(2, timeout=60)
    assert set(client.run(os.getpid).values()) != pids
