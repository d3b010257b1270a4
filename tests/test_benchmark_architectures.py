"""Benchmark of the architectures: no model sees a test label, controls are what they say, checks can fail."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.architectures import ArchitectureSettings, compare_architectures
from benchmarks.architectures.cases import REGIMES, Case, Skipped, list_cases
from benchmarks.architectures.measure import over_materials, run_models
from benchmarks.architectures.ours import NOT_BUILT, SELECTOR, list_ours, nearest_of
from benchmarks.architectures.peers import (
    CATBOOST,
    CHAIN,
    FOREST,
    fit_catboost,
    list_peers,
    sources_of_chain,
    standardised,
)
from benchmarks.architectures.settings import cut, numbers_told
from benchmarks.problems import Problem, planted
from benchmarks.problems.folds import Drawing, Fold, draw_folds, invert_sources
from graftwood import SingleTask, TaskGraph
from graftwood.study.candidates import default_candidates

SETTINGS = ArchitectureSettings(
    controls=("planted",),
    few=15,
    n_estimators=8,
    n_iterations=10,
    n_folds=2,
    repeats=(),
    n_inner_folds=2,
    n_jobs=1,
    is_planted=True,
)


def problem_with_a_repeat() -> Problem:
    """Two sources, the second of which is the target over again."""
    problem = planted()
    Y = problem.Y.assign(again=problem.Y["target"] * 2)
    return replace(
        problem, Y=Y, sources=("source", "again"), same_as=("again",), kinds=dict.fromkeys(Y, "real")
    )


def problem_of_classes() -> Problem:
    problem = planted()
    labels = problem.Y["target"]
    classes = np.where(labels.isna(), None, np.where(labels > labels.median(), "high", "low"))
    kinds = {"target": "category", "source": "real"}
    return replace(problem, Y=problem.Y.assign(target=classes.astype(object)), kinds=kinds)


def case_of(problem: Problem, regime: str, n_told: int | None = 15) -> tuple[Case, Fold]:
    case = Case(problem, problem.Y, n_told, regime, "related")
    return case, draw_folds(problem, n_told, Drawing(SETTINGS.n_folds, 1, SETTINGS.seed))[0]


def spoilt(problem: Problem, fold: Fold, regime: str) -> pd.DataFrame:
    """Labels with other numbers wherever a model must not look."""
    Y = problem.Y.copy()
    is_test = np.isin(problem.groups, problem.groups[fold.test])
    is_told = np.isin(np.arange(len(Y)), fold.told)
    is_told_material = np.isin(problem.groups, problem.groups[fold.told])
    hidden = {"target": ~is_told, "again": ~is_told_material}
    if regime == "hidden":
        hidden["source"] = is_test
    for task, rows in hidden.items():
        Y.loc[rows, task] = 1000.0 - 7 * Y.loc[rows, task]
    return Y


@pytest.mark.slow
@pytest.mark.parametrize("regime", REGIMES)
def test_no_model_sees_what_is_hidden(regime: str) -> None:
    problem = problem_with_a_repeat()
    case, fold = case_of(problem, regime)
    other = spoilt(problem, fold, regime)
    blind = Case(replace(problem, Y=other), other, case.n_told, regime, "related")
    n_run = 0
    for model in [*list_ours(case, SETTINGS), *list_peers(case, SETTINGS)]:
        try:
            said = model.say(case, fold)
        except Skipped:
            continue
        n_run += 1
        assert np.array_equal(said.answer, model.say(blind, fold).answer), model.name
    assert n_run > 9


def test_visible_labels_are_learned_and_known_without_those_that_repeat_the_target() -> None:
    problem = problem_with_a_repeat()
    case, fold = case_of(problem, "visible")
    rows, labels = case.training(fold, uses_sources=True)
    of_test = labels[np.isin(problem.groups[rows], problem.groups[fold.test])]
    assert of_test["source"].notna().all()
    assert of_test[["target", "again"]].isna().all(axis=None)
    assert list(case.known(fold)) == ["source"]
    hidden = replace(case, regime="hidden")
    assert hidden.known(fold) is None
    assert set(hidden.training(fold, uses_sources=True)[0]) <= set(fold.train)
    assert sorted(case.training(fold, uses_sources=False)[0]) == sorted(fold.told)


def test_inverted_sources_keep_their_range_and_turn_their_order_around() -> None:
    problem = planted()
    before, after = problem.Y["source"], invert_sources(problem)["source"]
    assert (before.min(), before.max()) == pytest.approx((after.min(), after.max()))
    assert (before.rank() + after.rank() == len(before) + 1).all()
    assert invert_sources(problem)["target"].equals(problem.Y["target"])


def test_controls_are_run_with_few_labels_in_both_regimes() -> None:
    problem = planted()
    cases = list_cases(problem, numbers_told(problem, SETTINGS), ("shuffled", "inverted"), 0)
    of_kind = {
        kind: [(c.n_told, c.regime) for c in cases if c.sources == kind] for kind in ("related", "shuffled")
    }
    assert of_kind["shuffled"] == [(15, "hidden"), (15, "visible")]
    assert of_kind["related"] == [*of_kind["shuffled"], (None, "hidden"), (None, "visible")]


def test_a_cut_problem_keeps_whole_materials() -> None:
    problem = planted()
    small = cut(problem, replace(SETTINGS, n_rows=31))
    assert len(small.Y) == 30
    assert (pd.Series(small.groups).value_counts() == 2).all()
    assert small.Y.equals(cut(problem, replace(SETTINGS, n_rows=31)).Y)
    assert cut(problem, SETTINGS).Y.equals(problem.Y)


def test_a_model_runs_again_only_where_it_sees_something_else() -> None:
    done: dict[tuple[Any, ...], Any] = {}
    case, _ = case_of(planted(), "hidden")
    models = [model for model in list_peers(case, SETTINGS) if model.name in (FOREST, CHAIN)]
    first = run_models(models, case, done, SETTINGS)
    again = run_models(models, replace(case, regime="visible"), done, SETTINGS)
    shuffled = run_models(models, replace(case, sources="shuffled"), done, SETTINGS)
    assert again[FOREST] is shuffled[FOREST] is first[FOREST]
    assert again[CHAIN] is first[CHAIN] is not shuffled[CHAIN]


def test_errors_are_means_over_the_rows_of_a_material_in_every_division() -> None:
    problem = planted()
    folds = draw_folds(problem, None, Drawing(SETTINGS.n_folds, 2, SETTINGS.seed))
    means, numbers = over_materials(problem, folds, [fold.test.astype(float) for fold in folds])
    expected = pd.Series(problem.labelled).groupby(problem.groups[problem.labelled].astype(str)).mean()
    assert means == pytest.approx(np.tile(expected.to_numpy(), (2, 1)))
    assert set(numbers[0]) == set(numbers[1]) == {0, 1} and (numbers[0] != numbers[1]).any()


def test_classes_have_probabilities_and_no_chain() -> None:
    case, fold = case_of(problem_of_classes(), "visible", None)
    models = {model.name: model for model in [*list_ours(case, SETTINGS), *list_peers(case, SETTINGS)]}
    for name in ("single", "multi_task", FOREST):
        odds = models[name].say(case, fold).answer
        assert list(odds) == ["high", "low"]
        assert np.allclose(odds.sum(axis=1), 1)
    for name in (CHAIN, CATBOOST):
        with pytest.raises(Skipped, match="no classes"):
            models[name].say(case, fold)


def test_a_chain_without_rows_of_all_labels_is_skipped_with_the_reason() -> None:
    problem = planted()
    problem = replace(
        problem, Y=problem.Y.assign(source=problem.Y["source"].where(problem.Y["target"].isna()))
    )
    case, fold = case_of(problem, "hidden")
    chain = next(model for model in list_peers(case, SETTINGS) if model.name == CHAIN)
    with pytest.raises(Skipped, match="fewer than 10 rows"):
        chain.say(case, fold)


@pytest.mark.parametrize(
    "coverage, kept",
    [
        pytest.param({"source": 1.0, "rare": 0.7}, ["source"], id="further-source-costs-rows"),
        pytest.param({"source": 1.0, "rare": 0.9}, ["rare", "source"], id="further-source-costs-few"),
        pytest.param({"source": 0.7, "rare": 0.6}, ["source"], id="the-one-that-most-rows-have"),
        pytest.param({"source": 0.4, "rare": 0.3}, [], id="none"),
    ],
)
def test_a_chain_leaves_out_sources_that_too_few_rows_have(
    coverage: dict[str, float], kept: list[str]
) -> None:
    problem = planted(900)
    place = np.random.default_rng(0).permutation(len(problem.Y)) / len(problem.Y)
    sources = {name: problem.Y["source"].where(place < share) for name, share in coverage.items()}
    Y = problem.Y.assign(**sources)
    problem = replace(problem, Y=Y, sources=("rare", "source"), kinds=dict.fromkeys(Y, "real"))
    assert sources_of_chain(*case_of(problem, "hidden", None)) == kept


def test_catboost_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.architectures.peers.find_spec", lambda name: None)
    case, fold = case_of(planted(), "hidden")
    with pytest.raises(Skipped, match="not installed"):
        next(model for model in list_peers(case, SETTINGS) if model.name == CATBOOST).say(case, fold)


def test_catboost_that_refuses_one_order_of_the_rows_is_given_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catboost = pytest.importorskip("catboost")
    orders: list[list[float]] = []

    def refuse_twice(self: Any, X: Any, labels: Any) -> Any:
        orders.append(X[:, 0].tolist())
        assert np.array_equal(X, labels)
        if len(orders) < 3:
            raise catboost.CatBoostError("All train targets are equal")
        return self

    monkeypatch.setattr(catboost.CatBoostRegressor, "fit", refuse_twice)
    rows = np.arange(20.0)[:, None]
    assert isinstance(fit_catboost(rows, rows, {}, 0), catboost.CatBoostRegressor)
    assert len(orders) == 3 and orders[0] != orders[1]
    assert all(sorted(order) == rows[:, 0].tolist() for order in orders)


def test_standardised_labels_come_back() -> None:
    labels = np.array([[1.0, 5.0], [np.nan, 5.0], [3.0, np.nan]])
    scaled, middle, width = standardised(labels)
    assert scaled[:, 0] == pytest.approx([-1, np.nan, 1], nan_ok=True)
    assert scaled * width + middle == pytest.approx(labels, nan_ok=True)


class FirstSource:
    """Stands for the selector: says what it was told of the source, else nought."""

    def __init__(self, target: str, n_estimators: int, random_state: int, n_jobs: int) -> None:
        self.target = target

    def fit(self, X: Any, Y: pd.DataFrame, groups: Any) -> "FirstSource":
        assert len(X) == len(Y) == len(groups)
        self.best_ = dict.fromkeys(REGIMES, "first source")
        self.verdicts_ = {regime: type("Verdict", (), {"kind": "helps"})() for regime in REGIMES}
        return self

    def predict_tasks(self, X: Any, known: Any = None, tasks: Any = None) -> dict[str, dict[str, Any]]:
        says = np.zeros(len(X)) if known is None else known["source"].to_numpy()
        return {self.target: {"mean": says}}


@pytest.mark.slow
def test_selector_is_measured_and_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graftwood.TransferSelector", FirstSource, raising=False)
    results = compare_architectures(SETTINGS)
    cases = results["problems"]["planted"]["cases"]
    assert all(case[SELECTOR] == {"chosen": {"first source": 2}, "verdict": {"helps": 2}} for case in cases)
    assert results["counts"]["shuffled"]["failed"] >= 2
    assert results["counts"]["selector"]["not judged"] == 0
    hidden = next(case for case in cases if case["regime"] == "hidden")
    truth = planted().Y["target"].abs().groupby(planted().groups).mean()
    assert hidden["models"][SELECTOR]["error"] == pytest.approx(truth.mean())


def test_selector_that_is_not_built_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import graftwood

    monkeypatch.delitem(graftwood._HOMES, "TransferSelector", raising=False)
    monkeypatch.delattr(graftwood, "TransferSelector", raising=False)
    case, fold = case_of(planted(), "hidden")
    with pytest.raises(Skipped, match=NOT_BUILT):
        list_ours(case, SETTINGS)[-1].say(case, fold)


def test_candidate_without_a_peer_is_refused():
    case, _ = case_of(planted(), "hidden")
    with pytest.raises(ValueError, match="candidate 'hinted:dft'; add 'hinted' to one of the LIKE_ tuples"):
        nearest_of("hinted:dft", case)


@pytest.mark.parametrize("regime", REGIMES)
def test_every_candidate_of_a_comparison_has_a_peer(regime):
    case, _ = case_of(planted(), regime)
    graph = TaskGraph([SingleTask("target")])
    tried = default_candidates("target", ["source", "other"], has_variants=True, graph=graph)
    peers = {peer.name for peer in list_peers(case, SETTINGS)}
    assert {nearest_of(candidate.name, case) for candidate in tried} <= peers
