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

# Kernels take many arrays; one argument a line would double the file.
# fmt: off

MISSING = 255
ALL_PRESENT = 254
SMALL = 24  # up to this many rows sorting codes beats a histogram (measured, decisions/003)
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


@kernel(inline=True)
def lane_gain(s_left, w_left, s_total, w_total, factor):
    """How much a cut lowers one lane's impurity: (s_L w_R - s_R w_L)^2 / (w_L w_R), times the factor."""
    w_right = np.float64(w_total - w_left)
    d = np.float64(s_left) * w_right - np.float64(s_total - s_left) * np.float64(w_left)
    return (d * d) / (np.float64(w_left) * w_right) * factor


@kernel()
def search_one_lane(
    codes, n_codes, is_category, rows, lanes, q, start, end, order, is_constant, seed, number, max_features,
    shift, mask, s_all, w_all, factor, possible, best_gain, best_feature, best_cut, ranked, hist,
    group_code, group_left, gains,
):
    """Try ordered inputs from draw ``number`` on, one packed lane open: where forests spend their time.

    Returns (draw, best gain, its input, its cut); the draw is that of an input with missing
    values or categories, which the general road must try, or the number of inputs when done.
    Nothing is called with an array inside the loop: numba would count its references each time.
    ``hist`` is all zero on entry and exit.
    """
    n_features, m = codes.shape[0], end - start
    while number < n_features and (best_feature < 0 or (number < max_features and best_gain < possible)):
        other = number + ((draw(seed, number) * (n_features - number)) >> 32)
        f = order[other]
        order[other], order[number] = order[number], f
        if is_constant[f]:
            number += 1
            continue
        if is_category[f]:
            return number, best_gain, best_feature, best_cut
        left, n = np.int64(0), 0
        if m <= SMALL:
            for i in range(m):
                key = (np.int64(codes[f, rows[start + i]]) << 8) | i
                j = i
                while j > 0 and ranked[j - 1] > key:
                    ranked[j] = ranked[j - 1]
                    j -= 1
                ranked[j] = key
            if ranked[m - 1] >> 8 == MISSING and ranked[0] >> 8 != MISSING:
                return number, best_gain, best_feature, best_cut
            for i in range(m):
                left += lanes[q, start + (ranked[i] & 255)]
                group_code[n], group_left[n] = ranked[i] >> 8, left
                n += i + 1 == m or ranked[i + 1] >> 8 != ranked[i] >> 8
        else:
            # Two histograms by turns: rows of one code in a row do not wait for each other's sum.
            # Unsigned indices spare the test for a negative one.
            i, after = np.uint64(start), np.uint64(end)
            while i + np.uint64(1) < after:
                hist[codes[f, rows[i]], 0] += lanes[q, i]
                hist[codes[f, rows[i + np.uint64(1)]], 1] += lanes[q, i + np.uint64(1)]
                i += np.uint64(2)
            if i < after:
                hist[codes[f, rows[i]], 0] += lanes[q, i]
            has_missing = (hist[MISSING, 0] | hist[MISSING, 1]) != 0
            hist[MISSING, 0], hist[MISSING, 1] = 0, 0
            for code in range(n_codes[f]):
                group = hist[code, 0] + hist[code, 1]
                if group != 0:
                    hist[code, 0], hist[code, 1] = 0, 0
                    left += group
                    group_code[n], group_left[n] = code, left
                    n += 1
            if has_missing and n > 0:
                return number, best_gain, best_feature, best_cut
        is_constant[f] = n <= 1
        for g in range(n - 1):
            gains[g] = lane_gain(group_left[g] >> shift, group_left[g] & mask, s_all, w_all, factor)
        for g in range(n - 1):
            if gains[g] > best_gain:
                best_gain, best_feature, best_cut = gains[g], f, (group_code[g] + group_code[g + 1]) // 2
        number += 1
    return n_features, best_gain, best_feature, best_cut


