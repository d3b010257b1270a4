"""Public sets of multi-target regression (Mulan) that can be read as transfer: one target, others as sources.

Collected by Spyromitros-Xioufis et al., Machine Learning 104, 55 (2016).  All labels of a set are known, so
whoever uses it hides labels of the target.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.problems.definition import Problem, read_table

BLOCK_KM = 0.25


def jura() -> Problem:
    """Cadmium in the soil of the Swiss Jura, with nickel and zinc as sources; mg/kg.

    The classic of geostatistics (Goovaerts 1997).  Inputs are place, land use and rock; the other metals
    are left out.  Samples were taken on a grid of 250 m with nests of closer ones, down to 5 m, so a group
    is a block of 250 m by 250 m.
    """
    table = read_table("mulan_mtr", "jura.csv.gz")
    inputs = [name for name in table if name in ("Xloc", "Yloc") or name.startswith(("Landuse", "Rock"))]
    blocks = np.floor(table[["Xloc", "Yloc"]].to_numpy() / BLOCK_KM).astype(int)
    groups = np.array([f"{east},{north}" for east, north in blocks])
    return _problem("jura", table[inputs], table[["target_Cd", "Ni", "Zn"]], groups, "mg/kg")


def enb() -> Problem:
    """Cooling load of buildings, with the heating load as source; kWh/m2.

    Simulated designs (Tsanas and Xifara 2012).  The four orientations of a design (X6) have nearly the same
    loads, so a group is what agrees in all other inputs.
    """
    table = read_table("mulan_mtr", "enb.csv.gz")
    inputs = table.drop(columns=["target_Y1", "target_Y2"])
    groups = inputs.drop(columns="X6").astype(str).agg(" ".join, axis=1).to_numpy(dtype=object)
    return _problem("enb", inputs, table[["target_Y2", "target_Y1"]], groups, "kWh/m2")


def atp1d() -> Problem:
    """Next day's lowest price of a flight without stops, with the lowest prices of five other choices; USD.

    Inputs are prices and numbers of offers so far.  A group is a departure: its prices on successive days
    are inputs of one another.
    """
    table = read_table("mulan_mtr", "atp1d.csv.gz")
    inputs = table.loc[:, ~table.columns.str.startswith("target_")]
    labels = table.loc[:, table.columns.str.startswith("target_")].rename(columns=_flight)
    labels = labels[["ALLminp0", *(name for name in labels if name != "ALLminp0")]]
    departure = (table["fetchdays"] + table["dtd"]).astype(int).astype(str).to_numpy(dtype=object)
    return _problem("atp1d", inputs, labels, departure, "USD")


def oes10() -> Problem:
    """Employed computer programmers of a US city in 2010, with 15 other occupations as sources; persons.

    Inputs are the numbers in 298 further occupations; a row is a city.
    """
    return _last_columns("oes10", "target_151131_Computer_Programmers", "persons")


def wq() -> Problem:
    """Abundance (0 to 5) of a species in Slovenian rivers, with 13 other species as sources.

    Inputs are 16 chemical measurements (Dzeroski, Demsar and Grbovic 2000).  Species are numbers there; the
    target is 49700, whose abundance varies most.  A row is a sample; which river it is from is not told, so
    samples of one river may be split.
    """
    return _last_columns("wq", "target_49700", "class of abundance")


def _flight(column: str) -> str:
    """Turn target_LBL+ALLminp0+fut_001 into ALLminp0."""
    return column.split("+")[1]


def _last_columns(name: str, target: str, unit: str) -> Problem:
    """Return a set whose rows are materials and whose columns target_... are its tasks."""
    table = read_table("mulan_mtr", f"{name}.csv.gz")
    tasks = [column for column in table if column.startswith("target_")]
    labels = table[[target, *(task for task in tasks if task != target)]]
    return _problem(name, table.drop(columns=tasks), labels, np.arange(len(table)), unit)


def _problem(
    name: str, inputs: pd.DataFrame, labels: pd.DataFrame, groups: npt.NDArray[np.generic], unit: str
) -> Problem:
    """Put the parts together; the first column of the labels is the target."""
    Y = labels.rename(columns=lambda task: task.removeprefix("target_")).astype(np.float64)
    target, *sources = Y
    return Problem(
        name=name,
        X=inputs.to_numpy(dtype=np.float64),
        Y=Y,
        target=target,
        sources=tuple(sources),
        groups=groups,
        kinds=dict.fromkeys(Y, "real"),
        units=dict.fromkeys(Y, unit),
    )
