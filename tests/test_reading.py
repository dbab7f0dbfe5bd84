"""Readers: scalars as written, places that hold, calls found and filled."""

from __future__ import annotations

import re
import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from handbook.model.durations import Duration
from handbook.model.pages import fingerprint, fold
from handbook.problems.files import reason
from handbook.reading.links import resolve
from handbook.reading.markdown_files import read_markdown
from handbook.reading.plain import plain
from handbook.reading.sources import read_source
from handbook.reading.templates import fill, find_calls
from handbook.reading.yaml_files import place_of, read_yaml, to_data


@pytest.mark.parametrize(
    "written", ["9:30", "0755", "010", "No", "1.10", "2026-11-20", "~", "1e3", "0x1F"]
)
def test_scalars_stay_as_written(written):
    """YAML's own conversions never happen."""
    tree, problems = read_yaml(f"key: {written}\n", "f.yml")

    assert {"key": written} == to_data(tree)
    assert [] == problems


TEXTS = st.text(alphabet=string.ascii_letters + "客户投诉 ,", min_size=1).map(str.strip)


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), TEXTS), max_size=6))
def test_places_point_at_what_they_name(entries):
    """The character at a scalar's place is the one its text begins with."""
    lines = ["items:"]
    for entry in entries:
        lines.append("  -")
        lines += [f'    {key}: "{text}"' for key, text in entry.items()]
    source = "\n".join(lines) + "\n"
    tree, problems = read_yaml(source, "f.yml")

    assert [] == problems
    for number, entry in enumerate(entries):
        for key, text in entry.items():
            place = place_of(tree, ("items", number, key))
            line = source.split("\n")[place.line - 1]

            assert f'"{text}"' == line[place.column - 1 :]


@given(st.text())
def test_no_yaml_is_too_broken_to_report(source):
    """What YAML itself cannot read is reported, with a place and a cure."""
    _tree, problems = read_yaml(source, "f.yml")
    try:
        yaml.compose(source, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        assert problems
    for problem in problems:
        assert 1 <= problem.place.line <= len(source.splitlines()) + 1
        assert problem.remedy


@given(st.text(alphabet="{}%#\"'()figcompany-,x \n客", max_size=60))
def test_no_braces_are_too_broken_to_report(text):
    """Calls are found or faulted, and filling touches nothing else."""
    calls, faults = find_calls(text)
    filled = fill(text, lambda _call: "")

    assert all(0 <= fault.at <= len(text) for fault in faults)
    assert len(text) - sum(c.end - c.start for c in calls) == len(filled)


def test_calls_keep_their_offsets():
    """Name and span of a call are those in the text, also within code and raw."""
    text = '甲 {{ fig("a") }} {% raw %}{{ fig("no") }}{% endraw %} `{{ say("x#y") }}`'
    calls, faults = find_calls(text)

    assert [("fig", ("a",)), ("say", ("x#y",))] == [
        (c.name, c.arguments) for c in calls
    ]
    assert all(text[c.at :].startswith(c.name) for c in calls)
    assert [] == faults


PAGE = """---
title: 例
kind: script
---

## 场景 {#scene}

### 说法 {#say .wide}

> 您好，
> 【称呼】。

适用
: 接起电话

不要说
: “喂”
: “找谁”
  也别说

```
## 不是标题
```

见[别处](../a.md#b "题")，`[不是](链接)`。
"""


def test_structure_of_a_page():
    """Sections, quotes, definitions and links are found; fences and code are not."""
    file = read_markdown(PAGE, "content/p.md")
    *_, phrase = file.sections

    assert [("", ""), ("场景", "scene"), ("说法", "say")] == [
        (section.title, section.id) for section in file.sections
    ]
    assert (
        phrase.place.column == PAGE.split("\n")[phrase.place.line - 1].index("#say") + 1
    )
    assert phrase.quote() == "您好，\n【称呼】。"
    assert ["适用", "不要说", "不要说"] == [d.term for d in phrase.definitions()]
    assert ["../a.md#b"] == [link.target for link in file.links]


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**先**说`再`做", "先说再做"),
        ("[文字](a.md#b)和![图](x.png)", "文字和图"),
        ("- [x] 一\n2. 二", "一\n二"),
        ("| 甲 | 乙 |\n|---|:-:|\n| 1 | 2 |", "甲 乙\n1 2"),
        ('!!! note "标题"\n    正文', "标题\n正文"),
        ("a_b_c 和 _强调_", "a_b_c 和 强调"),
        ("1～2 次，3*4", "1～2 次，3*4"),
    ],
)
def test_plain_words(markdown, words):
    """Markup goes, words stay."""
    assert words == plain(markdown)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("#x", ("policies/a.md", "x")),
        ("../scripts/b.md", ("scripts/b.md", "")),
        ("/forms/c.md#%E7%94%B2", ("forms/c.md", "甲")),
        ("https://example.com/", None),
        ("mailto:a@example.com", None),
        ("http://[", None),
    ],
)
def test_links_are_resolved_from_their_page(target, expected):
    """Relative, absolute within the docs, percent-encoded, and leading outside."""
    assert expected == resolve("policies/a.md", target)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("三声内，接听。", "三声内  接听", True),
        ("ＡＢＣ１５日", "abc15日", True),
        ("**重点**", "重点", True),
        ("9:30前", "930前", False),
        ("1.5倍", "15倍", False),
        ("100%", "100", False),
        ("1~2次", "12次", False),
        ("三声内", "两声内", False),
    ],
)
def test_fingerprint_moves_with_meaning_only(one, other, same):
    """Width, spacing, punctuation and markup do not count; figures do."""
    assert same is (fingerprint(one) == fingerprint(other))