@kernel()
def search_lanes(
    codes, n_codes, is_category, rows, lanes, start, end, order, is_constant, seed, number, max_features,
    total, n_open, columns, weight_columns, shift, mask, factor, possible, best_gain, best_feature,
    best_cut, ranked, local, seen, hist, left, term, group_code, group_sum,
):
    """``search_one_lane`` for several open lanes, or lanes that are not packed.

    ``term`` is each lane's part of the gain; sparse labels leave most parts as they are from one
    code to the next.  ``hist`` (n_columns, 512) is all zero on entry and exit.
    """
    n_features, n_columns, m = codes.shape[0], lanes.shape[0], end - start
    while number < n_features and (best_feature < 0 or (number < max_features and best_gain < possible)):
        other = number + ((draw(seed, number) * (n_features - number)) >> 32)
        f = order[other]
        order[other], order[number] = order[number], f
        if is_constant[f]:
            number += 1
            continue
        n, after = 0, np.uint64(end)
        if is_category[f]:
            return number, best_gain, best_feature, best_cut
        if m <= SMALL:
            for i in range(m):
                key = (np.int64(codes[f, rows[start + i]]) << 8) | i
                j = i
                while j > 0 and ranked[j - 1] > key:
                    ranked[j] = ranked[j - 1]
                    j -= 1
                ranked[j] = key
            group_code[0] = ranked[0] >> 8
            for q in range(n_columns):
                group_sum[q, 0] = 0
            for i in range(m):
                if ranked[i] >> 8 != group_code[n]:
                    n += 1
                    group_code[n] = ranked[i] >> 8
                    for q in range(n_columns):
                        group_sum[q, n] = 0
                for q in range(n_columns):
                    group_sum[q, n] += lanes[q, start + (ranked[i] & 255)]
            n += 1
        else:
            i, j = np.uint64(start), np.uint64(0)
            while i < after:
                local[j] = codes[f, rows[i]]
                seen[local[j]] = 1
                i += np.uint64(1)
                j += np.uint64(1)
            for q in range(n_columns):
                i, j = np.uint64(start), np.uint64(0)
                while i + np.uint64(1) < after:
                    hist[q, local[j]] += lanes[q, i]
                    hist[q, np.uint64(256) + local[j + np.uint64(1)]] += lanes[q, i + np.uint64(1)]
                    i += np.uint64(2)
                    j += np.uint64(2)
                if i < after:
                    hist[q, local[j]] += lanes[q, i]
            for step in range(n_codes[f] + 1):
                code = step if step < n_codes[f] else MISSING
                if seen[code]:
                    seen[code], group_code[n] = 0, code
                    for q in range(n_columns):
                        group_sum[q, n] = hist[q, code] + hist[q, 256 + code]
                        hist[q, code], hist[q, 256 + code] = 0, 0
                    n += 1
        if n > 1 and group_code[n - 1] == MISSING:
            return number, best_gain, best_feature, best_cut
        is_constant[f] = n == 1
        for q in range(n_columns):
            left[q], term[q] = 0, 0.0
        for g in range(n - 1):
            gain = 0.0
            for a in range(n_open):
                column, weight_column = columns[a], weight_columns[a]
                if group_sum[weight_column, g] & mask:
                    left[column] += group_sum[column, g]
                    if weight_column != column:
                        left[weight_column] += group_sum[weight_column, g]
                    w, w_all = left[weight_column] & mask, total[weight_column] & mask
                    term[a] = 0.0
                    if w < w_all:
                        s, s_all = left[column] >> shift, total[column] >> shift
                        term[a] = lane_gain(s, w, s_all, w_all, factor[a])
                gain += term[a]
            if gain > best_gain:
                best_gain, best_feature, best_cut = gain, f, (group_code[g] + group_code[g + 1]) // 2
        number += 1
    return n_features, best_gain, best_feature, best_cut


@kernel()
def largest_gain(lanes, start, end, column, weight_column, shift, mask, s_all, w_all, factor, order):
    """Largest gain in one lane that any two-way split of the rows has, whichever input would make it.

    The best split puts the smaller labels on one side, so it is enough to try the
    prefixes in label order.  An input that reaches it ends the search.
    """
    n = 0
    for i in range(start, end):
        w = lanes[weight_column, i] & mask
        if w > 0:
            s = lanes[column, i] >> shift
            j = n
            while j > 0:
                before = order[j - 1]
                if (lanes[column, before] >> shift) * w <= s * (lanes[weight_column, before] & mask):
                    break
                order[j] = order[j - 1]
                j -= 1
            order[j] = i
            n += 1
    best, s_left, w_left = 0.0, np.int64(0), np.int64(0)
    for i in range(n - 1):
        s_left += lanes[column, order[i]] >> shift
        w_left += lanes[weight_column, order[i]] & mask
        best = max(best, lane_gain(s_left, w_left, s_all, w_all, factor))
    return best


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
    left[:] = 0
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
    goes_left[:] = 0
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


