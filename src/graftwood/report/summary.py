"""From the records of a study to one plain dict that holds all a report says.

Every number on the page is in this dict, and the page computes none of its own: so
tests assert on the dict, and another form of report can start from it.  The dict
goes through JSON unchanged.  The parts are in ``comparison.py``, ``held_out.py`` and
``candidates.py``.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from graftwood.errors import MissingColumn, UnknownTask
from graftwood.report.candidates import candidates_summary
from graftwood.report.classes import confusion_summary, reliability_summary
from graftwood.report.comparison import comparison_summary, find_row
from graftwood.report.held_out import error_bar_summary, parity_summary
from graftwood.report.learning_curve import curve_summary
from graftwood.report.network import networks_summary
from graftwood.report.numbers import plain
from graftwood.report.sources import sources_summary
from graftwood.report.words import VERDICTS, architecture_words, regime_words
from graftwood.study.records import StudyRecords, Verdict

Summary = dict[str, Any]

COMPARISON_COLUMNS = (
    "architecture",
    "regime",
    "task",
    "subset",
    "metric",
    "value",
    "standard_error",
    "n_test",
    "gain_over_single",
    "gain_standard_error",
)
HELD_OUT_COLUMNS = ("formula", "fold", "architecture", "regime", "label", "prediction", "spread")


def summarise(records: StudyRecords) -> Summary:
    """Return all that a report of the study says, as plain data.

    Parameters
    ----------
    records : StudyRecords
        The finished study.  Held-out rows and predictions may be empty: their parts are then
        left out of the report.

    Returns
    -------
    dict
        title, target, unit, is_category, answer, verdicts, comparison, parity and error_bars (empty
        for a category), confusion and reliability (empty for others), networks,
        learning_curve, sources, overlap, predictions, tasks, settings, environment; only text, numbers,
        None, lists and dicts.

    Raises
    ------
    UnknownTask
        The target is not among the tasks.
    MissingColumn
        A table lacks a column; the message names it.
    GraftwoodError
        The comparison has neither a mean absolute error nor an accuracy of the target.

    Examples
    --------
    ``write_report(records, "report.html")`` is ``render_page(summarise(records))`` put on disk.
    """
    _check(records)
    unit = next(task.unit for task in records.tasks if task.name == records.target)
    comparison = comparison_summary(records, unit)
    is_category = comparison["measure"]["key"] == "accuracy"
    return {
        "title": records.title,
        "target": records.target,
        "unit": unit,
        "is_category": is_category,
        "answer": short_answer(records.verdicts),
        "verdicts": _verdicts(records, comparison),
        "comparison": comparison,
        **_held_out(records, comparison, is_category),
        "learning_curve": curve_summary(records.learning_curve, unit),
        "sources": sources_summary(records.sources, unit, is_category),
        "networks": networks_summary(records),
        "overlap": _overlap(records),
        "predictions": candidates_summary(records),
        "tasks": [_task(task, records.target) for task in records.tasks],
        "settings": {str(key): str(value) for key, value in records.settings.items()},
        "environment": {str(key): str(value) for key, value in records.environment.items()},
    }


def _held_out(records: StudyRecords, comparison: Summary, is_category: bool) -> Summary:
    """What held-out rows tell: of numbers parity and error bars, of classes confusion and reliability."""
    parts: Summary = {"parity": [], "error_bars": [], "confusion": [], "reliability": []}
    if not len(records.held_out):
        return parts
    if is_category:
        found = {
            "confusion": confusion_summary(records, comparison),
            "reliability": reliability_summary(records, comparison),
        }
    else:
        found = {
            "parity": parity_summary(records, comparison),
            "error_bars": error_bar_summary(records, comparison),
        }
    return {**parts, **found}


def short_answer(verdicts: tuple[Verdict, ...]) -> list[str]:
    """Return the verdicts of all regimes, a short sentence each.

    Examples
    --------
    >>> short_answer(())
    ['Not judged.']
    """
    if not verdicts:
        return ["Not judged."]
    if len(verdicts) > 1 and len({verdict.kind for verdict in verdicts}) == 1:
        opening = VERDICTS[verdicts[0].kind][2].rstrip(",")
        return [f"{opening}, whether or not other labels of the material are known."]
    order = list(VERDICTS)
    ranked = sorted(verdicts, key=lambda verdict: order.index(verdict.kind))
    return [f"{VERDICTS[v.kind][2]} {regime_words(v.regime)[2]}." for v in ranked]


def _check(records: StudyRecords) -> None:
    if records.target not in {task.name for task in records.tasks}:
        names = ", ".join(task.name for task in records.tasks)
        raise UnknownTask(f"summarise: the target {records.target!r} is not among the tasks ({names}).")
    _require(records.comparison, "comparison", COMPARISON_COLUMNS)
    if len(records.held_out):
        _require(records.held_out, "held-out table", HELD_OUT_COLUMNS)


def _require(frame: pd.DataFrame, name: str, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise MissingColumn(f"summarise: the {name} lacks the columns {', '.join(missing)}.")


def _verdicts(records: StudyRecords, comparison: Summary) -> list[Summary]:
    order = [regime["key"] for regime in comparison["regimes"]]
    ranked = sorted(
        records.verdicts, key=lambda v: order.index(v.regime) if v.regime in order else len(order)
    )
    reach = max((abs(end) for v in ranked for end in (v.low, v.high)), default=1.0) or 1.0
    return [_verdict(verdict, comparison, records.best, 1.15 * reach) for verdict in ranked]


def _verdict(verdict: Verdict, comparison: Summary, best: dict[str, str], reach: float) -> Summary:
    name, meaning, condition = regime_words(verdict.regime)
    badge, sign, _ = VERDICTS[verdict.kind]
    chosen = best.get(verdict.regime, verdict.best_with)
    main, single = (
        (find_row(comparison, key, verdict.regime) or {}).get("main", {}).get("value")
        for key in (chosen, "single")
    )
    # What share of an error is saved; a share of a share of right classes would only confuse.
    has_saving = comparison["measure"]["lower_is_better"] and main and single
    return {
        "regime": verdict.regime,
        "regime_name": name,
        "meaning": meaning,
        "condition": condition,
        "kind": verdict.kind,
        "badge": badge,
        "sign": sign,
        "sentence": str(verdict),
        "best": chosen,
        "best_label": architecture_words(chosen).label,
        "main": main,
        "single_main": single,
        "saving": 1 - main / single if has_saving else None,
        "difference": plain(verdict.difference),
        "low": plain(verdict.low),
        "high": plain(verdict.high),
        "confidence": verdict.confidence,
        "reach": reach,
        "with_label": architecture_words(verdict.best_with).label,
        "without_label": architecture_words(verdict.best_without).label,
        "n": verdict.n_materials,
    }


def _overlap(records: StudyRecords) -> Summary:
    table = records.overlap
    names = [str(name) for name in table.index]
    counts = [[int(table.loc[row, column]) for column in table.index] for row in table.index]
    sentences = []
    if records.target in names:
        of_target = counts[names.index(records.target)]
        n_target = of_target[names.index(records.target)]
        sentences = [
            {"task": name, "both": both, "n": n_target, "share": both / n_target}
            for name, both in zip(names, of_target, strict=True)
            if name != records.target and n_target
        ]
    return {"tasks": names, "counts": counts, "of_target": sentences}


def _task(task: Any, target: str) -> Summary:
    return {
        "name": task.name,
        "kind": task.kind,
        "unit": task.unit or "",
        "source": task.source or "",
        "same_as": list(task.same_as),
        "is_target": task.name == target,
    }
