"""Changes that people must confirm: whom they ask, what proves it, who has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from building import build_handbook, make_exam, page, single, true_false
from handing_in import MORNING, answer_file, as_bytes

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.leaks import find_leaks
from handbook.model.data import Role
from handbook.papers import draw, drawn_items
from handbook.papers.confirmations import confirmations, exam_of
from handbook.records.database.store import Store
from handbook.records.history.events import Kind
from handbook.records.intake.hand_ins import Outcome, hand_in
from handbook.records.invitations.invited import Sitting, start
from handbook.records.invitations.tokens import invite, link
from handbook.records.lists.outlook import outlook
from handbook.records.statistics.analysis import exam_statistics
from handbook.rendering.exams import confirm_html, exam_html
from handbook.review.texts import new_entries

PHONE = "policies/phone.md"
ROLES = [
    Role(id=r, title=t, summary="x") for r, t in (("desk", "前台"), ("hot", "热线"))
]
LATER = MORNING + timedelta(days=20)


def a_change(on: str = "2026-12-01", **more: object) -> dict[str, object]:
    """A line of a page's `changes` that must be confirmed."""
    return {
        "date": on, "clauses": ("rings",), "kind": "material",
        "summary": "应答时限改为两声", "confirm": True,
    } | more  # fmt: skip


def book_of(*changes: Mapping[str, object], items=None, **front) -> Handbook:
    """A handbook with a desk's and a hotline's exam, and a page of the desk's."""
    rules = page(
        PHONE, {"rings": "两声内接听。", "log": "当天登记。"},
        changes=changes, **{"roles": ["desk"]} | front,
    )  # fmt: skip
    bank = [
        single("rings-a", source=(f"{PHONE}#rings",)),
        single("rings-b", source=(f"{PHONE}#rings",)),
        true_false("rings-c", source=(f"{PHONE}#rings",)),
        single("log-a", source=(f"{PHONE}#log",)),
        single("learn", source=(f"{PHONE}#rings",), use="practice"),
    ]
    exams = [
        make_exam({"service": 2}, id="entry", on_change="notify"),
        make_exam({"service": 2}, id="hotline", title="热线考试", roles=("hot",)),
    ]
    return build_handbook(
        bank if items is None else items, exams=exams, pages=[rules], roles=ROLES
    )


BOOK = book_of(a_change())
(CHANGE,) = confirmations(BOOK)


def confirm(  # noqa: PLR0913 - what may differ between hand-ins
    store: Store,
    book: Handbook,
    *,
    exam: str = CHANGE,
    number: str = "A1",
    name: str = "王小明",
    wrong: int = 0,
    at=LATER,
) -> Outcome:
    """Hand in a confirmation or an exam."""
    made = answer_file(
        book, exam=exam, number=number, name=name, wrong=wrong, begun=at, minutes=3
    )
    return hand_in(
        book, store, as_bytes(made), via="file", now=at + timedelta(minutes=5)
    )


@pytest.fixture
def store(place: str):
    """Records with one person of the desk and one of the hotline."""
    with Store(place) as opened:
        for number, exam in (("A1", "entry"), ("B2", "hotline")):
            at = MORNING
            assert confirm(opened, BOOK, exam=exam, number=number, at=at).receipt
        yield opened


def missing(store: Store, book: Handbook, now=LATER) -> list[tuple[str, ...]]:
    """Who has not confirmed: number, role, days, state."""
    rows = outlook(book, store, now).sheet("unconfirmed").rows
    return [(row[0], row[2], row[5], row[6]) for row in rows]


def test_a_paper_is_a_statement_and_one_or_two_exam_items():
    """Parallel forms ask otherwise; a practice item proves nothing."""
    first, second = (
        [i.id for i in drawn_items(BOOK, draw(BOOK, CHANGE, form))] for form in (1, 2)
    )

    assert first[0] == second[0] == f"read-{CHANGE}"
    assert len(first) == 3
    assert set(first[1:] + second[1:]) == {"rings-a", "rings-b", "rings-c"}


def test_without_items_the_statement_stands_alone():
    """A bare confirmation, also of a whole page."""
    book = book_of(a_change(clauses=()), items=[single("log-a")])
    (name,) = confirmations(book)

    assert [i.id for i in drawn_items(book, draw(book, name, 1))] == [f"read-{name}"]


def test_each_changed_clause_is_asked_before_one_is_asked_twice():
    """Two clauses, two items, one of each."""
    book = book_of(a_change(clauses=("rings", "log")))
    (name,) = confirmations(book)

    asked = {i.id for i in drawn_items(book, draw(book, name, 1))}

    assert "log-a" in asked
    assert len(asked) == 3


def test_what_changed_long_before_the_newest_is_asked_no_more():
    """A year; else the page grows for ever."""
    old = book_of(a_change(), a_change(on="2025-12-02"), a_change(on="2025-11-30"))

    assert [one.change.date.year for one in confirmations(old).values()] == [2026, 2025]


def test_a_mended_summary_is_the_same_change():
    """What people confirmed stays confirmed; another day or clause is another change."""
    mended = book_of(a_change(summary="接听改为两声以内"))
    moved = book_of(a_change(on="2026-12-02"))

    assert set(confirmations(mended)) == {CHANGE}
    assert set(confirmations(moved)) != {CHANGE}
    assert exam_of(BOOK, "change-000000000000") is None


