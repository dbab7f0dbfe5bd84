"""A paper form as a page prints it: a sheet of A4 that needs no computer."""

from __future__ import annotations

from handbook.handbook import Handbook
from handbook.model.data import Form
from handbook.rendering.engine import render
from handbook.rendering.pages import link, plain


def _wide(form: Form) -> set[int]:
    """Return the positions of a record's fields that take its whole width.

    A long field does, and one that would stand alone in a line of two.
    """
    wide: set[int] = set()
    half: int | None = None
    for at, field in enumerate(form.fields):
        if field.kind == "long":
            wide |= {at} if half is None else {at, half}
            half = None
        else:
            half = at if half is None else None
    return wide if half is None else {*wide, half}


def form_html(handbook: Handbook, form_id: str) -> str:
    """Return a form to look at, print and download.

    Raises:
        KeyError: there is no such form.
    """
    form = handbook.forms[form_id]
    about = [f"依据：{link(handbook, form.clause)}"]
    if form.keep:
        about.append(f"保管：{plain(form.keep)}")
    sheet = render(
        "form.html",
        form=form,
        company=handbook.company.get("name", ""),
        wide=_wide(form),
    )
    return f"{'　'.join(about)}\n{{ .hb-form-about }}\n\n{sheet}\n"
