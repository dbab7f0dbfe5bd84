"""The feeds of 最近更新: well-formed, in order, the same whenever they are made."""

from __future__ import annotations

import json
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from small_site import write_handbook

from handbook.finder.index import changes as changes_of
from handbook.loading import load
from handbook.model.pages import Change
from handbook.publishing.feeds import feeds
from handbook.recent import LIMIT, newest, wordings
from handbook.rendering.changes import wording_html

HOSTILE = '改为<b>二声</b> & ]]> \u202e "引号" {#x}'

CHANGES = [
    ("2026-11-18", "answer", "editorial", "改了错字"),
    ("2026-11-21", "answer", "material", "应答时限改为三声"),
    ("2026-11-20", "hold", "material", HOSTILE),
]


def head(changes: list[tuple[str, str, str, str]]) -> str:
    """The lines of `changes`, as front matter has them."""
    lines = ["changes:" if changes else "changes: []"]
    for day, clause, kind, summary in changes:
        text = json.dumps(summary, ensure_ascii=False)
        lines += [
            f"  - date: {day}",
            f"    clauses: [{clause}]",
            f"    kind: {kind}",
            f"    summary: {text}",
        ]
    return "\n".join(lines)


def book(root: Path, changes: list[tuple[str, str, str, str]], company: str = ""):
    """The small handbook with other changes."""
    write_handbook(root)
    page = root / "content/policies/phone.md"
    before, _, rest = page.read_text(encoding="utf-8").partition("---\n")
    front, _, body = rest.partition("---\n")
    front = front.partition("changes:")[0]
    page.write_text(
        f"{before}---\n{front}{head(changes)}\n---\n{body}", encoding="utf-8"
    )
    with (root / "content/_data/company.yml").open("a", encoding="utf-8") as file:
        file.write(company)
    loaded = load(root)
    assert loaded.sound, [str(problem) for problem in loaded.problems]
    return loaded


def parsed(handbook) -> ET.Element:
    """The RSS feed, if it is well-formed."""
    return ET.fromstring(dict(feeds(handbook))["recent.xml"])  # noqa: S314 - our own


@pytest.fixture
def small(tmp_path):
    return book(tmp_path, CHANGES, "handbook_url: https://handbook.example.com/\n")


def test_newest_first(small):
    """By date, whatever the order on the page."""
    days = [entry.change.date for entry in newest(small, LIMIT)]

    assert days == [date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 18)]
    assert len(newest(small, 2)) == 2


def test_json_feed_has_what_the_format_wants(small):
    """JSON Feed 1.1: version, title, and per entry an id, a text and an RFC 3339 date."""
    feed = json.loads(dict(feeds(small))["recent.json"])

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://handbook.example.com/recent.json"
    first, second, _ = feed["items"]
    assert first["title"] == "应答时限改为三声"
    assert first["url"] == "https://handbook.example.com/policies/phone.html#answer"
    assert first["content_text"].startswith("内容变更：电话接听（")
    assert datetime.fromisoformat(first["date_published"]).utcoffset()
    assert second["title"] == HOSTILE
    assert len({item["id"] for item in feed["items"]}) == 3


def test_rss_has_what_the_format_wants(small):
    """RSS 2.0: the three fields of the channel, RFC 822 dates, an id that is no link."""
    channel = parsed(small).find("channel")

    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    items = channel.findall("item")
    assert [item.findtext("title") for item in items][1] == HOSTILE
    assert items[0].findtext("link").endswith("/policies/phone.html#answer")
    assert items[0].find("guid").get("isPermaLink") == "false"
    days = [parsedate_to_datetime(item.findtext("pubDate")).date() for item in items]
    assert days == [date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 18)]
    assert channel.findtext("lastBuildDate") == items[0].findtext("pubDate")


