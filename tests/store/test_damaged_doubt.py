"""Files whose jackknives, correlations, domains or joint rows are wrong are refused by name."""

import numpy as np
import pytest

from graftwood import load_model
from graftwood.errors import DamagedModel

from .conftest import SENTENCE, make_table

DOUBT = ("state", "_doubt", "fields")


def inside(*keys, value=None, change=None):
    """Set what the keys lead to, or change the array that stands there."""

    def edit(document, arrays):
        place = document
        for key in (*DOUBT, *keys[:-1]):
            place = place[key]
        if change is None:
            place[keys[-1]] = value
        else:
            name = place[keys[-1]]["array"]
            arrays[name] = change(arrays[name])

    return edit


def without_doubt(document, arrays):
    for name in list(arrays):
        if f'"{name}"' in repr(document["state"]["_doubt"]).replace("'", '"'):
            del arrays[name]
    del document["state"]["_doubt"]


JACKKNIFE = ("jackknives", "tuple", 0, "fields")
DOMAIN = ("domains", "dict", "gap_exp", "fields")
JOINT = ("joint", "fields")
CONTENTS = [
    pytest.param(
        inside("tasks", value={"tuple": ["gap_exp"]}), "it has doubts of gap_exp", id="task-missing"
    ),
    pytest.param(inside("correlation", change=lambda c: c * 2), "is none", id="correlation-of-two"),
    pytest.param(inside("correlation", change=lambda c: c * np.nan), "not all finite", id="correlation-nan"),
    pytest.param(inside(*JACKKNIFE, "half", change=lambda h: h[1:]), "jackknife is of 6 trees", id="short"),
    pytest.param(inside(*JACKKNIFE, "n_trees", value=7), "a jackknife is of 7 trees", id="other-trees"),
    pytest.param(inside("jackknife_of", value={"dict": {"gap_exp": 0}}), "jackknives are not", id="of-one"),
    pytest.param(
        inside("jackknife_of", "dict", "gap_exp", value=9), "jackknives are not those", id="no-jackknife"
    ),
    pytest.param(
        inside("odds", value={"dict": {"gap_exp": {"dict": {}}}}), "it has odds of gap_exp", id="odds"
    ),
    pytest.param(inside("domains", value={"dict": {}}), "it has domains of", id="no-domain"),
    pytest.param(inside(*DOMAIN, "leaves", change=lambda a: a[:, 1:]), "not of its trees", id="leaves-cut"),
    pytest.param(inside(*DOMAIN, "leaves", change=lambda a: -1 - a), "impossible leaves", id="leaves-below"),
    pytest.param(
        inside(*DOMAIN, "material", change=lambda a: a + 2**40), "impossible materials", id="far-material"
    ),
    pytest.param(inside(*DOMAIN, "limit", value={"float": "nan"}), "not of its trees", id="limit-nan"),
    pytest.param(inside(*JOINT, "sd", change=lambda a: a[1:]), "joint rows are not", id="joint-cut"),
    pytest.param(
        inside(*JOINT, "excess", change=lambda a: a[1:]), "joint rows are not", id="joint-excess-cut"
    ),
    pytest.param(inside(*JOINT, "excess", change=lambda a: a - 2), "numbers of trees", id="joint-excess"),
    pytest.param(
        inside(*JOINT, "correlation", change=lambda a: a[:, :1]), "correlation of its tasks", id="joint-pairs"
    ),
]


@pytest.mark.parametrize("edit, message", CONTENTS)
def test_damaged_doubt_is_refused(repack, edit, message):
    with pytest.raises(DamagedModel, match=SENTENCE) as caught:
        load_model(repack(edit))
    caught.match(message)


def test_file_of_an_early_version_without_doubt_predicts_and_says_what_it_cannot(repack, model_file):
    X = make_table()[0]
    early = load_model(repack(without_doubt))
    assert np.array_equal(early.predict(X), load_model(model_file).predict(X))
    with pytest.raises(ValueError, match="of an early version; fit it with bootstrap=True"):
        early.predict(X, return_std=True, of="mean")
