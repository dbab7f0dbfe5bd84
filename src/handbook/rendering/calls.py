"""The functions that pages may call, by name, for one handbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handbook.handbook import Handbook
from handbook.rendering import changes, exams, flows, forms, pages, quizzes, reference


class UnknownNameError(LookupError):
    """A page calls something that does not exist; says where, what and the cure."""


def calls(handbook: Handbook) -> Mapping[str, Callable[..., str]]:
    """Return every macro of a page, each strict about its argument."""
    named: dict[str, Callable[[str], str]] = {
        "fig": lambda name: handbook.figures[name].wording,
        "company": lambda key: handbook.company[key],
        "clause": lambda address: pages.clause_link(handbook, address),
        "say": lambda address: handbook.phrases[address].words,
        "phrase": lambda address: pages.phrase_card(handbook, address),
        "form": lambda name: forms.form_html(handbook, name),
        "practice": lambda topic: quizzes.practice_html(handbook, topic),
        "exam": lambda name: exams.exam_html(handbook, name),
        "role_path": lambda name: pages.role_path(handbook, name),
        "flow": lambda name: flows.flow_html(handbook, name),
    }
    whole: dict[str, Callable[[], str]] = {
        "daily_practice": lambda: quizzes.daily_html(handbook),
        "confirmations": lambda: exams.confirm_html(handbook),
        "figure_table": lambda: pages.figure_table(handbook),
        "system_table": lambda: pages.system_table(handbook),
        "recent_changes": lambda: changes.recent_changes(handbook),
        "year_table": lambda: reference.year_table(handbook),
        "glossary": lambda: reference.glossary(handbook),
        "basis_table": lambda: reference.basis_table(handbook),
    }
    strict = {
        name: _strict(handbook, name, function) for name, function in named.items()
    }
    return {**strict, **whole}


def _strict(
    handbook: Handbook, name: str, function: Callable[[str], str]
) -> Callable[[str], str]:
    def call(argument: str) -> str:
        try:
            return function(argument)
        except KeyError:
            raise UnknownNameError(_where(handbook, name, argument)) from None

    return call


def _where(handbook: Handbook, name: str, argument: str) -> str:
    """Say where a wrong name stands, with the check's own words where it found it."""
    places = [
        call.place
        for page in handbook.pages.values()
        for call in page.calls
        if call.name == name and call.arguments == (argument,)
    ]
    found = [str(p) for p in handbook.problems if p.place in places]
    if found:
        return "\n".join(found)
    stands = "、".join(map(str, places)) or "页面"
    return f'{stands}: {name}("{argument}") 里的编号不存在\n    改法：检查编号，或先建好它。'
