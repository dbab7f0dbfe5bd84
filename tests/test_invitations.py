"""Invitations: signed, for one person, one exam and one sitting, by the server's clock."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from building import build_handbook
from handing_in import MORNING, answer_file, as_bytes, graded, small_book
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect
from sqlalchemy.event import listen

from handbook.grading.submissions import Person, Refusal
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.papers import draw
from handbook.records.database import schema
from handbook.records.database.store import Store
from handbook.records.history.attempts import fold
from handbook.records.history.events import Kind
from handbook.records.history.limits import may_start
from handbook.records.intake.hand_ins import Outcome, hand_in_all
from handbook.records.invitations.invited import Over, hand_in_invited, start
from handbook.records.invitations.tokens import (
    Invitation,
    InvitationError,
    check_secret,
    expired,
    invite,
    link,
    read,
    read_until,
    sign,
)
from handbook.records.standing.everyone import standing
from handbook.records.standing.standing import State
from handbook.server.app import create_app
from handbook.server.door import OPEN, Door, door_for
from handbook.server.exam_api import INVITATION
from handbook.server.limits import Limit
from handbook.server.running import in_background

ROOT = Path(__file__).parents[1]
BOOK = small_book()
EXAM = BOOK.exams["entry"]
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
UNTIL = MORNING + timedelta(days=7)
WANG = Person("A1024", "王小明")
LIMIT = timedelta(seconds=EXAM.time_limit.seconds)


def invitation(person: Person = WANG, exam: str = "entry", until=UNTIL) -> Invitation:
    """A fresh one."""
    return invite(BOOK, person, exam, until, MORNING)


# Signing


def test_what_was_signed_is_read_back():
    """Every field, in a text that a link can carry."""
    made = invitation(Person("a 1024", "欧阳 <b>修"))

    text = sign(made, SECRET)

    assert read(text, SECRET) == made
    assert made.person == Person("A1024", "欧阳 <b>修")
    assert text.replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert link("http://h:9/kb/", "entry", text) == (
        f"http://h:9/kb/exams/entry.html#invitation={text}"
    )


@pytest.mark.parametrize("place", [0, 5, 40, -44, -20, -2])
def test_one_changed_letter_is_a_forgery(place):
    """In the body as in the signature."""
    text = sign(invitation(), SECRET)
    letter = "A" if text[place] != "A" else "B"
    forged = text[:place] + letter + text[place:][1:]

    found = read(forged, SECRET)

    assert isinstance(found, Refusal)
    assert found.code == "A694"


def test_another_persons_name_under_an_old_signature_is_a_forgery():
    """Person, exam, expiry and nonce are all signed."""
    body, _, signature = sign(invitation(), SECRET).partition(".")
    fields = json.loads(base64.urlsafe_b64decode(body + "=="))
    for place, value in ((1, "B2"), (2, "李四"), (3, "other"), (4, 9**10), (5, "n")):
        changed = [*fields]
        changed[place] = value
        raw = json.dumps(changed, ensure_ascii=False, separators=(",", ":")).encode()
        forged = base64.urlsafe_b64encode(raw).decode().rstrip("=")

        assert read(f"{forged}.{signature}", SECRET).code == "A694"


@pytest.mark.parametrize("secret", ["", "another secret of the tests", SECRET + " "])
def test_another_secret_signs_nothing(secret):
    """What one secret signed, no other reads."""
    assert read(sign(invitation(), SECRET), secret).code == "A694"


def test_a_server_without_a_secret_takes_no_invitation():
    """Not even one that was signed with none."""
    assert read(sign(invitation(), ""), "").code == "A694"


@given(st.text(max_size=300) | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,60}"))
def test_no_text_is_an_invitation_by_chance(text):
    """Whatever comes in the header: a refusal with a cure, never an error."""
    found = read(text, SECRET)

    assert isinstance(found, Refusal)
    assert found.message
    assert found.remedy


def test_it_holds_to_its_last_second():
    """Then it is expired."""
    made = invitation()

    assert expired(made, made.until) is None
    assert expired(made, made.until + timedelta(seconds=1)).code == "A695"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01", "2026-12-01T23:59:59+08:00"),
        ("2026-12-01 18:00", "2026-12-01T18:00:00+08:00"),
        ("2026-12-01T18:00:00+00:00", "2026-12-01T18:00:00+00:00"),
    ],
)
def test_until_is_read_as_the_department_writes(text, moment):
    """A day counts to its end, in China."""
    assert read_until(text) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("number", "name", "exam", "until", "said"),
    [
        ("A1", "王", "nope", UNTIL, "没有编号为 nope"),
        ("A 1<", "王", "entry", UNTIL, "工号"),
        ("", "王", "entry", UNTIL, "工号"),
        ("A1", " ", "entry", UNTIL, "--name"),
        ("A1", "王" * 41, "entry", UNTIL, "最多 40"),
        ("A1", "王", "entry", MORNING, "已经过了"),
    ],
)
def test_what_cannot_be_an_invitation(number, name, exam, until, said):
    """Said in Chinese before anything is signed."""
    with pytest.raises(InvitationError, match=said):
        invite(BOOK, Person(number, name), exam, until, MORNING)


def test_until_that_is_no_time():
    """Said with an example."""
    with pytest.raises(InvitationError, match="2026-12-01"):
        read_until("下周")


# Sittings


def answers(made: Invitation, store: Store, **changed: Any) -> bytes:
    """The hand-in that the page of an invitation makes."""
    begun = store.started(made.sitting)
    form = begun.payload["form"] if begun else 1
    given = {
        "number": made.person.number, "name": made.person.name,
        "sitting": made.sitting, "exam": made.exam, "form": form,
    }  # fmt: skip
    return as_bytes(answer_file(BOOK, **given | changed))


def hand_in(made: Invitation, store: Store, now: datetime, **changed: Any):
    """Hand in by an invitation."""
    return hand_in_invited(BOOK, store, made, answers(made, store, **changed), now)


def code(found: Any) -> str:
    """Why something was refused."""
    if isinstance(found, Over):
        return found.refusal.code
    refusals = found if isinstance(found, tuple) else found.refusals
    return refusals[0].code if refusals else ""


def test_the_server_starts_the_clock_once(store):
    """Reloaded, the page gets the same sitting with so much less time."""
    made = invitation()

    first = start(BOOK, store, made, MORNING)
    again = start(BOOK, store, made, MORNING + timedelta(minutes=7))

    (event,) = store.events()
    assert event.kind is Kind.STARTED
    assert event.payload["via"] == "invitation"
    assert first.sitting == made.sitting == event.sitting
    assert first.person == WANG
    assert first.paper == draw(BOOK, "entry", first.form).digest
    assert (first.spent, again.spent) == (0, 420)
    assert (again.sitting, again.form, again.paper) == (
        first.sitting, first.form, first.paper,
    )  # fmt: skip


def test_a_hand_in_has_the_servers_times(store):
    """Whatever the page says; and says by which way it came."""
    made = invitation()
    start(BOOK, store, made, MORNING)
    late = MORNING + timedelta(minutes=25)

    outcome = hand_in(made, store, late, begun=MORNING - timedelta(days=900))

    payload = outcome.receipt.event.payload
    assert outcome.status == "recorded"
    assert payload["via"] == "invitation"
    assert datetime.fromisoformat(payload["begun"]) == MORNING
    assert datetime.fromisoformat(payload["ended"]) == late
    assert outcome.receipt.grade.passed
    assert store.verify() == ()


@pytest.mark.parametrize(("over", "passed"), [(60, True), (61, False)])
def test_time_is_up_by_the_servers_clock(store, over, passed):
    """A minute is forgiven, no second more; a page that lies about it changes nothing."""
    made = invitation()
    start(BOOK, store, made, MORNING)

    outcome = hand_in(made, store, MORNING + LIMIT + timedelta(seconds=over), minutes=1)

    assert outcome.receipt.grade.overtime is not passed
    assert outcome.receipt.grade.passed is passed


def by_file(store, sitting: str, **fields: Any) -> Outcome:
    """What becomes of a saved file of a sitting, recorded by a trainer a day later."""
    begun = store.started(sitting)
    made = {"sitting": sitting, "form": begun.payload["form"] if begun else 1}
    raw = as_bytes(answer_file(BOOK, **(made | fields)))
    tomorrow = MORNING + timedelta(days=1)
    (outcome,) = hand_in_all(BOOK, store, [("a.json", raw)], via="file", now=tomorrow)
    return outcome


@pytest.mark.parametrize(("over", "passed"), [(60, True), (61, False)])
def test_a_saved_file_is_timed_by_when_the_server_began_its_sitting(
    store, over, passed
):
    """A beginning edited to be later wins no time."""
    made = invitation()
    start(BOOK, store, made, MORNING)
    ended = MORNING + LIMIT + timedelta(seconds=over)

    outcome = by_file(
        store, made.sitting, begun=ended - timedelta(minutes=1), minutes=1
    )

    assert outcome.receipt.grade.submission.started_at == MORNING
    assert outcome.receipt.grade.overtime is not passed
    assert outcome.receipt.grade.passed is passed
    (graded_event,) = [e for e in store.events() if e.kind is Kind.GRADED]
    assert datetime.fromisoformat(graded_event.payload["begun"]) == MORNING


@pytest.mark.parametrize(
    ("changed", "said"), [({"number": "B2"}, "工号"), ({"form": 0}, "卷号")]
)
def test_a_saved_file_of_another_person_or_form_is_refused(store, changed, said):
    """The sitting is of who was invited, and of the paper that the server gave out."""
    made = invitation()
    form = start(BOOK, store, made, MORNING).form
    if "form" in changed:
        changed = {"form": form % EXAM.forms + 1}

    outcome = by_file(store, made.sitting, **changed)

    assert code(outcome) == "A697"
    assert said in outcome.refusals[0].message
    assert [e.kind for e in store.events()] == [Kind.STARTED, Kind.REFUSED]


def test_a_saved_file_handed_in_before_its_sitting_began_is_refused(store):
    """Its clock was wrong, or put back."""
    made = invitation()
    start(BOOK, store, made, MORNING)

    outcome = by_file(
        store, made.sitting, begun=MORNING - timedelta(hours=2), minutes=9
    )

    assert code(outcome) == "A607"


def test_a_saved_file_of_what_was_handed_in_gets_its_receipt(store):
    """Both ways were tried; the first counts."""
    made = invitation()
    start(BOOK, store, made, MORNING)
    first = hand_in(made, store, MORNING + timedelta(minutes=9))

    again = by_file(store, made.sitting, begun=MORNING + timedelta(minutes=1))

    assert again.status == "duplicate"
    assert again.receipt.code == first.receipt.code


def test_starts_are_looked_up_once_for_a_whole_pile(store):
    """However many files there are."""
    files = [
        (f"{n}.json", as_bytes(answer_file(BOOK, number=f"P{n}"))) for n in range(30)
    ]
    asked: list[str] = []
    listen(store._engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    done = list(hand_in_all(BOOK, store, files, via="file", now=UNTIL))

    assert {one.status for one in done} == {"recorded"}
    assert sum("'started'" in text for text in asked) == 1


def test_an_invitation_that_runs_out_during_the_sitting_is_good_enough(store):
    """It says by when to begin."""
    made = invitation(until=MORNING + timedelta(minutes=5))
    start(BOOK, store, made, MORNING + timedelta(minutes=4))

    assert hand_in(made, store, MORNING + timedelta(minutes=20)).status == "recorded"


def test_an_expired_one_begins_nothing(store):
    """And leaves nobody on record."""
    made = invitation()

    assert code(start(BOOK, store, made, UNTIL + timedelta(seconds=1))) == "A695"
    assert list(store.events()) == []
    assert store.people() == {}


def test_it_is_good_for_one_hand_in(store):
    """The same hand-in again gets its receipt; another one gets the first marks."""
    made = invitation()
    start(BOOK, store, made, MORNING)
    first = hand_in(made, store, MORNING + timedelta(minutes=9), wrong=5)

    again = hand_in(made, store, MORNING + timedelta(minutes=10), wrong=0)

    assert again.status == "duplicate"
    assert again.receipt.code == first.receipt.code
    assert not again.receipt.grade.passed
    assert code(start(BOOK, store, made, MORNING + timedelta(minutes=11))) == "A696"


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "B2"},
        {"sitting": "11111111-2222-4333-8444-555555555555"},
        {"form": 1},
        {"form": 2},
    ],
)
def test_a_swapped_hand_in_is_refused(store, changed):
    """Another person's, another sitting's, the other form's."""
    made = invitation()
    begun = start(BOOK, store, made, MORNING)
    if changed.get("form") == begun.form:
        changed = {"number": "C3", "name": "别人"}

    outcome = hand_in(made, store, MORNING + timedelta(minutes=9), **changed)

    assert code(outcome) == "A697"
    assert [e.kind for e in store.events()] == [Kind.STARTED, Kind.REFUSED]
    assert len({e.person for e in store.events()}) == 1


