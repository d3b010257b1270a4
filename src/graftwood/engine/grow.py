"""Kernels: grow one tree.  The same tree as ``reference.grow``, node for node.

The functions that call each other for every input live in this file, so that an edit recompiles them
together; what a node is asked once stands in ``tiles.py``, what few forests need in ``general.py``.
A node owns the contiguous stretch ``start:end`` of ``rows`` and ``lanes``; a split partitions it:

    before   |  a  b  c  d  e  f  g  |        the cut sends b, d, g right
    after    |  a  c  e  f |  b  d  g |       both sides keep their order

Lane columns hold ``value << shift | weight`` where that fits (packed), or
values and weights in columns of their own (shift 0, mask of ones).
"""

import numpy as np
from numba import types

from graftwood.engine.arithmetic import MISSING, draw, lane_gain, mix
from graftwood.engine.general import GENERAL_ROOM, OPEN_ROOM, SEARCH_ROOM, call_road
from graftwood.engine.kernel import BYTES, BYTES_2D, FLOAT64, INT32, kernel
from graftwood.engine.tiles import largest_gain, lay_tiles, open_lanes

# Kernels take many arrays; one argument a line would double the file.
# fmt: off

SMALL = 12  # up to this many rows sorting codes beats a histogram (measured, decisions/003)
TINY = 8  # up to this many rows the largest possible gain is worth knowing beforehand


@kernel()
def search_one_lane(
    codes, n_codes, is_category, rows, lanes, q, start, end, order, is_constant, seed, number, n_always,
    max_features, shift, mask, s_all, w_all, factor, possible, best_gain, best_feature, best_cut, ranked,
    hist, group_code, group_left, gains,
):
    """Try ordered inputs from draw ``number`` on, one packed lane open: where forests spend their time.

    Returns (draw, best gain, its input, its cut); the draw is that of an input with missing
    values or categories, which the general road must try, or the number of inputs when done.
    Nothing is called with an array inside the loop: numba would count its references each time.
    ``hist`` is all zero on entry and exit.
    """
    n_features, m = codes.shape[0], end - start
    while number < n_features and (best_feature < 0 or (number < max_features and best_gain < possible)):
        other = number + (((draw(seed, number) * (n_features - number)) >> 32) if number >= n_always else 0)
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
            # Which codes are there cannot be foreseen: every one is written down, the next overwrites it.
            for code in range(n_codes[f]):
                group = hist[code, 0] + hist[code, 1]
                hist[code, 0], hist[code, 1] = 0, 0
                left += group
                group_code[n], group_left[n] = code, left
                n += group != 0
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
    codes, n_codes, is_category, rows, tiles, n_tiles, start, end, order, is_constant, seed, number, n_always,
    max_features, n_open, weights_at, s_all, w_all, shift, mask, factor, possible, best_gain, best_feature,
    best_cut, ranked, seen, hist, left, group_code, gains,
):
    """``search_one_lane`` for several open lanes, or lanes that are not packed.

    A row's lanes lie side by side in ``tiles``, three to a tile: adding three costs little more
    than adding one, if their number is known beforehand.  ``hist`` and ``seen`` are zero before and after.
    """
    n_features, m = codes.shape[0], end - start
    while number < n_features and (best_feature < 0 or (number < max_features and best_gain < possible)):
        other = number + (((draw(seed, number) * (n_features - number)) >> 32) if number >= n_always else 0)
        f = order[other]
        order[other], order[number] = order[number], f
        if is_constant[f]:
            number += 1
            continue
        if is_category[f]:
            return number, best_gain, best_feature, best_cut
        n = np.int64(0)
        if m <= SMALL:
            for i in range(m):
                key = (np.int64(codes[f, rows[start + i]]) << 8) | i
                j = i
                while j > 0 and ranked[j - 1] > key:
                    ranked[j] = ranked[j - 1]
                    j -= 1
                ranked[j] = key
            for b in range(n_tiles):
                n, first, second, third = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
                for i in range(m):
                    at = ranked[i] & 255
                    first += tiles[b, at, 0]
                    second += tiles[b, at, 1]
                    third += tiles[b, at, 2]
                    left[3 * b, n], left[3 * b + 1, n], left[3 * b + 2, n] = first, second, third
                    group_code[n] = ranked[i] >> 8
                    n += i + 1 == m or ranked[i + 1] >> 8 != ranked[i] >> 8
        else:
            for b in range(n_tiles):
                i, j, after = np.uint64(start), np.uint64(0), np.uint64(end)
                while i < after:
                    code = codes[f, rows[i]]
                    seen[code] = 1
                    for k in range(3):
                        hist[b, code, k] += tiles[b, j, k]
                    i += np.uint64(1)
                    j += np.uint64(1)
            code, after = np.uint64(0), np.uint64(n_codes[f])
            while code < after:
                group_code[n] = code
                n += seen[code]
                seen[code] = 0
                code += np.uint64(1)
            group_code[n] = MISSING
            n += seen[MISSING]
            seen[MISSING] = 0
            for b in range(n_tiles):
                first, second, third = np.int64(0), np.int64(0), np.int64(0)
                for g in range(n):
                    at = np.uint64(group_code[g])
                    first += hist[b, at, 0]
                    second += hist[b, at, 1]
                    third += hist[b, at, 2]
                    hist[b, at, 0], hist[b, at, 1], hist[b, at, 2] = 0, 0, 0
                    left[3 * b, g], left[3 * b + 1, g], left[3 * b + 2, g] = first, second, third
        if n > 1 and group_code[n - 1] == MISSING:
            return number, best_gain, best_feature, best_cut
        is_constant[f] = n == 1
        for g in range(n - 1):
            gains[g] = 0.0
        for a in range(n_open):
            s_total, w_total = s_all[a], w_all[a]
            for g in range(n - 1):
                # No branch, so that it is vectorised: where one side has no label the gain of a
                # made-up split counts zero times.
                w = left[weights_at + a, g] & mask
                is_empty, is_full = w == 0, w == w_total
                gain = lane_gain(left[a, g] >> shift, w + is_empty, s_total, w_total + is_full, factor[a])
                gains[g] += gain * (0.0 if is_empty or is_full else 1.0)
        for g in range(n - 1):
            if gains[g] > best_gain:
                best_gain, best_feature, best_cut = gains[g], f, (group_code[g] + group_code[g + 1]) // 2
        number += 1
    return n_features, best_gain, best_feature, best_cut


