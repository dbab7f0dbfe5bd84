"""The glossary: its order, its page, what the browser gets, and words set aside."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_site import write_handbook

from handbook.glossary import by_letter, terms_script
from handbook.loading import load
from handbook.rendering.calls import calls

ROOT = Path(__file__).parents[1]
EVERYDAY = frozenset({"everyday.js", "bench_corpus.py", "columns.py"})
"""These name the words of others: what people look for, headings of other tools."""

TERMS = """
    terms:
      - id: visitor
        term: 来访人
        definition: 到现场来的人。
        avoid: [访客, 来宾]
        clause: policies/phone.md#answer
      - id: customer
        term: 客户
        definition: 用我们服务的人。
        avoid: [顾客]
      - id: again
        term: 重考
        reading: chong kao
        definition: 没考过，再考一次</script>。
      - id: pdca
        term: 计划、实施、检查、处理
        short: PDCA
        definition: 改进的四步。
      - id: seven
        term: 七件事
        short: 7S
        definition: 现场要做到的七件事。
    """


@pytest.fixture
def small(tmp_path):
    return load(
        write_handbook(
            tmp_path,
            **{
                "content/_data/terms.yml": TERMS,
                "content/guide/words.md": "{{ glossary() }}\n\n不用访客这个词。",
            },
        )
    )


def of_words(found):
    """Return the problems of words; that a page stands alone is another matter."""
    return [problem for problem in found if problem.code == "T901"]


def problems(tmp_path, text):
    """Return line (from 0) and column of the words set aside in a page's body."""
    changed = {"content/_data/terms.yml": TERMS, "content/guide/one.md": text}
    found = load(write_handbook(tmp_path, **changed)).problems
    return [(p.place.line - 8, p.place.column) for p in of_words(found)]


def test_terms_stand_as_in_a_dictionary(small):
    """By the sound of what they are called; digits first; a written reading wins."""
    assert [
        ("0—9", ["seven"]),
        ("C", ["again"]),
        ("K", ["customer"]),
        ("L", ["visitor"]),
        ("P", ["pdca"]),
    ] == [(letter, [t.id for t in terms]) for letter, terms in by_letter(small.terms)]


def test_the_page_says_what_words_mean_and_which_to_leave(small):
    """Short name first, its full words below; the glossary may name what it sets aside."""
    shown = calls(small)["glossary"]()

    assert "<dt>PDCA<small>计划、实施、检查、处理</small></dt>" in shown
    assert "不用：“访客”、“来宾”" in shown
    assert "见[接听](/policies/phone.md#answer)" in shown
    assert "&lt;" in shown or "&#60;" in shown
    assert small.sound
    assert [] == of_words(small.problems)


def test_the_browser_gets_words_and_definitions(small):
    """A script that any page may load: Node reads it as the browser would."""
    script = terms_script(small)
    run = f"{script};process.stdout.write(JSON.stringify(handbookTerms))"
    data = json.loads(
        subprocess.run(["node", "-e", run], capture_output=True, check=True).stdout
    )

    assert "<" not in script
    assert ["来访人"] == data["terms"][0]["words"]
    assert ["计划、实施、检查、处理", "PDCA"] == data["terms"][3]["words"]
    assert "没考过，再考一次</script>。" == data["terms"][2]["says"]


def test_names_that_hold_a_term_are_told_to_the_browser(tmp_path):
    """客户经理 is no first 客户 of a page."""
    roles = "roles:\n  - {id: desk, title: 客户经理, summary: 联系客户}\n"
    changed = {"content/_data/terms.yml": TERMS, "content/_data/roles.yml": roles}
    script = terms_script(load(write_handbook(tmp_path, **changed)))

    assert '"others":["客户经理"]' in script


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("访客来了。", [(0, 1)]),
        ("请**访客**登记，来宾也登记。", [(0, 4), (0, 11)]),
        ("## 访客登记 {#register}\n\n见上。", [(0, 4)]),
        ("| 谁 | 做什么 |\n| --- | --- |\n| 顾客 | 等 |", [(2, 3)]),
        ("- 第一\n- 顾客", [(1, 3)]),
        ("照顾客户，拜访客户。", []),
        ("`访客` 是代码。\n\n```text\n访客\n```", []),
        ("[怎样登记](../policies/phone.md#answer)", []),
        ("不说“访客”，不要写“来宾”、“顾客”。", []),
        ("不说“访客”，访客要登记。", [(0, 8)]),
        ("客户说“访客”，也是对的。", [(0, 5)]),
        ("<!-- 访客 -->\n\n无。", []),
    ],
)
def test_words_set_aside_are_found_where_they_are_used(tmp_path, text, places):
    """At their place; not inside other words, not in code, not where they are named."""
    assert places == problems(tmp_path, text)


def test_what_others_say_is_theirs(tmp_path):
    """Wrong words and search words of a phrase are no use of a word; its own words are."""
    script = """
        ---
        title: 前台话术
        kind: script
        owner: desk
        reviewed: 2026-11-01
        channel: [前台]
        ---

        ### 请登记 {#register}

        > 您好，来访人请登记。

        适用
        : 来宾走近

        不要说
        : “访客去那边登记。”
        : “顾客也要登记。”

        接着
        : 见[接听](../policies/phone.md#answer)

        关键词
        : 访客、来宾，
            顾客登记
        """
    changed = {
        "content/_data/terms.yml": TERMS,
        "content/scripts/desk.md": script,
    }
    found = of_words(load(write_handbook(tmp_path, **changed)).problems)

    assert [("T901", 14, 3)] == [(p.code, p.place.line, p.place.column) for p in found]


def said_by_programs() -> Iterator[tuple[str, str]]:
    """Each file of the program, and the Chinese it may say to somebody."""
    for path in (*ROOT.glob("src/handbook/**/*"), *ROOT.glob("scripts/*.py")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield name, node.value
        elif path.suffix in {".html", ".js"} and path.name not in EVERYDAY:
            yield name, path.read_text(encoding="utf-8")


def test_programs_say_the_agreed_words_too(handbook):
    """One word for one thing, in every message, page and command line."""
    known = {word for term in handbook.terms.values() for word in term.words}
    known |= {form.title for form in handbook.forms.values()}
    set_aside = {word for term in handbook.terms.values() for word in term.avoid}
    found = set()
    for name, text in said_by_programs():
        if name.rsplit("/", 1)[-1] in EVERYDAY:
            continue
        rest = re.sub("|".join(map(re.escape, known)), "　", text)
        found |= {(name, word) for word in set_aside if word in rest}

    assert found == {
        ("src/handbook/records/database/store.py", "用户"),  # of a database
        ("src/handbook/checks/terms.py", "访客"),  # an example of this very rule
        ("src/handbook/checks/spoken.py", "主任"),  # what customers are called
    }
