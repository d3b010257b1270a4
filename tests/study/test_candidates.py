"""What a comparison tries, and which of it counts as transfer."""

import numpy as np
import pandas as pd
import pytest

from graftwood import (
    Difference,
    Expression,
    LatentVariable,
    MultiTaskForest,
    Pooled,
    SingleTask,
    TaskGraph,
    compare,
)
from graftwood.study.candidates import default_candidates


@pytest.mark.parametrize(
    "nodes, uses_sources",
    [
        ([SingleTask("exp")], False),
        ([LatentVariable("exp", ["exp"])], False),
        ([LatentVariable("exp", "exp")], False),
        ([Difference("exp", source="exp")], False),
        ([Difference("exp", source=["exp", "dft"])], True),
        ([LatentVariable("exp", ["exp", "dft"])], True),
        ([LatentVariable("exp", ["exp"]), SingleTask("dft")], True),
        ([MultiTaskForest()], True),
        ([Pooled("exp")], True),
        ([Expression("exp", "2 * dft"), SingleTask("dft")], True),
    ],
)
def test_a_graph_that_sees_the_target_alone_is_a_control(nodes, uses_sources):
    tried = default_candidates("exp", ["dft"], graph=TaskGraph(nodes, "exp"))
    assert tried[-1].name == "graph" and tried[-1].uses_sources is uses_sources


def test_a_graph_that_is_a_control_says_what_the_control_says():
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(40, 3))
    Y = pd.DataFrame({"dft": X[:, 0], "exp": X[:, 0] + X[:, 1]})
    tried = default_candidates(
        "exp",
        ["dft"],
        graph=TaskGraph([LatentVariable("exp", ["exp"])], "exp"),
        n_estimators=5,
        random_state=0,
    )
    pair = [candidate for candidate in tried if candidate.name in ("self_latent", "graph")]
    found = compare(X, Y, target="exp", candidates=pair, n_folds=2, random_state=0).held_out
    control, graph = (found[found["architecture"] == each.name] for each in pair)
    assert np.array_equal(control["prediction"], graph["prediction"])
