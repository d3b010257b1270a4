"""Tables of the results for a reader."""

from benchmarks.definition import Results


def print_problem(name: str, found: Results) -> None:
    """Print a table per regime, a line per model."""
    print(f"\n{name}: {found['target']} in {found['unit'] or 'its unit'}, {found['n_materials']} materials, "
          f"folds drawn {found['n_repeats']} times, {found['cpu_seconds']} CPU-s")  # fmt: skip
    for regime, models in found["regimes"].items():
        print(f"  {regime}")
        print(f"    {'':<24} {'MAE':>7}  {'68 %':<13} {'randomised':<13} {'positive':<13} {'90 %':<13} "
              f"{'randomised':<13} {'rank of errors':<20} CRPS, gain over a constant")  # fmt: skip
        for model, entry in models.items():
            parts = [
                f"{entry[key][0]:.3f}+-{entry[key][1]:.3f}" if key in entry else ""
                for key in (
                    "coverage_68",
                    "coverage_68_randomised",
                    "coverage_68_positive",
                    "coverage_90",
                    "coverage_90_randomised",
                )
            ]
            rank = "{:.2f} ({:.2f}, {:.2f})".format(*entry["rank"])
            crps = entry["crps"]
            print(
                f"    {model:<24} {entry['mae']:7.3f}  " + " ".join(f"{part:<13}" for part in parts)
                + f" {rank:<20} {crps['value']:.4f} {crps['gain_over_constant']:+.4f}"
                + f"+-{crps['standard_error']:.4f}"
            )  # fmt: skip


def print_steps(found: Results) -> None:
    """Print a line per function."""
    print("\nfunctions of NO steps, eV")
    for model, functions in found.items():
        if model == "cpu_seconds":
            continue
        print(f"  {model}")
        for function, entry in functions.items():
            independent = entry["independent"]
            beside = "" if independent is None else f", {independent:.3f} if independent"
            print(
                f"    {function:<30} covers {entry['coverage_68']:.3f} of {entry['n_labels']} "
                f"(binomial error {entry['binomial_error']:.3f}), spread {entry['spread']:.3f}{beside}"
            )


def print_classes(found: Results) -> None:
    """Print votes beside probabilities."""
    print("\nclasses")
    for name, entry in found.items():
        if name == "cpu_seconds":
            continue
        print(f"  {name}: {entry['n_labels']} labels, {entry['n_classes']} classes")
        for kind in ("votes", "probabilities"):
            line = entry[kind]
            print(
                f"    {kind:<14} log loss {line['log_loss'][0]:.3f}+-{line['log_loss'][1]:.3f}  "
                f"Brier {line['brier'][0]:.3f}+-{line['brier'][1]:.3f}  calibration error {line['ece']:.3f}"
            )


def print_mean(lines: list[Results]) -> None:
    """Print a line per number of trees and materials."""
    print("\nvariance of the mean over trees")
    print("   trees materials    truth  estimate  with expected bias  noise of a row  negative")
    for line in lines:
        print(
            f"  {line['n_trees']:6} {line['n_materials']:9} {line['truth']:8.4f} {line['estimate']:9.4f} "
            f"{line['expected_bias_subtracted']:19.4f} {line['noise_of_one_row']:15.4f} "
            f"{line['share_negative']:9.2f}"
        )


def print_speed(found: Results) -> None:
    """Print seconds and ratios."""
    print(f"\nspeed: {found['n_candidates']} candidates, {found['n_training']} training materials")
    for name, seconds in found["seconds"].items():
        print(f"  {name:<20} {seconds:8.2f} s")
    print(f"  of the mean: {found['peak_mebibytes_over_model']:.0f} MiB above the model")
    for name, ratio in found["ratios"].items():
        print(f"  {name:<26} {ratio:.2f}")
