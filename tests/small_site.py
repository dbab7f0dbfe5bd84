"""Writes a small whole handbook to disk, with every kind of page, and builds it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]

FILES = {
    "content/_data/company.yml": 'name: 示例公司\nhotline: "400-123"\n',
    "content/_data/figures.yml": """
        figures:
          - id: rings
            name: 应答时限
            value: "3"
            unit: 声
            wording: 三声内
            clause: policies/phone.md#answer
            promised: true
            measured: 主管每周统计一次
        """,
    "content/_data/roles.yml": """
        roles:
          - id: desk
            title: 前台
            summary: 接待来访客户
            path:
              - id: day-1
                title: 第一天
                read: [policies/phone.md]
                practice: [phone]
                exams: [desk]
        """,
    "content/_data/forms.yml": """
        forms:
          - id: visit
            title: 来访登记表
            clause: policies/phone.md#answer
            layout: log
            landscape: true
            fields:
              - {name: 姓名}
              - {name: 离开时间, kind: time}
            rows: 3
            keep: 前台保管
          - id: message
            title: 留言单
            clause: policies/phone.md#answer
            layout: record
            note: 写完请念一遍
            fields:
              - {name: 日期, kind: date}
              - {name: 内容, kind: long, hint: 原话}
              - {name: 已核对, kind: choice, options: [是, 否]}
        """,
    "content/_data/systems.yml": """
        systems:
          - {id: R2, title: 电话接听, group: 接待与日常服务}
          - {id: R9, title: 会议安排, group: 接待与日常服务}
        """,
    "content/_data/synonyms.yml": "groups:\n  - [转接, 转线]\n",
    "content/index.md": """
        ---
        title: 服务手册
        kind: guide
        owner: desk
        reviewed: 2026-11-01
        ---

        欢迎使用{{ company("name") }}的手册。
        """,
    "content/policies/phone.md": """
        ---
        title: 电话接听
        kind: policy
        owner: desk
        reviewed: 2026-11-01
        roles: [desk]
        system: [R2]
        description: 怎样接电话
        changes:
          - {date: 2026-11-20, clauses: [answer], kind: material, summary: 应答时限改为三声}
        ---

        ## 接听 {#answer}

        电话响起{{ fig("rings") }}接听。{{ clause("policies/phone.md#hold") }}另有规定。

        ## 等候 {#hold}

        请客户等候以前，先说明原因。

        | 情形 | 办法 |
        | --- | --- |
        | 同事占线 | 留言 |
        """,
    "content/scripts/phone.md": """
        ---
        title: 电话话术
        kind: script
        owner: desk
        reviewed: 2026-11-01
        channel: [电话]
        system: [R2]
        ---

        ## 接听 {#open}

        ### 开场白 {#hello}

        > 您好，这里是{{ company("name") }}，请问【称呼】有什么可以帮您？

        适用
        : 接起电话的第一句

        不要说
        : “喂，说。”

        接着
        : 请客户等候见 [等候](../policies/phone.md#hold)

        依据
        : [接听](../policies/phone.md#answer)

        关键词
        : 开头、问候
        """,
    "content/forms/visit.md": '{{ form("visit") }}',
    "content/forms/message.md": '{{ form("message") }}',
    "content/paths/desk.md": '{{ role_path("desk") }}',
    "content/practice/phone.md": '{{ practice("phone") }}',
    "content/exams/desk.md": '{{ exam("desk") }}',
    "content/guide/tables.md": """
        {{ figure_table() }}

        {{ system_table() }}

        {{ recent_changes() }}

        {{ phrase("scripts/phone.md#hello") }}

        照着说：{{ say("scripts/phone.md#hello") }}
        """,
    "quizzes/banks/phone.yml": """
        topic: phone
        title: 电话
        items:
          - id: drill-answer-speed
            type: true_false
            stem: 电话响三声以内要接听，这个说法对吗？
            key: 对
            rationale: 条款写得明明白白，三声以内接。
            source: [policies/phone.md#answer]
          - id: exam-hold-reason
            type: single
            stem: 要请来电的客户等一会儿，最先应该做什么？
            options:
              - {id: a, text: 说明为什么要等}
              - {id: b, text: 直接放音乐, rationale: 客户不知道发生了什么事情，会以为断线。}
              - {id: c, text: 请他改天再打, rationale: 把自己的麻烦推给了来电的那一位客户。}
            key: [a]
            rationale: 先讲清楚缘由再请对方等候，这样他才愿意等。
            source: [policies/phone.md#hold]
            use: exam
            critical: true
          - id: exam-ring-count
            type: blank
            stem: 值班时电话铃最多响到第____下就必须有人接起来。
            key: [[第三声铃, 三下铃响]]
            rationale: 超过这个次数来电的人就开始着急，所以定得这么紧。
            source: [policies/phone.md#answer]
            use: exam
        """,
    "quizzes/exams/desk.yml": """
        id: desk
        title: 前台上岗考试
        roles: [desk]
        blueprint:
          topics: {phone: 2}
        pass_mark: 80%
        bands: {优秀: 95%, 良好: 90%, 合格: 80%}
        time_limit: 10分钟
        """,
}
"""Path to text; pages without front matter get one that fits their folder."""

_TITLES = {
    "forms": ("form", "表单页"),
    "paths": ("path", "前台入门路径"),
    "practice": ("practice", "电话练习"),
    "exams": ("exam", "前台考试"),
    "guide": ("guide", "指南"),
}


def write_handbook(root: Path, **changed: str) -> Path:
    """Write the small handbook; `changed` replaces files, by path."""
    for name, text in {**FILES, **changed}.items():
        text = dedent(text).lstrip("\n")  # noqa: PLW2901
        folder = name.split("/")[1]
        if name.endswith(".md") and not text.startswith("---"):
            kind, title = _TITLES[folder]
            head = f"title: {title}\nkind: {kind}\nowner: desk\nreviewed: 2026-11-01"
            text = f"---\n{head}\n---\n\n{text}"  # noqa: PLW2901
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def add_host(root: Path) -> None:
    """Put this repository's site configuration and macros beside the small content."""
    theme = (ROOT / "src/handbook/theme").as_posix()
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    settings = settings.replace(
        "custom_dir: src/handbook/theme", f"custom_dir: {theme}"
    )
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    shutil.copytree(ROOT / "macros", root / "macros", dirs_exist_ok=True)
    (root / "src").mkdir(exist_ok=True)


def run_host(
    root: Path, host: str = "mkdocs", *flags: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Build the small handbook by a host, strictly."""
    settings = {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "HANDBOOK_BUILD": "true"}
    return subprocess.run(
        [sys.executable, "-m", host, "build", "-f", root / "mkdocs.yml", *flags],
        cwd=root,
        env=os.environ | settings | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
