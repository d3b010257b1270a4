"""A finished study as a page of Markdown: claims, figures, tables, and where it was made."""

from __future__ import annotations

from graftwood.studies.records import StudyRecords, TextTable

FIGURE_SUFFIX = ".png"


def page_of(records: StudyRecords) -> str:
    """Return the page; figures are linked by their file names beside it.

    Examples
    --------
    >>> import pandas as pd
    >>> records = StudyRecords("colour", "Colours", pd.DataFrame(), notes=["six classes"])
    >>> page_of(records).splitlines()[0]
    '# Colours'
    """
    blocks = [f"# {records.title}", _made(records)]
    if records.claims:
        blocks += ["## Claims", _markdown(_claims(records))]
    for name in records.figures:
        blocks.append(f"![{name.replace('-', ' ')}]({records.name}-{name}{FIGURE_SUFFIX})")
    for table in records.tables:
        blocks += [f"## {table.title}", _markdown(table)]
    if records.notes:
        blocks += ["## Notes", "\n".join(f"- {note}" for note in records.notes)]
    return "\n\n".join(blocks) + "\n"


def _made(records: StudyRecords) -> str:
    stamp = ", ".join(f"{name} {value}" for name, value in records.stamp.items())
    return (
        f"Made by `graftwood reproduce {records.name}`: {stamp}.\n\n"
        "A claim holds where the whole 95 % interval of the paired difference is on its side (Student's t "
        "with one degree less than there are folds; the variance is corrected for overlapping training sets, "
        "after Nadeau and Bengio), does not hold where it is on the other side, and is undecided where it "
        "includes 0."
    )


def _claims(records: StudyRecords) -> TextTable:
    rows = tuple((f"**{each.standing}**", each.text, each.numbers()) for each in records.claims)
    return TextTable("Claims", ("standing", "claim", "numbers"), rows)


def _markdown(table: TextTable) -> str:
    lines = [_line(table.columns), _line(["---"] * len(table.columns))]
    return "\n".join([*lines, *(_line(row) for row in table.rows)])


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
