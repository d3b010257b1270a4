"""How a good case becomes a bad one: random edits of bytes, texts, JSON trees and arrays.

Every function takes a generator and leaves what it was given as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

NUMBERS = (
    "0", "-1", "1", "255", "65536", "2147483648", "9223372036854775808", "1e308", "1e-320", "-0", "nan",
    "inf", "0.1", ".5", "5.", "1e", "1e400", "１２", "9" * 400,
)  # fmt: skip
LETTERS = (
    "", " ", "\t", "\n", "\r\n", "\x00", "\ufeff", "\u00a0", "\u200b", "é", "ß", "İ", "😀", "\u202e", "'",
    '"', "\\", ",", ";", "=", "[", "]", "{", "}", "(", ")", "#", "-", "−", "–",
)  # fmt: skip
SCALARS = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2,
    10**6,
    10**18,
    10**30,
    0.0,
    -0.5,
    1e308,
    "",
    "x",
    "nan",
    [],
    {},
    [[]],
)
DTYPES = ("<i4", "<i8", "<u1", "<u4", "<u8", "<f4", "<f8", "|b1", "<U3")


def several(rng: np.random.Generator, most: int = 6) -> range:
    """A number of edits: mostly one, seldom many."""
    return range(min(most, int(rng.geometric(0.5))))


def pick(rng: np.random.Generator, things: Sequence[Any]) -> Any:
    """One of the things."""
    return things[int(rng.integers(len(things)))]


def edit_text(rng: np.random.Generator, text: str, words: Sequence[str], other: str = "") -> str:
    """Edit characters, spans, words of its language and numbers, or put in a part of another text."""
    for _ in several(rng):
        text = pick(rng, _TEXT_EDITS)(rng, text, words, other)
    return text


def _span(rng: np.random.Generator, n: int, longest: int = 12) -> tuple[int, int]:
    start = int(rng.integers(n + 1))
    return start, min(n, start + int(rng.integers(1, longest)))


def _put_word(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    at = int(rng.integers(len(text) + 1))
    return text[:at] + pick(rng, words) + text[at:]


def _put_letter(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    start, stop = _span(rng, len(text), 2)
    return text[:start] + pick(rng, LETTERS) + text[stop if rng.random() < 0.5 else start :]


def _put_number(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    start, stop = _span(rng, len(text), 3)
    return text[:start] + pick(rng, NUMBERS) + text[stop:]


def _put_anything(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    at, code = int(rng.integers(len(text) + 1)), int(rng.integers(0x3000))
    return text[:at] + chr(code) + text[at:]


def _drop(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    start, stop = _span(rng, len(text))
    return text[:start] + text[stop:]


def _repeat(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    start, stop = _span(rng, len(text))
    return text[:start] + text[start:stop] * int(rng.choice([2, 3, 40])) + text[stop:]


def _splice(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    start, stop = _span(rng, len(other), 60)
    at = int(rng.integers(len(text) + 1))
    return text[:at] + other[start:stop] + text[at:]


def _drop_line(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if line != pick(rng, lines)) if lines else text


def _swap_word(rng: np.random.Generator, text: str, words: Sequence[str], other: str) -> str:
    present = [word for word in words if word and word in text]
    return text.replace(pick(rng, present), pick(rng, words), 1) if present else text


_TEXT_EDITS: tuple[Callable[..., str], ...] = (
    _put_word, _put_word, _put_letter, _put_number, _put_anything, _drop, _repeat, _splice, _drop_line,
    _swap_word, _swap_word,
)  # fmt: skip


def edit_bytes(rng: np.random.Generator, data: bytes) -> bytes:
    """Flip, drop, double or overwrite a few bytes."""
    for _ in several(rng):
        start, stop = _span(rng, len(data), 40)
        part, kind = data[start:stop], int(rng.integers(5))
        if kind == 0 and part:
            part = bytes([part[0] ^ (1 << int(rng.integers(8)))]) + part[1:]
        elif kind == 1:
            part = b""
        elif kind == 2:
            part = part * 2
        elif kind == 3:
            part = rng.bytes(len(part))
        else:
            part = pick(rng, (b"\x00", b"\xff")) * len(part)
        data = data[:start] + part + data[stop:]
    return data


def edit_tree(rng: np.random.Generator, tree: Any) -> Any:
    """Edit a JSON tree: a value, a key, an item left out or doubled, one part in another's place."""
    tree = copy.deepcopy(tree)
    for _ in several(rng, 3):
        holders = [place for place in _places(tree) if place[0]]
        if holders:
            _edit_place(rng, *pick(rng, holders), holders)
    return tree


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every dict and list of a tree with each of its keys."""
    found, waiting = [], [tree]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        found += [(holder, key) for key in keys]
        waiting += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    return found


def _edit_place(rng: np.random.Generator, holder: Any, key: Any, places: list[tuple[Any, Any]]) -> None:
    if isinstance(holder, list) and key >= len(holder) or isinstance(holder, dict) and key not in holder:
        return
    kind, value = int(rng.integers(6)), holder[key]
    if kind == 0:
        del holder[key]
    elif kind == 1:
        source, at = pick(rng, places)
        if (isinstance(source, dict) and at in source) or (isinstance(source, list) and at < len(source)):
            holder[key] = copy.deepcopy(source[at])
    elif kind == 2 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(value))
    elif kind == 3 and isinstance(holder, dict):
        holder[str(pick(rng, SCALARS))] = holder.pop(key)
    elif kind == 4 and isinstance(value, int | float) and not isinstance(value, bool):
        holder[key] = type(value)(value + pick(rng, (-1, 1, 2, -value, 10**6)))
    else:
        holder[key] = copy.deepcopy(pick(rng, SCALARS))


def edit_array(rng: np.random.Generator, array: np.ndarray) -> np.ndarray:
    """Change values, the dtype, the shape, the length or the order of an array."""
    kind, changed = int(rng.integers(6)), array.copy()
    if kind == 0 and changed.size:
        _edit_values(rng, changed)
    elif kind == 1:
        with np.errstate(all="ignore"):
            try:
                changed = changed.astype(pick(rng, DTYPES))
            except (ValueError, OverflowError):
                changed = np.zeros(changed.shape, pick(rng, DTYPES))
    elif kind == 2:
        changed = (
            changed.reshape(-1) if changed.ndim > 1 else changed[:, None] if changed.ndim else changed[None]
        )
    elif kind == 3 and changed.ndim:
        changed = changed[: int(rng.integers(len(changed) + 1))]
    elif kind == 4 and changed.ndim and len(changed):
        changed = np.concatenate([changed, changed[-1:]])
    elif changed.ndim:
        changed = changed[::-1].copy()
    return changed


def _edit_values(rng: np.random.Generator, array: np.ndarray) -> None:
    flat = array.reshape(-1)
    at = rng.integers(flat.size, size=len(several(rng)))
    if array.dtype.kind == "f":
        flat[at] = pick(
            rng, (np.nan, np.inf, -np.inf, 0.0, -1.0, 1e300 if array.dtype.itemsize == 8 else 1e30)
        )
    elif array.dtype.kind in "iu":
        limits = np.iinfo(array.dtype)
        flat[at] = pick(rng, (limits.min, limits.max, 0, 1, limits.max // 2))
        if rng.random() < 0.5:
            plain = f"u{array.dtype.itemsize}"
            bit = 1 << int(rng.integers(8 * array.dtype.itemsize))
            flat.view(plain)[at] ^= np.array(bit, dtype=plain)
    elif array.dtype.kind == "b":
        flat[at] = ~flat[at]
    else:
        flat[at] = pick(rng, LETTERS[:10])
