"""Plots as SVG, drawn here: no script, no style but classes; each with its figures.

Colours are classes of the page's style sheet, so that light, dark and print each have
theirs; whoever cannot see a plot has its title, a sentence, and the figures as a table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from markupsafe import Markup

from handbook.model.shares import decimal, percent, rounded
from handbook.rendering.engine import render

WIDTH = 360
"""Units across: on a phone a unit is a pixel, so that letters stay readable."""

_LEFT, _RIGHT, _TOP = 34, 344, 22
_NEAR_THE_EDGE = Fraction(9, 10)
"""From there a number stands on the left of its point."""
_STEPS = (1, 2, 3, 4, 5, 6, 8)
_TICKS = 5

Tone = Literal["good", "warn", "bad", "plain"]


class Caption(NamedTuple):
    """What a plot is called and says."""

    slug: str
    """Names the plot on its page."""
    title: str
    says: str
    """One sentence for whoever cannot see it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a histogram."""

    label: str
    """Under it; empty where there is no room."""
    name: str
    """In the table of figures."""
    count: int
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of several parts that add up."""

    label: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A thing with two shares; what stands out is numbered and listed."""

    label: str
    x: Fraction
    y: Fraction
    note: str = ""
    """Why it stands out; empty for all others."""
    href: str = ""


def histogram(
    caption: Caption,
    columns: Sequence[Column],
    *,
    axes: tuple[str, str],
    line: tuple[Fraction, str] | None = None,
) -> Markup:
    """Return columns side by side, and a line across where something begins.

    Args:
        caption: what it shows.
        columns: from left to right.
        axes: what stands below, what stands upwards.
        line: where between the first column's left (0) and the last one's right (1),
            and what begins there.
    """
    height, bottom = 198, 158
    tick = _tick(max([c.count for c in columns], default=0))
    most = tick * _TICKS
    step = Fraction(_RIGHT - _LEFT, max(len(columns), 1))
    drawn = []
    for number, column in enumerate(columns):
        tall = (bottom - _TOP) * column.count // most
        drawn.append(
            {
                "x": _units(_LEFT + step * number + 1),
                "y": bottom - tall,
                "width": _units(step - 2),
                "height": tall,
                "middle": _units(_LEFT + step * number + step / 2),
                "label": column.label,
                "name": column.name,
                "count": column.count,
                "tone": column.tone,
            }
        )
    return _figure(
        "plot_histogram.html",
        caption,
        axes=axes,
        height=height,
        bottom=bottom,
        left=_LEFT,
        right=_RIGHT,
        columns=drawn,
        ticks=[
            (tick * n, bottom - (bottom - _TOP) * n // _TICKS)
            for n in range(_TICKS + 1)
        ],
        line=line
        and {"x": _units(_LEFT + (_RIGHT - _LEFT) * line[0]), "label": line[1]},
    )


def bars(
    caption: Caption,
    rows: Sequence[Bar],
    *,
    parts: Sequence[tuple[str, Tone]],
    of: str,
) -> Markup:
    """Return bars one above the other, each of the same parts.

    Args:
        caption: what it shows.
        rows: from top to bottom; their parts are as long as they count. Behind a bar
            stands what it adds up to; of two parts, how many of these the first has.
        parts: what the parts are called, and their tone.
        of: what the rows are.
    """
    longest = max([sum(row.parts) for row in rows], default=0) or 1
    drawn = []
    for number, row in enumerate(rows):
        x, top = Fraction(0), 8 + 34 * number
        pieces = []
        for count, (name, tone) in zip(row.parts, parts, strict=True):
            width = Fraction(WIDTH - 70) * count / longest
            if count:
                pieces.append(
                    {
                        "x": _units(x),
                        "width": _units(width),
                        "tone": tone,
                        "name": name,
                        "count": count,
                    }
                )
            x += width
        drawn.append(
            {
                "label": row.label,
                "short": _shortened(row.label),
                "y": top,
                "pieces": pieces,
                "end": _units(x + 5),
                "parts": row.parts,
                "told": _told(row.parts),
            }
        )
    return _figure(
        "plot_bars.html",
        caption,
        of=of,
        rows=drawn,
        parts=parts,
        height=34 * len(rows) + 8,
    )


def _told(parts: tuple[int, ...]) -> str:
    """Return what stands behind a bar: of two parts, how many of these the first has."""
    match parts:
        case (first, second):
            return f"{first}/{first + second}"
        case _:
            return str(sum(parts))


def scatter(
    caption: Caption,
    points: Sequence[Point],
    *,
    axes: tuple[str, str],
    guides: tuple[Sequence[Fraction], Sequence[Fraction]],
) -> Markup:
    """Return points by x from 0 to 1 and y from -1 to 1; those that stand out numbered.

    Args:
        caption: what it shows.
        points: in the order in which those that stand out are numbered.
        axes: what runs to the right, what runs upwards.
        guides: where lines stand, across and upwards.
    """
    bottom = 250
    low = min([Fraction(0), *(point.y for point in points)])
    base = Fraction(-1) if low < Fraction(-1, 2) else Fraction(-1, 2) if low else low

    def place(x: Fraction, y: Fraction) -> tuple[str, str]:
        up = (y - base) / (1 - base)
        return _units(_LEFT + (_RIGHT - _LEFT) * x), _units(
            bottom - (bottom - _TOP) * up
        )

    noted = [point for point in points if point.note]
    others = [point for point in points if not point.note]
    # Numbers of points that lie on one another stand in one line, not on one another.
    near: dict[tuple[int, int], list[str]] = defaultdict(list)
    drawn = []
    for number, point in enumerate([*noted, *others], 1):
        x, y = place(point.x, point.y)
        numbers = near[rounded(point.x * 30), rounded(point.y * 20)]
        numbers += [str(number)] * bool(point.note)
        left = point.x > _NEAR_THE_EDGE
        drawn.append(
            {
                "point": point,
                "x": x,
                "y": y,
                "numbers": numbers if numbers[:1] == [str(number)] else (),
                "dx": -6 if left else 6,
                "anchor": "end" if left else "start",
            }
        )
    tenths = [Fraction(n, 5) for n in range(6)]
    ups = [base + Fraction(n, 2) for n in range(int((1 - base) * 2) + 1)]
    return _figure(
        "plot_scatter.html",
        caption,
        axes=axes,
        height=bottom + 40,
        bottom=bottom,
        top=_TOP,
        left=_LEFT,
        right=_RIGHT,
        # What stands out is drawn last, above the others.
        points=drawn[::-1],
        listed=drawn,
        across=[(percent(n), place(n, base)[0]) for n in tenths],
        upwards=[(_units(n), place(Fraction(0), n)[1]) for n in ups],
        guides_x=[place(n, base)[0] for n in guides[0]],
        guides_y=[place(Fraction(0), n)[1] for n in guides[1]],
    )


def _figure(template: str, caption: Caption, **values: object) -> Markup:
    drawn = render(template, width=WIDTH, **caption._asdict(), **values)
    return Markup(drawn)  # noqa: S704 - the template escaped every value


def _units(number: Fraction | int) -> str:
    """Return a length with one decimal: exact fractions in, the same picture out."""
    return decimal(Fraction(number), 1)


_ROOM = 68
"""Half-widths of a label that fit across a plot."""


def _shortened(label: str) -> str:
    """Return as much of a label as fits; SVG breaks no lines."""
    room, kept = _ROOM, ""
    for letter in label:
        room -= 1 + (letter > "\u2e80")
        if room < 0:
            return f"{kept}…"
        kept += letter
    return kept


def _tick(most: int) -> int:
    """Return the least round step of which five reach so far."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * _TICKS >= most:
                return step * size
        size *= 10
