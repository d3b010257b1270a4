"""Command lines that cannot be run: exit code 2 for wrong use and 1 for what failed, and nothing is left."""

import shutil

import pytest

from tests.cli.small_studies import run

MODEL, STUDY = "model.graft", "study.toml"
QUICK = ["--jobs", 1, "--trees", 2]
FEW_FOR_FOLDS = (
    "carry a label of gap_exp but 500 folds need at least as many; lower n_folds (on the command line "
    "--folds) or add labels."
)
MAX = ["--goal", "max gap_exp"]
CHOSEN = ["--architecture", "single", "--jobs", 1, "--trees", 2]

WRONG_USE = {
    "unknown-command": (["grow"], "No such command 'grow'."),
    "unknown-option": (["--fast"], "No such option: --fast"),
    "compare-no-study": (["compare"], "Missing argument 'STUDY'."),
    "compare-two-studies": (["compare", STUDY, STUDY], "Got unexpected extra argument(s) (study.toml)"),
    "compare-unknown-option": (["compare", STUDY, "--fast"], "No such option: --fast"),
    "compare-regime": (
        ["compare", STUDY, "--regime", "seen"],
        "'--regime': ",
        "'seen' is not one of 'hidden'",
    ),
    "compare-one-fold": (["compare", STUDY, "--folds", 1], "'--folds': ", "than or equal to 2"),
    "compare-folds-text": (["compare", STUDY, "--folds", "many"], "'--folds': ", "valid integer"),
    "compare-folds-float": (["compare", STUDY, "--folds", 2.5], "'--folds': ", "valid integer"),
    "compare-no-trial": (["compare", STUDY, "--trials", 0], "'--trials': ", "than or equal to 1"),
    "compare-one-tree": (["compare", STUDY, "--trees", 1], "'--trees': ", "than or equal to 2"),
    "compare-negative-seed": (["compare", STUDY, "--seed", -1], "'--seed': ", "than or equal to 0"),
    "compare-large-seed": (["compare", STUDY, "--seed", 2**40], "'--seed': ", "equal to 4294967295"),
    "compare-no-thread": (["compare", STUDY, "--jobs", 0], "--jobs: 0 threads cannot work; give -1 or a"),
    "compare-minus-two-threads": (["compare", STUDY, "--jobs", -2], "'--jobs': ", "than or equal to -1"),
    "compare-out-without-value": (["compare", STUDY, "--out"], "Option '--out' requires an argument."),
    "fit-both": (
        ["fit", STUDY, "--architecture", "single", "--comparison", "x"],
        "fitted without a comparison",
    ),
    "fit-one-tree": (["fit", STUDY, "--trees", 1], "'--trees': ", "than or equal to 2"),
    "fit-no-fold": (["fit", STUDY, "--folds", 0], "'--folds': ", "than or equal to 2"),
    "fit-no-compared-tree": (["fit", STUDY, "--compared-trees", 0], "'--compared-trees': "),
    "fit-seed-text": (["fit", STUDY, "--seed", "x"], "'--seed': ", "valid integer"),
    "fit-no-such-folder": (["fit", STUDY, "--out", "none/m.graft"], "--out: the folder none does not exist"),
    "predict-nothing": (["predict"], "Missing argument 'MODEL'."),
    "predict-no-candidates": (["predict", MODEL], "Missing argument 'FILE'."),
    "predict-onto-candidates": (
        ["predict", MODEL, "c.csv", "--out", "c.csv"],
        "--out: c.csv is read by this command and would be replaced; write to another file.",
    ),
    "predict-json": (["predict", MODEL, "c.csv", "--out", "p.json"], "predictions end in .csv or .parquet"),
    "predict-onto-the-model": (
        ["predict", MODEL, "c.csv", "--out", MODEL],
        f"{MODEL} is read by this command",
    ),
    "suggest-no-goal": (["suggest", MODEL, "c.csv"], "Missing option '--goal'."),
    "suggest-none": (["suggest", MODEL, "c.csv", *MAX, "-n", 0], "'-n' / '--number': ", "equal to 1"),
    "suggest-apart-2": (["suggest", MODEL, "c.csv", *MAX, "--apart", 2], "'--apart': ", "equal to 1"),
    "suggest-apart-nan": (["suggest", MODEL, "c.csv", *MAX, "--apart", "nan"], "'--apart': "),
    "suggest-best-text": (["suggest", MODEL, "c.csv", *MAX, "--best", "big"], "'--best': ", "valid number"),
    "suggest-best-nan": (["suggest", MODEL, "c.csv", *MAX, "--best", "nan"], "--best: ", "a finite number"),
    "suggest-best-inf": (["suggest", MODEL, "c.csv", *MAX, "--best", "inf"], "--best: ", "a finite number"),
    "suggest-negative-seed": (["suggest", MODEL, "c.csv", *MAX, "--seed", -1], "'--seed': ", "equal to 0"),
    "suggest-onto-candidates": (
        ["suggest", MODEL, "c.csv", *MAX, "--out", "c.csv"],
        "--out: c.csv is read by this command",
    ),
    "suggest-onto-the-model": (["suggest", MODEL, "c.csv", *MAX, "--out", MODEL], f"{MODEL} is read by"),
    "fit-onto-the-study": (["fit", STUDY, "--architecture", "single", "--out", STUDY], f"{STUDY} is read by"),
    "fit-onto-a-table": (["fit", STUDY, "--out", "gaps.csv"], "gaps.csv is read by this command"),
    "inspect-onto-the-study": (["inspect", STUDY, "--out", STUDY], f"{STUDY} is read by this command"),
    "init-onto-a-table": (
        ["init", "exp.csv", "--out", "exp.csv", "--force"],
        "exp.csv is read by this command",
    ),
    "init-nothing": (["init"], "Missing argument 'FILE...'."),
    "reproduce-unknown": (["reproduce", "all"], "'all' is not one of 'band-gap', 'colour'"),
    "reproduce-no-thread": (["reproduce", "colour", "--jobs", 0], "--jobs: 0 threads cannot work"),
    "demo-no-thread": (["demo", "--jobs", 0], "--jobs: 0 threads cannot work; give -1 or a number above 0."),
    "demo-one-tree": (["demo", "--trees", 1], "'--trees': ", "than or equal to 2"),
    "warmup-argument": (["warmup", "now"], "Got unexpected extra argument(s) (now)"),
}
FAILED = {
    "compare-onto-a-file": (["compare", STUDY, "--out", "plain.txt"], "plain.txt: File exists; name another"),
    "compare-no-study": (["compare", "none.toml"], "none.toml: there is no such study file; make one with"),
    "compare-folder": (["compare", "folder"], "folder: this is a folder; name the study file in it."),
    "fit-no-such-architecture": (
        ["fit", STUDY, "--architecture", "neural"],
        "there is no architecture 'neural' for the target 'gap_exp'; name one of single,",
    ),
    "fit-onto-a-folder": (["fit", STUDY, *CHOSEN, "--out", "folder"], "folder: it is a folder; name a file."),
    "fit-no-comparison": (
        ["fit", STUDY, "--comparison", "folder"],
        "folder/details/made_from.json: the record of a comparison is missing or damaged; name the folder",
    ),
    "predict-no-model": (
        ["predict", "none.graft", "c.csv"],
        "none.graft: No such file or directory; check the",
    ),
    "predict-swapped": (
        ["predict", "c.csv", MODEL],
        "the model file c.csv: it is not a zip archive; copy the",
    ),
    "predict-no-such-candidates": (
        ["predict", MODEL, "none.csv"],
        "none.csv: there is no such file; correct its path, which starts from the current folder.",
    ),
    "predict-a-folder": (
        ["predict", "folder", "c.csv"],
        "the model file folder: Is a directory; check the path",
    ),
    "predict-no-such-folder": (
        ["predict", MODEL, "c.csv", "--out", "none/p.csv"],
        "Cannot write p.csv: the folder ",
    ),
    "suggest-empty-goal": (
        ["suggest", MODEL, "c.csv", "--goal", ""],
        "goal '' cannot be read; write it like",
    ),
    "suggest-nonsense": (
        ["suggest", MODEL, "c.csv", "--goal", "be big"],
        "goal 'be big' cannot be read; write",
    ),
    "suggest-no-such-task": (
        ["suggest", MODEL, "c.csv", "--goal", "max gap"],
        "goal 'max gap': there is no task 'gap'; the tasks are colour, gap_dft, gap_exp.",
    ),
    "suggest-empty-range": (
        ["suggest", MODEL, "c.csv", "--goal", "gap_exp in 2..1"],
        "goal 'gap_exp in 2..1': nothing lies from 2 to 1; swap them.",
    ),
    "suggest-two-maxima": (
        ["suggest", MODEL, "c.csv", "--goal", "max gap_exp and min gap_dft"],
        "only one task can be driven to its maximum or minimum.",
    ),
    "suggest-no-such-class": (
        ["suggest", MODEL, "c.csv", "--goal", "colour = green"],
        "goal 'colour = green': task colour has the classes blue, red; write it like 'colour = blue'.",
    ),
    "suggest-class-above": (
        ["suggest", MODEL, "c.csv", "--goal", "colour > 3"],
        "colour has the classes blue,",
    ),
    "suggest-largest-class": (
        ["suggest", MODEL, "c.csv", "--goal", "max colour"],
        "has the classes blue, red",
    ),
    "suggest-number-as-class": (
        ["suggest", MODEL, "c.csv", "--goal", "gap_exp = red"],
        "the labels of task gap_exp are numbers, not 'red'; write it like 'gap_exp > 3'.",
    ),
    "suggest-no-candidates": (
        ["suggest", MODEL, "none.csv", *MAX],
        "none.csv: there is no such file; correct its path, which starts from the current folder.",
    ),
    "init-no-table": (
        ["init", "none.csv", "--out", "x.toml"],
        "none.csv: there is no such file; correct its path, which starts from the current folder.",
    ),
    "init-unknown-kind": (
        ["init", "plain.txt", "--out", "x.toml"],
        "plain.txt: files of this kind are not read",
    ),
    "init-onto-a-study": (
        ["init", "gaps.csv", "--out", STUDY],
        "study.toml is there already; choose another",
    ),
    "init-no-such-folder": (["init", "gaps.csv", "--out", "none/x.toml"], "Cannot write x.toml: the folder "),
    "inspect-no-study": (["inspect", "none.toml"], "none.toml: there is no such study file; make one with"),
    "inspect-a-table": (["inspect", "gaps.csv"], "gaps.csv: this is no TOML (Expected '=' after a key"),
    "inspect-no-such-folder": (
        ["inspect", STUDY, "--out", "none/p.html"],
        "Cannot write p.html: the folder ",
    ),
    "report-no-folder": (
        ["report", "none"],
        "none/details/study.json: there is no such file; name the folder",
    ),
    "report-a-file": (["report", "plain.txt"], "plain.txt/details/study.json: the file is damaged; compare"),
    "describe-no-model": (
        ["describe", "none.graft"],
        "none.graft: No such file or directory; check the path",
    ),
    "describe-a-table": (["describe", "gaps.csv"], "gaps.csv: it is not a zip archive; copy the file again"),
    "demo-onto-a-file": (["demo", "--out", "plain.txt"], "plain.txt: File exists; name another place."),
}


