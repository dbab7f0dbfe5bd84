"""Phrase cards: what the Markdown of a script page becomes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import markdown
import pytest

PHRASE = """
## 转接 {#moving}

### 转接前说明 {#before-transfer}

> 您的问题由【部门】的同事**处理【编号】**，请稍等。

适用
: 需要其他部门回答

不要说
: “不归我管。”
: “打错了。”

接着
: 用 [留言](#leave)

关键词
: 转线

### 下一个 {#leave}

> 好的，我来记【内容】。

适用
: 找不到人

接着
: 读一遍给客户听

关键词
: 留言
"""


def convert(text, *more):
    extensions = [
        "attr_list",
        "def_list",
        "toc",
        "handbook.rendering.markdown_cards",
        *more,
    ]
    converter = markdown.Markdown(extensions=extensions)
    page = converter.convert(text)
    return ET.fromstring(f"<page>{page}</page>"), converter  # noqa: S314 - our own HTML


def test_heading_quote_and_definitions_become_one_card():
    """Each phrase is a section with the id of its heading; scenes stay outside."""
    page, _ = convert(PHRASE)
    cards = page.findall("section")

    assert ["before-transfer", "leave"] == [card.get("data-id") for card in cards]
    assert ["h3", "blockquote", "dl"] == [child.tag for child in cards[0]]
    assert "moving" == page.find("h2").get("id")


def test_contents_and_ids_are_as_without_cards():
    """The table of contents does not notice the cards."""
    _, converter = convert(PHRASE)

    (scene,) = converter.toc_tokens
    assert "moving" == scene["id"]
    assert ["before-transfer", "leave"] == [t["id"] for t in scene["children"]]


def test_blanks_are_marked_wherever_they_stand():
    """Also inside bold words; the words themselves are unchanged."""
    page, _ = convert(PHRASE)
    quote = page.find("section/blockquote")

    assert ["【部门】", "【编号】"] == [s.text for s in quote.iter("span")]
    assert (
        "您的问题由【部门】的同事处理【编号】，请稍等。"
        == "".join(quote.itertext()).strip()
    )


def test_each_term_stands_with_its_definitions():
    """A term with two wordings is one box; its class tells its tone."""
    page, _ = convert(PHRASE)
    boxes = page.find("section/dl").findall("div")

    assert [
        ("hb-fact hb-fact--when", 1),
        ("hb-fact hb-fact--never", 2),
        ("hb-fact hb-fact--next", 1),
        ("hb-fact hb-fact--keywords", 1),
    ] == [(box.get("class"), len(box.findall("dd"))) for box in boxes]


@pytest.mark.parametrize(
    "text",
    [
        "## 规则 {#rule}\n\n> 引用的话【甲】。\n\n说明文字。",
        "## 规则 {#rule}\n\n适用\n: 所有人",
        "> 引用的话【甲】。\n\n适用\n: 没有标题",
        "## 没有编号\n\n普通段落。",
    ],
)
def test_other_quotes_and_lists_stay_as_they_are(text):
    """A card needs a heading with an id, a quote and the terms of a phrase."""
    extensions = ["attr_list", "def_list", "toc"]
    plain = markdown.markdown(text, extensions=extensions)

    assert plain == markdown.markdown(
        text, extensions=[*extensions, "handbook.rendering.markdown_cards"]
    )


def test_blanks_in_code_stay_as_they_are():
    """Code shows what is written."""
    page, _ = convert(PHRASE.replace("请稍等", "`【原样】`"))

    assert "【原样】" == page.find("section/blockquote/p/code").text
