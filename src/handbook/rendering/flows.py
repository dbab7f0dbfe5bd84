"""A guided flow as a page shows it: a diagram, then its steps as numbered cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from handbook.handbook import Handbook
from handbook.model.flows import Flow, Step, arrival, page_of
from handbook.model.pages import Phrase
from handbook.rendering.diagrams import Arrow, Box, lay_out
from handbook.rendering.engine import render
from handbook.rendering.pages import link, plain

_BOX = 172
"""Width of a step in the diagram; the units are pixels."""
_BOX_TYPE = 14
_LABEL_TYPE = 12
_BOX_LINE = 10.5
"""Characters of Han on a line of a step."""
_LABEL_LINE = 9.5
_LEADING = 1.45
_MARGIN = 8
_NO_LINE_START = "，。、；：？！）”》…"
_BLANK = re.compile(r"(【[^【】]+】)")


@dataclass(frozen=True, slots=True)
class _Exit:
    """A way on: where it leads, as a page links to it."""

    when: str
    name: str
    """The step's id, or the address of a step in another flow."""
    title: str
    href: str
    elsewhere: bool

    @property
    def label(self) -> str:
        return f"转到：{self.title}" if self.elsewhere else self.title


@dataclass(frozen=True, slots=True)
class _Card:
    """A step with all that its names stand for."""

    number: int
    step: Step
    phrases: tuple[Phrase, ...]
    exits: tuple[_Exit, ...]
    helper: str
    """Title of the role that takes over."""


