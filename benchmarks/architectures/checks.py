"""What must hold of the results, each line passed, failed or not judged."""

from collections.abc import Iterator

from benchmarks.architectures.ours import SELECTOR
from benchmarks.definition import Results

NEGLIGIBLE = 0.02
CHECKS = {
    "selector": "within one paired s.e. or 2 % of the best architecture",
    "peers": "beats or ties (one paired s.e. or 2 %) the nearest peer; of a family (differences from several "
    "sources, plain and scaled, multi-task as it is and corrected) the best is judged",
    "shuffled": "selector never says 'helps', and is at most one s.e. behind the best without sources",
    "inverted": "plain difference and pooled lose to the best without sources, scaled difference, latent and "
    "multi-task are unchanged",
}
LOSERS = ("difference", "pooled")
UNMOVED = ("scaled_difference", "latent", "multi_task")
JUDGED = ("single", "difference", "latent", "multi_task")


def check_problem(name: str, found: Results) -> list[Results]:
    """Judge all cases of a problem; ``passed`` is None where there is nothing to judge."""
    lines: list[Results] = []
    for case in found["cases"]:
        where = name_case(name, case)
        if case["sources"] == "related":
            lines += [{"check": "selector", "case": where, **check_selector(case)}]
            lines += [{"check": "peers", "case": where, **line} for line in check_peers(case)]
        elif case["sources"] == "shuffled":
            lines += [{"check": "shuffled", "case": where, **line} for line in check_shuffled(case)]
        else:
            lines += [{"check": "inverted", "case": where, **line} for line in check_inverted(case)]
    return lines


def name_case(problem: str, case: Results) -> str:
    """Name a case in a table."""
    labels = "all labels" if case["n_told"] is None else f"{case['n_told']} labels"
    sources = "" if case["sources"] == "related" else f", sources {case['sources']}"
    return f"{problem}, {labels}, {case['regime']}{sources}"


def check_selector(case: Results) -> Results:
    """Whether the selector is as good as the best architecture."""
    entry = case["models"][SELECTOR]
    if "skipped" in entry:
        return {"model": SELECTOR, "passed": None, "detail": entry["skipped"]}
    best = case["models"][case["best"]]["error"]
    return {
        "model": SELECTOR,
        "passed": is_tie(entry["minus_best"], best),
        "detail": f"{shown(entry['minus_best'])} to {case['best']}, {best:.4g}",
    }


def check_peers(case: Results) -> Iterator[Results]:
    """Whether each architecture is as good as its nearest peer."""
    for name in best_of_families(case):
        entry = case["models"][name]
        if "skipped" in entry or "minus_peer" not in entry:
            reason = entry.get("skipped") or case["models"][entry["peer"]]["skipped"]
            yield {"model": name, "passed": None, "detail": reason}
            continue
        peer = case["models"][entry["peer"]]["error"]
        detail = f"{shown(entry['minus_peer'])} to {entry['peer']}, {peer:.4g}"
        yield {"model": name, "passed": is_tie(entry["minus_peer"], peer), "detail": detail}


def best_of_families(case: Results) -> list[str]:
    """Name what is judged, the best of each family: nobody would take another."""
    models = case["models"]
    best: dict[str, str] = {}
    for name in (n for n in models if models[n]["role"] == "architecture" and family(n) in JUDGED):
        held = best.setdefault(family(name), name)
        if models[name].get("error", float("inf")) < models[held].get("error", float("inf")):
            best[family(name)] = name
    return list(best.values())


def check_shuffled(case: Results) -> Iterator[Results]:
    """Whether the selector sees that shuffled sources say nothing."""
    entry = case["models"][SELECTOR]
    if "skipped" in entry:
        yield {"model": SELECTOR, "passed": None, "detail": entry["skipped"]}
        return
    verdicts = case[SELECTOR]["verdict"]
    said = ", ".join(f"{kind} {n}" for kind, n in verdicts.items())
    yield {"model": SELECTOR, "passed": "helps" not in verdicts, "detail": f"verdicts: {said}"}
    difference, error = entry["minus_best_without_sources"]
    detail = f"{shown(entry['minus_best_without_sources'])} to {case['best_without_sources']}"
    yield {"model": SELECTOR, "passed": difference <= error, "detail": detail}


def check_inverted(case: Results) -> Iterator[Results]:
    """Whether what takes the source's numbers as they are loses, and what only cuts on them does not."""
    for name, entry in case["models"].items():
        if entry["role"] != "architecture" or plain(name) not in LOSERS + UNMOVED:
            continue
        if "skipped" in entry:
            yield {"model": name, "passed": None, "detail": entry["skipped"]}
            continue
        if plain(name) in LOSERS:
            paired, other = entry["minus_best_without_sources"], case["best_without_sources"]
            passed = not is_tie(paired, entry["error"] - paired[0])
        else:
            paired, other = entry["minus_related"], "itself with the sources as they are"
            passed = abs(paired[0]) <= max(paired[1], NEGLIGIBLE * (entry["error"] - paired[0]))
        detail = f"{shown(paired)} to {other}, {entry['error'] - paired[0]:.4g}"
        yield {"model": name, "passed": passed, "detail": detail}


def family(name: str) -> str:
    """Architecture without the source it starts from, its slope or its correction."""
    return plain(name).removeprefix("scaled_")


def plain(name: str) -> str:
    """Architecture without the source it starts from, or its correction."""
    return name.partition(":")[0].removesuffix("_corrected")


def is_tie(paired: list[float], reference: float) -> bool:
    """Whether an error is at most one paired standard error or 2 % above the reference's."""
    difference, error = paired
    return difference <= max(error, NEGLIGIBLE * reference)


def shown(paired: list[float]) -> str:
    """A difference with its standard error."""
    return f"{paired[0]:+.4g} +- {paired[1]:.2g}"


def count(lines: list[Results]) -> Results:
    """Number passed, failed and not judged of each check."""
    outcomes = {"passed": True, "failed": False, "not judged": None}
    return {
        check: {
            word: sum(line["check"] == check and line["passed"] is value for line in lines)
            for word, value in outcomes.items()
        }
        for check in CHECKS
    }
