"""Checks of the benchmark of the architectures can pass and can fail."""

import pytest

from benchmarks.architectures.checks import (
    check_inverted,
    check_peers,
    check_selector,
    check_shuffled,
    is_tie,
)
from benchmarks.architectures.ours import SELECTOR


@pytest.mark.parametrize(
    "paired, tied",
    [
        pytest.param([0.5, 0.6], True, id="one-standard-error"),
        pytest.param([0.02, 0.0], True, id="two-percent"),
        pytest.param([0.5, 0.4], False, id="worse"),
        pytest.param([-0.5, 0.1], True, id="better"),
    ],
)
def test_a_tie_is_one_paired_standard_error_or_two_percent(paired: list[float], tied: bool) -> None:
    assert is_tie(paired, 1.0) is tied


def test_checks_fail_where_they_should() -> None:
    selector = {"minus_best": [0.3, 0.1], "minus_best_without_sources": [0.05, 0.1]}
    case = {
        "best": "latent",
        "best_without_sources": "single",
        "models": {SELECTOR: selector, "latent": {"error": 1.0}},
        SELECTOR: {"verdict": {"no difference": 4, "helps": 1}},
    }
    assert check_selector(case)["passed"] is False
    assert [line["passed"] for line in check_shuffled(case)] == [False, True]


def test_inverted_sources_must_hurt_the_difference_and_leave_the_latent_alone() -> None:
    behind = {
        "difference:a": 0.5,
        "scaled_difference:a": 0.5,
        "pooled": 0.05,
        "latent": 0.05,
        "multi_task": 0.5,
    }
    moved = {
        "difference:a": 0.0,
        "scaled_difference:a": 0.5,
        "pooled": 0.5,
        "latent": 0.5,
        "multi_task": -0.05,
    }
    entries = {
        name: {
            "role": "architecture",
            "error": 1.5,
            "minus_best_without_sources": [behind[name], 0.1],
            "minus_related": [moved[name], 0.1],
        }
        for name in behind
    }
    lines = check_inverted({"best_without_sources": "single", "models": entries})
    passed = {line["model"]: line["passed"] for line in lines}
    assert passed == {
        "difference:a": True, "scaled_difference:a": False, "pooled": False, "latent": False,
        "multi_task": True,
    }  # fmt: skip


def test_of_the_differences_the_best_is_judged_against_its_peer() -> None:
    architecture = {"role": "architecture", "peer": "chain"}
    case = {
        "models": {
            "single": {**architecture, "error": 2.0, "minus_peer": [1.0, 0.1]},
            "difference:a": {**architecture, "error": 5.0, "minus_peer": [4.0, 0.1]},
            "scaled_difference:b": {**architecture, "error": 0.5, "minus_peer": [-0.5, 0.1]},
            "difference:c": {**architecture, "skipped": "too few labels"},
            "pooled": {**architecture, "error": 9.0, "minus_peer": [8.0, 0.1]},
            "chain": {"role": "peer", "error": 1.0},
        }
    }
    assert {line["model"]: line["passed"] for line in check_peers(case)} == {
        "single": False,
        "scaled_difference:b": True,
    }
