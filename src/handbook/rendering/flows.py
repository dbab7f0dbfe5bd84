"""A guided flow as a page shows it: a diagram, then its steps as numbered cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from handbook.handbook import Handbook
from handbook.model.flows import Flow, Step, arrival, page_of
from handbook.model.pages import Phrase
from handbook.rendering.diagrams import Arrow, Box, Line, lay_out
from handbook.rendering.engine import render
from handbook.rendering.pages import link, plain

_BOX = 162
"""Width of a step in the diagram; the units are pixels."""
_BOX_TYPE = 14
_LABEL_TYPE = 12
_BOX_LINE = 10.5
"""Characters of Han on a line of a step."""
_LABEL_LINE = 9.5
_LEADING = 1.45
_MARGIN = 8
_STOPS = "，。、；：？！）"
_NO_LINE_START = _STOPS + "”》…"
_NO_LINE_END = "（“《"
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
    home = handbook.pages.get(page_of(flow.id))
    roles = [handbook.roles[r].title for r in flow.roles if r in handbook.roles]
    if roles and not (home and set(home.front.roles) == set(flow.roles)):
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
    """step, end, back (to an earlier step) or away (to another flow)."""
    href: str
    name: str
    left: float
    top: float
    width: float
    height: float
    text: _Text
    starts: bool
    hands_over: bool
    """Whether somebody may have to take over there."""


@dataclass(frozen=True, slots=True)
class _Path:
    """A line of the diagram, its head and its label."""

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
    card: _Card | None = None

    @property
    def box(self) -> tuple[float, float]:
        """Return its width and height."""
        if self.kind == "back":
            return _measure(self.lines[0]) * _LABEL_TYPE + 24, _LABEL_TYPE * 2.2
        return _BOX, len(self.lines) * _BOX_TYPE * _LEADING + 22


def _drawn(flow: Flow, cards: Sequence[_Card]) -> _Drawn:
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
            _wrap(f"{card.number} {card.step.title}", _BOX_LINE),
            card,
        )
        for card in cards
    }
    ways: list[tuple[_Card, _Exit, str]] = []
    for card in cards:
        for number, way in enumerate(card.exits):
            name = way.name
            if way.elsewhere:
                lines = _wrap(way.label, _BOX_LINE)
                signs[name] = _Sign("away", way.href, way.label, lines)
            elif place[name] <= card.number:
                lines = (f"回到 {place[name]}",)
                name = f"{card.step.id} {number}"  # one sign for each way back
                signs[name] = _Sign("back", way.href, f"回到 {way.title}", lines)
            ways.append((card, way, name))
    labels = [_wrap(way.when, _LABEL_LINE) for _, way, _ in ways]
    plan = lay_out(
        [Box(name, *sign.box) for name, sign in signs.items()],
        [
            Arrow(card.step.id, name, _width(lines), _height(lines))
            for (card, _, name), lines in zip(ways, labels, strict=True)
        ],
    )
    return _Drawn(
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


def _shape(sign: _Sign, x: float, y: float, *, starts: bool) -> _Shape:
    width, height = sign.box
    x, y = x + _MARGIN, y + _MARGIN
    return _Shape(
        kind=sign.kind,
        href=sign.href,
        name=sign.name,
        left=round(x - width / 2, 1),
        top=round(y - height / 2, 1),
        width=round(width, 1),
        height=round(height, 1),
        text=_Text(
            round(x, 1),
            y,
            sign.lines,
            _LABEL_TYPE if sign.kind == "back" else _BOX_TYPE,
        ),
        starts=starts,
        hands_over=bool(sign.card and sign.card.step.escalate),
    )


def _path(name: str, line: Line, lines: tuple[str, ...]) -> _Path:
    points = [(x + _MARGIN, y + _MARGIN) for x, y in line.points]
    x, y = line.label[0] + _MARGIN, line.label[1] + _MARGIN
    width, height = _width(lines), _height(lines)
    return _Path(
        curve=_curve(points),
        head=_head(points[-1]),
        patch=(
            round(x - width / 2, 1),
            round(y - height / 2, 1),
            round(width, 1),
            round(height, 1),
        ),
        text=_Text(round(x, 1), y, lines, _LABEL_TYPE),
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


def _wrap(text: str, most: float) -> tuple[str, ...]:
    """Cut a text into even lines of about so many Han characters, after stops if it can."""
    lines = []
    while (whole := _measure(text)) > most:
        even = whole / -(-whole // most)
        cuts = [
            (abs(_measure(text[:at]) - even) - (3 if text[at - 1] in _STOPS else 0), at)
            for at in range(1, len(text))
            if text[at] not in _NO_LINE_START and text[at - 1] not in _NO_LINE_END
        ]
        if not cuts:
            break
        _, at = min(cuts)
        lines.append(text[:at].strip())
        text = text[at:].strip()
    return (*lines, text)


def _measure(text: str) -> float:
    """Return a text's width in Han characters."""
    return sum(1.0 if ord(c) > 0x2000 else 0.58 for c in text)  # noqa: PLR2004 - where wide characters begin


def _width(label: Sequence[str]) -> float:
    return max(map(_measure, label)) * _LABEL_TYPE + 10


def _height(label: Sequence[str]) -> float:
    return len(label) * _LABEL_TYPE * _LEADING + 4