@kernel()
def close_lanes(
    rows, lanes, start, end, weight_column, shift, mask, sums, n_labelled, is_open, node, n_open_before
):
    """Fill in what a node knows of its lanes, drop rows without an open one; return (new end, open lanes)."""
    n_open = 0
    for q in range(weight_column.shape[0]):
        n = 0
        for i in range(start, end):
            n += (lanes[weight_column[q], i] & mask) != 0
        s_first, w_first, i = np.int64(0), np.int64(0), start
        while i < end:  # ends at the first label that differs, which in a large node is near
            s, w = lanes[q, i] >> shift, lanes[weight_column[q], i] & mask
            if w_first == 0:
                s_first, w_first = s, w
            elif w > 0 and s * w_first != s_first * w:
                break
            i += 1
        n_labelled[node, q] = n
        is_open[node, q] = i < end
        n_open += i < end
    for q in range(lanes.shape[0]):
        total = np.int64(0)
        for i in range(start, end):
            total += lanes[q, i]
        sums[node, q] = total
    # While no lane closes, every row still has the open one for which it was kept.
    if n_open == 0 or n_open == n_open_before:
        return end, n_open
    # Which rows stay cannot be foreseen, so every row is written and the next overwrites one that goes.
    at = start
    for i in range(start, end):
        weight = np.int64(0)
        for q in range(weight_column.shape[0]):
            if is_open[node, q]:
                weight |= lanes[weight_column[q], i] & mask
        rows[at] = rows[i]
        for q in range(lanes.shape[0]):
            lanes[q, at] = lanes[q, i]
        at += weight != 0
    return at, n_open


@kernel()
def partition(codes, f, goes_left, rows, lanes, start, end, spare_rows, spare_lanes):
    """Bring rows that go left to the front, both sides in order; return (start of right, missing seen).

    Every row is written to both sides, as a branch that nobody can foresee costs more.
    """
    n_columns = lanes.shape[0]
    at, n_right, saw_missing = start, 0, False
    for i in range(start, end):
        code = codes[f, rows[i]]
        saw_missing |= code == MISSING
        rows[at], spare_rows[n_right] = rows[i], rows[i]
        for q in range(n_columns):
            value = lanes[q, i]
            lanes[q, at], spare_lanes[q, n_right] = value, value
        goes = np.int64(goes_left[code] != 0)
        at += goes
        n_right += 1 - goes
    for i in range(n_right):
        rows[at + i] = spare_rows[i]
        for q in range(n_columns):
            lanes[q, at + i] = spare_lanes[q, i]
    return at, saw_missing


