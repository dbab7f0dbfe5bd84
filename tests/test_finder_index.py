"""The finder's data: readings, tables, escaping, cache, and what must stay out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handbook.finder import readings
from handbook.finder.index import entries, finder_script, index_data, script_json
from handbook.loading import load

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "finder"
HEAD = "owner: clerk\nreviewed: 2026-01-01\n"

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="node is missing")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the root of a handbook with one page of each kind that matters."""
    files = {
        "content/_data/company.yml": "name: 小店\n",
        "content/_data/roles.yml": (
            "roles:\n  - {id: clerk, title: 店员, summary: 接待客户}\n"
        ),
        "content/_data/synonyms.yml": "groups:\n  - [退款, 退钱]\n",
        "content/policies/refund.md": (
            f"---\ntitle: 退款规定\nkind: policy\n{HEAD}---\n\n先看这里的开头。\n\n"
            "## 多久退 {#when}\n\n三天内退回原账户。\n"
        ),
        "content/scripts/refund.md": (
            f"---\ntitle: 退款话术\nkind: script\n{HEAD}channel: [电话]\n---\n\n"
            "## 收到申请 {#begin}\n\n### 还款以后再退 {#after}\n\n"
            "> 【称呼】您好，</script><b>退款</b>三天内到账。\n\n"
            "适用\n: 客户问到账\n\n接着\n: 告诉客户编号\n\n"
            "依据\n: [多久退](../policies/refund.md#when)\n\n关键词\n: 退钱、到账\n"
        ),
        "content/exams/clerk.md": (
            f"---\ntitle: 店员考试\nkind: exam\n{HEAD}description: 秘密简介\n---\n\n"
            '考试说明绝不进索引。\n\n{{ exam("clerk") }}\n'
        ),
        "content/guide/exams.md": (
            f"---\ntitle: 照管记录\nkind: guide\n{HEAD}description: 给培训师\n"
            "tags: [备份, 恢复记录]\n---\n\n怎样写退款话术，坐席不看。\n"
        ),
        "quizzes/banks/refund.yml": (
            "topic: refund\ntitle: 退款\nitems:\n"
            "  - id: refund-days\n    type: true_false\n"
            "    stem: 绝密题干退款要七天\n    key: 错\n"
            "    rationale: 绝密解析\n"
            "    source: [policies/refund.md#when]\n    use: exam\n"
        ),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def parsed(script: str) -> dict:
    """Return the value that the script sets."""
    found = re.fullmatch(r"globalThis\.handbookFinder = (.*);\n", script, re.DOTALL)

    assert found
    return json.loads(found[1])


def syllables_of(table: str) -> dict[str, tuple[str, str]]:
    """Return common and rare characters by syllable."""
    lines = (line.split(" ", 1) for line in table.split(";"))
    return {name: tuple((rest + "|").split("|")[:2]) for name, rest in lines}


@pytest.fixture(scope="module")
def table() -> readings.Readings:
    """Return every character's readings, straight from the dictionary."""
    return readings.read_all(None)


POLYPHONES = {
    "还": "huan hai", "重": "zhong chong", "行": "xing hang", "长": "chang zhang",
    "弹": "dan tan", "便": "bian pian", "调": "diao tiao", "差": "cha chai",
    "处": "chu", "降": "jiang xiang", "率": "lv shuai", "传": "chuan zhuan",
    "朝": "chao zhao", "系": "xi ji", "模": "mo mu", "校": "xiao jiao",
    "参": "can shen cen", "盛": "sheng cheng", "解": "jie xie", "卡": "ka qia",
    "薄": "bo bao", "藏": "cang zang", "露": "lu lou", "种": "zhong chong",
    "着": "zhe zhao zhuo", "数": "shu shuo", "省": "sheng xing", "会": "hui kuai",
    "没": "mei mo", "倒": "dao", "折": "zhe she", "褪": "tui", "女": "nv", "略": "lue",
}  # fmt: skip


@pytest.mark.parametrize(("character", "expected"), POLYPHONES.items())
def test_every_reading_of_everyday_polyphones(
    table: readings.Readings, character: str, expected: str
) -> None:
    """A character stands under each syllable that it is ever read as."""
    common, rare = table[character]

    assert set(expected.split()) <= {*common.split(), *rare.split()}


@pytest.mark.parametrize(
    ("word", "typed"),
    [("还款", "huan kuan"), ("弹窗", "tan chuang"), ("重发", "chong fa"),
     ("褪色", "tui se"), ("未还", "wei huan"), ("银行", "yin hang"),
     ("调整", "tiao zheng"), ("便宜", "pian yi"), ("会计", "kuai ji")],
)  # fmt: skip
def test_words_that_dictionaries_misread_are_common_readings(
    table: readings.Readings, word: str, typed: str
) -> None:
    """Service words are found by how people say them, at full worth."""
    for character, syllable in zip(word, typed.split(), strict=True):
        assert syllable in table[character][0].split()


def test_syllables_are_typed_letters(table: readings.Readings) -> None:
    """No tone mark or umlaut is left in the table."""
    names = set(syllables_of(readings.syllable_table("女绿略吕二嗯", table)))

    assert {"nv", "lv", "lue", "er"} <= names
    assert all(re.fullmatch("[a-z]+", name) for name in names)


def test_traditional_pairs_are_those_that_can_be_typed() -> None:
    """Pairs for what stands in the text, and none for what does not."""
    pairs = readings.traditional_pairs("诉转后")
    found = dict(zip(pairs[::2], pairs[1::2], strict=True))

    assert found["訴"] == "诉"
    assert found["轉"] == "转"
    assert found["後"] == "后"
    assert "龍" not in found


def test_script_holds_phrases_clauses_and_pages(small: Path) -> None:
    """Everything an agent may look for is there, with what its card shows."""
    data = parsed(finder_script(load(small), small / "cache"))
    by_id = {entry["id"]: entry for entry in data["entries"]}
    phrase = by_id["scripts/refund.md#after"]

    assert phrase["kind"] == "phrase"
    assert phrase["url"] == "scripts/refund.html#after"
    assert phrase["channels"] == ["电话"]
    assert phrase["keywords"] == ["退钱", "到账"]
    assert phrase["basis"] == ["policies/refund.md#when"]
    assert by_id["policies/refund.md#when"]["kind"] == "clause"
    assert "三天内" in by_id["policies/refund.md#when"]["text"]
    assert by_id["policies/refund.md"]["text"] == "先看这里的开头。"
    assert data["synonyms"] == [["退款", "退钱"]]


def test_exams_give_only_their_names(small: Path) -> None:
    """No stem, rationale or text of an exam's page reaches the browser."""
    script = finder_script(load(small), small / "cache")
    entry = next(e for e in parsed(script)["entries"] if e["id"] == "exams/clerk.md")

    assert entry == {
        "id": "exams/clerk.md",
        "kind": "page",
        "url": "exams/clerk.html",
        "title": "店员考试",
    }
    for secret in ("绝密", "秘密简介", "绝不进索引"):
        assert secret not in script


def test_guides_give_their_names_and_tags(small: Path) -> None:
    """A trainer finds the task; an agent's word does not lead to how pages are written."""
    script = finder_script(load(small), small / "cache")
    entry = next(e for e in parsed(script)["entries"] if e["id"] == "guide/exams.md")

    assert entry == {
        "id": "guide/exams.md",
        "kind": "page",
        "url": "guide/exams.html",
        "title": "照管记录",
        "keywords": ["备份", "恢复记录"],
    }
    assert "坐席不看" not in script


def test_script_is_safe_inside_any_script(small: Path) -> None:
    """Text cannot end the script, open a comment in it, or break a line of it."""
    script = finder_script(load(small), small / "cache")
    hostile = {"a": "</script><!--\u2028\u2029", "__proto__": "'\"\\"}

    assert "<" not in script
    assert not set("<\u2028\u2029") & set(script_json(hostile))
    assert json.loads(script_json(hostile)) == hostile


def test_same_content_gives_the_same_script(small: Path) -> None:
    """With or without a cache, and the version moves with the content only."""
    handbook = load(small)
    first = finder_script(handbook, small / "cache")

    assert finder_script(handbook, small / "cache") == first
    assert finder_script(handbook, small / "other") == first
    page = small / "content/scripts/refund.md"
    page.write_text(page.read_text("utf-8").replace("三天内", "四天内"), "utf-8")
    changed = finder_script(load(small), small / "cache")

    assert parsed(changed)["version"] != parsed(first)["version"]


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"还": 3}', '{"还": ["x", ""]}'])
def test_a_damaged_cache_is_made_anew(small: Path, rubbish: str) -> None:
    """A build that was cut off leaves nothing that a later one stumbles over."""
    handbook = load(small)
    first = finder_script(handbook, small / "cache")
    kept = list((small / "cache").iterdir())

    assert kept
    for path in kept:
        path.write_text(rubbish, "utf-8")
    assert finder_script(handbook, small / "cache") == first


