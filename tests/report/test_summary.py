import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from graftwood.errors import GraftwoodError, MissingColumn, UnknownTask
from graftwood.report.candidates import MAX_ROWS
from graftwood.report.held_out import LEVELS, MAX_POINTS, observed_coverage
from graftwood.report.summary import short_answer, summarise
from graftwood.study.records import Verdict


@pytest.fixture(scope="session")
def summary(records):
    return summarise(records)


def metric(records, architecture, regime, name, subset="all", column="value"):
    rows = records.comparison.set_index(["architecture", "regime", "metric", "subset"])
    return rows.loc[(architecture, regime, name, subset), column]


def test_summary_goes_through_json_unchanged(summary):
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_answer_says_yes_only_for_the_regime_that_is_helped(summary):
    assert summary["answer"] == [
        "Yes, where the material's other labels are known.",
        "No difference where nothing is known of the material.",
    ]


def test_same_verdict_in_both_regimes_is_one_sentence(records):
    alike = tuple(replace(verdict, kind="helps") for verdict in records.verdicts)
    assert short_answer(alike) == ["Yes, whether or not other labels of the material are known."]


def test_verdict_carries_its_sentence_and_the_errors_it_speaks_of(records, summary):
    visible = summary["verdicts"][0]
    assert visible["sentence"] == str(records.verdicts[1])
    assert visible["main"] == metric(records, "difference", "visible", "mae")
    assert visible["saving"] == pytest.approx(1 - visible["main"] / visible["single_main"])


def test_every_cell_of_the_comparison_is_shown(records, summary):
    rows = summary["comparison"]["rows"]
    assert len(rows) == 8 * 2 * 3
    for row in rows:
        where = (row["architecture"], row["regime"], "mae", row["subset"])
        assert row["mae"]["value"] == metric(records, *where)
        assert row["mae"]["error"] == metric(records, *where, column="standard_error")
        if row["architecture"] != "single":
            assert row["gain"]["value"] == metric(records, *where, column="gain_over_single")


def test_single_gains_nothing_over_itself(summary):
    gains = [row["gain"]["value"] for row in summary["comparison"]["rows"] if row["architecture"] == "single"]
    assert gains == [None] * 6


def test_controls_stand_below_the_rest_and_single_last(summary):
    architectures = summary["comparison"]["architectures"]
    controls = [architecture["is_control"] for architecture in architectures]
    assert controls == sorted(controls) and sum(controls) == 3
    assert architectures[-1]["key"] == "single"


def test_metric_that_is_undefined_on_a_subset_is_none(summary):
    metals = next(row for row in summary["comparison"]["rows"] if row["subset"] == "metals")
    assert metals["ndme"] == {"value": None, "error": None}


def test_observed_coverage_of_a_true_spread_is_the_promised_one():
    error = np.random.default_rng(0).standard_normal(200_000)
    observed = [observed_coverage(error, np.ones_like(error), level) for level in LEVELS]
    assert np.abs(np.array(observed) - LEVELS).max() < 0.005


def test_error_bars_half_as_wide_are_called_too_narrow(records):
    shrunk = replace(records, held_out=records.held_out.assign(spread=records.held_out["spread"] / 2))
    judgements = [part["best"]["judgement"] for part in summarise(shrunk)["error_bars"]]
    assert judgements == ["too narrow", "too narrow"]


def test_error_bars_of_the_best_agree_with_the_comparison(records, summary):
    best = summary["error_bars"][0]["best"]
    assert best["architecture"] == "difference"
    assert best["within_68"] == pytest.approx(
        metric(records, "difference", "visible", "coverage_68"), abs=1e-3
    )
    assert best["judgement"] == "as promised"


def test_parity_shows_every_material_of_the_best_architecture(records, summary):
    parts = {part["regime"]: part for part in summary["parity"]}
    assert parts["hidden"]["architecture"] == "self_difference"
    assert parts["visible"]["n"] == parts["visible"]["n_shown"] == 4603
    assert len(parts["visible"]["formula"]) == len(parts["visible"]["spread"]) == 4603


def test_largest_misses_come_first(summary):
    misses = summary["parity"][0]["misses"]
    sizes = [abs(miss["prediction"] - miss["label"]) for miss in misses]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 1


def test_too_many_points_are_thinned_and_counted(small_records):
    many = pd.concat([small_records.held_out] * 60, ignore_index=True)
    part = summarise(replace(small_records, held_out=many))["parity"][0]
    assert part["n"] == 7200
    assert part["n_shown"] == len(part["formula"]) <= MAX_POINTS


