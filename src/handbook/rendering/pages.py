"""What pages show of the handbook's data: links, cards, tables, paths.

Everything here is Markdown, with `markdown` on the HTML around it: so that the host
itself resolves, and checks, every link.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby

from handbook import freshness
from handbook.handbook import Handbook
from handbook.model.data import Stage
from handbook.model.pages import BLANK, Kind, Page
from handbook.papers.confirmations import PAGE as CONFIRMATIONS

HOME = "index.md"

_RULES = frozenset({Kind.POLICY, Kind.WORKFLOW, Kind.STANDARD, Kind.LESSON, Kind.GUIDE})
_MARKUP = re.compile(r"[\\`*_\[\]{}<>&|=+:~^#!\"']")


def plain(text: str) -> str:
    """Return text so that Markdown shows exactly it, on one line."""
    one_line = " ".join(text.split())
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line)


def link(handbook: Handbook, target: str) -> str:
    """Return a Markdown link to a page, clause or phrase, worded with its title.

    Raises:
        KeyError: there is no such page, clause or phrase.
    """
    if target in handbook.clauses:
        title = handbook.clauses[target].title
    elif target in handbook.phrases:
        title = handbook.phrases[target].title
    else:
        title = handbook.pages[target].front.title
    return f"[{plain(title)}](/{target})"


def clause_link(handbook: Handbook, address: str) -> str:
    """Return a Markdown link to a clause, worded with its title.

    Raises:
        KeyError: there is no such clause.
    """
    return f"[{plain(handbook.clauses[address].title)}](/{address})"


def phrase_card(handbook: Handbook, address: str) -> str:
    """Return a phrase's card for a page that is not its own.

    Raises:
        KeyError: there is no such phrase.
    """
    phrase = handbook.phrases[address]
    facts = [
        ("when", "适用", [plain(phrase.when)] if phrase.when else []),
        ("never", "不要说", [plain(text) for text in phrase.never]),
        ("next", "接着", [plain(phrase.next_text)] if phrase.next_text else []),
        ("basis", "依据", [link(handbook, basis) for basis in phrase.basis]),
    ]
    page = handbook.pages[phrase.page]
    days = " ".join(freshness.told(page, freshness.span_of(page))[:3])
    lines = [
        f'<section class="hb-phrase hb-phrase--quoted" data-address="{address}" data-review="{days}" markdown="1">',
        f'<p class="hb-phrase__title" markdown="1">{link(handbook, address)}</p>',
        '<blockquote class="hb-words" markdown="1">',
        *(
            f'<p markdown="1">{_blanks(plain(line))}</p>'
            for line in phrase.words.splitlines()
            if line.strip()
        ),
        "</blockquote>",
        '<dl class="hb-facts" markdown="1">',
    ]
    for tone, term, definitions in facts:
        if definitions:
            lines += [
                f'<div class="hb-fact hb-fact--{tone}" markdown="1">',
                f"<dt>{term}</dt>",
                *(f'<dd markdown="1">{text}</dd>' for text in definitions),
                "</div>",
            ]
    return _block([*lines, "</dl>", "</section>"])


def role_path(handbook: Handbook, role_id: str) -> str:
    """Return a role's path: what to read, practise and sit in each stage.

    Raises:
        KeyError: there is no such role.
    """
    role = handbook.roles[role_id]
    lines = [f'<div class="hb-path" data-role="{role.id}" markdown="1">', ""]
    if not role.path:
        lines += ["这个岗位的入门路径正在编写。", ""]
    for number, stage in enumerate(role.path, start=1):
        lines += _stage(handbook, stage, number)
    return "\n".join([*lines, "</div>", ""])


def _stage(handbook: Handbook, stage: Stage, number: int) -> Iterator[str]:
    yield f'<section class="hb-stage" markdown="1" data-number="{number}">'
    yield ""
    yield f"## {plain(stage.title)} {{ #{stage.id} }}"
    yield ""
    steps = (
        ("read", "读", list(stage.read)),
        ("practice", "练", [f"practice/{topic}.md" for topic in stage.practice]),
        ("exam", "考", [f"exams/{exam}.md" for exam in stage.exams]),
    )
    for kind, verb, targets in steps:
        if targets:
            yield f'<div class="hb-steps hb-steps--{kind}" markdown="1">'
            yield f'<p class="hb-steps__verb">{verb}</p>'
            yield ""
            for target in targets:
                yield f'- {link(handbook, target)}{{ data-step="{target}" }}'
            yield ""
            yield "</div>"
            yield ""
    yield "</section>"
    yield ""


def figure_table(handbook: Handbook) -> str:
    """Return all figures promised to customers, each with the clause that sets it."""
    rows = [
        (
            plain(figure.name),
            f"**{plain(figure.wording)}**",
            plain(figure.measured) or "—",
            link(handbook, figure.clause),
        )
        for figure in handbook.figures.values()
        if figure.promised
    ]
    return table("hb-figures", ("承诺事项", "标准", "怎样衡量", "依据条款"), rows)


def system_table(handbook: Handbook) -> str:
    """Return the 制度目录: every system with the pages that carry it."""
    carriers: dict[str, list[Page]] = {}
    for page in in_order(handbook, handbook.pages.values()):
        for system_id in page.front.system:
            carriers.setdefault(system_id, []).append(page)
    parts: list[str] = []
    rows = list(handbook.systems.values())
    for group, systems in groupby(rows, key=lambda system: system.group):
        parts += ["", f"## {plain(group)}", ""]
        lines = []
        for system in systems:
            pages = carriers.get(system.id, [])
            rules = [p for p in pages if p.front.kind in _RULES]
            scripts = [p for p in pages if p.front.kind is Kind.SCRIPT]
            forms = [p for p in pages if p.front.kind is Kind.FORM]
            lines.append(
                (
                    system.id,
                    plain(system.title),
                    _links(handbook, rules) or '<span class="hb-todo">待编写</span>',
                    _links(handbook, scripts) or "—",
                    _links(handbook, forms) or "—",
                )
            )
        parts.append(
            table("hb-systems", ("编号", "制度", "规则", "话术", "表单"), lines)
        )
    return "\n".join(parts)


def in_order(handbook: Handbook, pages: Iterable[Page]) -> list[Page]:
    """Return pages in the order of the 制度目录, of their data, of the section's page."""
    systems = {system: rank for rank, system in enumerate(handbook.systems)}
    groups = {
        group: rank
        for rank, group in enumerate(
            dict.fromkeys(system.group for system in handbook.systems.values())
        )
    }
    ids = {
        (kind, name): rank
        for kind, names in (
            (Kind.PATH, handbook.roles),
            (Kind.FORM, handbook.forms),
            (Kind.PRACTICE, handbook.banks),
            (Kind.EXAM, handbook.exams),
            (Kind.FLOW, handbook.flows),
        )
        for rank, name in enumerate(names)
    }
    # Nobody new has a change to confirm.
    ids[Kind.EXAM, _stem(CONFIRMATIONS)] = len(handbook.exams)

    listed = {
        target: at
        for path, index in handbook.pages.items()
        if path.endswith(f"/{HOME}")
        for at, target in enumerate(_targets(index))
        if posixpath.dirname(target) == posixpath.dirname(path)
    }
    """Where a section's own page names the others: a trainer can set their order."""

    def rank(page: Page) -> tuple[bool, int, int, int, int, str]:
        stem = _stem(page.path)
        first = next((s for s in page.front.system if s in systems), "")
        return (
            stem != "index",
            groups.get(group_of(handbook, page), -1),
            systems.get(first, -1),
            ids.get((page.front.kind, stem), -1),
            listed.get(page.path, sys.maxsize),
            page.path,
        )

    return sorted(pages, key=rank)


