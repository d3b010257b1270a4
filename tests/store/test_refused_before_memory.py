"""What a file only claims, counts, shapes and names, is refused before memory is given or a file touched."""

import copy
import re
import tracemalloc
import zipfile

import numpy as np
import pytest

from graftwood import load_model
from graftwood.errors import DamagedModel
from graftwood.store.archive import ARRAYS, DOCUMENT, read_arrays, read_bytes, read_document, write_archive

from .conftest import SENTENCE, make_known, make_table, zip_of
from .test_damaged_bytes import content_of, header_of, npy, npz

MOST_MEMORY = 8_000_000  # bytes; the model file unpacks to less than a tenth of it
IMPOSSIBLE = (10**12, -1, {"float": "nan"})
TRICKS = ("..\\evil.py", "C:\\evil.py", "./model.json", "model.json/../evil", "MODEL.JSON", "~/evil", "con",
          "a" * 3000, "model.json ", "\u202enosj.ledom")  # fmt: skip
SHAPES = {
    "a-trillion": ("'<f8'", "(1000000000000,)"),
    "a-cube": ("'<f8'", "(1000000, 1000000, 1000000)"),
    "eight-dimensions": ("'|u1'", "(999999999999, 9, 9, 9, 9, 9, 9, 9)"),
    "nine-dimensions": ("'|u1'", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"),
    "long-texts": ("'<U999999'", "(999999999999,)"),
    "endless-texts": ("'<U9999999'", "(1,)"),
    "signed": ("'<f8'", "(+1,)"),
    "nan": ("'<f8'", "(nan,)"),
    "a-float": ("'<f8'", "(1e12,)"),
    "a-product": ("'<f8'", "(10**12,)"),
    "thirteen-digits": ("'<f8'", "(1000000000000000,)"),
    "no-comma": ("'<f8'", "(1)"),
}


def peak_of(load):
    """Most memory that loading held, and the model, or None where it was refused."""
    tracemalloc.start()
    try:
        try:
            model = load()
        except DamagedModel as error:
            assert re.match(SENTENCE, str(error)), error
            model = None
        return tracemalloc.get_traced_memory()[1], model
    finally:
        tracemalloc.stop()


def counts_in(tree, path=()):
    """Places of all integers in a JSON tree."""
    if isinstance(tree, dict | list):
        for key, item in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from counts_in(item, (*path, key))
    elif type(tree) is int:
        yield path


def replaced(tree, path, value):
    tree = copy.deepcopy(tree)
    holder = tree
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return tree


def test_no_count_in_a_file_is_believed(model_file, tmp_path):
    data, X, known = read_bytes(model_file), make_table()[0], make_known()
    document, path = read_document(data), tmp_path / "model.graft"
    expected = load_model(model_file).predict(X, known=known)
    places = [place for place in counts_in(document) if place[0] in ("state", "n_trees", "schema")]
    assert len(places) > 10
    refused = 0
    for place in places:
        for value in IMPOSSIBLE:
            path.write_bytes(write_archive(replaced(document, place, value), read_arrays(data)))
            memory, model = peak_of(lambda: load_model(path))
            assert memory < MOST_MEMORY, (place, value, memory)
            refused += model is None
            if model is not None:  # a number that nothing is read by
                assert np.array_equal(model.predict(X, known=known), expected), (place, value)
    assert refused > 0.8 * len(places) * len(IMPOSSIBLE)


@pytest.mark.parametrize("case", SHAPES)
def test_absurd_shape_is_refused_before_memory_is_given(model_file, tmp_path, case):
    dtype, shape = SHAPES[case]
    array = npz([("a0.npy", npy(header_of(dtype, shape), bytes(64)))])
    path = tmp_path / "model.graft"
    zip_of(path, [(DOCUMENT, content_of(model_file)[DOCUMENT]), (ARRAYS, array)])
    memory, model = peak_of(lambda: load_model(path))
    assert model is None and memory < MOST_MEMORY


@pytest.mark.parametrize("name", TRICKS, ids=range(len(TRICKS)))
@pytest.mark.parametrize("where", ["file", "arrays"])
def test_tricks_with_names_are_refused_and_write_nothing(model_file, tmp_path, monkeypatch, name, where):
    monkeypatch.chdir(tmp_path)
    parts = content_of(model_file)
    if where == "file":
        members = [*parts.items(), (name, b"x")]
    else:
        members = [(DOCUMENT, parts[DOCUMENT]), (ARRAYS, npz([(name, b"x")]))]
    zip_of(tmp_path / "model.graft", members)
    with pytest.raises(DamagedModel, match=SENTENCE) as caught:
        load_model("model.graft")
    assert len(str(caught.value)) < 1000 and str(caught.value).isprintable()
    assert [path.name for path in tmp_path.iterdir()] == ["model.graft"]


def test_link_in_a_file_is_not_followed(model_file, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    parts = content_of(model_file)
    link = zipfile.ZipInfo(DOCUMENT)
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "model.graft", "w") as archive:
        archive.writestr(link, str(secret))
        archive.writestr(ARRAYS, parts[ARRAYS])
    with pytest.raises(DamagedModel, match="it cannot be unpacked"):
        load_model(tmp_path / "model.graft")


def test_number_too_large_for_a_float_is_no_number(model_file, tmp_path):
    text = content_of(model_file)[DOCUMENT].decode()
    at = text.index('"floor": ') + len('"floor": ')
    text = text[:at] + "1e999" + text[text.index("\n", at) - 1 :].lstrip("0123456789.e-")
    zip_of(tmp_path / "model.graft", [(DOCUMENT, text.encode()), (ARRAYS, content_of(model_file)[ARRAYS])])
    with pytest.raises(DamagedModel, match=SENTENCE):
        load_model(tmp_path / "model.graft")
