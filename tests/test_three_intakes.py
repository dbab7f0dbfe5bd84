"""One attempt comes in by every way, of a whole exam as of its delta: one result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from building import (
    blank,
    build_handbook,
    match,
    multiple,
    order,
    page,
    single,
    true_false,
)
from form_exports import as_csv, as_xlsx, attempts, export
from fuzzing import tried
from handing_in import MORNING, answer_file, as_bytes
from hypothesis import given
from hypothesis import strategies as st

from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.papers import draw
from handbook.records.database.store import Store
from handbook.records.history.events import Event, Kind
from handbook.records.intake.hand_ins import hand_in_files
from handbook.records.invitations.tokens import invite, sign
from handbook.records.lists.outlook import outlook
from handbook.records.lists.reports import as_data
from handbook.server.app import create_app
from handbook.server.door import Door
from handbook.server.exam_api import INVITATION
from handbook.server.running import in_background
from handbook.tables.tools import TOOLS, Tool

PHONE = "policies/phone.md"
CHANGED = "2026-12-01"
LATER = MORNING + timedelta(days=20)
"""After the change; everybody passed the whole exam on the morning of 23 November."""
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of the tests
JSON = {"content-type": "application/json"}
WAYS = ("file", "csv", "server", "invitation")


def phone_book(*changes: dict[str, Any]) -> Handbook:
    """All types of items about one clause; all critical, so a delta paper asks all."""
    about: dict[str, Any] = {"source": (f"{PHONE}#rings",), "critical": True}
    items = [
        single(
            "greet", right="您好，请问有什么可以帮您？", wrong=["喂", "说话"], **about
        ),
        multiple("tone", ["耐心；礼貌", "放慢语速"], ["大声", "抢话, 催促"], **about),
        multiple(
            "note", ["姓名", "电话"], ["收入", "口音"], scoring="net_correct", **about
        ),
        true_false("keep-word", **about),
        blank("rings", **about),
        blank("two", ["三声"], ["当日", "当天"], scoring="net_correct", **about),
        order("steps", **about),
        match("who", **about),
    ]
    text = "两声内接听。" if changes else "三声内接听。"
    rules = page(PHONE, {"rings": text}, changes=changes)
    return build_handbook(items, exam={"pass_mark": "60%", "forms": 1}, pages=[rules])


OLD = phone_book()
NEW = phone_book(
    {"date": CHANGED, "clauses": ("rings",), "kind": "material", "summary": "改了"}
)
PAPERS = {delta: draw(NEW, "entry", 1, delta) for delta in ("", CHANGED)}


@dataclass
class Desk:
    """A server that takes invitations and, being local, bare hand-ins; its clock."""

    store: Store
    web: httpx.Client
    numbers: Iterator[int]
    now: datetime = LATER

    def post(self, path: str, content: bytes = b"{}", **headers: str) -> Any:
        """Send what the exam page sends."""
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        answer = self.web.post(f"/api/{path}", content=content, headers=JSON | headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all attempts; each is somebody else's."""
    folder = tmp_path_factory.mktemp("intakes")
    with Store(str(folder / "records.sqlite")) as store:
        found = Desk(store, httpx.Client(), count())
        app = create_app(NEW, store, folder, door=Door(SECRET), clock=lambda: found.now)
        with in_background(app) as base:
            found.web = httpx.Client(base_url=base, trust_env=False, timeout=20)
            with found.web:
                yield found


def came_in(  # noqa: PLR0913 - an attempt, and how it comes
    desk: Desk, way: str, delta: str, answers: dict[str, Any], *, tool: Tool, shape: str
) -> Event:
    """Bring somebody's attempt in by one way; return what is on record of it."""
    person = Person(f"P{next(desk.numbers)}", "王小明")
    who = {"number": person.number, "name": person.name}
    if delta:
        passed = [("a.json", as_bytes(answer_file(OLD, **who)))]
        (before,) = hand_in_files(OLD, desk.store, passed, tool=None, now=LATER)
        assert before.receipt
    minutes = 0 if tool.name == "Google Forms" else 20
    document = answer_file(
        NEW, begun=LATER, minutes=minutes, delta=delta, answers=answers, **who
    )
    ended = LATER + timedelta(minutes=minutes)
    desk.now = LATER
    if way == "invitation":
        one = invite(
            NEW, person, "entry", LATER + timedelta(1), LATER, delta=bool(delta)
        )
        token = {INVITATION: sign(one, SECRET)}
        assert desk.post("start", **token)["paper"] == PAPERS[delta].digest
        document = answer_file(
            NEW, begun=LATER - timedelta(days=9), minutes=1, delta=delta,
            answers=answers, sitting=one.sitting, **who,
        )  # fmt: skip
        desk.now = ended
        code = desk.post("hand-in", as_bytes(document), **token)["receipt"]
    elif way == "server":
        desk.now = ended
        code = desk.post("hand-in", as_bytes(document))["receipt"]
    else:
        rows = export(tool, PAPERS[delta], document)
        table = as_xlsx(rows) if shape == "xlsx" else as_csv(rows, shape)
        name = "结果.xlsx" if shape == "xlsx" else "结果.csv"
        file = (name, table) if way == "csv" else ("a.json", as_bytes(document))
        (outcome,) = hand_in_files(
            NEW, desk.store, [file], tool=None, now=ended + timedelta(hours=3)
        )
        assert outcome.receipt, outcome.refusals
        code = outcome.receipt.code
    return next(e for e in reversed(list(desk.store.events())) if e.receipt == code)


@pytest.mark.parametrize("delta", ["", CHANGED], ids=["whole", "delta"])
@tried(10)
@given(
    data=st.data(),
    tool=st.sampled_from(list(TOOLS.values())),
    shape=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "xlsx"]),
)
def test_one_attempt_by_every_way_gives_one_result(desk, delta, data, tool, shape):
    """File, table, server and invitation: marks, verdict, clauses and standing."""
    answers = data.draw(attempts(PAPERS[delta]))

    events = [
        came_in(desk, way, delta, answers, tool=tool, shape=shape) for way in WAYS
    ]

    payloads = [dict(event.payload) for event in events]
    assert [payload.pop("via") for payload in payloads] == list(WAYS)
    for payload in payloads:
        assert payload.get("delta", "") == delta
        # A file says it in the zone of whoever sat, the server in its own.
        payload["started_at"] = datetime.fromisoformat(payload["started_at"])
        for item in payload["items"]:
            if NEW.items[item["id"]].type == "multiple" and "answer" in item:
                item["answer"].sort()  # a choice has no order
    assert payloads.count(payloads[0]) == len(WAYS)
    assert {event.kind for event in events} == {Kind.GRADED}
    mine = {desk.store.people()[event.person].number for event in events}
    told = [
        as_data(one) | {"number": ""}
        for one in outlook(NEW, desk.store, LATER).standings
        if one.person.number in mine
    ]
    assert told.count(told[0]) == len(WAYS)
