"""Limits, cool-down and standing at their exact boundaries."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from building import SOURCE, page
from building import make_exam as exam_of
from handing_in import MORNING, graded, small_book
from openpyxl import load_workbook

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.harmless import cell, visible
from handbook.model.data import Role
from handbook.model.durations import Duration
from handbook.records.history import attempts as history
from handbook.records.history import payloads
from handbook.records.history.attempts import History
from handbook.records.history.events import Event, Kind
from handbook.records.history.limits import may_sit
from handbook.records.history.outlines import outline_of
from handbook.records.history.times import day
from handbook.records.lists.attention import exceptions, level, reminders
from handbook.records.lists.readiness import asked_for, readiness, totals
from handbook.records.lists.reports import (
    SHEET_COLUMNS,
    as_sheet,
    as_table,
    row,
    select,
)
from handbook.records.sheets import BOM, csv_text, xlsx_bytes
from handbook.records.standing.currency import rules_of
from handbook.records.standing.everyone import standing
from handbook.records.standing.standing import Standing, State, standing_of

EXAM = exam_of({"service": 5}, attempts=3, cooldown="24小时", valid_for="12个月")
BOOK = small_book()
WANG = Person("A1024", "王小明")


def fold(events: list[Event]) -> History:
    """The history that events add up to."""
    return history.fold(map(outline_of, events))


def event(
    sequence: int, kind: Kind = Kind.GRADED, *, at: datetime = MORNING, **fields
) -> Event:
    """An event of the exam `entry` and the person with key `k`."""
    given = {"person": "k", "exam": "entry", "sitting": "", "payload": {}} | fields
    return Event(
        sequence=sequence, kind=kind, at=at, digest="", previous="",
        hash=f"{sequence:064x}", **given,
    )  # fmt: skip


def sat(  # noqa: PLR0913 - what may differ between sittings
    sequence: int,
    begun: datetime = MORNING,
    *,
    wrong: int = 5,
    minutes: int = 20,
    exam=EXAM,
    kind: Kind = Kind.GRADED,
    sitting: str = "",
) -> Event:
    """A graded sitting; failed unless `wrong` says otherwise."""
    grade = graded(BOOK, begun=begun, minutes=minutes, wrong=wrong)
    ended = begun + timedelta(minutes=minutes)
    return event(
        sequence,
        kind,
        sitting=sitting or grade.submission.sitting,
        payload=payloads.of_grade(grade, exam, ended),
    )


def state(events: list[Event], now: datetime, exam=EXAM) -> State:
    """The state that events add up to."""
    return standing_of(WANG, exam, fold(events), now).state


def test_first_sitting_is_free():
    """Without history everybody may sit."""
    assert may_sit(EXAM, History(), MORNING) is None


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (timedelta(hours=24, seconds=-1), "A691"),
        (timedelta(hours=24), None),
        (timedelta(hours=24, seconds=1), None),
    ],
)
def test_cool_down_ends_to_the_second(after, code):
    """A sitting may begin exactly when the cool-down after the last failure ends."""
    failed = sat(1, minutes=20)
    ended = MORNING + timedelta(minutes=20)

    refusal = may_sit(EXAM, fold([failed]), ended + after)

    assert (refusal.code if refusal else None) == code


def test_refusal_says_when_to_come_back():
    """The remedy names the moment, in the time the department reads."""
    refusal = may_sit(EXAM, fold([sat(1)]), MORNING + timedelta(hours=1))

    assert "2026-11-24 09:20" in refusal.remedy
    assert "24小时" in refusal.message


def test_attempts_run_out():
    """The third of three failures is the last sitting that counts."""
    fails = [sat(n, MORNING + timedelta(days=2 * n)) for n in (1, 2, 3)]
    later = MORNING + timedelta(days=30)

    assert may_sit(EXAM, fold(fails[:2]), later) is None
    assert may_sit(EXAM, fold(fails), later).code == "A692"
    assert state(fails, later) is State.EXHAUSTED


def test_a_pass_wipes_the_slate():
    """After a pass earlier failures neither count nor cool down."""
    events = [
        sat(1),
        sat(2, MORNING + timedelta(days=2)),
        sat(3, MORNING + timedelta(days=4), wrong=0),
    ]

    assert may_sit(EXAM, fold(events), MORNING + timedelta(days=4, hours=1)) is None
    assert fold(events).counted == ()


def test_a_new_assignment_counts_anew():
    """A trainer's assignment gives all attempts again, at once."""
    fails = [sat(n, MORNING + timedelta(days=2 * n)) for n in (1, 2, 3)]
    now = MORNING + timedelta(days=6, hours=1)
    events = [*fails, event(4, Kind.ASSIGNED, at=now)]

    assert may_sit(EXAM, fold(events), now) is None
    assert state(events, now) is State.FAILED


