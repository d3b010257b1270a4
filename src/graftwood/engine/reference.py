"""The forest, naive and complete: read this first.

The same trees as the fast kernels, node for node, in plain Python.  Tests
compare both with ``==``; when they differ, this file is right.

A *row* has one code per input (0..254 in order, 255 = missing) and one integer
per *lane*.  A lane is what a task is to the engine: a real task is one lane
(its label in fixed point), a class task one lane per class (0 or 1), because
Gini impurity is the sum of the variances of the one-hot columns.  Each lane
has a value and a weight, both times the row's bag count; weight 0 = no label.

A lane is *open* in a node while its labels there differ.  Where it closes, its
task needs no further cuts: its view ends, and rows without a label in any open
lane stay behind, so that they cannot blur where the others are best cut.
"""

from dataclasses import dataclass, field
from typing import Any

MISSING = 255
ALL_PRESENT = 254  # a cut that sends every present code left and the missing right
_MASK = 0xFFFFFFFF


def mix(x: int) -> int:
    """Scramble 32 bits; the random stream of a node is ``mix(seed + draw * golden)``."""
    x = (((x >> 16) ^ x) * 0x45D9F3B) & _MASK
    x = (((x >> 16) ^ x) * 0x45D9F3B) & _MASK
    return (x >> 16) ^ x


def draw(seed: int, number: int) -> int:
    """Random 32 bits: the ``number``-th of the node with this seed."""
    return mix((seed + number * 0x9E3779B9) & _MASK)


@dataclass
class Node:
    """A node of one grown tree; leaves have ``feature == -1``.

    Examples
    --------
    >>> Node(value=[6], weight=[3], n_labelled=[3], is_open=[False]).feature
    -1
    """

    value: list[int]
    weight: list[int]
    n_labelled: list[int]
    is_open: list[bool]
    feature: int = -1
    cut: int = 0
    left_codes: frozenset[int] | None = None  # of a categorical input, instead of ``cut``
    missing_left: bool = False
    left: "Node | None" = None
    right: "Node | None" = None


@dataclass
class Problem:
    """What a tree is grown on, in plain lists: rows first.

    Examples
    --------
    >>> step = Problem(
    ...     codes=[[0], [1], [2]], values=[[-1], [-1], [5]], weights=[[1], [1], [1]],
    ...     counts=[1, 1, 1], factors=[1.0], is_category=[False], max_features=1,
    ... )
    >>> tree = grow(step, seed=0)
    >>> tree.feature, tree.cut, tree.left.value, tree.right.value
    (0, 1, [-2], [5])
    """

    codes: list[list[int]]
    values: list[list[int]]
    weights: list[list[int]]
    counts: list[int]
    factors: list[float]
    is_category: list[bool]
    max_features: int
    min_samples_leaf: int = 1
    max_depth: int = 2**30
    random_cuts: bool = False
    n_always: int = 0
    lanes: range = field(init=False)

    def __post_init__(self) -> None:
        self.lanes = range(len(self.factors))


@dataclass
class Cut:
    """The best cut so far: its gain and who goes left.

    Examples
    --------
    >>> Cut(gain=-1.0).feature  # none yet
    -1
    """

    gain: float
    feature: int = -1
    left_codes: frozenset[int] = frozenset()
    cut: int = 0
    missing_left: bool = False


def grow(problem: Problem, seed: int) -> Node:
    """Grow one tree on the rows that are in its bag and have a label."""
    rows = [i for i, count in enumerate(problem.counts) if count > 0 and any(problem.weights[i])]
    return _grow_node(problem, rows, 0, mix(seed))


def _grow_node(p: Problem, rows: list[int], depth: int, seed: int) -> Node:
    value, weight = _sums(p, rows, p.lanes)
    is_open = [_is_open(p, rows, q) for q in p.lanes]
    node = Node(value, weight, [sum(p.weights[i][q] > 0 for i in rows) for q in p.lanes], is_open)
    lanes = [q for q in p.lanes if is_open[q]]
    rows = [i for i in rows if any(p.weights[i][q] > 0 for q in lanes)]
    if len(rows) < 2 * p.min_samples_leaf or depth >= p.max_depth or not lanes:
        return node
    best = _best_cut(p, rows, lanes, seed)
    if best.feature < 0:
        return node
    left: list[int] = []
    right: list[int] = []
    for i in rows:
        code = p.codes[i][best.feature]
        goes_left = best.missing_left if code == MISSING else code in best.left_codes
        (left if goes_left else right).append(i)
    present = {p.codes[i][best.feature] for i in rows}
    # Where no row lacked the value, a missing one will go where most rows went.
    node.missing_left = best.missing_left if MISSING in present else len(left) >= len(right)
    node.feature, node.cut = best.feature, best.cut
    if p.is_category[best.feature]:
        unseen = frozenset(range(MISSING)) - present if node.missing_left else frozenset()
        node.left_codes = best.left_codes | unseen
    node.left = _grow_node(p, left, depth + 1, mix(seed ^ 0x5BD1E995))
    node.right = _grow_node(p, right, depth + 1, mix(seed ^ 0x1B873593))
    return node


def _sums(p: Problem, rows: list[int], lanes: Any) -> tuple[list[int], list[int]]:
    value = [sum(p.values[i][q] * p.counts[i] for i in rows) for q in lanes]
    weight = [sum(p.weights[i][q] * p.counts[i] for i in rows) for q in lanes]
    return value, weight


def _is_open(p: Problem, rows: list[int], q: int) -> bool:
    labels = [(p.values[i][q], p.weights[i][q]) for i in rows if p.weights[i][q] > 0]
    return any(value * labels[0][1] != labels[0][0] * weight for value, weight in labels)


