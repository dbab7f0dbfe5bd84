"""Files that agents export from the finder, and the one report made of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_site import write_handbook

from handbook.finder.usage import FORMAT, UsageFileError, merge, read
from handbook.loading import load

ROOT = Path(__file__).parents[1]
SCRIPT = """---
title: 话术
kind: script
owner: desk
reviewed: 2026-11-20
channel: [电话]
---

## 转接 {#moving}

### 转接前说明 {#transfer}

> 您的问题需要由【部门】的同事处理，请您稍等，好吗？

适用
: 需要别的部门回答

接着
: 等客户答应

依据
: [接听](../policies/phone.md#answer)

关键词
: 转线、换人

### 打错电话 {#wrong}

> 您好，您打错了。这里是【部门】。

适用
: 对方打错了号码

接着
: 说再见

依据
: [接听](../policies/phone.md#answer)

关键词
: 错号
"""
TRANSFER = "scripts/words.md#transfer"
WRONG = "scripts/words.md#wrong"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = write_handbook(tmp_path_factory.mktemp("small"))
    (folder / "content/scripts/words.md").write_text(SCRIPT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def small(root):
    return load(root)


@pytest.fixture
def export(tmp_path):
    """Write an export of queries `(text, count, then)` and copied phrases; read it."""

    def write(*queries, copied=None, name="a.json"):
        path = tmp_path / name
        data = {
            "format": FORMAT,
            "queries": [
                {"text": t, "count": n, "then": then} for t, n, then in queries
            ],
            "copied": [{"id": i, "count": n} for i, n in (copied or {}).items()],
        }
        path.write_text(json.dumps(data), encoding="utf-8")
        return read(path)

    return write


def test_files_are_added_up_and_ranked(small, export):
    """Counts of all files together, the most frequent first; nothing says whose."""
    one = export(("换线", 2, {}), ("外星人", 1, {}), copied={TRANSFER: 3, WRONG: 1})
    other = export(("换线", 3, {}), copied={WRONG: 9, "scripts/gone.md#x": 50})

    report = merge([one, other], small)

    assert [("换线", 5), ("外星人", 1)] == [(w.text, w.count) for w in report.words]
    assert [(WRONG, 10), (TRANSFER, 3)] == [(u.address, u.count) for u in report.used]
    assert 2 == report.files


def test_the_same_file_counts_once(small, export):
    """Sent twice by mistake, it changes nothing."""
    one = export(("换线", 2, {}))

    report = merge([one, export(("换线", 2, {}), name="b.json")], small)

    assert [("换线", 2)] == [(w.text, w.count) for w in report.words]


def test_what_was_copied_next_is_the_first_suggestion(small, export):
    """Agents showed by their hands what they meant."""
    report = merge([export(("改线路", 2, {WRONG: 1, TRANSFER: 4}))], small)

    (suggestion,) = report.suggestions
    assert (TRANSFER, "转接前说明") == (suggestion.address, suggestion.title)
    assert "4 次" in suggestion.reason


def test_letters_suggest_where_nothing_was_copied(small, export):
    """A shared pair of characters names the phrase; none means a gap in the handbook."""
    report = merge(
        [export(("电话打错", 1, {}), ("退款", 1, {}), ("xyz", 1, {"no#no": 3}))], small
    )

    assert [(WRONG, "电话打错")] == [(s.address, s.word) for s in report.suggestions]
    assert ("xyz", "退款") == report.unanswered


def test_a_closed_gap_is_said_and_not_suggested_again(small, export):
    """Somebody has added the word since."""
    report = merge([export(("换人", 7, {WRONG: 1}))], small)

    assert report.words[0].known
    assert () == report.suggestions


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "找 110105 号",
        "a@b.cn",
        "很" * 41,
        "a\u0000b",
        "\u202eabc",
        "",
        " ",
    ],
)
def test_what_may_be_a_customers_is_left_out(small, export, text):
    """The browser keeps none of it; a file edited by hand cannot bring it in either."""
    report = merge([export((text, 1, {}))], small)

    assert () == report.words
    assert report.dropped == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"format": "other/1", "queries": [], "copied": []}',
        json.dumps({"format": FORMAT, "queries": [{"text": 1, "count": 1}], "copied": []}).encode(),
        json.dumps({"format": FORMAT, "queries": [{"text": "a", "count": -1}], "copied": []}).encode(),
        json.dumps({"format": FORMAT, "queries": "x", "copied": []}).encode(),
    ],
)  # fmt: skip
def test_other_files_are_refused_in_chinese(tmp_path, content):
    """Which file it is, what is wrong, and what to hand in instead."""
    path = tmp_path / "别的.json"
    path.write_bytes(content)

    with pytest.raises(UsageFileError, match=r"别的\.json.*导出"):
        read(path)


def run(root, *arguments):
    return subprocess.run(
        [sys.executable, ROOT / "scripts/finder_report.py", "--root", root, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_script_prints_tables_and_json(root, export, tmp_path):
    """A folder of files; what is no export is named and the rest still counts."""
    export(("改线路", 2, {TRANSFER: 1}), copied={WRONG: 4}, name="甲.json")
    export(("退款", 1, {}), name="乙.json")

    table = run(root, tmp_path)
    (tmp_path / "丙.json").write_text("{}")
    data = run(root, tmp_path, "--format", "json")

    assert 0 == table.returncode, table.stderr
    for words in ("改线路", "转接前说明", "打错电话", "可能要新写：退款", "2 个文件"):
        assert words in table.stdout
    assert 2 == data.returncode
    assert "丙.json" in data.stderr
    assert 2 == json.loads(data.stdout)["files"]