def reworded() -> Handbook:
    """The handbook with every item asked otherwise: its papers are drawn anew."""
    return build_handbook(
        [
            item.model_copy(update={"stem": f"{item.stem}（新）"})
            for item in BOOK.items.values()
        ],
        exam={},
    )


def test_an_answer_that_was_lost_is_told_again_whatever_changed_since(store):
    """The page tries again; meanwhile the handbook was built with other papers."""
    made = invitation()
    start(BOOK, store, made, MORNING)
    first = hand_in(made, store, MORNING + timedelta(minutes=9))
    form = store.started(made.sitting).payload["form"]
    raw = as_bytes(answer_file(BOOK, sitting=made.sitting, form=form))

    again = hand_in_invited(reworded(), store, made, raw, MORNING + timedelta(hours=1))

    assert again.status == "duplicate"
    assert again.receipt.code == first.receipt.code


def test_a_paper_drawn_anew_meanwhile_is_another_paper(store):
    """The clock ran for the one that the server gave out."""
    made = invitation()
    form = start(BOOK, store, made, MORNING).form
    anew = reworded()
    raw = as_bytes(answer_file(anew, sitting=made.sitting, form=form))

    outcome = hand_in_invited(anew, store, made, raw, MORNING + timedelta(minutes=9))

    assert code(outcome) == "A697"
    assert "试卷" in outcome.refusals[0].message


