"""Planted tasks and the estimators that every test of a kind goes over."""

import numpy as np

from graftwood.fewshot import (
    AlternatingGradient,
    AlternatingMinimization,
    BurerMonteiro,
    LinearANIL,
    LinearMAML,
    MetaSubspacePursuit,
    MomentSubspace,
    NuclearNorm,
    OracleSubspace,
    PooledRidge,
    RidgePerTask,
    RidgeToPooled,
    plant_tasks,
)
from graftwood.fewshot.rows import Rows

RANK, N_INPUTS = 2, 8
TRUTH = plant_tasks(n_tasks=60, n_rows=12, n_inputs=N_INPUTS, rank=RANK, noise=0.1, seed=3)

SUBSPACES = {
    "pursuit": MetaSubspacePursuit(rank=RANK, random_state=1),
    "pursuit-early": MetaSubspacePursuit(rank=RANK, early_stopping=True, random_state=1),
    "moments": MomentSubspace(rank=RANK),
    "moments-diagonal": MomentSubspace(rank=RANK, keeps_diagonal=True),
    "alternating": AlternatingMinimization(rank=RANK, random_state=1),
    "alternating-gradient": AlternatingGradient(rank=RANK, init="random", random_state=1),
    "burer-monteiro": BurerMonteiro(rank=RANK, random_state=1),
    "nuclear": NuclearNorm(rank=RANK, random_state=1),
    "anil": LinearANIL(rank=RANK, random_state=1),
    "anil-first-order": LinearANIL(rank=RANK, order="first", split="full", n_inner_steps=5, random_state=1),
    "maml": LinearMAML(rank=RANK, random_state=1),
    "maml-first-order": LinearMAML(rank=RANK, order="first", random_state=1),
}
BASELINES = {
    "pooled": PooledRidge(),
    "per-task": RidgePerTask(),
    "to-pooled": RidgeToPooled(),
    "oracle": OracleSubspace(TRUTH.subspace),
}
EVERYTHING = {**SUBSPACES, **BASELINES}


def uneven_rows(seed: int, counts: list[int], n_inputs: int = 4) -> Rows:
    """Rows of tasks with the given numbers of rows, coefficients anywhere."""
    rng = np.random.default_rng(seed)
    task = np.repeat(np.arange(len(counts)), counts)
    X = rng.normal(size=(len(task), n_inputs))
    coef = rng.normal(size=(len(counts), n_inputs))
    return Rows(X, np.einsum("nd,nd->n", X, coef[task]) + rng.normal(size=len(task)), task, len(counts))
