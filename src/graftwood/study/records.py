"""What a finished study is made of: plain tables and one verdict per regime.

A record holds results and says nothing of how they came about or how they look:
the comparison fills it, ``report`` turns it into a page.  The one thing it does is
to put a verdict into a sentence, so that terminal, page and Python say the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from graftwood.data.table import Task

ARCHITECTURE_LABELS = {
    "single": "Single task",
    "self_difference": "Self-difference",
    "self_latent": "Self-latent",
    "pooled": "Pooled",
    "pooled_source_input": "Pooled, source as input",
    "difference": "Difference",
    "scaled_difference": "Scaled difference",
    "latent": "Latent variable",
    "multi_task": "Multi-task",
    "multi_task_corrected": "Multi-task, corrected",
    "graph": "Task graph",
}

_BLEND = re.compile(r"0\.\d+ \S")  # as `study.blending.blend_name` writes it
_NEXT_MEMBER = re.compile(r" \+ (?=0\.\d+ )")  # a source's name may have a plus as well

_CONDITIONS = {
    "hidden": "With nothing known of the material",
    "visible": "With the material's other labels known",
}


def architecture_label(architecture: str) -> str:
    """Return the name by which people read an architecture's key.

    Parameters
    ----------
    architecture : str
        A key such as ``"self_difference"``; an unknown key is made readable.

    Examples
    --------
    >>> architecture_label("self_difference"), architecture_label("task_graph")
    ('Self-difference', 'Task graph')
    >>> architecture_label("0.75 latent:gap_dft + 0.25 single")
    '0.75 latent variable from gap_dft + 0.25 single task'
    """
    if _BLEND.match(architecture):
        return " + ".join(_label_of_member(part) for part in _NEXT_MEMBER.split(architecture))
    family, _, variant = architecture.partition(":")
    label = ARCHITECTURE_LABELS.get(family, family.replace("_", " ").capitalize())
    if not variant:
        return label
    return f"{label}, task weight {variant}" if family == "multi_task" else f"{label} from {variant}"


def _label_of_member(part: str) -> str:
    """A member of a blend with its weight, as ``study.blending.blend_name`` writes it."""
    weight, _, name = part.partition(" ")
    label = architecture_label(name)
    return f"{weight} {label[0].lower()}{label[1:]}"


@dataclass(frozen=True)
class Verdict:
    """Whether the sources help, judged in one regime.

    Attributes
    ----------
    regime : str
        ``"hidden"`` (no label of a test material is known) or ``"visible"`` (the labels of its
        other tasks are).
    kind : str
        ``"helps"``, ``"no difference"``, ``"harms"`` or ``"undecided"``.
    best_with, best_without : str
        Keys of the best architecture that uses sources and of the best that uses none.
    difference : float
        Mean loss (absolute error, or the Brier score of a class) of `best_without` minus that of
        `best_with`, in `unit`, paired by material: above zero transfer is better.  NaN where
        it could not be judged.
    standard_error : float
        Of `difference`, in `unit`.
    low, high : float
        Interval of `difference`, in `unit`.
    confidence : float
        Probability that the interval promises, such as 0.95.
    n_materials : int
        Held-out materials behind the numbers.
    unit : str
        Unit of the target; empty when it has none.

    Examples
    --------
    >>> print(Verdict("visible", "helps", "difference", "self_difference", 0.0689, 0.008,
    ...               0.0532, 0.0846, 0.95, 4601, "eV"))
    With the material's other labels known, transfer helps: Difference errs by 0.069 eV less than
    the best model without a source (Self-difference), 95 % interval 0.053 to 0.085 eV, 4,601 materials.
    """

    regime: str
    kind: str
    best_with: str
    best_without: str
    difference: float
    standard_error: float
    low: float
    high: float
    confidence: float
    n_materials: int
    unit: str

    def __str__(self) -> str:
        """Return the verdict as one sentence."""
        condition = _CONDITIONS.get(self.regime, f"In the {self.regime} regime")
        if math.isnan(self.difference):
            return (
                f"{condition}, the data do not decide whether transfer helps: it could not be validated on "
                f"{self.n_materials:,} labelled materials."
            )
        return f"{condition}, {self._finding()}, {self._interval()}, {self.n_materials:,} materials."

    def _finding(self) -> str:
        with_source = architecture_label(self.best_with)
        without = architecture_label(self.best_without)
        size = self._amount(abs(self.difference))
        if self.kind in ("helps", "harms"):
            direction = "less" if self.difference >= 0 else "more"
            return (
                f"transfer {self.kind}: {with_source} errs by {size} {direction} than the best model "
                f"without a source ({without})"
            )
        opening = (
            "transfer makes no difference"
            if self.kind == "no difference"
            else "the data do not decide whether transfer helps"
        )
        amount = f"errs by {size} {'less' if self.difference >= 0 else 'more'} than"
        if math.isfinite(self.difference) and not float(self._number(self.difference)):
            amount = "errs as much as"  # to the digits that the interval allows
        return f"{opening}: the best model with sources ({with_source}) {amount} the best without ({without})"

    def _interval(self) -> str:
        # A sentence that says "more" counts the other way, or its interval would contradict it.
        ends = (self.low, self.high) if self.difference >= 0 else (-self.high, -self.low)
        low, high = (self._number(end) for end in ends)
        return f"{100 * self.confidence:g} % interval {low} to {self._with_unit(high)}"

    def _amount(self, value: float) -> str:
        return self._with_unit(self._number(value))

    def _with_unit(self, number: str) -> str:
        return f"{number} {self.unit}" if self.unit else number

    def _number(self, value: float) -> str:
        """Write a number so that half the interval's width keeps two significant digits."""
        half_width = abs(self.high - self.low) / 2
        if not math.isfinite(value) or not math.isfinite(half_width):
            return "an unknown amount" if math.isnan(value) else f"{value:.3g}"
        scale = half_width or abs(self.difference) / 10 or 1.0
        decimals = max(0, 1 - math.floor(math.log10(scale)))
        return f"{round(value, decimals) + 0.0:.{decimals}f}"


