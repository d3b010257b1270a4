"""Commands that are killed at random moments, and what must be true of their files afterwards.

Runs are forked from one process that has imported everything, so that a run is mostly work and not
imports, and a kill mostly hits work.
"""

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from graftwood.store.archive import read_arrays, read_bytes, read_document
from tests.cli.small_studies import write_small

if "forkserver" not in multiprocessing.get_all_start_methods():
    pytest.skip("runs are forked, which this system does not know", allow_module_level=True)
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.warm_commands"])
KNOWN = {
    "c.csv", "p.csv", "model.graft", "study.toml", "dft.csv", "exp.csv", "out", "details", "fits",
    "comparison.csv", "report.html", "held_out.csv", "overlap.csv", "study.json", "made_from.json",
}  # fmt: skip
METALS = ("Li", "Na", "K", "Mg", "Ca", "Zn")
LONGEST = 240  # seconds of an undisturbed run on a busy machine


def run_command(arguments):
    """In the child: one command line, its output thrown away, its exit code the child's."""
    from tests.warm_commands import app

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1), os.dup2(quiet, 2)
    app([str(argument) for argument in arguments], prog_name="graftwood", standalone_mode=True)


@dataclass
class Command:
    """A command with the files that it leaves, and how two of them are compared.

    Parameters
    ----------
    arguments : list
    targets : list of Path
        What it writes for people.
    """

    arguments: list
    targets: list[Path]

    def start(self):
        child = CONTEXT.Process(target=run_command, args=(self.arguments,))
        child.start()
        return child

    def finish(self):
        """Run undisturbed; return the seconds it took."""
        started = time.monotonic()
        child = self.start()
        child.join(LONGEST)
        assert child.exitcode == 0, (self.arguments, child.exitcode)
        return time.monotonic() - started

    def kill_after(self, seconds):
        """Start, wait and kill; return whether it was still running."""
        child = self.start()
        child.join(seconds)
        was_running = child.exitcode is None
        os.kill(child.pid, signal.SIGKILL) if was_running else None
        child.join(LONGEST)
        return was_running

    def contents(self):
        return [content_of(path) for path in self.targets]


def content_of(path):
    """What a file says, None if it is not there; of a model file all but the time of its making."""
    if not path.exists():
        return None
    if path.suffix != ".graft":
        return path.read_bytes()
    data = read_bytes(path)
    document = read_document(data)
    document.pop("created")
    for name in ("seconds", "date"):
        (document["study"] or {"dict": {}})["dict"].pop(name, None)
    arrays = {
        name: (array.dtype.str, array.shape, array.tobytes()) for name, array in read_arrays(data).items()
    }
    return json.dumps(document, sort_keys=True), arrays


def commands_in(folder, n_times):
    """Compare, fit and predict of a small study; candidates are 2,388 formulas, several times."""
    study = write_small(folder)
    quick = ["--folds", 2, "--trees", 3, "--jobs", 1, "--regime", "hidden"]
    out = folder / "out"
    formulas = [f"{metal}{n}{anion}" for metal in METALS for anion in ("O", "S") for n in range(1, 200)]
    (folder / "c.csv").write_text("formula\n" + "\n".join(formulas * n_times) + "\n")
    fit = ["fit", study, "--architecture", "difference", "--trees", 60, "--jobs", 1]
    return {
        "compare": Command(
            ["compare", study, "--out", out, *quick],
            [out / "comparison.csv", out / "details" / "held_out.csv", out / "details" / "overlap.csv"],
        ),
        "fit": Command([*fit, "--out", folder / "model.graft"], [folder / "model.graft"]),
        "predict": Command(
            ["predict", folder / "model.graft", folder / "c.csv", "--out", folder / "p.csv"],
            [folder / "p.csv"],
        ),
    }


def put_old(command):
    """Put other, whole files where a run writes, and take away what a finished one left; return the files."""
    old = []
    for path in command.targets:
        path.write_bytes(b"PK\x03\x04 an older file" if path.suffix == ".graft" else b"an older file\n")
        old.append(path.read_bytes())
    details = command.targets[-1].parent
    (details / "made_from.json").unlink(missing_ok=True)
    shutil.rmtree(details / "fits", ignore_errors=True)
    return old


def check_kills(folder, name, n_kills, seed, n_times=1):
    """Kill a command again and again; every target is whole each time, and in the end as undisturbed.

    A run goes on from what the killed ones have done; after one that came to its end all begins anew.
    """
    commands, luck = commands_in(folder, n_times), random.Random(seed)
    command = commands[name]
    if name == "predict":
        commands["fit"].finish()
    seconds = command.finish()
    new = command.contents()
    assert all(content is not None for content in new)
    old, n_killed = put_old(command), 0
    for _ in range(5 * n_kills):
        was_killed = command.kill_after(luck.uniform(0.02, 1.05) * seconds)
        for path, before, after in zip(command.targets, old, new, strict=True):
            assert path.read_bytes() == before or content_of(path) == after, path
        names = [path.name for target in command.targets for path in target.parent.iterdir()]
        assert [name for name in names if name not in KNOWN and not name.startswith(".")] == []
        n_killed += was_killed
        if n_killed == n_kills:
            break
        if not was_killed:
            old = put_old(command)
    command.finish()
    assert command.contents() == new
    return n_killed
