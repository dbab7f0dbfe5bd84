"""The steps of a flow with all that their names stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.model.flows import Flow, Step, arrival, page_of
from handbook.model.pages import Phrase


@dataclass(frozen=True, slots=True)
class Exit:
    """A way on: where it leads, as a page links to it."""

    when: str
    name: str
    """The step's id, or the address of a step in another flow."""
    title: str
    href: str
    elsewhere: bool

    @property
    def label(self) -> str:
        """What a link to it says."""
        return f"转到：{self.title}" if self.elsewhere else self.title


@dataclass(frozen=True, slots=True)
class Card:
    """A step with all that its names stand for."""

    number: int
    step: Step
    phrases: tuple[Phrase, ...]
    exits: tuple[Exit, ...]
    helper: str
    """Title of the role that takes over."""


def cards_of(handbook: Handbook, flow: Flow) -> list[Card]:
    """Return a flow's steps in order; what does not exist is left out."""
    return [
        Card(
            number=number,
            step=step,
            phrases=tuple(
                handbook.phrases[address]
                for address in step.say
                if address in handbook.phrases
            ),
            exits=tuple(_exits(handbook, flow, step)),
            helper=handbook.roles[step.escalate.to].title
            if step.escalate and step.escalate.to in handbook.roles
            else "",
        )
        for number, step in enumerate(flow.steps, 1)
    ]


def _exits(handbook: Handbook, flow: Flow, step: Step) -> Iterator[Exit]:
    numbers = {one.id: number for number, one in enumerate(flow.steps, 1)}
    for way in step.next:
        found = arrival(handbook.flows, flow, way.to)
        if found is None:
            continue
        there, target = found
        if there.id == flow.id:
            title = f"{numbers[target.id]}　{target.title}"
            yield Exit(way.when, target.id, title, f"#{target.id}", elsewhere=False)
        else:
            page = page_of(there.id)
            href = f"../{page.removesuffix('.md')}.html"
            title = there.title
            if target.id != there.start:
                href += f"#{target.id}"
                title += f"（{target.title}）"
            yield Exit(way.when, way.to, title, href, elsewhere=True)
