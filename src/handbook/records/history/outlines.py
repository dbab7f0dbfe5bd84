"""What of an event says where people stand: its outcome, without a single answer.

Nine tenths of an event are answers. Where ten thousand people stand is told from
outlines alone, which stand in a table beside the chain. They are no second truth: each
follows from its event by `outline_of`, is written with it in one transaction, and
`verify` holds the two against each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from handbook.canonical import canonical
from handbook.model.durations import Duration
from handbook.model.zone import CHINA
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Event, Kind
from handbook.records.history.times import day, stored


class Examined(NamedTuple):
    """What a sitting was about: the same for all who sat one paper of one day."""

    id: str
    """Start of the SHA-256 of the rest."""
    title: str
    """Of the exam, as it was called then."""
    clauses: Mapping[str, str]
    """Address to fingerprint of the clauses that were tested."""

    @classmethod
    def of(cls, title: str, clauses: Mapping[str, str]) -> Examined:
        """Return it under its id."""
        return _examined(title, tuple(clauses.items()))


class Outline(NamedTuple):
    """One event, as far as standing goes. A tuple: a department has many of them.

    Moments are ISO 8601 in UTC, days are ISO 8601, marks are fractions as text: they are
    read when somebody asks for them. What an event does not speak of is None.
    """

    person: str
    exam: str
    sequence: int
    kind: str
    sitting: str | None = None
    begun: str | None = None
    ended: str | None = None
    """When a sitting ended; when the time allowed ends, of one that began."""
    passed: bool | None = None
    band: str | None = None
    score: str | None = None
    possible: int | None = None
    until: str | None = None
    """Last day of a pass, by the rule of its time."""
    delta: str | None = None
    """The day of a delta paper; empty for the whole exam."""
    voids: int | None = None
    """Sequence of the event that is taken back or settled."""
    examined: Examined | None = None


@lru_cache(maxsize=256)
def _examined(title: str, clauses: tuple[tuple[str, str], ...]) -> Examined:
    by_address = dict(clauses)
    told = canonical([title, by_address]).encode()
    return Examined(
        hashlib.sha256(told).hexdigest()[:32], title, MappingProxyType(by_address)
    )


def outline_of(event: Event) -> Outline:
    """Return the outline of an event.

    Raises:
        BrokenEventError: the event is not as the program wrote it.
    """
    about = _ABOUT.get(event.kind, _nothing)
    try:
        return Outline(
            event.person,
            event.exam,
            event.sequence,
            event.kind.value,
            event.sitting or None,
            **about(event.payload),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BrokenEventError(event.sequence) from error


def _started(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "begun": _moment(payload["begun"]),
        "ended": _moment(payload["deadline"]),
        "delta": str(payload.get("delta", "")),
    }


def _graded(payload: Mapping[str, Any]) -> dict[str, Any]:
    passed = bool(payload["passed"])
    delta = str(payload.get("delta", ""))
    until = None
    if passed and not delta:  # a delta paper renews a pass and gives none
        ended = datetime.fromisoformat(payload["ended"]).astimezone(CHINA)
        until = _last_day(payload["rule"]["valid_for"], ended)
    return {
        "begun": _moment(payload["begun"]),
        "ended": _moment(payload["ended"]),
        "passed": passed,
        "band": str(payload["band"]),
        "score": str(payload["score"]),
        "possible": int(payload["possible"]),
        "until": until,
        "delta": delta,
        "examined": Examined.of(payload["title"], payload["clauses"]),
    }


def _last_day(valid_for: str, ended: datetime) -> str:
    span = Duration.parse(valid_for)
    if span.in_days:  # the time of the day is no matter, and days are few
        return _last_day_after(span, ended.date())
    return day(span.after(ended)).isoformat()


@lru_cache(maxsize=1024)
def _last_day_after(span: Duration, ended: date) -> str:
    return span.after(ended).isoformat()


def _voided(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"voids": payload.get("voids")}


def _nothing(_: Mapping[str, Any]) -> dict[str, Any]:
    return {}


_ABOUT = MappingProxyType(
    {
        Kind.STARTED: _started,
        Kind.GRADED: _graded,
        Kind.REGRADED: _graded,
        Kind.VOIDED: _voided,
    }
)


def _moment(text: str) -> str:
    return stored(datetime.fromisoformat(text))
