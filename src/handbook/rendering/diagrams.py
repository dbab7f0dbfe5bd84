"""Where the boxes and lines of a layered diagram go, top to bottom.

The usual way (Sugiyama): turn round the lines that close a loop, put each box below
all that lead to it, order every row so that few lines cross, then straighten. A line's
label takes a place of its own between the rows, so that nothing covers anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SWEEPS = 12
_BEND_WIDTH = 10.0
"""Room that a line takes where it passes a row."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a name that takes room."""

    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line from one box to another, with the room that its label takes."""

    source: str
    target: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """Where an arrow runs: from its first point to its last, down or up."""

    points: tuple[Point, ...]
    label: Point
    """The middle of its label."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished layout; places are middles, counted from the upper left corner."""

    width: float
    height: float
    boxes: Mapping[str, Point]
    lines: tuple[Line, ...]
    """In the order of the arrows."""


@dataclass(slots=True, eq=False)
class _Node:
    """A box, a label, or a place where a line passes a row."""

    row: int
    width: float
    height: float
    above: list[_Node] = field(default_factory=list)
    below: list[_Node] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    rank: int = 0
    """Its place in its row."""


_Row = list[_Node]


def lay_out(
    boxes: Sequence[Box], arrows: Sequence[Arrow], *, gap: float = 20, step: float = 16
) -> Drawing:
    """Place boxes in rows, and run each arrow between them.

    An arrow from a box to itself is no use in a diagram and must not be given.

    Args:
        boxes: the first one stands at the top.
        arrows: between boxes that exist.
        gap: between neighbours in a row.
        step: between one row and the next.
    """
    upward = _closing(boxes, arrows)
    rows_of = _rows(boxes, arrows, upward)
    nodes = {b.name: _Node(rows_of[b.name], b.width, b.height) for b in boxes}
    rows: list[_Row] = [[] for _ in range(max(rows_of.values(), default=0) + 1)]
    for box in boxes:
        rows[rows_of[box.name]].append(nodes[box.name])
    chains = [
        _chain(nodes, rows, arrow, up=number in upward)
        for number, arrow in enumerate(arrows)
    ]
    _order(rows)
    _spread(rows, gap)
    height = _stack(rows, step)
    left = min((n.x - n.width / 2 for row in rows for n in row), default=0.0)
    for row in rows:
        for node in row:
            node.x -= left
    return Drawing(
        width=max((n.x + n.width / 2 for row in rows for n in row), default=0.0),
        height=height,
        boxes={name: (node.x, node.y) for name, node in nodes.items()},
        lines=tuple(
            _line(chain, label, up=number in upward)
            for number, (chain, label) in enumerate(chains)
        ),
    )