def test_a_second_build_reads_no_dictionary(small: Path) -> None:
    """The dear part is kept: another process does not even import it."""
    finder_script(load(small), small / "cache")
    code = (
        "import sys; from pathlib import Path\n"
        "from handbook.finder.index import finder_script\n"
        "from handbook.loading import load\n"
        f"finder_script(load(Path({str(small)!r})), Path({str(small / 'cache')!r}))\n"
        "print('pypinyin.phrases_dict' in sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("", ["电话", "前台"]),
        ("渠道\n: 前台\n\n", ["前台"]),
        ("渠道\n: 前台、电话\n: 前台\n\n", ["前台", "电话"]),
    ],
    ids=["its page's", "its own", "each once"],
)
def test_a_phrase_is_found_where_it_is_said(
    small: Path, own: str, expected: list[str]
) -> None:
    """Its own channels if it names some, else its page's."""
    page = small / "content/scripts/refund.md"
    text = page.read_text("utf-8").replace("[电话]", "[电话, 前台]")
    page.write_text(text.replace("接着\n", f"{own}接着\n"), "utf-8")

    phrase = next(entries(load(small)))

    assert expected == phrase["channels"]


def test_phrases_come_first(small: Path) -> None:
    """Order in the data is the last tie-breaker of the browser's ranking."""
    kinds = [entry["kind"] for entry in entries(load(small))]

    assert kinds == sorted(kinds, key=["phrase", "clause", "page"].index)


