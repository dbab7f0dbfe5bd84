"""A generated handbook of any size, for measuring; the same seed gives the same tree."""

from __future__ import annotations

import random
from pathlib import Path

PEOPLE = ("客户", "来访人", "坐席", "主管", "投诉专员", "部门经理", "护卫员", "档案员")
ACTIONS = (
    "登记",
    "核对",
    "转接",
    "回复",
    "记录",
    "说明",
    "归档",
    "确认",
    "安抚",
    "上报",
)
THINGS = (
    "来电",
    "投诉",
    "建议",
    "快递",
    "访客卡",
    "申请表",
    "回访记录",
    "会议室",
    "档案",
)
TIMES = ("当天", "立即", "下班前", "转接前", "来访时", "接到后", "每月底", "交接时")

HEAD = """---
title: {title}
kind: {kind}
owner: front-desk
reviewed: 2026-11-20
system: [R1]
roles: [front-desk]
---
"""

SCRIPTS_EVERY = 10
CLAUSES = 8
FIGURES = 40

DATA = {
    "roles": "roles:\n  - {id: front-desk, title: 前台, summary: 接待与登记。}\n",
    "systems": "systems:\n  - {id: R1, title: 来访接待, group: 接待, needs: [page, path]}\n",
    "company": "name: 样例公司\n",
}


def sentence(chance: random.Random) -> str:
    """Return one plausible rule."""
    return (
        f"{chance.choice(TIMES)}，{chance.choice(PEOPLE)}{chance.choice(ACTIONS)}"
        f"{chance.choice(THINGS)}，并由{chance.choice(PEOPLE)}{chance.choice(ACTIONS)}。"
    )


def write_tree(
    root: Path, *, pages: int, items: int, phrases: int | None = None, seed: int = 1
) -> None:
    """Write a handbook without a problem: a tenth of the pages scripts, the rest policies.

    Args:
        root: an empty folder.
        pages: how many Markdown files.
        items: how many quiz items, in banks of a hundred.
        phrases: how many phrases, shared out among the scripts; ten each, if not said.
        seed: for the words.
    """
    each = 10 if phrases is None else phrases // (pages // SCRIPTS_EVERY)
    rules = [n for n in range(pages) if n % SCRIPTS_EVERY != SCRIPTS_EVERY - 1]
    chance = random.Random(seed)  # noqa: S311 — words, not secrets
    data = root / "content/_data"
    data.mkdir(parents=True)
    for name, text in DATA.items():
        (data / f"{name}.yml").write_text(text, encoding="utf-8")
    figures = "".join(
        f"  - {{id: limit-{n}, name: 时限{n}, value: '{n}', unit: 天, wording: {n}天内,"
        f" clause: policies/p{rules[n % len(rules)]}.md#c0}}\n"
        for n in range(1, FIGURES + 1)
    )
    (data / "figures.yml").write_text("figures:\n" + figures, encoding="utf-8")
    (root / "content/policies").mkdir()
    (root / "content/scripts").mkdir()
    for number in range(pages):
        if number % SCRIPTS_EVERY == SCRIPTS_EVERY - 1:
            path, text = _script(number, each, rules, chance)
        else:
            path, text = _policy(number, chance)
        (root / "content" / path).write_text(text, encoding="utf-8")
    _write_banks(root, items, rules, chance)


def _policy(number: int, chance: random.Random) -> tuple[str, str]:
    parts = [HEAD.format(title=f"制度{number}", kind="policy")]
    for clause in range(CLAUSES):
        figure = chance.randint(1, FIGURES)
        parts.append(
            f"## {chance.choice(ACTIONS)}{chance.choice(THINGS)} {{#c{clause}}}\n\n"
            f'{sentence(chance)}{sentence(chance)}时限是**{{{{ fig("limit-{figure}") }}}}**。'
            f"另见[第一条](p0.md#c0)。\n\n- {sentence(chance)}\n- {sentence(chance)}\n\n"
            "| 步骤 | 谁做 |\n|---|---|\n"
            f"| {chance.choice(ACTIONS)} | {chance.choice(PEOPLE)} |\n"
        )
    return f"policies/p{number}.md", "\n".join(parts)


def _script(
    number: int, phrases: int, rules: list[int], chance: random.Random
) -> tuple[str, str]:
    parts = [
        HEAD.format(title=f"话术{number}", kind="script").replace(
            "roles:", "channel: [电话]\nroles:"
        )
    ]
    parts += [
        f"## {chance.choice(ACTIONS)}{chance.choice(THINGS)} {{#s{phrase}}}\n\n"
        f"> 您好，【称呼】。这是第{number}—{phrase}件。{sentence(chance)}\n\n"
        f"适用\n: {sentence(chance)}\n\n"
        f"接着\n: 见[规则](../policies/p{chance.choice(rules)}.md#c{phrase % CLAUSES})\n\n"
        f"关键词\n: {chance.choice(THINGS)}、{chance.choice(ACTIONS)}\n"
        for phrase in range(phrases)
    ]
    return f"scripts/s{number}.md", "\n".join(parts)


def _write_banks(
    root: Path, items: int, rules: list[int], chance: random.Random
) -> None:
    banks = root / "quizzes/banks"
    banks.mkdir(parents=True)
    (root / "quizzes/exams").mkdir()
    (root / "content/practice").mkdir()
    topics = {}
    for start in range(0, items, 100):
        topic = f"topic-{start // 100}"
        topics[topic] = min(100, items - start)
        lines = [f"topic: {topic}\ntitle: 主题{start // 100}\nitems:\n"]
        lines += [
            _item(number, rules[number % len(rules)], chance)
            for number in range(start, start + topics[topic])
        ]
        (banks / f"{topic}.yml").write_text("".join(lines), encoding="utf-8")
    exam_topics = ", ".join(f"{topic}: 4" for topic in list(topics)[:10])
    (root / "quizzes/exams/sample.yml").write_text(
        f"id: sample\ntitle: 样例考试\nroles: [front-desk]\n"
        f"blueprint: {{topics: {{{exam_topics}}}}}\npass_mark: 80%\n"
        "bands: {优秀: 95%, 良好: 88%, 合格: 80%}\ntime_limit: 40分钟\nforms: 2\n",
        encoding="utf-8",
    )
    (root / "content/exams").mkdir()
    (root / "content/exams/sample.md").write_text(
        HEAD.format(title="样例考试", kind="exam") + '{{ exam("sample") }}\n',
        encoding="utf-8",
    )


def _item(number: int, page: int, chance: random.Random) -> str:
    options = chance.sample(TIMES, 4)
    key = chance.choice("abcd")
    lines = [
        f"  - id: item-{number}\n    type: single\n"
        f"    stem: 第 {number} 题，{sentence(chance)[:-1]}，应当在什么时候？\n"
        "    options:\n"
    ]
    lines += [
        f"      - {{id: {name}, text: {text}{number}, rationale: 这不是规定的时间。}}\n"
        for name, text in zip("abcd", options, strict=True)
    ]
    lines.append(
        f"    key: [{key}]\n    rationale: 时限是{{{{ fig('limit-{number % 40 + 1}') }}}}。\n"
        f"    source: [policies/p{page}.md#c{number % CLAUSES}]\n    use: exam\n"
        f"    difficulty: {number % 3 + 1}\n"
    )
    return "".join(lines)
