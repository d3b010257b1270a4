"""Throw damaged texts and files at what reads them: ``python tools/fuzz.py --minutes 60 --seed 1``.

Cases come from good ones by random edits; a case whose outcome is new (another refusal, another
sentence) is kept and edited further.  Only documented refusals, in one sentence, are fine.
What is found is saved below ``fuzz-findings/``, and a line about the run goes to ``docs/fuzzing.md``.
Minutes are of the processor, so that a run on a busy machine does as much as on an idle one; a run
that is stopped before is recorded as long as it was.
"""

from __future__ import annotations

import argparse
import faulthandler
import re
import resource
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.fuzzing.targets import TARGETS, BrokenPromise, Target  # noqa: E402

RECORD, FINDINGS = ROOT / "docs/fuzzing.md", ROOT / "fuzz-findings"
LONGEST_SECONDS, MOST_MEMORY = 20, 6 * 2**30
LONGEST_CASE, LONGEST_TEXT, LONGEST_SENTENCE, MOST_KEPT = 200_000, 3000, 20_000, 2000
SHARE = {"formula": 2, "study": 4, "model": 4}  # of the time; others have 0.5


class TooSlow(Exception):
    """A case took more of the processor than `LONGEST_SECONDS`."""


@dataclass
class Tally:
    """What came of a target's cases.

    Examples
    --------
    >>> Tally().n_cases
    0
    """

    n_cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: dict[str, Any] = field(default_factory=dict)


def outcome_of(target: Target, case: Any) -> tuple[str, bool]:
    """Run a case; return a word for what came of it, and whether it is a finding."""
    try:
        with warnings.catch_warnings(), in_time(LONGEST_SECONDS):
            warnings.simplefilter("error")
            return target.run(case), False
    except target.refusals as refusal:
        text = str(refusal)
        if "\n" in text or not text.endswith(".") or len(text) > LONGEST_SENTENCE:
            return f"no sentence of {type(refusal).__name__}", True
        return f"{type(refusal).__name__}: {skeleton(text)}", False
    except BrokenPromise as broken:
        return f"broken promise: {broken}", True
    except (Exception, RecursionError, MemoryError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.name}"
        return f"{type(error).__name__} in {place}: {skeleton(str(error))}", True


def skeleton(text: str) -> str:
    """The first plain words of a message, what was quoted left out: equal for equal situations."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\S*/\S*|\([^)]*\)", "", text)
    return " ".join(re.findall(r"\b[a-zA-Z]{3,}\b", text.split(":", 1)[-1][:300])[:8])


@contextmanager
def in_time(seconds: int) -> Iterator[None]:
    """Stop what takes more seconds of the processor; while the process is suspended none pass.

    Raises
    ------
    TooSlow
    """

    def stop(number: int, frame: Any) -> None:
        raise TooSlow(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fuzz(
    target: Target, rng: np.random.Generator, tally: Tally, seconds: float, most: int | None = None
) -> None:
    """Make and run cases for so many seconds of the processor, or so many cases.

    Parameters
    ----------
    target : Target
        Its ``seeds`` grow by cases whose outcome is new.
    rng : Generator
    tally : Tally
        Filled here.
    seconds : float
    most : int, optional
        Stops after so many cases.
    """
    started = time.process_time()
    while time.process_time() - started < seconds and (most is None or tally.n_cases < most):
        case, other = (target.seeds[int(rng.integers(len(target.seeds)))] for _ in range(2))
        case = target.change(rng, case, other)
        if is_long(case):
            continue
        outcome, is_finding = outcome_of(target, case)
        if outcome not in tally.outcomes and len(target.seeds) < MOST_KEPT:
            target.seeds.append(case)
        tally.n_cases += 1
        tally.outcomes[outcome] += 1
        if is_finding:
            tally.findings.setdefault(outcome, case)


def is_long(case: Any) -> bool:
    """Whether a case has grown too much to be worth its time."""
    parts = case if isinstance(case, tuple) else (case,)
    return any(len(part) > (LONGEST_CASE if isinstance(part, bytes) else LONGEST_TEXT) for part in parts)


def save(name: str, tally: Tally) -> None:
    """Write what was found, a file per finding."""
    for number, (outcome, case) in enumerate(tally.findings.items()):
        FINDINGS.mkdir(exist_ok=True)
        data = case if isinstance(case, bytes) else repr(case).encode("utf-8", "surrogatepass")
        (FINDINGS / f"{name}-{number}.case").write_bytes(data)
        (FINDINGS / f"{name}-{number}.txt").write_text(outcome + "\n", encoding="utf-8")


def record(tallies: dict[str, Tally], minutes: float, seed: int) -> str:
    """The line of a run for the table of ``docs/fuzzing.md``."""
    from graftwood import __version__

    counts = ", ".join(f"{name} {tally.n_cases:,}" for name, tally in tallies.items())
    refusals = sum(len(tally.outcomes) - len(tally.findings) for tally in tallies.values())
    found = sum(len(tally.findings) for tally in tallies.values())
    day = datetime.now(UTC).date().isoformat()
    return f"| {day} | {__version__} | {seed} | {minutes:.1f} | {counts} | {refusals:,} | {found or 'none'} |"


def run_rounds(
    targets: dict[str, Target], tallies: dict[str, Tally], rng: np.random.Generator, minutes: float
) -> None:
    """Fuzz all targets in turn, and tell every two minutes how far it is."""
    whole, n_rounds = sum(SHARE.get(name, 0.5) for name in targets), max(1, round(minutes / 2))
    for _ in range(n_rounds):
        for name, target in targets.items():
            fuzz(target, rng, tallies[name], 60 * minutes / n_rounds * SHARE.get(name, 0.5) / whole)
            save(name, tallies[name])
        said = (f"{name} {tally.n_cases:,} ({len(tally.findings)})" for name, tally in tallies.items())
        print(f"{datetime.now(UTC):%H:%M} {', '.join(said)}", flush=True)


def main() -> int:
    """Run; the exit code is 1 where something was found."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", choices=list(TARGETS), action="append")
    parser.add_argument("--no-record", action="store_true", help="leave docs/fuzzing.md as it is")
    asked = parser.parse_args()
    faulthandler.enable()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    names = asked.target or list(TARGETS)
    targets = {name: TARGETS[name]() for name in names}
    tallies = {name: Tally() for name in names}
    with suppress(KeyboardInterrupt):  # a run that is stopped is recorded as long as it was
        run_rounds(targets, tallies, np.random.default_rng(asked.seed), asked.minutes)
    if not asked.no_record:
        with open(RECORD, "a", encoding="utf-8") as file:
            file.write(record(tallies, time.process_time() / 60, asked.seed) + "\n")
    for name, tally in tallies.items():
        for outcome in tally.findings:
            print(f"{name}: {outcome}")
    return int(any(tally.findings for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
