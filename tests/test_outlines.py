"""What is kept beside the chain says the same as the chain, and standing the same of it."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from building import make_exam
from handing_in import MORNING, graded, small_book
from hypothesis import given
from hypothesis import strategies as st
from tampering import raw_sql, tamper

from handbook.grading.submissions import Person
from handbook.model.durations import Duration
from handbook.records.care.decisions import verify_text
from handbook.records.care.retention import past
from handbook.records.database.archive import dump, take_over
from handbook.records.database.store import Store
from handbook.records.history.attempts import fold
from handbook.records.history.errors import BrokenEventError
from handbook.records.history.events import Kind
from handbook.records.history.outlines import Examined, Outline, outline_of
from handbook.records.history.refusing import refused
from handbook.records.history.times import stored
from handbook.records.standing.currency import Rules
from handbook.records.standing.everyone import standing
from handbook.records.standing.standing import absent, standing_of

BOOK = small_book()
EXAM = BOOK.exams["entry"]
YEARS = Duration.parse("3年")
EXAMS = {"entry": EXAM, "second": EXAM.model_copy(update={"id": "second"})}


@pytest.fixture
def store(place: str):
    """Records with a bit of everything in them."""
    with Store(place) as opened:
        live(opened, random.Random(7))  # noqa: S311 - the same each time
        yield opened


def live(store: Store, chance: random.Random) -> None:
    """Let some people sit, fail, pass, and trainers decide about them."""
    now = MORNING
    receipts: list[str] = []
    for turn in range(40):
        now += timedelta(hours=chance.randrange(1, 40))
        number = f"P{chance.randrange(6)}"
        person = Person(number, "员工")
        match chance.randrange(6):
            case 0 if receipts:
                lucky = receipts.pop(chance.randrange(len(receipts)))
                store.void(lucky, reason="登记错了", by="T1", now=now)
            case 1:
                kind = chance.choice([Kind.ASSIGNED, Kind.WAIVED, Kind.RELEASED])
                event = store.note(kind, person, EXAM.id, reason="因", by="T1", now=now)
                receipts += [event.receipt] * (kind is Kind.WAIVED)
            case 2:
                store.refuse_all([refused(f"{turn}.json", (), None)], now)
            case _:
                wrong = chance.choice([0, 0, 1, 5])
                sat = graded(BOOK, number=number, begun=now, wrong=wrong)
                done = store.record(sat, EXAM, now + timedelta(hours=1))
                receipts += [] if isinstance(done, tuple) else [done.code]


def by_sequence(outlines) -> list[Outline]:
    """Outlines in the order of their events."""
    return sorted(outlines, key=lambda one: one.sequence)


def expected(store: Store) -> list[Outline]:
    """What the table should hold, worked out from the events anew."""
    return [outline_of(e) for e in store.events() if e.kind is not Kind.SUBMITTED]


def test_each_event_is_outlined_as_it_was_written(store):
    """But for `submitted`, which a grade follows; people stand together."""
    told = list(store.outlines())

    assert by_sequence(told) == expected(store)
    assert len({one.kind for one in told}) == 6
    sitters = [(one.person, one.exam) for one in told]
    assert sitters == sorted(sitters)
    assert store.verify() == ()


def test_records_of_a_file_are_outlined_too(store, tmp_path):
    """Restored or imported, they tell of the same people the same."""
    lines = tmp_path / "lines.jsonl"
    with lines.open("w", encoding="utf-8") as output:
        dump(store, output)

    with Store(str(tmp_path / "other.sqlite")) as other, lines.open() as read:
        take_over(other, read)

        assert list(other.outlines()) == list(store.outlines())
        assert other.verify() == ()


def test_older_records_are_outlined_when_they_are_opened(store, place):
    """Also where an event cannot be read any more: verify can still name it."""
    before = list(store.outlines())
    broken = next(one for one in before if one.kind == Kind.GRADED).sequence
    store.close()
    with raw_sql(place) as raw:
        on = " ON events" if raw.dialect.name == "postgresql" else ""
        raw.exec_driver_sql(f"DROP TRIGGER events_no_update{on}")
        raw.exec_driver_sql("DROP TABLE outlines")
        raw.exec_driver_sql("DROP TABLE examined")
        raw.exec_driver_sql("DELETE FROM migrations WHERE name='know_outlines'")
        raw.exec_driver_sql(
            f"UPDATE events SET payload='x' WHERE sequence={broken:d}"  # noqa: S608 - a number
        )

    with Store(place) as opened:
        after = list(opened.outlines())

        assert [a for a in after if a.sequence != broken] == [
            b for b in before if b.sequence != broken
        ]
        assert [(f.kind.name, f.first) for f in opened.verify()] == [("EDITED", broken)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outlines SET passed=1-passed WHERE sequence={0}",
        "UPDATE outlines SET until='2099-01-01' WHERE sequence={0}",
        "UPDATE outlines SET at='2020-01-01T00:00:00+00:00' WHERE sequence={0}",
        "UPDATE outlines SET person='nobody' WHERE sequence={0}",
        "DELETE FROM outlines WHERE sequence={0}",
    ],
)
def test_an_outline_that_was_changed_is_named_and_made_anew(store, place, statement):
    """By somebody with a database tool; the events are as they were."""
    before = list(store.outlines())
    sequence = next(one for one in before if one.kind == Kind.GRADED).sequence

    tamper(place, statement.format(sequence))
    (fault,) = store.verify()

    assert (fault.kind.name, fault.first, fault.last) == ("OUTLINE", sequence, sequence)
    assert "verify --rebuild" in str(fault)
    sound, lines = verify_text(store, None, rebuild=True)
    assert sound
    assert "已按记录重算" in lines[0]
    assert list(store.outlines()) == before
    assert store.verify() == ()


def test_nothing_is_made_anew_from_events_that_were_changed(store, place):
    """Else what somebody wrote into the chain would count, and no outline speak of it."""
    tamper(
        place,
        "UPDATE events SET exam='x' WHERE sequence=1",
        "UPDATE outlines SET until='2099-01-01'",
    )
    before = list(store.outlines())

    sound, lines = verify_text(store, None, rebuild=True)

    assert not sound
    assert not any("已按记录重算" in line for line in lines)
    assert list(store.outlines()) == before


def test_an_outline_of_nothing_is_named(store, place):
    """A pass that no event speaks of."""
    end, _ = store.end()

    tamper(
        place,
        f"INSERT INTO outlines (person, exam, sequence, kind, at) "  # noqa: S608 - a number
        f"VALUES ('x', 'entry', {end + 1:d}, 'graded', '')",
    )

    assert [(f.kind.name, f.first) for f in store.verify()] == [("OUTLINE", end + 1)]


@pytest.mark.parametrize("clauses", ["{}", "[]", "1", "x", ""])
def test_what_was_tested_cannot_be_changed_unseen(store, place, clauses):
    """Else a pass could be kept from going out of date."""
    tamper(place, f"UPDATE examined SET clauses='{clauses}'")  # noqa: S608 - ours

    assert {fault.kind.name for fault in store.verify()} == {"OUTLINE"}


@pytest.mark.parametrize(
    "change", ["score='viel'", "score='1/0'", "ended='gestern'", "until='bald'"]
)
def test_whoever_reads_what_was_changed_is_told_to_verify(store, place, change):
    """And not shown a traceback."""
    tamper(place, f"UPDATE outlines SET {change} WHERE kind='graded'")  # noqa: S608 - above

    with pytest.raises(BrokenEventError, match="verify"):
        past(store.people(), store.outlines(), store.spans(), YEARS, MORNING.date())
    with pytest.raises(BrokenEventError, match="verify"):
        list(
            standing(
                BOOK.exams,
                store.people(),
                store.outlines(),
                MORNING + timedelta(days=900),
            )
        )


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE examined SET clauses='{'",
        "UPDATE outlines SET sequence=x'00ff' "
        "WHERE sequence=(SELECT max(sequence) FROM outlines)",
        "UPDATE outlines SET score=x'00', examined=1",
    ],
)
def test_what_no_program_wrote_there_is_told_and_made_anew(store, place, statement):
    """SQLite takes anything in any column; `verify` does, too."""
    tamper(place, statement)

    assert {fault.kind.name for fault in store.verify()} == {"OUTLINE"}
    assert verify_text(store, None, rebuild=True)[0]
    assert store.verify() == ()


def test_what_cannot_be_read_is_told_as_broken(store, place):
    """By every list that would need it, with the command that says more."""
    tamper(place, "UPDATE examined SET clauses='x'")

    with pytest.raises(BrokenEventError, match="verify"):
        list(store.outlines())


@pytest.mark.usefixtures("store")
def test_the_database_itself_refuses_changes(place):
    """As with the events, without a tool that takes its protection off first."""
    for statement in ("DELETE FROM outlines", "UPDATE examined SET title='x'"):
        with pytest.raises(Exception, match="append only"), raw_sql(place) as raw:
            raw.exec_driver_sql(statement)


# Standing


def passes(person: str, exam: str):
    """One pass, of any day and with any marks."""
    begun = st.datetimes(datetime(2025, 6, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001 - made aware below
        lambda when: when.replace(tzinfo=UTC)
    )
    clauses = st.dictionaries(
        st.sampled_from(["p.md#a", "p.md#b", "p.md#c"]),
        st.sampled_from(["old", "new"]),
    )

    def made(when: datetime, tested, score: int, possible: int, passed: bool):  # noqa: FBT001 - drawn
        until = (when + timedelta(days=365)).date().isoformat() if passed else None
        return Outline(
            person, exam, 0, "graded", f"{person}-{when}", stored(when),
            stored(when + timedelta(minutes=9)), passed, "合格", str(score), possible,
            until, "", None, Examined.of("考试", tested),
        )  # fmt: skip

    return st.builds(
        made,
        begun,
        clauses,
        st.integers(0, 40),
        st.sampled_from([0, 40]),
        st.booleans(),
    )


def decisions(person: str, exam: str):
    """What a trainer decided about somebody."""
    kinds = st.sampled_from(["assigned", "waived", "released"])
    return st.builds(lambda kind: Outline(person, exam, 0, kind), kinds)


@given(
    st.lists(
        st.sampled_from(["a", "b", "c"]).flatmap(
            lambda person: st.sampled_from(["entry", "second", "former"]).flatmap(
                lambda exam: passes(person, exam) | decisions(person, exam)
            )
        ),
        max_size=12,
    ),
    st.lists(st.dates(date(2025, 6, 1), date(2026, 12, 31)), min_size=0, max_size=3),
    st.sampled_from(["recertify", "notify", "none"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - made aware below
    st.integers(1, 3),
)
def test_everyone_stands_where_each_of_them_stands(
    told, days, on_change, when, attempts
):
    """The short way with those who sat once says what the long way says."""
    now = when.replace(tzinfo=UTC)
    numbered = [one._replace(sequence=n) for n, one in enumerate(told, 1)]
    stable = sorted(numbered, key=lambda one: (one.person, one.exam, one.sequence))
    rules = Rules({"p.md#a": "new", "p.md#b": "old"}, {"p.md#a": tuple(days)})
    people = {key: Person(key.upper(), f"员工{key}") for key in "abcd"}
    rule = make_exam(
        {"service": 5}, on_change=on_change, cooldown="30天", attempts=attempts
    )
    exams = {
        id: rule.model_copy(update={"id": id})
        for id in ("entry", "second")  # noqa: A001 - an exam's id
    }
    mine = defaultdict(list)
    for one in stable:
        mine[one.person, one.exam].append(one)

    found = list(standing(exams, people, stable, now, rules))

    expected = [
        standing_of(person, exam, fold(mine[key, exam.id]), now, rules)
        if mine[key, exam.id]
        else absent(person, exam)
        for key, person in people.items()
        for exam in exams.values()
    ]
    assert [one for one in found if one.exam != "former"] == expected
    sat = {one.person for one in stable if one.exam == "former"}
    if any(one.examined for one in stable if one.exam == "former"):
        assert {o.person.number for o in found if o.exam == "former"} == {
            key.upper() for key in sat
        }


def test_spans_tell_the_first_and_the_last_day(store):
    """By the events themselves, hand-ins too."""
    days = defaultdict(list)
    for event in store.events():
        days[event.person].append((event.at + timedelta(hours=8)).date())

    assert store.spans() == {key: (min(some), max(some)) for key, some in days.items()}
