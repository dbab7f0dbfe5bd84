"""Delta papers: what they ask, whom they renew, how they come in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from building import build_handbook, multiple, page, single, true_false
from handing_in import MORNING, answer_file, as_bytes
from hypothesis import given
from hypothesis import strategies as st

from handbook.grading.regrade import Policy
from handbook.grading.submissions import Person
from handbook.grading.verdict import trainer_text
from handbook.handbook import Handbook
from handbook.model.durations import Duration
from handbook.papers import draw, drawn_items, papers_of
from handbook.papers.deltas import ITEMS, Delta, deltas, fitting, seconds
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.intake.hand_ins import Outcome, hand_in
from handbook.records.invitations.invited import start
from handbook.records.invitations.tokens import InvitationError, invite, read, sign
from handbook.records.lists.attention import exceptions, reminders
from handbook.records.lists.reports import as_data, row
from handbook.records.regrading.plans import plan
from handbook.records.standing.currency import rules_of
from handbook.records.standing.everyone import standing
from handbook.records.standing.standing import Standing, State
from handbook.records.statistics.analysis import exam_statistics
from handbook.rendering.exams import exam_html
from handbook.review.passes import count_outdated, summarise

PHONE = "policies/phone.md"
RINGS, HOLD, LOG = f"{PHONE}#rings", f"{PHONE}#hold", f"{PHONE}#log"
CHANGED = "2026-12-01"
DAY = date.fromisoformat(CHANGED)
LATER = MORNING + timedelta(days=20)
"""After the change; the pass was won on the morning of 23 November."""

ITEMS_OF_BOOK = [
    single("rings-how-many", source=(RINGS,), critical=True),
    single("rings-who", source=(RINGS,)),
    true_false("rings-busy", source=(RINGS,)),
    multiple("hold-ask", source=(HOLD,)),
    single("hold-long", source=(HOLD, RINGS)),
    single("log-where", source=(LOG,)),
]
"""Four items ask about the rings, two about holding, one about the log."""


def a_change(on: str, *clauses: str, kind: str = "material") -> dict[str, object]:
    """A line of a page's `changes`."""
    names = clauses or ("rings",)
    return {"date": on, "clauses": names, "kind": kind, "summary": "改了时限"}


def phone_book(*changes: Mapping[str, object], exam=(), **texts: str) -> Handbook:
    """A handbook with three clauses and lines of `changes`; clauses may be reworded."""
    words = {"rings": "三声内接听。", "hold": "先问再等。", "log": "当天登记。"}
    rules = page(PHONE, words | texts, changes=changes)
    return build_handbook(ITEMS_OF_BOOK, exam=dict(exam), pages=[rules])


OLD = phone_book()
NEW = phone_book(a_change(CHANGED), rings="两声内接听。")


def sit(  # noqa: PLR0913 - what may differ between sittings
    store: Store,
    book: Handbook,
    when: datetime,
    *,
    delta: str = "",
    wrong: int = 0,
    number: str = "A1024",
    form: int = 1,
) -> Outcome:
    """Hand in an answer file of somebody who began then; recorded half an hour later."""
    made = answer_file(
        book, number=number, begun=when, minutes=3, wrong=wrong, delta=delta, form=form
    )
    now = when + timedelta(minutes=30)
    return hand_in(book, store, as_bytes(made), via="file", now=now)


def stands(store: Store, book: Handbook, now: datetime) -> Standing:
    """Where the one person on record stands with the one exam."""
    told = standing(book.exams, store.people(), store.outlines(), now, rules_of(book))
    (found,) = told
    return found


@pytest.fixture
def store(place: str):
    """Records in which one person passed the whole exam under the old words."""
    with Store(place) as opened:
        assert sit(opened, OLD, MORNING).receipt
        yield opened


def codes(outcome: Outcome) -> list[str]:
    """Why a hand-in was refused."""
    return [refusal.code for refusal in outcome.refusals]


# What a paper asks


def test_a_paper_asks_about_what_changed_and_nothing_else():
    """Critical items always, of each clause at least two where there are two."""
    paper = draw(NEW, "entry", 1, CHANGED)
    asked = [item.id for item in drawn_items(NEW, paper)]

    assert "rings-how-many" in asked
    assert len(asked) == ITEMS
    assert all(RINGS in NEW.items[name].source for name in asked)
    assert paper.title == "上岗考试：补考改动部分"
    assert paper.seconds == 14 * 60


def test_a_short_paper_has_five_minutes_all_the_same():
    """One item at the exam's pace would have no time to be read."""
    quick = {"time_limit": Duration.parse("12分钟")}
    exam = NEW.exams["entry"].model_copy(update=quick)

    assert exam.size == 6
    assert [seconds(exam, items) for items in (1, 2, 3, 6)] == [300, 300, 360, 720]


