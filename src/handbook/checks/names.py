"""What one thing names of another must exist; the name, its guess and its cure, once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from handbook.handbook import Handbook
from handbook.problems import Place, Problem, guess
from handbook.reading.written import Written

TITLES = {
    "figure": "数值",
    "company": "公司资料",
    "clause": "条款",
    "phrase": "话术",
    "page": "页面或条款",
    "system": "制度",
    "role": "岗位",
    "form": "表单",
    "bank": "题库",
    "item": "题目",
    "exam": "考试",
    "flow": "分步指引",
    "event": "周期工作",
    "term": "术语",
}
"""Kinds of things as an author calls them."""

_CURES = {
    "clause": "写成 policies/complaints.md#same-day-check 这样的地址。",
    "phrase": "写成 scripts/phone.md#before-transfer 这样的地址。",
    "system": "制度编号见 content/_data/systems.yml。",
    "role": "岗位编号见 content/_data/roles.yml。",
    "form": "表单编号见 content/_data/forms.yml。",
    "bank": "题库编号是 quizzes/banks/ 里文件的 topic。",
}
_CURE = "检查编号，或先建好它。"

_ADDRESSED = frozenset({"page", "clause", "phrase"})
"""Kinds whose names say by themselves where they should stand."""

At = tuple[str, str, *tuple[str | int, ...]]
"""Kind, id and field of what names something, as `Written.at` takes them."""


class Names:
    """All names there are, and those that may stand in what could not be read."""

    def __init__(self, handbook: Handbook, written: Written) -> None:
        self._written = written
        self._known: Mapping[str, Collection[str]] = {
            "figure": handbook.figures,
            "company": handbook.company,
            "clause": handbook.clauses,
            "phrase": handbook.phrases,
            "page": {*handbook.pages, *handbook.clauses},
            "system": handbook.systems,
            "role": handbook.roles,
            "form": handbook.forms,
            "bank": handbook.banks,
            "exam": handbook.exams,
            "flow": handbook.flows,
        }

    def unknown(
        self, kind: str, name: str, code: str, at: Place | At, message: str = ""
    ) -> Iterator[Problem]:
        """Yield a problem if a name is nobody's.

        Args:
            kind: what it should name.
            name: an id, or the address of a clause or phrase.
            code: of the problem.
            at: where it is named.
            message: what is wrong, where it is more than that there is no such thing.
        """
        known = self._known[kind]
        if name in known or self._written.stands(kind, name):
            return
        if kind in _ADDRESSED:
            missing, absent = name, f"没有这个{TITLES[kind]}：{name}"
        else:
            missing, absent = f"{kind}:{name}", f"没有“{name}”这个{TITLES[kind]}"
        yield Problem(
            at if isinstance(at, Place) else self._written.at(*at),
            code,
            message or absent,
            guess(name, known) or _CURES.get(kind, _CURE),
            missing=missing,
        )