@kernel()
def send_unseen(codes, f, goes_left, rows, start, end, missing_left, seen):
    """Send codes that the node never saw where its missing values go; ``seen`` is zero before and after."""
    for i in range(start, end):
        seen[codes[f, rows[i]]] = 1
    for code in range(MISSING):
        if not seen[code]:
            goes_left[code] = missing_left
    for code in range(256):
        seen[code] = 0


@kernel(merged=True)
def find_cut(
    codes, n_codes, is_category, rows, lanes, start, end, total, is_open, layout, plan, seed, is_constant,
    open_, search, general, road, goes_left, best_goes_left,
):
    """Best cut of a node; return (input or -1, cut) and who goes left in ``best_goes_left``."""
    weight_column, shift, mask, factors = layout
    n_always, max_features, min_leaf, random_cuts = plan
    columns, weight_columns, s_all, w_all, factor = open_
    order, ranked, seen, pair_hist, hist, tiles, left, run, group_code, group_left, gains = search
    n_features, m, n_tiles, possible = codes.shape[0], end - start, np.int64(0), np.inf
    n_open = open_lanes(
        lanes, start, end, total, is_open, layout, columns, weight_columns, s_all, w_all, factor
    )
    weights_at = np.int64(0) if shift > 0 else n_open
    if n_open > 1 or shift == 0 or m <= TINY:
        n_tiles = lay_tiles(lanes, start, end, n_open, columns, weight_columns, weights_at, tiles)
    if m <= TINY:
        possible = largest_gain(tiles, m, n_open, weights_at, s_all, w_all, shift, mask, factor, run)
    # Inputs that are always looked at are the last ones of the table, and come first.
    for f in range(n_features):
        order[f] = f - n_always if f >= n_always else n_features - n_always + f
    is_plain, number = min_leaf == 1 and not random_cuts, np.int64(0)
    best_gain, best_feature, best_cut, by_table = -1.0, np.int64(-1), np.int64(0), np.int64(-1)
    while number < n_features and (best_feature < 0 or (number < max_features and best_gain < possible)):
        if is_plain and shift > 0 and n_open == 1:
            number, best_gain, best_feature, best_cut = search_one_lane(
                codes, n_codes, is_category, rows, lanes, columns[0], start, end, order, is_constant, seed,
                number, n_always, max_features, shift, mask, s_all[0], w_all[0], factor[0], possible,
                best_gain, best_feature, best_cut, ranked, pair_hist, group_code, group_left, gains,
            )
        elif is_plain:
            number, best_gain, best_feature, best_cut = search_lanes(
                codes, n_codes, is_category, rows, tiles, n_tiles, start, end, order, is_constant, seed,
                number, n_always, max_features, n_open, weights_at, s_all, w_all, shift, mask, factor,
                possible, best_gain, best_feature, best_cut, ranked, seen, hist, left, group_code, gains,
            )
        else:
            other = number
            if number >= n_always:
                other += (draw(seed, number) * (n_features - number)) >> 32
            order[other], order[number] = order[number], order[other]
        if number == n_features:
            break
        f = order[number]
        number += 1
        if is_constant[f]:
            continue
        gain, cut = call_road(
            road,
            codes, f, n_codes[f], is_category[f], rows, lanes, start, end, total, is_constant, n_open, shift,
            mask, min_leaf, random_cuts, draw(seed, n_features + number - 1), best_gain, open_, search,
            general, goes_left,
        )
        if cut >= 0:
            best_gain, best_feature, best_cut, by_table = gain, f, cut, f
            for code in range(256):
                best_goes_left[code] = goes_left[code]
    if by_table != best_feature:
        for code in range(256):
            best_goes_left[code] = code <= best_cut
    return best_feature, best_cut


