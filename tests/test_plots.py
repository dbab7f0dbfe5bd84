"""Plots: what is drawn is what is counted, nothing leaves the picture, words stay words."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from handbook.rendering.plots import (
    WIDTH,
    Bar,
    Caption,
    Column,
    Point,
    bars,
    histogram,
    scatter,
)

EVIL = "<script>alert(1)</script>&\"'"
COUNTS = st.lists(st.integers(0, 3000), min_size=1, max_size=12)
SHARES = st.fractions(0, 1)


def svg(figure: str) -> ET.Element:
    """The picture of a figure; it is well formed."""
    found = re.findall(r"<svg .*?</svg>", figure, re.DOTALL)
    return ET.fromstring(found[-1])  # noqa: S314 - our own


def boxes(picture: ET.Element) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every rectangle."""
    found = []
    for rect in picture.iter("rect"):
        x, y, w, h = (float(rect.get(n, "0")) for n in ("x", "y", "width", "height"))
        found.append((x, y, x + w, y + h))
    return found


def in_sight(picture: ET.Element) -> bool:
    """Whether all that is drawn lies within the picture."""
    height = float(picture.get("viewBox", "").split()[3])
    marks = [(float(c.get("cx")), float(c.get("cy"))) for c in picture.iter("circle")]
    corners = [(x, y) for a, t, b, u in boxes(picture) for x, y in ((a, t), (b, u))]
    return all(0 <= x <= WIDTH and 0 <= y <= height for x, y in [*marks, *corners])


def table(figure: str) -> list[list[str]]:
    """The figures beside a plot, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", figure, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


@given(COUNTS)
def test_columns_are_as_high_as_they_count(counts):
    """In one scale from the axis up; and the table holds the same figures."""
    columns = [Column(str(n), f"第 {n} 段", count) for n, count in enumerate(counts)]

    figure = histogram(Caption("h", "分布", "一句话"), columns, axes=("段", "次数"))
    picture = svg(figure)
    heights = [bottom - top for _, top, _, bottom in boxes(picture)]

    assert in_sight(picture)
    assert [row[1] for row in table(figure)[1:]] == [str(count) for count in counts]
    tall = max(counts)
    if tall:
        scale = heights[counts.index(tall)] / tall
        assert all(
            abs(h - c * scale) <= 1 for h, c in zip(heights, counts, strict=True)
        )


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=9))
def test_bars_are_as_long_as_they_count(rows):
    """Parts beside one another; none where nothing is counted."""
    made = [Bar(f"岗位 {n}", parts) for n, parts in enumerate(rows)]

    figure = bars(
        Caption("b", "人数", "一句话"),
        made,
        parts=[("可以", "good"), ("不可以", "bad")],
        of="岗位",
    )
    widths = [right - left for left, _, right, _ in boxes(svg(figure))]
    counts = [count for parts in rows for count in parts if count]

    assert in_sight(svg(figure))
    assert len(widths) == len(counts)
    assert all(
        (a <= b + 0.2) == (c <= d) or abs(a - b) <= 0.2
        for a, c in zip(widths, counts, strict=True)
        for b, d in zip(widths, counts, strict=True)
    )


@given(st.lists(st.tuples(SHARES, st.fractions(-1, 1), st.booleans()), max_size=30))
def test_points_stay_in_sight_and_what_stands_out_is_listed(points):
    """Numbered in the picture as in the list below it."""
    made = [
        Point(f"item-{n}", x, y, "看一看" if odd else "")
        for n, (x, y, odd) in enumerate(points)
    ]

    figure = scatter(
        Caption("s", "题目", "一句话"),
        made,
        axes=("得分率", "区分度"),
        guides=((Fraction(3, 10),), (Fraction(1, 5),)),
    )
    picture = svg(figure)
    numbers = [
        number
        for text in picture.iter("text")
        if "number" in text.get("class", "")
        for number in text.text.split("、")
    ]
    listed = re.findall(r"<li>(.*?)：看一看</li>", figure)

    assert in_sight(picture)
    assert len(list(picture.iter("circle"))) == len(points)
    assert sorted(map(int, numbers)) == list(range(1, len(listed) + 1))
    assert listed == [one.label for one in made if one.note]


def test_every_plot_is_named_and_told_and_has_neither_style_nor_script():
    """For whoever cannot see it; and for the Content-Security-Policy."""
    figures = [
        histogram(Caption("h", EVIL, EVIL), [Column(EVIL, EVIL, 1)], axes=(EVIL, EVIL)),
        bars(
            Caption("b", EVIL, EVIL), [Bar(EVIL, (1,))], parts=[(EVIL, "good")], of=EVIL
        ),
        scatter(
            Caption("s", EVIL, EVIL),
            [Point(EVIL, Fraction(1, 2), Fraction(0), EVIL, "javascript:1")],
            axes=(EVIL, EVIL),
            guides=((), ()),
        ),
    ]

    for figure in figures:
        picture = svg(figure)
        ids = picture.get("aria-labelledby", "").split()
        assert [e.get("id") for e in picture if e.tag in {"title", "desc"}] == ids
        assert picture.find("desc").text == EVIL
        assert "<script" not in figure
        assert "style=" not in figure