def test_parallel_forms_differ_where_the_bank_allows():
    """The second form takes what the first one left."""
    first, second = (
        {i.id for i in drawn_items(NEW, draw(NEW, "entry", form, CHANGED))}
        for form in (1, 2)
    )

    assert first & second == {"rings-how-many"}


def test_a_paper_of_several_days_asks_about_all_since():
    """A newer paper asks less; each names the change before it."""
    book = phone_book(a_change("2026-11-01"), a_change(CHANGED, "hold", "log"))

    newer, older = deltas(book, book.exams["entry"])

    assert (newer.day, newer.after, newer.clauses) == (
        DAY, date(2026, 11, 1), (HOLD, LOG),
    )  # fmt: skip
    assert (older.day, older.after, older.clauses) == (
        date(2026, 11, 1), None, (RINGS, HOLD, LOG),
    )  # fmt: skip
    for delta in (newer, older):
        items = drawn_items(book, draw(book, "entry", 1, delta.name))
        assert set(delta.clauses) <= {a for i in items for a in i.source}


@pytest.mark.parametrize(
    ("changes", "exam"),
    [
        ([], {}),
        ([a_change(CHANGED, kind="editorial")], {}),
        ([a_change(CHANGED)], {"on_change": "notify"}),
        ([a_change(CHANGED)], {"on_change": "none"}),
    ],
)
def test_there_is_no_paper_where_nobody_must_sit_again(changes, exam):
    """Nothing changed in substance, or the exam asks for nothing."""
    book = phone_book(*changes, exam=exam)

    assert deltas(book, book.exams["entry"]) == ()
    with pytest.raises(ValueError, match="delta"):
        draw(book, "entry", 1, CHANGED)


def test_a_paper_is_kept_as_long_as_a_pass_holds_and_few_are_kept():
    """Older changes than any pass that holds ask nobody; of many days some stay."""
    monthly = [a_change(f"2026-{month:02}-01") for month in range(1, 13)]
    book = phone_book(a_change("2025-01-01"), *monthly)

    found = deltas(book, book.exams["entry"])

    assert [one.day.month for one in found] == [12, 11, 10, 9, 8, 1]
    assert found[-1].day == date(2026, 1, 1)
    assert found[-2].after == date(2026, 7, 1)


@given(
    st.lists(
        st.tuples(
            st.dates(date(2026, 1, 1), date(2027, 6, 1)),
            st.sets(st.sampled_from(["rings", "hold", "log"]), min_size=1),
        ),
        max_size=9,
    ),
    st.dates(date(2026, 1, 1), date(2027, 6, 1)),
)
def test_whoever_passed_on_any_day_finds_a_paper_about_all_since(changes, sat):
    """By the rule of the page: the newest paper whose change before lies before the day."""
    book = phone_book(*(a_change(str(day), *names) for day, names in changes))
    exam = book.exams["entry"].model_copy(update={"valid_for": Duration.parse("9年")})
    known = deltas(book, exam)
    due = {f"{PHONE}#{name}" for day, names in changes if day >= sat for name in names}

    chosen = next((d for d in known if d.after is None or d.after < sat), None)

    assert not due or due <= set(chosen.clauses)
    assert bool(fitting(known, due)) or not known


# What passing and failing means


def test_passing_renews_the_pass_until_its_own_end(store):
    """State, end, score and band are the pass's again; another change outdates it anew."""
    before = stands(store, NEW, LATER)
    outcome = sit(store, NEW, LATER, delta=CHANGED)
    after = stands(store, NEW, LATER + timedelta(hours=1))

    assert (before.state, before.changed, before.delta) == (
        State.OUTDATED, (RINGS,), CHANGED,
    )  # fmt: skip
    assert outcome.receipt.grade.title == "上岗考试：补考改动部分"
    assert (after.state, after.changed, after.delta) == (State.PASSED, (), "")
    assert (after.until, after.band) == (date(2027, 11, 23), "优秀")
    assert (after.score, after.possible) == (6, 6)

    again = phone_book(a_change(CHANGED), a_change("2027-01-01"), rings="一声内接听。")
    assert stands(store, again, LATER + timedelta(days=60)).delta == "2027-01-01"


def test_what_a_paper_did_not_ask_stays_outdated(store):
    """A newer paper than is due renews its own clauses only."""
    book = phone_book(
        a_change("2026-11-25"), a_change(CHANGED, "hold"), rings="两声。", hold="不等。"
    )

    assert stands(store, book, LATER).delta == "2026-11-25"
    assert sit(store, book, LATER, delta=CHANGED).receipt
    after = stands(store, book, LATER + timedelta(hours=1))

    assert (after.state, after.changed) == (State.OUTDATED, (RINGS,))


