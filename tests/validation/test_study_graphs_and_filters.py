"""Study files with wrong TOML, filters and sections [graph]: each is refused by file, key and value."""

import pytest

from graftwood.errors import EmptyTable, UnreadableFile, WrongStudy
from tests.validation.study_folder import STUDY, in_dft, refuses

LATENTS = 'latents = ["gap_dft", "colour"]'
LATENT = f'architecture = "latent"\n{LATENTS}'
SINGLE = 'architecture = "single"\nforest = { max_depth = 3 }'

BAD = {
    "task-where-number": (
        in_dft("where = 3"),
        WrongStudy,
        "[tasks.gap_dft] where must be a text in quotation marks, got 3.",
    ),
    "task-where-syntax": (
        in_dft('where = "gap >"'),
        WrongStudy,
        "dft.csv: task gap_dft: the filter 'gap >' cannot be read",
    ),
    "task-where-column": (
        in_dft('where = "temperature > 3"'),
        WrongStudy,
        "dft.csv: task gap_dft: the filter 'temperature > 3' names 'temperature', which "
        "is no column; the columns are formula, gap (eV), written between backticks "
        "where they are no plain words, and texts stand in quotation marks.",
    ),
    "task-where-none": (
        in_dft("where = \"formula == 'X'\""),
        EmptyTable,
        "dft.csv: task gap_dft: the filter \"formula == 'X'\" leaves none of 4 rows; correct it.",
    ),
    "task-where-at": (
        in_dft('where = "@exit()"'),
        WrongStudy,
        "dft.csv: task gap_dft: the filter '@exit()' cannot be read",
    ),
    "task-where-dunder": (
        in_dft('where = "formula.__class__"'),
        WrongStudy,
        "dft.csv: task gap_dft: the filter 'formula.__class__' uses .__class__",
    ),
    "task-where-not-bool": (
        in_dft('where = "formula"'),
        WrongStudy,
        "dft.csv: task gap_dft: the filter 'formula' does not say yes or no of every "
        "row; compare numbers with numbers and texts with texts.",
    ),
    "task-where-assign": (
        in_dft('where = "formula = 3"'),
        WrongStudy,
        "dft.csv: task gap_dft: the filter 'formula = 3' cannot be read",
    ),
    "task-where-power": (
        in_dft('where = "`gap (eV)` > 9**9**9"'),
        WrongStudy,
        "dft.csv: task gap_dft: the filter '`gap (eV)` > 9**9**9' uses '9 ** 9 ** 9'",
    ),
    "task-where-text-vs-number": (
        in_dft('where = "formula > 3"'),
        WrongStudy,
        "dft.csv: task gap_dft: the filter 'formula > 3' does not say yes or no of every "
        "row; compare numbers with numbers and texts with texts.",
    ),
    "task-where-call": (
        in_dft("where = \"formula.to_csv('leak.csv')\""),
        WrongStudy,
        "dft.csv: task gap_dft: the filter \"formula.to_csv('leak.csv')\" uses .to_csv",
    ),
    "graph-unknown-task": (
        ("[graph.gap_dft]", "[graph.gap]"),
        WrongStudy,
        "[graph.gap] is of no task; the tasks are gap_dft, gap_exp, colour; name one of "
        'them, or "*" for all that no other node answers for.',
    ),
    "graph-no-architecture": (
        ('architecture = "latent"\n', ""),
        WrongStudy,
        "[graph.gap_exp] architecture is missing; add it.",
    ),
    "graph-architecture": (
        ('architecture = "latent"', 'architecture = "neural"'),
        WrongStudy,
        "[graph.gap_exp] architecture",
    ),
    "graph-architecture-number": (
        ('architecture = "latent"', "architecture = 1"),
        WrongStudy,
        "[graph.gap_exp] architecture must be a text in quotation marks, got 1.",
    ),
    "graph-latents-missing": (
        ('latents = ["gap_dft", "colour"]\n', ""),
        WrongStudy,
        "[graph.gap_exp] latents is missing; a latent node names at least one task there.",
    ),
    "graph-latents-unknown": (
        (LATENTS, 'latents = ["gap_pbe"]'),
        WrongStudy,
        "[graph.gap_exp] latents names 'gap_pbe', but the tasks are gap_dft, gap_exp, "
        "colour; name one of them or add a section [tasks.gap_pbe].",
    ),
    "graph-latents-twice": (
        (LATENTS, 'latents = ["gap_dft", "gap_dft"]'),
        WrongStudy,
        "[graph.gap_exp] latents names 'gap_dft' twice; name it once.",
    ),
    "graph-wrong-key": (
        (LATENTS, 'source = "gap_dft"'),
        WrongStudy,
        "[graph.gap_exp] source is no key of a latent node, whose keys are architecture, "
        "forest, latents; leave it out.",
    ),
    "graph-unknown-key": (
        (LATENTS, 'latents = "gap_dft"\ntrees = 5'),
        WrongStudy,
        "[graph.gap_exp] trees is no key that a study file knows; allowed there are architecture, "
        "source, slope, latents, source_as_input, task_weight, expression, forest; correct it or "
        "leave it out.",
    ),
    "graph-cycle": (
        (SINGLE, 'architecture = "latent"\nlatents = "gap_exp"'),
        WrongStudy,
        "[graph] the tasks gap_exp <- gap_dft <- gap_exp need each other; take out one of these sources.",
    ),
    "graph-forest-key": (
        ("max_depth = 3", "depth = 3"),
        WrongStudy,
        "[graph.gap_dft] forest has the key 'depth'; allowed are max_features, "
        "min_samples_leaf, max_depth, splitter.",
    ),
    "graph-forest-value": (
        ("max_depth = 3", 'max_depth = "deep"'),
        WrongStudy,
        "[graph.gap_dft] forest: max_depth must be an integer >= 1 or None, got 'deep'.",
    ),
    "graph-forest-value0": (
        ("max_depth = 3", "max_depth = 0"),
        WrongStudy,
        "[graph.gap_dft] forest: max_depth must be an integer >= 1 or None, got 0.",
    ),
    "graph-forest-text": (
        ("{ max_depth = 3 }", '"deep"'),
        WrongStudy,
        "[graph.gap_dft] forest must be a table, got 'deep'.",
    ),
    "graph-no-target": (
        ("[graph.gap_exp]", "[graph.colour]"),
        WrongStudy,
        "[graph] has no node that answers for the target 'gap_exp', only for colour, "
        "gap_dft; add a section [graph.gap_exp].",
    ),
    "graph-difference-of-classes": (
        (LATENT, 'architecture = "difference"\nsource = "colour"'),
        WrongStudy,
        "[graph.gap_exp] architecture is 'difference', but the task 'colour' is a "
        "category, which cannot be added; use 'latent' or 'multi-task'.",
    ),
    "graph-rest-single": (
        ("[graph.gap_dft]", '[graph."*"]'),
        WrongStudy,
        "architecture must be 'multi-task', which answers for several tasks, got 'single'; or name the task.",
    ),
    "graph-weight": (
        (SINGLE, 'architecture = "multi-task"\ntask_weight = 2'),
        WrongStudy,
        "[graph.gap_dft] forest: task_weight must be a number from 0 to 1 or a dict, got 2.0.",
    ),
    "graph-weight-text": (
        (SINGLE, 'architecture = "multi-task"\ntask_weight = "half"'),
        WrongStudy,
        "[graph.gap_dft] task_weight must be a number, got 'half'.",
    ),
    "graph-expression-missing": (
        (SINGLE, 'architecture = "expression"'),
        WrongStudy,
        "[graph.gap_dft] expression is missing, or has forests: it is arithmetic on tasks, such as 'a - b'.",
    ),
    "graph-expression-syntax": (
        (SINGLE, 'architecture = "expression"\nexpression = "gap_exp +"'),
        WrongStudy,
        "[graph.gap_dft] The expression 'gap_exp +' cannot be read; it may hold numbers, "
        "tasks, + - * / **, parentheses and exp, log, sqrt, abs, minimum, maximum, and a "
        "task whose name is no plain word stands in `backticks`.",
    ),
    "graph-expression-unknown": (
        (SINGLE, 'architecture = "expression"\nexpression = "gap_x * 2"'),
        WrongStudy,
        "[graph.gap_dft] expression names 'gap_x', but the tasks are gap_dft, gap_exp, "
        "colour; correct the name.",
    ),
    "toml-syntax": (
        ("[study]", "[study"),
        UnreadableFile,
        "this is no TOML (Expected ']' at the end of a table declaration (at line 1, column 7)); correct it.",
    ),
    "toml-twice": (
        ('target = "gap_exp"', 'target = "gap_exp"\ntarget = "gap_dft"'),
        UnreadableFile,
        "this is no TOML (Cannot overwrite a value (at line 3, column 19)); correct it.",
    ),
    "toml-section-twice": (
        ("[inputs.T]", "[inputs.formula]"),
        UnreadableFile,
        "this is no TOML (Cannot declare ('inputs', 'formula') twice (at line 6, column 16)); correct it.",
    ),
    "toml-quote": (
        ('target = "gap_exp"', 'target = "gap_exp'),
        UnreadableFile,
        "this is no TOML (Illegal character '\\n' (at line 2, column 18)); correct it.",
    ),
    "toml-bare": (
        ('target = "gap_exp"', "target = gap_exp"),
        UnreadableFile,
        "this is no TOML (Invalid value (at line 2, column 10)); correct it.",
    ),
    "unknown-section": (("[study]", "[studies]"), WrongStudy, "[study] is missing; add it."),
    "empty-file": (
        (
            '[study]\ntarget = "gap_exp"\nmaterial = "formula"\n[inputs.formula]\nkind = '
            '"composition"\n[inputs.T]\nkind = "number"\nunit = "K"\n[tasks.gap_dft]\nfile = '
            '"dft.csv"\ncolumn = "gap"\nunit = "eV"\n[tasks.gap_exp]\nfile = "exp.csv"\ncolumn = '
            '"gap"\nunit = "eV"\n[tasks.colour]\nfile = "exp.csv"\ncolumn = "colour"\nkind = '
            '"category"\n[graph.gap_exp]\narchitecture = "latent"\nlatents = ["gap_dft", '
            '"colour"]\n[graph.gap_dft]\narchitecture = "single"\nforest = { max_depth = 3 }\n',
            "",
        ),
        WrongStudy,
        "[study] is missing; add it.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_study_file_is_refused_in_one_sentence(case, tmp_path):
    (old, new), error, told = BAD[case]
    refuses(tmp_path, STUDY.replace(old, new, 1), error, told)