def test_asked_are_the_people_of_the_pages_roles(store):
    """From its day on; of a page for everyone, everyone, for each role once."""
    everyone = book_of(a_change(), roles=[])

    assert missing(store, BOOK) == [("A1", "前台", "12", "没有确认")]
    assert missing(store, BOOK, MORNING) == []
    assert [row[:2] for row in missing(store, everyone)] == [
        ("A1", "前台"), ("B2", "热线"),
    ]  # fmt: skip
    assert missing(store, book_of(a_change(confirm=False))) == []


def test_confirming_takes_one_off_the_list(store):
    """Wrong answers are told of; a right one is proof, on record like any hand-in."""
    assert not confirm(store, BOOK, wrong=3).receipt.grade.passed
    tried = missing(store, BOOK, LATER + timedelta(hours=2))
    again = confirm(store, BOOK, at=LATER + timedelta(hours=2))

    assert tried == [("A1", "前台", "12", "没有答对（2026-12-13 09:03），现在可以再试")]
    assert again.receipt.grade.passed
    assert missing(store, BOOK, LATER + timedelta(days=1)) == []
    assert store.verify() == ()


def test_attempts_run_out_so_that_nobody_tries_the_key_out(store):
    """Three tries, an hour apart; then a trainer allows more, or waives it."""
    for hours in (0, 2, 4):
        assert confirm(store, BOOK, wrong=3, at=LATER + timedelta(hours=hours)).receipt
    late = LATER + timedelta(hours=6)
    refused = confirm(store, BOOK, at=late)

    assert [one.code for one in refused.refusals] == ["A692"]
    assert missing(store, BOOK, late)[0][3] == "3 次没有答对，次数用完"
    store.note(
        Kind.WAIVED, Person("A1", ""), CHANGE, reason="当面讲过", by="T1", now=late
    )
    assert missing(store, BOOK, late) == []


def test_an_exam_on_the_new_words_is_proof_too(store):
    """Sat since the change; the same exam sat before it is none."""
    exam = BOOK.exams["entry"]
    rings_only = replace(
        BOOK,
        banks={
            "service": replace(
                BOOK.banks["service"],
                items=tuple(i for i in BOOK.items.values() if i.id.startswith("rings")),
            )
        },
    )

    assert exam.on_change == "notify"
    assert confirm(store, rings_only, exam="entry").receipt.grade.passed
    assert missing(store, rings_only, LATER + timedelta(days=1)) == []


def test_who_left_and_who_came_later_are_not_asked(store):
    """Released from the desk's exam; others assigned to it before the change and after."""
    for kind, person, now in (
        (Kind.RELEASED, Person("A1", "王小明"), LATER),
        (Kind.ASSIGNED, Person("C3", "早来的"), MORNING),
        (Kind.ASSIGNED, Person("D4", "新来的"), LATER),
    ):
        store.note(kind, person, "entry", reason="x", by="T1", now=now)

    assert [row[0] for row in missing(store, BOOK)] == ["C3"]
    roles = outlook(BOOK, store, LATER).sheet("roles").rows
    assert [(r[0], r[1], r[3]) for r in roles] == [
        ("前台", "C3", "不可以"), ("前台", "D4", "不可以"), ("热线", "B2", "可以"),
    ]  # fmt: skip


def test_an_invitation_leads_to_the_page_of_confirmations(store):
    """The same server, the same clock."""
    guest = invite(
        BOOK, Person("A1", "王小明"), CHANGE, LATER + timedelta(days=1), LATER
    )

    begun = start(BOOK, store, guest, LATER)

    assert isinstance(begun, Sitting)
    assert begun.paper == draw(BOOK, CHANGE, begun.form).digest
    assert link("http://kb", CHANGE, "t") == "http://kb/exams/confirm.html#invitation=t"


def test_it_is_no_exam_in_lists_and_statistics(store):
    """Neither among former exams nor in anybody's figures."""
    assert confirm(store, BOOK).receipt

    seen = outlook(BOOK, store, LATER)

    assert {one.exam for one in seen.standings} == {"entry", "hotline"}
    assert exam_statistics(BOOK, store, "entry", "all").sittings == 1


def test_the_page_shows_what_to_read_and_no_key():
    """Link to the clause, whom it asks, every form; and says when there is nothing."""
    html = confirm_html(BOOK)

    assert 'href="../policies/phone.html#rings"' in html
    assert "前台" in html
    assert html.count("<template") == 2
    assert "条款里关于" not in html
    assert "没有要确认的改动" in confirm_html(book_of())


def test_asking_for_it_later_is_no_new_change():
    """An entry that gets `confirm: true` afterwards tells of nothing that moved."""
    before = book_of(a_change(confirm=False))

    assert new_entries(before, BOOK, PHONE) == ()
    assert new_entries(book_of(), BOOK, PHONE)[0].date == date(2026, 12, 1)


def test_papers_on_changes_are_no_leak_and_their_items_elsewhere_are(tmp_path):
    """Stems stand on the pages where they are sat; on another page they are a leak."""
    book = book_of(
        a_change(),
        items=[
            single("rings-a", source=(f"{PHONE}#rings",), stem="电话响几声以内接起？")
        ],
    )
    book = replace(book, exams={"entry": make_exam({"service": 1}, id="entry")})
    for name, html in {
        "exams/entry.html": exam_html(book, "entry"),
        "exams/confirm.html": confirm_html(book),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(html, encoding="utf-8")
    clean = list(find_leaks(book, tmp_path))
    (tmp_path / "guide.html").write_text(
        "<p>电话响几声以内接起？</p>", encoding="utf-8"
    )

    assert "data-delta" in exam_html(book, "entry")
    assert clean == []
    assert [str(leak) for leak in find_leaks(book, tmp_path)] != []