# The arrays of a tree, made by ``tree.py``: what it is grown from, what it becomes, room to work in.
GIVEN = types.Tuple((BYTES_2D, INT32, BYTES, types.uint32[::1], types.int64[:, ::1]))
LAYOUT = types.Tuple((INT32, types.int64, types.int64, FLOAT64))
PLAN = types.Tuple((types.int64, types.int64, types.int64, types.boolean))
GROWN = types.Tuple((
    types.int32[:, ::1], types.int64[:, ::1], types.int32[:, ::1], types.uint8[:, ::1], types.uint8[:, ::1],
))
NODE_ROOM = types.Tuple((
    types.uint32[::1], types.int64[:, ::1], types.int64[:, ::1], types.uint8[::1], types.uint8[:, ::1],
    types.uint8[::1], types.uint8[::1],
))
@kernel(
    GIVEN, LAYOUT, PLAN, types.int64, types.int64, GROWN, NODE_ROOM, OPEN_ROOM, SEARCH_ROOM, GENERAL_ROOM,
    types.int64,
)
def grow_tree(
    given, layout, plan, max_depth, seed, grown, node_room, open_, search, general, road
):
    """Grow one tree on rows and their lanes, which are reordered; return the numbers of its nodes and sets.

    Per node ``nodes`` has input (-1 in a leaf), cut, missing goes left, left, right and set number
    (categorical inputs, else -1); ``sums``, ``n_labelled`` and ``is_open`` what it knows of every lane.
    ``sets`` has the codes that go left.  ``tree.py`` gives the shapes.
    """
    codes, n_codes, is_category, rows, lanes = given
    weight_column, shift, mask, factors = layout
    n_always, max_features, min_leaf, random_cuts = plan
    nodes, sums, n_labelled, is_open, sets = grown
    spare_rows, spare_lanes, waiting, is_constant, inherited, goes_left, try_left = node_room
    seen = search[2]
    # The larger child waits, so at most log2(rows) nodes ever wait.
    n_nodes, n_sets, n_waiting, n_open = 1, 0, 0, np.int64(weight_column.shape[0])
    start, end, depth, node, node_seed = np.int64(0), np.int64(rows.shape[0]), 0, np.int64(0), mix(seed)
    while True:
        end, n_open = close_lanes(
            rows, lanes, start, end, weight_column, shift, mask, sums, n_labelled, is_open, node,
            n_open,
        )
        f, cut, missing_left, left, right, set_number = -1, 0, 0, 0, 0, -1
        if n_open > 0 and end - start >= 2 * min_leaf and depth < max_depth:
            f, cut = find_cut(
                codes, n_codes, is_category, rows, lanes, start, end, sums[node], is_open[node], layout,
                plan, node_seed, is_constant, open_, search, general, road, try_left, goes_left,
            )
        this = node
        if f >= 0:
            middle, saw_missing = partition(
                codes, f, goes_left, rows, lanes, start, end, spare_rows, spare_lanes
            )
            # Where no row lacked the value, a missing one will go where most rows went.
            missing_left = goes_left[MISSING] if saw_missing else middle - start >= end - middle
            if is_category[f]:
                send_unseen(codes, f, goes_left, rows, start, end, missing_left, seen)
                for code in range(256):
                    sets[n_sets, code] = goes_left[code]
                set_number = n_sets
                n_sets += 1
            left, right = n_nodes, n_nodes + 1
            left_seed, right_seed = mix(node_seed ^ 0x5BD1E995), mix(node_seed ^ 0x1B873593)
            depth += 1
            for input_ in range(codes.shape[0]):
                inherited[n_waiting, input_] = is_constant[input_]
            waiting[n_waiting, 2], waiting[n_waiting, 5] = depth, n_open
            if middle - start <= end - middle:
                waiting[n_waiting, 0], waiting[n_waiting, 1] = middle, end
                waiting[n_waiting, 3], waiting[n_waiting, 4] = right, right_seed
                end, node, node_seed = middle, left, left_seed
            else:
                waiting[n_waiting, 0], waiting[n_waiting, 1] = start, middle
                waiting[n_waiting, 3], waiting[n_waiting, 4] = left, left_seed
                start, node, node_seed = middle, right, right_seed
            n_waiting += 1
            n_nodes += 2
        nodes[this, 0], nodes[this, 1], nodes[this, 2] = f, cut, missing_left
        nodes[this, 3], nodes[this, 4], nodes[this, 5] = left, right, set_number
        if f < 0:
            if n_waiting == 0:
                return n_nodes, n_sets
            n_waiting -= 1
            start, end, depth = waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2]
            node, node_seed, n_open = waiting[n_waiting, 3], waiting[n_waiting, 4], waiting[n_waiting, 5]
            for input_ in range(codes.shape[0]):
                is_constant[input_] = inherited[n_waiting, input_]
