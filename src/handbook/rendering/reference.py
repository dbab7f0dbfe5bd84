"""Pages made from data alone: the year, the glossary, the legal basis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from handbook.glossary import by_letter
from handbook.handbook import Handbook
from handbook.model.events import Event, Rhythm
from handbook.model.terms import Term
from handbook.rendering.frame import UNREAD
from handbook.rendering.pages import link, plain, table

_RHYTHMS = {
    Rhythm.DAILY: "daily",
    Rhythm.WEEKLY: "weekly",
    Rhythm.MONTHLY: "monthly",
    Rhythm.QUARTERLY: "quarterly",
    Rhythm.HALF_YEARLY: "half-yearly",
    Rhythm.YEARLY: "yearly",
}
"""Rhythm to the id of its heading."""


def year_table(handbook: Handbook) -> str:
    """Return what recurs, by rhythm, with the files for a calendar program."""
    events = list(handbook.events.values())
    parts = [_downloads(handbook)]
    for rhythm, name in _RHYTHMS.items():
        rows = [_event(handbook, event) for event in events if event.every is rhythm]
        if rows:
            heads = ("做什么", "什么时候", "谁负责", "依据和表单")
            parts += [f"## {rhythm} {{ #{name} }}", "", table("hb-year", heads, rows)]
    return _generated(parts)


def _event(handbook: Handbook, event: Event) -> tuple[str, ...]:
    sources = [link(handbook, event.clause)]
    if event.form:
        form = handbook.forms[event.form]
        sources.append(f"[{plain(form.title)}](/forms/{form.id}.md)")
    return (
        plain(event.title),
        f"{plain(event.when)}<br><small>日历：{plain(event.slot)}</small>",
        plain(handbook.roles[event.owner].title),
        "<br>".join(sources),
    )


def _downloads(handbook: Handbook) -> str:
    owners = {event.owner for event in handbook.events.values()}
    files = [("calendar.ics", "全部")] if owners else []
    files += [
        (f"calendar/{role.id}.ics", role.title)
        for role in handbook.roles.values()
        if role.id in owners
    ]
    # Plain HTML: these files are written after the pages, so no host knows them yet.
    links = [
        f'<a class="hb-button{"" if number else " hb-button--primary"}"'
        f' href="../{file}" download>{plain(title)}</a>'
        for number, (file, title) in enumerate(files)
    ]
    return f'<p class="hb-form__tools">{"".join(links)}</p>\n'


def glossary(handbook: Handbook) -> str:
    """Return all terms as a dictionary has them."""
    parts = []
    for letter, terms in by_letter(handbook.terms):
        name = letter.lower() if letter.isalpha() else "digits"
        parts += [
            f"## {letter} {{ #letter-{name} }}",
            "",
            '<dl class="hb-glossary" markdown="1">',
            *(line for term in terms for line in _term(handbook, term)),
            "</dl>",
            "",
        ]
    return _generated(parts)


def _generated(parts: list[str]) -> str:
    """Return parts with headings of their own, marked as nobody's writing."""
    lines = ['<div class="hb-generated" markdown="1">', "", *parts, "</div>", ""]
    return "\n".join(lines)


def _term(handbook: Handbook, term: Term) -> Iterator[str]:
    name = plain(term.short or term.term)
    full = f"<small>{plain(term.term)}</small>" if term.short else ""
    yield f'<div class="hb-entry" id="{term.id}" markdown="1">'
    yield f"<dt>{name}{full}</dt>"
    yield f'<dd markdown="1">{plain(term.definition)}</dd>'
    if term.avoid:
        words = "、".join(f"“{plain(word)}”" for word in term.avoid)
        yield f'<dd class="hb-entry__avoid">不用：{words}</dd>'
    if term.clause:
        yield f'<dd class="hb-entry__clause" markdown="1">见{link(handbook, term.clause)}</dd>'
    yield "</div>"


@dataclass(frozen=True, slots=True)
class _Ground:
    """A law or a standard, and what rests on it."""

    text: str
    says: str
    links: tuple[str, ...]
    checked_on: date | None


def basis_table(handbook: Handbook) -> str:
    """Return every law and standard that a page or a figure names, by its title."""
    grounds = sorted(_grounds(handbook), key=lambda ground: _law(ground.text))
    rows = [
        (
            plain(ground.text),
            plain(ground.says) or "—",
            "<br>".join(ground.links),
            str(ground.checked_on or UNREAD),
        )
        for ground in grounds
    ]
    heads = ("法律或标准", "说了什么", "用在哪里", "文本日期")
    return table("hb-basis-table", heads, rows)


def _grounds(handbook: Handbook) -> Iterator[_Ground]:
    for page in handbook.pages.values():
        for basis in page.front.basis:
            addresses = (f"{page.path}#{name}" for name in basis.clauses)
            links = tuple(link(handbook, address) for address in addresses)
            yield _Ground(basis.text, basis.says, links, basis.checked_on)
    for figure in handbook.figures.values():
        if figure.basis:
            says = f"{figure.name}：{figure.wording}"
            links = (link(handbook, figure.clause),)
            yield _Ground(figure.basis, says, links, figure.checked_on)


def _law(text: str) -> str:
    """Return the title of a law without its article, so that its articles stand together."""
    return text.partition("》")[0].removeprefix("《")
