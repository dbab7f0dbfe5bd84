"""Guided flows: a long conversation as steps, each with the ways that lead on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from handbook.model.data import Identifier, Record, Text


class Way(Record):
    """One answer or outcome, and the step it leads to."""

    when: Text
    to: Text
    """A step of the same flow, or a step of another one: `flows/upset.md#listen`;
    without the `#…`, the step where that one starts."""


class Escalation(Record):
    """When somebody else must take over or be told, and who."""

    when: Text
    to: Identifier
    """A role."""


class Step(Record):
    """One moment of the conversation."""

    id: Identifier
    title: Text
    say: tuple[Text, ...] = ()
    """Addresses of phrases; one of them is said."""
    ask: tuple[Text, ...] = ()
    do: tuple[Text, ...] = ()
    next: tuple[Way, ...] = ()
    escalate: Escalation | None = None
    end: str = ""
    """How the conversation ends here, where it does."""


class Flow(Record):
    """A conversation from its first word to its last."""

    id: Identifier
    title: Text
    roles: tuple[Identifier, ...] = ()
    """Roles that hold it; empty means everyone."""
    clause: Text
    """Address of the clause it carries out."""
    start: Text
    """Id of the first step."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    def step(self, name: str) -> Step | None:
        """Return the step of that id, the first one if there are several."""
        return next((step for step in self.steps if step.id == name), None)


def page_of(flow_id: str) -> str:
    """Return the page that shows a flow, as other files point to it."""
    return f"flows/{flow_id}.md"


def destination(flow: Flow, to: str) -> tuple[str, str]:
    """Return the flow and the step that a way names, whether they exist or not.

    The step is empty where the way leads to the start of another flow.
    """
    page, _, step = to.partition("#")
    if page.startswith("flows/") and page.endswith(".md"):
        return page.removeprefix("flows/").removesuffix(".md"), step
    return flow.id, to


def arrival(flows: Mapping[str, Flow], flow: Flow, to: str) -> tuple[Flow, Step] | None:
    """Return where a way of a flow leads; nothing where there is no such step."""
    name, step = destination(flow, to)
    there = flow if name == flow.id else flows.get(name)
    if there is None:
        return None
    found = there.step(step or there.start)
    return (there, found) if found else None
