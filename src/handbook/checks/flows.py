"""Guided flows: steps that exist, can be reached and lead to an end; names that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handbook.checks.names import At, Names
from handbook.handbook import Handbook
from handbook.model.flows import Flow, arrival, destination, page_of
from handbook.problems import Problem, guess
from handbook.reading.written import Written

_Spot = tuple[str, str]
"""A step: ids of its flow and of itself. Ways lead from flow to flow."""


def step_ids_are_unique(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A way names one step."""
    for flow in handbook.flows.values():
        for number in _repeated(flow):
            name = flow.steps[number].id
            first = [step.id for step in flow.steps].index(name)
            place = written.at("flow", flow.id, "steps", first, "id")
            yield Problem(
                written.at("flow", flow.id, "steps", number, "id"),
                "W707",
                f"步骤编号“{name}”在这个指引里用了两次，第一次在第 {place.line} 行",
                "给这一步换一个编号，指向它的 to 也跟着改。",
            )


def ways_lead_to_steps(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """`start` and every `to` name a step."""
    for flow in handbook.flows.values():
        ids = [step.id for step in flow.steps]
        if flow.step(flow.start) is None:
            yield Problem(
                written.at("flow", flow.id, "start"),
                "W701",
                f"“{flow.title}”里没有步骤“{flow.start}”",
                guess(flow.start, ids) or f"步骤有：{'、'.join(ids)}。",
            )
        for number, step in enumerate(flow.steps):
            for position, way in enumerate(step.next):
                if arrival(handbook.flows, flow, way.to) or _unread(
                    flow, way.to, written
                ):
                    continue
                yield Problem(
                    written.at(
                        "flow", flow.id, "steps", number, "next", position, "to"
                    ),
                    "W701",
                    _no_such_step(handbook.flows, flow, way.to),
                    guess(way.to, [*ids, *_addresses(handbook.flows, flow)])
                    or f"步骤有：{'、'.join(ids)}。",
                )


def steps_can_be_reached(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """From the first step, answers lead to every other one."""
    roads = _Roads.of(handbook)
    starts = [(flow.id, flow.start) for flow in handbook.flows.values()]
    reached = roads.beyond(starts).union(starts)
    for flow in handbook.flows.values():
        if _repeated(flow) or flow.id in roads.unsure:
            continue  # W707 or W701 says so; what a step is missing is not known
        for number, step in enumerate(flow.steps):
            if (flow.id, step.id) not in reached:
                yield Problem(
                    written.at("flow", flow.id, "steps", number),
                    "W702",
                    f"从第一步出发，走不到“{step.title}”",
                    f"在前面某一步的 next 里写上 to: {step.id}；用不着就删掉这一步。",
                )


def steps_lead_on(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A step has a way on, or it is an end."""
    for flow in handbook.flows.values():
        for number, step in enumerate(flow.steps):
            if not step.next and not step.end:
                yield Problem(
                    written.at("flow", flow.id, "steps", number),
                    "W703",
                    f"走到“{step.title}”就不知道接下来做什么了",
                    "加上 next: 写接下来走哪一步；谈到这里结束的，加上 end: 写怎样结束。",
                )


def loops_have_a_way_out(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Nobody goes round and round: from every step an end can be reached."""
    roads = _Roads.of(handbook)
    told: set[_Spot] = set()
    for flow in handbook.flows.values():
        for number, step in enumerate(flow.steps):
            here = (flow.id, step.id)
            round_ = roads.beyond([here])
            if here in told or here not in round_ or round_ & roads.ends:
                continue
            if any(here not in roads.beyond([spot]) for spot in round_):
                continue  # leads into a loop, and is not in it
            told |= round_
            titles = [one.title for one in flow.steps if (flow.id, one.id) in round_]
            yield Problem(
                written.at("flow", flow.id, "steps", number),
                "W704",
                f"走进这几步就绕不出来：{'、'.join(titles)}",
                "给其中一步加一条通向别处的 next，或加上 end: 写怎样结束。",
            )


def phrases_exist(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """What a step says is a phrase of the handbook."""
    names = Names(handbook, written)
    for flow in handbook.flows.values():
        for number, step in enumerate(flow.steps):
            for position, address in enumerate(step.say):
                at: At = ("flow", flow.id, "steps", number, "say", position)
                message = f"没有这句话术：{address}"
                yield from names.unknown("phrase", address, "W705", at, message)


def roles_exist(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A flow is for roles that exist, and hands over to roles that exist."""
    names = Names(handbook, written)
    for flow in handbook.flows.values():
        for number, name in enumerate(flow.roles):
            at: At = ("flow", flow.id, "roles", number)
            yield from names.unknown("role", name, "W706", at)
        for number, step in enumerate(flow.steps):
            if step.escalate:
                at = ("flow", flow.id, "steps", number, "escalate", "to")
                yield from names.unknown("role", step.escalate.to, "W706", at)


@dataclass(frozen=True, slots=True)
class _Roads:
    """Where one can go from each step, through all flows."""

    ways: Mapping[_Spot, frozenset[_Spot]]
    ends: frozenset[_Spot]
    """Steps that end a conversation, and those whose way on is not known: another
    check tells what is wrong with these."""
    unsure: frozenset[str]
    """Flows of which some way is not known."""

    @classmethod
    def of(cls, handbook: Handbook) -> _Roads:
        ways: dict[_Spot, frozenset[_Spot]] = {}
        ends: set[_Spot] = set()
        unsure: set[str] = set()
        for flow in handbook.flows.values():
            if flow.step(flow.start) is None:
                unsure.add(flow.id)
            twice = {flow.steps[number].id for number in _repeated(flow)}
            for step in flow.steps:
                here = (flow.id, step.id)
                found = [arrival(handbook.flows, flow, way.to) for way in step.next]
                ways[here] = frozenset((f.id, s.id) for f, s in filter(None, found))
                if None in found:
                    unsure.add(flow.id)
                unknown = None in found or step.id in twice
                if step.end or not step.next or unknown:
                    ends.add(here)
        return cls(ways, frozenset(ends), frozenset(unsure))

    def beyond(self, spots: Iterable[_Spot]) -> frozenset[_Spot]:
        """Return every step that can be reached from some, by one way or more."""
        seen: set[_Spot] = set()
        waiting = list(spots)
        while waiting:
            fresh = self.ways.get(waiting.pop(), frozenset()) - seen
            seen |= fresh
            waiting += fresh
        return frozenset(seen)


def _repeated(flow: Flow) -> list[int]:
    """Return the positions of steps whose id an earlier one has."""
    ids = [step.id for step in flow.steps]
    return [number for number, name in enumerate(ids) if name in ids[:number]]


def _unread(flow: Flow, to: str, written: Written) -> bool:
    """Whether a way leads to a flow that stands there but could not be read."""
    name, _ = destination(flow, to)
    return name != flow.id and written.stands("flow", name)


def _no_such_step(flows: Mapping[str, Flow], flow: Flow, to: str) -> str:
    name, step = destination(flow, to)
    if name not in flows:
        return f"没有这个分步指引：{to}"
    return f"“{flows[name].title}”里没有步骤“{step}”"


def _addresses(flows: Mapping[str, Flow], here: Flow) -> Iterator[str]:
    """Yield how the other flows and their steps are pointed to."""
    for flow in flows.values():
        if flow.id != here.id:
            yield page_of(flow.id)
            yield from (f"{page_of(flow.id)}#{step.id}" for step in flow.steps)
