"""Nonnegative tasks: what is refused and by which sentence, and what is sensible though it looks odd."""

import numpy as np
import pytest

from graftwood import MultiTaskForest, Pooled, SingleTask
from graftwood.errors import NotFinite, TooFewLabels, WrongOption
from tests.architectures.zeros import SHARED, gap_table


@pytest.mark.parametrize(
    "model", [SingleTask("exp", **SHARED), MultiTaskForest(**SHARED)], ids=["single", "all"]
)
def test_label_below_zero_is_refused_by_task_and_row(model):
    X, Y, _ = gap_table()
    Y.loc[7, "exp"] = -0.5
    with pytest.raises(NotFinite, match=r"task exp in row 7 \(-0.5\) is below zero, and the task is nonneg"):
        model.fit(X, Y)
    with pytest.raises(NotFinite, match="known: the label of task exp in row 7 .* is below zero"):
        model.fit(*gap_table()[:2]).predict(X, known=Y[["exp"]])


def test_task_of_zeros_alone_is_refused():
    X, Y, _ = gap_table()
    with pytest.raises(TooFewLabels, match=r"task exp \(where above zero\) has labels for 0 material"):
        SingleTask("exp", **SHARED).fit(X, Y.assign(exp=0.0))


def test_task_without_zeros_is_hardly_ever_zero():
    X, Y, _ = gap_table()
    said = SingleTask("exp", **SHARED).fit(X, Y.assign(exp=1 + X["b"] ** 2)).predict_tasks(X)["exp"]
    assert (said["p_zero"] < 0.02).all() and (said["p_zero"] > 0).all()
    assert (said["mean"] > 0).all()


def test_reserved_names_are_refused():
    X, Y, _ = gap_table()
    with pytest.raises(WrongOption, match=r"'exp \(above zero\?\)' has a name kept for a part"):
        SingleTask("exp", **SHARED).fit(X, Y.rename(columns={"aux": "exp (above zero?)"}))


def test_pooling_a_nonnegative_task_with_a_real_one_is_refused():
    X, Y, _ = gap_table()
    with pytest.raises(WrongOption, match="task exp is nonnegative and task dft is real"):
        Pooled("exp", n_estimators=5, kinds={"exp": "nonnegative"}).fit(X, Y[["exp", "dft"]])


def test_mean_of_a_positive_task_is_refused_and_a_wrong_point_too():
    X, Y, _ = gap_table()
    model = SingleTask("aux", n_estimators=5, kinds={"aux": "positive"}).fit(X, Y)
    with pytest.raises(WrongOption, match="point='mean' is not known of the positive task aux"):
        model.predict(X, point="mean")
    with pytest.raises(WrongOption, match="point must be"):
        model.predict(X, point="mode")


def test_intervals_per_group_of_a_nonnegative_task_are_refused():
    X, Y, _ = gap_table()
    model = SingleTask("exp", n_estimators=20, kinds={"exp": "nonnegative"}, random_state=0).fit(X, Y)
    families = np.arange(len(X)) % 2
    with pytest.raises(WrongOption, match="no intervals per group of the nonnegative task exp, whose zeros"):
        model.predict_interval(X, by=(families, families))


def test_what_a_forest_knows_of_a_nonnegative_task():
    X, Y, materials = gap_table()
    forest = MultiTaskForest("exp", **SHARED).fit(X, Y, groups=materials)
    assert forest.feature_importances_.sum() == pytest.approx(1)
    assert set(np.argsort(forest.feature_importances_)[2:]) == {1, 2}  # b and a
    ((_, outputs),) = forest.bag_outputs(X)
    assert outputs.shape == (12, 160, 1) and (outputs >= 0).all()
    with pytest.raises(WrongOption, match="the nonnegative task exp has two forests"):
        forest.apply(X)
    weighted = MultiTaskForest("exp", task_weight={"exp": 3.0}, permutation_repeats=1, **SHARED)
    weighted.fit(*gap_table()[:2])
    assert weighted.permutation_importances_.shape == (4,)