def test_a_hand_in_before_the_start_is_refused(store):
    """Nobody sits before the clock runs."""
    assert code(hand_in(invitation(), store, MORNING)) == "A697"
    assert list(store.events()) == []


def test_two_invitations_are_not_sat_at_once(store):
    """The second waits for the first; else its time would be the first one's as well."""
    one, two = invitation(), invitation()
    start(BOOK, store, one, MORNING)

    assert code(start(BOOK, store, two, MORNING + timedelta(minutes=1))) == "A698"


def test_a_paper_looked_at_and_laid_aside_is_an_attempt(store):
    """It cools down and counts, until a trainer voids or assigns anew."""
    start(BOOK, store, invitation(), MORNING)
    over = MORNING + LIMIT + timedelta(minutes=2)

    soon = start(BOOK, store, invitation(), over)
    (told,) = standing(BOOK.exams, store.people(), store.outlines(), over)
    event = next(store.events())
    store.void(event.receipt, reason="网络断了", by="T1", now=over)

    assert code(soon) == "A691"
    assert (told.state, told.attempts, told.score) == (State.COOLING, 1, None)
    assert start(BOOK, store, invitation(), over).spent == 0


def test_attempts_run_out_without_a_hand_in(store):
    """Three papers looked at are three attempts; an assignment counts anew."""
    days = [MORNING + timedelta(days=2 * n) for n in range(5)]
    until = MORNING + timedelta(days=30)
    for now in days[:3]:
        assert start(BOOK, store, invitation(until=until), now).spent == 0

    assert code(start(BOOK, store, invitation(until=until), days[3])) == "A692"
    store.note(Kind.ASSIGNED, WANG, "entry", reason="补课", by="T1", now=days[4])
    assert start(BOOK, store, invitation(until=until), days[4]).spent == 0


