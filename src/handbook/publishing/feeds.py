"""最近更新 for feed readers, as JSON Feed and RSS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from email.utils import format_datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

from handbook.handbook import Handbook
from handbook.model.zone import CHINA
from handbook.recent import CHANGE_KINDS, LIMIT, Entry, newest, wordings

PAGE = "standards/changes.html"
"""Where a person reads what the feeds tell."""


_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    return datetime.combine(day, time(), CHINA)


def _rfc(day: date) -> str:
    return format_datetime(_moment(day))
