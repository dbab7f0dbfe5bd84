"""Figures that exist as data, typed by hand, and keys that say another number.

A number is taken for a figure where the figure is at home: in the clause that sets it,
in phrases that rest on this clause, in items and data that cite it. Elsewhere a line
must also speak of what the figure is about. “三天” in another matter is any three days.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from handbook.checks.figure_shapes import (
    Shape,
    has_number,
    shape_of,
    shapes_by_clause,
    shapes_of,
)
from handbook.handbook import Handbook
from handbook.model.items import (
    GAP,
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    OrderItem,
    SingleItem,
    TrueFalseItem,
)
from handbook.model.pages import Kind
from handbook.problems import Place, Problem
from handbook.reading.links import resolve
from handbook.reading.markdown_files import link_targets
from handbook.reading.prose import BASIS, HEADING, MASK, OF_OTHERS, ProseLine, mask
from handbook.reading.written import Written
from handbook.reading.yaml_files import Location, Node, Scalar, Sequence
from handbook.reading.yaml_files import Mapping as Tree

_NAMES = frozenset({HEADING, BASIS, *OF_OTHERS})
"""Roles of lines that name things, and say no rule."""

_LABEL = re.compile(rf"\[[^\[\]]*\](?={MASK})")
"""The words of a link: they are the title of something."""

_EXAM_FIELDS: tuple[tuple[Location, str], ...] = (
    (("pass_mark",), "合格线"),
    (("bands", "合格"), "合格线"),
    (("time_limit",), "时间"),
    (("cooldown",), "间隔"),
    (("valid_for",), "有效期"),
)
"""Fields of an exam that are rules, and what the figure of such a rule is called."""

_OF_EXAMS = "考"
"""Stands in the name of a figure that is about exams: 考试合格线, 重考间隔."""

_SAYING = frozenset({"when", "note", "hint", "keep", "ask", "do", "end", "definition"})
"""Fields of data files that say a rule to a reader."""


def figures_are_called(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A figure typed by hand stays behind when the figure moves."""
    shapes = shapes_by_clause(handbook)
    homes = _homes(handbook, shapes)
    by_words: dict[str, list[Shape]] = defaultdict(list)
    for shape in map(shape_of, handbook.figures.values()):
        if shape.numbers and not shape.is_everyday(shape.numbers):
            by_words[shape.words].append(shape)
    for path, page in handbook.pages.items():
        if page.front.kind is not Kind.GUIDE:
            yield from _typed_on_page(
                path, homes.get(path, {}), by_words, shapes, written
            )
    yield from _typed_in_data(handbook, shapes, by_words, written)
    yield from _typed_in_exams(handbook, written)


def _typed_in_data(
    handbook: Handbook,
    shapes: Mapping[str, list[Shape]],
    by_words: Mapping[str, list[Shape]],
    written: Written,
) -> Iterator[Problem]:
    for item in handbook.items.values():
        if near := shapes_of(item.source, shapes):
            tree = written.trees["item", item.id]
            for location in _asserted(item):
                yield from _typed_in(_scalar(tree, location), near, written)
    for kind, things in (
        ("event", handbook.events),
        ("form", handbook.forms),
        ("flow", handbook.flows),
        ("term", handbook.terms),
    ):
        for name, thing in things.items():
            near = shapes_of([thing.clause or ""], shapes)
            called = getattr(thing, "title", "")
            for scalar in _sayings(written.trees[kind, name]):
                abroad = _abroad(scalar.text, near, by_words, called)
                yield from _typed_in(scalar, [*near, *abroad], written)