def test_the_next_sitting_is_another_form(store):
    """Never the same twice running."""
    made = invitation()
    first = start(BOOK, store, made, MORNING)
    hand_in(made, store, MORNING + timedelta(minutes=9), wrong=5)

    second = start(BOOK, store, invitation(), MORNING + timedelta(days=2))

    assert {first.form, second.form} == {1, 2}


def test_a_clock_set_back_makes_no_end_before_the_beginning(store):
    """And no time gained is more than the clock lost."""
    made = invitation()
    start(BOOK, store, made, MORNING)
    back = MORNING - timedelta(hours=3)

    again = start(BOOK, store, made, back)
    outcome = hand_in(made, store, back)

    assert again.spent == 0
    payload = outcome.receipt.event.payload
    assert payload["begun"] <= payload["ended"]
    told = [
        datetime.fromisoformat(payload[at]) for at in ("started_at", "submitted_at")
    ]
    assert told == [MORNING, MORNING]
    assert outcome.receipt.grade.passed
    assert store.verify() == ()


def test_a_hand_in_saved_as_a_file_can_still_be_graded(store):
    """Where the network stays away the trainer grades the file; the start is settled."""
    made = invitation()
    start(BOOK, store, made, MORNING)

    found = graded(BOOK, sitting=made.sitting, number="A1024")
    receipt = store.record(found, EXAM, MORNING + timedelta(days=1))

    history = fold(store.outlines())
    assert not receipt.duplicate
    assert history.starts == ()
    assert may_start(EXAM, history, MORNING + timedelta(days=1)) is None


