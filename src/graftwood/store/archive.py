"""The bytes of a model file: a zip of ``model.json`` and ``arrays.npz``, read with distrust.

Writing is reproducible: the same content gives the same bytes.  Reading takes
every size that the file states as a claim, and checks it before memory is
given to it: a member may unpack to at most `MAX_RATIO` times its packed size,
which the writer keeps to, and an array must be exactly as large as its header
says.  What the content means is for ``format.py``.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from graftwood.errors import DamagedModel, UnreadableFile, WrongOption

DOCUMENT, ARRAYS = "model.json", "arrays.npz"
MAX_RATIO = 100  # unpacked bytes per packed byte; the most that deflate can do is 1032
MAX_DOCUMENT = 2**26  # bytes of model.json
_LEVEL = 1  # packs node words as small as 6 does, three times as fast (measured on 12 MB)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same in every file, so that equal models are equal bytes
_ENCRYPTED = 1
_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    r"\{'descr': '(?P<dtype>\|b1|\|[iu]1|<[iu][248]|<f[48]|<U[1-9]\d{0,5})', 'fortran_order': False, "
    r"'shape': \((?P<shape>|\d{1,12},|\d{1,12}(?:, \d{1,12}){1,7})\), \} *\n"
)
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip


def write_archive(document: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the bytes of a model file.

    Parameters
    ----------
    document : dict
        What ``model.json`` says.
    arrays : dict
        Arrays of numbers, bool or fixed-width text by name.

    Raises
    ------
    WrongOption
        The document is larger than `MAX_DOCUMENT`.
    """
    text = json.dumps(document, indent=1, allow_nan=False).encode("ascii")
    if len(text) > MAX_DOCUMENT:
        raise WrongOption(
            f"save_model: {DOCUMENT} would have {len(text)} bytes, at most {MAX_DOCUMENT} are allowed; "
            "give fewer or shorter metrics."
        )
    packed = _zip({f"{name}.npy": array for name, array in arrays.items()})
    return _zip({DOCUMENT: text, ARRAYS: packed}, plain=[ARRAYS])


def _zip(members: Mapping[str, bytes | np.ndarray], plain: Iterable[str] = ()) -> bytes:
    """Zip members; as they are if in ``plain`` or packed tighter than a reader trusts."""
    stored = set(plain)
    while True:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in members.items():
                member = zipfile.ZipInfo(name, _EPOCH)
                member.create_system, member.external_attr = 3, 0o644 << 16
                member.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
                data = _npy(content) if isinstance(content, np.ndarray) else content
                archive.writestr(member, data, compresslevel=_LEVEL)
            too_tight = {member.filename for member in archive.infolist() if not _is_plausible(member)}
        if not too_tight:
            return buffer.getvalue()
        stored |= too_tight


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    array = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _is_plausible(member: zipfile.ZipInfo) -> bool:
    return member.file_size <= MAX_RATIO * member.compress_size


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file that begins as a zip archive does.

    Raises
    ------
    UnreadableFile
        There is no such file, or it may not be read.
    DamagedModel
        It is no zip archive.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(4)
            if start != b"PK\x03\x04":
                raise DamagedModel("it is not a zip archive" if start else "it is empty")
            return start + file.read()
    except OSError as error:
        raise UnreadableFile(
            f"Cannot read the model file {Path(path)}: {error.strerror or error}; check "
            "the path and its permissions."
        ) from None


def read_document(data: bytes) -> dict[str, Any]:
    """Return what ``model.json`` says; the arrays stay packed.

    Raises
    ------
    DamagedModel
    """
    with _opened(data) as archive:
        _refuse_others(archive)
        if archive.getinfo(DOCUMENT).file_size > MAX_DOCUMENT:
            raise DamagedModel(f"its {DOCUMENT} is larger than {MAX_DOCUMENT} bytes")
        text = _content(archive, DOCUMENT)
        document = json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_constant)
    if type(document) is not dict:
        raise DamagedModel(f"its {DOCUMENT} is not a JSON object")
    return document


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise DamagedModel(f"an object of its {DOCUMENT} says the same thing twice")
    return result