def test_a_voided_sitting_neither_counts_nor_holds():
    """It is told, though: who has nothing else is no newcomer, and stays in the role."""
    failed, passed = sat(1), sat(2, MORNING + timedelta(days=2), wrong=0)
    voids = [
        event(n + 2, Kind.VOIDED, sitting=e.sitting)
        for n, e in enumerate([failed, passed], 1)
    ]

    assert state([failed, passed], MORNING + timedelta(days=3)) is State.PASSED
    assert state([failed, passed, *voids], MORNING + timedelta(days=3)) is State.VOIDED
    assert fold([failed, passed, *voids]).takes_part
    assert fold([failed, passed, *voids]).counted == ()
    assert not State.VOIDED.may_work


def test_several_tabs_are_no_several_attempts():
    """A sitting that overlaps a failure recorded before it is refused, on both sides."""
    failed = fold([sat(1, MORNING + timedelta(minutes=30))])

    earlier = may_sit(EXAM, failed, MORNING, MORNING + timedelta(minutes=40))
    just_before = may_sit(EXAM, failed, MORNING - timedelta(hours=2), MORNING)
    wholly_before = may_sit(
        EXAM, failed, MORNING - timedelta(days=3), MORNING - timedelta(days=2)
    )

    assert earlier.code == just_before.code == "A691"
    assert wholly_before is None


def test_files_recorded_out_of_order_count_by_when_they_were_sat():
    """A failure before the pass does not count although it was recorded after it."""
    passed = sat(1, MORNING + timedelta(days=5), wrong=0)
    failed = sat(2, MORNING)

    history = fold([passed, failed])

    assert history.counted == ()
    assert state([passed, failed], MORNING + timedelta(days=6)) is State.PASSED


def test_a_regrade_counts_instead_and_keeps_its_place():
    """The later grade of a sitting decides; a voided sitting stays void."""
    failed = sat(1)
    regraded = sat(2, wrong=0, kind=Kind.REGRADED, sitting=failed.sitting)
    voided = event(3, Kind.VOIDED, sitting=failed.sitting)
    again = sat(4, wrong=0, kind=Kind.REGRADED, sitting=failed.sitting)

    history = fold([failed, regraded])

    assert [(a.passed, a.sequence) for a in history.attempts] == [(True, 1)]
    assert fold([failed, voided, again]).attempts == ()


@pytest.mark.parametrize(
    ("sat_on", "valid_for", "until"),
    [
        ("2026-01-31T10:00:00+08:00", "1个月", date(2026, 2, 28)),
        ("2024-01-31T10:00:00+08:00", "1个月", date(2024, 2, 29)),
        ("2024-02-29T10:00:00+08:00", "12个月", date(2025, 2, 28)),
        ("2024-02-29T10:00:00+08:00", "1年", date(2025, 2, 28)),
        ("2026-12-31T10:00:00+08:00", "2个月", date(2027, 2, 28)),
        ("2026-11-23T10:00:00+08:00", "12个月", date(2027, 11, 23)),
        # The calendar day is China's, whatever zone the learner's machine keeps.
        ("2026-01-30T23:30:00+00:00", "1个月", date(2026, 2, 28)),
        ("2026-11-23T10:00:00+08:00", "2周", date(2026, 12, 7)),
        ("2026-11-23T10:00:00+08:00", "48小时", date(2026, 11, 25)),
    ],
)
def test_a_pass_holds_through_its_last_day(sat_on, valid_for, until):
    """Month ends are clipped; the last day counts, the next does not."""
    exam = EXAM.model_copy(update={"valid_for": Duration.parse(valid_for)})
    events = [sat(1, datetime.fromisoformat(sat_on), wrong=0, exam=exam)]
    midnight = datetime.fromisoformat(f"{until}T23:59:59+08:00")

    found = standing_of(WANG, exam, fold(events), midnight)

    assert (found.until, found.state, found.days_left) == (until, State.EXPIRING, 0)
    assert state(events, midnight + timedelta(seconds=1), exam) is State.EXPIRED


