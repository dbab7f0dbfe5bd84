"""The year: whoever sees to a thing exists, and so does the form it needs."""

from __future__ import annotations

from collections.abc import Iterator

from handbook.checks.names import Names
from handbook.handbook import Handbook
from handbook.problems import Problem
from handbook.reading.written import Written


def owners_and_forms_exist(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """What recurs is somebody's, and is written down on a form there is."""
    names = Names(handbook, written)
    for id_, event in handbook.events.items():
        yield from names.unknown("role", event.owner, "P205", ("event", id_, "owner"))
        if event.form:
            yield from names.unknown("form", event.form, "M303", ("event", id_, "form"))
