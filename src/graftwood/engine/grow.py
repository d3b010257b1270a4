"""Kernels: grow one tree.  The same tree as ``reference.grow``, node for node.

All functions that call each other live in this file, so that an edit always
recompiles them together.  A node owns the contiguous stretch ``start:end`` of
``rows`` and ``lanes``; a split partitions the stretch in place:

    before   |  a  b  c  d  e  f  g  |        the cut sends b, d, g right
    after    |  a  c  e  f |  b  d  g |       both sides keep their order

Lane columns hold ``value << shift | weight`` where that fits (packed), or
values and weights in columns of their own (shift 0, mask of ones).
"""

import numpy as np
from numba import types

from graftwood.engine.kernel import BYTES, BYTES_2D, FLOAT64, INT32, INT64_2D, kernel

MISSING = 255
ALL_PRESENT = 254
CONSTANT, HAS_MISSING = -2, -3  # instead of a cut
SMALL = 24  # below this many rows sorting codes beats a histogram (measured, decisions/003)
TINY = 8  # up to this many rows the largest possible gain is worth knowing beforehand


@kernel(inline=True)
def mix(x):
    """Scramble 32 bits held in an int64."""
    x = (((x >> 16) ^ x) * 0x45D9F3B) & 0xFFFFFFFF
    x = (((x >> 16) ^ x) * 0x45D9F3B) & 0xFFFFFFFF
    return (x >> 16) ^ x


@kernel(inline=True)
def draw(seed, number):
    """Random 32 bits: the ``number``-th of the node with this seed."""
    return mix((seed + number * 0x9E3779B9) & 0xFFFFFFFF)


@kernel()
def gather(column, rows, lanes, start, end, n_codes, scratch, group_code, group_rows, group_lane):
    """Sum lanes per code of one input; return (groups of present codes, 1 if a missing group follows them).

    ``scratch`` holds the histogram and is all zero on entry and on exit.
    """
    m = end - start
    n_columns = lanes.shape[1]
    if m <= SMALL:
        keys, _, _ = scratch
        for i in range(m):
            key = (np.int64(column[rows[start + i]]) << 32) | i
            j = i
            while j > 0 and keys[j - 1] > key:
                keys[j] = keys[j - 1]
                j -= 1
            keys[j] = key
        n_groups = 0
        last = -1
        for i in range(m):
            code = keys[i] >> 32
            row = start + (keys[i] & 0xFFFFFFFF)
            if code != last:
                last = code
                group_code[n_groups] = code
                group_rows[n_groups] = 0
                for q in range(n_columns):
                    group_lane[n_groups, q] = 0
                n_groups += 1
            group_rows[n_groups - 1] += 1
            for q in range(n_columns):
                group_lane[n_groups - 1, q] += lanes[row, q]
        has_missing = 1 if last == MISSING else 0
        return n_groups - has_missing, has_missing
    _, hist, n_in_bin = scratch
    for i in range(start, end):
        code = column[rows[i]]
        n_in_bin[code] += 1
        for q in range(n_columns):
            hist[code, q] += lanes[i, q]
    n_groups = 0
    for step in range(n_codes + 1):
        code = step if step < n_codes else MISSING
        if n_in_bin[code] > 0:
            group_code[n_groups] = code
            group_rows[n_groups] = n_in_bin[code]
            n_in_bin[code] = 0
            for q in range(n_columns):
                group_lane[n_groups, q] = hist[code, q]
                hist[code, q] = 0
            n_groups += 1
    has_missing = 1 if n_groups > 0 and group_code[n_groups - 1] == MISSING else 0
    return n_groups - has_missing, has_missing


@kernel(inline=True)
def gain_of(left, total, weight_column, shift, mask, factor):
    """How much a cut lowers the impurity: sum over lanes of (s_L w_R - s_R w_L)^2 / (w_L w_R W)."""
    gain = 0.0
    for q in range(weight_column.shape[0]):
        w_left = left[weight_column[q]] & mask
        w_right = (total[weight_column[q]] & mask) - w_left
        if w_left > 0 and w_right > 0:
            s_left = left[q] >> shift
            s_right = (total[q] >> shift) - s_left
            d = np.float64(s_left) * np.float64(w_right) - np.float64(s_right) * np.float64(w_left)
            gain += (d * d) / (np.float64(w_left) * np.float64(w_right)) * factor[q]
    return gain


