"""Every way a model file can be wrong gets one sentence, before memory is given or a tree is walked."""

import io
import json
import shutil
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

from graftwood import load_model
from graftwood.errors import DamagedModel, UnreadableFile
from graftwood.store.archive import ARRAYS, DOCUMENT, MAX_RATIO, read_arrays
from graftwood.store.describe import describe
from graftwood.store.document import naming
from graftwood.store.load import load_inputs

from .conftest import SENTENCE, make_table, zip_of


def content_of(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def npy(header: str, body: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    text = header.encode("latin1") + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text + body


def header_of(dtype: str, shape: str, order: str = "False") -> str:
    return f"{{'descr': {dtype}, 'fortran_order': {order}, 'shape': {shape}, }}"


def npz(members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def bomb() -> bytes:
    """A member of 50 MB of zeros that packs into 50 kB."""
    return npz([("a0.npy", npy(header_of("'|u1'", "(50000000,)"), bytes(50_000_000)))])


def lying_bomb() -> bytes:
    """The same, but the file claims that the member has 64 bytes unpacked."""
    data = bytearray(bomb())
    size = struct.pack("<I", zipfile.ZipFile(io.BytesIO(bytes(data))).infolist()[0].file_size)
    assert data.count(size) == 2
    return bytes(data.replace(size, struct.pack("<I", 64)))


def overlapping_bomb() -> bytes:
    """Many members that share the same packed bytes."""
    data = npz(
        [
            (
                "a0.npy",
                npy(
                    header_of("'|u1'", "(90000,)"), b"".join(map(str.encode, map(str, range(90000))))[:90000]
                ),
            )
        ]
    )
    directory = data.index(b"PK\x01\x02")
    entry = data[directory : data.index(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"a0.npy", f"a{i}.npy".encode()) for i in range(10))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, len(entries), directory, 0)
    return data[:directory] + entries + end


def encrypted(data: bytes) -> bytes:
    result = bytearray(data)
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        result[result.index(start) + flags] |= 1
    return bytes(result)


def with_arrays(arrays):
    return lambda parts: [(DOCUMENT, parts[DOCUMENT]), (ARRAYS, arrays() if callable(arrays) else arrays)]


def with_document(text):
    return lambda parts: [(DOCUMENT, text.encode()), (ARRAYS, parts[ARRAYS])]


def with_one_array(header, body=b"", version=b"\x01\x00"):
    return with_arrays(lambda: npz([("a0.npy", npy(header, body, version))]))


MEMBERS = [
    pytest.param(
        lambda parts: [(DOCUMENT, parts[DOCUMENT])], "lacks the member 'arrays.npz'", id="no-arrays"
    ),
    pytest.param(lambda parts: [(ARRAYS, parts[ARRAYS])], "lacks the member 'model.json'", id="no-document"),
    pytest.param(lambda parts: [], "it is not a zip archive", id="empty-zip"),
    pytest.param(
        lambda parts: [*parts.items(), ("extra.txt", b"x")],
        "the member 'extra.txt', which does not belong there",
        id="unexpected-member",
    ),
    pytest.param(
        lambda parts: [*parts.items(), ("../evil.py", b"x")], r"the member '\.\./evil\.py'", id="path-upward"
    ),
    pytest.param(
        lambda parts: [*parts.items(), ("/etc/passwd", b"x")], "the member '/etc/passwd'", id="absolute-path"
    ),
    pytest.param(
        lambda parts: [*parts.items(), ("model.json/", b"")], "the member 'model.json/'", id="folder"
    ),
    pytest.param(with_arrays(b""), "it cannot be unpacked", id="arrays-empty"),
    pytest.param(with_arrays(b"no zip at all"), "it cannot be unpacked", id="arrays-no-zip"),
    pytest.param(
        with_arrays(npz([("../a0.npy", b"")])),
        r"member '\.\./a0\.npy', which does not",
        id="path-in-the-arrays",
    ),
    pytest.param(
        with_arrays(npz([("a0.py", b"")])), "member 'a0.py', which does not", id="name-in-the-arrays"
    ),
    pytest.param(with_arrays(npz([])), "its array 'a0' is missing", id="no-array"),
    pytest.param(with_arrays(bomb), f"to 500000.. bytes, more than {MAX_RATIO} times", id="bomb"),
    pytest.param(with_arrays(lying_bomb), "cannot be unpacked|not the size it claims", id="lying-bomb"),
    pytest.param(
        with_arrays(overlapping_bomb), "claim more bytes than|cannot be unpacked", id="overlapping-bomb"
    ),
    pytest.param(
        with_arrays(npz([("a0.npy", b"x" * 99)], zipfile.ZIP_BZIP2)),
        "packed in a way",
        id="other-compression",
    ),
    pytest.param(with_arrays(encrypted(npz([("a0.npy", b"x" * 99)]))), "packed in a way", id="encrypted"),
    pytest.param(
        with_document(" " * 100 + "{}"), "does not say that it is a graftwood model", id="empty-object"
    ),
    pytest.param(with_document("[1, 2]"), "is not a JSON object", id="list"),
    pytest.param(with_document(""), "it cannot be unpacked", id="no-json"),
    pytest.param(with_document('{"format": NaN}'), "holds NaN, which is not JSON", id="nan"),
    pytest.param(with_document('{"schema": 1, "schema": 1}'), "says the same thing twice", id="twice"),
    pytest.param(with_document("[" * 100_000 + "]" * 100_000), "cannot be unpacked|too deep", id="deep"),
    pytest.param(
        with_document('{"schema": ' + "9" * 5000 + "}"), "it cannot be unpacked", id="endless-number"
    ),
    pytest.param(
        with_document('{"format": "graftwood study", "schema": 1}'), "does not say that it is", id="foreign"
    ),
    pytest.param(
        with_one_array(header_of("'|O'", "(1,)"), b"\x80\x04."), "a0.npy is not one of", id="objects"
    ),
    pytest.param(
        with_one_array(header_of("[('a', '<f8')]", "(1,)"), bytes(8)), "not one of", id="structured"
    ),
    pytest.param(with_one_array(header_of("'>f8'", "(1,)"), bytes(8)), "not one of", id="big-endian"),
    pytest.param(with_one_array(header_of("'<M8[D]'", "(1,)"), bytes(8)), "not one of", id="dates"),
    pytest.param(with_one_array(header_of("'<f8'", "(1,)", "True"), bytes(8)), "not one of", id="fortran"),
    pytest.param(with_one_array(header_of("'<f8'", "(-1,)"), bytes(8)), "not one of", id="negative-shape"),
    pytest.param(with_one_array("{'descr': " * 3), "not one of", id="header-that-breaks-off"),
    pytest.param(
        with_one_array(header_of("'<f8'", "(1,)"), bytes(8), b"\x02\x00"), "not one of", id="version-2"
    ),
    pytest.param(
        with_one_array(header_of("'<f8'", "(100000000000,)"), bytes(8)), "claims the shape", id="absurd-shape"
    ),
    pytest.param(
        with_one_array(header_of("'<f8'", "(0, 999999999999, 999999999999)")),
        "cannot be unpacked",
        id="absurd-empty",
    ),
    pytest.param(with_one_array(header_of("'<f8'", "(2,)"), bytes(15)), "claims the shape", id="short"),
    pytest.param(with_one_array(header_of("'<f8'", "(2,)"), bytes(17)), "claims the shape", id="long"),
    pytest.param(with_one_array(header_of("'|b1'", "(1,)"), b"\x02"), "truth values other", id="truth"),
    pytest.param(
        with_one_array(header_of("'<U1'", "(1,)"), b"\xff" * 4), "characters that do not", id="text"
    ),
]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("change, message", MEMBERS)
def test_damaged_bytes_are_refused(model_file, tmp_path, change, message):
    path = tmp_path / "damaged.graft"
    zip_of(path, change(content_of(model_file)))
    with pytest.raises(DamagedModel, match=SENTENCE) as caught:
        load_model(path)
    caught.match(message)
    assert caught.value.__cause__ is None
    assert list(tmp_path.iterdir()) == [path]


def test_two_members_of_one_name_are_refused(model_file, tmp_path):
    parts = content_of(model_file)
    with pytest.warns(UserWarning, match="Duplicate name"):
        zip_of(tmp_path / "damaged.graft", [*parts.items(), (DOCUMENT, b"{}")])
    with pytest.raises(DamagedModel, match="two of its members have one name"):
        load_model(tmp_path / "damaged.graft")


@pytest.mark.parametrize("make", [bomb, lying_bomb])
def test_a_bomb_is_refused_before_memory_is_given(make):
    data = npz([(DOCUMENT, b"{}"), (ARRAYS, make())], zipfile.ZIP_STORED)
    tracemalloc.start()
    try:
        with pytest.raises(DamagedModel):
            read_arrays(data)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "content, message",
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b"formula,gap\nGaAs,1.4\n", "it is not a zip archive", id="csv"),
        pytest.param(b"PK\x03\x04", "it cannot be unpacked", id="four-bytes"),
        pytest.param(b"PK\x03\x04" + bytes(1000), "it cannot be unpacked", id="zeros"),
    ],
)
@pytest.mark.parametrize("reader", [load_model, load_inputs, describe])
def test_what_is_no_archive_is_refused_by_every_reader(tmp_path, reader, content, message):
    path = tmp_path / "model.graft"
    path.write_bytes(content)
    with pytest.raises(DamagedModel, match=SENTENCE) as caught:
        reader(path)
    caught.match(message)


