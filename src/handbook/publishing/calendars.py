"""The year as calendar files: what recurs, for everybody or for one role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from icalendar import Calendar, Timezone, TimezoneStandard, vRecur
from icalendar import Event as Entry

from handbook.handbook import Handbook
from handbook.model.events import WEEKS, Event, Rhythm
from handbook.model.zone import CHINA, ZONE

FIRST_YEAR = 2026
"""Every series begins in this year, so that the file never depends on today."""

_DAYS = {
    "周一": "MO",
    "周二": "TU",
    "周三": "WE",
    "周四": "TH",
    "周五": "FR",
    "周六": "SA",
    "周日": "SU",
}
_STEPS = {Rhythm.QUARTERLY: 3, Rhythm.HALF_YEARLY: 6}


def calendars(handbook: Handbook) -> Iterator[tuple[str, bytes]]:
    """Yield the calendar files: one of everything, and one per role that has a share."""
    events = [event for event in handbook.events.values() if _whole(handbook, event)]
    if not events:
        return
    yield "calendar.ics", year_ics(handbook, events, "服务手册：这一年要做的事")
    for role_id, role in handbook.roles.items():
        mine = [event for event in events if event.owner == role_id]
        if mine:
            name = f"服务手册：{role.title}要做的事"
            yield f"calendar/{role_id}.ics", year_ics(handbook, mine, name)


def _whole(handbook: Handbook, event: Event) -> bool:
    """Whether all that an event names exists; the check tells what does not."""
    return (
        event.clause in handbook.clauses
        and event.owner in handbook.roles
        and (event.form is None or event.form in handbook.forms)
    )


def year_ics(handbook: Handbook, events: Iterable[Event], name: str) -> bytes:
    """Return an iCalendar file; the same events give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//service-handbook//year//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add_component(_zone())
    for event in events:
        calendar.add_component(_entry(handbook, event))
    written: bytes = calendar.to_ical(sorted=False)
    return written


def rule(event: Event) -> str:
    """Return the recurrence rule, in forms that every calendar program knows."""
    on = event.on
    if event.every is Rhythm.DAILY:
        return "FREQ=DAILY"
    if event.every is Rhythm.WEEKLY:
        return f"FREQ=WEEKLY;BYDAY={_DAYS[on.weekday or '周一']}"
    if on.week and on.weekday:
        day = f"BYDAY={WEEKS[on.week]}{_DAYS[on.weekday]}"
    else:
        day = f"BYMONTHDAY={on.day}"
    if event.every is Rhythm.YEARLY:
        return f"FREQ=YEARLY;BYMONTH={on.month};{day}"
    # Programs differ over several months in one rule; a step of months they all know.
    step = _STEPS.get(event.every)
    return f"FREQ=MONTHLY;INTERVAL={step};{day}" if step else f"FREQ=MONTHLY;{day}"


def first(event: Event) -> date:
    """Return the day of the first time."""
    start = datetime(FIRST_YEAR, event.on.month or 1, 1)  # noqa: DTZ001 - a local day
    found: datetime = rrulestr(rule(event), dtstart=start)[0]
    return found.date()


def _entry(handbook: Handbook, event: Event) -> Entry:
    clause = handbook.clauses[event.clause]
    page = handbook.pages[clause.page]
    role = handbook.roles[event.owner].title
    entry = Entry()
    entry.add("uid", f"{event.id}@service-handbook")
    # When the rule was last looked at: moves with the content, never with the clock.
    looked = page.front.reviewed.on if page.front.reviewed else date(FIRST_YEAR, 1, 1)
    entry.add("dtstamp", datetime.combine(looked, time(), UTC))
    day = first(event)
    if event.on.time:
        start = datetime.combine(day, event.on.time)
        entry.add("dtstart", start, {"TZID": ZONE})
        entry.add("dtend", event.on.takes.after(start), {"TZID": ZONE})
    else:
        entry.add("dtstart", day)
        entry.add("dtend", day + timedelta(days=1))
        entry.add("transp", "TRANSPARENT")
    entry.add("rrule", vRecur.from_ical(rule(event)))
    entry.add("summary", f"{event.title}（{role}）")
    lines = [
        f"周期：{event.every}",
        f"时间：{event.when}",
        f"负责：{role}",
        f"依据：{page.front.title}“{clause.title}”",
    ]
    if event.form:
        lines.append(f"表单：{handbook.forms[event.form].title}")
    entry.add("description", "\n".join(lines))
    entry.add("categories", [str(event.every), role])
    return entry


def _zone() -> Timezone:
    """Return the one zone of the file: eight hours ahead the whole year."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1992, 1, 1))  # noqa: DTZ001 - a zone's own start
    standard.add("tzoffsetfrom", CHINA.utcoffset(None))
    standard.add("tzoffsetto", CHINA.utcoffset(None))
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", ZONE)
    zone.add_component(standard)
    return zone
