"""The flat list of all benchmarks; a new one is a line here."""

from benchmarks.definition import Benchmark
from benchmarks.matbench import MatbenchSettings, compare_single_with_sklearn

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark
    for benchmark in (
        Benchmark(
            "matbench-single",
            compare_single_with_sklearn,
            full=MatbenchSettings(),
            smoke=MatbenchSettings(n_estimators=5, n_rows=200, n_folds=2),
        ),
    )
}
