"""Kernel: cut one task's view out of a grown tree and pack it for walking.

A packed view is a stretch of int64, in preorder, the left child next to its parent:

    split     right << 26 | feature << 10 | is_category << 9 | missing_left << 8 | cut
              (of a categorical input a second word follows: the number of its set of codes)
    leaf      -1 - leaf number        (negative, so one comparison tells leaf from split)

``right`` counts words from the start of the tree's own view.
"""

import numpy as np
from numba import types

from graftwood.engine.arrays import Lanes
from graftwood.engine.kernel import BYTES_2D, FLOAT64, INT32, INT64_2D, kernel
from graftwood.engine.tree import Grown

INT32_2D = types.Array(types.int32, 2, "C", readonly=True)
LANES = types.Tuple((INT32, types.int64, types.int64, FLOAT64))
ROOM = (types.int64[::1], types.int32[::1], types.int32[::1], types.int64[::1], types.float64[::1])


@kernel()
def impurity_drop(sums, is_open, node, left, right, lane, after, lanes):
    """How much a split lowers the task's impurity, over its open lanes, in standardised units."""
    weight_column, shift, mask, unit = lanes
    drop = 0.0
    for q in range(lane, after):
        if is_open[node, q]:
            s_left, s_right = np.float64(sums[left, q] >> shift), np.float64(sums[right, q] >> shift)
            w_left = np.float64(sums[left, weight_column[q]] & mask)
            w_right = np.float64(sums[right, weight_column[q]] & mask)
            d = (s_left * w_right - s_right * w_left) * unit[q]
            drop += d * d / (w_left * w_right * (w_left + w_right))
    return drop


@kernel(
    INT32_2D, INT64_2D, INT32_2D, BYTES_2D, LANES, types.int64, types.int64, types.int64, *ROOM,
)  # fmt: skip
def cut_view(
    nodes, sums, n_labelled, is_open, lanes, lane, after, min_leaf, words, leaf_node, waiting_node,
    waiting_word, gained,
):  # fmt: skip
    """Pack the view of the task with the lanes ``lane:after``; return the numbers of words and leaves.

    A split stays only where both sides have rows labelled for the task; where one
    side has none the view goes on with the other, where one has too few it ends, as
    it does where none of the task's lanes is open.  What its splits lower the task's
    impurity by is added to ``gained``, per input.
    """
    n_words, n_leaves, n_waiting, node = 0, 0, 0, 0
    while True:
        is_leaf = True
        while nodes[node, 0] >= 0:
            has_open_lane = False
            for q in range(lane, after):
                has_open_lane |= is_open[node, q] != 0
            if not has_open_lane:
                break
            left, right = nodes[node, 3], nodes[node, 4]
            n_left, n_right = n_labelled[left, lane], n_labelled[right, lane]
            if n_left == 0:
                node = right
            elif n_right == 0:
                node = left
            else:
                is_leaf = min(n_left, n_right) < min_leaf
                break
        if is_leaf:
            words[n_words] = -1 - n_leaves
            leaf_node[n_leaves] = node
            n_words += 1
            n_leaves += 1
            if n_waiting == 0:
                return n_words, n_leaves
            n_waiting -= 1
            node = waiting_node[n_waiting]
            words[waiting_word[n_waiting]] |= n_words << 26
        else:
            left, right, is_category = nodes[node, 3], nodes[node, 4], nodes[node, 5] >= 0
            gained[nodes[node, 0]] += impurity_drop(sums, is_open, node, left, right, lane, after, lanes)
            words[n_words] = (np.int64(nodes[node, 0]) << 10) | (is_category << 9) | nodes[node, 1]
            words[n_words] |= np.int64(nodes[node, 2]) << 8
            waiting_node[n_waiting], waiting_word[n_waiting] = right, n_words
            n_waiting += 1
            n_words += 1
            if is_category:
                words[n_words] = nodes[node, 5]
                n_words += 1
            node = left


def view_of(
    grown: Grown, lanes: Lanes, task: int, min_leaf: int, n_inputs: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut one task's view out of a tree.

    Parameters
    ----------
    grown : Grown
    lanes : Lanes
    task : int
    min_leaf : int
        Fewest rows labelled for the task in a leaf.
    n_inputs : int

    Returns
    -------
    words : ndarray of int64
    leaf_node : ndarray of int32
        Node of each leaf.
    importance : ndarray of shape (n_inputs,), float64
        What the splits by each input lower the task's impurity by, as shares of 1.
    """
    n_nodes, first, after = len(grown.nodes), lanes.first_lane[task], lanes.first_lane[task + 1]
    words, leaf_node = np.empty(2 * n_nodes, np.int64), np.empty(n_nodes // 2 + 1, np.int32)
    gained = np.zeros(n_inputs)
    n_words, n_leaves = cut_view(
        grown.nodes, grown.sums, grown.n_labelled, grown.is_open,
        (lanes.weight_column, lanes.shift, lanes.mask, lanes.unit), first, after, min_leaf,
        words, leaf_node, np.empty(n_nodes, np.int32), np.empty(n_nodes, np.int64), gained,
    )  # fmt: skip
    return words[:n_words].copy(), leaf_node[:n_leaves].copy(), gained / (gained.sum() or 1.0)