def test_validity_is_the_rule_of_its_time():
    """A shorter validity today does not shorten a pass that was given."""
    events = [sat(1, wrong=0)]
    shorter = EXAM.model_copy(update={"valid_for": Duration.parse("1个月")})

    assert state(events, MORNING + timedelta(days=200), shorter) is State.PASSED


def test_a_failed_renewal_leaves_the_pass():
    """Who fails while still certified stays so until the pass runs out."""
    events = [sat(1, wrong=0), sat(2, MORNING + timedelta(days=300))]

    assert state(events, MORNING + timedelta(days=300, hours=1)) is State.PASSED
    assert state(events, MORNING + timedelta(days=366)) is State.FAILED


def test_cooling_down_then_failed():
    """The state turns when the cool-down ends, and names that moment until then."""
    events = [sat(1)]
    free = MORNING + timedelta(hours=24, minutes=20)

    before = standing_of(WANG, EXAM, fold(events), free - timedelta(seconds=1))
    after = standing_of(WANG, EXAM, fold(events), free)

    assert (before.state, before.again_at) == (State.COOLING, free)
    assert (after.state, after.again_at) == (State.FAILED, None)


def test_waived_until_taken_back():
    """A waiver stands for a pass; voiding it ends that."""
    waived = event(1, Kind.WAIVED)
    voided = event(2, Kind.VOIDED, payload={"voids": 1})

    assert state([waived], MORNING) is State.WAIVED
    assert state([waived, voided], MORNING) is State.ABSENT


def test_who_was_waived_twice_stays_so_when_one_is_taken_back():
    """Whichever of the two it is: each was somebody's decision, with its reason."""
    waived = [event(1, Kind.WAIVED), event(2, Kind.WAIVED)]
    first, second = (event(3, Kind.VOIDED, payload={"voids": n}) for n in (1, 2))
    both = event(4, Kind.VOIDED, payload={"voids": 2})

    assert state([*waived, first], MORNING) is State.WAIVED
    assert state([*waived, second], MORNING) is State.WAIVED
    assert state([*waived, first, both], MORNING) is State.ABSENT


def test_standing_lists_every_person_and_exam():
    """Also who never sat; an exam that is no more only for who sat it; no erased one."""
    old = sat(1, wrong=0)
    gone = Event(**{f: getattr(old, f) for f in Event.__slots__} | {"exam": "former"})
    erased = Event(**{f: getattr(old, f) for f in Event.__slots__} | {"person": "x"})
    people = {"k": WANG, "l": Person("B1", "李四")}

    found = list(
        standing({"entry": EXAM}, people, map(outline_of, [gone, erased]), MORNING)
    )

    assert [(s.person.number, s.exam, s.state) for s in found] == [
        ("A1024", "entry", State.ABSENT),
        ("A1024", "former", State.PASSED),
        ("B1", "entry", State.ABSENT),
    ]


def test_server_time_beats_the_learners_clock():
    """A hand-in to the server ends when it arrives; a file cannot end in the future."""
    arrived = MORNING + timedelta(hours=1)
    early = payloads.of_grade(graded(BOOK, via="server", minutes=5), EXAM, arrived)
    future = payloads.of_grade(
        graded(BOOK, begun=MORNING + timedelta(days=9)), EXAM, arrived
    )

    assert datetime.fromisoformat(early["ended"]) == arrived
    assert datetime.fromisoformat(early["begun"]) == MORNING
    assert datetime.fromisoformat(future["ended"]) == arrived
    assert datetime.fromisoformat(future["begun"]) == arrived


