"""The year: slots in words and as rules, and files that a calendar program can read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar
from pydantic import ValidationError
from small_site import write_handbook

from handbook.loading import load
from handbook.model.events import Event
from handbook.model.zone import ZONE
from handbook.publishing.calendars import FIRST_YEAR, calendars, first, rule
from handbook.rendering.calls import calls

CHINA = ZoneInfo(ZONE)
YEAR = """
    events:
      - id: check
        title: 检查设备，逐台
        every: 每天
        when: "{{ fig('rings') }}，开门以前"
        on: {time: "8:15", takes: 15分钟}
        owner: desk
        clause: policies/phone.md#answer
        form: visit
      - id: stock
        title: 盘点
        every: 每月
        when: 月底
        on: {day: 最后一天}
        owner: desk
        clause: policies/phone.md#hold
      - id: forum
        title: 座谈会
        every: 每半年
        when: 每半年一次
        on: {week: 第三, weekday: 周五, month: 5, time: "14:00", takes: 2小时}
        owner: lead
        clause: policies/phone.md#hold
    """
ROLES = """
    roles:
      - {id: desk, title: 前台, summary: 接待}
      - {id: lead, title: 主管, summary: 带班}
      - {id: guard, title: 护卫员, summary: 守门}
    """


@pytest.fixture
def small(tmp_path):
    changed = {
        "content/_data/calendar.yml": YEAR,
        "content/_data/roles.yml": ROLES,
        "content/guide/year.md": "{{ year_table() }}",
    }
    return load(write_handbook(tmp_path, **changed))


def event(every="每月", **on):
    return Event.model_validate(
        {
            "id": "x",
            "title": "做一件事",
            "every": every,
            "when": "按时",
            "on": on,
            "owner": "desk",
            "clause": "p.md#x",
        }
    )


def read(data):
    return Calendar.from_ical(data)


def entries(data):
    return {str(one["uid"]).partition("@")[0]: one for one in read(data).walk("VEVENT")}


@pytest.mark.parametrize(
    ("every", "on", "words", "expected", "days"),
    [
        ("每天", {}, "每天", "FREQ=DAILY", ["2026-01-01", "2026-01-02"]),
        (
            "每周",
            {"weekday": "周五", "time": "15:00"},
            "每周五 15:00",
            "FREQ=WEEKLY;BYDAY=FR",
            ["2026-01-02", "2026-01-09"],
        ),
        (
            "每月",
            {"day": "最后一天"},
            "每月最后一天",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            ["2026-01-31", "2026-02-28", "2026-03-31"],
        ),
        (
            "每月",
            {"week": "最后", "weekday": "周四", "time": "9:05"},
            "每月最后一个周四 9:05",
            "FREQ=MONTHLY;BYDAY=-1TH",
            ["2026-01-29", "2026-02-26"],
        ),
        (
            "每季度",
            {"day": "15", "month": 2},
            "2、5、8、11月15日",
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15",
            ["2026-02-15", "2026-05-15", "2026-08-15", "2026-11-15", "2027-02-15"],
        ),
        (
            "每半年",
            {"week": "第二", "weekday": "周二", "month": 6},
            "6、12月第二个周二",
            "FREQ=MONTHLY;INTERVAL=6;BYDAY=2TU",
            ["2026-06-09", "2026-12-08", "2027-06-08"],
        ),
        (
            "每年",
            {"week": "第一", "weekday": "周一", "month": 12},
            "12月第一个周一",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=1MO",
            ["2026-12-07", "2027-12-06"],
        ),
    ],
)
def test_a_slot_reads_and_recurs_as_written(every, on, words, expected, days):
    """In words for the page, as a rule for the file, and on the right days."""
    one = event(every, **on)
    start = datetime.combine(first(one), datetime.min.time())

    assert words == one.slot
    assert expected == rule(one)
    moments = islice(rrulestr(rule(one), dtstart=start), len(days))
    assert days == [str(moment.date()) for moment in moments]


@pytest.mark.parametrize(
    ("every", "on"),
    [
        ("每天", {"weekday": "周一"}),
        ("每周", {}),
        ("每周", {"weekday": "周一", "month": 1}),
        ("每周", {"weekday": "周一", "week": "第一"}),
        ("每月", {}),
        ("每月", {"weekday": "周一"}),
        ("每月", {"week": "第一"}),
        ("每月", {"day": "1", "weekday": "周一"}),
        ("每月", {"day": "1", "week": "第一"}),
        ("每月", {"day": "1", "week": "第一", "weekday": "周一"}),
        ("每月", {"day": "1", "month": 1}),
        ("每月", {"day": "29"}),
        ("每月", {"day": "0"}),
        ("每季度", {"day": "1"}),
        ("每季度", {"day": "1", "month": 4}),
        ("每半年", {"day": "1", "month": 7}),
        ("每年", {"day": "1"}),
        ("每年", {"day": "1", "month": 13}),
        ("每天", {"time": "24:00"}),
        ("每天", {"time": "8点"}),
        ("两年一次", {}),
    ],
)
def test_a_slot_that_does_not_fit_is_refused(every, on):
    """What no calendar could show is said when the file is read, not when it is imported."""
    with pytest.raises(ValidationError):
        event(every, **on)


def test_files_for_all_and_for_each_role_that_has_a_share(small):
    """Nobody gets an empty calendar."""
    assert small.sound, small.problems
    assert ["calendar.ics", "calendar/desk.ics", "calendar/lead.ics"] == [
        name for name, _ in calendars(small)
    ]


def test_the_same_handbook_gives_the_same_bytes(small):
    """No clock, no chance: two builds write one file."""
    assert list(calendars(small)) == list(calendars(small))
    for _, data in calendars(small):
        years = {int(one["dtstart"].dt.year) for one in read(data).walk("VEVENT")}
        assert {FIRST_YEAR} == years


def test_a_timed_event_stands_at_its_hour_in_china(small):
    """Read back by the library: start, end, zone, Chinese words, rule."""
    one = entries(dict(calendars(small))["calendar.ics"])["forum"]

    start = one["dtstart"].dt
    assert datetime(2026, 5, 15, 14, tzinfo=CHINA) == start
    assert datetime(2026, 5, 15, 6, tzinfo=UTC) == start.astimezone(UTC)
    assert datetime(2026, 5, 15, 16, tzinfo=CHINA) == one["dtend"].dt
    assert "座谈会（主管）" == one["summary"]
    assert "依据：电话接听“等候”" in one["description"]


def test_an_event_without_an_hour_fills_its_day(small):
    """It makes nobody look busy."""
    one = entries(dict(calendars(small))["calendar.ics"])["stock"]

    assert date(2026, 1, 31) == one["dtstart"].dt
    assert date(2026, 2, 1) == one["dtend"].dt
    assert "TRANSPARENT" == one["transp"]


def test_occurrences_of_the_file_are_those_of_the_year(small):
    """The rule in the file, expanded by another library, gives the right days."""
    one = entries(dict(calendars(small))["calendar.ics"])["forum"]
    written = one["rrule"].to_ical().decode()
    found = rrulestr(written, dtstart=one["dtstart"].dt).between(
        datetime(2027, 1, 1, tzinfo=CHINA), datetime(2028, 12, 31, tzinfo=CHINA)
    )

    assert ["2027-05-21", "2027-11-19", "2028-05-19", "2028-11-17"] == [
        str(moment.date()) for moment in found
    ]


def test_lines_are_short_and_commas_are_no_lists(small):
    """Lines of at most 75 bytes, ended as the format wants; text comes back whole."""
    data = dict(calendars(small))["calendar.ics"]

    assert data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    check = entries(data)["check"]
    assert "检查设备，逐台（前台）" == check["summary"]
    assert "时间：三声内，开门以前" in check["description"]
    assert "表单：来访登记表" in check["description"]


def test_every_event_is_a_different_one(small):
    """A second import finds each event again by an id of its own."""
    uids = [
        str(e["uid"])
        for e in read(dict(calendars(small))["calendar.ics"]).walk("VEVENT")
    ]

    assert ["check", "stock", "forum"] == [uid.partition("@")[0] for uid in uids]


def test_the_page_shows_rhythms_owners_clauses_and_files(small):
    """One heading per rhythm that has something, in their order."""
    table = calls(small)["year_table"]()

    assert ["每天", "每月", "每半年"] == [
        line.split()[1] for line in table.splitlines() if line.startswith("## ")
    ]
    assert (
        "| 检查设备，逐台 | 三声内，开门以前<br><small>日历：每天 8&#58;15</small> | 前台"
        in table
    )
    assert "[接听](/policies/phone.md#answer)<br>[来访登记表](/forms/visit.md)" in table
    assert 'href="../calendar/lead.ics"' in table
    assert "calendar/guard.ics" not in table


def test_an_event_of_nobody_is_left_out_of_the_files(tmp_path):
    """`mkdocs serve` shows a handbook with mistakes; its calendar holds what is whole."""
    spoilt = YEAR.replace("owner: lead", "owner: leed")
    changed = {"content/_data/calendar.yml": spoilt, "content/_data/roles.yml": ROLES}
    small = load(write_handbook(tmp_path, **changed))

    assert not small.sound
    assert {"check", "stock"} == set(entries(dict(calendars(small))["calendar.ics"]))


def test_a_handbook_without_a_calendar_writes_none(tmp_path):
    """No file is better than an empty one."""
    assert [] == list(calendars(load(write_handbook(tmp_path))))
