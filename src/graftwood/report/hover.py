"""What a chart says of a point under the pointer beside its place."""

from __future__ import annotations

from html import escape
from typing import Any


def hover_data(part: dict[str, Any]) -> list[list[Any]]:
    """Return spread and a line of the other sources' labels per point, harmless as HTML.

    Parameters
    ----------
    part : dict
        One regime of the summary's parity.

    Examples
    --------
    >>> hover_data({"spread": [0.2, 0.3], "other_labels": ["dft 0.61 eV", ""]})
    [[0.2, '<br>dft 0.61 eV'], [0.3, '']]
    """
    pairs = zip(part["spread"], part["other_labels"], strict=True)
    return [[spread, f"<br>{escape(text)}" if text else ""] for spread, text in pairs]
