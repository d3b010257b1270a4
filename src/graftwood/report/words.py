"""The words and colours of a report: one name and one colour for each thing, wherever it appears.

Kept apart from numbers (``summary.py``) and from layout (``templates/``), so that
chart, table, figure and sentence cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from graftwood.study.records import architecture_label

#: Architectures that use no source: what every claim of transfer must beat.
CONTROLS = ("single", "self_difference", "self_latent")

#: Order of mention where nothing better orders them.
ORDER = (
    "difference",
    "latent",
    "multi_task",
    "pooled_source_input",
    "pooled",
    "self_difference",
    "self_latent",
    "single",
)

# (on white, on black); apart also for the common colour blindnesses, greys for the controls.
_COLOURS = {
    "difference": ("#0b66c3", "#62b0ff"),
    "latent": ("#0a8f6c", "#3fd6a8"),
    "multi_task": ("#c77700", "#ffb84d"),
    "pooled_source_input": ("#9a4fb5", "#d79bf0"),
    "pooled": ("#cf4b5f", "#ff8fa0"),
    "self_difference": ("#5d6b7a", "#a3b1c0"),
    "self_latent": ("#8592a0", "#7f8d9c"),
    "single": ("#39424d", "#d3dae2"),
}
_OTHER_COLOUR = ("#7a6a3a", "#cdbb83")

#: Regime -> (name, what it means, the same as a condition).
REGIMES = {
    "visible": (
        "Visible",
        "The material's other labels are known and used; only its target label is hidden.",
        "where the material's other labels are known",
    ),
    "hidden": (
        "Hidden",
        "Nothing is known of the material: all its labels are hidden.",
        "where nothing is known of the material",
    ),
}

#: What each architecture does, in one line.
MEANINGS = {
    "difference": "learns by how much target and source differ, and adds it to the source's value",
    "latent": "uses the source's property, known or predicted, as one more input",
    "multi_task": "one forest learns all tasks together",
    "pooled": "takes all tables for one",
    "pooled_source_input": "takes all tables for one, with the source as an input",
    "self_difference": "as Difference, with the target's own prediction in place of a source",
    "self_latent": "as Latent variable, with the target's own prediction in place of a source",
    "single": "a forest that learns from the target's labels alone",
}

#: Kind of verdict -> (badge, sign, short answer).
VERDICTS = {
    "helps": ("Transfer helps", "✓", "Yes,"),
    "no difference": ("No difference", "=", "No difference"),
    "harms": ("Transfer harms", "✗", "No, it harms"),
    "undecided": ("Undecided", "?", "Undecided"),
}


@dataclass(frozen=True)
class ArchitectureWords:
    """How one architecture is named and drawn.

    Attributes
    ----------
    key, label : str
        As in the records, and as people read it.
    is_control : bool
        True when it uses no source.
    light, dark : str
        Its colour on a white and on a black ground.

    Examples
    --------
    >>> architecture_words("difference").light
    '#0b66c3'
    """

    key: str
    label: str
    is_control: bool
    light: str
    dark: str


def architecture_words(architecture: str) -> ArchitectureWords:
    """Return name and colours of an architecture, known or not.

    Parameters
    ----------
    architecture : str
        Key as in the records.

    Examples
    --------
    >>> architecture_words("single").is_control, architecture_words("latent").label
    (True, 'Latent variable')
    """
    light, dark = _COLOURS.get(architecture, _OTHER_COLOUR)
    return ArchitectureWords(
        architecture, architecture_label(architecture), architecture in CONTROLS, light, dark
    )


def regime_words(regime: str) -> tuple[str, str, str]:
    """Return a regime's name, its meaning in one line, and the meaning as a condition.

    Examples
    --------
    >>> regime_words("hidden")[0]
    'Hidden'
    """
    other = (regime.capitalize(), f"The {regime} regime.", f"in the {regime} regime")
    return REGIMES.get(regime, other)


def in_order(architectures: list[str]) -> list[str]:
    """Return the architectures in the order of mention, unknown ones first.

    Examples
    --------
    >>> in_order(["single", "latent", "graph"])
    ['graph', 'latent', 'single']
    """
    return sorted(architectures, key=lambda key: ORDER.index(key) if key in ORDER else -1)
