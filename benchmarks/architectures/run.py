"""The benchmark itself."""

import time

from benchmarks.architectures.checks import check_problem, count
from benchmarks.architectures.measure import measure_problem
from benchmarks.architectures.partial import Kept, kept_of
from benchmarks.architectures.settings import ArchitectureSettings, load_problems
from benchmarks.architectures.tables import print_checks, print_problem
from benchmarks.definition import Results
from benchmarks.problems import Problem


def compare_architectures(settings: ArchitectureSettings) -> Results:
    """Error of every architecture, the selector and their nearest peers, on the same strict folds.

    Cases of a problem are few (``few``, at most half) or all target labels, each in two regimes: "hidden",
    nothing is known of a test material, and "visible", the labels of its other tasks are, except of those
    that repeat the target.  All labels of the sources are learned from, in "visible" those of test materials
    too.  Folds are over materials (or what else stays together), and few labels are the beginning of the
    same shuffled list as all.  Architectures are the candidates of ``graftwood.compare``; labels that are no
    classes are learned as real numbers.  What a peer is given is said in ``peers.py``; the nearest one is
    scikit-learn's forest for single and the pooled ones, CatBoost for multi-task, and for difference and
    latent a RegressorChain where all is hidden, a forest with the known labels as inputs where they are
    visible, since a chain cannot be told them.  For classes it is a forest.

    "shuffled" and "inverted" are controls with few labels: rows of source labels dealt to other materials,
    all sources together; and every source turned around within its range.

    The error is absolute, for classes Brier's (from 0 to 2), averaged over the rows of a material and then
    over materials.  "minus_best" is the error minus that of the best architecture of the case, "minus_peer"
    minus that of the nearest peer, "minus_related" minus the model's own with the sources as they are; above
    zero is worse.  Each is paired per material, with the standard error of Nadeau and Bengio for training
    sets that overlap.  The best of some ten architectures looks better than it is, by about one such error.
    ``checks`` lists what passed: with five folds an error is rough, and of many lines a few fail by chance.

    The full run has 100 trees, 5 folds drawn three times (once of more than 1100 labels), at most 2500 rows
    (the band gaps are cut, without element fractions) and the first four sources of the sets that have more
    alike (atp1d, oes10, wq).  It takes some 20,000 CPU-seconds, extrapolated from jura and atp1d, which took
    2,600 and 2,700 beside other work.  "cpu_seconds" of a model are those of a fold, without forests that a
    model before it has grown.

    Results of each problem are kept in ``results/partial`` and found again while code and settings are the
    same: a run that was broken off goes on, and one problem alone,
    ``compare_architectures(ArchitectureSettings(problems=("jura",)))``, is a part of the full run.
    """
    kept = kept_of(settings)
    results: Results = {"problems": {}, "checks": []}
    for problem in load_problems(settings):
        found = find_or_measure(problem, settings, kept)
        results["problems"][problem.name] = found
        results["checks"] += check_problem(problem.name, found)
        print_problem(problem.name, found)
    results["counts"] = count(results["checks"])
    print_checks(results["checks"], results["counts"])
    return results


def find_or_measure(problem: Problem, settings: ArchitectureSettings, kept: Kept) -> Results:
    """Return the results of an earlier run of the same code and settings, or measure and keep them."""
    found = kept.find(problem.name)
    if found is not None:
        print(f"\n{problem.name}: kept from an earlier run in {kept.folder}; delete it to measure anew")
        return found
    start = time.process_time()
    found = measure_problem(problem, settings)
    found["cpu_seconds"] = round(time.process_time() - start, 1)
    kept.keep(problem.name, found)
    return found