def flow_html(handbook: Handbook, flow_id: str) -> str:
    """Return a flow's diagram and its steps.

    What the check would report (a phrase or step that does not exist) is left out.

    Raises:
        KeyError: there is no such flow.
    """
    flow = handbook.flows[flow_id]
    cards = _cards(handbook, flow)
    about = []
    if flow.clause in handbook.clauses:
        about.append(f"依据：{link(handbook, flow.clause)}")
    roles = [handbook.roles[r].title for r in flow.roles if r in handbook.roles]
    if roles:
        about.append(f"谁来用：{plain('、'.join(roles))}")
    parts = [
        f"{'　'.join(about)}\n{{ .hb-flow-about }}" if about else "",
        "## 看图 { #flow-map }",
        render("flow_map.html", flow=flow, cards=cards, drawn=_drawn(flow, cards)),
        "## 一步一步来 { #flow-steps }",
    ]
    for card in cards:
        kind = " hb-flow-step--end" if card.step.end else ""
        parts += [
            f'<section class="hb-flow-step{kind}" markdown="1">',
            f"### {card.number}　{plain(card.step.title)} {{ #{card.step.id} }}",
            render("flow_step.html", card=card, words=_words),
            "</section>",
        ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _cards(handbook: Handbook, flow: Flow) -> list[_Card]:
    return [
        _Card(
            number=number,
            step=step,
            phrases=tuple(
                handbook.phrases[address]
                for address in step.say
                if address in handbook.phrases
            ),
            exits=tuple(_exits(handbook, flow, step)),
            helper=handbook.roles[step.escalate.to].title
            if step.escalate and step.escalate.to in handbook.roles
            else "",
        )
        for number, step in enumerate(flow.steps, 1)
    ]


def _exits(handbook: Handbook, flow: Flow, step: Step) -> Iterator[_Exit]:
    numbers = {one.id: number for number, one in enumerate(flow.steps, 1)}
    for way in step.next:
        found = arrival(handbook.flows, flow, way.to)
        if found is None:
            continue
        there, target = found
        if there.id == flow.id:
            title = f"{numbers[target.id]}　{target.title}"
            yield _Exit(way.when, target.id, title, f"#{target.id}", elsewhere=False)
        else:
            page = page_of(there.id)
            href = f"../{page.removesuffix('.md')}.html"
            title = there.title
            if target.id != there.start:
                href += f"#{target.id}"
                title += f"（{target.title}）"
            yield _Exit(way.when, way.to, title, href, elsewhere=True)


def _words(phrase: Phrase) -> list[list[str]]:
    """Return a phrase's lines, each cut so that every second piece is a blank."""
    return [_BLANK.split(line) for line in phrase.words.splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class _Text:
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
class _Shape:
    """A box of the diagram that leads somewhere."""

    kind: str
    """start, end, up (may be handed over), away (another flow)."""
    href: str
    name: str
    left: float
    top: float
    width: float
    height: float
    text: _Text


@dataclass(frozen=True, slots=True)
class _Path:
    """A line of the diagram, its head and its label."""

    back: bool
    """Whether it leads to an earlier step."""
    curve: str
    head: str
    patch: tuple[float, float, float, float]
    """What the label covers: left, top, width, height."""
    text: _Text
    name: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A diagram, ready for its template."""

    width: int
    height: int
    shapes: tuple[_Shape, ...]
    paths: tuple[_Path, ...]

    @property
    def leaves(self) -> bool:
        """Whether it leads to another flow."""
        return any(shape.kind == "away" for shape in self.shapes)


def _drawn(flow: Flow, cards: Sequence[_Card]) -> _Drawn:
    """Lay the diagram out; a step that leads to itself is said in its card only."""
    titles = {
        card.step.id: (f"{card.number} {card.step.title}", f"#{card.step.id}", card)
        for card in cards
    }
    away = {e.name: e for card in cards for e in card.exits if e.elsewhere}
    labels = {name: _wrap(text, _BOX_LINE) for name, (text, _, _) in titles.items()}
    labels |= {name: _wrap(e.label, _BOX_LINE) for name, e in away.items()}
    boxes = [
        Box(name, _BOX, len(lines) * _BOX_TYPE * _LEADING + 22)
        for name, lines in labels.items()
    ]
    ways = [
        (card.step.id, e, _wrap(e.when, _LABEL_LINE))
        for card in cards
        for e in card.exits
        if e.name != card.step.id
    ]
    arrows = [
        Arrow(source, e.name, _width(lines, _LABEL_TYPE), _height(lines, _LABEL_TYPE))
        for source, e, lines in ways
    ]
    plan = lay_out(boxes, arrows)

    def shape(box: Box) -> _Shape:
        x, y = plan.boxes[box.name]
        if box.name in away:
            kind, href, name = "away", away[box.name].href, away[box.name].label
        else:
            name, href, card = titles[box.name]
            kind = "end" if card.step.end else "step"
            if card.step.escalate:
                kind += " hb-map__box--up"
            if box.name == flow.start:
                kind += " hb-map__box--start"
        return _Shape(
            kind=kind,
            href=href,
            name=name,
            left=round(x - box.width / 2 + _MARGIN, 1),
            top=round(y - box.height / 2 + _MARGIN, 1),
            width=box.width,
            height=round(box.height, 1),
            text=_Text(round(x + _MARGIN, 1), y + _MARGIN, labels[box.name], _BOX_TYPE),
        )

    def path(number: int) -> _Path:
        source, way, lines = ways[number]
        line = plan.lines[number]
        points = [(x + _MARGIN, y + _MARGIN) for x, y in line.points]
        x, y = line.label[0] + _MARGIN, line.label[1] + _MARGIN
        width, height = arrows[number].width, arrows[number].height
        return _Path(
            back=points[-1][1] < points[0][1],
            curve=_curve(points),
            head=_head(points),
            patch=(
                round(x - width / 2, 1),
                round(y - height / 2, 1),
                round(width, 1),
                round(height, 1),
            ),
            text=_Text(round(x, 1), y, lines, _LABEL_TYPE),
            name=f"{titles[source][0]}：{way.when} → {way.label}",
        )

    return _Drawn(
        width=round(plan.width + 2 * _MARGIN),
        height=round(plan.height + 2 * _MARGIN),
        shapes=tuple(shape(box) for box in boxes),
        paths=tuple(path(number) for number in range(len(ways))),
    )


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Return an SVG path that leaves and enters every point upright."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (y0 + y1) / 2
        parts.append(f"C{x0:.1f} {half:.1f} {x1:.1f} {half:.1f} {x1:.1f} {y1:.1f}")
    return "".join(parts)


def _head(points: Sequence[tuple[float, float]]) -> str:
    """Return an arrow's head at the last point."""
    x, y = points[-1]
    back = -7 if points[-2][1] < y else 7
    return f"M{x:.1f} {y:.1f}L{x - 4:.1f} {y + back:.1f}L{x + 4:.1f} {y + back:.1f}Z"


def _wrap(text: str, most: float) -> tuple[str, ...]:
    """Cut a text into even lines, none much longer than so many Han characters."""
    whole = _measure(text)
    wanted = whole / max(1, -(-whole // most))
    lines = [""]
    for character in text:
        full = _measure(lines[-1]) + _measure(character) / 2 > wanted
        if full and character not in _NO_LINE_START and lines[-1].strip():
            lines.append("")
        lines[-1] += character
    return tuple(line.strip() for line in lines)


def _measure(text: str) -> float:
    """Return a text's width in Han characters."""
    return sum(1.0 if ord(c) > 0x2000 else 0.58 for c in text)  # noqa: PLR2004 - where wide characters begin


def _width(lines: Sequence[str], size: int) -> float:
    return max(map(_measure, lines)) * size + 10


def _height(lines: Sequence[str], size: int) -> float:
    return len(lines) * size * _LEADING + 4