def _no_constant(name: str) -> Any:
    raise DamagedModel(f"its {DOCUMENT} holds {name}, which is not JSON")


def read_arrays(data: bytes) -> dict[str, np.ndarray]:
    """Return all arrays by name, in native byte order, writable and contiguous.

    Raises
    ------
    DamagedModel
    """
    with _opened(data) as archive:
        _refuse_others(archive)
        packed = _content(archive, ARRAYS)
    with _opened(packed) as archive:
        names = archive.namelist()
        strange = [name for name in names if not re.fullmatch(r"a\d{1,9}\.npy", name)]
        if strange:
            raise DamagedModel(f"its {ARRAYS} has the member {strange[0]!r}, which does not belong there")
        return {name.removesuffix(".npy"): _array(_content(archive, name), name) for name in names}


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive whose claims are plausible; whatever is wrong with its bytes is a DamagedModel."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_claims(archive, len(data))
            yield archive
    except DamagedModel:
        raise
    except _ZIP_FAULTS as error:
        raise DamagedModel(f"it cannot be unpacked ({error})") from None


def _refuse_claims(archive: zipfile.ZipFile, n_bytes: int) -> None:
    """Check what the members claim before any is unpacked."""
    members = archive.infolist()
    names = [member.orig_filename for member in members]
    if len(set(names)) < len(names) or names != archive.namelist():
        raise DamagedModel("two of its members have one name, or one has a name that breaks off")
    for member in members:
        if (
            member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            or member.flag_bits & _ENCRYPTED
        ):
            raise DamagedModel(f"its member {member.filename!r} is packed in a way that no model file is")
        if not _is_plausible(member):
            raise DamagedModel(
                f"its member {member.filename!r} claims to unpack from {member.compress_size} to "
                f"{member.file_size} bytes, more than {MAX_RATIO} times as many"
            )
    # Members that share their packed bytes would get round the limit on each.
    if sum(member.compress_size for member in members) > n_bytes:
        raise DamagedModel("its members claim more bytes than the file has")


def _refuse_others(archive: zipfile.ZipFile) -> None:
    expected, present = {DOCUMENT, ARRAYS}, set(archive.namelist())
    if present - expected:
        raise DamagedModel(f"it has the member {min(present - expected)!r}, which does not belong there")
    if expected - present:
        raise DamagedModel(f"it lacks the member {min(expected - present)!r}")


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack a member, never more of it than it claims; zipfile compares the checksum at its end."""
    size = archive.getinfo(name).file_size
    with archive.open(name) as member:
        content = member.read(size + 1)
    if len(content) != size:
        raise DamagedModel(f"its member {name} has not the size it claims")
    return content


def _array(data: bytes, name: str) -> np.ndarray:
    """Read an npy file of the one form that is written here; its size is known before memory is given."""
    n_start = len(_MAGIC) + 2
    n_header = int.from_bytes(data[len(_MAGIC) : n_start], "little")
    header = _HEADER.fullmatch(data[n_start : n_start + n_header].decode("latin1"))
    if not data.startswith(_MAGIC) or header is None:
        raise DamagedModel(f"its array {name} is not one of numbers, bool or text in the npy format 1.0")
    dtype = np.dtype(header["dtype"])
    shape = tuple(int(size) for size in re.findall(r"\d+", header["shape"]))
    body = memoryview(data)[n_start + n_header :]
    if math.prod(shape) * dtype.itemsize != len(body):
        raise DamagedModel(f"its array {name} claims the shape {shape} and has {len(body)} bytes")
    numbers = np.frombuffer(body, dtype).reshape(shape)
    if dtype.kind == "b" and np.any(np.frombuffer(body, np.uint8) > 1):
        raise DamagedModel(f"its array {name} holds truth values other than 0 and 1")
    if dtype.kind == "U" and np.any(np.frombuffer(body, "<u4") > 0x10FFFF):
        raise DamagedModel(f"its array {name} holds characters that do not exist")
    return np.array(numbers, dtype=dtype.newbyteorder("="))
