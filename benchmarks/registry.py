"""The flat list of all benchmarks; a new one is a line here."""

from benchmarks.architectures import ArchitectureSettings, compare_architectures
from benchmarks.bases import BaseSettings, compare_bases
from benchmarks.calibration import CalibrationSettings, measure_calibration
from benchmarks.colour import ColourSettings, compare_colour_with_gaps
from benchmarks.definition import Benchmark
from benchmarks.draws import DrawSettings, compare_draws
from benchmarks.few_shot import FewShotSettings, time_few_shot
from benchmarks.few_shot_choices import ChoiceSettings, measure_choices
from benchmarks.hurdle import HurdleSettings, compare_hurdle_with_numbers
from benchmarks.matbench import MatbenchSettings, compare_single_with_sklearn
from benchmarks.speed.first_fit import FirstFitSettings, time_first_fit
from benchmarks.speed.forests import SpeedSettings, compare_speed
from benchmarks.speed.scale import ScaleSettings, measure_scale
from benchmarks.speed.screening import ScreeningSettings, time_screening
from benchmarks.task_weights import TaskWeightSettings, compare_task_weights

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark
    for benchmark in (
        Benchmark(
            "forest-speed",
            compare_speed,
            full=SpeedSettings(),
            smoke=SpeedSettings(
                sizes=(300, 600),
                n_pairs=(1, 1),
                n_sparse=300,
                n_sparse_pairs=1,
                n_trees=5,
                n_iterations=5,
                n_test=100,
                is_planted=True,
            ),  # fmt: skip
        ),
        Benchmark(
            "architectures",
            compare_architectures,
            full=ArchitectureSettings(),
            smoke=ArchitectureSettings(
                controls=("planted",),
                few=10,
                n_estimators=10,
                n_iterations=20,
                n_folds=2,
                repeats=(),
                n_inner_folds=2,
                is_planted=True,
            ),
        ),
        Benchmark(
            "bases",
            compare_bases,
            full=BaseSettings(),
            smoke=BaseSettings(n_trees=10, n_folds=2, is_planted=True),
        ),
        Benchmark(
            "calibration",
            measure_calibration,
            full=CalibrationSettings(),
            smoke=CalibrationSettings(
                with_selector=False,
                mean_sizes=((20, 40, 4),),
                n_estimators=20,
                n_folds=2,
                repeats=(),
                n_repeats_of_steps=1,
                n_candidates=100,
                n_trees_timed=10,
                n_training=200,
                n_rounds=1,
                is_planted=True,
            ),
        ),
        Benchmark("first-fit", time_first_fit, full=FirstFitSettings(), smoke=FirstFitSettings(n_rounds=1)),
        Benchmark(
            "screening",
            time_screening,
            full=ScreeningSettings(),
            smoke=ScreeningSettings(n_rows=60, n_source=60, n_target=30, n_trees=5),
        ),
        Benchmark(
            "scale",
            measure_scale,
            full=ScaleSettings(),
            smoke=ScaleSettings(
                rows=(100, 200),
                n_trees_of_rows=2,
                trees=(2, 4),
                n_rows_of_trees=100,
                n_rows_on_cluster=200,
                n_trees_on_cluster=8,
                n_small=50,
                n_screened=60,
                n_formulas=60,
                n_cut=2,
                n_predicted=100,
                n_out_of_core=500,
                n_trees_out_of_core=2,
                n_sketched=50,
                n_pairs=1,
                is_planted=True,
            ),
        ),
        Benchmark(
            "colour-with-gaps",
            compare_colour_with_gaps,
            full=ColourSettings(),
            smoke=ColourSettings(n_estimators=10, n_folds=2, n_repeats=1, is_planted=True),
        ),
        Benchmark(
            "draws-per-material",
            compare_draws,
            full=DrawSettings(),
            smoke=DrawSettings(n_told=(20,), n_estimators=10, n_divisions=2, is_planted=True),
        ),
        Benchmark(
            "few-shot-choices",
            measure_choices,
            full=ChoiceSettings(),
            smoke=ChoiceSettings(
                n_tasks=60,
                n_inputs=10,
                rank=2,
                many_rows=8,
                few_rows=6,
                most_iter=20,
                safe_iter=30,
                n_new_tasks=5,
                n_seeds=1,
            ),  # fmt: skip
        ),
        Benchmark(
            "few-shot-speed",
            time_few_shot,
            full=FewShotSettings(),
            smoke=FewShotSettings(
                n_tasks=40, n_rows=8, n_inputs=10, rank=2, n_iter=5, n_rounds=1, growth_tasks=(50, 100)
            ),
        ),
        Benchmark(
            "hurdle",
            compare_hurdle_with_numbers,
            full=HurdleSettings(),
            smoke=HurdleSettings(n_estimators=10, n_folds=2, is_planted=True),
        ),
        Benchmark(
            "matbench-single",
            compare_single_with_sklearn,
            full=MatbenchSettings(),
            smoke=MatbenchSettings(n_estimators=5, n_rows=200, n_folds=2),
        ),
        Benchmark(
            "task-weights",
            compare_task_weights,
            full=TaskWeightSettings(),
            smoke=TaskWeightSettings(
                n_labels=(10, 20), n_estimators=10, n_folds=2, n_repeats=2, is_planted=True
            ),
        ),
    )
}
