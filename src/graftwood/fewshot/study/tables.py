"""Tables of real tasks: stations by month and schools, read from files and ready for a split."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graftwood.errors import MissingColumn, UnreadableFile

if TYPE_CHECKING:
    import pandas as pd

STATIONS_FILE = Path("air_quality_beijing") / "hourly_2016-03_to_2017-02.csv.gz"
SCHOOLS_FILE = Path("school_ilea") / "school.csv.gz"
POINTS = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
POLLUTANTS = ["PM10", "SO2", "NO2", "CO", "O3"]
WEATHER = ["TEMP", "PRES", "DEWP", "RAIN", "WSPM"]


@dataclass(frozen=True)
class TaskTable:
    """Rows of many real tasks.

    Attributes
    ----------
    name : str
    X : ndarray of shape (n_rows, n_inputs)
    y : ndarray of shape (n_rows,)
    task : ndarray of shape (n_rows,)
        Name of each row's task.
    period : ndarray of shape (n_rows,)
        Number of the month, or the same for all rows where tasks have no time.
    hour : ndarray of shape (n_rows,)
        Hours since the month began; 0 where tasks have no time.
    unit : str
        Of the label.

    Examples
    --------
    >>> zeros = np.zeros(2)
    >>> TaskTable("none", zeros[:, None], zeros, np.array(["a", "b"]), zeros, zeros, "").X.shape
    (2, 1)
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    task: np.ndarray
    period: np.ndarray
    hour: np.ndarray
    unit: str


def read_stations(folder: Path) -> list[TaskTable]:
    """Read the Beijing stations: tasks are station and month, the label is PM2.5.

    Inputs are the other pollutants, weather, and sine and cosine of wind direction and hour of day. Rows with
    a missing value are left out. PM10 says most of PM2.5, so a second table goes without it.

    Parameters
    ----------
    folder : Path
        Holds ``air_quality_beijing/hourly_2016-03_to_2017-02.csv.gz`` (UCI data set 501, CC BY 4.0).

    Raises
    ------
    UnreadableFile, MissingColumn
    """
    columns = ["year", "month", "day", "hour", "PM2.5", *POLLUTANTS, *WEATHER, "wd", "station"]
    table = _read(folder / STATIONS_FILE, columns).dropna(subset=columns)
    wind = table["wd"].map({point: at * 2 * np.pi / len(POINTS) for at, point in enumerate(POINTS)})
    hour = table["hour"].to_numpy(dtype=np.float64) * 2 * np.pi / 24
    circular = [np.sin(wind), np.cos(wind), np.sin(hour), np.cos(hour)]
    X = np.column_stack([table[POLLUTANTS + WEATHER].to_numpy(dtype=np.float64), *circular])
    period = (table["year"] * 12 + table["month"]).to_numpy(dtype=np.int64)
    task = (table["station"] + " " + table["year"].astype(str) + "-" + table["month"].astype(str)).to_numpy(
        dtype=str
    )
    since = ((table["day"] - 1) * 24 + table["hour"]).to_numpy(dtype=np.float64)
    y = table["PM2.5"].to_numpy(dtype=np.float64)
    return [
        TaskTable("stations", X, y, task, period, since, "ug/m3"),
        TaskTable("stations, no PM10", X[:, 1:], y, task, period, since, "ug/m3"),
    ]


def read_schools(folder: Path) -> list[TaskTable]:
    """Read the London schools: tasks are schools, the label is a pupil's exam score.

    Inputs that are the same in every row are left out.

    Parameters
    ----------
    folder : Path
        Holds ``school_ilea/school.csv.gz`` (Inner London Education Authority, by way of MALSAR).

    Raises
    ------
    UnreadableFile, MissingColumn
    """
    table = _read(folder / SCHOOLS_FILE, ["school", "y", "x0"])
    inputs = [name for name in table.columns if name.startswith("x") and table[name].nunique() > 1]
    n_rows = len(table)
    return [
        TaskTable(
            "schools", table[inputs].to_numpy(dtype=np.float64), table["y"].to_numpy(dtype=np.float64),
            table["school"].to_numpy(), np.zeros(n_rows, dtype=np.int64), np.zeros(n_rows), "points",
        )
    ]  # fmt: skip


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    if not path.is_file():
        raise UnreadableFile(
            f"few-shot study: {path} does not exist; name with --data the folder that holds "
            f"{path.parent.name}/{path.name}."
        )
    try:
        table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    except (OSError, EOFError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise UnreadableFile(f"few-shot study: {path} cannot be read ({error}); fetch it again.") from None
    lost = [name for name in columns if name not in table.columns]
    if lost:
        raise MissingColumn(f"few-shot study: {path} has no column {lost[0]!r}; fetch the file again.")
    return table