def test_day_is_chinas():
    """Sixteen o'clock in UTC is the next day in China."""
    assert day(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert day(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)


def test_csv_holds_no_formula_and_opens_as_utf8():
    """A name that a spreadsheet would run is text; a BOM says which encoding it is."""
    evil = Person("A1", '=HYPERLINK("http://x","点我")')
    found = list(standing({"entry": EXAM}, {"k": evil}, [], MORNING))

    text = csv_text(as_sheet(found))

    assert text.startswith(BOM + ",".join(SHEET_COLUMNS) + "\r\n")
    assert ",\"'=HYPERLINK" in text
    for start in ("=1", "+1", "-1", "@x", "＝1", "  =1"):
        assert cell(start).startswith("'")
    assert cell("王=小") == "王=小"


def test_terminal_shows_control_characters_and_never_obeys_them():
    """Neither escape sequences nor direction marks nor markup reach the terminal."""
    evil = Person("A1", "\x1b[31m[red]王\u202e小\r明[/red]")
    (found,) = standing({"entry": EXAM}, {"k": evil}, [], MORNING)

    cells = [str(c) for c in as_table([found]).columns[1].cells]

    assert cells == ["\ufffd[31m[red]王\ufffd小\ufffd明[/red]"]
    assert visible("a\nb") == "a\nb"


def test_report_row_and_selection():
    """A row says state, band, score and validity; selection folds staff numbers."""
    told = [outline_of(sat(1, wrong=0))]
    (found,) = standing({"entry": EXAM}, {"k": WANG}, told, MORNING)

    assert row(found)[:-1] == (
        "A1024", "王小明", "上岗考试", "通过", "2027-11-23", "", "", "", "优秀", "5/5",
    )  # fmt: skip
    assert select([found], person=" a1024 ", states=("通过",)) == [found]
    assert select([found], person="王小明 ") == [found]
    assert select([found], person="王") == []
    assert select([found], states=("未通过",)) == []


def test_a_spreadsheet_has_marks_as_numbers():
    """To sort and to average; a share rounds to no mark that it does not reach."""
    told = [outline_of(sat(1, wrong=0))]
    (found,) = standing({"entry": EXAM}, {"k": WANG}, told, MORNING)
    near = found._replace(score=Fraction(7996, 100), possible=100)
    sheet = as_sheet([found, near, found._replace(score=None)])

    page = load_workbook(io.BytesIO(xlsx_bytes(sheet))).active
    rows = [dict(zip(sheet.columns, row, strict=True)) for row in page.values]
    told = list(csv.DictReader(io.StringIO(csv_text(sheet).removeprefix("\ufeff"))))

    assert [row["得分"] for row in rows[1:]] == [5, 79.96, None]
    assert [row["满分"] for row in rows[1:]] == [5, 100, None]
    assert [row["得分率"] for row in rows[1:]] == [1, 0.7996, None]
    place = sheet.columns.index("得分率") + 1
    assert page.cell(2, place).number_format == "0.00%"
    assert page["A2"].data_type == "s"
    assert [row["得分率"] for row in told] == ["100%", "79.96%", ""]


def book_with(*changes: Mapping[str, str], text: str = "三天内回复。") -> Handbook:
    """The handbook after its one clause was reworded, with lines of `changes`."""
    service = page("policies/service.md", {"promise": text}, changes=changes)
    return replace(
        BOOK,
        pages={service.path: service},
        clauses={clause.address: clause for clause in service.clauses},
    )


def change(on: str, kind: str = "material") -> dict[str, object]:
    """A line of a page's `changes`."""
    return {"date": on, "clauses": ("promise",), "kind": kind, "summary": "时限改了"}


def with_rules(book: Handbook, now: datetime, events=None, **exam) -> Standing:
    """Where a pass of 23 November stands under other rules."""
    rule = EXAM.model_copy(update=exam)
    events = events or [sat(1, wrong=0)]
    return standing_of(WANG, rule, fold(events), now, rules_of(book))


LATER = MORNING + timedelta(days=10)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change("2026-11-24")], State.OUTDATED),
        ([change("2026-11-23")], State.OUTDATED),
        ([change("2026-11-22")], State.PASSED),
        ([change("2026-12-03")], State.OUTDATED),
        ([change("2026-12-04")], State.PASSED),
        ([change("2026-11-24", "editorial")], State.PASSED),
        ([change("2026-11-01"), change("2026-11-24", "editorial")], State.PASSED),
        ([], State.PASSED),
    ],
)
def test_a_pass_is_outdated_by_a_material_change_since(changes, expected):
    """Not by one before it, nor by one announced for later, nor by a correction."""
    found = with_rules(book_with(*changes), LATER)

    assert found.state is expected
    assert found.state.may_work is (expected is State.PASSED)
    assert found.changed == ((SOURCE,) if expected is State.OUTDATED else ())
    assert found.until == date(2027, 11, 23)