def test_twenty_clicks_begin_one_sitting(store):
    """All at once, one event."""
    made = invitation()

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: start(BOOK, store, made, MORNING), range(20)))

    assert len(list(store.events())) == 1
    assert len({one.form for one in found}) == 1


def test_older_records_learn_of_starts(tmp_path):
    """A database made before invitations keeps every event and its protection."""
    file = str(tmp_path / "records.sqlite")
    with Store(file) as store:
        store.record(graded(BOOK), EXAM, MORNING + timedelta(hours=1))
        before = list(store.lines())
    raw = create_engine(f"sqlite:///{file}")
    with raw.begin() as connection:
        connection.exec_driver_sql("DELETE FROM migrations WHERE name='know_starts'")
        connection.exec_driver_sql("DROP INDEX one_start_per_sitting")
        sql = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name='events'"
        ).scalar()
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql=? WHERE name='events'",
            (sql.replace("'started', ", ""),),
        )
    raw.dispose()

    with Store(file) as store:
        assert list(store.lines()) == before
        assert store.verify() == ()
        assert start(BOOK, store, invitation(), MORNING + timedelta(hours=2))
        found = inspect(store._engine)
        assert {i["name"] for i in found.get_indexes("events")} == {
            i.name for i in schema.events.indexes
        }
        with store._engine.connect() as connection:
            triggers = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type='trigger'"
            ).scalars()
            assert {name for name in triggers if name.startswith("events")} == {
                "events_no_update",
                "events_no_delete",
            }


# The server


