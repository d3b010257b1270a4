"""A seeded draw of materials that depends on each material alone.

Neither the order of the rows nor the other rows matter, nor any library's random
numbers: a material's place in the draw is a hash of its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt


def draw_places(materials: Iterable[str], seed: int) -> npt.NDArray[np.uint64]:
    """Return a random number per material; the smallest ones are drawn first.

    Parameters
    ----------
    materials : iterable of str
        Material keys.
    seed : int

    Returns
    -------
    ndarray of uint64 of shape (n_materials,)
        The first eight bytes of BLAKE2b of "seed:key".

    Examples
    --------
    >>> places = draw_places(["GaN", "ZnO", "GaN"], seed=0)
    >>> bool(places[0] == places[2]), bool(places[0] == places[1])
    (True, False)
    """
    digests = (hashlib.blake2b(f"{seed}:{key}".encode(), digest_size=8).digest() for key in materials)
    return np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64)
