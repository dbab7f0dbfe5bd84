"""What differs in what everything rests on: the company, the roles, the banks' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.model.data import Role
from handbook.review.comparing import How, happened, paired

SHOWN_ELSEWHERE: Mapping[str, str] = {
    "name": "页眉、表单、合格证和收卷的页面",
    "handbook_url": "订阅和合格证上的网址",
    "repository_url": "每页的“编辑此页”“这里不对”",
    "repository_host": "每页的“编辑此页”“这里不对”",
    "repository_branch": "每页的“编辑此页”“这里不对”",
}
"""Where the program itself shows a text of `company.yml`, besides pages that call it."""


@dataclass(frozen=True, slots=True)
class CompanyChange:
    """A text of `company.yml`."""

    name: str
    before: str
    after: str
    pages: int
    """How many pages call it."""
    elsewhere: str
    """Where it shows besides."""


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A role, what it is called, and what whoever is new in it reads, practises, sits."""

    id: str
    title: str
    how: How
    place: str
    parts: tuple[tuple[str, str, str], ...]
    """Title of a part, what is no more, what is new; of a changed role only."""


@dataclass(frozen=True, slots=True)
class BankChange:
    """A bank with another name, or one that came or went."""

    topic: str
    how: How
    before: str
    after: str


def company_changes(before: Handbook, after: Handbook) -> Iterator[CompanyChange]:
    """Yield the texts of the company that changed."""
    for name, old, new in paired(before.company, after.company):
        if old == new:
            continue
        calling = {
            path
            for handbook in (before, after)
            for path, page in handbook.pages.items()
            if any(c.name == "company" and c.arguments == (name,) for c in page.calls)
        }
        elsewhere = SHOWN_ELSEWHERE.get(name, "")
        yield CompanyChange(name, old or "", new or "", len(calling), elsewhere)


def bank_changes(before: Handbook, after: Handbook) -> Iterator[BankChange]:
    """Yield the banks that are called otherwise, came or went."""
    for topic, old, new in paired(before.banks, after.banks):
        titles = (old.title if old else "", new.title if new else "")
        if titles[0] != titles[1]:
            yield BankChange(topic, happened(old, new), *titles)


def role_changes(before: Handbook, after: Handbook) -> Iterator[RoleChange]:
    """Yield the roles that changed, in their order."""
    for name, old, new in paired(before.roles, after.roles):
        role = new or old
        if role is None or old == new:
            continue
        parts = tuple(_role_parts(before, after, old, new)) if old and new else ()
        places = after.places if new else before.places
        yield RoleChange(
            name,
            role.title,
            happened(old, new),
            str(places.get(("role", name), "")),
            parts,
        )


def _role_parts(
    before: Handbook, after: Handbook, old: Role, new: Role
) -> Iterator[tuple[str, str, str]]:
    for title, was, now in (
        ("名称", old.title, new.title),
        ("简介", old.summary, new.summary),
        ("审阅账号", "、".join(old.accounts), "、".join(new.accounts)),
    ):
        if was != now:
            yield title, was, now
    were, are = _path(before, old), _path(after, new)
    for title in are:
        gone = [one for one in were[title] if one not in are[title]]
        come = [one for one in are[title] if one not in were[title]]
        if gone or come:
            yield title, "\n".join(gone), "\n".join(come)
    if were != are and {k: set(v) for k, v in were.items()} == {
        k: set(v) for k, v in are.items()
    }:
        yield "路径", "", "只换了先后"


def _path(handbook: Handbook, role: Role) -> dict[str, list[str]]:
    """Return what a role's path asks for, each with the stage that asks it."""
    path: dict[str, list[str]] = {"要读": [], "要练": [], "要考": []}
    for stage in role.path:
        for part, names in (
            ("要读", stage.read),
            ("要练", stage.practice),
            ("要考", stage.exams),
        ):
            path[part] += [f"{stage.title}：{_called(handbook, n)}" for n in names]
    return path


def _called(handbook: Handbook, name: str) -> str:
    """Return how people call a page, a clause, a topic or an exam."""
    if clause := handbook.clauses.get(name):
        return clause.title
    if page := handbook.pages.get(name.partition("#")[0]):
        return page.front.title
    named = handbook.banks.get(name) or handbook.exams.get(name)
    return named.title if named else name
