"""New pages, and new phrases on pages of scripts."""

from __future__ import annotations

import posixpath
from textwrap import dedent
from urllib.parse import quote

from handbook.handbook import Handbook
from handbook.model.pages import Kind
from handbook.model.placeholders import Heading, Placeholder
from handbook.model.titles import SECTIONS
from handbook.reading.yaml_texts import scalar
from handbook.scaffold.made import (
    Made,
    ScaffoldError,
    check_absent,
    check_id,
    check_known,
    text_of,
)

FOLDERS = {
    "policies": Kind.POLICY,
    "workflows": Kind.WORKFLOW,
    "standards": Kind.STANDARD,
    "scripts": Kind.SCRIPT,
    "lessons": Kind.LESSON,
    "guide": Kind.GUIDE,
}
"""Folders of pages that are written by hand, with the kind of their pages."""


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
    check_id(stem)
    check_absent(book, f"content/{path}")
    check_known("岗位", owner, book.roles)
    kind = FOLDERS[folder]
    titles = [p.front.title for p in book.pages.values() if p.front.kind is kind]
    if title in titles:
        raise ScaffoldError(f"已经有一页叫“{title}”。换一个能分清的标题。")
    head = [
        "---",
        f"title: {scalar(title)}",
        f"kind: {kind.value}",
        f"owner: {owner}",
        *(["channel: [电话]"] if kind is Kind.SCRIPT else []),
        f"description: {scalar(description)}",
        "---",
    ]
    body = _script(book, path, clause) if kind is Kind.SCRIPT else _rules()
    index = f"content/{folder}/index.md"
    line = f"- [{title}]({name})：{description}"
    old = text_of(book.root, index) or "\n".join(
        ["---", f"title: {SECTIONS[kind]}", f"kind: {kind.value}", f"owner: {owner}",
         "---"]
    )  # fmt: skip
    return Made(
        {
            f"content/{path}": "\n".join([*head, "", body]),
            index: _with_line(old, line),
        },
        [
            f"改 content/{path}：把标题、正文和 {{#…}} 编号换成自己的。",
            f"{index} 里加了一行链接，看看位置合不合适。",
            "属于制度目录的，在文件头写 system；要哪个岗位读，写进 "
            "content/_data/roles.yml 的路径。",
            *(["对照实际核对过以后，在文件头写 reviewed。"] * kind.states_rules),
        ],
    )


def _script(book: Handbook, path: str, clause: str) -> str:
    """Return what a new page of phrases begins with."""
    if not clause:
        raise ScaffoldError("话术要有依据：写 --clause，例如 workflows/phone.md#hold。")
    rests_on = _link(book, path, clause)
    text = _phrase(Heading.PHRASE, "第一句", "您好，请问有什么能帮您的？", rests_on)
    return f"{Placeholder.SCENES}\n\n## {Heading.SCENE}\n\n{text}"


def _rules() -> str:
    """Return what any other new page begins with."""
    return dedent(f"""\
        {Placeholder.PAGE}

        ## {Heading.CLAUSE}

        {Placeholder.CLAUSE}
        """)


def phrase(  # noqa: PLR0913 - what a phrase needs
    book: Handbook, path: str, name: str, *, title: str, words: str, clause: str
) -> Made:
    """Return a script page with one more phrase at its end.

    Raises:
        ScaffoldError: there is no such script, the id is taken, the clause unknown.
    """
    path = path.removeprefix("content/")
    scripts = [p for p, page in book.pages.items() if page.front.kind is Kind.SCRIPT]
    check_known("话术页", path, scripts)
    check_id(name)
    if any(heading.id == name for heading in book.pages[path].headings):
        raise ScaffoldError(f"{path} 里已经有编号 {name}。换一个。")
    where = f"content/{path}"
    text = _phrase(f"{title} {{#{name}}}", title, words, _link(book, path, clause))
    return Made(
        {where: text_of(book.root, where).rstrip("\n") + "\n\n" + text},
        [
            f"在 {where} 末尾：把“适用”“接着”和“关键词”换成自己的，挪到合适的场景下面。",
            "不该说的写成“不要说”，还有别的说法写成“换个说法”。",
        ],
    )


def _link(book: Handbook, path: str, clause: str) -> str:
    """Return the link to a clause from a page.

    Raises:
        ScaffoldError: there is no such clause.
    """
    check_known("条款", clause, book.clauses)
    target, _, anchor = clause.partition("#")
    way = quote(posixpath.relpath(target, posixpath.dirname(path)))
    return f"[{book.clauses[clause].title}]({way}#{anchor})"


def _phrase(heading: str, title: str, words: str, rests_on: str) -> str:
    """Return a phrase as its page writes it."""
    quoted = "\n".join(f"> {line}".rstrip() for line in words.splitlines())
    return (
        f"### {heading}\n\n{quoted}\n\n"
        f"适用\n: {Placeholder.USE}\n\n"
        f"接着\n: {Placeholder.FOLLOW_UP}\n\n"
        f"依据\n: {rests_on}\n\n"
        f"关键词\n: {title}\n"
    )


def _with_line(old: str, line: str) -> str:
    """Put a list item after the last one of a page, or at its end."""
    lines = old.rstrip("\n").split("\n")
    last = max(
        (n for n, one in enumerate(lines) if one.startswith("- [")), default=None
    )
    if last is None:
        return "\n".join([*lines, "", line, ""])
    return "\n".join([*lines[: last + 1], line, *lines[last + 1 :], ""])
