"""The trainers' pages: who may work, who stands where, what waits; behind a sign-in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handbook.certificates.page import certificate_page
from handbook.handbook import Handbook
from handbook.records.certificates import CertificateError, Issuer
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.history.times import day, written
from handbook.records.sheets import csv_text, xlsx_bytes
from handbook.server.answers import (
    RECORDS_BUSY,
    file_answer,
    page_answer,
    waiting,
)
from handbook.server.bodies import typed
from handbook.server.limits import Limit
from handbook.server.origin import asker, from_elsewhere
from handbook.server.pages import page
from handbook.server.sign_in import COOKIE, LASTING, cookie, is_signed_in, is_token
from handbook.server.views import GUIDES, PAGES, view

_PATH = "/trainers"
MOST_ROWS = 1000
"""Rows of a list that a page shows; the files have them all."""
_LOG = logging.getLogger("handbook.server")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class TrainerPages:
    """The pages of one server."""

    handbook: Handbook
    store: Store
    token: str
    """What opens them; empty where nothing does."""
    clock: Callable[[], datetime]
    issuer: Issuer
    guesses: Limit = field(default_factory=lambda: Limit(burst=5, every=20))
    """For each address: wrong tokens."""
    limiter: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(1)
    )
    """One list is made at a time; hand-ins are not kept waiting by lists."""

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/", self.entrance, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["GET", "POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/certificate", self.certificate, methods=["GET"]),
            Route("/{name}", self.page, methods=["GET"]),
        ]

    async def entrance(self, request: Request) -> Response:
        """Lead to the first page, or to the sign-in."""
        return _to("roles" if self._knows(request) else "sign-in")

    async def sign_in(self, request: Request) -> Response:
        """Ask for the token; give a cookie to whoever has it."""
        if not self.token:
            return self._sign_in(
                "培训师页面没有开通。请管理员设置环境变量 HANDBOOK_TRAINERS，再启动手册。",
                code=404,
            )
        if request.method != "POST":
            wanted = request.query_params.get("to", "")
            return _to("roles") if self._knows(request) else self._sign_in("", wanted)
        if from_elsewhere(request.headers):
            return self._sign_in("请在本页输入口令。", code=403)
        given = await typed(request)
        said, wanted = given.get("token", ""), given.get("to", "")
        # From here on nothing is awaited: of many guesses at once none slips through.
        if wait := self.guesses.wait(asker(request)):
            told = f"试的次数太多了，请等 {wait} 秒再试。"
            return waiting(self._sign_in(told, wanted, 429), wait)
        if not is_token(said, self.token):
            self.guesses.take(asker(request))
            return self._sign_in("口令不对。", wanted, 403)
        answer = _to(wanted if wanted in PAGES else "roles")
        answer.set_cookie(
            COOKIE,
            cookie(self.token, self.clock()),
            max_age=int(LASTING.total_seconds()),
            path=_PATH,
            httponly=True,
            samesite="strict",
            secure=request.headers.get("origin", "").startswith("https://"),
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        """Take the cookie back."""
        answer = _to("sign-in")
        if not from_elsewhere(request.headers):
            answer.delete_cookie(COOKIE, path=_PATH, httponly=True, samesite="strict")
        return answer

    async def page(self, request: Request) -> Response:
        """Answer with a list as page, CSV or workbook; to nobody unknown."""
        name, _, style = request.path_params["name"].partition(".")
        if not self._knows(request):
            return _to(f"sign-in?to={name}" if name in PAGES else "sign-in")
        if name not in PAGES or style not in {"", "csv", "xlsx"}:
            return self._told("没有这一页。", 404)
        asked = dict(request.query_params)
        try:
            return await anyio.to_thread.run_sync(
                self._answer, name, style, asked, limiter=self.limiter
            )
        except StoreError as error:
            _LOG.error("%s", error)
            return self._told(RECORDS_BUSY, 503)

    async def certificate(self, request: Request) -> Response:
        """Answer with the certificate of somebody in an exam; to nobody unknown."""
        if not self._knows(request):
            return _to("sign-in")
        asked = request.query_params
        try:
            made = await anyio.to_thread.run_sync(
                self.issuer.issue,
                asked.get("person", ""),
                asked.get("exam", ""),
                self.clock(),
                limiter=self.limiter,
            )
        except CertificateError as error:
            return self._told(str(error), 404)
        except StoreError as error:
            _LOG.error("%s", error)
            return self._told(RECORDS_BUSY, 503)
        return page_answer(certificate_page(made, self.handbook.company, "../"))

    def _knows(self, request: Request) -> bool:
        value = request.cookies.get(COOKIE, "")
        return is_signed_in(value, self.token, self.clock())

    def _answer(self, name: str, style: str, asked: Mapping[str, str]) -> Response:
        now = self.clock()
        found = view(
            name,
            asked,
            handbook=self.handbook,
            store=self.store,
            now=now,
            rules=self.issuer.rules,
            whole=not style,
        )
        file = f"{name}-{day(now).isoformat()}.{style}"
        sheet = found.file or found.sheets[0]
        if style == "csv":
            return file_answer(
                csv_text(sheet).encode(), "text/csv; charset=utf-8", file
            )
        if style == "xlsx":
            return file_answer(xlsx_bytes(sheet), _XLSX, file)
        return page(
            "trainers_list.html",
            self.handbook.company,
            home="../",
            title=PAGES[name],
            pages=PAGES,
            here=name,
            moment=written(now),
            view=found,
            most=MOST_ROWS,
            certified=bool(self.issuer.secret),
            guide=GUIDES[name] if f"{GUIDES[name]}.md" in self.handbook.pages else "",
            query=f"?{urlencode(asked)}" if asked else "",
        )

    def _told(self, fault: str, code: int) -> Response:
        """Say to whoever is signed in what could not be done."""
        return page(
            "trainers_told.html",
            self.handbook.company,
            code=code,
            home="../",
            title="培训师页面",
            pages=PAGES,
            here="",
            fault=fault,
        )

    def _sign_in(self, fault: str, wanted: str = "", code: int = 200) -> Response:
        return page(
            "trainers_sign_in.html",
            self.handbook.company,
            code=code,
            home="../",
            title="培训师登录",
            pages={},
            fault=fault,
            wanted=wanted if wanted in PAGES else "",
            minutes=int(LASTING.total_seconds() // 60),
        )


def trainer_pages(
    issuer: Issuer, token: str, clock: Callable[[], datetime]
) -> TrainerPages:
    """Return the pages; the issuer knows handbook, records and rules."""
    return TrainerPages(issuer.handbook, issuer.store, token, clock, issuer)


def _to(name: str) -> Response:
    answer = RedirectResponse(f"{_PATH}/{name}", 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer
