"""New forms with their pages."""

from __future__ import annotations

from textwrap import dedent

from handbook.handbook import Handbook
from handbook.model.placeholders import Placeholder
from handbook.reading.yaml_texts import scalar
from handbook.scaffold.made import (
    Made,
    check_absent,
    check_known,
    check_new,
    page_of_call,
    text_of,
    with_entry,
)


def form(book: Handbook, name: str, *, title: str, clause: str, owner: str) -> Made:
    """Return the forms with one more at the end, and its page.

    Raises:
        ScaffoldError: the id is taken, the clause or role unknown.
    """
    check_new("表单", name, book.forms)
    check_known("岗位", owner, book.roles)
    check_known("条款", clause, book.clauses)
    shown, where = f"content/forms/{name}.md", "content/_data/forms.yml"
    check_absent(book, shown)
    old = text_of(book.root, where) or "forms:\n"
    entry = dedent(f"""\
        - id: {name}
          title: {scalar(title)}
          clause: {clause}
          layout: log
          fields:
            - {{name: 日期, kind: date}}
            - {{name: 事项, kind: long}}
            - {{name: 经手人, kind: sign}}
          keep: {Placeholder.KEEP}""")
    return Made(
        {
            where: with_entry(old, entry),
            shown: page_of_call(title, "form", owner, f'form("{name}")'),
        },
        [
            f"在 {where} 末尾：改要填的栏；一张一件的，把 layout 改成 record。",
            "在依据的那一条里写上什么时候填这张表，链接到它。",
        ],
    )