@dataclass
class Time:
    """A clock that tests move."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Live:
    """A server that wants invitations."""

    web: httpx.Client
    store: Store
    clock: Time
    sent: list[str] = field(default_factory=list)

    def post(self, path: str, token: str | bytes | None, content: bytes = b"{}"):
        """Send what the page sends."""
        headers = {"content-type": "application/json"}
        if token is not None:
            headers[INVITATION] = token
        return self.web.post(f"/api/{path}", content=content, headers=headers)

    def look(self, token: str):
        """Ask what the page asks before anything begins."""
        return self.web.get("/api/sitting", headers={INVITATION: token})


@contextmanager
def serving(folder: Path, door: Door) -> Iterator[Live]:
    """A server on a free port."""
    (folder / "site").mkdir()
    clock = Time()
    with Store(str(folder / "records.sqlite")) as store:
        app = create_app(BOOK, store, folder / "site", door=door, clock=clock)
        with (
            in_background(app) as base,
            httpx.Client(base_url=base, trust_env=False, timeout=60) as web,
        ):
            yield Live(web, store, clock)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """As outside localhost."""
    with serving(tmp_path, Door(SECRET, invited_only=True)) as running:
        yield running


def test_start_and_hand_in_over_http(live):
    """The whole way; no key comes back, no name gets into the address."""
    made = invitation()
    token = sign(made, SECRET)

    status = live.web.get("/api/status").json()
    begun = live.post("start", token)
    live.clock.now += timedelta(minutes=12)
    told = live.post("hand-in", token, answers(made, live.store, wrong=1))

    assert status["invitation"] is True
    assert begun.status_code == 200
    assert set(begun.json()) == {
        "sitting", "exam", "delta", "form", "paper", "seconds", "spent", "person",
    }  # fmt: skip
    assert told.status_code == 200
    assert told.json()["verdict"]["score"] == "4/5"
    assert told.json()["verdict"]["reread"]
    assert told.json()["remaining"] is None
    assert [e.payload.get("via") for e in live.store.events()] == ["invitation"] * 3


@pytest.mark.parametrize("token", [None, "", "x", "a.b", "é.ü".encode(), "." * 3000])
@pytest.mark.parametrize("path", ["start", "hand-in"])
def test_without_a_good_invitation_nothing_happens(live, path, token):
    """Refused in Chinese, with what to do; nothing on record."""
    body = as_bytes(answer_file(BOOK))

    answer = live.post(path, token, body)

    assert answer.status_code == 403
    assert "培训师" in answer.json()["problems"][0]["remedy"]
    assert list(live.store.events()) == []


def test_expired_replayed_and_swapped_over_http(live):
    """Each with its own message and a code that the page takes as final."""
    old, mine, other = (sign(invitation(p), SECRET) for p in (
        Person("O1", "旧"), Person("M1", "我"), Person("X1", "他"),
    ))  # fmt: skip
    live.clock.now = UNTIL + timedelta(days=1)
    expired_one = live.post("start", old)
    live.clock.now = MORNING
    live.post("start", mine)
    live.post("start", other)
    body = answers(read(mine, SECRET), live.store)
    swapped = live.post("hand-in", other, body)
    good = live.post("hand-in", mine, body)
    replayed = live.post("start", mine)

    assert (expired_one.status_code, swapped.status_code, replayed.status_code) == (
        403, 409, 409,
    )  # fmt: skip
    assert "过期" in expired_one.json()["problems"][0]["message"]
    assert "对不上" in swapped.json()["problems"][0]["message"]
    assert "用过" in replayed.json()["problems"][0]["message"]
    assert good.status_code == 200


def test_a_used_one_tells_what_came_of_it(live):
    """The verdict that counts today, and a certificate only where there is one."""
    token = sign(made := invitation(), SECRET)
    unused = live.look(token)
    live.post("start", token)
    running = live.look(token)
    live.clock.now += timedelta(minutes=9)
    handed_in = live.post("hand-in", token, answers(made, live.store, wrong=5)).json()
    again = live.post("start", token)
    over = again.json()["over"]

    for answer in (unused, running):
        assert answer.json() == {"person": {"id": "A1024", "name": "王小明"}}
    assert live.look(token[:-5] + "AAAAA").status_code == 403
    assert again.status_code == 409
    assert again.json()["problems"][0]["code"] == "A696"
    assert live.look(token).json() == again.json() | {"person": over["person"]}
    assert over["verdict"] == handed_in["verdict"]
    assert over["receipt"] == handed_in["receipt"]
    assert over["form"] in {1, 2}
    assert over["submitted_at"] == "2026-11-23T01:09:00+00:00"
    assert over["person"] == {"id": "A1024", "name": "王小明"}
    assert not over["verdict"]["passed"]
    assert (over["certified"], over["attempts_left"]) == (False, 2)
    assert over["again_at"] == "2026-11-24T01:09:00+00:00"
    assert live.web.post("/certificate", data={"invitation": token}).status_code == 409

    live.store.void(over["receipt"], reason="断电", by="T1", now=live.clock.now)
    voided = live.post("start", token).json()
    assert voided["over"]["verdict"] is None
    assert "不作数" in voided["problems"][0]["message"]


def test_a_used_one_that_passed_leads_to_its_certificate(live):
    """So does a later one that did not: the pass still holds."""
    first, later = sign(one := invitation(), SECRET), sign(two := invitation(), SECRET)
    for token, made, wrong in ((first, one, 0), (later, two, 5)):
        live.post("start", token)
        live.post("hand-in", token, answers(made, live.store, wrong=wrong))
        live.clock.now += timedelta(hours=1)
    passed, failed = (live.post("start", t).json()["over"] for t in (first, later))

    assert passed["verdict"]["passed"]
    assert not failed["verdict"]["passed"]
    for over in (passed, failed):
        assert (over["certified"], over["until"]) == (True, "2027-11-23")
    assert live.web.post("/certificate", data={"invitation": later}).is_success


def test_one_whose_time_ran_out_says_when_again(live):
    """Nothing was handed in: no verdict, no certificate; the attempt counts."""
    token = sign(invitation(), SECRET)
    live.post("start", token)
    live.clock.now += LIMIT + timedelta(minutes=5)

    over = live.post("start", token).json()["over"]

    assert over["verdict"] is None
    assert (over["certified"], over["attempts_left"]) == (False, 2)
    assert over["again_at"]


def test_strangers_are_slowed_down_and_guests_are_not(live):
    """Guessing is answered 429 with when to come back; an invitation still gets in."""
    codes = [live.post("start", f"guess{n}.x").status_code for n in range(40)]

    slowed = live.post("hand-in", None)
    guest = live.post("start", sign(invitation(), SECRET))

    assert codes[:30] == [403] * 30
    assert set(codes[30:]) == {429}
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) >= 1
    assert guest.status_code == 200


def test_one_guest_cannot_hammer(live):
    """A page gone wild is slowed down; the next learner notices nothing."""
    token = sign(invitation(), SECRET)

    codes = [live.post("start", token).status_code for _ in range(30)]

    assert codes[:20] == [200] * 20
    assert 429 in codes[20:]
    assert live.post("start", sign(invitation(Person("N1", "新")), SECRET)).is_success


def test_two_hundred_invited_at_once(live):
    """From one address, as behind an office's router: none lost, none slowed down."""
    made = [invitation(Person(f"C{n}", "某人")) for n in range(200)]
    tokens = [sign(one, SECRET) for one in made]
    with ThreadPoolExecutor(50) as pool:
        begun = list(pool.map(lambda t: live.post("start", t).status_code, tokens))
        bodies = [answers(one, live.store) for one in made]
        told = list(
            pool.map(
                lambda pair: live.post("hand-in", *pair).status_code,
                zip(tokens, bodies, strict=True),
            )
        )

    assert set(begun) == set(told) == {200}
    assert len(list(live.store.events())) == 600
    assert live.store.verify() == ()


