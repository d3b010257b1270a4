"""Kernels: the general road to an input's best cut: missing values, categories, leaf sizes, random cuts.

Most forests never need it, so it is compiled when the first one does: ``grow_tree`` is handed its
address, or that of a kernel that does nothing.  Called so it is not optimised once more in every
function above it either (decisions/006).
"""

import numpy as np
from numba import types

from graftwood.engine.arithmetic import MISSING, lane_gain, mix
from graftwood.engine.kernel import BYTES_2D, by_address, kernel, late_call, late_kernel

# Kernels take many arrays; one argument a line would double the file.
# fmt: off

ALL_PRESENT = 254

# Room to work in, made by ``tree.py``; what the search without this road needs is in it too.
OPEN_ROOM = types.Tuple((*[types.int64[::1]] * 4, types.float64[::1]))
SEARCH_ROOM = types.Tuple((
    types.int64[::1], types.int64[::1], types.uint8[::1], types.int64[:, ::1], types.int64[:, :, ::1],
    types.int64[:, :, ::1], types.int64[:, ::1], types.int64[:, ::1], types.int64[::1], types.int64[::1],
    types.float64[::1],
))
GENERAL_ROOM = types.Tuple((
    types.int64[::1], types.int64[:, ::1], types.int64[::1], types.int64[::1], types.int64[:, ::1],
))
TRY_INPUT = types.Tuple((types.float64, types.int64))(
    BYTES_2D, types.int64, types.int32, types.uint8, types.uint32[::1], types.int64[:, ::1], types.int64,
    types.int64, types.int64[::1], types.uint8[::1], types.int64, types.int64, types.int64, types.int64,
    types.boolean, types.int64, types.float64, OPEN_ROOM, SEARCH_ROOM, GENERAL_ROOM, types.uint8[::1],
)


@late_call
def call_road(
    context, address, codes, f, n_codes, is_category, rows, lanes, start, end, total, is_constant, n_open,
    shift, mask, min_leaf, random_cuts, chance, best_gain, open_, search, general, goes_left,
):
    """Call ``try_input`` or ``try_nothing``."""
    return by_address(
        TRY_INPUT, codes, f, n_codes, is_category, rows, lanes, start, end, total, is_constant, n_open,
        shift, mask, min_leaf, random_cuts, chance, best_gain, open_, search, general, goes_left,
    )


@kernel()
def gather(codes, f, rows, lanes, start, end, n_codes, hist, n_in_bin, group_code, group_rows, group_sum):
    """Sum lanes per code of one input; return (groups of present codes, 1 if a missing group follows them).

    ``hist`` and ``n_in_bin`` are all zero on entry and on exit.
    """
    n_groups, last = 0, -1
    for i in range(start, end):
        code = codes[f, rows[i]]
        n_in_bin[code] += 1
        for q in range(lanes.shape[0]):
            hist[q, code] += lanes[q, i]
    for step in range(n_codes + 1):
        code = step if step < n_codes else MISSING
        if n_in_bin[code] > 0:
            last = code
            group_code[n_groups], group_rows[n_groups] = code, n_in_bin[code]
            n_in_bin[code] = 0
            for q in range(lanes.shape[0]):
                group_sum[q, n_groups] = hist[q, code]
                hist[q, code] = 0
            n_groups += 1
    has_missing = 1 if last == MISSING else 0
    return n_groups - has_missing, has_missing


@kernel()
def gain_with(left, group_sum, g, total, n_open, columns, weight_columns, shift, mask, factor):
    """How much a cut lowers the impurity, over all open lanes; group ``g`` goes left too unless it is -1."""
    gain = 0.0
    for a in range(n_open):
        column, weight_column = columns[a], weight_columns[a]
        s, w = left[column], left[weight_column]
        if g >= 0:
            s, w = s + group_sum[column, g], w + group_sum[weight_column, g]
        w, w_all = w & mask, total[weight_column] & mask
        if w > 0 and w < w_all:
            gain += lane_gain(s >> shift, w, total[column] >> shift, w_all, factor[a])
    return gain