@pytest.fixture
def here(lab, tmp_path, monkeypatch):
    """The current folder: the study, its model, candidates, a text file and an empty folder."""
    for name in ("gaps.csv", STUDY, MODEL):
        shutil.copy(lab / name, tmp_path)
    (tmp_path / "c.csv").write_text("formula,T,phase\nGaN,300,hex\n")
    (tmp_path / "plain.txt").write_text("x")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize("case", WRONG_USE)
def test_wrong_use_ends_with_2_before_any_work(case, here):
    arguments, *told = WRONG_USE[case]
    before = contents(here)
    result = run(*arguments)
    said = " ".join(word for word in result.stderr.split() if word != "│")
    assert result.exit_code == 2 and "Traceback" not in said
    assert [part for part in told if " ".join(part.split()) not in said] == [], said
    assert contents(here) == before


@pytest.mark.parametrize("case", FAILED)
def test_what_failed_ends_with_1_in_one_sentence(case, here):
    arguments, told = FAILED[case]
    before = contents(here)
    result = run(*arguments)
    last = result.stderr.splitlines()[-1]
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert last.startswith("graftwood: ") and last.endswith(".") and told in last, last
    assert contents(here) == before


@pytest.mark.parametrize(
    "options, told",
    [
        pytest.param(["--split", "lab"], "split 'lab': it must be material, system or one of", id="split"),
        pytest.param(["--folds", 500], f"compare: 32 materials {FEW_FOR_FOLDS}", id="folds"),
    ],
)
def test_comparison_that_cannot_be_made_leaves_no_result(options, told, here):
    result = run("compare", STUDY, *QUICK, *options)
    assert result.exit_code == 1 and told in result.stderr
    assert not (here / "comparison" / "comparison.csv").exists()
    assert not (here / "comparison" / "report.html").exists()


def test_fit_names_itself_where_folds_are_too_many(here):
    result = run("fit", STUDY, "--folds", 500, "--jobs", 1, "--out", "m.graft")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"graftwood: fit: 32 materials {FEW_FOR_FOLDS}"