def test_localhost_takes_both(tmp_path):
    """Without an invitation as ever; but not for a sitting that began with one."""
    with serving(tmp_path, Door(SECRET)) as live:
        made = invitation()
        token = sign(made, SECRET)
        live.post("start", token)
        bare = live.post("hand-in", None, answers(made, live.store))
        anyone = live.post("hand-in", None, as_bytes(answer_file(BOOK, number="Z1")))

        assert live.web.get("/api/status").json()["invitation"] is False
        assert bare.status_code == 403
        assert anyone.status_code == 200
        kinds = [e.payload["via"] for e in live.store.events()]
        assert kinds == ["invitation", "server", "server"]


def test_a_start_without_invitation_is_refused_on_localhost(tmp_path):
    """There is nobody to start the clock for."""
    with serving(tmp_path, OPEN) as live:
        assert live.post("start", None).status_code == 403
        assert live.post("start", sign(invitation(), SECRET)).status_code == 403


def test_outside_localhost_a_secret_is_needed():
    """Missing or short, the server does not start."""
    assert door_for("", local=True, invited_only=False).invited_only is False
    assert door_for(SECRET, local=False, invited_only=False).invited_only is True
    for secret in ("", "short"):
        for local, only in ((False, False), (True, True)):
            with pytest.raises(InvitationError, match="HANDBOOK_SECRET"):
                door_for(secret, local=local, invited_only=only)
    with pytest.raises(InvitationError, match="没有设置"):
        check_secret("")
    with pytest.raises(InvitationError, match="不能相同"):
        door_for(SECRET, SECRET, local=False, invited_only=False)


