"""The page of a category: which class is taken for which, whether probabilities can be trusted."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix, precision_score, recall_score

from graftwood.report.classes import N_BINS
from graftwood.report.html import render_page
from graftwood.report.summary import summarise

from .conftest import CLASSES


@pytest.fixture(scope="module")
def summary(class_records):
    return summarise(class_records)


@pytest.fixture(scope="module")
def page(summary):
    return render_page(summary)


def rows_of(records, architecture, regime):
    held_out = records.held_out
    return held_out[(held_out["architecture"] == architecture) & (held_out["regime"] == regime)]


def test_summary_of_a_category_goes_through_json(summary):
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["is_category"] and summary["parity"] == summary["error_bars"] == []


def test_headline_is_the_accuracy_and_the_best_comes_first(summary):
    comparison = summary["comparison"]
    assert comparison["measure"]["key"] == "accuracy"
    assert comparison["measure"]["axis"] == "Accuracy, higher is better"
    assert [a["key"] for a in comparison["architectures"]] == ["latent", "self_latent", "single"]
    assert [column["key"] for column in comparison["columns"]] == [
        "accuracy", "gain", "f1_weighted", "log_loss",
    ]  # fmt: skip
    assert all(row["main"] == row["accuracy"] for row in comparison["rows"])


def test_card_names_the_accuracy_and_no_saved_share_of_an_error(summary):
    (verdict,) = summary["verdicts"]
    assert verdict["main"] == verdict["single_main"] and verdict["saving"] is None


def test_confusion_is_that_of_scikit_learn(class_records, summary):
    part = next(part for part in summary["confusion"] if part["regime"] == "visible")
    rows = rows_of(class_records, "latent", "visible")
    truth, said = rows["label"].astype(str), rows["prediction"].astype(str)
    assert part["counts"] == confusion_matrix(truth, said, labels=list(CLASSES)).tolist()
    for average, key in ((recall_score, "found"), (precision_score, "right")):
        expected = average(truth, said, labels=list(CLASSES), average=None)
        assert [each[key] for each in part["of_class"]] == pytest.approx(expected)


def test_misses_are_wrong_and_the_surest_come_first(class_records, summary):
    part = next(part for part in summary["confusion"] if part["regime"] == "visible")
    sure = [miss["sure"] for miss in part["misses"]]
    assert sure == sorted(sure, reverse=True)
    assert all(miss["label"] != miss["prediction"] for miss in part["misses"])


def test_reliability_bins_hold_all_materials_and_their_means(class_records, summary):
    part = next(part for part in summary["reliability"] if part["regime"] == "hidden")
    curve = next(curve for curve in part["curves"] if curve["architecture"] == "single")
    rows = rows_of(class_records, "single", "hidden")
    sure = rows[[f"probability_{name}" for name in CLASSES]].to_numpy().max(axis=1)
    right = (rows["label"] == rows["prediction"]).to_numpy()
    assert curve["mean_sure"] == pytest.approx(sure.mean())
    assert curve["accuracy"] == pytest.approx(right.mean())
    last = sure >= 1 - 1 / N_BINS
    assert curve["n_in_bin"][-1] == last.sum()
    assert curve["right"][-1] == pytest.approx(right[last].mean(), abs=1e-4)


@pytest.mark.parametrize(
    "share, judgement", [(1.0, "too unsure"), (0.2, "too sure"), (None, "as promised")], ids=str
)
def test_judgement_of_probabilities(class_records, share, judgement):
    rng = np.random.default_rng(0)
    held_out = class_records.held_out.copy()
    odds = np.tile([0.2, 0.2, 0.6], (len(held_out), 1))
    held_out[[f"probability_{name}" for name in CLASSES]] = odds
    right = rng.random(len(held_out)) < (0.6 if share is None else share)
    held_out["prediction"] = "white"
    held_out["label"] = np.where(right, "white", "blue").astype(object)
    found = summarise(replace(class_records, held_out=held_out))["reliability"]
    assert {part["best"]["judgement"] for part in found} == {judgement}


def test_predictions_show_class_probability_and_the_next_class(class_records, summary):
    row, frame = summary["predictions"]["rows"][0], class_records.predictions
    odds = frame.loc[0, [f"colour_probability_{name}" for name in CLASSES]].to_numpy(dtype=float)
    order = np.argsort(-odds)
    assert row["value"] == CLASSES[order[0]] and row["probability"] == pytest.approx(odds[order[0]])
    assert row["next"] == {"name": CLASSES[order[1]], "probability": pytest.approx(odds[order[1]])}
    bad = summary["predictions"]["rows"][3]
    assert bad["value"] is None and bad["next"] is None and "Unknown element" in bad["problem"]


def test_page_of_a_category_has_its_parts_and_not_those_of_numbers(page):
    for present in ('id="confusion"', 'id="reliability"', "Weighted F1", "Chosen and judged by the Brier"):
        assert present in page
    for absent in ('id="parity"', 'id="error-bars"', "Mean absolute error", "90&#8239;% interval"):
        assert absent not in page
    assert 'colspan="3"' in page  # the problem of the unreadable row


def test_page_of_numbers_has_no_parts_of_classes(small_records):
    page = render_page(summarise(small_records))
    assert 'id="confusion"' not in page and 'id="reliability"' not in page


def test_category_among_the_other_tasks_of_a_real_target(small_records):
    tasks = (*small_records.tasks, replace(small_records.tasks[0], name="phase", kind="category", unit=""))
    n = len(small_records.predictions)
    frame = small_records.predictions.assign(
        phase="cubic", phase_probability_cubic=0.7, phase_probability_hexagonal=0.3
    )
    known = pd.Series(["cubic"] + [None] * (n - 1), dtype=object)
    both = replace(small_records, tasks=tasks, predictions=frame.assign(phase_known=known))
    predictions = summarise(both)["predictions"]
    assert predictions["rows"][0]["others"]["phase"]["value"] == "cubic"
    assert predictions["rows"][0]["known"]["phase"] == "cubic"
    assert predictions["rows"][1]["known"]["phase"] is None
    assert re.search(r"cubic <span class=\"error\">70", render_page(summarise(both)))


def test_classes_that_are_truth_values_are_matched_by_their_text(class_records):
    swap = {"blue": True, "red": False, "white": False}
    held_out = class_records.held_out.rename(
        columns={"probability_blue": "probability_True", "probability_red": "probability_False"}
    ).drop(columns="probability_white")
    for column in ("label", "prediction"):
        held_out[column] = held_out[column].map(swap).astype(object)
    part = summarise(replace(class_records, held_out=held_out))["confusion"][0]
    assert part["classes"] == ["True", "False"]
    assert sum(map(sum, part["counts"])) == part["n"] == 300
