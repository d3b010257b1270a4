"""The benchmark itself."""

import time

from benchmarks.architectures.checks import check_problem, count
from benchmarks.architectures.measure import measure_problem
from benchmarks.architectures.settings import ArchitectureSettings, load_problems
from benchmarks.architectures.tables import print_checks, print_problem
from benchmarks.definition import Results


def compare_architectures(settings: ArchitectureSettings) -> Results:
    """Error of every architecture, the selector and their nearest peers, on the same strict folds.

    TO WRITE
    """
    results: Results = {"problems": {}, "checks": []}
    for problem in load_problems(settings):
        start = time.process_time()
        found = measure_problem(problem, settings)
        found["cpu_seconds"] = round(time.process_time() - start, 1)
        results["problems"][problem.name] = found
        results["checks"] += check_problem(problem.name, found)
        print_problem(problem.name, found)
    results["counts"] = count(results["checks"])
    print_checks(results["checks"], results["counts"])
    return results
