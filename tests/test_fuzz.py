"""The fuzzer itself: every target runs, finds nothing in a few cases, and what it must find it finds."""

import time

import numpy as np
import pytest

from graftwood.errors import UnreadableFormula
from tools import fuzz
from tools.fuzzing.targets import TARGETS, Target, promise


@pytest.mark.parametrize("name, n_cases", [(name, 40 if name == "model" else 150) for name in TARGETS])
def test_a_few_cases_find_nothing(name, n_cases):
    tally, target = fuzz.Tally(), TARGETS[name]()
    fuzz.fuzz(target, np.random.default_rng(5), tally, seconds=60, most=n_cases)
    assert tally.findings == {} and tally.n_cases == n_cases
    assert name == "cell" or len(tally.outcomes) >= 3, tally.outcomes


def crash(case):
    raise KeyError(case)


def two_sentences(case):
    raise UnreadableFormula("One line.\nAnother line.")


def break_promise(case):
    promise(len(case) < 0, "a text has a length")


def warn(case):
    np.array([1.0]) / np.array([0.0])


def test_what_is_stopped_has_used_the_processor_so_long():
    with pytest.raises(fuzz.TooSlow), fuzz.in_time(1):
        while True:
            pass
    with fuzz.in_time(1):
        time.sleep(1.2)


@pytest.mark.parametrize("run", [crash, two_sentences, break_promise, warn])
def test_what_must_not_come_out_is_a_finding(run):
    tally = fuzz.Tally()
    target = Target(["x"], lambda rng, case, other: case + "y", run, (UnreadableFormula,))
    fuzz.fuzz(target, np.random.default_rng(0), tally, seconds=60, most=3)
    assert len(tally.findings) == 1 and tally.n_cases == 3


def test_a_run_is_one_line_of_the_record():
    line = fuzz.record({"formula": fuzz.Tally(n_cases=1200)}, minutes=1.25, seed=3)
    heads = (fuzz.RECORD.read_text(encoding="utf-8").split("| date |")[1]).splitlines()[0]
    assert line.count("|") == heads.count("|") + 2 and "formula 1,200" in line and "| none |" in line
