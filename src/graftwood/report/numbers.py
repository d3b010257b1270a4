"""Numbers as people read them: as many digits as their error bar deserves.

Pure functions from numbers to text; the page's templates use them as filters.
"""

from __future__ import annotations

import math

NOTHING = "–"


def decimals_for(values: list[float], errors: list[float]) -> int:
    """Return the decimals that show every value of a column to the size of its error.

    Three significant digits of the typical value, or the first digit of the typical error,
    whichever needs more, but never beyond five decimals.

    Parameters
    ----------
    values, errors : list of float
        Values and their standard errors, in one unit; NaN and zero are passed over.

    Examples
    --------
    >>> decimals_for([0.435, 0.319], [0.0087, 0.0061])
    3
    """
    wanted = [2 - math.floor(math.log10(abs(middle))) for middle in [_median(values)] if middle]
    wanted += [-math.floor(math.log10(middle)) for middle in [_median(errors)] if middle]
    return min(5, max([0, *wanted]))


def _median(values: list[float]) -> float:
    real = sorted(abs(value) for value in values if value is not None and math.isfinite(value) and value)
    return real[len(real) // 2] if real else 0.0


def fixed(value: float | None, decimals: int = 3) -> str:
    """Write a number with fixed decimals and a true minus sign; a missing one is a dash.

    Examples
    --------
    >>> fixed(-0.0123), fixed(None), fixed(-0.0001)
    ('−0.012', '–', '0.000')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def signed(value: float | None, decimals: int = 3) -> str:
    """Write a number as `fixed` does, with a plus sign when it is above zero.

    Examples
    --------
    >>> signed(0.1161), signed(-0.2)
    ('+0.116', '−0.200')
    """
    text = fixed(value, decimals)
    return (
        f"+{text}"
        if value is not None and text not in (NOTHING, fixed(0.0, decimals)) and value > 0
        else text
    )


def percent(value: float | None, decimals: int = 1) -> str:
    """Write a share of one in per cent.

    Examples
    --------
    >>> percent(0.6789), percent(None)
    ('67.9\N{NARROW NO-BREAK SPACE}%', '–')
    """
    text = fixed(None if value is None else 100 * value, decimals)
    return text if text == NOTHING else f"{text}\N{NARROW NO-BREAK SPACE}%"


def brief(value: float | None, digits: int = 3) -> str:
    """Write a number with a few significant digits, for places without an error bar.

    Examples
    --------
    >>> brief(3.14159), brief(0.0), brief(12345.6)
    ('3.14', '0', '12346')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return fixed(value, min(decimals, 6))


def count(value: float | None) -> str:
    """Write a whole number with commas between thousands.

    Examples
    --------
    >>> count(84123)
    '84,123'
    """
    return NOTHING if value is None else f"{int(value):,}"


def plain(value: object) -> float | None:
    """Return a number that JSON knows: a float, or None where it is missing or infinite.

    Examples
    --------
    >>> plain(1), plain(float("nan"))
    (1.0, None)
    """
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def shortened(value: object, digits: int = 4) -> float | None:
    """Return a number cut to so many significant digits, to keep a page small.

    Examples
    --------
    >>> shortened(3.14159265)
    3.142
    """
    number = plain(value)
    return None if number is None else float(f"{number:.{digits}g}")


def even_axis(low: float, high: float, *, n_ticks: int = 5) -> dict[str, object]:
    """Return an axis with even ends and ticks that holds both numbers.

    Parameters
    ----------
    low, high : float
        Smallest and largest value to show.
    n_ticks : int, default 5
        About how many ticks.

    Returns
    -------
    dict
        low, high, ticks.

    Examples
    --------
    >>> even_axis(0.2, 7.4)
    {'low': 0.0, 'high': 8.0, 'ticks': [0.0, 2.0, 4.0, 6.0, 8.0]}
    >>> even_axis(0, 3e-12)["ticks"]
    [0.0, 1e-12, 2e-12, 3e-12]
    """
    if not high > low:
        low, high = low - 0.5, high + 0.5
    raw = (high - low) / n_ticks
    power = 10 ** math.floor(math.log10(raw))
    step = power * next((m for m in (1, 2, 5) if m * power >= raw), 10)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, 2 - math.floor(math.log10(step)))  # small units have small steps
    ticks = [round(i * step, decimals) + 0.0 for i in range(first, last + 1)]
    return {"low": ticks[0], "high": ticks[-1], "ticks": ticks}
