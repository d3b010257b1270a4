"""Fine dust in Beijing: one station with others as sources."""

import numpy as np
import pandas as pd

from benchmarks.problems.definition import Problem, read_table

WEATHER = ("TEMP", "PRES", "DEWP", "RAIN", "WSPM", "wd_x", "wd_y")
FEWEST_HOURS = 12


def beijing(
    station: str = "Aotizhongxin", others: tuple[str, ...] = ("Changping", "Dongsi", "Huairou")
) -> Problem:
    """Daily mean PM2.5 at one station, with PM2.5 at other stations as sources; ug/m3.

    Rows are the days from March 2013 to February 2017, inputs the weather at the station and the season as
    a point on a circle.  Means over fewer than 12 hours are missing.  Dust stays for days, so a row's group
    is its month: neighbouring days are split only where two months meet.

    Parameters
    ----------
    station : str
        Of the target and of the weather.
    others : tuple of str
        Stations of the sources; by default one in the town and two north of it.
    """
    table = read_table("air_quality_beijing", "daily_means_all_stations.csv.gz")
    table["date"] = pd.to_datetime(table[["year", "month", "day"]])
    dust = table["PM2.5"].where(table["n_pm25_hours"] >= FEWEST_HOURS)
    dust = table.assign(dust=dust).pivot(index="date", columns="station", values="dust")
    weather = table[table["station"] == station].set_index("date").reindex(dust.index)[list(WEATHER)]
    angle = 2 * np.pi * np.array([day.timetuple().tm_yday for day in dust.index]) / 365.25
    Y = dust[[station, *others]].add_prefix("PM2.5 ").rename_axis(columns=None)
    return Problem(
        name="beijing",
        X=np.column_stack([weather.to_numpy(dtype=np.float64), np.sin(angle), np.cos(angle)]),
        Y=Y.reset_index(drop=True),
        target=f"PM2.5 {station}",
        sources=tuple(f"PM2.5 {other}" for other in others),
        groups=dust.index.strftime("%Y-%m").to_numpy(dtype=object),
        kinds=dict.fromkeys(Y, "positive"),
        units=dict.fromkeys(Y, "ug/m3"),
    )
