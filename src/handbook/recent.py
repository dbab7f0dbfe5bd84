"""最近更新: the newest `changes` of all pages, as JSON Feed and RSS too."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from itertools import takewhile
from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree as ET

from handbook.handbook import Handbook
from handbook.model.pages import Change, Page
from handbook.wordings import changed

CHANGE_KINDS = {"material": "内容变更", "editorial": "文字修订"}
"""What readers see of `Change.kind`."""

PAGE = "standards/changes.html"
"""Where a person reads what the feeds tell."""

LIMIT = 50
"""Entries of a feed."""

_ZONE = timezone(timedelta(hours=8))
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(NamedTuple):
    """One change and the page that tells of it."""

    change: Change
    page: Page

    @property
    def id(self) -> str:
        """A name that stays while a change says the same, so that it is read once."""
        change, page = self
        parts = [page.path, str(change.date), change.kind, *change.clauses]
        text = "\n".join([*parts, change.summary])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def mark(self) -> str:
        """The same, as short as a browser needs to keep it."""
        return self.id[:10]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Addresses of what it is about; the page's path where it names nothing."""
        named = tuple(f"{self.page.path}#{name}" for name in self.change.clauses)
        return named or (self.page.path,)


class Wording(NamedTuple):
    """How a clause or phrase read before a change, and after it: what differs of it."""

    id: str
    title: str
    before: str
    after: str


def newest(handbook: Handbook, limit: int) -> tuple[Entry, ...]:
    """Return the newest changes of all pages, newest first, then by page."""
    entries = (
        Entry(change, page)
        for page in handbook.pages.values()
        for change in page.front.changes
    )
    ordered = sorted(
        entries, key=lambda entry: (-entry.change.date.toordinal(), entry.page.path)
    )
    return tuple(ordered[:limit])


def of_page(page: Page) -> tuple[Entry, ...]:
    """Return a page's changes, newest first; of one day, in the author's order."""
    changes = sorted(page.front.changes, key=lambda one: -one.date.toordinal())
    return tuple(Entry(change, page) for change in changes)


def wordings(handbook: Handbook, entry: Entry) -> tuple[Wording, ...]:
    """Return old and new wording of what a change is about, where it tells the old one.

    The new one is what the next change of the same thing calls old, or what it says now.
    """
    change, page = entry
    later = list(takewhile(lambda one: one.change is not change, of_page(page)))
    found = []
    for name in change.clauses:
        old = change.before.get(name)
        new = next(
            (
                one.change.before[name]
                for one in reversed(later)
                if name in one.change.before
            ),
            _now(handbook, f"{page.path}#{name}"),
        )
        if old and new is not None:
            titles = {heading.id: heading.title for heading in page.headings}
            before, after = changed(old, new)
            if before or after:
                found.append(Wording(name, titles.get(name, name), before, after))
    return tuple(found)


def _now(handbook: Handbook, address: str) -> str | None:
    if address in handbook.clauses:
        return handbook.clauses[address].text
    phrase = handbook.phrases.get(address)
    return phrase.words if phrase else None


def feeds(handbook: Handbook) -> Iterator[tuple[str, bytes]]:
    """Yield both feeds; the same handbook gives the same bytes, whenever it is built.

    Links are absolute if `company.yml` says where the site is (`handbook_url`), else
    relative to the feed.
    """
    entries = newest(handbook, LIMIT)
    yield "recent.json", json_feed(handbook, entries)
    yield "recent.xml", rss(handbook, entries)


def json_feed(handbook: Handbook, entries: tuple[Entry, ...]) -> bytes:
    """Return a JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(handbook),
        "home_page_url": _url(handbook, PAGE),
        "feed_url": _url(handbook, "recent.json"),
        "language": "zh-CN",
        "items": [
            {
                "id": entry.id,
                "url": _link(handbook, entry),
                "title": entry.change.summary,
                "content_text": _told(handbook, entry),
                "date_published": _moment(entry.change.date).isoformat(),
                "tags": [CHANGE_KINDS[entry.change.kind]],
            }
            for entry in entries
        ],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def rss(handbook: Handbook, entries: tuple[Entry, ...]) -> bytes:
    """Return an RSS 2.0 feed."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _put(channel, "title", _title(handbook))
    _put(channel, "link", _url(handbook, PAGE))
    _put(channel, "description", "手册最近改了什么")
    _put(channel, "language", "zh-CN")
    if entries:
        _put(channel, "lastBuildDate", _rfc(entries[0].change.date))
    for entry in entries:
        item = ET.SubElement(channel, "item")
        _put(item, "title", entry.change.summary)
        _put(item, "link", _link(handbook, entry))
        _put(item, "description", _told(handbook, entry))
        _put(item, "category", CHANGE_KINDS[entry.change.kind])
        _put(item, "guid", entry.id).set("isPermaLink", "false")
        _put(item, "pubDate", _rfc(entry.change.date))
    ET.indent(root, " ")
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _put(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return child


def _title(handbook: Handbook) -> str:
    name = handbook.company.get("short_name") or handbook.company.get("name", "")
    return f"{name}服务手册：最近更新"


def _told(handbook: Handbook, entry: Entry) -> str:
    """Return kind, page and clauses of a change in one line, then the wordings."""
    change, page = entry
    titles = {heading.id: heading.title for heading in page.headings if heading.id}
    names = "、".join(titles[name] for name in change.clauses if name in titles)
    where = f"{page.front.title}（{names}）" if names else page.front.title
    lines = [f"{CHANGE_KINDS[change.kind]}：{where}"]
    for one in wordings(handbook, entry):
        lines += [f"原来：{one.before or '没有'}", f"现在：{one.after or '删去'}"]
    return "\n".join(lines)


def _link(handbook: Handbook, entry: Entry) -> str:
    change, page = entry
    anchor = f"#{quote(change.clauses[0])}" if change.clauses else ""
    return _url(handbook, quote(page.url)) + anchor


def _url(handbook: Handbook, path: str) -> str:
    base = handbook.company.get("handbook_url", "")
    return f"{base.rstrip('/')}/{path}" if base else path


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), _ZONE)


def _rfc(day: date) -> str:
    return format_datetime(_moment(day))