def _typed_in_exams(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Yield the rules of exams that are figures of the handbook, typed."""
    about = [
        shape_of(figure)
        for figure in handbook.figures.values()
        if _OF_EXAMS in figure.name
    ]
    for name in handbook.exams:
        tree = written.trees["exam", name]
        for location, rule in _EXAM_FIELDS:
            near = [shape for shape in about if shape.figure.name.endswith(rule)]
            yield from _typed_in(_scalar(tree, location), near, written)


def _homes(
    handbook: Handbook, shapes: Mapping[str, list[Shape]]
) -> dict[str, dict[str, list[Shape]]]:
    """Return the figures that sections may speak of, by page and id of the section.

    A clause speaks of those it sets, a phrase of those of the clauses it rests on.
    """
    homes: dict[str, dict[str, list[Shape]]] = defaultdict(dict)
    for address, found in shapes.items():
        page, _, name = address.partition("#")
        if address in handbook.clauses:
            homes[page][name] = found
    for phrase in handbook.phrases.values():
        if found := shapes_of(phrase.basis, shapes):
            homes[phrase.page][phrase.id] = found
    return homes


def _typed_on_page(
    path: str,
    at_home: Mapping[str, list[Shape]],
    by_words: Mapping[str, list[Shape]],
    shapes: Mapping[str, list[Shape]],
    written: Written,
) -> Iterator[Problem]:
    for line in written.prose(path):
        if line.role in _NAMES:
            continue
        home = [*at_home.get(line.section, []), *_linked(path, line, shapes)]
        text = ""
        for shape in (*home, *_abroad(line.text, home, by_words)):
            text = text or _LABEL.sub(lambda label: MASK * len(label[0]), line.text)
            if found := shape.said(text):
                place = Place(f"content/{path}", line.number, found.start() + 1)
                yield _typed(shape, found[0], place)
                break


def _abroad(
    text: str,
    home: Collection[Shape],
    by_words: Mapping[str, list[Shape]],
    called: str = "",
) -> Iterator[Shape]:
    """Yield the figures of other clauses that a text may speak of, by what it is about.

    Args:
        text: a line, or a text of a data file.
        home: figures that it may speak of anyway.
        by_words: figures by what is said of them besides the number.
        called: the title of what the text stands in.
    """
    for words, shapes in by_words.items():
        if words in text:
            for shape in shapes:
                about = any(t in text or t in called for t in shape.topics)
                if about and shape not in home:
                    yield shape


def _linked(
    path: str, line: ProseLine, shapes: Mapping[str, list[Shape]]
) -> Iterator[Shape]:
    """Yield the figures of the clauses that a line links to."""
    if "](" in line.written:
        for target in link_targets(line.written):
            if to := resolve(path, target):
                yield from shapes.get("#".join(to), ())


def _typed_in(
    scalar: Scalar | None, near: list[Shape], written: Written
) -> Iterator[Problem]:
    if scalar is None:
        return
    source = written.sources.get(scalar.path, "")
    text = mask(source[scalar.start : scalar.end])
    for shape in near:
        if found := shape.said(text):
            yield _typed(shape, found[0], scalar.place)
            return


def _typed(shape: Shape, shown: str, place: Place) -> Problem:
    figure = shape.figure
    return Problem(
        place,
        "M307",
        f"这里手写了“{shown.strip()}”，它是数值“{figure.name}”",
        f'写成 {{{{ fig("{figure.id}") }}}}，数值变了，这里会跟着变。',
    )


def keys_agree_with_figures(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A key says the number of the clause it cites, and so moves when that moves."""
    shapes = shapes_by_clause(handbook)
    for item in handbook.items.values():
        near = [shape for shape in shapes_of(item.source, shapes) if shape.numbers]
        keyed = [(text, where) for text, where in _keyed(item) if has_number(text)]
        if not near or not keyed:
            continue
        for shape in near:
            for text, location in keyed:
                for found, numbers in shape.found(text):
                    if (
                        numbers != shape.numbers
                        and not shape.is_everyday(numbers)
                        and numbers not in _others(shape, near, item, handbook)
                    ):
                        yield Problem(
                            written.at("item", item.id, *location),
                            "Q407",
                            f"答案写“{found[0]}”，{shape.figure.name}却是"
                            f"“{shape.figure.wording}”",
                            "先看条款，再改答案；答案里写 "
                            f'{{{{ fig("{shape.figure.id}") }}}}，以后数值变了会跟着变。',
                        )
                        break


def _others(
    shape: Shape, near: list[Shape], item: Item, handbook: Handbook
) -> set[tuple[float, ...]]:
    """Return numbers of that kind that the rules say besides: figures or not."""
    said = {other.numbers for other in near if other.pattern == shape.pattern}
    for address in item.source:
        if address in handbook.clauses:
            found = shape.found(handbook.clauses[address].text)
            said |= {numbers for _, numbers in found}
    return said


def _asserted(item: Item) -> Iterator[Location]:
    """Yield where an item says what is so; distractors are not that.

    A blank's key lists every accepted wording, and so cannot call its figure.
    """
    yield ("rationale",)
    if not isinstance(item, TrueFalseItem) or item.key == "对":
        yield ("stem",)
    if isinstance(item, MatchItem):
        for number, _prompt in enumerate(item.prompts):
            yield ("prompts", number, "text")
    if isinstance(item, SingleItem | MultipleItem | OrderItem | MatchItem):
        right = item.key.values() if isinstance(item, MatchItem) else item.key
        for number, option in enumerate(item.options):
            if option.id in right:
                yield ("options", number, "text")


def _keyed(item: Item) -> Iterator[tuple[str, Location]]:
    """Yield what a learner asserts who answers right, and where it is written."""
    if isinstance(item, SingleItem | MultipleItem):
        for number, option in enumerate(item.options):
            if option.id in item.key:
                yield option.text, ("options", number, "text")
    elif isinstance(item, TrueFalseItem) and item.key == "对":
        yield item.stem, ("stem",)
    elif isinstance(item, BlankItem):
        parts = item.stem.split(GAP)
        for gap, wordings in enumerate(item.key[: len(parts) - 1]):
            for number, wording in enumerate(wordings):
                after = parts[gap + 1][:6]
                yield wording + after, ("key", gap, number)


def _scalar(node: Node, location: Location) -> Scalar | None:
    for step in location:
        if isinstance(node, Tree) and isinstance(step, str) and step in node.entries:
            node = node.entries[step]
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
        else:
            return None
    return node if isinstance(node, Scalar) else None


def _sayings(node: Node, field: str = "") -> Iterator[Scalar]:
    """Yield the texts of a data file's entry that say a rule to a reader."""
    if isinstance(node, Scalar):
        if field in _SAYING:
            yield node
    elif isinstance(node, Sequence):
        for one in node.items:
            yield from _sayings(one, field)
    else:
        for name, value in node.entries.items():
            yield from _sayings(value, name)
