"""Practice quizzes and exam papers as HTML: usable, safe, and exams without keys."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from building import (
    blank,
    build_handbook,
    match,
    multiple,
    order,
    page,
    single,
    true_false,
)
from markdown import Markdown

from handbook.grading.marks import key_of
from handbook.handbook import Handbook
from handbook.papers import item_token
from handbook.practice import practice_item
from handbook.rendering import exams, quizzes
from handbook.rendering.engine import render

HOSTILE = "</script><!-- <b onclick=alert(1)>&amp;\"'</template>{{ 1 }}"


def items(use: str, **more: Any) -> list[Any]:
    """One item of each type, for exams or for practice."""
    more |= {"use": use, "stem": f"{use} 的题，怎么做？"}
    return [
        single(f"{use}-greet", **more),
        multiple(f"{use}-record", scoring="subset", **more),
        true_false(f"{use}-calm", key="错", **more),
        blank(
            f"{use}-rings",
            ["三声", "3声"],
            ["一整天"],
            **more | {"stem": "响 ____ 内接，____ 内回。"},
        ),
        order(f"{use}-steps", **more),
        match(f"{use}-kinds", spare=["不予受理"], **more),
    ]


def book(**exam: Any) -> Handbook:
    """A handbook with an exam and a practice topic of every type of item."""
    return build_handbook(
        [*items("exam"), *items("practice")], exam={"forms": 3} | exam
    )


class Page(HTMLParser):
    """Counts tags, and collects controls, labels and links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.open: list[str] = []
        self.unlabelled: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags[tag] += 1
        given = dict(attrs)
        self.handlers += [name for name in given if name.startswith("on")]
        if tag in {"input", "select"} and "label" not in self.open:
            self.unlabelled.append(given)
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag != "input":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag; all are closed in order."""
        assert self.open.pop() == tag


def both(handbook: Handbook) -> list[str]:
    """The HTML of the exam and of the practice."""
    return [
        exams.exam_html(handbook, "entry"),
        quizzes.practice_html(handbook, "service"),
    ]


def test_every_item_is_a_group_with_a_legend_and_labelled_controls() -> None:
    """Screen readers name the question, and every control in it."""
    for html, fields in zip(both(book()), (3 * 6, 6), strict=True):
        shown = Page(html)

        assert shown.open == []
        assert shown.unlabelled == []
        assert shown.tags["fieldset"] == shown.tags["legend"] == fields


def test_an_exam_shows_nothing_of_its_keys() -> None:
    """No explanation, no accepted wording, no id, no source, in any form."""
    html = exams.exam_html(book(), "entry")

    for item in items("exam"):
        assert item.id not in html
        assert item.rationale not in html
        for option in getattr(item, "options", ()):
            assert option.rationale not in html
    assert "三声" not in html
    assert "一整天" not in html
    assert "policies/" not in html
    assert "<script" not in html


def test_forms_are_inert_and_carry_their_digests() -> None:
    """All parallel forms are in the page, none of them shown before the start."""
    html = exams.exam_html(book(), "entry")
    outside = re.sub(r"<template.*?</template>", "", html, flags=re.DOTALL)

    assert re.findall(r'<template data-form="(\d)"', html) == ["1", "2", "3"]
    assert len(set(re.findall(r'data-paper="([0-9a-f]{32})"', html))) == 3
    assert "fieldset" not in outside


def test_the_start_screen_tells_the_rules() -> None:
    """Time, size, pass mark, bands, attempts and wait, as the exam has them."""
    rules = {
        "pass_mark": "82.5%",
        "attempts": 2,
        "cooldown": "36小时",
        "time_limit": "25分钟",
    }
    html = exams.exam_html(book(**rules), "entry")

    for fact in (
        "25分钟，到时自动交卷",
        "<dd>6 题</dd>",
        "得分达到 82.5%",
        "优秀 95% 起，良好 90% 起，合格 80% 起",
        "共 2 次；没有通过的，36小时后可以重考",
        "通过后 12个月",
        "<dd>前台</dd>",
    ):
        assert fact in html


def test_items_on_trial_are_announced() -> None:
    """Who sits the exam knows that some items do not count."""
    trial = single("trial", use="exam", status="pilot")
    handbook = build_handbook([*items("exam"), trial], exam={})

    assert "7 题，其中 1 题试用，不计分" in exams.exam_html(handbook, "entry")


def test_practice_carries_keys_as_the_grader_reads_them() -> None:
    """The data block holds what grades each item and tells its version, nothing else."""
    html = quizzes.practice_html(book(), "service")
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html)
    assert found
    data = {one["token"]: one for one in json.loads(found[1])}

    for item in items("practice"):
        one = data.pop(item_token(item.id))
        key = key_of(item)
        assert one["key"] == json.loads(json.dumps(key, default=dict))
        assert set(one) == {"token", "type", "scoring", "key", "version"}
    assert data == {}


def test_an_items_version_moves_with_its_words_and_key_only() -> None:
    """A better explanation is no new item."""

    def version(key: str = "对", **changed: Any) -> str:
        return practice_item(
            true_false("rings", key, use="practice", **changed)
        ).version

    assert version() == version(rationale="说得更清楚一些。")
    assert version() != version(stem="换了一个说法的题干。")
    assert version() != version(key="错")


def test_the_page_of_the_day_has_all_practice_items_and_no_exam_item() -> None:
    """Inert, with topic and version for the browser; topics are links without it."""
    html = quizzes.daily_html(book())
    inert = html.partition("<template>")[2].partition("</template>")[0]
    found = re.search(r'class="quiz-data">(.*?)</script>', inert)
    assert found
    data = json.loads(found[1])

    assert {one["token"] for one in data} == {
        item_token(i.id) for i in items("practice")
    }
    assert {one["topic"] for one in data} == {"service"}
    assert not [i.id for i in items("exam") if item_token(i.id) in html]
    assert 'href="service.html"' in html.partition("<template>")[0]


def test_practice_explains_every_option_and_links_its_clauses() -> None:
    """Links are relative to the folder of practice pages."""
    html = quizzes.practice_html(book(), "service")

    for item in items("practice"):
        assert item.rationale in html
        for option in getattr(item, "options", ()):
            assert option.rationale in html
    assert set(Page(html).links) == {"../policies/service.html#promise"}


def test_practice_reads_without_javascript() -> None:
    """Each item has its answer in words in a native disclosure."""
    html = quizzes.practice_html(book(), "service")

    assert Page(html).tags["details"] == 6
    assert "答案：错" in html
    assert "空 1：三声 或 3声" in html
    assert "投诉 → 当日联系" in html
    steps = re.search(r"正确顺序：</p>\n<ol>(.*?)</ol>", html)
    assert steps
    assert re.findall("<li>(.*?)</li>", steps[1]) == ["登记", "核实", "处理", "回访"]


def test_practice_never_shows_exam_items() -> None:
    """A bank may mix both uses; practice takes its own only."""
    html = quizzes.practice_html(book(), "service")

    for item in items("exam"):
        assert item_token(item.id) not in html


def test_a_topic_without_practice_says_so() -> None:
    """The page of such a topic is not empty."""
    html = quizzes.practice_html(build_handbook(items("exam")), "service")

    assert "暂时没有练习题" in html


def test_hostile_words_stay_words() -> None:
    """What an author or a form tool brought in as text never becomes markup."""
    handbook = build_handbook(
        [
            single(f"{use}-x", right=HOSTILE, stem=HOSTILE, rationale=HOSTILE, use=use)
            for use in ("exam", "practice")
        ]
        + [blank("practice-y", [HOSTILE], use="practice")],
        exam={"title": HOSTILE, "note": HOSTILE},
        pages=[page("policies/service.md", {"promise": "x"}, title=HOSTILE)],
    )
    for html, scripts in zip(both(handbook), (0, 1), strict=True):
        shown = Page(html)

        assert shown.handlers == []
        assert shown.tags["b"] <= 3  # ours, around the words of options
        assert shown.tags["script"] == scripts
        assert "<!--" not in html


def test_markdown_passes_both_through_unread() -> None:
    """The site's own Markdown engine gives back what the macro wrote."""
    stem = "一\n\n    四个空格\n\n```\n# 不是标题 **不是粗体** [a](b)\n```\n* 不是列表"
    handbook = build_handbook(
        [single(f"{use}-x", stem=stem, use=use) for use in ("exam", "practice")],
        exam={},
    )
    engine = Markdown(
        extensions=[
            "abbr",
            "attr_list",
            "def_list",
            "md_in_html",
            "pymdownx.superfences",
            "tables",
            "toc",
        ]
    )
    for html in [*both(handbook), *both(book())]:
        written = engine.reset().convert(f"先读。\n\n{html}\n\n再**考**。")

        assert html in written
        assert written.endswith("<p>再<strong>考</strong>。</p>")


def test_templates_refuse_what_they_were_not_given() -> None:
    """A missing value stops the build instead of printing nothing."""
    with pytest.raises(Exception, match="practice"):
        render("quiz_practice.html", explained=[])