@kernel()
def scan(
    order, first, last, n_present, has_missing, group_rows, group_sum, total, n_open, columns,
    weight_columns, shift, mask, factor, min_leaf, m, best_gain, left,
):
    """Best prefix of the groups in ``order``; return (gain, groups on the left, missing goes left)."""
    for q in range(left.shape[0]):
        left[q] = 0
    rows_left, best_n, best_side = 0, -1, 0
    for n_left in range(1, last + 1):
        g = order[n_left - 1]
        rows_left += group_rows[g]
        for q in range(left.shape[0]):
            left[q] += group_sum[q, g]
        if n_left < first:
            continue
        for side in range(1 + (has_missing and n_left < n_present)):
            n_rows = rows_left + group_rows[n_present] if side else rows_left
            if n_rows >= min_leaf and m - n_rows >= min_leaf:
                gain = gain_with(
                    left, group_sum, n_present if side else -1, total, n_open, columns, weight_columns,
                    shift, mask, factor,
                )
                if gain > best_gain:
                    best_gain, best_n, best_side = gain, n_left, side
    return best_gain, best_n, best_side


@kernel()
def order_groups(order, n_present, key):
    """Order groups by key; equal keys keep the order of their codes."""
    for i in range(n_present):
        j = i
        while j > 0 and key[order[j - 1]] > key[i]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = i


@kernel()
def mark_left(goes_left, order, n_left, group_code, side):
    """Write who goes left into the table of codes."""
    for code in range(256):
        goes_left[code] = 0
    for j in range(n_left):
        goes_left[group_code[order[j]]] = 1
    goes_left[MISSING] = side


@kernel()
def general_cut(
    is_category, random_cuts, chance, n_present, has_missing, group_code, group_rows, group_sum, total,
    n_open, columns, weight_columns, shift, mask, factor, min_leaf, m, best_gain, order, key, left,
    goes_left,
):
    """Best cut of one input on its groups; return (gain, cut), and ``goes_left`` when it is better."""
    last = n_present if has_missing else n_present - 1
    first, n_orders, cut = 1, 1, -1
    for g in range(n_present):
        order[g] = g
    if random_cuts and n_present > 1:
        if is_category:
            for g in range(n_present):
                key[g] = np.float64(mix(chance ^ group_code[g]))
            order_groups(order, n_present, key)
            first = 1 + chance % (n_present - 1)
        else:
            cut = group_code[0] + chance % (group_code[n_present - 1] - group_code[0])
            first = 0
            while group_code[first] <= cut:
                first += 1
        last = first
    elif is_category:
        n_orders = n_open
    random_cut, cut = cut, -1
    for a in range(n_orders):
        if is_category and not (random_cuts and n_present > 1):
            for g in range(n_present):
                w = group_sum[weight_columns[a], g] & mask
                key[g] = np.float64(group_sum[columns[a], g] >> shift) / np.float64(w) if w > 0 else 0.0
            order_groups(order, n_present, key)
        gain, n, side = scan(
            order, first, last, n_present, has_missing, group_rows, group_sum, total, n_open, columns,
            weight_columns, shift, mask, factor, min_leaf, m, best_gain, left,
        )
        if n > 0:
            best_gain = gain
            mark_left(goes_left, order, n, group_code, side)
            if is_category:
                cut = 0
            elif random_cut >= 0:
                cut = random_cut
            else:
                cut = (group_code[n - 1] + group_code[n]) // 2 if n < n_present else ALL_PRESENT
    return best_gain, cut


@late_kernel(TRY_INPUT)
def try_input(
    codes, f, n_codes, is_category, rows, lanes, start, end, total, is_constant, n_open, shift, mask,
    min_leaf, random_cuts, chance, best_gain, open_, search, general, goes_left,
):
    """Best cut of one input; return (gain, cut), cut -1 and the gain so far where there is no better one."""
    columns, weight_columns, s_all, w_all, factor = open_
    order, ranked, seen, pair_hist, hist, tiles, left, run, group_code, group_left, gains = search
    n_in_bin, lane_hist, lane_left, group_rows, group_sum = general
    n_present, has_missing = gather(
        codes, f, rows, lanes, start, end, n_codes, lane_hist, n_in_bin, group_code, group_rows, group_sum
    )
    is_constant[f] = n_present + has_missing < 2
    if is_constant[f]:
        return best_gain, np.int64(-1)
    gain, cut = general_cut(
        is_category, random_cuts, chance, n_present, has_missing, group_code, group_rows, group_sum, total,
        n_open, columns, weight_columns, shift, mask, factor, min_leaf, end - start, best_gain, group_left,
        gains, lane_left, goes_left,
    )
    return gain, np.int64(cut)


@late_kernel(TRY_INPUT)
def try_nothing(
    codes, f, n_codes, is_category, rows, lanes, start, end, total, is_constant, n_open, shift, mask,
    min_leaf, random_cuts, chance, best_gain, open_, search, general, goes_left,
):
    """Stand in for ``try_input`` where no input can need it."""
    return best_gain, np.int64(-1)
