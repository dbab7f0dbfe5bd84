"""New pages, phrases, items, exams and forms; the check only says what is left to write.

Each function returns the files as they shall be, and what is left to do; nothing is
written here. What a trainer has said stands in them, the rest says what to write there.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent
from urllib.parse import quote

from handbook.handbook import Handbook
from handbook.model.items import GAP
from handbook.model.pages import Kind
from handbook.model.placeholders import Heading, Placeholder
from handbook.problems import Problem, guess

FOLDERS = {
    "policies": Kind.POLICY,
    "workflows": Kind.WORKFLOW,
    "standards": Kind.STANDARD,
    "scripts": Kind.SCRIPT,
    "lessons": Kind.LESSON,
    "guide": Kind.GUIDE,
}
"""Folders of pages that are written by hand, with the kind of their pages."""

TYPES = ("single", "multiple", "true_false", "blank", "order", "match")

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLAIN = re.compile(r"[\w（）《》、，。“”·／]+")


class ScaffoldError(Exception):
    """It cannot be made; says why and what would do, in Chinese."""


@dataclass(slots=True)
class Made:
    """Files to be written, by path below the root, and what a trainer does next."""

    files: dict[str, str] = field(default_factory=dict)
    next: list[str] = field(default_factory=list)


def page(  # noqa: PLR0913 - what a page's head asks for
    book: Handbook,
    path: str,
    *,
    title: str,
    owner: str,
    description: str,
    clause: str = "",
) -> Made:
    """Return a new page, and the link from its section's own page that leads to it.

    Args:
        book: where it belongs.
        path: folder and file name below `content/`, e.g. `workflows/visitors.md`.
        title: its title.
        owner: the role that answers for it.
        description: one line.
        clause: address of the rule behind the first phrase of a script.

    Raises:
        ScaffoldError: the path is taken or none, a role or clause is unknown.
    """
    path = path.removeprefix("content/")
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".md")
    if folder not in FOLDERS or not name.endswith(".md"):
        raise ScaffoldError(
            f"页面要放在这几个文件夹之一：{'、'.join(FOLDERS)}，例如 workflows/visitors.md。"
        )
    _fresh_id(stem)
    _absent(book, f"content/{path}")
    _known("岗位", owner, book.roles)
    kind = FOLDERS[folder]
    if any(
        p.front.title == title and p.front.kind is kind for p in book.pages.values()
    ):
        raise ScaffoldError(f"已经有一页叫“{title}”。换一个能分清的标题。")
    head = [
        "---",
        f"title: {_yaml(title)}",
        f"kind: {kind.value}",
        f"owner: {owner}",
        *(["channel: [电话]"] if kind is Kind.SCRIPT else []),
        f"description: {_yaml(description)}",
        "---",
        "",
    ]
    if kind is Kind.SCRIPT:
        if not clause:
            raise ScaffoldError(
                "话术要有依据：写 --clause，例如 workflows/phone.md#hold。"
            )
        text = _phrase(
            book, path, Heading.PHRASE, "第一句", "您好，请问有什么能帮您的？", clause
        )
        body = f"{Placeholder.SCENES}\n\n## {Heading.SCENE}\n\n{text}"
    else:
        body = dedent(f"""\
            {Placeholder.PAGE}

            ## {Heading.CLAUSE}

            {Placeholder.CLAUSE}
            """)
    made = Made({f"content/{path}": "\n".join(head) + "\n" + body})
    index = f"content/{folder}/index.md"
    line = f"- [{title}]({name})：{description}"
    old = _read(book.root, index)
    made.files[index] = (
        _with_line(old, line)
        if old
        else f"---\ntitle: {_section(kind)}\nkind: {kind.value}\nowner: {owner}\n---\n\n{line}\n"
    )
    made.next += [
        f"改 content/{path}：把标题、正文和 {{#…}} 编号换成自己的。",
        f"{index} 里加了一行链接，看看位置合不合适。",
        "属于制度目录的，在文件头写 system；要哪个岗位读，写进 content/_data/roles.yml 的路径。",
    ]
    if kind.states_rules:
        made.next.append("对照实际核对过以后，在文件头写 reviewed。")
    return made


def phrase(  # noqa: PLR0913 - what a phrase needs
    book: Handbook, path: str, name: str, *, title: str, words: str, clause: str
) -> Made:
    """Return a script page with one more phrase at its end.

    Raises:
        ScaffoldError: there is no such script, the id is taken, the clause unknown.
    """
    path = path.removeprefix("content/")
    scripts = [p for p, page in book.pages.items() if page.front.kind is Kind.SCRIPT]
    _known("话术页", path, scripts)
    _fresh_id(name)
    if any(heading.id == name for heading in book.pages[path].headings):
        raise ScaffoldError(f"{path} 里已经有编号 {name}。换一个。")
    where = f"content/{path}"
    text = _phrase(book, path, f"{title} {{#{name}}}", title, words, clause)
    return Made(
        {where: _read(book.root, where).rstrip("\n") + "\n\n" + text},
        [
            f"在 {where} 末尾：把“适用”“接着”和“关键词”换成自己的，挪到合适的场景下面。",
            "不该说的写成“不要说”，还有别的说法写成“换个说法”。",
        ],
    )


def item(  # noqa: PLR0913 - what an item needs
    book: Handbook, topic: str, name: str, *, kind: str, stem: str, clause: str
) -> Made:
    """Return a bank with one more item at its end: a draft, which nobody is asked.

    Raises:
        ScaffoldError: there is no such bank or clause, the id is taken.
    """
    _known("题库", topic, book.banks)
    _known("条款", clause, book.clauses)
    _fresh_id(name)
    if name in book.items:
        raise ScaffoldError(f"已经有编号是 {name} 的题。换一个。")
    where = book.banks[topic].place.path
    old = _read(book.root, where)
    found = re.search(r"^( *)- (?:id:|\{)", old, re.MULTILINE)
    margin = found[1] if found else "  "
    if kind == "blank" and GAP not in stem:
        stem += GAP
    lines = [
        f"- id: {name}",
        f"  type: {kind}",
        f"  stem: {_yaml(stem)}",
        *indent(_ANSWERS[kind], "  ").splitlines(),
        f"  rationale: {Placeholder.RATIONALE}",
        f"  source: [{clause}]",
        "  status: draft",
    ]
    added = "\n".join(margin + line for line in lines)
    return Made(
        {where: f"{old.rstrip()}\n{added}\n"},
        [
            f"在 {where} 末尾：写好选项、答案和解析。",
            "写好以后把 status 改成 active；考试用的题，再加一行 use: exam。",
        ],
    )


def exam(  # noqa: PLR0913 - what an exam needs
    book: Handbook,
    name: str,
    *,
    title: str,
    roles: Sequence[str],
    topics: Sequence[str],
    owner: str,
) -> Made:
    """Return an exam and its page; it draws up to five items of each bank.

    Raises:
        ScaffoldError: the id is taken, a role or bank is unknown, a bank has no items
            that exams may ask.
    """
    _fresh_id(name)
    for role in (*roles, owner):
        _known("岗位", role, book.roles)
    if name in book.exams:
        raise ScaffoldError(f"已经有编号是 {name} 的考试。换一个。")
    counts: dict[str, int] = {}
    for topic in topics:
        _known("题库", topic, book.banks)
        usable = [
            one
            for one in book.banks[topic].items
            if one.use == "exam" and one.status == "active"
        ]
        if not usable:
            raise ScaffoldError(f"题库 {topic} 里没有 use: exam 的题，考不了。")
        counts[topic] = max(min(5, len(usable)), sum(one.critical for one in usable))
    if not counts:
        raise ScaffoldError("至少写一个题库。")
    path, shown = f"quizzes/exams/{name}.yml", f"content/exams/{name}.md"
    for one in (path, shown):
        _absent(book, one)
    blueprint = "\n".join(f"    {topic}: {count}" for topic, count in counts.items())
    text = (
        f"id: {name}\ntitle: {_yaml(title)}\nroles: [{', '.join(roles)}]\n"
        f"blueprint:\n  topics:\n{blueprint}\n"
        "pass_mark: 80%\nbands: {优秀: 95%, 良好: 88%, 合格: 80%}\ntime_limit: 40分钟\n"
    )
    return Made(
        {path: text, shown: _shows(title, "exam", owner, f'exam("{name}")')},
        [
            f"在 {path} 里改题量、合格线、时间和有效期。",
            "写进这些岗位的路径：content/_data/roles.yml 里 exams 那一行。",
        ],
    )


def form(book: Handbook, name: str, *, title: str, clause: str, owner: str) -> Made:
    """Return the forms with one more at the end, and its page.

    Raises:
        ScaffoldError: the id is taken, the clause or role unknown.
    """
    _fresh_id(name)
    _known("岗位", owner, book.roles)
    _known("条款", clause, book.clauses)
    if name in book.forms:
        raise ScaffoldError(f"已经有编号是 {name} 的表单。换一个。")
    shown, where = f"content/forms/{name}.md", "content/_data/forms.yml"
    _absent(book, shown)
    old = _read(book.root, where) or "forms:\n"
    found = re.search(r"^( *)- (?:id:|\{)", old, re.MULTILINE)
    lines = dedent(f"""\
        - id: {name}
          title: {_yaml(title)}
          clause: {clause}
          layout: log
          fields:
            - {{name: 日期, kind: date}}
            - {{name: 事项, kind: long}}
            - {{name: 经手人, kind: sign}}
          keep: {Placeholder.KEEP}
        """)
    margin = found[1] if found else "  "
    return Made(
        {
            where: f"{old.rstrip()}\n{indent(lines, margin)}",
            shown: _shows(title, "form", owner, f'form("{name}")'),
        },
        [
            f"在 {where} 末尾：改要填的栏；一张一件的，把 layout 改成 record。",
            "在依据的那一条里写上什么时候填这张表，链接到它。",
        ],
    )


def still_to_write(problems: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Return which problems only say what is left to write, and the others."""
    parts: tuple[list[Problem], list[Problem]] = ([], [])
    for problem in problems:
        parts[problem.code != "P218"].append(problem)
    return parts


