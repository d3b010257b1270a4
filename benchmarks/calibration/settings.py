"""What the benchmark of error bars runs."""

from dataclasses import dataclass

from benchmarks.problems.folds import Repeats


@dataclass(frozen=True)
class CalibrationSettings:
    """Settings: problems and their size, whether with the selector, and the parts beside the table.

    Parameters
    ----------
    problems : tuple of str
        Of the coverage table; "steps" is the functions of NO steps and "speed" the times.
    with_selector : bool
        Whether the dearest of all is among the models.
    n_rows : int
        Larger data sets are cut to so many rows, whole materials drawn at random.
    mean_sizes : tuple
        Trees, materials and training sets drawn anew, of each line of the variance of the mean.
    repeats : tuple of (int, int)
        Below so many labels, how often folds are drawn (``drawing_of``).
    n_repeats_of_steps : int
        The same of the 50 surfaces of the part "steps", which takes seconds.
    n_candidates, n_trees_timed, n_training : int
        Sizes of the speed part.

    Examples
    --------
    >>> CalibrationSettings().n_estimators
    100
    """

    problems: tuple[str, ...] = ("catapp", "jura", "enb", "beijing", "band-gap")
    with_selector: bool = True
    with_steps: bool = True
    with_speed: bool = True
    n_rows: int = 2500
    n_estimators: int = 100
    n_folds: int = 5
    repeats: Repeats = ((1000, 10), (2000, 3))
    n_repeats_of_steps: int = 15
    mean_sizes: tuple[tuple[int, int, int], ...] = (
        (50, 200, 40), (100, 200, 40), (200, 200, 40), (100, 1000, 20), (400, 1000, 20), (1000, 1000, 10),
    )  # fmt: skip
    n_candidates: int = 10_000
    n_trees_timed: int = 200
    n_training: int = 4_600
    n_rounds: int = 5
    n_jobs: int = 2
    is_planted: bool = False
    seed: int = 0

    def controls_of(self, problem: str) -> tuple[str, ...]:
        """No problem has misleading sources here; the store of partial results asks."""
        return ()
