"""Outer gradients of ANIL and MAML for a linear two-layer model, by hand.

The model is ``x @ B.T @ w``. A task adapts by K gradient steps on its support rows:
ANIL moves the head w alone, MAML moves B too. The outer loss is the mean over tasks
of half the mean squared residual on their query rows, after adapting. Its gradient
either passes through the inner steps (exact) or stops before them (first order).

ANIL sees the inputs only through ``F = X B.T``, so its gradient is carried back in
the rank's dimensions and meets X once; MAML needs a B per task.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graftwood.fewshot.blocks import Block, Problem

Gradient = tuple[float, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class InnerLoop:
    """How a task adapts.

    Attributes
    ----------
    n_steps : int
        Gradient steps on the support rows.
    step_size : float
    is_exact : bool
        Whether the outer gradient passes through the inner steps.

    Examples
    --------
    >>> InnerLoop(n_steps=1, step_size=0.3, is_exact=True).is_exact
    True
    """

    n_steps: int
    step_size: float
    is_exact: bool


@dataclass(frozen=True)
class SplitBlock:
    """A block with the weights of its support and query rows, each of shape (n, m); a task's sum to 1.

    Examples
    --------
    >>> block = Block(slice(0, 1), np.ones((1, 3, 4)), np.ones((1, 3)), np.array([3]))
    >>> split_block(block, "half").support, split_block(block, "half").query
    (array([[0.5, 0.5, 0. ]]), array([[0., 0., 1.]]))
    """

    X: np.ndarray
    y: np.ndarray
    support: np.ndarray
    query: np.ndarray


@dataclass(frozen=True)
class SplitProblem:
    """All tasks of a problem, split.

    Examples
    --------
    >>> SplitProblem((), 0, 3).n_inputs
    3
    """

    blocks: tuple[SplitBlock, ...]
    n_tasks: int
    n_inputs: int


def split_block(block: Block, split: str) -> SplitBlock:
    """Split the rows of each task of a block.

    Parameters
    ----------
    block : Block
    split : str
        "half": the first half of a task's rows (rounded up) is its support and the rest its query; "full":
        all rows are both.
    """
    if split == "full":
        weight = block.is_real * block.weight[:, None]
        return SplitBlock(block.X, block.y, weight, weight)
    n_support = (block.n_rows + 1) // 2
    is_support = np.arange(block.y.shape[1]) < n_support[:, None]
    n_query = np.maximum(block.n_rows - n_support, 1)[:, None]
    support = is_support / np.maximum(n_support, 1)[:, None]
    return SplitBlock(block.X, block.y, support, (block.is_real & ~is_support) / n_query)


def split_problem(problem: Problem, split: str) -> SplitProblem:
    """Split the rows of every task once, before the outer steps."""
    blocks = tuple(split_block(block, split) for block in problem.blocks)
    return SplitProblem(blocks, problem.n_tasks, problem.n_inputs)


def _seen(mapped: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """Predictions of shape (n, m) of a head for each task."""
    return np.matmul(mapped, heads[..., None])[..., 0]


def _pulled(mapped: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Inputs summed over rows with weights of shape (n, m)."""
    return np.matmul(weights[:, None, :], mapped)[:, 0]


def anil_gradient(problem: SplitProblem, loop: InnerLoop, basis: np.ndarray, head: np.ndarray) -> Gradient:
    """Return the outer loss of ANIL and its gradients with respect to B and w.

    Parameters
    ----------
    problem : SplitProblem
    loop : InnerLoop
    basis : ndarray B of shape (rank, n_inputs)
    head : ndarray w of shape (rank,), where every task starts
    """
    loss, to_basis, to_head = 0.0, np.zeros_like(basis), np.zeros_like(head)
    for block in problem.blocks:
        flat = block.X.reshape(-1, problem.n_inputs)
        mapped = (flat @ basis.T).reshape(*block.y.shape, len(head))
        heads, residuals = _adapt_heads(mapped, block, head, loop)
        left = _seen(mapped, heads[-1]) - block.y
        weighted = block.query * left
        loss += 0.5 * float(np.vdot(weighted, left))
        pull = _pulled(mapped, weighted)
        to_mapped = weighted[..., None] * heads[-1][:, None, :]
        if loop.is_exact:
            for j in range(loop.n_steps - 1, -1, -1):
                seen = loop.step_size * block.support * _seen(mapped, pull)
                to_mapped -= residuals[j][..., None] * (loop.step_size * pull)[:, None, :]
                to_mapped -= seen[..., None] * heads[j][:, None, :]
                pull = pull - _pulled(mapped, seen)
        to_head += pull.sum(axis=0)
        to_basis += to_mapped.reshape(-1, len(head)).T @ flat
    return loss / problem.n_tasks, to_basis / problem.n_tasks, to_head / problem.n_tasks


