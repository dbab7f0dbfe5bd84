"""What pages may call: complete, strict, and without a host."""

from __future__ import annotations

import pytest
from small_site import write_handbook

from handbook.checks.references import MACROS
from handbook.loading import load
from handbook.model.pages import Kind
from handbook.model.titles import SECTIONS
from handbook.rendering.calls import UnknownNameError, calls
from handbook.rendering.frame import frame
from handbook.rendering.pages import plain


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    handbook = load(write_handbook(tmp_path_factory.mktemp("small")))
    assert handbook.sound, handbook.problems
    return handbook


@pytest.fixture(scope="module")
def macros(small):
    return calls(small)


def test_the_check_and_the_site_know_the_same_macros(macros):
    """A page that passes the check can be built."""
    assert set(MACROS) == set(macros)


@pytest.mark.parametrize(
    ("name", "argument", "text"),
    [
        ("fig", "rings", "三声内"),
        ("company", "name", "示例公司"),
        ("clause", "policies/phone.md#answer", "[接听](/policies/phone.md#answer)"),
        (
            "say",
            "scripts/phone.md#hello",
            "您好，这里是示例公司，请问【称呼】有什么可以帮您？",
        ),
    ],
)
def test_macros_that_give_words(macros, name, argument, text):
    """Plain text, or a Markdown link within the docs."""
    assert text == macros[name](argument)


@pytest.mark.parametrize("name", [name for name, kind in MACROS.items() if kind])
def test_unknown_names_are_errors_in_chinese(macros, name):
    """Never an empty string, never a traceback for a trainer."""
    with pytest.raises(UnknownNameError, match="不存在"):
        macros[name]("none")


def test_an_unknown_name_says_page_and_line(tmp_path):
    """The words are those of the check."""
    page = '{{ fig("rings") }}\n\n{{ fig("ringz") }}'
    handbook = load(write_handbook(tmp_path, **{"content/guide/wrong.md": page}))

    with pytest.raises(UnknownNameError) as caught:
        calls(handbook)["fig"]("ringz")

    assert "content/guide/wrong.md:10:" in str(caught.value)
    assert "rings" in str(caught.value)


def test_role_path_links_all_steps(macros):
    """Pages to read, practice and exams, each marked for the browser's ticks."""
    path = macros["role_path"]("desk")

    assert "## 第一天 { #day-1 }" in path
    for target in ("policies/phone.md", "practice/phone.md", "exams/desk.md"):
        assert f'(/{target}){{ data-step="{target}" }}' in path


def test_figure_table_shows_promises_with_their_clauses(macros):
    """One line per promised figure."""
    row = "| 应答时限 | **三声内** | 主管每周统计一次 | [接听](/policies/phone.md#answer) |"

    assert row in macros["figure_table"]()


def test_system_table_shows_every_system(macros):
    """With the pages that carry it; a system without rules is seen to have none."""
    table = macros["system_table"]()

    assert "| R2 | 电话接听 | [电话接听](/policies/phone.md) | [电话话术]" in table
    assert "| R9 | 会议安排 | <span" in table


def test_recent_changes_say_what_moved_and_where(macros):
    """Date, page, clause, and whether the meaning changed."""
    changes = macros["recent_changes"]()

    for part in ("2026-11-20", "内容变更", "应答时限改为三声", "#answer)"):
        assert part in changes


def test_card_on_another_page_has_the_whole_address(macros):
    """Words, tones and links as on its own page."""
    card = macros["phrase"]("scripts/phone.md#hello")

    assert 'data-address="scripts/phone.md#hello"' in card
    assert '<span class="hb-blank">【称呼】</span>' in card
    assert "hb-fact--never" in card


def test_forms_show_every_field(macros):
    """A log is a table with empty lines, a record has a box per field."""
    log, record = macros["form"]("visit"), macros["form"]("message")

    assert 4 == log.count("<tr>")
    assert "hb-sheet--landscape" in log
    assert 3 == record.count('class="hb-box ')
    assert 2 == record.count('class="hb-tick"')
    assert "\n\n\n" not in log


def test_frame_orders_pages_by_kind(small):
    """Tabs in the handbook's order; the home page is no entry."""
    sections = frame(small)["sections"]

    assert ["path", "policy", "script", "form", "practice", "exam", "guide"] == [
        section["kind"] for section in sections
    ]
    assert [["指南"]] == [
        [page["title"] for page in group["pages"]] for group in sections[-1]["groups"]
    ]


def test_guides_stand_under_the_headings_of_their_own_page(tmp_path):
    """In the sidebar as in the table that says which page is for what.

    What another section's page names first, such as the page for newcomers, has its place
    all the same: else its heading would stand there twice.
    """
    head = "---\ntitle: {}\nkind: guide\nowner: trainer\n---\n\n"
    own = (
        "见[修](mend.md)。\n\n## 改 {#change}\n\n[写](write.md)、[修](mend.md#how)\n\n"
        "## 考 {#sit}\n\n[判](mark.md)\n"
    )
    pages = {"index": ("指南", own), "mend": ("修", ""), "write": ("写", "")}
    pages |= {"mark": ("判", ""), "alone": ("别的", "")}
    handbook = load(
        write_handbook(
            tmp_path,
            **{
                f"content/guide/{name}.md": head.format(title) + (text or "一段。\n")
                for name, (title, text) in pages.items()
            },
            **{
                "content/scripts/index.md": head.format("话术")
                + "[判](../guide/mark.md)"
            },
        )
    )
    guides = next(s for s in frame(handbook)["sections"] if s["kind"] == "guide")
    named = [
        (group["title"], [page["title"] for page in group["pages"]])
        for group in guides["groups"]
    ]

    assert named == [
        ("改", ["写", "修"]),
        ("考", ["判"]),
        ("", ["别的", "指南"]),
    ]


def test_every_kind_of_page_has_a_section():
    """A new kind cannot be left out of the navigation."""
    assert set(Kind) == set(SECTIONS)


def test_plain_text_stays_as_it_is_in_markdown():
    """No character of an author's text becomes markup."""
    from html import unescape  # noqa: PLC0415 - only here

    text = 'a*b_c|d<e>&f [g](h) {#i} `j` ==k== "l"'

    assert text == unescape(plain(text))
    assert not set(plain(text)) & set('*_|<>[]{}`="')
