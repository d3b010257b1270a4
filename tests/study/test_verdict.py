"""The verdict says no more than the data do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from graftwood import Pooled, SingleTask
from graftwood.study.candidates import Candidate, default_candidates
from graftwood.study.compare import Comparison, compare
from graftwood.study.verdict import cautious_error, choose, gain_of, judge, judge_cross_fitted

N, N_FOLDS = 200, 5
FOLDS = np.arange(N) % N_FOLDS
NAMES = [(c.name, c.uses_sources) for c in default_candidates("t", ["s"])]


def planted(regime="hidden", names=None, **errors) -> Comparison:
    """A comparison in which each architecture errs by exactly what is given, material by material."""
    parts = [
        pd.DataFrame(
            {"row": range(N), "material": [f"m{i}" for i in range(N)], "fold": FOLDS, "architecture": name,
             "regime": regime, "label": 0.0, "prediction": error, "loss": np.abs(error),
             "is_known": FOLDS % 2 == 0}
        )
        for name, error in errors.items()
    ]  # fmt: skip
    names = names or [name for name, _ in NAMES if name in errors]
    candidates = tuple(Candidate(name, None, dict(NAMES)[name]) for name in names)
    return Comparison(pd.DataFrame(), pd.concat(parts), candidates, "t")


def noise(scale, seed=0):
    return np.random.default_rng(seed).normal(scale=scale, size=N)


def test_sources_that_halve_the_error_help():
    verdict = judge(planted(single=1 + noise(0.1), difference=0.5 + noise(0.1, 1)), "hidden", "eV")
    assert verdict.kind == "helps" and (verdict.best_with, verdict.best_without) == ("difference", "single")
    assert verdict.difference == pytest.approx(0.5, abs=0.03)
    assert 0 < verdict.low < verdict.difference < verdict.high
    assert verdict.n_materials == N and verdict.unit == "eV" and verdict.regime == "hidden"


def test_sources_that_double_the_error_harm():
    verdict = judge(planted(single=0.5 + noise(0.1), difference=1 + noise(0.1, 1)), "hidden")
    assert verdict.kind == "harms" and verdict.high < 0


def test_equal_errors_make_no_difference():
    error = 1 + noise(0.2)
    verdict = judge(planted(single=error, difference=error + noise(0.005, 1)), "hidden")
    assert verdict.kind == "no difference"
    assert -0.02 < verdict.low <= verdict.high < 0.02


def test_noisy_errors_decide_nothing():
    # One fold out of five gains a lot: the mean is far from zero, its interval is wide.
    verdict = judge(planted(single=np.ones(N), difference=1 - 0.5 * (FOLDS == 0)), "hidden")
    assert verdict.kind == "undecided" and verdict.low < 0 < verdict.high


def test_best_source_free_control_is_what_sources_must_beat():
    errors = {"single": 1 + noise(0.1), "self_latent": 0.4 + noise(0.1, 2), "difference": 0.5 + noise(0.1, 1)}
    verdict = judge(planted(**errors), "hidden")
    assert verdict.best_without == "self_latent" and verdict.kind == "harms"


def test_more_tried_models_widen_the_interval():
    error, better = 1 + noise(0.1), 0.9 + noise(0.1, 1)
    few = judge(planted(single=error, difference=better), "hidden")
    many = judge(
        planted(single=error, difference=better, pooled=error, latent=error, multi_task=error), "hidden"
    )
    assert (many.best_with, many.difference) == (few.best_with, few.difference)
    assert many.low < few.low and many.high > few.high


def test_luck_of_the_best_of_many_is_not_help():
    share = np.where(FOLDS < 3, 0.12, 0.05)
    assert judge(planted(single=np.ones(N), difference=1 - share), "hidden").kind == "helps"
    many = {name: np.ones(N) for name, _ in NAMES} | {"difference": 1 - share}
    assert judge(planted(**many), "hidden").kind == "undecided"


def test_rows_of_one_material_count_once():
    found = planted(single=1 + noise(0.1), difference=0.5 + noise(0.1, 1))
    twice = replace(found, held_out=pd.concat([found.held_out, found.held_out]))
    assert judge(twice, "hidden") == judge(found, "hidden")


@pytest.mark.parametrize("present", ["single", "difference"])
def test_nothing_is_judged_where_one_side_is_absent(present):
    assert judge(planted(**{present: np.ones(N)}), "hidden") is None


def test_regimes_are_judged_apart():
    good, bad = 0.5 + noise(0.1), 1 + noise(0.1, 1)
    one, other = planted(single=bad, difference=good), planted("visible", single=good, difference=bad)
    both = replace(one, held_out=pd.concat([one.held_out, other.held_out]))
    assert [judge(both, regime).kind for regime in ("hidden", "visible")] == ["helps", "harms"]
    assert [choose(both, regime) for regime in ("hidden", "visible")] == ["difference", "single"]


def test_plainest_within_one_standard_error_is_chosen():
    wobble = np.where(FOLDS == 0, 0.2, -0.03)  # a paired difference of 0.016 +- more than that
    errors = {"single": 1.016 + wobble, "difference": np.ones(N) + 0.001, "latent": np.ones(N)}
    assert choose(planted(**errors), "hidden") == "single"


def test_best_is_chosen_where_it_is_clearly_better():
    errors = {"single": 1 + noise(0.01), "difference": 0.8 + noise(0.01, 1), "latent": 0.5 + noise(0.01, 2)}
    assert choose(planted(**errors), "hidden") == "latent"


def test_equals_are_chosen_by_the_order_of_the_candidates():
    errors = {"single": np.ones(N), "difference": np.ones(N)}
    assert choose(planted(**errors), "hidden") == "single"
    assert choose(planted(names=["difference", "single"], **errors), "hidden") == "difference"


def transfer_problem(seed: int, shuffled: bool) -> tuple[np.ndarray, pd.DataFrame]:
    """Few labels of a target that is its source plus one; the source varies where the inputs do not tell."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(140, 3))
    source = X[:, 0] + rng.normal(size=140)
    target = np.where(np.arange(140) % 2, np.nan, source + 1)
    return X, pd.DataFrame({"s": rng.permutation(source) if shuffled else source, "t": target})


