"""What known labels move in a shared forest: a file that moves by something else is refused."""

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
    assert before.predict(X, known=make_known()).shape == fitted["multi-task"].predict(X).shape