@pytest.mark.parametrize("reader", [load_model, load_inputs, describe])
def test_file_that_cannot_be_read_is_named(tmp_path, reader):
    with pytest.raises(
        UnreadableFile, match=r"Cannot read the model file \S*none\.graft: No such file.*; check"
    ):
        reader(tmp_path / "none.graft")
    with pytest.raises(UnreadableFile, match="[Dd]irectory"):
        reader(tmp_path)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.999])
def test_truncated_file_is_refused(model_file, tmp_path, share):
    data = model_file.read_bytes()
    path = tmp_path / "model.graft"
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(DamagedModel, match=SENTENCE):
        load_model(path)


def test_any_changed_byte_is_noticed_or_harmless(model_file, tmp_path):
    data, X = model_file.read_bytes(), make_table()[0]
    expected = load_model(model_file).predict(X)
    path = tmp_path / "model.graft"
    for at in np.random.default_rng(0).integers(0, len(data), 200):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            predicted = load_model(path).predict(X)
        except DamagedModel:
            continue
        assert np.array_equal(predicted, expected)


def test_foreign_zip_is_refused(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "notes.txt").write_text(json.dumps({"crc": zlib.crc32(b"x")}))
    shutil.make_archive(str(tmp_path / "foreign"), "zip", folder)
    with pytest.raises(DamagedModel, match="has the member 'notes.txt'"):
        load_model(tmp_path / "foreign.zip")


def test_document_too_deep_to_follow_is_refused():
    with pytest.raises(DamagedModel, match=SENTENCE) as caught, naming("model.graft"):
        raise RecursionError
    caught.match("nested too deeply")
