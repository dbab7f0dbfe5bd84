"""What pages and data call or link to exists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from handbook.checks.names import Names
from handbook.handbook import Handbook
from handbook.model.pages import Call
from handbook.problems import Problem, guess
from handbook.reading.anchors import anchors
from handbook.reading.links import resolve
from handbook.reading.written import Written

MACROS: dict[str, str] = {
    "fig": "figure",
    "company": "company",
    "clause": "clause",
    "say": "phrase",
    "phrase": "phrase",
    "form": "form",
    "practice": "bank",
    "exam": "exam",
    "role_path": "role",
    "flow": "flow",
    "confirmations": "",
    "figure_table": "",
    "system_table": "",
    "recent_changes": "",
    "year_table": "",
    "daily_practice": "",
    "glossary": "",
    "basis_table": "",
}
"""Macro to the kind of thing its argument names; empty for those without one."""

IN_DATA = ("fig", "company", "clause", "say")
"""Macros that give plain words, and so may stand in YAML."""


def calls_name_what_exists(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Each macro call has a known name and an argument that names something."""
    names = Names(handbook, written)
    for page in handbook.pages.values():
        for call in page.calls:
            yield from _call_problems(call, MACROS, names)
    in_data = {name: MACROS[name] for name in IN_DATA}
    for call in written.calls:
        yield from _call_problems(call, in_data, names)


def _call_problems(
    call: Call, macros: dict[str, str], names: Names
) -> Iterator[Problem]:
    if call.name not in macros:
        yield Problem(
            call.place,
            "M302",
            f"这里不能调用“{call.name}”",
            guess(call.name, macros) or f"可以调用：{'、'.join(macros)}。",
        )
        return
    kind = macros[call.name]
    wanted = 1 if kind else 0
    if len(call.arguments) != wanted:
        yield Problem(
            call.place,
            "M304",
            f"{call.name} 的括号里应当有 {wanted} 个编号",
            f'写成 {{{{ {call.name}("…") }}}}。'
            if kind
            else f"写成 {{{{ {call.name}() }}}}。",
        )
        return
    if kind:
        code = "M301" if kind == "figure" else "M303"
        yield from names.unknown(kind, call.arguments[0], code, call.place)


def links_lead_somewhere(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Links between pages lead to a page that exists and to an id on it."""
    ids = {
        path: {heading.id for heading in page.headings if heading.id}
        for path, page in handbook.pages.items()
    }
    made: dict[str, set[str]] = {}
    content = handbook.root / "content"
    for page in handbook.pages.values():
        for link in page.links:
            found = resolve(page.path, link.target)
            if found is None:
                continue
            target, anchor = found
            if target not in handbook.pages:
                if written.stands("page", target) or _is_asset(content, target):
                    continue
                yield Problem(
                    link.place,
                    "M305",
                    f"链接的页面不存在：{link.target}",
                    guess(target, handbook.pages, cutoff=0.8)
                    or "检查路径；从这一页所在的文件夹算起。",
                    missing=target,
                )
            elif anchor and anchor not in ids[target]:
                if target not in made:
                    made[target] = anchors(written.pages[target])
                if anchor in made[target]:
                    continue
                yield Problem(
                    link.place,
                    "M305",
                    f"{target} 里没有编号“{anchor}”",
                    guess(anchor, ids[target]) or "写标题末尾 {#…} 里的编号。",
                    missing=f"{target}#{anchor}",
                )


def images_can_be_seen(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A picture is a file of the handbook, and words say what it shows."""
    content = handbook.root / "content"
    for path, file in written.pages.items():
        for image in file.images:
            found = resolve(path, image.target)
            if found is None and not image.target.startswith("data:"):
                yield Problem(
                    image.place,
                    "M306",
                    f"图片在别的网站上：{image.target}",
                    "把图片存到 content/assets/ 里再引用；打开手册时不能连到外面去。",
                )
            elif found and not _is_asset(content, found[0]):
                yield Problem(
                    image.place,
                    "M306",
                    f"没有这张图片：{image.target}",
                    "检查路径和大小写；从这一页所在的文件夹算起。",
                )
            if not image.alt:
                yield Problem(
                    image.place,
                    "P214",
                    "图片没有说明文字",
                    "在方括号里写图上是什么，例如 ![来访登记表填好的样子](visit.png)。",
                )


def _is_asset(content: Path, target: str) -> bool:
    """Whether a link leads to a file that is no page, such as a picture."""
    if target.startswith("..") or target.endswith(".md"):
        return False
    return (content / target).is_file() or target.startswith("forms/")
