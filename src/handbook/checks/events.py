"""The year: whoever sees to a thing exists, and so does the form it needs."""

from __future__ import annotations

from collections.abc import Iterator

from handbook.handbook import Handbook
from handbook.problems import Problem, guess
from handbook.reading.written import Written


def owners_and_forms_exist(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """What recurs is somebody's, and is written down on a form there is."""
    for name, event in handbook.events.items():
        if event.owner not in handbook.roles and not written.stands(
            "role", event.owner
        ):
            yield Problem(
                written.at("event", name, "owner"),
                "P205",
                f"没有“{event.owner}”这个岗位",
                guess(event.owner, handbook.roles)
                or "岗位编号见 content/_data/roles.yml。",
                missing=f"role:{event.owner}",
            )
        form = event.form
        if form and form not in handbook.forms and not written.stands("form", form):
            yield Problem(
                written.at("event", name, "form"),
                "M303",
                f"没有这个表单：{form}",
                guess(form, handbook.forms) or "表单编号见 content/_data/forms.yml。",
                missing=f"form:{form}",
            )
