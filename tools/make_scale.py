"""Put the measured scale into docs/scale.md.

Run ``python -m benchmarks scale`` in full, then ``python tools/make_scale.py``: the marked parts of the
page are written from ``benchmarks/results/scale.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from marked import rewrite, table

ROOT = Path(__file__).resolve().parent.parent
RESULTS, PAGE = ROOT / "benchmarks/results/scale.json", ROOT / "docs/scale.md"
LISTS = (10**8, 10**10)
CORES = (2, 32, 1000)


def main() -> None:
    """Rewrite the marked parts."""
    document = json.loads(RESULTS.read_text(encoding="utf-8"))
    found, environment = document["results"], document["environment"]
    for mark, written in (
        ("fitting", fitting(found)),
        ("screening", screening(found)),
        ("core", out_of_core(found)),
        ("plan", plan(found)),
        ("breaks", breaks(found)),
        ("made", made(environment)),
    ):
        rewrite(PAGE, mark, written)


def fitting(found: dict[str, Any]) -> str:
    """How fits grow with rows and trees, and with workers."""
    rows, trees, cluster = found["rows"], found["trees"], found["cluster"]
    growing, small = cluster["growing"], cluster["small_fit"]
    per_tree = [[f"{int(n):,}", f"{seconds:.3g}"] for n, seconds in rows["cpu_per_tree"].items()]
    of_trees = ", ".join(f"{n} trees {seconds:.2g} s" for n, seconds in trees["cpu"].items())
    return (
        table(["rows, 132 inputs", "CPU s per tree"], per_tree)
        + f"The exponent over rows is {rows['exponent']:.2f}; over trees it is {trees['exponent']:.2f} "
        f"({of_trees}).\n\n"
        f"On a cluster, one worker of one thread against two: {two_workers(growing)}; {cluster['aim']} was "
        f"aimed at. The same fit takes one thread {growing['seconds_here_one_thread']:.1f} s without a "
        "cluster. What cannot be split is the work before and after growing: coding the inputs and "
        "calibrating the error bars.\n\n"
        f"A small fit ({cluster['small_rows']:,} rows) takes {small['here']:.2f} s here and "
        f"{small['cluster']:.2f} s by way of the cluster: do not send small work there.\n"
    )


def two_workers(found: dict[str, Any]) -> str:
    """Seconds of one worker and of two, and the efficiency."""
    seconds, (low, high) = found["seconds"], found["range"]
    return (
        f"{seconds['1']:.1f} and {seconds['2']:.1f} s, an efficiency of {found['efficiency']:.2f} "
        f"({low:.2f} to {high:.2f})"
    )


def screening(found: dict[str, Any]) -> str:
    """Rates of featurising and predicting, and of whole screenings."""
    features, rates, screened = found["featurising"], found["predicting"], found["cluster"]["screening"]
    rows = [
        ["featurise formulas that are all different", f"{features['different']:,.0f}"],
        ["featurise formulas that each come 20 times", f"{features['each_20_times']:,.0f}"],
        ["predict the mean, 100 trees", f"{rates['mean']:,.0f}"],
        ["predict mean and spread", f"{rates['with_spread']:,.0f}"],
        ["the mean by scikit-learn's forest of the same size", f"{rates['scikit_learn_mean']:,.0f}"],
        ["`graftwood predict --scheduler`, everything", f"{screened['rows_per_second_two'] / 2:,.0f}"],
    ]
    return (
        table(["step", "rows per second and core"], rows)
        + f"Screening with one worker and with two: {two_workers(screened)}. The last line has all that the "
        "command does: reading, features of a formula, a Difference of two forests with 100 trees each, "
        "spread, interval, whether a row lies outside the training data, and writing.\n"
    )


def out_of_core(found: dict[str, Any]) -> str:
    """What a table beyond memory takes."""
    core, sketch = found["out_of_core"], found["sketch"]
    as_floats, r2 = core["rows"] * core["inputs"] * 8 / 1e9, sum(sketch["exact"]) / len(sketch["exact"])
    return (
        f"{core['rows']:,} rows of {core['inputs']} inputs ({core['file_gb']:.1f} GB of Parquet, "
        f"{as_floats:.1f} GB as float64) become {core['codes_gb']:.2f} GB of codes in "
        f"{core['code_seconds']:.0f} s; coding needs {core['coding_gb']:.2f} GB of memory at most. A tree "
        f"then takes {core['fit_seconds_per_tree']:.0f} s on two processors (leaves of "
        f"{core['min_samples_leaf']} rows and more, the rest of the fit included), and the whole process has "
        f"{core['peak_gb']:.1f} GB at its peak.\n\n"
        f"Cuts learned from {sketch['sketched']:,} rows instead of 40,000 cost {sketch['lost']:+.4f} of R2 "
        f"on held-out materials (mean of {len(sketch['exact'])} seeds; R2 is {r2:.3f}; 0.005 is allowed).\n"
    )


def plan(found: dict[str, Any]) -> str:
    """Hours and bytes of long lists, from the measured rate."""
    rate = found["cluster"]["screening"]["rows_per_second_two"] / 2
    size = found["cluster"]["screening"]["bytes_per_row"]
    rows = []
    for n in LISTS:
        hours = [n / rate / cores / 3600 for cores in CORES]
        rows.append(
            [f"10^{len(str(n)) - 1}", *(_long(each) for each in hours), f"{n * size / 1e9:,.0f} GB",
             f"{-(-n // 100_000):,}"]
        )  # fmt: skip
    return table(
        [
            "candidates",
            *(f"{cores:,} cores" for cores in CORES),
            "all predictions as csv",
            "parts of 100,000",
        ],
        rows,
    )


def breaks(found: dict[str, Any]) -> str:
    """Limits that follow from measured rates."""
    seconds = 2 * 100_000 / found["cluster"]["screening"]["rows_per_second_two"]
    cut = found["cutting"]["rows_per_second"]
    return (
        f"- **Cutting a csv file.** One process reads it once to find where rows begin, {cut:,.0f} rows "
        "per second here, and packed text (`.csv.gz`) cannot be entered in the middle at all. Give "
        "Parquet, whose row groups are known at once, or many files.\n"
        "- **The scheduler.** It handles every part; one of 100,000 rows keeps a core busy for "
        f"{seconds:.0f} s, so a thousand cores bring it {1000 / seconds:.0f} parts a second.\n"
    )


def _long(hours: float) -> str:
    if hours < 1 / 60:
        return f"{hours * 3600:.0f} s"
    if hours < 1:
        return f"{hours * 60:.0f} min"
    return f"{hours:,.1f} h" if hours < 48 else f"{hours / 24:,.0f} d"


def made(environment: dict[str, Any]) -> str:
    """When, and with what."""
    packages = environment["packages"]
    return (
        f"Measured on {environment['date']} with graftwood {packages['graftwood']} on "
        f"{environment['n_cpus']} processors ({environment['system']}, Python {environment['python']}), by "
        "`python -m benchmarks scale`; this page's numbers are written by `python tools/make_scale.py`.\n"
    )


if __name__ == "__main__":
    main()