@dataclass(frozen=True)
class TaskNode:
    """What answers for a task in a network of tasks, and what it builds on.

    Attributes
    ----------
    name : str
        Of the node; a task's own unless it stands in the place of a source.
    task : str
    is_alone : bool
        Whether it is the task's own out-of-bag prediction in the place of a source (the control).
    parents : tuple of str
        Nodes whose values are inputs of its forest.
    adds : bool
        Whether the first parent's value is added to what the forest says (difference).
    forest : str
        Nodes of one forest share this name.
    learned_with : tuple of str
        Other tasks whose labels its forest is trained on (multi-task, pooled).
    expression : str, default ""
        How it is computed from its parents, where it has no forest.
    slopes : dict of str to float
        Regime -> factor of the value that is added; 1 without.

    Examples
    --------
    >>> TaskNode("gap_exp", "gap_exp", False, ("gap_dft",), True, "Difference", ()).parents
    ('gap_dft',)
    """

    name: str
    task: str
    is_alone: bool
    parents: tuple[str, ...]
    adds: bool
    forest: str
    learned_with: tuple[str, ...]
    expression: str = ""
    slopes: dict[str, float] = field(default_factory=dict)


def node_from(said: Mapping[str, Any]) -> TaskNode:
    """Make a node of what JSON kept of it.

    Raises
    ------
    TypeError, KeyError
        It is none.

    Examples
    --------
    >>> node_from({"name": "a", "task": "a", "is_alone": False, "parents": ["b"], "adds": True,
    ...            "forest": "x", "learned_with": []}).parents
    ('b',)
    """
    return TaskNode(
        **{**said, "parents": tuple(said["parents"]), "learned_with": tuple(said["learned_with"])}
    )


# Frames have no single truth value, so records are not compared by ==.
@dataclass(frozen=True, eq=False)
class StudyRecords:
    """Everything that a report shows of one study.

    Attributes
    ----------
    title : str
        The question that the study answers.
    target : str
        Name of the task the user cares about.
    tasks : tuple of Task
        Every task with its kind, unit and source, the target among them.
    comparison : DataFrame
        Columns architecture, regime, task, subset, metric, value, standard_error, n_test,
        gain_over_single, gain_standard_error (paired; above zero is better than single).
    held_out : DataFrame
        One row per held-out material, architecture and regime: formula, material, fold,
        architecture, regime, label, prediction, spread (the last three in the target's unit).
    overlap : DataFrame of shape (n_tasks, n_tasks)
        Number of materials that carry both labels; index and columns are task names.
    predictions : DataFrame
        Columns formula, ``<task>_known`` where labels were known, then per task ``<task>``,
        ``<task>_spread``, ``<task>_low``, ``<task>_high`` (90 %), and problem (empty when fine).
        May have no rows.
    verdicts : tuple of Verdict
        One per regime.
    best : dict
        Chosen architecture of each regime.
    settings, environment : dict
        Shown as they are: how the study was made, and on what.
    networks : dict of str to tuple of TaskNode
        What builds on what in each architecture that was compared.
    final : str, default ""
        Key of the architecture that was fitted to all data.
    learning_curve : DataFrame, optional
        As `graftwood.study.learning_curve.learning_curve` gives it.
    sources : DataFrame, optional
        As `graftwood.study.rank_sources.rank_sources` gives it.

    Examples
    --------
    >>> import pandas as pd
    >>> records = StudyRecords("Does it help?", "gap_exp", (), pd.DataFrame(), pd.DataFrame(),
    ...                        pd.DataFrame(), pd.DataFrame(), (), {"visible": "difference"}, {}, {})
    >>> architecture_label(records.best["visible"])
    'Difference'
    """

    title: str
    target: str
    tasks: tuple[Task, ...]
    comparison: pd.DataFrame
    held_out: pd.DataFrame
    overlap: pd.DataFrame
    predictions: pd.DataFrame
    verdicts: tuple[Verdict, ...]
    best: dict[str, str]
    settings: dict[str, str]
    environment: dict[str, str]
    networks: dict[str, tuple[TaskNode, ...]] = field(default_factory=dict)
    final: str = ""
    learning_curve: pd.DataFrame | None = None
    sources: pd.DataFrame | None = None