def test_lexicon_knows_words_and_not_their_fragments() -> None:
    """Words of the language and of the authors are known; 诉专 of 投诉专员 is none."""
    rows = [
        {"id": f"{n}", "kind": "phrase", "title": title, "text": text}
        | {"keywords": ["投诉专员"]}
        for n, (title, text) in enumerate(
            [("找投诉专员", "我请投诉专员联系您。"), ("投诉专员回电", "投诉专员会回电。"),
             ("接到投诉", "您的投诉已经登记。"), ("投诉登记", "请投诉专员登记投诉。")]
        )
    ]  # fmt: skip
    words = " ".join(index_data(rows, [], None)["lexicon"]).split()

    assert {"投诉", "专员", "投诉专员"} <= set(words)
    assert "诉专" not in words


FLOORS = {
    "literal": (1.0, 1.0),
    "middle": (1.0, 1.0),
    "any-order": (1.0, 1.0),
    "unspaced": (0.9, 1.0),
    "pinyin": (1.0, 1.0),
    "pinyin-other-reading": (1.0, 1.0),
    "initials": (0.93, 1.0),
    "two-initials": (0.86, 0.97),
    "mixed": (1.0, 1.0),
    "traditional": (1.0, 1.0),
    "width-case": (1.0, 1.0),
    "sound": (0.9, 1.0),
    "typo": (0.9, 1.0),
    "synonym": (0.9, 1.0),
    "spoken": (0.8, 0.9),
}
"""Least shares of hit@1 and hit@5 by class."""


