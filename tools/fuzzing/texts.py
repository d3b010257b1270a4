"""Good formulas, cells, expressions and study files to start from, and the words of their languages."""

from __future__ import annotations

FORMULAS = (
    "GaN", "Fe2O3", "Cu1.8S", "Ca3(PO4)2", "K4[Fe(CN)6]", "CuSO4·5H2O", "CuSO4.5H2O", "Al2O3.3SiO2",
    "Fe₂O₃", "K0.5Na0.5NbO3", "La1-xSrxMnO3", "NaN", "D2O", "{Fe(CN)6}3", "Ga0.30000000000000004As0.7",
    "H" * 30, "U1e3", "0.5Al2O3", "(((Si)2)3)4", "Zn1O1", "CoO", "Na+Cl-", "LiFePO4 ", "2(H2O)", "Xx2O3",
    "",
)  # fmt: skip
FORMULA_WORDS = (
    "Fe", "O", "Uuo", "Og", "T", "D", "Xx", "co", "CO", "(", ")", "[", "]", "{", "}", "·", "*", ".", "x",
    "₂", "+", "-", "^", "1e5", "1e-9", "1e10", "0", "0.0", "@", "!", "H2O", "(H2O)", "δ", "±", "/",
)  # fmt: skip

CELLS = (
    "1.12", "1.12 ± 0.02", "1.12(2)", "7-9", "7 to 9", "<0.1", "≥ 3", "~1.1", "1120 meV", "n/a", "-",
    "1,12", "1.1(2)e-5", "5 ± 10 %", "1..2", "1...2", "25 °C", "-3--2",
)  # fmt: skip
CELL_WORDS = (
    "±", "+/-", "\\pm", "(2)", "(", ")", "e", "E+5", "e-", "-", "–", "...", "to", "<", ">=", "≤", "~",
    "ca.", "meV", "eV", "°C", "K", "%", "kg**2/s", "m^-1", "Å", "9" * 30, ".", "+", "e400", "(9e9)",
)  # fmt: skip

EXPRESSIONS = (
    "a - b",
    "2 * a + 1",
    "log(a) / `gap (PBE)`",
    "maximum(a, b)",
    "-a ** 2",
    "sqrt(abs(b))",
    "(a)",
    "1e3*a",
)
EXPRESSION_WORDS = (
    "a", "b", "`", "``", "log", "exp", "sqrt", "minimum", "(", ")", ",", "+", "-", "*", "/", "**", "//",
    "%", "@", ".", "lambda:", "a if b else a", "__import__", "[", "]", "{", "}", "=", ":=", "==", "1j",
    "0x1", "1_0", "'a'", "f'{a}'", "not", "await", "*a", "**a", "a=1", "_0", "_1", "None", "…",
)  # fmt: skip

GOALS = (
    "gap in 1.2..1.6",
    "gap > 3",
    "colour = red",
    "max gap",
    "minimise gap",
    "gap within -1 .. 2 and max e",
)
GOAL_WORDS = (
    "gap",
    "colour",
    "e",
    "and",
    "in",
    "within",
    "..",
    ">",
    "<=",
    "==",
    "=",
    "max",
    "min",
    "maximise",
    "1e9",
)

STUDY = """
[study]
target = "gap_exp"
material = "formula"
title = "Do they help?"
[inputs.formula]
kind = "composition"
[inputs.T]
kind = "number"
unit = "K"
[inputs.phase]
kind = "category"
[tasks.gap_dft]
file = "dft.csv"
column = "gap"
unit = "eV"
[tasks.gap_exp]
file = "exp.csv"
column = "gap"
unit = "eV"
limits = "use the limit"
where = 'method != "thermal" and T < 500'
rename = { name = "formula" }
label_std = "err"
clash = 0.3
repeats = "keep"
[tasks.colour]
file = "exp.csv"
column = "colour"
kind = "category"
same_as = []
rename = { name = "formula" }
[graph.gap_exp]
architecture = "latent"
latents = ["gap_dft", "colour"]
forest = { max_depth = 3 }
[graph.delta]
architecture = "expression"
expression = "gap_exp - gap_dft"
[graph."*"]
architecture = "multi-task"
"""
SMALL_STUDY = """
study = {target = "gap", material = ["formula", "phase"]}
inputs.formula.kind = "composition"
inputs.phase.kind = "category"
tasks.gap = {file = "dft.csv", column = "gap (meV)", unit = "eV", kind = "positive", repeats = "mean"}
tasks.zero = {file = "exp.csv", column = "err", kind = "nonnegative", rename = { name = "formula" }}
"""
DFT = "formula,gap (meV),phase\nGaN,1700,hex\nZnO,700,\nNaN,100,cubic\nSi,600,cubic\nGe,0,cubic\n"
EXP = (
    "name,gap [eV],T (°C),method,err,colour,phase\nGaN,3.2,25,optical,0.1,none,hex\n"
    "Zn1O1,3.37(2),25,optical,,white,hex\n"
    'Si,1.1-1.2,300,thermal,0.1,grey,cubic\nGe,<0.7,,optical,,grey,cubic\n"Xx2O3",1,1,x,,red,hex\n'
    "Si,1.12 eV,20,a,.1,grey,\n"
)
STUDY_WORDS = (
    "[study]", "[inputs.T]", "[tasks.gap_exp]", "[tasks.x]", "[graph.gap_exp]", '[graph."*"]', "[[tasks]]",
    "target", "material", "kind", '"composition"', '"number"', '"category"', '"positive"', '"nonnegative"',
    '"real"', "file", "column", "unit", "source", "same_as", "repeats", "clash", "limits", "where",
    "rename", "label_std", "query", "sheet", "architecture", '"difference"', '"pooled"', '"single"',
    '"expression"', "expression", "latents", "forest", "true", "-1", "inf", "nan", "[]", "{}", '""', '"T"',
    '"gap_exp"', '"gap_dft"', '"formula"', "'''", '"""', " = ", "\n", "1979-05-27", "min_samples_leaf",
    "task_weight", "source_as_input", '"K"', '"degC"', '"eV"', '"median"', '"."', '"dft.csv"', '"exp.csv"',
    '"dft.xlsx"', '"x.db"', "`", "@", "__", " and ", " or ", " not ", " in ", ".str.len()",
)  # fmt: skip
TABLE_WORDS = (
    *CELLS, *FORMULAS[:14], "gap", "gap (eV)", "T (K)", "formula", "name", "phase", ",", ",,", ";", "\t",
    "\n", '"', '""', "\r", "inf", "-inf", "NaN", "nan", "1e400", "0", "-5",
)  # fmt: skip