def test_failing_cools_down_then_asks_for_the_whole_exam(store):
    """Two tries of the short paper; the third sitting is the whole exam's."""
    fail = {"delta": CHANGED, "wrong": ITEMS}
    assert sit(store, NEW, LATER, **fail).receipt
    cooling = stands(store, NEW, LATER + timedelta(hours=1))
    too_soon = sit(store, NEW, LATER + timedelta(hours=2), delta=CHANGED)
    assert sit(store, NEW, LATER + timedelta(days=2), **fail).receipt
    tomorrow = LATER + timedelta(days=4)
    third = sit(store, NEW, tomorrow, delta=CHANGED)

    assert (cooling.state, cooling.changed, cooling.delta) == (
        State.COOLING, (RINGS,), CHANGED,
    )  # fmt: skip
    assert codes(too_soon) == ["A691"]
    assert codes(third) == ["A699"]
    whole = stands(store, NEW, tomorrow)
    assert (whole.state, whole.delta, row(whole)[5]) == (
        State.OUTDATED, "", "整门考试",
    )  # fmt: skip
    assert sit(store, NEW, tomorrow).receipt.grade.passed
    assert stands(store, NEW, tomorrow + timedelta(hours=1)).state is State.PASSED


def test_all_failures_use_up_the_attempts(store):
    """Short and whole papers share the limit; then a trainer must step in."""
    for days, delta in ((0, CHANGED), (2, CHANGED), (4, "")):
        assert sit(
            store, NEW, LATER + timedelta(days=days), delta=delta, wrong=6
        ).receipt

    assert stands(store, NEW, LATER + timedelta(days=6)).state is State.EXHAUSTED


@pytest.mark.parametrize(
    "when",
    [MORNING - timedelta(days=1), MORNING + timedelta(days=400)],
    ids=["before", "after"],
)
def test_without_a_pass_that_holds_there_is_nothing_to_renew(store, when):
    """Nobody passes a whole exam by a short paper."""
    assert codes(sit(store, NEW, when, delta=CHANGED)) == ["A699"]
    assert codes(sit(store, NEW, LATER, delta=CHANGED, number="B2")) == ["A699"]
    assert [e.kind for e in store.events()] == [
        Kind.SUBMITTED, Kind.GRADED, Kind.REFUSED, Kind.REFUSED,
    ]  # fmt: skip


def test_a_voided_delta_renews_nothing(store):
    """As any sitting that a trainer takes back."""
    receipt = sit(store, NEW, LATER, delta=CHANGED).receipt
    store.void(receipt.code, reason="代考", by="T1", now=LATER)

    assert stands(store, NEW, LATER + timedelta(days=1)).state is State.OUTDATED


def test_a_clause_that_no_item_asks_about_wants_the_whole_exam(store):
    """And the lists say so."""
    retired = [
        item.model_copy(update={"status": "retired"}) if RINGS in item.source else item
        for item in ITEMS_OF_BOOK
    ]
    rules = page(PHONE, {"rings": "两声。", "hold": "先问再等。", "log": "当天登记。"},
                 changes=[a_change(CHANGED), a_change(CHANGED, "hold")])  # fmt: skip
    book = build_handbook(retired, exam={}, pages=[rules])

    found = stands(store, book, LATER)
    told = reminders(book, [found])
    todo = exceptions(book, store.people(), (), [found])

    assert (found.state, found.delta) == (State.OUTDATED, "")
    assert "考整门" in told.rows[0][6]
    assert "考整门" in todo.rows[0][5]


def test_lists_name_the_paper(store):
    """Reminder, exception, report and data say which one."""
    found = stands(store, NEW, LATER)

    assert f"补考 {CHANGED} 起的改动" in reminders(NEW, [found]).rows[0][6]
    assert row(found)[5] == f"{CHANGED} 起的改动"
    assert as_data(found)["delta"] == CHANGED


# How it comes in


def test_a_paper_that_changed_meanwhile_is_refused(store):
    """A later change makes the paper of that day another one, or no paper at all."""
    made = as_bytes(answer_file(NEW, begun=LATER, minutes=3, delta=CHANGED))
    wider = phone_book(a_change(CHANGED), a_change("2026-12-05", "hold"), hold="不等。")

    for book in (wider, OLD):
        outcome = hand_in(book, store, made, via="file", now=LATER)
        assert codes(outcome) == ["A613"]


