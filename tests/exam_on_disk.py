"""Writes a whole small handbook to disk: one clause, one bank, one exam of three items."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "content/_data/company.yml": "name: 示例公司\n",
    "content/_data/roles.yml": """
roles:
  - id: desk
    title: 前台
    summary: 接待来访客户
""",
    "content/_data/figures.yml": "figures: []\n",
    "content/_data/forms.yml": "forms: []\n",
    "content/_data/systems.yml": "systems: []\n",
    "content/_data/synonyms.yml": "groups: []\n",
    "content/policies/service.md": """---
title: 服务规定
kind: policy
owner: desk
reviewed: 2026-11-01
---
## 应答 {#answer}

电话响三声内接起。
""",
    "content/practice/service.md": """---
title: 服务练习
kind: practice
owner: desk
reviewed: 2026-11-01
---
{{ practice("service") }}
""",
    "content/paths/desk.md": """---
title: 前台学习路径
kind: path
owner: desk
reviewed: 2026-11-01
---
{{ role_path("desk") }}
""",
    "content/exams/entry.md": """---
title: 上岗考试
kind: exam
owner: desk
reviewed: 2026-11-01
---
{{ exam("entry") }}
""",
    "quizzes/exams/entry.yml": """
id: entry
title: 上岗考试
roles: [desk]
blueprint:
  topics: {service: 3}
pass_mark: 60%
bands: {优秀: 95%, 良好: 80%, 合格: 60%}
time_limit: 40分钟
attempts: 2
forms: 1
""",
    "quizzes/banks/service.yml": "topic: service\ntitle: 服务\nitems:\n"
    + "".join(
        f"""  - id: {name}
    type: single
    use: exam
    stem: 关于{name}，应当怎样做？
    options:
      - {{id: a, text: {name}对}}
      - {{id: b, text: {name}错, rationale: 不合规定。}}
    key: [a]
    rationale: 规定如此。
    source: ["policies/service.md#answer"]
"""
        for name in ("greet", "calm", "thanks")
    ),
}


def write_handbook(folder: Path) -> Path:
    """Write it into a folder; return the folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