def test_a_change_entry_about_the_words_that_were_tested_is_none():
    """Sat on the day of the change, after it: the fingerprint is still the same."""
    text = BOOK.clauses[SOURCE].text

    found = with_rules(book_with(change("2026-11-23"), text=text), LATER)

    assert found.state is State.PASSED


@pytest.mark.parametrize(
    ("on_change", "state", "told"),
    [
        ("recertify", State.OUTDATED, (SOURCE,)),
        ("notify", State.PASSED, (SOURCE,)),
        ("none", State.PASSED, ()),
    ],
)
def test_the_exam_says_what_a_change_means(on_change, state, told):
    """Another sitting, a notice, or nothing."""
    found = with_rules(book_with(change("2026-11-24")), LATER, on_change=on_change)

    assert (found.state, found.changed) == (state, told)


def test_a_new_pass_under_the_new_words_counts():
    """Also where the old one would hold longer."""
    book = book_with(change("2026-11-24"))
    again = sat(2, LATER, wrong=0)
    tested = {SOURCE: book.clauses[SOURCE].fingerprint}
    shorter = dict(again.payload["rule"]) | {"valid_for": "2个月"}
    again = replace(
        again, payload=dict(again.payload) | {"clauses": tested, "rule": shorter}
    )

    found = with_rules(book, LATER + timedelta(hours=1), [sat(1, wrong=0), again])

    assert (found.state, found.until) == (State.PASSED, date(2027, 2, 3))


def test_what_ran_out_is_expired_and_not_outdated():
    """The end of a pass comes before what it tested."""
    found = with_rules(book_with(change("2026-11-24")), MORNING + timedelta(days=400))

    assert (found.state, found.changed) == (State.EXPIRED, ())


def test_a_clause_that_is_gone_is_a_change_where_the_page_says_so():
    """Removed in substance, the pass tells of a rule that is none any more."""
    gone = replace(book_with(change("2026-11-24")), clauses={})
    silent = replace(book_with(), clauses={})

    assert with_rules(gone, LATER).state is State.OUTDATED
    assert with_rules(silent, LATER).state is State.PASSED


@pytest.mark.parametrize(
    ("left", "state", "due"),
    [
        (31, State.PASSED, 0),
        (30, State.EXPIRING, 30),
        (15, State.EXPIRING, 30),
        (14, State.EXPIRING, 14),
        (4, State.EXPIRING, 14),
        (3, State.EXPIRING, 3),
        (0, State.EXPIRING, 3),
    ],
)
def test_a_pass_runs_out_from_thirty_days_before(left, state, due):
    """And each of the three reminders is due on its day."""
    now = datetime.fromisoformat("2027-11-23T12:00:00+08:00") - timedelta(days=left)

    found = with_rules(BOOK, now)

    assert (found.state, found.days_left) == (state, left)
    assert found.state.may_work
    assert level(found.days_left) == due


def test_reminders_begin_with_the_most_urgent():
    """Outdated, then by days left, then notices; nobody else is on the list."""
    book = book_with(change("2026-11-24"))
    told = [
        with_rules(BOOK, MORNING + timedelta(days=days))._replace(person=Person(n, n))
        for n, days in (("L", 10), ("D", 336), ("C", 362))
    ]
    told.append(with_rules(book, LATER)._replace(person=Person("O", "O")))
    noticed = with_rules(book, LATER, on_change="notify")
    told.append(noticed._replace(person=Person("N", "N")))

    sheet = reminders(book, told)

    assert [(r[0], r[1], r[5]) for r in sheet.rows] == [
        ("条款已改，要补考", "O", "355"),
        ("3 天内到期", "C", "3"),
        ("30 天内到期", "D", "29"),
        ("条款已改，请重读", "N", "355"),
    ]
    assert "promise 的规定" in sheet.rows[0][6]


