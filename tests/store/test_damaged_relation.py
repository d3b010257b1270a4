"""What known labels move in a shared forest: a file that moves by something else is refused."""

from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from graftwood import load_model, save_model
from graftwood.errors import DamagedModel
from graftwood.store.archive import read_arrays, read_bytes, read_document, write_archive

from .conftest import make_known, make_table


def relation_of(document):
    (relation,) = document["state"]["_network"]["fields"]["relations"]["dict"].values()
    return relation["fields"]


@pytest.fixture
def changed(fitted, tmp_path):
    """Write the file of a multi-task model with its relation changed."""

    def write(edit):
        path = tmp_path / "model.graft"
        save_model(fitted["multi-task"], path)
        document, arrays = read_document(read_bytes(path)), read_arrays(read_bytes(path))
        edit(relation_of(document))
        path.write_bytes(write_archive(document, arrays))
        return path

    return write


@pytest.mark.parametrize("leaning", [[0.5], [0.5, 1.5], [-0.1, 0.0]], ids=str)
def test_leaning_that_is_no_share_is_refused(changed, leaning):
    def edit(relation):
        relation["leaning"]["tuple"][:] = leaning

    with pytest.raises(DamagedModel, match="leanings that are no shares of 2 columns"):
        load_model(changed(edit))


def test_file_from_before_there_was_a_leaning_moves_by_all(changed, fitted):
    X, _ = make_table()
    before = load_model(changed(lambda relation: relation.pop("leaning")))
    (relation,) = before._network.relations.values()
    assert relation.leaning == ()
    told, leaning = before.predict(X, known=make_known()), fitted["multi-task"]
    assert not np.array_equal(told, leaning.predict(X, known=make_known()))
    relations = {name: replace(each, leaning=()) for name, each in leaning._network.relations.items()}
    twin = copy(leaning)
    twin._network = replace(leaning._network, relations=relations)
    assert np.array_equal(told, twin.predict(X, known=make_known()))


def test_blend_that_is_no_weighted_mean_is_refused(fitted, tmp_path):
    path = tmp_path / "blend.graft"
    save_model(fitted["blend"], path)
    for change in (lambda text: text + " + 0.1", lambda text: text.replace("0.25", "0.3"), "log({})".format):
        document, arrays = read_document(read_bytes(path)), read_arrays(read_bytes(path))
        node = document["state"]["_network"]["fields"]["nodes"]["dict"]["gap_exp"]["fields"]
        node["expression"] = change(node["expression"])
        changed = tmp_path / "changed.graft"
        changed.write_bytes(write_archive(document, arrays))
        with pytest.raises(DamagedModel, match="is no weighted mean"):
            load_model(changed)