def test_a_bucket_fills_again():
    """So many at once, then one for every so many seconds; each asker for themselves."""
    now = [0.0]
    limit = Limit(burst=3, every=2, clock=lambda: now[0])

    assert [limit.take("a") for _ in range(4)] == [0, 0, 0, 3]
    assert limit.take("b") == 0
    now[0] = 2.0
    assert [limit.take("a"), limit.take("a")] == [0, 3]
    now[0] = 60.0
    assert [limit.take("a") for _ in range(4)] == [0, 0, 0, 3]


def test_scripts_refuse_without_a_secret(tmp_path, monkeypatch):
    """`invite.py`, and `serve.py` outside localhost or behind a proxy, say what to set."""
    monkeypatch.delenv("HANDBOOK_SECRET", raising=False)
    for script, *arguments in (
        ("invite.py", "A1", "front-desk", "--until", "2030-01-01", "--name", "王"),
        ("serve.py", "--host", "0.0.0.0", "--no-build", "--port", "0"),  # noqa: S104
        ("serve.py", "--proxy", "kb.example", "--no-build", "--port", "0"),
        ("serve.py", "--invited", "--no-build", "--port", "0"),
    ):
        ran = subprocess.run(
            [sys.executable, ROOT / "scripts" / script, *arguments,
             "--db", tmp_path / "r.sqlite"],
            capture_output=True, encoding="utf-8", check=False, cwd=ROOT,
        )  # fmt: skip

        assert ran.returncode == 2, ran.stdout
        assert "HANDBOOK_SECRET" in ran.stdout + ran.stderr


def test_invite_reads_the_handbook_that_is_named(monkeypatch):
    """As the other scripts; its records are those beside it."""
    monkeypatch.setenv("HANDBOOK_SECRET", SECRET)
    invited = partial(
        subprocess.run, capture_output=True, encoding="utf-8", check=False, cwd=ROOT
    )
    words = [sys.executable, ROOT / "scripts/invite.py", "A1", "--until", "2099-01-01"]
    other = [*words, "--root", ROOT / "tests/cases/handbook"]
    (exam,) = load(ROOT / "tests/cases/handbook").exams

    there = invited([*other, exam, "--name", "王"])
    elsewhere = invited([*other, "guard", "--name", "王"])

    assert there.returncode == 0, there.stderr
    assert f"/exams/{exam}.html#invitation=" in there.stdout
    assert "没有编号为 guard" in elsewhere.stderr


def test_invite_prints_a_link_that_the_server_takes(tmp_path, monkeypatch):
    """The link alone on standard output, so that it can be copied or piped."""
    monkeypatch.setenv("HANDBOOK_SECRET", SECRET)
    ran = subprocess.run(
        [sys.executable, ROOT / "scripts/invite.py", "a1", "front-desk", "--name",
         "王小明", "--until", "2099-01-01", "--site", "https://kb.example",
         "--db", tmp_path / "r.sqlite"],
        capture_output=True, encoding="utf-8", check=True, cwd=ROOT,
    )  # fmt: skip

    page, _, token = ran.stdout.strip().partition("#invitation=")
    found = read(token, SECRET)

    assert page == "https://kb.example/exams/front-desk.html"
    assert isinstance(found, Invitation)
    assert (found.person, found.exam) == (Person("A1", "王小明"), "front-desk")
    assert "A1 王小明" in ran.stderr
    assert not (tmp_path / "r.sqlite").exists()