@kernel()
def scan_in_order(order, n_left_first, n_left_last, groups, total, layout, min_leaf, m, best_gain, left):
    """Best prefix of the groups in ``order``; return (gain, groups on the left, missing goes left)."""
    n_present, has_missing, group_rows, group_lane = groups
    weight_column, shift, mask, factor = layout
    n_columns = group_lane.shape[1]
    left[0, :] = 0
    rows_left = 0
    best_n, best_side = -1, 0
    for n_left in range(1, n_left_last + 1):
        g = order[n_left - 1]
        rows_left += group_rows[g]
        for q in range(n_columns):
            left[0, q] += group_lane[g, q]
        if n_left < n_left_first:
            continue
        if rows_left >= min_leaf and m - rows_left >= min_leaf:
            gain = gain_of(left[0], total, weight_column, shift, mask, factor)
            if gain > best_gain:
                best_gain, best_n, best_side = gain, n_left, 0
        if has_missing and n_left < n_present:
            with_missing = rows_left + group_rows[n_present]
            if with_missing >= min_leaf and m - with_missing >= min_leaf:
                for q in range(n_columns):
                    left[1, q] = left[0, q] + group_lane[n_present, q]
                gain = gain_of(left[1], total, weight_column, shift, mask, factor)
                if gain > best_gain:
                    best_gain, best_n, best_side = gain, n_left, 1
    return best_gain, best_n, best_side


@kernel()
def order_by_mean(order, n_present, group_code, group_lane, q, weight_column, shift, mask, key):
    """Order the groups of a categorical input by the mean of lane q; ties by code."""
    for g in range(n_present):
        weight = group_lane[g, weight_column[q]] & mask
        key[g] = np.float64(group_lane[g, q] >> shift) / np.float64(weight) if weight > 0 else 0.0
    for i in range(n_present):
        j = i
        while j > 0 and key[order[j - 1]] > key[i]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = i


@kernel()
def order_by_chance(order, n_present, group_code, chance, key):
    """Order the groups of a categorical input by a random key per code."""
    for g in range(n_present):
        key[g] = np.float64(mix(chance ^ group_code[g]))
    for i in range(n_present):
        j = i
        while j > 0 and key[order[j - 1]] > key[i]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = i


@kernel()
def mark_left(goes_left, order, n_left, group_code, side):
    """Write who goes left into the table of codes."""
    goes_left[:] = 0
    for j in range(n_left):
        goes_left[group_code[order[j]]] = 1
    goes_left[MISSING] = side


@kernel()
def try_feature(is_category, groups, group_code, total, layout, min_leaf, random_cuts, chance, m, best_gain, work):
    """Best cut of one input; return (gain, cut); who goes left is written to ``work`` when it is better."""
    n_present, has_missing, _, group_lane = groups
    weight_column, shift, mask, _ = layout
    order, key, left, goes_left = work
    last = n_present if has_missing else n_present - 1
    cut = -1
    for g in range(n_present):
        order[g] = g
    if random_cuts and n_present > 1:
        if is_category:
            order_by_chance(order, n_present, group_code, chance, key)
            n_left = 1 + chance % (n_present - 1)
        else:
            random_cut = group_code[0] + chance % (group_code[n_present - 1] - group_code[0])
            n_left = 0
            while group_code[n_left] <= random_cut:
                n_left += 1
        gain, n, side = scan_in_order(order, n_left, n_left, groups, total, layout, min_leaf, m, best_gain, left)
        if n > 0:
            cut = 0 if is_category else random_cut
            mark_left(goes_left, order, n, group_code, side)
        return gain, cut
    if is_category:
        for q in range(weight_column.shape[0]):
            order_by_mean(order, n_present, group_code, group_lane, q, weight_column, shift, mask, key)
            gain, n, side = scan_in_order(order, 1, last, groups, total, layout, min_leaf, m, best_gain, left)
            if n > 0:
                best_gain, cut = gain, 0
                mark_left(goes_left, order, n, group_code, side)
        return best_gain, cut
    gain, n, side = scan_in_order(order, 1, last, groups, total, layout, min_leaf, m, best_gain, left)
    if n > 0:
        cut = (group_code[n - 1] + group_code[n]) // 2 if n < n_present else ALL_PRESENT
        mark_left(goes_left, order, n, group_code, side)
    return gain, cut