def test_materials_without_a_prediction_are_counted(small_records):
    held_out = small_records.held_out.copy()
    held_out.loc[held_out["formula"] == held_out["formula"].iloc[0], "prediction"] = np.nan
    part = summarise(replace(small_records, held_out=held_out))["parity"][0]
    assert (part["n"], part["n_missing"]) == (119, 1)


def test_overlap_is_told_from_the_targets_side(summary):
    assert summary["overlap"]["counts"] == [[4603, 2480], [2480, 12000]]
    assert summary["overlap"]["of_target"] == [
        {"task": "gap_dft", "both": 2480, "n": 4603, "share": 2480 / 4603}
    ]


def test_rows_with_a_problem_stay_rows(summary):
    predictions = summary["predictions"]
    assert (predictions["n"], predictions["n_problems"]) == (200, 1)
    row = next(row for row in predictions["rows"] if row["problem"])
    assert (row["formula"], row["value"]) == ("Xx2O3", None)


def test_long_predictions_are_cut_and_counted(small_records):
    many = pd.concat([small_records.predictions] * 100, ignore_index=True)
    predictions = summarise(replace(small_records, predictions=many))["predictions"]
    assert (predictions["n"], predictions["n_shown"], predictions["n_problems"]) == (1200, MAX_ROWS, 100)
    assert len(predictions["rows"]) == len(predictions["table"]) == MAX_ROWS


def test_other_tasks_predictions_are_shown_too(small_records):
    frame = small_records.predictions.assign(
        gap_dft=1.0, gap_dft_spread=0.1, gap_dft_low=0.8, gap_dft_high=1.2
    )
    predictions = summarise(replace(small_records, predictions=frame))["predictions"]
    assert [task["name"] for task in predictions["other_tasks"]] == ["gap_dft"]
    assert predictions["rows"][0]["others"] == {
        "gap_dft": {"value": 1.0, "spread": 0.1, "low": 0.8, "high": 1.2}
    }


def test_study_without_predictions_or_held_out_rows_still_has_its_comparison(small_records):
    bare = replace(small_records, predictions=pd.DataFrame(), held_out=pd.DataFrame())
    summary = summarise(bare)
    assert (summary["predictions"]["n"], summary["parity"], summary["error_bars"]) == (0, [], [])
    assert len(summary["comparison"]["rows"]) == 48


def test_architecture_nobody_heard_of_gets_a_name_and_a_colour(small_records):
    renamed = small_records.comparison.replace({"architecture": {"latent": "task_graph"}})
    architectures = summarise(replace(small_records, comparison=renamed))["comparison"]["architectures"]
    graph = next(architecture for architecture in architectures if architecture["key"] == "task_graph")
    assert graph["label"] == "Task graph" and graph["light"].startswith("#")


def test_one_regime_is_enough(small_records):
    only = small_records.comparison.query("regime == 'hidden'")
    verdicts = small_records.verdicts[:1]
    summary = summarise(replace(small_records, comparison=only, verdicts=verdicts, best={"hidden": "latent"}))
    assert [verdict["regime"] for verdict in summary["verdicts"]] == ["hidden"]
    assert [part["regime"] for part in summary["parity"]] == ["hidden"]


def without(name):
    return lambda records: replace(records, comparison=records.comparison.drop(columns=name))


@pytest.mark.parametrize(
    "spoil, error, message",
    [
        pytest.param(without("metric"), MissingColumn, "comparison lacks the columns metric", id="column"),
        pytest.param(lambda r: replace(r, target="gap"), UnknownTask, "'gap' is not among", id="target"),
        pytest.param(
            lambda r: replace(r, comparison=r.comparison.query("metric != 'mae'")),
            GraftwoodError,
            "neither metric 'mae' nor 'accuracy' of task 'gap_exp'",
            id="no-mae",
        ),
        pytest.param(
            lambda r: replace(r, held_out=r.held_out.drop(columns="spread")),
            MissingColumn,
            "held-out table lacks the columns spread",
            id="held-out-column",
        ),
        pytest.param(
            lambda r: replace(r, predictions=r.predictions.drop(columns="gap_exp_low")),
            MissingColumn,
            "predictions lack the columns gap_exp_low",
            id="predictions-column",
        ),
    ],
)
def test_incomplete_records_are_refused_by_name(small_records, spoil, error, message):
    with pytest.raises(error, match=message):
        summarise(spoil(small_records))


def test_no_verdict_is_said_to_be_none():
    assert short_answer(()) == ["Not judged."]


def test_undecided_verdict_does_not_claim_help():
    verdict = Verdict("hidden", "undecided", "latent", "single", 0.01, 0.02, -0.03, 0.05, 0.95, 80, "eV")
    assert short_answer((verdict,)) == ["Undecided where nothing is known of the material."]
