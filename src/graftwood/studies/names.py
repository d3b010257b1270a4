"""Names of the studies' candidates as people read them."""

from __future__ import annotations

from graftwood.study.records import architecture_label

# The architectures of the paper, what it warns of, and the controls that use no source.
OF_THE_PAPER = (
    "single", "self_difference", "self_latent", "pooled", "difference", "latent", "multi_task"
)  # fmt: skip
SHUFFLED, WITH_ENERGIES = "_of_shuffled_gaps", "_with_energies"
EXTRA, BOOSTED = "extra", "boosted"
BLEND, BLEND_ALL = "blend", "blend_of_all"
_POOLS = {BLEND: "Pool of chosen members", BLEND_ALL: "Pool of all candidates"}
_BASES = {EXTRA: "extra-trees", BOOSTED: "boosting"}
_ENDINGS = {SHUFFLED: "gaps shuffled", WITH_ENERGIES: "with energies"}


def label_of(name: str) -> str:
    """Return the name by which people read a candidate's key.

    Examples
    --------
    >>> label_of("latent:extra"), label_of("latent_with_energies"), label_of("blend")
    ('Latent variable, extra-trees', 'Latent variable, with energies', 'Pool of chosen members')
    """
    if name in _POOLS:
        return _POOLS[name]
    for ending, words in _ENDINGS.items():
        if name.endswith(ending):
            return f"{architecture_label(name.removesuffix(ending))}, {words}"
    family, _, base = name.partition(":")
    return f"{architecture_label(family)}, {_BASES[base]}" if base in _BASES else architecture_label(name)


def in_a_sentence(name: str) -> str:
    """Return the same with a small first letter.

    Examples
    --------
    >>> in_a_sentence("multi_task")
    'multi-task'
    """
    label = label_of(name)
    return label[0].lower() + label[1:]
