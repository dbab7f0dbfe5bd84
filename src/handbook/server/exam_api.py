"""What the exam page asks the server: is anybody there, may I start, I hand in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from handbook.grading.submissions import MAX_BYTES, Person, Refusal
from handbook.grading.verdict import learner_verdict
from handbook.handbook import Handbook
from handbook.records.database.together import Steps
from handbook.records.history.errors import StoreError
from handbook.records.history.receipts import Receipt
from handbook.records.history.times import stored
from handbook.records.intake.hand_ins import Outcome
from handbook.records.invitations import invited
from handbook.records.invitations import tokens as invitations
from handbook.records.invitations.invited import Over
from handbook.records.invitations.tokens import Invitation
from handbook.records.standing.currency import Rules
from handbook.records.standing.prospects import Prospect, Sat, prospect
from handbook.server.answers import (
    json_answer,
    problem,
    refusals,
    told_of,
    too_many,
)
from handbook.server.bodies import TooLongError, body
from handbook.server.desk import Desk
from handbook.server.door import Door
from handbook.server.origin import asker, forwarded, from_elsewhere

INVITATION = "handbook-invitation"
"""The header that an invitation comes in: never in an address, so in no log."""

LATER = "请稍后再交；也可以先保存答卷文件，发给培训师。"
"""What to do where handing in fails and the learner can do nothing about it."""

_LOG = logging.getLogger("handbook.server")
_Result = TypeVar("_Result")
_Told = dict[str, object]


@dataclass(frozen=True, slots=True)
class ExamApi:
    """The interface of one server; `web/quiz/hand-in.js` is who calls."""

    handbook: Handbook
    """The one the site was built from; holds the keys."""
    clock: Callable[[], datetime]
    door: Door
    desk: Desk
    rules: Rules
    """What `rules_of` says of the handbook."""

    def routes(self) -> list[Route]:
        """Return the routes of the interface."""
        return [
            Route("/status", self.status, methods=["GET"]),
            Route("/sitting", self.sitting, methods=["GET"]),
            Route("/start", self.start, methods=["POST"]),
            Route("/hand-in", self.hand_in, methods=["POST"]),
        ]

    async def status(self, request: Request) -> Response:
        """Say that hand-ins are taken, and whether they need an invitation."""
        needed = self._needed(request)
        return json_answer({"handbook": "1", "hand_in": True, "invitation": needed})

    async def sitting(self, request: Request) -> Response:
        """Tell whose the sitting of an invitation is and, if it is over, what came of it."""
        guest = self._guest(request)
        if not isinstance(guest, Invitation):
            return guest or refusals((invitations.MISSING,))
        found = await self._settled(invited.looking(self.handbook, guest, self.clock()))
        if isinstance(found, Response):
            return found
        over = await self._over(found) if found else {}
        return json_answer({"person": _person(guest.person), **over})

    async def start(self, request: Request) -> Response:
        """Begin the sitting of an invitation, or go on with it."""
        if response := _foreign(request.headers):
            return response
        guest = self._guest(request)
        if not isinstance(guest, Invitation):
            return guest or refusals((invitations.MISSING,))
        steps = invited.starting(self.handbook, guest, self.clock())
        found = await self._settled(steps)
        if isinstance(found, Response):
            return found
        if isinstance(found, tuple):
            return refusals(found)
        if isinstance(found, Over):
            return json_answer(await self._over(found), 409)
        return json_answer(
            {
                "sitting": found.sitting,
                "exam": found.exam,
                "delta": found.delta,
                "form": found.form,
                "paper": found.paper,
                "seconds": found.seconds,
                "spent": found.spent,
                "person": _person(found.person),
            }
        )

    async def hand_in(self, request: Request) -> Response:
        """Grade and record an answer file, and tell the learner what was recorded."""
        if response := _foreign(request.headers):
            return response
        guest = self._guest(request)
        if isinstance(guest, Response):
            return guest
        raw = await _body(request)
        if isinstance(raw, Response):
            return raw
        outcome = await self._settled(self._handing_in(raw, guest))
        if isinstance(outcome, Response):
            return outcome
        if outcome.receipt is None:
            return refusals(outcome.refusals)
        sat = Sat.of(outcome.receipt)
        ahead = await self._ahead(sat)
        prospects = _prospect(ahead, passed=sat.passed, known=guest is not None)
        return json_answer(self._result(outcome.receipt) | prospects)

    async def _over(self, sitting: Over) -> _Told:
        """Say why a sitting cannot begin again, and what came of it."""
        receipt = sitting.receipt
        passed = bool(receipt and receipt.grade.passed)
        ahead = await self._ahead(Sat(sitting.person, sitting.exam, passed))
        over = {
            "exam": sitting.exam,
            "delta": sitting.delta,
            "person": _person(sitting.person),
            **(self._sat(receipt) if receipt else {"verdict": None}),
            **_prospect(ahead, passed=passed, known=True),
        }
        return {"problems": told_of((sitting.refusal,)), "over": over}

    async def _ahead(self, sat: Sat) -> Prospect | None:
        """Return what lies ahead; what cannot be told beside a result is left out."""
        steps = prospect(self.handbook, sat, self.clock(), self.rules)
        found = await self._settled(steps)
        return found if isinstance(found, Prospect) else None

    def _guest(self, request: Request) -> Invitation | Response | None:
        """Return whose invitation a request brings; None if it brings and needs none."""
        token = request.headers.get(INVITATION, "")
        if not token and not self._needed(request):
            return None
        read = invitations.read(token, self.door.secret)
        if isinstance(read, Refusal):
            if wait := self.door.strangers.take(asker(request)):
                return too_many(wait)
            return refusals((read,))
        if wait := self.door.guests.take(read.nonce):
            return too_many(wait)
        return read

    def _needed(self, request: Request) -> bool:
        # A server for this machine alone expects no proxy: what comes through one may
        # come from anywhere.
        return self.door.invited_only or forwarded(request)

    async def _settled(self, steps: Steps[_Result]) -> _Result | Response:
        try:
            return await self.desk.bring(steps)
        except StoreError as error:
            _LOG.error("%s", error)
            return problem(503, "现在登记不了，您的答卷没有登记，也没有丢。", LATER)

    def _handing_in(self, raw: bytes, guest: Invitation | None) -> Steps[Outcome]:
        now = self.clock()
        if guest:
            return invited.handing_in_invited(self.handbook, guest, raw, now)
        return invited.handing_in_uninvited(self.handbook, raw, now)

    def _sat(self, receipt: Receipt) -> _Told:
        """Tell what is on record of a sitting that is over."""
        submission = receipt.grade.submission
        ended = {
            "form": submission.form,
            "submitted_at": stored(submission.submitted_at),
        }
        return self._result(receipt) | ended

    def _result(self, receipt: Receipt) -> _Told:
        """Tell what is on record of a hand-in."""
        return {
            "receipt": receipt.code,
            "duplicate": receipt.duplicate,
            "recorded_at": stored(receipt.event.at),
            "verdict": learner_verdict(self.handbook, receipt.grade),
        }


def _prospect(ahead: Prospect | None, *, passed: bool, known: bool) -> _Told:
    """Tell what lies ahead.

    What else somebody passed, and when, is told to whom an invitation proves to be them:
    else whoever hands in under another's number would learn it.
    """
    if ahead is None:
        return {}
    remaining = ahead.remaining if known else None
    return {
        "until": ahead.until.isoformat() if ahead.until and (known or passed) else None,
        "certified": known and ahead.certified,
        "attempts_left": ahead.left,
        "again_at": stored(ahead.again_at) if ahead.again_at else None,
        "remaining": None
        if remaining is None
        else [
            {
                "title": exam.title,
                "url": f"exams/{exam.id}.html",
                "needed_for_work": exam.needed_for_work,
            }
            for exam in remaining
        ],
    }


def _person(person: Person) -> dict[str, str]:
    return {"id": person.number, "name": person.name}


async def _body(request: Request) -> bytes | Response:
    """Read a hand-in, or say why there is none."""
    try:
        return await body(request, MAX_BYTES)
    except TooLongError:
        answer = problem(
            413,
            "交来的内容超过 1 MB，不是一份答卷。",
            "请在考试页上交卷，或交考试页保存的答卷文件。",
        )
    except TimeoutError:
        answer = problem(408, "答卷没有传完，没有登记。", "请检查网络后再交一次。")
    except ClientDisconnect:
        answer = Response(status_code=400)
    answer.headers["Connection"] = "close"  # the rest of it is not waited for
    return answer


def _foreign(headers: Headers) -> Response | None:
    """Refuse what a page of another site could make a browser send."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return problem(
            415, "交来的内容不是答卷格式（application/json）。", "请在考试页上交卷。"
        )
    if from_elsewhere(headers):
        return problem(403, "只接受本手册考试页交来的答卷。", "请在考试页上交卷。")
    return None