@kernel()
def node_sums(lanes, start, end, weight_column, shift, mask, total, n_labelled):
    """Fill a node's lane sums and labelled rows; return whether every lane's labels are equal."""
    total[:] = 0
    for i in range(start, end):
        for q in range(total.shape[0]):
            total[q] += lanes[i, q]
    pure = True
    for q in range(weight_column.shape[0]):
        n, first_value, first_weight = 0, 0, 0
        for i in range(start, end):
            weight = lanes[i, weight_column[q]] & mask
            if weight > 0:
                value = lanes[i, q] >> shift
                if n == 0:
                    first_value, first_weight = value, weight
                elif value * first_weight != first_value * weight:
                    pure = False
                n += 1
        n_labelled[q] = n
    return pure


@kernel()
def partition(column, goes_left, rows, lanes, start, end, spare_rows, spare_lanes):
    """Bring the rows that go left to the front, both sides in order; return (where right starts, missing seen)."""
    n_columns = lanes.shape[1]
    at, n_right, saw_missing = start, 0, False
    for i in range(start, end):
        code = column[rows[i]]
        saw_missing |= code == MISSING
        if goes_left[code]:
            rows[at] = rows[i]
            for q in range(n_columns):
                lanes[at, q] = lanes[i, q]
            at += 1
        else:
            spare_rows[n_right] = rows[i]
            for q in range(n_columns):
                spare_lanes[n_right, q] = lanes[i, q]
            n_right += 1
    for i in range(n_right):
        rows[at + i] = spare_rows[i]
        for q in range(n_columns):
            lanes[at + i, q] = spare_lanes[i, q]
    return at, saw_missing


@kernel()
def send_unseen(column, goes_left, rows, start, end, missing_left):
    """Send the codes that the node never saw where its missing values go."""
    seen = np.zeros(256, np.uint8)
    for i in range(start, end):
        seen[column[rows[i]]] = 1
    for code in range(MISSING):
        if not seen[code]:
            goes_left[code] = missing_left


@kernel()
def one_lane_cut(codes, f, rows, lanes, start, end, n_codes, keys, hist, total, shift, mask, factor, best_gain):
    """Best cut of an ordered input where there is one lane: the road that most forests take.

    Returns (gain, cut); the cut is -1 where none is better, CONSTANT where the input has one
    code, HAS_MISSING where the general road is needed.  ``hist`` is all zero on entry and exit.
    """
    m = end - start
    s_total, w_total = total >> shift, total & mask
    cut, below, left = -1, -1, np.int64(0)
    if m <= SMALL:
        lowest, highest = 255, 0
        for i in range(m):
            code = np.int64(codes[f, rows[start + i]])
            lowest, highest = min(lowest, code), max(highest, code)
            key = (code << 8) | i
            j = i
            while j > 0 and keys[j - 1] > key:
                keys[j] = keys[j - 1]
                j -= 1
            keys[j] = key
        if lowest == highest:
            return best_gain, CONSTANT
        if highest == MISSING:
            return best_gain, HAS_MISSING
        for i in range(m):
            code = keys[i] >> 8
            if code != below and below >= 0:
                gain = one_lane_gain(left, s_total, w_total, shift, mask, factor)
                if gain > best_gain:
                    best_gain, cut = gain, (below + code) // 2
            left += lanes[start + (keys[i] & 255), 0]
            below = code
        return best_gain, cut
    # Two histograms by turns: rows of one code in a row do not wait for each other's sum.
    i = start
    while i + 1 < end:
        hist[codes[f, rows[i]], 0] += lanes[i, 0]
        hist[codes[f, rows[i + 1]], 1] += lanes[i + 1, 0]
        i += 2
    if i < end:
        hist[codes[f, rows[i]], 0] += lanes[i, 0]
    has_missing = (hist[MISSING, 0] | hist[MISSING, 1]) != 0
    hist[MISSING, 0], hist[MISSING, 1] = 0, 0
    n_present = 0
    for code in range(n_codes):
        group = hist[code, 0] + hist[code, 1]
        if group != 0:
            hist[code, 0], hist[code, 1] = 0, 0
            n_present += 1
            if below >= 0 and not has_missing:
                gain = one_lane_gain(left, s_total, w_total, shift, mask, factor)
                if gain > best_gain:
                    best_gain, cut = gain, (below + code) // 2
            left += group
            below = code
    if has_missing:
        return best_gain, HAS_MISSING if n_present else CONSTANT
    return best_gain, CONSTANT if n_present == 1 else cut


@kernel(inline=True)
def one_lane_gain(left, s_total, w_total, shift, mask, factor):
    """``gain_of`` for one lane."""
    w_left = left & mask
    w_right = w_total - w_left
    s_left = left >> shift
    s_right = s_total - s_left
    d = np.float64(s_left) * np.float64(w_right) - np.float64(s_right) * np.float64(w_left)
    return (d * d) / (np.float64(w_left) * np.float64(w_right)) * factor


