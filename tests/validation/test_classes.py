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
            colours(row_3=2.5),
            {},
            "colour in row 3 is 2.5, a float among labels such as 'red'",
            id="text-and-number",
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
            r"gap in row 5 \(-0.5\) is below zero",
            id="not-positive",
        ),
        pytest.param(
            colours(),
            {"colour": "ordinal"},
            "kinds of task colour must be real, positive, nonnegative, category",
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


def test_first_row_of_another_type_is_blamed_alone():
    with pytest.raises(
        GraftwoodError, match="task colour in row 0 is 2.5, a float among labels such as 'blue'"
    ):
        MultiTaskForest(n_estimators=5, kinds={"colour": "category"}).fit(X, colours(row_0=2.5))


@pytest.mark.parametrize(
    "labels",
    [pd.Categorical([1, 2] * 12), pd.Series(pd.Categorical([1, 2] * 12)), pd.array(["a", "b"] * 12)],
    ids=["categorical", "series", "string"],
)
def test_bare_labels_keep_their_kind(labels):
    model = SingleTask(n_estimators=5, random_state=0).fit(X, labels)
    assert model.classes_.tolist() == sorted(set(labels))


def test_classes_of_rows_without_weight_are_none():
    weights = np.where(np.arange(N) == 3, 0.0, 1.0)
    model = MultiTaskForest(n_estimators=5).fit(X, colours(row_3="pink"), sample_weight=weights)
    assert model.classes_.tolist() == ["blue", "red"]
    weights[4] = 0.0
    with pytest.raises(GraftwoodError, match="the class 'pink' of task colour is seen once, in row 7"):
        Y = colours(row_3="pink", row_4="pink", row_7="pink")
        MultiTaskForest(n_estimators=5).fit(X, Y, sample_weight=weights)


def test_out_of_bag_probabilities_name_themselves():
    model = MultiTaskForest(n_estimators=5).fit(X, X["mass"])
    with pytest.raises(GraftwoodError, match="^MultiTaskForest: oob_proba: task mass is real"):
        model.oob_proba()
    model = MultiTaskForest(n_estimators=5, bootstrap=False).fit(X, colours())
    with pytest.raises(
        GraftwoodError, match="^MultiTaskForest: there are no out-of-bag predictions of task col"
    ):
        model.oob_proba()