@pytest.mark.parametrize("delta", ["", "2026-13-99", "gestern", 5, None, "2026-12-02"])
def test_a_day_that_is_none_is_refused_and_never_raises(store, delta):
    """Hostile hand-ins: another paper's day, no day, no text."""
    made = answer_file(NEW, begun=LATER, minutes=3, delta=CHANGED)
    raw = json.loads(as_bytes(made)) | {"delta": delta}

    outcome = hand_in(NEW, store, as_bytes(raw), via="file", now=LATER)

    assert outcome.receipt is None
    assert codes(outcome)[0] in {"A605", "A606", "A613"}


def test_invitations_say_which_and_only_where_there_is_one():
    """A signed text of another version; no old one reads as one to a delta."""
    until = LATER + timedelta(days=1)
    person = Person("A1024", "王小明")
    made = invite(NEW, person, "entry", until, LATER, delta=True)
    whole = invite(NEW, person, "entry", until, LATER)

    assert read(sign(made, "x" * 24), "x" * 24).delta
    assert not read(sign(whole, "x" * 24), "x" * 24).delta
    with pytest.raises(InvitationError, match="没有要补考的改动"):
        invite(OLD, person, "entry", until, LATER, delta=True)


def test_an_invitation_begins_nothing_where_nothing_is_due(store):
    """Up to date already, or nothing that could be renewed."""
    until = LATER + timedelta(days=9)
    up_to_date = invite(
        NEW, Person("A1024", "王小明"), "entry", until, LATER, delta=True
    )
    stranger = invite(NEW, Person("B2", "李四"), "entry", until, LATER, delta=True)
    assert sit(store, NEW, LATER, delta=CHANGED).receipt

    told = [
        start(NEW, store, guest, LATER + timedelta(days=1))
        for guest in (up_to_date, stranger)
    ]

    assert [refusals[0].code for refusals in told] == ["A699", "A699"]
    assert "不用再考" in told[0][0].remedy
    assert Kind.STARTED not in [event.kind for event in store.events()]


# What it is kept apart from, and what it counts in


def test_statistics_leave_delta_papers_out(store):
    """Another test, of people who know the rest."""
    assert sit(store, NEW, LATER, delta=CHANGED).receipt

    assert exam_statistics(NEW, store, "entry", "all").sittings == 1


def test_a_regrade_reaches_delta_papers_too(store):
    """A wrong key was wrong on both; who flips is named for both."""
    failed = sit(store, NEW, LATER, delta=CHANGED, wrong=ITEMS).receipt

    planned = plan(NEW, store, "entry", "rings-how-many", Policy.FULL_CREDIT)

    assert planned.sittings == ITEMS
    assert [(c.before.sitting, c.becomes.score) for c in planned.changes] == [
        (failed.event.sitting, 1)
    ]


def test_a_review_counts_who_would_sit_the_delta_and_who_did(store):
    """A pass renewed under the new words is no longer outdated by the change."""
    now = LATER + timedelta(days=1)
    held = summarise(NEW.exams, store.people(), list(store.outlines()), LATER)
    assert sit(store, NEW, LATER, delta=CHANGED).receipt
    renewed = summarise(NEW.exams, store.people(), list(store.outlines()), now)

    assert count_outdated(held, OLD, NEW, (), LATER.date())["entry"].outdated == 1
    assert count_outdated(renewed, OLD, NEW, (), now.date())["entry"].outdated == 0


def test_trainers_read_what_was_sat(store):
    """Title and time are the delta paper's."""
    grade = sit(store, NEW, LATER, delta=CHANGED).receipt.grade

    assert "上岗考试：补考改动部分" in trainer_text(NEW, grade)
    assert "限时 14分钟" in trainer_text(NEW, grade)


# The page


def test_the_page_offers_each_paper_without_a_key():
    """Every form of every day, whom it suits and what it asks about."""
    html = exam_html(NEW, "entry")

    for paper in papers_of(NEW, "entry"):
        assert f'data-paper="{paper.digest}"' in html
    assert f'<li data-delta="{CHANGED}"' in html
    assert f"{CHANGED} 当天或以前通过的人" in html
    assert 'href="../policies/phone.html#rings"' in html
    assert "data-delta" not in exam_html(OLD, "entry")


def test_whole_papers_are_what_they_were():
    """A change of a rule alone makes no paper in hand stale."""
    assert [draw(OLD, "entry", n).digest for n in (1, 2)] == [
        draw(NEW, "entry", n).digest for n in (1, 2)
    ]
    assert deltas(NEW, NEW.exams["entry"])[0] == Delta("entry", DAY, None, (RINGS,))
