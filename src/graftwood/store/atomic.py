"""Files that appear whole or not at all.

A reader, or a run that is cut short, never meets half a file: the new one is
written beside the old and takes its place by a rename.  What is written is the
caller's business.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graftwood.errors import UnreadableFile


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path` that replaces it on success and vanishes on failure.

    Parameters
    ----------
    path : str or path
        The file to write.  Its folder must exist; a link is followed, so that what it points to is
        replaced and the link stays.

    Yields
    ------
    Path
        A path in the same folder, with the same suffix, where no file is yet.

    Raises
    ------
    UnreadableFile
        The folder does not exist, `path` is a folder, or nothing was written.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "answer.txt"
    >>> with atomic_path(target) as temporary:
    ...     _ = temporary.write_text("1.34 eV")
    >>> target.read_text(), len(list(target.parent.iterdir()))
    ('1.34 eV', 1)
    """
    target = Path(path).resolve()
    if not target.parent.is_dir():
        raise UnreadableFile(
            f"Cannot write {target.name}: the folder {target.parent} does not exist; make it."
        )
    if target.is_dir():
        raise UnreadableFile(f"Cannot write {target}: it is a folder; name a file.")
    temporary = target.with_name(f".{target.stem}-{secrets.token_hex(6)}{target.suffix}")
    try:
        yield temporary
        if not temporary.is_file():
            raise UnreadableFile(f"Cannot write {target}: nothing was written to its temporary file.")
        _to_disk(temporary)
        os.replace(temporary, target)
    except OSError as error:
        if error.filename in (None, str(temporary)):  # a full disk names no file, others the temporary one
            error.filename = str(target)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    # Without this a power cut can leave the new name on an empty file.
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