@kernel()
def close_lanes(rows, lanes, start, end, weight_column, shift, mask, sums, n_labelled, is_open, node):
    """Fill in what a node knows of its lanes, drop rows without an open lane; return the new end."""
    n_open = 0
    for q in range(weight_column.shape[0]):
        n, s_first, w_first, differs = 0, np.int64(0), np.int64(0), False
        for i in range(start, end):
            w = lanes[weight_column[q], i] & mask
            if w > 0:
                s = lanes[q, i] >> shift
                if n == 0:
                    s_first, w_first = s, w
                elif s * w_first != s_first * w:
                    differs = True
                n += 1
        n_labelled[node, q] = n
        is_open[node, q] = differs
        n_open += differs
    for q in range(lanes.shape[0]):
        total = np.int64(0)
        for i in range(start, end):
            total += lanes[q, i]
        sums[node, q] = total
    if n_open == 0 or weight_column.shape[0] == 1:
        return end, n_open
    at = start
    for i in range(start, end):
        keep = False
        for q in range(weight_column.shape[0]):
            if is_open[node, q] and lanes[weight_column[q], i] & mask > 0:
                keep = True
        if keep:
            if at < i:
                rows[at] = rows[i]
                for q in range(lanes.shape[0]):
                    lanes[q, at] = lanes[q, i]
            at += 1
    return at, n_open


@kernel()
def partition(codes, f, goes_left, rows, lanes, start, end, spare_rows, spare_lanes):
    """Bring rows that go left to the front, both sides in order; return (start of right, missing seen)."""
    n_columns = lanes.shape[0]
    at, n_right, saw_missing = start, 0, False
    for i in range(start, end):
        code = codes[f, rows[i]]
        saw_missing |= code == MISSING
        if goes_left[code]:
            rows[at] = rows[i]
            for q in range(n_columns):
                lanes[q, at] = lanes[q, i]
            at += 1
        else:
            spare_rows[n_right] = rows[i]
            for q in range(n_columns):
                spare_lanes[q, n_right] = lanes[q, i]
            n_right += 1
    for i in range(n_right):
        rows[at + i] = spare_rows[i]
        for q in range(n_columns):
            lanes[q, at + i] = spare_lanes[q, i]
    return at, saw_missing


@kernel()
def send_unseen(codes, f, goes_left, rows, start, end, missing_left):
    """Send the codes that the node never saw where its missing values go."""
    seen = np.zeros(256, np.uint8)
    for i in range(start, end):
        seen[codes[f, rows[i]]] = 1
    for code in range(MISSING):
        if not seen[code]:
            goes_left[code] = missing_left


@kernel()
def take_bag(row_lanes, counts, weight_column, mask):
    """Rows that are in the bag and have a label, and their lanes times their counts."""
    n_rows, n_columns = row_lanes.shape
    rows = np.empty(n_rows, np.uint32)
    m = 0
    for i in range(n_rows):
        weight = np.int64(0)
        for q in weight_column:
            weight |= row_lanes[i, q] & mask
        if counts[i] > 0 and weight != 0:
            rows[m] = i
            m += 1
    rows = rows[:m].copy()
    lanes = np.empty((n_columns, m), np.int64)
    for i in range(m):
        for q in range(n_columns):
            lanes[q, i] = row_lanes[rows[i], q] * counts[rows[i]]
    return rows, lanes


