"""Labels of a wrong kind, refused in a sentence that names task, row and value."""

import numpy as np
import pandas as pd
import pytest

from graftwood import Difference, MultiTaskForest, Pooled, SingleTask
from graftwood.errors import GraftwoodError

N = 24
X = pd.DataFrame({"radius": np.arange(float(N)), "mass": np.arange(N) % 5 * 1.0})


def colours(**changed):
    """Two colours by turns, some cells replaced: row_3="pink"."""
    cells = ["red", "blue"] * (N // 2)
    for row, cell in changed.items():
        cells[int(row.removeprefix("row_"))] = cell
    return pd.DataFrame({"colour": pd.Series(cells, dtype=object)})


@pytest.mark.parametrize(
    "Y, kinds, message",
    [
        pytest.param(
            colours(row_3="pink"), {}, "the class 'pink' of task colour is seen once, in row 3", id="once"
        ),
        pytest.param(
            pd.DataFrame({"colour": ["red"] * N}),
            {},
            "all 24 labels of task colour are the class 'red'",
            id="one",
        ),
        pytest.param(
            colours(row_3=2.5), {"colour": "category"}, "colour in row 3 is 2.5, a float", id="types"
        ),
        pytest.param(
            colours(row_3=2.5), {}, "colour in row 0 is 'red' and not a number", id="text-and-number"
        ),
        pytest.param(
            pd.DataFrame({"gap": [str(i % 7) for i in range(N)]}),
            {},
            "gap in row 0 is the text '0'",
            id="digits",
        ),
        pytest.param(
            pd.DataFrame({"gap": [1.0] * 5 + [-0.5] + [2.0] * (N - 6)}),
            {"gap": "positive"},
            r"gap in row 5 \(-0.5\) is not above zero",
            id="not-positive",
        ),
        pytest.param(
            colours(),
            {"colour": "ordinal"},
            "kinds of task colour must be real, positive, category",
            id="kind",
        ),
        pytest.param(colours(), {"color": "category"}, "there is no task 'color'", id="unknown-task"),
        pytest.param(
            colours(), {"colour": "real"}, "colour in row 0 is 'red' and not a number", id="told-real"
        ),
    ],
)
def test_bad_class_is_refused(Y, kinds, message):
    with pytest.raises(GraftwoodError, match=f"^MultiTaskForest: .*{message}"):
        MultiTaskForest(n_estimators=5, kinds=kinds).fit(X, Y)


@pytest.mark.parametrize(
    "model",
    [Difference("colour", "gap", n_estimators=5), Pooled("gap", n_estimators=5)],
    ids=["difference", "pooled"],
)
def test_what_cannot_be_added_or_pooled_is_refused(model):
    Y = colours().assign(gap=np.arange(float(N)))
    with pytest.raises(GraftwoodError, match="task colour is a category, which cannot be added or pooled"):
        model.fit(X, Y)


@pytest.mark.parametrize("weight", [0, -1.0, float("inf"), "much"])
def test_bad_weight_of_a_task_is_refused(weight):
    with pytest.raises(GraftwoodError, match="task_weight of task gap must be a number above 0"):
        MultiTaskForest(n_estimators=5, task_weight={"gap": weight}).fit(X, pd.DataFrame({"gap": X["mass"]}))


def test_row_weight_below_what_exact_sums_hold_is_refused():
    weights = np.ones(N)
    weights[7] = 1e-6
    with pytest.raises(GraftwoodError, match="sample_weight of row 7 is 1e-06, less than 1/1024 of the mean"):
        SingleTask(n_estimators=5).fit(X, X["mass"], sample_weight=weights)


def test_unknown_class_among_known_labels_is_refused():
    model = MultiTaskForest(n_estimators=5).fit(X, colours())
    with pytest.raises(GraftwoodError, match="known: .*task colour in row 2 is 'pink', which is none of"):
        model.predict(X, known=colours(row_2="pink"))


def test_real_task_has_no_probabilities():
    model = SingleTask(n_estimators=5).fit(X, X["mass"])
    with pytest.raises(AttributeError, match="predict_proba"):
        model.predict_proba(X)