def gain_of(factors: list[float], total: Any, left: Any) -> float:
    """How much a cut lowers the impurity, summed over open lanes.

    With value sums s and weights w: (s_L w_R - s_R w_L)^2 / (w_L w_R W), which is
    the drop of the weighted sum of squares; 0 for a lane with all its labels on one side.
    """
    gain = 0.0
    for factor, s_all, w_all, s_left, w_left in zip(factors, *total, *left, strict=True):
        w_right, s_right = w_all - w_left, float(s_all - s_left)
        if w_left > 0 and w_right > 0:
            d = float(s_left) * float(w_right) - s_right * float(w_left)
            gain += (d * d) / (float(w_left) * float(w_right)) * (factor / float(w_all))
    return gain


def _best_cut(p: Problem, rows: list[int], lanes: list[int], seed: int) -> Cut:
    inputs, best = list(range(len(p.codes[0]))), Cut(gain=-1.0)
    n_drawn = len(inputs) - p.n_always
    order = inputs[n_drawn:] + inputs[:n_drawn]
    for number in range(len(order)):
        if number >= p.n_always + p.max_features and best.feature >= 0:
            break
        if number >= p.n_always:
            other = number + ((draw(seed, number) * (len(order) - number)) >> 32)
            order[number], order[other] = order[other], order[number]
        _try_feature(p, rows, lanes, order[number], draw(seed, len(order) + number), best)
    return best


def _try_feature(p: Problem, rows: list[int], lanes: list[int], feature: int, chance: int, best: Cut) -> None:
    total, factors = _sums(p, rows, lanes), [p.factors[q] for q in lanes]
    groups: dict[int, list[int]] = {}
    for i in rows:
        groups.setdefault(p.codes[i][feature], []).append(i)
    missing = groups.pop(MISSING, [])
    if len(groups) + bool(missing) < 2:
        return
    for codes, n_left, cut in _candidates(p, groups, lanes, bool(missing), feature, chance):
        left_codes = frozenset(codes[:n_left])
        members = [i for code in left_codes for i in groups[code]]
        sides = [(False, members)]
        if missing and n_left < len(codes):
            sides.append((True, members + missing))
        for missing_left, left in sides:
            if min(len(left), len(rows) - len(left)) < p.min_samples_leaf:
                continue
            gain = gain_of(factors, total, _sums(p, left, lanes))
            if gain > best.gain:
                best.gain, best.feature, best.cut = gain, feature, cut
                best.left_codes, best.missing_left = left_codes, missing_left


def _candidates(
    p: Problem, groups: dict[int, list[int]], lanes: list[int], has_missing: bool, feature: int, chance: int
) -> Any:
    """Yield (ordered codes, how many of them go left, cut code): every cut worth trying, in order."""
    codes = sorted(groups)
    last = len(codes) if has_missing else len(codes) - 1
    if p.random_cuts and len(codes) > 1:
        if p.is_category[feature]:
            codes.sort(key=lambda code: (mix(chance ^ code), code))
            yield codes, 1 + chance % (len(codes) - 1), 0
        else:
            cut = codes[0] + chance % (codes[-1] - codes[0])
            yield codes, sum(code <= cut for code in codes), cut
    elif p.is_category[feature]:
        for q in lanes:
            means = {code: _mean(p, groups[code], q) for code in codes}
            ordered = sorted(codes, key=lambda code: (means[code], code))  # noqa: B023  used at once
            for n_left in range(1, last + 1):
                yield ordered, n_left, 0
    else:
        for n_left in range(1, last + 1):
            cut = (codes[n_left - 1] + codes[n_left]) // 2 if n_left < len(codes) else ALL_PRESENT
            yield codes, n_left, cut


def _mean(p: Problem, rows: list[int], q: int) -> float:
    weight = sum(p.weights[i][q] * p.counts[i] for i in rows)
    return float(sum(p.values[i][q] * p.counts[i] for i in rows)) / float(weight) if weight else 0.0


def view_of(node: Node, lanes: range, min_samples_leaf: int = 1) -> Any:
    """Return the tree as one task sees it: ``(feature, cut, missing_left, left, right)``, nested, or a leaf.

    A split stays only where it separates rows labelled for the task; where they
    are all on one side the view goes on there.  It ends where none of the task's
    lanes is open.  A leaf is (value, weight) of the task's lanes.
    """
    lane = lanes[0]
    while node.left is not None and node.right is not None and any(node.is_open[q] for q in lanes):
        below = node.left, node.right
        n_left, n_right = (child.n_labelled[lane] for child in below)
        if n_left == 0 or n_right == 0:
            node = below[1] if n_left == 0 else below[0]
        elif min(n_left, n_right) < min_samples_leaf:
            break
        else:
            left, right = (view_of(child, lanes, min_samples_leaf) for child in below)
            cut = node.cut if node.left_codes is None else node.left_codes
            return node.feature, cut, node.missing_left, left, right
    return node.value[lane : lanes.stop], node.weight[lane : lanes.stop]


def walk(view: Any, codes: list[int]) -> tuple[list[int], list[int]]:
    """Return the (value, weight) of the task's lanes in the leaf that a row of codes reaches in a view."""
    while len(view) == 5:
        feature, cut, missing_left, left, right = view
        code = codes[feature]
        if code == MISSING:
            goes_left = missing_left
        else:
            goes_left = code in cut if isinstance(cut, frozenset) else code <= cut
        view = left if goes_left else right
    return view
