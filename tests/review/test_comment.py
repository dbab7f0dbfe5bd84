"""A review's words on a code host and on a terminal: text, links, and no more than fits."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import replace
from pathlib import Path

import markdown
import pytest
import yaml
from reviewing import (
    DAY,
    TWO_RINGS,
)
from test_check import plant

from handbook.loading import load
from handbook.review.comment import comment
from handbook.review.comparing import How
from handbook.review.entries import problems
from handbook.review.impact import impact
from handbook.review.markup import LONGEST, Markdown, escape
from handbook.review.terminal import Terminal
from handbook.review.texts import PageChange, PhraseChange


def test_a_hostile_title_cannot_steer_the_terminal():
    """What a page calls itself is shown, and does nothing."""
    text = Terminal(80).escape("\x1b[31m红[bold]\u202e")

    assert "\x1b" not in text
    assert "[bold]" in text
    (line,) = [
        line for line in Terminal(80).table(("页面",), [(text,)]) if "红" in line
    ]
    assert "[bold]" in line


HOSTILE = (
    "<script>alert(1)</script>",
    "<!-- handbook-review -->",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "| a | b |",
    "`code` *b* _i_ ~~s~~",
    "@everyone #12 !34 https://evil.example www.evil.example",
    "&lt;b&gt; &#60;",
    "a\n/close\n# h\n- x",
    "\u202egnp.exe\x1b[31m",
    "$x^2$",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_text(hostile):
    """What an author wrote is shown as written: no tag, link, mention or command."""
    shown = markdown.markdown(
        f"| a |\n|---|\n| {escape(hostile)} |", extensions=["tables"]
    )

    cell = re.search(r"<td>(.*)</td>", shown, re.DOTALL)[1]
    assert re.sub(r"<br ?/?>", "", cell).count("<") == 0
    said = html.unescape(cell)
    assert not re.search(r"[@#!$](?=\w)|://|www\.", said)
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    assert "\n" not in escape(hostile)


@pytest.mark.parametrize("text", ["满意率100%的月份", "9:00到10:30", "三声内（含）"])
def test_harmless_words_can_be_copied(text):
    """What hosts take for nothing special comes out of the comment as it went in."""
    assert html.unescape(escape(text)) == text


@pytest.mark.parametrize("hostile", HOSTILE[:6])
def test_hostile_titles_and_clauses_stay_text(hostile, base, tmp_path):
    """The same of a whole summary, made from files."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    figures = changed / "content/_data/figures.yml"
    data = yaml.safe_load(figures.read_text(encoding="utf-8"))
    data["figures"][0] |= {"name": hostile, "wording": hostile + "3"}
    figures.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    before, after = load(base), load(changed)

    text = comment(impact(before, after), problems(before, after, DAY), Markdown())

    page = markdown.markdown(text, extensions=["tables"])
    assert text.count("<!--") == 1
    assert not re.search(r"<(script|img|a)\b", page)


def test_a_long_summary_fits_into_a_comment(base):
    """Hosts refuse a comment of more than 65,536 characters."""
    many = tuple(
        PhraseChange(f"scripts/phone.md#p{n}", f"第{n}句", How.CHANGED,
                     (("说法", "旧" * 200, "新" * 200),))
        for n in range(900)
    )  # fmt: skip
    page = PageChange("scripts/phone.md", "电话", How.CHANGED, "scripts/phone.html")
    change = replace(impact(load(base), load(base)), phrases=many, pages=(page,))

    text = comment(change, (), Markdown())

    assert len(text) <= LONGEST
    assert "没有列出" in text


def test_links_lead_into_the_preview(base, tmp_path):
    """With a site given, pages and clauses are links to where the build puts them."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(changed, TWO_RINGS)

    text = comment(
        impact(load(base), load(changed)), (), Markdown("https://p.example/42/")
    )

    assert "](<https://p.example/42/workflows/phone.html#answer>)" in text
    assert "](<https://p.example/42/exams/front-desk.html>)" in text