@kernel()
def largest_gain(lanes, start, end, total, shift, mask, factor, order):
    """Largest gain that any two-way split of the rows has, whichever input would make it.

    The best split of one lane puts the smaller labels on one side, so it is enough to
    try the prefixes in label order.  An input that reaches it ends the search.
    """
    m = end - start
    for i in range(m):
        s, w = lanes[start + i, 0] >> shift, lanes[start + i, 0] & mask
        j = i
        while j > 0 and (lanes[order[j - 1], 0] >> shift) * w > s * (lanes[order[j - 1], 0] & mask):
            order[j] = order[j - 1]
            j -= 1
        order[j] = start + i
    s_total, w_total = total >> shift, total & mask
    best, left = -1.0, np.int64(0)
    for i in range(m - 1):
        left += lanes[order[i], 0]
        best = max(best, one_lane_gain(left, s_total, w_total, shift, mask, factor))
    return best


@kernel(
    BYTES_2D, INT32, BYTES, INT64_2D, BYTES, INT32, types.int64, types.int64, FLOAT64, types.int64, types.int64,
    types.int64, types.boolean, types.int64,
)
def grow_tree(
    codes, n_codes, is_category, row_lanes, counts, weight_column, shift, mask, factors, max_features, min_leaf,
    max_depth, random_cuts, seed,
):
    """Grow one tree on the rows with a positive bag count; return its nodes.

    Shapes: codes (n_inputs, n_rows), row_lanes (n_rows, n_columns), counts (n_rows,).
    Returned per node: feature (-1 in a leaf), cut, missing_left, left, right, set number
    (categorical inputs), lane sums, labelled rows per lane; and the sets of codes that go left.
    """
    n_features = codes.shape[0]
    n_columns, n_lanes = row_lanes.shape[1], weight_column.shape[0]
    # A row without any label has no say in any cut and would only blur where they lie.
    use = counts > 0
    for i in range(use.shape[0]):
        if use[i]:
            weight = np.int64(0)
            for q in weight_column:
                weight |= row_lanes[i, q] & mask
            use[i] = weight != 0
    rows = np.flatnonzero(use).astype(np.int32)
    m_all = rows.shape[0]
    lanes = np.empty((m_all, n_columns), np.int64)
    for i in range(m_all):
        for q in range(n_columns):
            lanes[i, q] = row_lanes[rows[i], q] * counts[rows[i]]
    spare_rows, spare_lanes = np.empty_like(rows), np.empty_like(lanes)

    n_max = max(1, 2 * m_all - 1)
    feature, cut = np.full(n_max, -1, np.int32), np.zeros(n_max, np.uint8)
    missing_left, set_number = np.zeros(n_max, np.uint8), np.full(n_max, -1, np.int32)
    child_left, child_right = np.zeros(n_max, np.int32), np.zeros(n_max, np.int32)
    sums, n_labelled = np.zeros((n_max, n_columns), np.int64), np.zeros((n_max, n_lanes), np.int32)
    has_category = np.any(is_category != 0)
    sets = np.zeros((m_all if has_category else 1, 256), np.uint8)
    n_nodes, n_sets = 1, 0

    # The larger child waits, so at most log2(rows) nodes ever wait.
    waiting = np.empty((72, 4), np.int64)
    waiting_seed = np.empty(72, np.int64)
    n_waiting = 0
    scratch = (np.empty(SMALL, np.int64), np.zeros((256, n_columns), np.int64), np.zeros(256, np.int32))
    group_code, group_rows = np.empty(257, np.int64), np.empty(257, np.int64)
    group_lane = np.empty((257, n_columns), np.int64)
    goes_left, best_goes_left = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
    work = (np.empty(257, np.int64), np.empty(257, np.float64), np.empty((2, n_columns), np.int64), goes_left)
    one_lane = n_columns == 1 and min_leaf == 1 and not random_cuts
    keys, pair_hist = np.empty(SMALL, np.int64), np.zeros((256, 2), np.int64)
    is_constant, inherited = np.zeros(n_features, np.uint8), np.zeros((72, n_features), np.uint8)
    identity, feature_order = np.arange(n_features), np.empty(n_features, np.int64)
    factor = np.empty(n_lanes, np.float64)
    layout = (weight_column, shift, mask, factor)

    start, end, depth, node, node_seed = 0, m_all, 0, 0, mix(seed)
    growing = True
    while growing:
        m = end - start
        pure = node_sums(lanes, start, end, weight_column, shift, mask, sums[node], n_labelled[node])
        best_feature = -1
        if not (pure or m < 2 * min_leaf or depth >= max_depth):
            for q in range(n_lanes):
                weight = sums[node, weight_column[q]] & mask
                factor[q] = factors[q] / np.float64(weight) if weight > 0 else 0.0
            best_gain, best_cut, ordered_cut = -1.0, 0, False
            possible = np.inf
            if one_lane and m <= TINY:
                possible = largest_gain(lanes, start, end, sums[node, 0], shift, mask, factor[0], keys)
            feature_order[:] = identity
            for number in range(n_features):
                if best_feature >= 0 and (number >= max_features or best_gain >= possible):
                    break
                other = number + draw(node_seed, number) % (n_features - number)
                f = feature_order[other]
                feature_order[other] = feature_order[number]
                if is_constant[f]:
                    continue
                if one_lane and not is_category[f]:
                    gain, f_cut = one_lane_cut(
                        codes, f, rows, lanes, start, end, n_codes[f], keys, pair_hist, sums[node, 0], shift,
                        mask, factor[0], best_gain,
                    )
                    if f_cut >= 0:
                        best_gain, best_feature, best_cut, ordered_cut = gain, f, f_cut, True
                    is_constant[f] = f_cut == CONSTANT
                    if f_cut != HAS_MISSING:
                        continue
                n_present, has_missing = gather(
                    codes[f], rows, lanes, start, end, n_codes[f], scratch, group_code, group_rows, group_lane
                )
                if n_present + has_missing < 2:
                    is_constant[f] = 1
                    continue
                groups = (n_present, has_missing, group_rows, group_lane)
                chance = draw(node_seed, n_features + number)
                gain, f_cut = try_feature(
                    is_category[f], groups, group_code, sums[node], layout, min_leaf, random_cuts, chance, m,
                    best_gain, work,
                )
                if f_cut >= 0:
                    best_gain, best_feature, best_cut, ordered_cut = gain, f, f_cut, False
                    best_goes_left[:] = goes_left
        if best_feature >= 0:
            if ordered_cut:
                for code in range(256):
                    best_goes_left[code] = code <= best_cut
            middle, saw_missing = partition(
                codes[best_feature], best_goes_left, rows, lanes, start, end, spare_rows, spare_lanes
            )
            # Where no row lacked the value, a missing one will go where most rows went.
            side = best_goes_left[MISSING] if saw_missing else np.uint8(middle - start >= end - middle)
            if is_category[best_feature]:
                send_unseen(codes[best_feature], best_goes_left, rows, start, end, side)
                sets[n_sets] = best_goes_left
                set_number[node] = n_sets
                n_sets += 1
            feature[node], cut[node], missing_left[node] = best_feature, best_cut, side
            child_left[node], child_right[node] = n_nodes, n_nodes + 1
            left_seed, right_seed = mix(node_seed ^ 0x5BD1E995), mix(node_seed ^ 0x1B873593)
            depth += 1
            if middle - start <= end - middle:
                waiting[n_waiting, 0], waiting[n_waiting, 1] = middle, end
                waiting[n_waiting, 2], waiting[n_waiting, 3] = depth, n_nodes + 1
                waiting_seed[n_waiting] = right_seed
                end, node, node_seed = middle, n_nodes, left_seed
            else:
                waiting[n_waiting, 0], waiting[n_waiting, 1] = start, middle
                waiting[n_waiting, 2], waiting[n_waiting, 3] = depth, n_nodes
                waiting_seed[n_waiting] = left_seed
                start, node, node_seed = middle, n_nodes + 1, right_seed
            inherited[n_waiting] = is_constant
            n_waiting += 1
            n_nodes += 2
        elif n_waiting > 0:
            n_waiting -= 1
            start, end = waiting[n_waiting, 0], waiting[n_waiting, 1]
            depth, node = waiting[n_waiting, 2], waiting[n_waiting, 3]
            node_seed = waiting_seed[n_waiting]
            is_constant[:] = inherited[n_waiting]
        else:
            growing = False
    return (
        feature[:n_nodes].copy(), cut[:n_nodes].copy(), missing_left[:n_nodes].copy(), child_left[:n_nodes].copy(),
        child_right[:n_nodes].copy(), set_number[:n_nodes].copy(), sums[:n_nodes].copy(),
        n_labelled[:n_nodes].copy(), sets[:n_sets].copy(),
    )