@pytest.fixture(scope="module")
def judged() -> dict:
    """Return how the judged queries fared, measured by the bench itself."""
    ran = subprocess.run(
        [sys.executable, "scripts/bench_finder.py", "--json",
         "--documents", CASES / "documents.json", "--queries", CASES / "queries.json",
         "--synonyms", CASES / "synonyms.json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(ran.stdout)


@pytest.mark.node
@needs_node
@pytest.mark.parametrize("cls", FLOORS)
def test_judged_queries_find_what_people_mean(judged: dict, cls: str) -> None:
    """Queries as people speak them, over sentences written for this test."""
    row = judged["classes"][cls]
    misses = [(miss["q"], miss["found"]) for miss in judged["misses"]]

    assert row["hit1"] >= FLOORS[cls][0], misses
    assert row["hit5"] >= FLOORS[cls][1], misses


@pytest.mark.node
@needs_node
def test_every_judged_class_has_its_floor(judged: dict) -> None:
    """No class of queries goes unwatched."""
    assert set(judged["classes"]) == set(FLOORS)


HANDBOOK_FLOORS = {
    "middle": (0.95, 0.99),
    "any-order": (0.95, 0.99),
    "unspaced": (0.83, 0.95),
    "pinyin": (0.95, 0.99),
    "initials2": (0.54, 0.9),
    "initials3": (0.84, 0.95),
    "initials4": (0.92, 0.96),
    "mixed": (0.95, 0.99),
    "traditional": (0.83, 0.88),
    "homophone": (0.95, 0.99),
    "fuzzy": (0.88, 0.96),
    "typo": (0.88, 0.96),
    "synonym": (0.84, 0.9),
    "paraphrase": (0.65, 0.8),
    "latin": (0.9, 0.95),
}
"""What the queries over this handbook's phrases reach by class, less one or two."""

JUDGED = json.loads((CASES / "handbook.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def handbook_result() -> dict:
    """Return how the queries over this handbook fared."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from bench_finder import measure_handbook  # noqa: PLC0415 a script, no package

    return measure_handbook()


@pytest.mark.node
@needs_node
@pytest.mark.parametrize("cls", HANDBOOK_FLOORS)
def test_queries_over_this_handbook(handbook_result: dict, cls: str) -> None:
    """What an agent types mid-call finds a phrase that serves."""
    row = handbook_result["classes"][cls]
    misses = [m for m in handbook_result["misses"] if m["cls"] == cls]

    assert row["hit1"] >= HANDBOOK_FLOORS[cls][0], misses
    assert row["hit5"] >= HANDBOOK_FLOORS[cls][1], misses


@pytest.mark.node
@needs_node
def test_every_class_over_this_handbook_has_its_floor(handbook_result: dict) -> None:
    """No class of queries goes unwatched."""
    classes = {cls for cls in handbook_result["classes"] if "/" not in cls}

    assert classes == set(HANDBOOK_FLOORS)


def test_judged_queries_name_phrases_that_exist() -> None:
    """A phrase that was renamed or dropped is judged anew, not passed over."""
    known = {entry["id"] for entry in entries(load(ROOT))}
    gone = {
        target: query["q"]
        for query in JUDGED
        for target in query["targets"]
        if target not in known
    }

    assert len(JUDGED) >= 300
    assert {"tune", "held"} == {query["split"] for query in JUDGED}
    assert gone == {}, "tests/cases/finder/handbook.json"


def test_one_edited_page_counts_one_part_again(tmp_path: Path) -> None:
    """Of many pages, only the part with the edited one is read again."""
    rows = [
        {
            "id": f"p{n}.md#a",
            "kind": "phrase",
            "title": f"说法{n}",
            "text": "请稍等，" * 70,
        }
        for n in range(200)
    ]
    index_data(rows, [], tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("words-*")}
    rows[7] = rows[7] | {"text": "换成别的话。" * 60}
    edited = index_data(rows, [], tmp_path)
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("words-*")}

    assert len(before) >= 4
    assert len([name for name in before if before[name] != after[name]]) == 1
    assert edited == index_data(rows, [], None)


def test_the_bench_reads_any_corpus() -> None:
    """Missing fields, numbers, one word or many: nothing of it stops a measurement."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from bench_corpus import entries_of, queries_of  # noqa: PLC0415 a script, no package

    made = entries_of(
        [
            {"id": 1, "title": "退款", "tags": "退钱、到账", "extra": {"a": 1}},
            {"text": "只有正文", "tags": ["a", 3, None], "scene": "开场"},
            {"id": "x", "title": None, "text": None, "tags": None, "scene": ["甲", 2]},
            "一句话",
        ]
    )
    asked = queries_of([{"q": "退款", "targets": 1}, {"cls": "c", "q": 12}])

    assert [entry["id"] for entry in made] == ["1", "1", "x", "3"]
    assert [entry["keywords"] for entry in made] == [
        ["退钱", "到账"],
        ["a", "3"],
        [],
        [],
    ]
    assert [entry["scene"] for entry in made] == [[], ["开场"], ["甲", "2"], []]
    assert made[3]["text"] == "一句话"
    assert [query["targets"] for query in asked] == [["1"], []]
    assert index_data(made, [], None)["entries"] == made
    assert index_data([], [], None)["lexicon"]
