"""Tables of the results for a reader."""

from benchmarks.architectures.checks import CHECKS, name_case, shown
from benchmarks.architectures.ours import SELECTOR
from benchmarks.definition import Results

WORDS = {True: "passed", False: "FAILED", None: "not judged"}


def print_problem(name: str, found: Results) -> None:
    """Print a table per case."""
    unit = f" in {found['unit']}" if found["unit"] else ""
    print(f"\n{name}: {found['error']} of {found['target']}{unit}, {found['cpu_seconds']} CPU-s")
    for case in found["cases"]:
        print_case(name, case)


def print_case(name: str, case: Results) -> None:
    """Print a line per model: error, seconds per fold, differences to the best architecture and the peer."""
    print(f"\n  {name_case(name, case)}; best {case['best']}")
    width = max(len(model) for model in case["models"])
    print(f"    {'':<{width}}  {'error':<20}  {'CPU-s':>5}  {'minus best':<22}  minus nearest peer")
    for model, entry in case["models"].items():
        if "skipped" in entry:
            print(f"    {model:<{width}}  skipped: {entry['skipped']}")
            continue
        error = f"{entry['error']:.4g} +- {entry['standard_error']:.2g}"
        peer = f"{shown(entry['minus_peer'])}  ({entry['peer']})" if "minus_peer" in entry else ""
        cost, best = f"{entry['cpu_seconds']:5.1f}", f"{shown(entry['minus_best']):<22}"
        line = f"    {model:<{width}}  {error:<20}  {cost}  {best}  {peer}"
        print(line.rstrip())
    for what, counts in case[SELECTOR].items():
        if what != "skipped":
            print(f"    {what}: {', '.join(f'{word} in {n} folds' for word, n in counts.items())}")


def print_checks(checks: list[Results], counts: Results) -> None:
    """Print the counts, every judged line, and each reason for not judging once."""
    for check, meaning in CHECKS.items():
        print(f"\n{check}: {meaning}: {', '.join(f'{n} {word}' for word, n in counts[check].items())}")
        for line in checks:
            if line["check"] == check and line["passed"] is not None:
                print(f"  {WORDS[line['passed']]:<8} {line['case']}: {line['model']} {line['detail']}")
        reasons = {line["detail"] for line in checks if line["check"] == check and line["passed"] is None}
        for reason in sorted(reasons):
            print(f"  {WORDS[None]}: {reason}")
