"""What the frame around every page prints: status, laws, changes, the navigation."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from handbook import freshness
from handbook.freshness import Span
from handbook.handbook import Handbook
from handbook.model.code_host import code_host
from handbook.model.pages import Page
from handbook.model.titles import SECTIONS
from handbook.rendering.changes import known, page_changes
from handbook.rendering.pages import HOME, group_of, in_order

UNREAD = "尚未对照原文"
"""Stands where nobody has read the text of a law itself."""


def frame(handbook: Handbook) -> dict[str, Any]:
    """Return what the frame around every page prints: names, laws, checks, changes and the navigation.

    Plain JSON values, so that any host's templates can read them.
    """
    sections = []
    ordered = in_order(handbook, handbook.pages.values())
    for kind, title in SECTIONS.items():
        pages = [p for p in ordered if p.front.kind is kind and p.path != HOME]
        if not pages:
            continue
        # A section's own page is what its title leads to.
        listed = [p for p in pages if not p.path.endswith(f"/{HOME}")]
        groups = [
            {"title": group, "pages": [_entry(page) for page in members]}
            for group, members in groupby(listed, key=lambda p: group_of(handbook, p))
        ]
        if len(groups) == 1:
            groups[0]["title"] = ""
        sections.append(
            {"kind": kind.value, "title": title, "url": pages[0].url, "groups": groups}
        )
    return {
        "roles": {role.id: role.title for role in handbook.roles.values()},
        "kinds": {kind.value: title for kind, title in SECTIONS.items()},
        "basis": {
            page.url: page_basis(page)
            for page in handbook.pages.values()
            if page.front.basis
        },
        "reviews": {
            page.url: page_review(page, checked)
            for page, checked in freshness.reviews(handbook)
        },
        "changes": {
            page.url: page_changes(handbook, page)
            for page in handbook.pages.values()
            if page.front.changes
        },
        "known": known(handbook),
        "mend": mend(handbook),
        "sections": sections,
    }


def mend(handbook: Handbook) -> dict[str, Any]:
    """Return how a reader mends a page or tells of a fault: plain JSON values.

    `host` and `issue` are missing where `company.yml` names no repository; then a fault
    is told by a report that the reader copies.
    """
    host = code_host(handbook.company)
    roles = handbook.roles
    return {
        "pages": {
            page.url: {
                "path": f"content/{page.path}",
                "edit": host.edit(page) if host else "",
                "owner": roles[page.front.owner].title
                if page.front.owner in roles
                else "",
            }
            for page in handbook.pages.values()
        }
    } | ({"host": host.name, "issue": host.issue} if host else {})


def page_basis(page: Page) -> list[dict[str, Any]]:
    """Return what the frame prints below a page: plain JSON values."""
    titles = {heading.id: heading.title for heading in page.headings}
    return [
        {
            "text": basis.text,
            "says": basis.says,
            "read": f"文本日期 {basis.checked_on}" if basis.checked_on else UNREAD,
            "clauses": [
                {"id": name, "title": titles.get(name, name)} for name in basis.clauses
            ],
        }
        for basis in page.front.basis
    ]


def page_review(page: Page, checked: Span | None) -> dict[str, str]:
    """Return what the frame prints of a page's check: plain words, true on any day.

    `days` is what the browser needs to say whether that is too long ago.
    """
    told = freshness.told(page, checked)
    if not told:
        return {"days": "", "words": "还没有核验过", "until": ""}
    on, _due, until, *evidence = told
    if evidence:
        who, against = evidence
        return {
            "days": " ".join(told[:3]),
            "words": f"核验：{on} · {who} · 对照{against}",
            "until": f"有效到 {until}",
        }
    words = f"核验：{on}（只有日期，没有写明对照了什么）"
    return {"days": " ".join(told), "words": words, "until": f"有效到 {until}"}


def _entry(page: Page) -> dict[str, str]:
    return {"title": page.front.title, "url": page.url}