def _closing(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> set[int]:
    """Return the arrows that lead back to a box on the way to them."""
    leaving: dict[str, list[int]] = {box.name: [] for box in boxes}
    for number, arrow in enumerate(arrows):
        leaving[arrow.source].append(number)
    found: set[int] = set()
    done: set[str] = set()
    for box in boxes:
        way = [(box.name, iter(leaving[box.name]))] if box.name not in done else []
        while way:
            name, rest = way[-1]
            taken = next(rest, None)
            if taken is None:
                done.add(name)
                way.pop()
                continue
            target = arrows[taken].target
            if any(target == passed for passed, _ in way):
                found.add(taken)
            elif target not in done:
                way.append((target, iter(leaving[target])))
    return found


def _rows(
    boxes: Sequence[Box], arrows: Sequence[Arrow], upward: set[int]
) -> dict[str, int]:
    """Return each box's row: below all that lead to it. Odd rows are for labels."""
    down = [
        (a.target, a.source) if number in upward else (a.source, a.target)
        for number, a in enumerate(arrows)
    ]
    rows = {box.name: 0 for box in boxes}
    for _ in boxes:  # without a loop, no way is longer than there are boxes
        for source, target in down:
            rows[target] = max(rows[target], rows[source] + 2)
    return rows


def _chain(
    nodes: Mapping[str, _Node], rows: list[_Row], arrow: Arrow, *, up: bool
) -> tuple[_Row, _Node]:
    """Run an arrow through all rows between its boxes; its label stands by its source.

    Returns:
        Its nodes from top to bottom, and the one that is its label.
    """
    top, bottom = nodes[arrow.source], nodes[arrow.target]
    if up:
        top, bottom = bottom, top
    label_row = bottom.row - 1 if up else top.row + 1
    chain = [top]
    label = top
    for row in range(top.row + 1, bottom.row):
        node = _Node(row, _BEND_WIDTH, 0)
        if row == label_row:
            node = label = _Node(row, arrow.width, arrow.height)
        rows[row].append(node)
        chain.append(node)
    chain.append(bottom)
    for above, below in pairwise(chain):
        above.below.append(below)
        below.above.append(above)
    return chain, label


def _order(rows: list[_Row]) -> None:
    """Order every row by the middle of its neighbours; keep the best order seen."""
    _number(rows)
    best = [list(row) for row in rows]
    fewest = _crossings(rows)
    for sweep in range(_SWEEPS):
        downward = sweep % 2 == 0
        for row in rows if downward else reversed(rows):
            row.sort(key=lambda node: _middle(node, above=downward))
            _number([row])
        crossings = _crossings(rows)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    for row, kept in zip(rows, best, strict=True):
        row[:] = kept
    _number(rows)


def _number(rows: list[_Row]) -> None:
    for row in rows:
        for rank, node in enumerate(row):
            node.rank = rank


def _middle(node: _Node, *, above: bool) -> float:
    near = node.above if above else node.below
    return sum(n.rank for n in near) / len(near) if near else node.rank


def _crossings(rows: list[_Row]) -> int:
    count = 0
    for row in rows:
        ends = [(node.rank, below.rank) for node in row for below in node.below]
        count += sum(
            (a[0] - b[0]) * (a[1] - b[1]) < 0
            for number, a in enumerate(ends)
            for b in ends[:number]
        )
    return count


def _spread(rows: list[_Row], gap: float) -> None:
    """Give each node its place from left to right: near its neighbours, in order."""
    for row in rows:
        _place(row, [0.0] * len(row), gap)
    for sweep in range(_SWEEPS):
        downward = sweep % 2 == 0
        for row in rows if downward else reversed(rows):
            wanted = []
            for node in row:
                near = node.above if downward else node.below
                near = near or node.below or node.above
                wanted.append(sum(n.x for n in near) / len(near) if near else node.x)
            _place(row, wanted, gap)


def _place(row: _Row, wanted: Sequence[float], gap: float) -> None:
    """Put a row as near as may be to what is wanted, in order and without overlap.

    Least squares with an order is solved by pooling: neighbours that would overlap
    move as one, to the mean of what they want.
    """
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + gap)
    pools: list[tuple[float, int]] = []  # sum of wishes and number of members
    for wish, offset in zip(wanted, offsets, strict=False):
        pools.append((wish - offset, 1))
        while len(pools) > 1 and _mean(pools[-2]) >= _mean(pools[-1]):
            total, count = pools.pop()
            pools[-1] = (pools[-1][0] + total, pools[-1][1] + count)
    shifts = [_mean(pool) for pool in pools for _ in range(pool[1])]
    for node, shift, offset in zip(row, shifts, offsets, strict=False):
        node.x = shift + offset


def _mean(pool: tuple[float, int]) -> float:
    return pool[0] / pool[1]


def _stack(rows: list[_Row], step: float) -> float:
    """Give each row its height from top to bottom, and return the whole height."""
    top = 0.0
    for row in rows:
        height = max((node.height for node in row), default=0.0)
        for node in row:
            node.y = top + height / 2
            # What passes is as high as its row, so that it passes straight.
            if node.width == _BEND_WIDTH:
                node.height = height
        top += height + step
    return max(top - step, 0.0)


def _line(chain: _Row, label: _Node, *, up: bool) -> Line:
    """Return where an arrow runs, in its own direction."""
    top, bottom = chain[0], chain[-1]
    points = [(_port(top, chain[1], top.below), top.y + top.height / 2)]
    for node in chain[1:-1]:
        points.append((node.x, node.y - node.height / 2))
        points.append((node.x, node.y + node.height / 2))
    points.append(
        (_port(bottom, chain[-2], bottom.above), bottom.y - bottom.height / 2)
    )
    if up:
        points.reverse()
    return Line(tuple(points), (label.x, label.y))


def _port(box: _Node, toward: _Node, all_: _Row) -> float:
    """Return where on a box's edge a line begins: lines that part do so from the start."""
    places = sorted(all_, key=lambda node: node.x)
    room = min(box.width * 0.6, 22.0 * (len(places) - 1))
    if len(places) == 1:
        return box.x
    return box.x - room / 2 + room * places.index(toward) / (len(places) - 1)
