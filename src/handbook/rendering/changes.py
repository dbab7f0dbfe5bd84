"""What pages show of changes: the list of all, and each page's own."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from handbook.handbook import Handbook
from handbook.model.pages import Change, Page
from handbook.papers.confirmations import PAGE
from handbook.recent import CHANGE_KINDS, LIMIT, Wording, newest, of_page, wordings
from handbook.rendering.pages import link, plain
from handbook.wordings import Piece, pieces

OWN = 10
"""Changes that a page tells of itself."""

_AROUND = 30
"""Characters of the same that are shown beside what differs."""


def recent_changes(handbook: Handbook, limit: int = 30) -> str:
    """Return the newest changes of all pages, newest first, as Markdown."""
    entries = newest(handbook, limit)
    if not entries:
        return '<p class="hb-empty">还没有变更记录。</p>\n'
    lines = ['<div class="hb-changes" markdown="1">', ""]
    for entry in entries:
        change, page = entry
        clauses = [f"{page.path}#{clause}" for clause in change.clauses]
        where = "、".join(link(handbook, address) for address in clauses)
        lines += [
            f'<div class="hb-change hb-change--{change.kind}" data-change="{entry.mark}" markdown="1">',
            f'<p class="hb-change__head" markdown="1"><time>{change.date}</time>'
            f'<span class="hb-tag">{CHANGE_KINDS[change.kind]}</span>'
            f"{link(handbook, page.path)}</p>",
            f'<p class="hb-change__summary" markdown="1">{plain(change.summary)}</p>',
            f'<p class="hb-change__confirm" markdown="1">[请确认这条改动](/{PAGE})</p>'
            if change.confirm and PAGE in handbook.pages
            else "",
            f'<p class="hb-change__where" markdown="1">条款：{where}</p>'
            if where
            else "",
            wording_html(wordings(handbook, entry)),
            "</div>",
        ]
    return "\n".join([*(line for line in lines if line), "</div>", ""])


def page_changes(handbook: Handbook, page: Page) -> list[dict[str, Any]]:
    """Return what the frame prints of a page's own changes: plain JSON values."""
    titles = {heading.id: heading.title for heading in page.headings}
    return [
        {
            "mark": entry.mark,
            "date": entry.change.date.isoformat(),
            "kind": entry.change.kind,
            "label": CHANGE_KINDS[entry.change.kind],
            "summary": entry.change.summary,
            "confirm": _confirm(handbook, entry.change),
            "clauses": [
                {"id": name, "title": titles[name]}
                for name in entry.change.clauses
                if name in titles
            ],
            "wording": wording_html(wordings(handbook, entry)),
        }
        for entry in of_page(page)[:OWN]
    ]


def _confirm(handbook: Handbook, change: Change) -> str:
    """Return where a change is confirmed, from the root; empty where it need not be."""
    page = handbook.pages.get(PAGE)
    return page.url if page and change.confirm else ""


def known(handbook: Handbook) -> str:
    """Return the marks of the newest changes: whoever comes first has missed none."""
    return " ".join(entry.mark for entry in newest(handbook, LIMIT))


def wording_html(told: Iterable[Wording]) -> str:
    """Return old and new wordings, one above the other, with what differs marked."""
    parts = []
    several = len(told := tuple(told)) > 1
    for one in told:
        before, after = marked(one.before, one.after)
        title = f"<b>{plain(one.title)}</b>" if several else ""
        parts.append(
            f'<dl class="hb-wording">{title}<div><dt>原来</dt><dd>{before or "没有"}</dd></div>'
            f"<div><dt>现在</dt><dd>{after or '删去'}</dd></div></dl>"
        )
    return "".join(parts)


def marked(before: str, after: str) -> tuple[str, str]:
    """Return both wordings as HTML, long stretches of the same cut."""
    was, now = [], []
    cut = pieces(before, after)
    for number, piece in enumerate(cut):
        if piece.same:
            first, last = number == 0, number == len(cut) - 1
            same = escape(_shortened(piece, first=first, last=last))
            was.append(same)
            now.append(same)
        else:
            was.append(f"<del>{escape(piece.before)}</del>" * bool(piece.before))
            now.append(f"<ins>{escape(piece.after)}</ins>" * bool(piece.after))
    return _on_one_line(was), _on_one_line(now)


def _on_one_line(parts: Iterable[str]) -> str:
    """Join HTML so that no line of it looks like Markdown."""
    return "<br>".join("".join(parts).split("\n"))


def _shortened(piece: Piece, *, first: bool, last: bool) -> str:
    text = piece.before
    if len(text) <= 2 * _AROUND:
        return text
    head = "" if first else text[:_AROUND]
    tail = "" if last else text[-_AROUND:]
    return f"{head}……{tail}"
