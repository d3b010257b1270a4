"""Whether more of a metric is better is said once, and of every metric that is compared or shown."""

import re

import numpy as np
import pytest

from graftwood.errors import WrongOption
from graftwood.metrics import accuracy, brier_zero, crps_normal, log_loss, mae, ndme, r2, rmse
from graftwood.metrics.direction import SIGNS, sign_of
from graftwood.report.measures import OF_CLASSES, OF_NUMBERS
from tests.study import metrics

TRUTH, NEAR, FAR = (np.array(values) for values in ([1.0, 2.0, 4.0], [1.1, 2.1, 3.9], [3.0, 0.0, 9.0]))
COLOURS, SURE, WRONG = ["a", "b"], [[0.9, 0.1], [0.1, 0.9]], [[0.1, 0.9], [0.9, 0.1]]
GOOD_AND_BAD = {
    **{each.__name__: (each(TRUTH, NEAR), each(TRUTH, FAR)) for each in (mae, rmse, ndme, r2)},
    "crps": (crps_normal(TRUTH, NEAR, np.ones(3)), crps_normal(TRUTH, FAR, np.ones(3))),
    "brier_zero": (brier_zero([0.0, 1.0], [0.9, 0.1]), brier_zero([0.0, 1.0], [0.1, 0.9])),
    "accuracy": (accuracy(COLOURS, COLOURS), accuracy(COLOURS, COLOURS[::-1])),
    "log_loss": (log_loss(COLOURS, SURE, COLOURS), log_loss(COLOURS, WRONG, COLOURS)),
}


@pytest.mark.parametrize("metric", sorted(GOOD_AND_BAD))
def test_good_prediction_gains_on_a_bad_one(metric):
    good, bad = GOOD_AND_BAD[metric]
    assert sign_of(metric) * (good - bad) > 0


def test_every_metric_that_is_compared_or_shown_has_a_direction():
    named = {*metrics.OF_ZEROS, *metrics.OF_CLASSES, *(each.key for each in (*OF_NUMBERS, *OF_CLASSES))}
    missing = sorted(named - set(SIGNS))
    assert not missing, f"SIGNS of metrics/direction.py lacks {missing}"


def test_metric_without_a_direction_is_refused():
    said = "sign_of: whether more of the metric 'luck' is better is not known, only of mae,"
    with pytest.raises(WrongOption, match=re.escape(said)):
        sign_of("luck")