def test_feeds_do_not_know_the_clock(small, tmp_path_factory):
    """The same content in another place gives the same bytes."""
    again = book(
        tmp_path_factory.mktemp("again"),
        CHANGES,
        "handbook_url: https://handbook.example.com/\n",
    )

    assert dict(feeds(small)) == dict(feeds(again))


def test_an_entry_keeps_its_id_when_others_come(small, tmp_path_factory):
    """A reader is not told twice."""
    more = [("2026-11-23", "answer", "editorial", "又一条"), *CHANGES]
    later = book(tmp_path_factory.mktemp("later"), more)

    old, new = (
        [item["id"] for item in json.loads(dict(feeds(one))["recent.json"])["items"]]
        for one in (small, later)
    )

    assert new[1:] == old


def test_without_an_address_links_are_relative(tmp_path):
    """A handbook does not know by itself where it is served."""
    feed = json.loads(dict(feeds(book(tmp_path, CHANGES)))["recent.json"])

    assert feed["items"][0]["url"] == "policies/phone.html#answer"


def test_an_empty_feed_is_a_feed(tmp_path):
    """Nothing changed yet: no entry, no date, well-formed all the same."""
    empty = book(tmp_path, [])

    assert json.loads(dict(feeds(empty))["recent.json"])["items"] == []
    assert parsed(empty).findall("channel/item") == []


def test_marks_that_xml_forbids_are_replaced(small):
    """A feed that does not parse would silence all later changes."""
    page = small.pages["policies/phone.md"]
    changed = Change(
        date=date(2026, 11, 22), clauses=(), kind="material", summary="响\x0c铃"
    )
    front = page.front.model_copy(update={"changes": (changed,)})
    object.__setattr__(page, "front", front)

    titles = parsed(small).findall("channel/item/title")

    assert [title.text for title in titles] == ["响\N{REPLACEMENT CHARACTER}铃"]


def test_old_wording_is_told_beside_what_replaced_it(tmp_path):
    """An older change reads against what the newer one calls old, the newest against now."""
    book(tmp_path, [])
    page = tmp_path / "content/policies/phone.md"
    changes = """changes:
  - {date: 2026-11-21, clauses: [answer], kind: material, summary: 二, before: {answer: 电话响起四声内接听。}}
  - {date: 2026-11-20, clauses: [answer], kind: material, summary: 一, before: {answer: 电话响起五声内接听。}}
  - {date: 2026-11-19, clauses: [hold], kind: editorial, summary: 没有说原来}
"""
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("changes: []\n", changes), encoding="utf-8")
    loaded = load(tmp_path)
    assert loaded.sound, loaded.problems

    told = [wordings(loaded, entry) for entry in newest(loaded, LIMIT)]

    assert [[one[2:] for one in each] for each in told] == [
        [("电话响起四声内接听。", "电话响起三声内接听。")],
        [("电话响起五声内接听。", "电话响起四声内接听。")],
        [],
    ]
    first = json.loads(dict(feeds(loaded))["recent.json"])["items"][0]
    assert (
        "原来：电话响起四声内接听。\n现在：电话响起三声内接听。"
        in first["content_text"]
    )
    assert changes_of(loaded)["policies/phone.md#answer"][3:] == [
        "电话响起四声内接听。",
        "电话响起三声内接听。",
    ]


def test_hostile_old_wording_stays_text(tmp_path):
    """What an author pastes as the old wording is never markup, nor a line of Markdown."""
    book(tmp_path, [])
    page = tmp_path / "content/policies/phone.md"
    old = json.dumps(
        "<script>x</script>\n\n# 标题\n{#x} **粗** [a](b)", ensure_ascii=False
    )
    entry = f"changes:\n  - {{date: 2026-11-21, clauses: [answer], kind: material, summary: 一, before: {{answer: {old}}}}}\n"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("changes: []\n", entry), encoding="utf-8")

    html = wording_html(wordings(load(tmp_path), newest(load(tmp_path), 1)[0]))

    assert "<script>" not in html
    assert "\n" not in html
    assert "&lt;script&gt;" in html
