"""New items, which begin as drafts, and new exams with their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import dedent, indent

from handbook.handbook import Handbook
from handbook.model.items import GAP
from handbook.model.placeholders import Placeholder
from handbook.papers.drawing import supply
from handbook.reading.yaml_texts import scalar
from handbook.scaffold.made import (
    Made,
    ScaffoldError,
    check_absent,
    check_known,
    check_new,
    page_of_call,
    text_of,
    with_entry,
)

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

TYPES = tuple(_ANSWERS)
"""Types of items that can be begun."""


def item(  # noqa: PLR0913 - what an item needs
    book: Handbook, topic: str, name: str, *, kind: str, stem: str, clause: str
) -> Made:
    """Return a bank with one more item at its end: a draft, which nobody is asked.

    Raises:
        ScaffoldError: there is no such bank or clause, the id is taken.
    """
    check_known("题库", topic, book.banks)
    check_known("条款", clause, book.clauses)
    check_new("题", name, book.items)
    where = book.banks[topic].place.path
    if kind == "blank" and GAP not in stem:
        stem += GAP
    lines = [
        f"- id: {name}",
        f"  type: {kind}",
        f"  stem: {scalar(stem)}",
        *indent(_ANSWERS[kind], "  ").splitlines(),
        f"  rationale: {Placeholder.RATIONALE}",
        f"  source: [{clause}]",
        "  status: draft",
    ]
    return Made(
        {where: with_entry(text_of(book.root, where), "\n".join(lines))},
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
    check_new("考试", name, book.exams)
    for role in (*roles, owner):
        check_known("岗位", role, book.roles)
    counts: dict[str, int] = {}
    for topic in topics:
        check_known("题库", topic, book.banks)
        usable = supply(book, topic)
        if not usable:
            raise ScaffoldError(f"题库 {topic} 里没有 use: exam 的题，考不了。")
        counts[topic] = max(min(5, len(usable)), sum(one.critical for one in usable))
    if not counts:
        raise ScaffoldError("至少写一个题库。")
    path, shown = f"quizzes/exams/{name}.yml", f"content/exams/{name}.md"
    for one in (path, shown):
        check_absent(book, one)
    blueprint = "\n".join(f"    {topic}: {count}" for topic, count in counts.items())
    text = (
        f"id: {name}\ntitle: {scalar(title)}\nroles: [{', '.join(roles)}]\n"
        f"blueprint:\n  topics:\n{blueprint}\n"
        "pass_mark: 80%\nbands: {优秀: 95%, 良好: 88%, 合格: 80%}\ntime_limit: 40分钟\n"
    )
    return Made(
        {path: text, shown: page_of_call(title, "exam", owner, f'exam("{name}")')},
        [
            f"在 {path} 里改题量、合格线、时间和有效期。",
            "写进这些岗位的路径：content/_data/roles.yml 里 exams 那一行。",
        ],
    )
