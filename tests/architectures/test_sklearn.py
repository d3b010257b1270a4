"""scikit-learn's own checks; every exempted one stands here with its reason."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from graftwood import MultiTaskForest, SingleTask

EXEMPTED = {
    "check_sample_weight_equivalence_on_dense_data": (
        "a row written twice is two materials, each in and out of bags on its own, "
        "which no weight of one row repeats; rows of one group may be repeated without effect"
    ),
}


@parametrize_with_checks(
    [SingleTask(n_estimators=5), MultiTaskForest(n_estimators=5)],
    expected_failed_checks=lambda estimator: EXEMPTED,
)
def test_scikit_learn_check(estimator, check):
    check(estimator)
