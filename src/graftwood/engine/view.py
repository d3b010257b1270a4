"""Kernel: cut one task's view out of a grown tree and pack it for walking.

A packed view is a stretch of int64, in preorder, the left child next to its parent:

    split     right << 26 | feature << 10 | is_category << 9 | missing_left << 8 | cut
              (of a categorical input a second word follows: the number of its set of codes)
    leaf      -1 - leaf number        (negative, so one comparison tells leaf from split)

``right`` counts words from the start of the tree's own view.
"""

import numpy as np
from numba import types

from graftwood.engine.kernel import BYTES, BYTES_2D, INT32, kernel

_NODES_2D = types.Array(types.int32, 2, "C", readonly=True)


@kernel(INT32, BYTES, BYTES, INT32, INT32, INT32, _NODES_2D, BYTES_2D, types.int64, types.int64, types.int64)
def cut_view(feature, cut, missing_left, left, right, set_number, n_labelled, is_open, lane, after, min_leaf):
    """Pack the view of the task with the lanes ``lane:after``; return (words, node of each leaf).

    A split stays only where both sides have rows labelled for the task; where one
    side has none the view goes on with the other, where one has too few it ends, as
    it does where none of the task's lanes is open.
    """
    n_nodes = feature.shape[0]
    words = np.empty(2 * n_nodes, np.int64)
    leaf_node = np.empty(n_nodes // 2 + 1, np.int32)
    waiting_node, waiting_word = np.empty(n_nodes, np.int32), np.empty(n_nodes, np.int64)
    n_words, n_leaves, n_waiting, node = 0, 0, 0, 0
    while True:
        is_leaf = True
        while feature[node] >= 0 and np.any(is_open[node, lane:after]):
            n_left, n_right = n_labelled[left[node], lane], n_labelled[right[node], lane]
            if n_left == 0:
                node = right[node]
            elif n_right == 0:
                node = left[node]
            else:
                is_leaf = min(n_left, n_right) < min_leaf
                break
        if is_leaf:
            words[n_words] = -1 - n_leaves
            leaf_node[n_leaves] = node
            n_words += 1
            n_leaves += 1
            if n_waiting == 0:
                return words[:n_words].copy(), leaf_node[:n_leaves].copy()
            n_waiting -= 1
            node = waiting_node[n_waiting]
            words[waiting_word[n_waiting]] |= n_words << 26
        else:
            is_category = set_number[node] >= 0
            words[n_words] = (np.int64(feature[node]) << 10) | (is_category << 9) | cut[node]
            words[n_words] |= np.int64(missing_left[node]) << 8
            waiting_node[n_waiting], waiting_word[n_waiting] = right[node], n_words
            n_waiting += 1
            n_words += 1
            if is_category:
                words[n_words] = set_number[node]
                n_words += 1
            node = left[node]
