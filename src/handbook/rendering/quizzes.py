"""HTML of practice quizzes: one way to show an item, keys and explanations with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.model.titles import ITEM_TYPES
from handbook.papers import PaperItem
from handbook.practice import PracticeItem, pack, packs
from handbook.rendering.engine import render

GAP = "____"
"""How a stem marks a gap to be filled."""

_HINTS = {
    "single": "选一项。",
    "multiple": "选出所有正确的选项。",
    "true_false": "这句话对还是错？",
    "blank": "把缺少的内容填进下面的框里。",
    "order": "给每一项选好它是第几步。",
    "match": "给每一项选一个对应的内容。",
}
_SCORING = {
    ("multiple", "all_or_nothing"): "全部选对才得分。",
    ("multiple", "subset"): "少选得部分分，选错不得分。",
    ("multiple", "net_correct"): "按选对的项数给分，选错要扣。",
    ("blank", "net_correct"): "按填对的空数给分，填错要扣，空着不扣。",
    ("match", "net_correct"): "按配对的项数给分，配错要扣，空着不扣。",
}
_TRUTH = {"true": "对", "false": "错"}


@dataclass(frozen=True, slots=True)
class Source:
    """A clause that a learner may read again."""

    address: str
    title: str
    """Of the clause."""
    page: str
    """Title of its page."""
    href: str
    """From a page one folder below the site's root."""


DAILY = "practice/daily.md"
"""The page of the day's five items."""


def practice_html(handbook: Handbook, topic: str) -> str:
    """Return a topic's practice quiz: items, explanations, and keys for the browser.

    Raises:
        KeyError: there is no such bank.
    """
    practice = pack(handbook, topic)
    return render(
        "quiz_practice.html",
        practice=practice,
        keys=_keys(practice.items),
        explained=_explained(handbook, practice.items),
        daily="daily.html" if DAILY in handbook.pages else "",
        show=Show(f"practice-{topic}"),
    )


def daily_html(handbook: Handbook) -> str:
    """Return 每日五题: all practice items, inert, and each topic with its page.

    The browser chooses; without its code the topics are links.
    """
    found = list(packs(handbook))
    items = [item for practice in found for item in practice.items]
    practised = {practice.topic for practice in found}
    roles = [
        {"id": role.id, "title": role.title, "topics": wanted}
        for role in handbook.roles.values()
        if (wanted := [t for s in role.path for t in s.practice if t in practised])
    ]
    topics = [{"id": practice.topic} for practice in found]
    of = {item.token: one.topic for one in found for item in one.items}
    return render(
        "quiz_daily.html",
        topics=found,
        data=_data({"topics": topics, "roles": roles}),
        keys=_keys(items, of),
        explained=_explained(handbook, items),
        show=Show("daily"),
    )


def _keys(
    items: Iterable[PracticeItem], topics: Mapping[str, str] | None = None
) -> str:
    """Return what the browser grades by, and the version it remembers an item by."""
    graded = ("token", "type", "scoring", "key")
    return _data(
        [
            {name: item.plain()[name] for name in graded}
            | {"version": item.version}
            | ({"topic": topics[item.token]} if topics else {})
            for item in items
        ]
    )


def _explained(
    handbook: Handbook, items: Iterable[PracticeItem]
) -> list[tuple[PracticeItem, list[str], list[tuple[str, str, str]], list[Source]]]:
    return [
        (item, answers(item), _rationales(item), sources(handbook, item.sources))
        for item in items
    ]


@dataclass(frozen=True, slots=True)
class Show:
    """What the template asks about an item it shows."""

    scope: str
    """Keeps ids and group names of one quiz apart from another's on the page."""

    def kind(self, item: PaperItem | PracticeItem) -> str:
        """Return what learners call its type."""
        return ITEM_TYPES[item.type]

    def hint(self, item: PaperItem | PracticeItem) -> str:
        """Return how to answer it, and how it is scored."""
        return _HINTS[item.type] + _SCORING.get((item.type, item.scoring), "")

    def stem(self, item: PaperItem | PracticeItem) -> Sequence[str]:
        """Return the stem's parts; between two of them there is a gap."""
        return item.stem.split(GAP) if item.type == "blank" else [item.stem]


def answers(item: PracticeItem) -> list[str]:
    """Return what is right about an item, in words, one line for each part."""
    texts = {option.token: option.text for option in (*item.options, *item.prompts)}
    match item.key:
        case str(truth):
            return [_TRUTH[truth]]
        case Mapping():
            pairs = item.key
            return [
                f"{p.text} → {texts[pairs[p.token]]}"
                for p in item.prompts
                if p.token in pairs
            ]
        case parts:
            written = [
                texts[part] if isinstance(part, str) else " 或 ".join(part)
                for part in parts
            ]
    if item.type == "blank" and len(written) > 1:
        return [f"空 {n}：{text}" for n, text in enumerate(written, 1)]
    return written


def sources(handbook: Handbook, addresses: Iterable[str]) -> list[Source]:
    """Return the clauses that an item tests, as they are linked from its page."""
    found = []
    for address in dict.fromkeys(addresses):
        clause = handbook.clauses[address]
        page = handbook.pages[clause.page]
        href = f"../{page.url}#{clause.id}"
        found.append(Source(address, clause.title, page.front.title, href))
    return found


def _rationales(item: PracticeItem) -> list[tuple[str, str, str]]:
    """Return token, words and explanation of each option that has one."""
    return [
        (option.token, option.text, item.rationales[option.token])
        for option in (*item.options, *item.prompts)
        if option.token in item.rationales
    ]


_UNSAFE = re.compile("[<>&\u2028\u2029]")


def _data(value: object) -> str:
    """Return JSON that no HTML or Markdown reader takes for markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
