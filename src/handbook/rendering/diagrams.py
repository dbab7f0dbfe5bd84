"""Where the boxes and lines of a layered diagram go, top to bottom.

The usual way (Sugiyama): put each box below all that lead to it, order every row so
that few lines cross, then straighten. A line's label takes a place of its own between
the rows, so that nothing covers anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SWEEPS = 12
"""Times that the order of the rows is looked through."""

_PULLS = 80
"""Times that every row is pulled straight; long lines need many."""

_STRAIGHT = 12.0
"""How much more a passing line wants to be straight than a box to be in the middle."""

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
    """Where an arrow runs, from its first point down to its last."""

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
    passes: bool = False
    """Whether a line only passes here: it should do so straight."""
    above: list[_Node] = field(default_factory=list)
    below: list[_Node] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    rank: int = 0
    """Its place in its row."""


_Row = list[_Node]


def lay_out(
    boxes: Sequence[Box], arrows: Sequence[Arrow], *, gap: float = 16, step: float = 22
) -> Drawing:
    """Place boxes in rows, and run each arrow between them, always downwards.

    Args:
        boxes: in an order in which arrows lead only to later ones.
        arrows: between boxes that exist.
        gap: between neighbours in a row.
        step: between one row and the next.
    """
    rows_of = _rows(boxes, arrows)
    nodes = {b.name: _Node(rows_of[b.name], b.width, b.height) for b in boxes}
    rows: list[_Row] = [[] for _ in range(max(rows_of.values(), default=0) + 1)]
    for box in boxes:
        rows[rows_of[box.name]].append(nodes[box.name])
    chains = [_chain(nodes, rows, arrow) for arrow in arrows]
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
        lines=tuple(_line(chain) for chain in chains),
    )


def _rows(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> dict[str, int]:
    """Return each box's row: below all that lead to it. Odd rows are for labels."""
    rows = {box.name: 0 for box in boxes}
    place = {box.name: number for number, box in enumerate(boxes)}
    for arrow in sorted(arrows, key=lambda arrow: place[arrow.source]):
        rows[arrow.target] = max(rows[arrow.target], rows[arrow.source] + 2)
    return rows


def _chain(nodes: Mapping[str, _Node], rows: list[_Row], arrow: Arrow) -> _Row:
    """Run an arrow through all rows between its boxes, its label first."""
    top, bottom = nodes[arrow.source], nodes[arrow.target]
    chain = [top, _Node(top.row + 1, arrow.width, arrow.height)]
    chain += [_Node(row, 0, 0, passes=True) for row in range(top.row + 2, bottom.row)]
    for node in chain[1:]:
        rows[node.row].append(node)
    chain.append(bottom)
    for above, below in pairwise(chain):
        above.below.append(below)
        below.above.append(above)
    return chain


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
        _place(row, [(0.0, 1.0)] * len(row), gap)
    for sweep in range(_PULLS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            _place(row, [_wish(node) for node in row], gap)


def _wish(node: _Node) -> tuple[float, float]:
    """Return where a node would stand, and how much it cares."""
    near = [*node.above, *node.below]
    if not near:
        return node.x, 1.0
    weights = [_STRAIGHT if node.passes or n.passes else 1.0 for n in near]
    total = sum(weights)
    return sum(n.x * w for n, w in zip(near, weights, strict=True)) / total, total


def _place(row: _Row, wishes: Sequence[tuple[float, float]], gap: float) -> None:
    """Put a row as near as may be to what is wished, in order and without overlap.

    Least squares with an order is solved by pooling: neighbours that would overlap
    move as one, to the mean of what they wish.
    """
    offset, offsets = 0.0, []
    for number, node in enumerate(row):
        if number:
            offset += (row[number - 1].width + node.width) / 2 + gap
        offsets.append(offset)
    pools: list[tuple[float, float, int]] = []  # weighted sum, weight, members
    for (wish, weight), offset in zip(wishes, offsets, strict=True):
        pool = ((wish - offset) * weight, weight, 1)
        while pools and pools[-1][0] / pools[-1][1] >= pool[0] / pool[1]:
            last = pools.pop()
            pool = (last[0] + pool[0], last[1] + pool[1], last[2] + pool[2])
        pools.append(pool)
    shifts = [total / weight for total, weight, count in pools for _ in range(count)]
    for node, shift, offset in zip(row, shifts, offsets, strict=True):
        node.x = shift + offset


def _stack(rows: list[_Row], step: float) -> float:
    """Give each row its height from top to bottom, and return the whole height."""
    top = 0.0
    for row in rows:
        height = max((node.height for node in row), default=0.0)
        for node in row:
            node.y = top + height / 2
            if node.passes:
                node.height = height
        top += height + step
    return max(top - step, 0.0)


def _line(chain: _Row) -> Line:
    """Return where an arrow runs."""
    top, label, bottom = chain[0], chain[1], chain[-1]
    points = [(_port(top, label, top.below), top.y + top.height / 2)]
    for node in chain[1:-1]:
        points.append((node.x, node.y - node.height / 2))
        points.append((node.x, node.y + node.height / 2))
    points.append(
        (_port(bottom, chain[-2], bottom.above), bottom.y - bottom.height / 2)
    )
    return Line(tuple(points), (label.x, label.y))


def _port(box: _Node, toward: _Node, all_: _Row) -> float:
    """Return where on a box's edge a line begins: lines that part do so from the start."""
    places = sorted(all_, key=lambda node: node.x)
    room = min(box.width * 0.6, 22.0 * (len(places) - 1))
    if len(places) == 1:
        return box.x
    return box.x - room / 2 + room * places.index(toward) / (len(places) - 1)