def _targets(page: Page) -> Iterator[str]:
    """Yield the paths that a page links to, in its order."""
    folder = posixpath.dirname(page.path)
    for link in page.links:
        yield posixpath.normpath(posixpath.join(folder, link.target.partition("#")[0]))


def _named_under(handbook: Handbook, page: Page) -> str:
    folder = posixpath.dirname(page.path)
    own = handbook.pages.get(posixpath.join(folder, HOME))
    lines = [
        link.place.line
        for link in (own.links if own else ())
        if posixpath.join(folder, link.target.partition("#")[0]) == page.path
    ]
    above = [
        heading.title
        for heading in (own.headings if own and lines else ())
        if heading.place.line < lines[-1]
    ]
    return above[-1] if above else ""


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".md")


def group_of(handbook: Handbook, page: Page) -> str:
    """Return the group under which a page stands in the sidebar, empty for none.

    That of the 制度目录; for guides, which are in none of its rows, the heading under
    which the section's own page last names them.
    """
    if page.front.kind is Kind.GUIDE:
        return _named_under(handbook, page)
    if page.front.kind in {Kind.PATH, Kind.EXAM, Kind.FLOW}:
        return ""
    for system_id in page.front.system:
        if system_id in handbook.systems:
            return handbook.systems[system_id].group
    return ""


def _links(handbook: Handbook, pages: Iterable[Page]) -> str:
    return "、".join(link(handbook, page.path) for page in pages)


def _blanks(text: str) -> str:
    return BLANK.sub(r'<span class="hb-blank">\g<0></span>', text)


def _block(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def table(name: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table in a box of the class `name`."""
    body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(
        [
            f'<div class="hb-table {name}" markdown="1">',
            "",
            f"| {' | '.join(heads)} |",
            f"|{' --- |' * len(heads)}",
            *body,
            "",
            "</div>",
            "",
        ]
    )