@kernel()
def find_cut(
    codes, n_codes, is_category, rows, lanes, start, end, total, is_open, layout, plan, seed, is_constant,
    scratch, groups, best_goes_left,
):
    """Best cut of a node; return (input or -1, cut) and who goes left in ``best_goes_left``."""
    weight_column, shift, mask, factors = layout
    max_features, min_leaf, random_cuts = plan
    ranked, local, seen, n_in_bin, pair_hist, hist, left, term = scratch
    group_code, group_rows, group_left, group_sum, gains = groups
    # Typed zeros: numba compiles a function again for every literal it is called with.
    n_features, n_columns, m, n_open = codes.shape[0], lanes.shape[0], end - start, np.int64(0)
    columns, weight_columns = np.empty(n_columns, np.int64), np.empty(n_columns, np.int64)
    factor = np.empty(n_columns)
    order, goes_left, key, group_order = np.arange(n_features), np.empty(256, np.uint8), gains, group_left
    possible = 0.0 if m <= TINY else np.inf
    for q in range(weight_column.shape[0]):
        if is_open[q]:
            column, w_all = weight_column[q], total[weight_column[q]] & mask
            columns[n_open], weight_columns[n_open] = q, column
            factor[n_open] = factors[q] / np.float64(w_all)
            if m <= TINY:
                s_all = total[q] >> shift
                possible += largest_gain(
                    lanes, start, end, q, column, shift, mask, s_all, w_all, factor[n_open], group_order
                )
            n_open += 1
    is_plain, number = min_leaf == 1 and not random_cuts, np.int64(0)
    best_gain, best_feature, best_cut, by_table = -1.0, np.int64(-1), np.int64(0), np.int64(-1)
    while number < n_features and (best_feature < 0 or (number < max_features and best_gain < possible)):
        if is_plain and shift > 0 and n_open == 1:
            q = columns[0]
            number, best_gain, best_feature, best_cut = search_one_lane(
                codes, n_codes, is_category, rows, lanes, q, start, end, order, is_constant, seed, number,
                max_features, shift, mask, total[q] >> shift, total[q] & mask, factor[0], possible,
                best_gain, best_feature, best_cut, ranked, pair_hist, group_code, group_left, gains,
            )
        elif is_plain:
            number, best_gain, best_feature, best_cut = search_lanes(
                codes, n_codes, is_category, rows, lanes, start, end, order, is_constant, seed, number,
                max_features, total, n_open, columns, weight_columns, shift, mask, factor, possible,
                best_gain, best_feature, best_cut, ranked, local, seen, hist, left, term, group_code,
                group_sum,
            )
        else:
            other = number + ((draw(seed, number) * (n_features - number)) >> 32)
            order[other], order[number] = order[number], order[other]
        if number == n_features:
            break
        f = order[number]
        number += 1
        if is_constant[f]:
            continue
        n_present, has_missing = gather(
            codes, f, rows, lanes, start, end, n_codes[f], hist, n_in_bin, group_code, group_rows, group_sum
        )
        is_constant[f] = n_present + has_missing < 2
        if is_constant[f]:
            continue
        gain, cut = general_cut(
            is_category[f], random_cuts, draw(seed, n_features + number - 1), n_present, has_missing,
            group_code, group_rows, group_sum, total, n_open, columns, weight_columns, shift, mask, factor,
            min_leaf, m, best_gain, group_order, key, left, goes_left,
        )
        if cut >= 0:
            best_gain, best_feature, best_cut, by_table = gain, f, cut, f
            best_goes_left[:] = goes_left
    if by_table != best_feature:
        for code in range(256):
            best_goes_left[code] = code <= best_cut
    return best_feature, best_cut


