"""Columns of a file by name: found with or without their unit, and which unit an input has in all files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from graftwood.errors import MissingColumn, WrongStudy
from graftwood.reading.study_file import InputSection
from graftwood.reading.units import split_header


def find_column(frame: pd.DataFrame, name: str, file: str | Path = "the table") -> str | None:
    """Return the column of this name, or the one whose header is it with a unit; None if there is none.

    Parameters
    ----------
    frame : DataFrame
    name : str
    file : str or path
        What a message calls the table.

    Raises
    ------
    MissingColumn
        Two headers are the name with a unit, so that neither can be taken.

    Examples
    --------
    >>> find_column(pd.DataFrame(columns=["gap (eV)"]), "gap")
    'gap (eV)'
    """
    if name in frame.columns:
        return name
    found = [column for column in frame.columns if split_header(str(column))[0] == name]
    if len(found) > 1:
        raise MissingColumn(
            f"{file}: the columns {', '.join(map(repr, found))} can all be meant by {name!r}; write one of "
            "them in full, or take the others out."
        )
    return found[0] if found else None


def unit_of_input(name: str, told: InputSection, units: Mapping[str, str], study: Path) -> InputSection:
    """Settle the unit of a number: the study's, else the one that all headers name.

    Parameters
    ----------
    name : str
    told : InputSection
    units : mapping of file to unit
        What the headers say, "" where they say nothing.
    study : Path
        The study file, for the error.

    Raises
    ------
    WrongStudy
        Two headers name different units and the study none.
    """
    if told.kind != "number" or told.unit:
        return told
    named = {file: unit for file, unit in units.items() if unit}
    kinds = list(dict.fromkeys(named.values()))
    if len(kinds) > 1 or (kinds and len(named) < len(units)):
        listed = ", ".join(f"{unit or 'none'} in {file}" for file, unit in units.items())
        raise WrongStudy(
            f"{study}: the headers name different units for the input {name!r} ({listed}); say which is "
            f"meant with [inputs.{name}] unit."
        )
    return told.model_copy(update={"unit": kinds[0]}) if kinds else told
