"""The diagram of a flow: signs for its steps, lines for the ways between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from handbook.model.flows import Flow
from handbook.rendering.diagrams import Arrow, Box, Line, lay_out
from handbook.rendering.flow_cards import Card, Exit
from handbook.rendering.wrapping import measure, wrap

_BOX = 162
"""Width of a step in the diagram; the units are pixels."""
_BOX_TYPE = 14
_LABEL_TYPE = 12
_BOX_LINE = 10.5
"""Characters of Han on a line of a step."""
_LABEL_LINE = 9.5
_LEADING = 1.45
_MARGIN = 8


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines of text around a middle."""

    x: float
    y: float
    lines: tuple[str, ...]
    size: int

    @property
    def rows(self) -> list[tuple[float, str]]:
        """Return each line with its height, for text that hangs by its middle."""
        step = self.size * _LEADING
        top = self.y - step * (len(self.lines) - 1) / 2
        return [(round(top + step * n, 1), line) for n, line in enumerate(self.lines)]


@dataclass(frozen=True, slots=True)
class Shape:
    """A box of the diagram that leads somewhere."""

    kind: str
    """step, end, back (to an earlier step) or away (to another flow)."""
    href: str
    name: str
    left: float
    top: float
    width: float
    height: float
    text: TextBlock
    starts: bool
    hands_over: bool
    """Whether somebody may have to take over there."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line of the diagram, its head and its label."""

    curve: str
    head: str
    patch: tuple[float, float, float, float]
    """What the label covers: left, top, width, height."""
    text: TextBlock
    name: str


@dataclass(frozen=True, slots=True)
class FlowMap:
    """A diagram, ready for its template."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    paths: tuple[Path, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """What its key must explain."""
        return frozenset(shape.kind for shape in self.shapes)


@dataclass(frozen=True, slots=True)
class _Sign:
    """What a box of the diagram stands for."""

    kind: str
    href: str
    name: str
    lines: tuple[str, ...]
    card: Card | None = None

    @property
    def box(self) -> tuple[float, float]:
        """Return its width and height."""
        if self.kind == "back":
            return measure(self.lines[0]) * _LABEL_TYPE + 24, _LABEL_TYPE * 2.2
        return _BOX, len(self.lines) * _BOX_TYPE * _LEADING + 22


def draw_map(flow: Flow, cards: Sequence[Card]) -> FlowMap:
    """Lay the diagram out.

    Ways to later steps are lines. A way back to an earlier step ends in a sign with its
    number: lines that run up again through everything make a diagram unreadable.
    """
    place = {card.step.id: card.number for card in cards}
    signs = {
        card.step.id: _Sign(
            "end" if card.step.end else "step",
            f"#{card.step.id}",
            f"{card.number}　{card.step.title}",
            wrap(f"{card.number} {card.step.title}", _BOX_LINE),
            card,
        )
        for card in cards
    }
    ways: list[tuple[Card, Exit, str]] = []
    for card in cards:
        for number, way in enumerate(card.exits):
            name = way.name
            if way.elsewhere:
                lines = wrap(way.label, _BOX_LINE)
                signs[name] = _Sign("away", way.href, way.label, lines)
            elif place[name] <= card.number:
                lines = (f"回到 {place[name]}",)
                name = f"{card.step.id} {number}"  # one sign for each way back
                signs[name] = _Sign("back", way.href, f"回到 {way.title}", lines)
            ways.append((card, way, name))
    labels = [wrap(way.when, _LABEL_LINE) for _, way, _ in ways]
    plan = lay_out(
        [Box(name, *sign.box) for name, sign in signs.items()],
        [
            Arrow(card.step.id, name, _width(lines), _height(lines))
            for (card, _, name), lines in zip(ways, labels, strict=True)
        ],
    )
    return FlowMap(
        width=round(plan.width + 2 * _MARGIN),
        height=round(plan.height + 2 * _MARGIN),
        shapes=tuple(
            _shape(sign, *plan.boxes[name], starts=name == flow.start)
            for name, sign in signs.items()
        ),
        paths=tuple(
            _path(f"{card.number}　{way.when} → {way.label}", line, lines)
            for (card, way, _), line, lines in zip(
                ways, plan.lines, labels, strict=True
            )
        ),
    )


def _shape(sign: _Sign, x: float, y: float, *, starts: bool) -> Shape:
    width, height = sign.box
    x, y = x + _MARGIN, y + _MARGIN
    return Shape(
        kind=sign.kind,
        href=sign.href,
        name=sign.name,
        left=round(x - width / 2, 1),
        top=round(y - height / 2, 1),
        width=round(width, 1),
        height=round(height, 1),
        text=TextBlock(
            round(x, 1),
            y,
            sign.lines,
            _LABEL_TYPE if sign.kind == "back" else _BOX_TYPE,
        ),
        starts=starts,
        hands_over=bool(sign.card and sign.card.step.escalate),
    )


def _path(name: str, line: Line, lines: tuple[str, ...]) -> Path:
    points = [(x + _MARGIN, y + _MARGIN) for x, y in line.points]
    x, y = line.label[0] + _MARGIN, line.label[1] + _MARGIN
    width, height = _width(lines), _height(lines)
    return Path(
        curve=_curve(points),
        head=_head(points[-1]),
        patch=(
            round(x - width / 2, 1),
            round(y - height / 2, 1),
            round(width, 1),
            round(height, 1),
        ),
        text=TextBlock(round(x, 1), y, lines, _LABEL_TYPE),
        name=name,
    )


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Return an SVG path that leaves and enters every point upright."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (y0 + y1) / 2
        parts.append(f"C{x0:.1f} {half:.1f} {x1:.1f} {half:.1f} {x1:.1f} {y1:.1f}")
    return "".join(parts)


def _head(point: tuple[float, float]) -> str:
    """Return an arrow's head that points down to a point."""
    x, y = point
    return f"M{x:.1f} {y:.1f}L{x - 4:.1f} {y - 7:.1f}L{x + 4:.1f} {y - 7:.1f}Z"


def _width(label: Sequence[str]) -> float:
    return max(map(measure, label)) * _LABEL_TYPE + 10


def _height(label: Sequence[str]) -> float:
    return len(label) * _LABEL_TYPE * _LEADING + 4