def verdicts_of(seed: int, shuffled: bool):
    X, Y = transfer_problem(seed, shuffled)
    found = compare(X, Y, target="t", n_estimators=8, random_state=seed)
    return found, {regime: judge(found, regime) for regime in ("hidden", "visible")}


def test_informative_source_helps_and_is_chosen():
    found, verdicts = verdicts_of(0, shuffled=False)
    assert verdicts["visible"].kind == "helps"
    assert verdicts["visible"].difference > 0.3
    assert choose(found, "visible") in ("difference", "latent")


@pytest.mark.parametrize("seed", range(2))
def test_shuffled_source_never_helps(seed):
    found, verdicts = verdicts_of(seed, shuffled=True)
    assert all(verdict.kind != "helps" for verdict in verdicts.values())
    for regime in verdicts:
        chosen = choose(found, regime)
        # A pool that is told which source a label is of can set the source aside, and is as good as none.
        assert not dict(NAMES)[chosen] or chosen == "pooled_source_input"


def test_pool_that_is_told_its_sources_sets_a_shuffled_one_aside():
    errors = []
    for seed in range(6):
        X, Y = transfer_problem(seed, shuffled=True)
        new, truth = transfer_problem(seed + 100, shuffled=False)
        rows = truth["t"].notna().to_numpy()
        few = {"n_estimators": 30, "random_state": 0}
        models = SingleTask("t", **few), Pooled("t", source_as_input=True, **few)
        said = [model.fit(X, Y).predict(new[rows]) for model in models]
        errors.append([np.abs(each - truth["t"][rows]).mean() for each in said])
    alone, pooled = np.mean(errors, axis=0)
    assert pooled < 1.05 * alone


def noise_alone(seed, n_folds=3):
    """Two models without sources and nine with, all equally good."""
    names = [name for name, _ in NAMES]
    common = 1 + noise(0.3, 1000 + seed)
    found = planted(**{name: common + noise(0.3, 100 * seed + i) for i, name in enumerate(names)})
    return replace(found, held_out=found.held_out.assign(fold=found.held_out["row"] % n_folds))


def test_best_of_many_equals_is_not_said_to_help():
    kinds = [judge_cross_fitted(noise_alone(seed), "hidden").kind for seed in range(40)]
    assert kinds.count("helps") + kinds.count("harms") <= 2


def test_cross_fitted_gain_is_of_what_the_other_folds_would_have_taken():
    # "difference" owes its first place to fold 0, where the other folds would have taken "latent".
    found = planted(single=np.ones(N), difference=np.where(FOLDS == 0, 0.1, 0.6), latent=np.full(N, 0.55))
    assert judge(found, "hidden").difference == pytest.approx(0.5)
    assert judge_cross_fitted(found, "hidden").difference == pytest.approx((0.45 + 4 * 0.4) / 5)


def test_cross_fitted_verdict_of_clear_cases():
    half = planted(single=1 + noise(0.1), difference=0.5 + noise(0.1, 1))
    assert judge_cross_fitted(half, "hidden", "eV").kind == "helps"
    twice = planted(single=0.5 + noise(0.1), difference=1 + noise(0.1, 1))
    assert judge_cross_fitted(twice, "hidden").kind == "harms"
    error = 1 + noise(0.2)
    equal = planted(single=error, difference=error + noise(0.005, 1))
    assert judge_cross_fitted(equal, "hidden").kind == "no difference"
    assert judge_cross_fitted(planted(single=error), "hidden") is None


def test_rows_of_which_something_is_known_are_judged_alone():
    found = planted(single=np.ones(N), difference=np.where(FOLDS % 2 == 0, 0.5, 2.0))
    verdict = judge_cross_fitted(found, "hidden", only_known=True)
    assert verdict.difference == pytest.approx(0.5) and verdict.n_materials == (FOLDS % 2 == 0).sum()
    assert choose(found, "hidden") == "single" and choose(found, "hidden", only_known=True) == "difference"


def test_folds_that_agree_by_chance_do_not_make_an_error_small():
    folds = np.arange(30) % 3
    difference = np.where(np.arange(30) // 3 % 2 == 0, 1.0, -1.0)
    gain = gain_of(pd.Series(difference), pd.Series(np.zeros(30)), folds)
    assert gain.standard_error == pytest.approx(0, abs=1e-12)
    expected = np.sqrt((1 / 3 + 1 / 2) * difference.var(ddof=1) / 10)
    assert cautious_error(gain, difference) == pytest.approx(expected)
