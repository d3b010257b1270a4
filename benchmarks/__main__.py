"""Command line of the benchmarks: list them, run one or all, store what a full run found."""

import argparse
import sys
from pathlib import Path

from benchmarks.definition import RESULTS, store
from benchmarks.registry import BENCHMARKS


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 good, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", help="the benchmark to run")
    parser.add_argument("--list", action="store_true", help="name all benchmarks and stop")
    parser.add_argument("--all", action="store_true", help="run every benchmark")
    parser.add_argument("--smoke", action="store_true", help="only show that it runs; nothing is stored")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the stored results")
    options = parser.parse_args(arguments)
    if options.list:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:<20} {benchmark.title}")
        return 0
    if not options.all and options.name not in BENCHMARKS:
        what = f"there is no benchmark {options.name!r}" if options.name else "name a benchmark"
        print(f"benchmarks: {what}; choose from {', '.join(BENCHMARKS)}, or say --all.", file=sys.stderr)
        return 2
    for name in BENCHMARKS if options.all else [options.name]:
        record = BENCHMARKS[name].run(is_smoke=options.smoke)
        if not options.smoke:
            print(f"stored in {store(record, options.results)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
