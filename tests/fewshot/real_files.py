"""Small files like those of the stations and the schools, with a planted rule."""

from pathlib import Path

import numpy as np
import pandas as pd

STATIONS = Path("air_quality_beijing") / "hourly_2016-03_to_2017-02.csv.gz"
SCHOOLS = Path("school_ilea") / "school.csv.gz"
MONTHS = [(2016, 9), (2016, 10), (2016, 11), (2016, 12), (2017, 1)]


def station_rows(seed: int = 0) -> pd.DataFrame:
    """Four stations, five months of twenty days, every fourth hour; some cells are missing."""
    rng = np.random.default_rng(seed)
    places = [
        (station, year, month, day, hour)
        for station in "ABCD"
        for year, month in MONTHS
        for day in range(1, 21)
        for hour in range(0, 24, 4)
    ]
    table = pd.DataFrame(places, columns=["station", "year", "month", "day", "hour"])
    for name in ["PM10", "SO2", "NO2", "CO", "O3", "TEMP", "PRES", "DEWP", "RAIN", "WSPM"]:
        table[name] = rng.normal(10, 2, size=len(table)).round(3)
    slope = 1 + 0.3 * table["station"].map({"A": 0, "B": 1, "C": 2, "D": 3})
    table["PM2.5"] = (slope * table["PM10"] + rng.normal(size=len(table))).round(3)
    table["wd"] = rng.choice(["N", "SSW", "ENE"], size=len(table))
    table.loc[::50, "CO"] = np.nan
    table.loc[7, "wd"] = None
    return table


def school_rows(seed: int = 0) -> pd.DataFrame:
    """Twelve schools of thirty pupils; the last input is constant."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(size=(360, 5)).round(3), columns=[f"x{i}" for i in range(5)])
    table["x5"] = 1
    table.insert(0, "school", np.repeat(np.arange(1, 13), 30))
    table["y"] = (20 + 3 * table["x0"] + rng.normal(size=360)).round(3)
    return table


def write_tables(folder: Path) -> Path:
    """Write both files where the study looks for them."""
    for path, table in ((STATIONS, station_rows()), (SCHOOLS, school_rows())):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(folder / path, index=False)
    return folder
