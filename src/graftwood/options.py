"""Options of estimators: rules that stand next to the class, and the one sentence when one is broken."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graftwood.errors import WrongOption


@dataclass(frozen=True)
class Rule:
    """What one option may be: a test and the words for it.

    Examples
    --------
    >>> even = Rule(lambda value: value % 2 == 0, "an even number")
    >>> even.allows(4), even.allows(5)
    (True, False)
    """

    allows: Callable[[Any], bool]
    words: str


def whole(least: int) -> Rule:
    """Allow an integer of at least ``least``."""
    return Rule(
        lambda value: _is_whole(value) and int(value) >= least,
        f"an integer >= {least}",
    )


def fraction() -> Rule:
    """Allow a float above 0 and at most 1."""
    return Rule(
        lambda value: (
            isinstance(value, numbers.Real)
            and not isinstance(value, numbers.Integral)
            and 0 < float(value) <= 1
        ),
        "a fraction in (0, 1]",
    )


def number(least: float, most: float) -> Rule:
    """Allow a number between both bounds."""
    return Rule(
        lambda value: (
            isinstance(value, numbers.Real) and not isinstance(value, bool) and least <= float(value) <= most
        ),
        f"a number from {least:g} to {most:g}",
    )


def positive() -> Rule:
    """Allow a finite number above 0."""
    return Rule(
        lambda value: (
            isinstance(value, numbers.Real) and not isinstance(value, bool) and 0 < float(value) < math.inf
        ),
        "a number above 0",
    )


def finite() -> Rule:
    """Allow a finite number."""
    return Rule(
        lambda value: (
            isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(float(value))
        ),
        "a finite number",
    )


def one_of(*allowed: Any) -> Rule:
    """Allow one of the listed values."""
    return Rule(
        lambda value: any(
            value is known or (type(value) is type(known) and value == known) for known in allowed
        ),
        " or ".join(repr(known) for known in allowed),
    )


def text(words: str) -> Rule:
    """Allow a text that is not empty."""
    return Rule(lambda value: isinstance(value, str) and bool(value.strip()), words)


def mapping() -> Rule:
    """Allow a dict."""
    return Rule(lambda value: isinstance(value, dict), "a dict")


def sequence(words: str) -> Rule:
    """Allow a list or a tuple."""
    return Rule(lambda value: isinstance(value, list | tuple), words)


def anything(words: str) -> Rule:
    """Allow every value; whoever uses it checks it."""
    return Rule(lambda value: True, words)


def check_options(who: str, options: dict[str, Any], rules: Mapping[str, Iterable[Rule]]) -> None:
    """Refuse an option that none of its rules allows.

    Raises
    ------
    WrongOption

    Examples
    --------
    >>> check_options("Forest", {"n_estimators": 0}, {"n_estimators": [whole(1)]})
    Traceback (most recent call last):
    ...
    graftwood.errors.WrongOption: Forest: n_estimators must be an integer >= 1, got 0.
    """
    for name, allowed in rules.items():
        allowed = list(allowed)
        if name in options and not any(rule.allows(options[name]) for rule in allowed):
            words = " or ".join(rule.words for rule in allowed)
            raise WrongOption(f"{who}: {name} must be {words}, got {options[name]!r}.")


def seed_of(random_state: Any, who: str) -> int:
    """Return the seed that an option ``random_state`` stands for.

    Raises
    ------
    WrongOption
        It is neither None nor an integer from 0 to 2**32 - 1 nor a RandomState.
    """
    import numpy as np
    from sklearn.utils import check_random_state

    if random_state is None or isinstance(random_state, np.random.RandomState):
        return int(check_random_state(random_state).randint(2**31 - 1))
    if _is_whole(random_state) and 0 <= random_state < 2**32:
        return int(random_state)
    raise WrongOption(
        f"{who}: random_state must be None, an integer from 0 to 2**32 - 1 or a RandomState, "
        f"got {random_state!r}."
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)