_ANSWERS: Mapping[str, str] = {
    "single": dedent(f"""\
        options:
          - {{id: a, text: {Placeholder.RIGHT}}}
          - {{id: b, text: {Placeholder.WRONG}, rationale: {Placeholder.WHY_NOT}}}
          - {{id: c, text: {Placeholder.OTHER_WRONG}, rationale: {Placeholder.WHY_NOT}}}
        key: [a]"""),
    "multiple": dedent(f"""\
        options:
          - {{id: a, text: {Placeholder.ONE_RIGHT}}}
          - {{id: b, text: {Placeholder.OTHER_RIGHT}}}
          - {{id: c, text: {Placeholder.ONE_WRONG}, rationale: {Placeholder.WHY_NOT}}}
        key: [a, b]"""),
    "true_false": "key: 对",
    "blank": f"key: [[{Placeholder.ANSWER}, {Placeholder.ALSO}]]",
    "order": dedent(f"""\
        options:
          - {{id: first, text: {Placeholder.FIRST}}}
          - {{id: second, text: {Placeholder.SECOND}}}
          - {{id: third, text: {Placeholder.THIRD}}}
        key: [first, second, third]"""),
    "match": dedent(f"""\
        prompts:
          - {{id: one, text: {Placeholder.LEFT_ONE}}}
          - {{id: two, text: {Placeholder.LEFT_TWO}}}
        options:
          - {{id: a, text: {Placeholder.RIGHT_ONE}}}
          - {{id: b, text: {Placeholder.RIGHT_TWO}}}
        key: {{one: a, two: b}}"""),
}
"""By type: options and key, with what to write."""


