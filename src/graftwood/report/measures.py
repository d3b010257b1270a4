"""The measures that a page shows: of numbers, and of classes.

The first of each is the headline: charts draw it, cards name it, rows are sorted by it.
"""

from __future__ import annotations

from dataclasses import dataclass

from graftwood.metrics.direction import sign_of


@dataclass(frozen=True)
class Measure:
    """A metric of the comparison, as people read it.

    Attributes
    ----------
    key : str
        As in the comparison's column ``metric``.
    name, meaning : str
        Short and long.
    style : str
        "number" or "percent".
    has_unit : bool
        Whether it has the target's unit.

    Examples
    --------
    >>> OF_NUMBERS[0].axis("eV")
    'Mean absolute error (eV), lower is better'
    """

    key: str
    name: str
    meaning: str
    style: str = "number"
    has_unit: bool = False

    @property
    def lower_is_better(self) -> bool:
        """Whether less of it is better."""
        return sign_of(self.key) < 0

    def axis(self, unit: str, *, is_short: bool = False) -> str:
        """Title of an axis."""
        name = self.name if is_short else self.meaning[0].upper() + self.meaning[1:]
        shown = f" ({unit})" if self.has_unit and unit else ""
        return f"{name}{shown}, {'lower' if self.lower_is_better else 'higher'} is better"


OF_NUMBERS = (
    Measure("mae", "MAE", "mean absolute error", has_unit=True),
    Measure("rmse", "RMSE", "root mean square error", has_unit=True),
    Measure("ndme", "NDME", "RMSE divided by the standard deviation of the labels"),
    Measure("coverage_68", "In 68 % bars", "share of labels within the 68 % error bar", "percent"),
    Measure("coverage_90", "In 90 % bars", "share of labels within the 90 % error bar", "percent"),
)
OF_CLASSES = (
    Measure("accuracy", "Accuracy", "accuracy"),
    Measure("f1_weighted", "Weighted F1", "F1 of each class by its labels"),
    Measure("roc_auc", "ROC AUC", "area under the ROC curve"),
    Measure("log_loss", "Log loss", "minus the logarithm of the true class's probability"),
    Measure("brier", "Brier score", "squared distance of the probabilities from the truth"),
)


def measures_of(metrics: list[str]) -> tuple[Measure, ...]:
    """Return the measures of numbers or those of classes, whichever the comparison has.

    Parameters
    ----------
    metrics : list of str
        Metrics of the target.

    Returns
    -------
    tuple of Measure
        Empty where neither headline is among them.

    Examples
    --------
    >>> measures_of(["accuracy", "log_loss"])[0].name
    'Accuracy'
    """
    for measures in (OF_NUMBERS, OF_CLASSES):
        if measures[0].key in metrics:
            return measures
    return ()
