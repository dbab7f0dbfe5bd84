"""Pages: ids of headings, names in the front matter, changes, pages that must exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handbook.checks.names import At, Names
from handbook.checks.references import MACROS
from handbook.handbook import Handbook
from handbook.model.pages import Kind, Page
from handbook.papers.confirmations import PAGE
from handbook.problems import Place, Problem, guess
from handbook.reading.written import Written
from handbook.reading.yaml_files import Location


def headings_have_ids(handbook: Handbook, _written: Written) -> Iterator[Problem]:
    """Rules and phrases are cited by id; Chinese headings get none of their own."""
    for page in handbook.pages.values():
        needs = page.front.kind.has_clauses or page.front.kind is Kind.SCRIPT
        seen: dict[str, int] = {}
        for heading in page.headings:
            if not heading.id:
                if needs:
                    yield Problem(
                        heading.place,
                        "P202",
                        f"标题“{heading.title}”没有编号",
                        "在标题末尾加上英文编号，例如 {#same-day-check}。",
                    )
                continue
            if heading.id in seen:
                yield Problem(
                    heading.place,
                    "P203",
                    f"编号“{heading.id}”在这一页用了两次，第一次在第 {seen[heading.id]} 行",
                    "给这个标题换一个编号。",
                )
            seen.setdefault(heading.id, heading.place.line)


def front_matter_names_exist(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """`owner`, `roles` and `system` name rows of the data files."""
    names = Names(handbook, written)
    for page in handbook.pages.values():
        named: list[tuple[str, Location]] = [(page.front.owner, ("owner",))]
        named += [
            (name, ("roles", number)) for number, name in enumerate(page.front.roles)
        ]
        for name, location in named:
            at: At = ("page", page.path, *location)
            yield from names.unknown("role", name, "P205", at)
        for number, name in enumerate(page.front.system):
            at = ("page", page.path, "system", number)
            message = f"制度目录里没有“{name}”"
            yield from names.unknown("system", name, "P206", at, message)


def clauses_know_their_system(
    handbook: Handbook, _written: Written
) -> Iterator[Problem]:
    """Coverage is counted by system, so a page of several says which clause is whose."""
    for clause in handbook.clauses.values():
        systems = handbook.pages[clause.page].front.system
        if handbook.systems.keys() & set(systems) and not clause.systems:
            yield Problem(
                clause.place,
                "P210",
                f"这一页有几个制度（{'、'.join(systems)}），"
                f"“{clause.title}”没有写明属于哪一个",
                f"在标题编号后面加上制度编号，例如 {{#{clause.id} .{systems[0]}}}；"
                "下一级标题跟着上一级，不用再写。",
            )


def changes_name_clauses(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A change names clauses or phrases that stand on its page, `before` some of them."""
    for page in handbook.pages.values():
        for number, change in enumerate(page.front.changes):
            for name in change.before:
                if name not in change.clauses:
                    yield Problem(
                        written.at(
                            "page",
                            page.path,
                            "changes",
                            number,
                            "before",
                            name,
                            key=True,
                        ),
                        "P207",
                        f"before 里的“{name}”不在这一条的 clauses 里",
                        guess(name, change.clauses) or "两处写同一个编号。",
                    )
        named = [change.clauses for change in page.front.changes]
        yield from _unknown_clauses(page, "changes", named, "P207", written)


def basis_names_clauses(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A law is the basis of clauses that stand on the page."""
    for page in handbook.pages.values():
        named = [basis.clauses for basis in page.front.basis]
        yield from _unknown_clauses(page, "basis", named, "P211", written)


def _unknown_clauses(
    page: Page,
    field: str,
    named: Sequence[Sequence[str]],
    code: str,
    written: Written,
) -> Iterator[Problem]:
    """Yield what a list of a page's head names under `clauses`, and is not on the page."""
    ids = {heading.id for heading in page.headings if heading.id}
    for number, names in enumerate(named):
        for position, name in enumerate(names):
            if name not in ids:
                yield Problem(
                    written.at("page", page.path, field, number, "clauses", position),
                    code,
                    f"这一页没有编号为“{name}”的条款",
                    guess(name, ids) or "写标题末尾 {#…} 里的编号。",
                    missing=f"{page.path}#{name}",
                )


_HOMES = {
    "exam": ("exams", Kind.EXAM, "exam"),
    "practice": ("practice", Kind.PRACTICE, "practice"),
    "form": ("forms", Kind.FORM, "form"),
    "role_path": ("paths", Kind.PATH, "role_path"),
    "flow": ("flows", Kind.FLOW, "flow"),
}
"""Macro to the folder and kind of the page that must call it."""


def called_things_have_pages(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Each exam, practice topic, form, path and flow has a page that shows it."""
    wanted = [
        ("exam", name, "exam", exam.title) for name, exam in handbook.exams.items()
    ]
    wanted += [
        ("practice", name, "bank", bank.title)
        for name, bank in handbook.banks.items()
        if any(i.use == "practice" and i.status == "active" for i in bank.items)
    ]
    wanted += [
        ("form", name, "form", form.title) for name, form in handbook.forms.items()
    ]
    wanted += [
        ("role_path", name, "role", role.title)
        for name, role in handbook.roles.items()
        if role.path
    ]
    wanted += [
        ("flow", name, "flow", flow.title) for name, flow in handbook.flows.items()
    ]
    for macro, name, kind, title in wanted:
        folder, page_kind, _ = _HOMES[macro]
        path = f"{folder}/{name}.md"
        page = handbook.pages.get(path)
        shown = page and any(
            call.name == macro and call.arguments == (name,) for call in page.calls
        )
        typo = page and any(call.name not in MACROS for call in page.calls)
        if page and not shown and not typo:
            yield Problem(
                Place(f"content/{path}"),
                "P208",
                f"这一页应当显示“{title}”",
                f'在正文里写一行 {{{{ {macro}("{name}") }}}}。',
            )
        elif not page and not written.stands("page", path):
            yield Problem(
                written.at(kind, name),
                "P208",
                f"“{title}”还没有页面",
                f"新建 content/{path}，kind 写 {page_kind.value}，"
                f'正文写一行 {{{{ {macro}("{name}") }}}}。',
                missing=path,
            )


def confirmed_changes_are_material(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """People are asked to confirm what they must do otherwise, not a mended comma."""
    for page in handbook.pages.values():
        for number, change in enumerate(page.front.changes):
            if change.confirm and change.kind != "material":
                yield Problem(
                    written.at("page", page.path, "changes", number, "confirm"),
                    "E506",
                    f"“{change.summary}”是文字修订，不用大家确认",
                    "做法变了的，kind 写 material；没有变的，删掉 confirm。",
                )


def confirmations_have_a_page(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """What must be confirmed can be: the page of confirmations is there."""
    page = handbook.pages.get(PAGE)
    shown = page and any(call.name == "confirmations" for call in page.calls)
    if shown or (not page and written.stands("page", PAGE)):
        return
    waiting = [
        (path, number)
        for path, one in handbook.pages.items()
        for number, change in enumerate(one.front.changes)
        if change.confirm and change.kind == "material"
    ]
    if waiting:
        path, number = waiting[0]
        yield Problem(
            Place(f"content/{PAGE}")
            if page
            else written.at("page", path, "changes", number, "confirm"),
            "P208",
            "这一页应当显示要确认的改动" if page else "要确认的改动还没有页面",
            "在正文里写一行 {{ confirmations() }}。"
            if page
            else f"新建 content/{PAGE}，kind 写 exam，正文写一行 {{{{ confirmations() }}}}。",
        )