@kernel(
    BYTES_2D, INT32, BYTES, INT64_2D, BYTES, INT32, types.int64, types.int64, FLOAT64, types.int64,
    types.int64, types.int64, types.boolean, types.int64,
)
def grow_tree(
    codes, n_codes, is_category, row_lanes, counts, weight_column, shift, mask, factors, max_features,
    min_leaf, max_depth, random_cuts, seed,
):
    """Grow one tree on the rows with a positive bag count; return its nodes.

    Shapes: codes (n_inputs, n_rows), row_lanes (n_rows, n_columns), counts (n_rows,).
    Returned per node: feature (-1 in a leaf), cut, missing_left, left, right, set number
    (categorical inputs), lane sums, labelled rows and openness per lane; and the sets of
    codes that go left.
    """
    n_features, n_columns, n_lanes = codes.shape[0], row_lanes.shape[1], weight_column.shape[0]
    rows, lanes = take_bag(row_lanes, counts, weight_column, mask)
    m_all = rows.shape[0]
    spare_rows, spare_lanes = np.empty_like(rows), np.empty_like(lanes)
    layout, plan = (weight_column, shift, mask, factors), (max_features, min_leaf, random_cuts)

    n_max = max(1, 2 * m_all - 1)
    feature, cut = np.full(n_max, -1, np.int32), np.zeros(n_max, np.uint8)
    missing_left, set_number = np.zeros(n_max, np.uint8), np.full(n_max, -1, np.int32)
    child_left, child_right = np.zeros(n_max, np.int32), np.zeros(n_max, np.int32)
    sums, n_labelled = np.zeros((n_max, n_columns), np.int64), np.zeros((n_max, n_lanes), np.int32)
    is_open = np.zeros((n_max, n_lanes), np.uint8)
    sets = np.zeros((m_all if np.any(is_category != 0) else 1, 256), np.uint8)
    goes_left = np.zeros(256, np.uint8)
    n_nodes, n_sets = 1, 0

    # The larger child waits, so at most log2(rows) nodes ever wait.
    waiting, n_waiting = np.empty((72, 5), np.int64), 0
    is_constant, inherited = np.zeros(n_features, np.uint8), np.zeros((72, n_features), np.uint8)
    scratch = (
        np.empty(SMALL, np.int64), np.empty(m_all, np.uint8), np.zeros(256, np.uint8),
        np.zeros(256, np.int64), np.zeros((256, 2), np.int64), np.zeros((n_columns, 512), np.int64),
        np.empty(n_columns, np.int64), np.empty(n_columns),
    )
    groups = (
        np.empty(257, np.int64), np.empty(257, np.int64), np.empty(257, np.int64),
        np.empty((n_columns, 257), np.int64), np.empty(257),
    )

    start, end, depth, node, node_seed = np.int64(0), np.int64(m_all), 0, np.int64(0), mix(seed)
    while True:
        end, n_open = close_lanes(
            rows, lanes, start, end, weight_column, shift, mask, sums, n_labelled, is_open, node
        )
        f = -1
        if n_open > 0 and end - start >= 2 * min_leaf and depth < max_depth:
            f, cut[node] = find_cut(
                codes, n_codes, is_category, rows, lanes, start, end, sums[node], is_open[node], layout,
                plan, node_seed, is_constant, scratch, groups, goes_left,
            )
        if f >= 0:
            middle, saw_missing = partition(
                codes, f, goes_left, rows, lanes, start, end, spare_rows, spare_lanes
            )
            # Where no row lacked the value, a missing one will go where most rows went.
            missing_left[node] = goes_left[MISSING] if saw_missing else middle - start >= end - middle
            if is_category[f]:
                send_unseen(codes, f, goes_left, rows, start, end, missing_left[node])
                sets[n_sets], set_number[node] = goes_left, n_sets
                n_sets += 1
            feature[node], child_left[node], child_right[node] = f, n_nodes, n_nodes + 1
            left_seed, right_seed = mix(node_seed ^ 0x5BD1E995), mix(node_seed ^ 0x1B873593)
            depth += 1
            wait = waiting[n_waiting]
            wait[2] = depth
            inherited[n_waiting] = is_constant
            if middle - start <= end - middle:
                wait[0], wait[1], wait[3], wait[4] = middle, end, n_nodes + 1, right_seed
                end, node, node_seed = middle, n_nodes, left_seed
            else:
                wait[0], wait[1], wait[3], wait[4] = start, middle, n_nodes, left_seed
                start, node, node_seed = middle, n_nodes + 1, right_seed
            n_waiting += 1
            n_nodes += 2
        elif n_waiting > 0:
            n_waiting -= 1
            wait = waiting[n_waiting]
            start, end, depth, node, node_seed = wait[0], wait[1], wait[2], wait[3], wait[4]
            is_constant[:] = inherited[n_waiting]
        else:
            break
    return (
        feature[:n_nodes].copy(),
        cut[:n_nodes].copy(),
        missing_left[:n_nodes].copy(),
        child_left[:n_nodes].copy(),
        child_right[:n_nodes].copy(),
        set_number[:n_nodes].copy(),
        sums[:n_nodes].copy(),
        n_labelled[:n_nodes].copy(),
        is_open[:n_nodes].copy(),
        sets[:n_sets].copy(),
    )
