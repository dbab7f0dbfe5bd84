"""A paper form as a page prints it: a sheet of A4 that needs no computer."""

from __future__ import annotations

from handbook.handbook import Handbook
from handbook.rendering.engine import render
from handbook.rendering.pages import link, plain

_LARGE = {"long"}
"""Kinds of field that take the whole width of a record and several lines."""


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
        large=_LARGE,
    )
    return f"{'　'.join(about)}\n{{ .hb-form-about }}\n\n{sheet}\n"