@given(st.text())
def test_folding_is_idempotent(text):
    """What is folded stays as it is."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("written", ["40分钟", "24小时", "7天", "2周", "12个月", "1年"])
def test_durations_read_back(written):
    """A span prints as it was written."""
    assert written == str(Duration.parse(written))


@pytest.mark.parametrize(
    "written", ["", "40", "分钟", "一天", "1.5小时", "-1天", "3 月"]
)
def test_other_durations_are_refused(written):
    """Anything else is a mistake to report, never a guess."""
    with pytest.raises(ValueError, match=r".*"):
        Duration.parse(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("%\n", "% 开头"),
        ("a: 1\n%x\n", "% 开头"),
        ("%FOO bar\nb: 1\n", ""),
        ("a: !<x\n", "! 开头"),
        ("a: !x!y z\n", "! 开头"),
        ("a: &\n", "& 开头"),
        ("a: *\n", "* 开头"),
        ("a: | 文字\n", "| 或 > 后面"),
        ("a: - b\n", "列表不能写在这里"),
        ("[a]\nb\n", "接不上"),
    ],
)
def test_no_yaml_is_complained_of_in_english(written, said):
    """Trainers read Chinese; libyaml speaks English."""
    _tree, problems = read_yaml(written, "f.yml")
    told = "".join(one.message for one in problems)

    assert said in told
    assert not re.search("[a-z]{4}", told)


@pytest.mark.parametrize("name", ["nowhere.md", "here"])
def test_a_file_that_does_not_open_says_why_in_chinese(tmp_path, name):
    """No such file; a folder in its place."""
    (tmp_path / "here").mkdir()
    _text, (problem,) = read_source(tmp_path, name)

    assert re.fullmatch("文件打不开（[\u4e00-\u9fff，]+）", problem.message)


def test_what_the_system_says_otherwise_goes_by_its_number():
    """Nothing is guessed."""
    assert reason(OSError(9999, "Strange")) == "系统错误 9999"
    assert reason(OSError("Strange")) == "系统错误 不明"
