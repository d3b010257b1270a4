"""Every error and warning a user of graftwood can meet, named after the situation.

A message is one sentence that says who found the problem, what it is, where it
stands and what to do.  All errors are `ValueError` as well, as scikit-learn's
users expect of bad data and bad options.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable

PACKAGE = __name__.partition(".")[0]


def on_one_line(text: object) -> str:
    r"""Return a text without line breaks and other letters that cannot be seen, for a message.

    Examples
    --------
    >>> on_one_line("a\nname")
    'a name'
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(text)).split())


def warn(message: str, category: type[Warning]) -> None:
    """Warn, and point at the line outside the package that asked for what is warned of.

    Examples
    --------
    >>> with warnings.catch_warnings(record=True, action="always") as met:
    ...     warn("Forest: few trees; take more.", UnreliableSpread)
    >>> met[0].category.__name__, str(met[0].message)
    ('UnreliableSpread', 'Forest: few trees; take more.')
    """
    level, frame = 2, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == PACKAGE:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def listed(names: Iterable[object]) -> str:
    r"""Return names of a table's columns for a message, on one line whatever stands in them.

    Examples
    --------
    >>> listed(["gap", "a\nname"])
    'gap, a name'
    """
    return ", ".join(map(on_one_line, names))


class GraftwoodError(ValueError):
    """Base class of all errors raised on purpose."""


class WrongOption(GraftwoodError):
    """An option has a value that is not allowed."""


class MissingColumn(GraftwoodError):
    """A table lacks a column that was asked for."""


class UnknownTask(GraftwoodError):
    """A task was named that the labels do not have."""


class UnreadableExpression(GraftwoodError):
    """An expression on tasks is no arithmetic, or holds something that is not allowed in one."""


class UndefinedExpression(UserWarning):
    """An expression on tasks is not defined for what is known or predicted of some rows."""


class TaskCycle(GraftwoodError):
    """Tasks of a graph need each other, so that none can be told first."""


class UnreachableTarget(GraftwoodError):
    """No node of a graph answers for its target."""


class UnreadableFormula(GraftwoodError):
    """A chemical formula cannot be read."""


class UnknownElement(UnreadableFormula):
    """A formula names an element that the property table does not have."""


class EmptyTable(GraftwoodError):
    """A table or file has no rows."""


class UnreadableFile(GraftwoodError):
    """A file is missing, damaged, or not of the kind its name says."""


class MissingExtra(GraftwoodError):
    """A package is needed that only an extra of graftwood installs."""


class FileExists(GraftwoodError):
    """A file is there already and was not meant to be replaced."""


class WrongStudy(GraftwoodError):
    """A study file says something that is not allowed, or lacks something."""


class NotFinite(GraftwoodError):
    """A value is infinite, or not a number where one is needed."""


class ShapeMismatch(GraftwoodError):
    """Arrays that belong together have different lengths or numbers of columns."""


class TooFewLabels(GraftwoodError):
    """A task has too few labelled materials to be learned or validated."""


class UnitMismatch(GraftwoodError):
    """Tasks that must share a unit do not."""


class LabelRange(GraftwoodError):
    """Labels, weights and row counts together exceed the engine's exact integers."""


class DamagedModel(GraftwoodError):
    """A model file is damaged, foreign, or of a newer version."""


class BaseFailed(GraftwoodError):
    """A scikit-learn model that stands in for a forest could not be fitted."""


class UnreachableScheduler(GraftwoodError):
    """No Dask scheduler answers at an address."""


class WorkersLost(GraftwoodError):
    """A cluster has no workers, or they die again and again on the same work."""


class WrongVersion(GraftwoodError):
    """A worker of a cluster has another version of graftwood, or none."""


class NoOutOfBagRows(GraftwoodError):
    """Too few rows were ever out of bag, so nothing honest can be said from them."""


class DependentInputs(GraftwoodError):
    """An input is constant, or says no more than others say together."""


class UnreliableSpread(UserWarning):
    """A spread is doubtful; the message says how much and what would mend it."""


class LabelsApart(UserWarning):
    """Labels of the same materials stand in different rows, so that none is known to another's model."""


class UndeterminedSubspace(UserWarning):
    """Fewer labels than a shared subspace has unknowns; the message says how many of each."""


class TooFewToJudge(UserWarning):
    """A choice between models could not be validated; the message says why and what was taken instead."""
