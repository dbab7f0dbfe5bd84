"""CODEOWNERS: whom a code host asks about a change, made from the owners of pages."""

from __future__ import annotations

from collections.abc import Iterator

from handbook.handbook import Handbook

PATH = "CODEOWNERS"
"""In the root, where GitHub, GitLab and Gitee all look for it."""

COMMAND = "python scripts/codeowners.py"

TRAINER = "trainer"
"""The role that is asked about everything that has no owner of its own."""


def code_owners(handbook: Handbook) -> str:
    """Return the file; empty where no role has an account.

    Later lines win: first who is asked about all, then each page, with the bank or the
    exam that it shows.
    """
    if not any(role.accounts for role in handbook.roles.values()):
        return ""
    lines = [
        f"# 由 {COMMAND} 按各页的 owner 和 roles.yml 的 accounts 生成，不要手改。",
        *(f"{_escaped(path)} {' '.join(names)}" for path, names in _lines(handbook)),
    ]
    return "\n".join(lines) + "\n"


def _lines(handbook: Handbook) -> Iterator[tuple[str, tuple[str, ...]]]:
    trainer = handbook.roles.get(TRAINER)
    if trainer and trainer.accounts:
        yield "*", trainer.accounts
    for path in sorted(handbook.pages):
        role = handbook.roles.get(handbook.pages[path].front.owner)
        if role is None or not role.accounts:
            continue
        yield f"/content/{path}", role.accounts
        folder, _, name = path.rpartition("/")
        name = name.removesuffix(".md")
        if folder == "practice" and name in handbook.banks:
            yield f"/quizzes/banks/{name}.yml", role.accounts
        if folder == "exams" and name in handbook.exams:
            yield f"/quizzes/exams/{name}.yml", role.accounts


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace(" ", "\\ ").replace("[", "\\[")