def _adapt_heads(
    mapped: np.ndarray, block: SplitBlock, head: np.ndarray, loop: InnerLoop
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Heads before and after every inner step, and the weighted residuals that each step saw."""
    heads, residuals = [np.repeat(head[None], len(block.y), axis=0)], []
    for _ in range(loop.n_steps):
        residuals.append(block.support * (_seen(mapped, heads[-1]) - block.y))
        heads.append(heads[-1] - loop.step_size * _pulled(mapped, residuals[-1]))
    return heads, residuals


def maml_gradient(problem: SplitProblem, loop: InnerLoop, basis: np.ndarray, head: np.ndarray) -> Gradient:
    """Return the outer loss of MAML and its gradients with respect to B and w.

    With g_j = X.T(X B_j.T w_j - y)/n on the support rows, an inner step is ``w_{j+1} = w_j - a B_j g_j`` and
    ``B_{j+1} = B_j - a w_j g_j.T``. Backwards, a pair V = (V_B, V_w) loses ``a`` times the Hessian of the
    support loss at (B_j, w_j) applied to it: with ``dg = X.T X (V_B.T w_j + B_j.T V_w)/n`` that is ``(V_w
    g_j.T + w_j dg.T, V_B g_j + B_j dg)``.

    Parameters
    ----------
    problem : SplitProblem
    loop : InnerLoop
    basis : ndarray B of shape (rank, n_inputs)
    head : ndarray w of shape (rank,), where every task starts
    """
    loss, to_basis, to_head = 0.0, np.zeros_like(basis), np.zeros_like(head)
    for block in problem.blocks:
        path = _adapt_both(block, basis, head, loop)
        B, w, _ = path[-1]
        left = np.einsum("tmd,td->tm", block.X, _theta(B, w)) - block.y
        loss += 0.5 * float(np.sum(block.query * left**2))
        g = np.einsum("tmd,tm->td", block.X, block.query * left)
        V_B, V_w = w[..., None] * g[:, None, :], np.einsum("tkd,td->tk", B, g)
        if loop.is_exact:
            for B, w, g in reversed(path[:-1]):
                along = np.einsum("tkd,tk->td", V_B, w) + _theta(B, V_w)
                image = np.einsum("tmd,td->tm", block.X, along)
                dg = np.einsum("tmd,tm->td", block.X, block.support * image)
                H_B = V_w[..., None] * g[:, None, :] + w[..., None] * dg[:, None, :]
                H_w = np.einsum("tkd,td->tk", V_B, g) + np.einsum("tkd,td->tk", B, dg)
                V_B, V_w = V_B - loop.step_size * H_B, V_w - loop.step_size * H_w
        to_basis += V_B.sum(axis=0)
        to_head += V_w.sum(axis=0)
    return loss / problem.n_tasks, to_basis / problem.n_tasks, to_head / problem.n_tasks


def _theta(B: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.einsum("tkd,tk->td", B, w)


def _adapt_both(
    block: SplitBlock, basis: np.ndarray, head: np.ndarray, loop: InnerLoop
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(B, w, g) before every inner step and after the last, where g is not needed and empty."""
    n = len(block.y)
    B, w = np.repeat(basis[None], n, axis=0), np.repeat(head[None], n, axis=0)
    path = []
    for _ in range(loop.n_steps):
        residual = np.einsum("tmd,td->tm", block.X, _theta(B, w)) - block.y
        g = np.einsum("tmd,tm->td", block.X, block.support * residual)
        path.append((B, w, g))
        B, w = (
            B - loop.step_size * w[..., None] * g[:, None, :],
            w - loop.step_size * np.einsum("tkd,td->tk", B, g),
        )
    return [*path, (B, w, np.empty((n, 0)))]