def _phrase(  # noqa: PLR0913, PLR0917 - the parts of a phrase
    book: Handbook, path: str, heading: str, title: str, words: str, clause: str
) -> str:
    _known("条款", clause, book.clauses)
    target, _, anchor = clause.partition("#")
    link = f"{quote(posixpath.relpath(target, posixpath.dirname(path)))}#{anchor}"
    quoted = "\n".join(f"> {line}".rstrip() for line in words.splitlines())
    return (
        f"### {heading}\n\n{quoted}\n\n"
        f"适用\n: {Placeholder.USE}\n\n"
        f"接着\n: {Placeholder.FOLLOW_UP}\n\n"
        f"依据\n: [{book.clauses[clause].title}]({link})\n\n"
        f"关键词\n: {title}\n"
    )


def _shows(title: str, kind: str, owner: str, call: str) -> str:
    return f"---\ntitle: {_yaml(title)}\nkind: {kind}\nowner: {owner}\n---\n\n{{{{ {call} }}}}\n"


def _section(kind: Kind) -> str:
    return {
        Kind.POLICY: "制度",
        Kind.WORKFLOW: "流程",
        Kind.STANDARD: "服务标准",
        Kind.SCRIPT: "话术",
        Kind.LESSON: "课程",
    }.get(kind, "指南")


def _with_line(old: str, line: str) -> str:
    """Put a list item after the last one of a page, or at its end."""
    lines = old.rstrip("\n").split("\n")
    last = max(
        (n for n, one in enumerate(lines) if one.startswith("- [")), default=None
    )
    if last is None:
        return "\n".join([*lines, "", line, ""])
    return "\n".join([*lines[: last + 1], line, *lines[last + 1 :], ""])


def _yaml(text: str) -> str:
    """Return a text as a YAML scalar that reads back as it stands."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _read(root: Path, path: str) -> str:
    file = root / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _fresh_id(name: str) -> None:
    if not _ID.fullmatch(name):
        raise ScaffoldError(
            f"“{name}”不能作编号：用小写英文、数字和连字符，例如 same-day-check。"
        )


def _absent(book: Handbook, path: str) -> None:
    if (book.root / path).exists():
        raise ScaffoldError(f"{path} 已经有了，没有动它。换一个名字。")


def _known(what: str, name: str, known: Mapping[str, object] | Sequence[str]) -> None:
    if name not in known:
        near = guess(name, known)
        listed = "、".join(list(known)[:12])
        raise ScaffoldError(f"没有“{name}”这个{what}。{near or f'可以写：{listed}。'}")
