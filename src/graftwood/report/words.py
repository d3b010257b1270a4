"""The words and colours of a report: one name and one colour for each thing, wherever it appears.

Kept apart from numbers (``summary.py``) and from layout (``templates/``), so that
chart, table, figure and sentence cannot drift apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graftwood.study.records import architecture_label

#: Architectures that use no source: what every claim of transfer must beat.
CONTROLS = ("single", "self_difference", "self_latent")

#: Order of mention where nothing better orders them.
ORDER = (
    "graph",
    "difference",
    "scaled_difference",
    "latent",
    "multi_task_corrected",
    "multi_task",
    "pooled_source_input",
    "pooled",
    "self_difference",
    "self_latent",
    "single",
)

# (on white, on black); apart also for the common colour blindnesses, greys for the controls.
_COLOURS = {
    "graph": ("#7a6a3a", "#cdbb83"),
    "difference": ("#0b66c3", "#62b0ff"),
    "scaled_difference": ("#16326b", "#9db8ff"),
    "latent": ("#0a8f6c", "#3fd6a8"),
    "multi_task_corrected": ("#8a5a00", "#ffd28a"),
    "multi_task": ("#c77700", "#ffb84d"),
    "pooled_source_input": ("#9a4fb5", "#d79bf0"),
    "pooled": ("#cf4b5f", "#ff8fa0"),
    "self_difference": ("#5d6b7a", "#a3b1c0"),
    "self_latent": ("#8592a0", "#7f8d9c"),
    "single": ("#39424d", "#d3dae2"),
}
_OTHER_COLOUR = ("#6b5b52", "#c9b8ad")

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
    "graph": "the network of tasks that the study file describes",
    "difference": "learns by how much target and source differ, and adds it to the source's value",
    "scaled_difference": "as Difference, from the source times a slope that is learned",
    "latent": "uses the source's property, known or predicted, as one more input",
    "multi_task": "one forest learns all tasks together",
    "multi_task_corrected": "as Multi-task, and a second forest learns what it errs by",
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
    # Variants of one architecture, such as differences from several sources, have its colour.
    light, dark = _COLOURS.get(architecture.partition(":")[0], _OTHER_COLOUR)
    return ArchitectureWords(
        architecture, architecture_label(architecture), architecture in CONTROLS, light, dark
    )


def colour_name(architecture: str) -> str:
    """Return the CSS variable that holds an architecture's colour in the reader's theme.

    Examples
    --------
    >>> colour_name("difference:gap_dft")
    '--arch-difference-gap_dft'
    """
    return "--arch-" + re.sub(r"[^\w-]", "-", architecture)


def meaning_of(architecture: str) -> str:
    """Return what an architecture does, in one line.

    Examples
    --------
    >>> meaning_of("multi_task:1")
    'One forest learns all tasks together'
    """
    meaning = MEANINGS.get(architecture.partition(":")[0], "a model of this study")
    return meaning[0].upper() + meaning[1:]


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