def test_nothing_on_record_is_no_history():
    """The short way to say so says the same."""
    (found,) = standing({"entry": EXAM}, {"k": WANG}, [], MORNING)

    assert found == standing_of(WANG, EXAM, History(), MORNING)


def test_a_role_is_its_own_exams_people():
    """The exam that all share makes nobody a receptionist; what is missing is named."""
    roles = {r: Role(id=r, title=r, summary="x") for r in ("desk", "phone")}
    exams = {
        "common": EXAM.model_copy(update={"id": "common", "roles": ("desk", "phone")}),
        "entry": EXAM.model_copy(update={"roles": ("desk",)}),
    }
    passed = with_rules(BOOK, LATER)
    of = {n: Person(n, n) for n in "ABC"}
    told = [
        passed._replace(person=of["A"], exam="common"),
        passed._replace(person=of["A"], exam="entry"),
        passed._replace(person=of["B"], exam="common", state=State.EXPIRED),
        passed._replace(person=of["B"], exam="entry"),
        passed._replace(person=of["C"], exam="common"),
        passed._replace(
            person=of["C"], exam="entry", state=State.ABSENT, takes_part=False
        ),
    ]

    found = list(readiness(roles, exams, told))

    desk = {one.person.number: one for one in found if one.role == "desk"}
    assert {n: one.ready for n, one in desk.items()} == {"A": True, "B": False}
    assert [lack.exam for lack in desk["B"].missing] == ["common"]
    # Nobody has an exam of the phone's own: the shared one is all it has.
    assert {o.person.number for o in found if o.role == "phone"} == {"A", "B", "C"}
    assert totals(found) == [("desk", 1, 2), ("phone", 2, 3)]

    exams["common"] = exams["common"].model_copy(update={"needed_for_work": False})
    found = list(readiness({"desk": roles["desk"]}, exams, told))
    assert {one.person.number: one.ready for one in found} == {"A": True, "B": True}


def test_nobody_is_called_absent_from_an_exam_of_another_role():
    """Asked for is what somebody was assigned, and all that their role needs."""
    roles = {r: Role(id=r, title=r, summary="x") for r in ("desk", "phone")}
    exams = {
        "common": EXAM.model_copy(update={"id": "common", "roles": ("desk", "phone")}),
        "entry": EXAM.model_copy(update={"roles": ("desk",)}),
        "calls": EXAM.model_copy(update={"id": "calls", "roles": ("phone",)}),
    }
    none = with_rules(BOOK, LATER)._replace(state=State.ABSENT, takes_part=False)
    told = [
        none._replace(person=Person(number, number), exam=exam, takes_part=exam == own)
        for number, own in (("A", "entry"), ("B", "calls"), ("C", ""))
        for exam in exams
    ]

    asked = asked_for(roles, exams, told)

    assert asked == {("A", "entry"), ("A", "common"), ("B", "calls"), ("B", "common")}
    absent = select(told, states=("未参加",), asked=asked)
    assert {(one.person.number, one.exam) for one in absent} == asked
    mine = select(told, person="a", asked=asked)
    assert [one.exam for one in mine] == ["common", "entry"]
    assert select(told, asked=[]) == []
    assert len(select(told, absent=True)) == 9
    assert len(select(told, exam="calls")) == 3


def test_who_may_work_without_an_exam_is_only_asked_to_sit_it_again():
    """As the list of who may work says; else the two would contradict each other."""
    expired = with_rules(BOOK, LATER)._replace(state=State.EXPIRED)
    exams = {"entry": BOOK.exams["entry"]}
    exams["common"] = exams["entry"].model_copy(
        update={"id": "common", "needed_for_work": False}
    )
    told = [expired._replace(exam=name) for name in ("entry", "common", "former")]
    used_up = expired._replace(state=State.EXHAUSTED)

    rows = exceptions(replace(BOOK, exams=exams), {}, (), [*told, used_up]).rows

    assert [row[-1] for row in rows] == [
        "请补课，再用 records.py assign 重新安排",
        "请他重考；考过以前不安排上岗",
        "请他重考",
        "请他重考；考过以前不安排上岗",
    ]
