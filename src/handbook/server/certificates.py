"""Pages about certificates: is a code good, and the certificate of whoever was invited."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handbook.certificates.page import certificate_page
from handbook.grading.submissions import Refusal
from handbook.records.certificates import CertificateError, Claim, Issuer, Verdict
from handbook.records.history.errors import StoreError
from handbook.records.invitations import tokens as invitations
from handbook.server.answers import RECORDS_BUSY, page_answer, waiting
from handbook.server.bodies import typed
from handbook.server.limits import Limit
from handbook.server.origin import asker, from_elsewhere
from handbook.server.pages import page

_LOG = logging.getLogger("handbook.server")
_Result = TypeVar("_Result")
_EVERYONE = ""
_BLANK: Mapping[str, str] = MappingProxyType({"code": "", "name": "", "exam": ""})
_SHUT = "没有开通。请管理员设置环境变量 HANDBOOK_SECRET，再启动手册。"


@dataclass(frozen=True, slots=True)
class CertificatePages:
    """The pages of one server."""

    issuer: Issuer
    clock: Callable[[], datetime]
    guesses: Limit = field(default_factory=lambda: Limit(burst=10, every=6))
    """For each address: codes and invitations that may be made up."""
    guests: Limit = field(default_factory=lambda: Limit(burst=10, every=6))
    """For each good invitation: a whole office prints its certificates at once."""
    all_guesses: Limit = field(default_factory=lambda: Limit(burst=200, every=0.2))
    """For all addresses together: nobody keeps the records busy from many."""
    limiter: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(2)
    )
    """Hand-ins are not kept waiting by looks at certificates."""

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/verify", self.verify, methods=["GET", "POST"]),
            Route("/certificate", self.certificate, methods=["POST"]),
        ]

    async def verify(self, request: Request) -> Response:
        """Ask for a code; say whether it holds, and nothing else."""
        if not self.issuer.secret:
            return self._asking(fault=_SHUT, code=404)
        if request.method != "POST":
            return self._asking()
        if refused := self._refused(request):
            return refused
        given = await typed(request)
        code = given.get("code", "")
        claim = Claim(given.get("name", ""), given.get("exam", ""))
        found = await self._in_thread(self.issuer.verify, code, self.clock(), claim)
        if isinstance(found, Response):
            return found
        return self._asking(verdict=found, given=given)

    async def certificate(self, request: Request) -> Response:
        """Give their certificate to whoever sat by the invitation they send.

        It comes in the body of a form, so it stands in no log and no history. From
        which page does not matter: who has the invitation may have the certificate, and
        browsers do not say so of the pages of the site, which send no referrer.
        """
        token = (await typed(request)).get("invitation", "")
        guest = invitations.read(token, self.issuer.secret)
        if isinstance(guest, Refusal):
            told = guest.message + guest.remedy
            return self._slowed(request) or self._asking(fault=told, code=403)
        if wait := self.guests.take(guest.nonce):
            return self._later(wait)
        found = await self._in_thread(self._certificate_of, guest)
        return found if isinstance(found, Response) else page_answer(found)

    def _certificate_of(self, guest: invitations.Invitation) -> str | Response:
        number, exam = guest.person.number, guest.exam
        dossier = self.issuer.store.dossier(number, exam)
        if not dossier or not dossier.handed_in(guest.sitting):
            fault = "这份邀请的考试还没有交卷，没有合格证。"
            return self._asking(fault=fault, code=409)
        try:
            made = self.issuer.issue(number, exam, self.clock())
        except CertificateError as error:
            return self._asking(fault=str(error), code=409)
        return certificate_page(made, self.issuer.handbook.company, "./")

    async def _in_thread(
        self, work: Callable[..., _Result], *given: object
    ) -> _Result | Response:
        try:
            return await anyio.to_thread.run_sync(work, *given, limiter=self.limiter)
        except StoreError as error:
            _LOG.error("%s", error)
            return self._asking(fault=RECORDS_BUSY, code=503)

    def _refused(self, request: Request) -> Response | None:
        """Refuse what another site sends; let whoever asks too often wait."""
        if from_elsewhere(request.headers):
            return self._asking(fault="请在本页输入验证码。", code=403)
        return self._slowed(request)

    def _slowed(self, request: Request) -> Response | None:
        """Let whoever asks too often wait."""
        wait = self.guesses.take(asker(request)) or self.all_guesses.take(_EVERYONE)
        return self._later(wait) if wait else None

    def _later(self, wait: int) -> Response:
        told = f"查得太多了，请等 {wait} 秒再试。"
        return waiting(self._asking(fault=told, code=429), wait)

    def _asking(
        self,
        *,
        fault: str = "",
        verdict: Verdict | None = None,
        given: Mapping[str, str] = _BLANK,
        code: int = 200,
    ) -> Response:
        exams = self.issuer.handbook.exams.values()
        return page(
            "verify.html",
            self.issuer.handbook.company,
            code=code,
            title="核对合格证",
            pages={},
            exams=[(exam.id, exam.title) for exam in exams],
            fault=fault,
            verdict=verdict.value if verdict else "",
            holds=verdict is Verdict.VALID,
            given={**_BLANK, **given},
            open=bool(self.issuer.secret),
        )
