"""The trainers' pages: who may work, who stands where, what waits; behind a sign-in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlencode

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from handbook.handbook import Handbook
from handbook.records import attention, readiness, reports
from handbook.records.care import verify_text
from handbook.records.currency import Rules, rules_of
from handbook.records.sheets import Sheet, csv_text, xlsx_bytes
from handbook.records.standing import Standing, standing
from handbook.records.store import Store, StoreError
from handbook.records.times import day, written
from handbook.rendering.engine import render
from handbook.server.limits import Limit
from handbook.server.origin import from_elsewhere
from handbook.server.sign_in import COOKIE, LASTING, cookie, is_signed_in, is_token

PAGES: Mapping[str, str] = {
    "roles": "今天谁可以上岗",
    "standing": "考试情况",
    "reminders": "到期提醒",
    "exceptions": "要处理的事",
}
"""The pages by the last part of their address."""

_PATH = "/trainers"
_LONGEST_FORM = 4096
_LOG = logging.getLogger("handbook.server")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows."""

    sheet: Sheet
    bars: Sequence[tuple[str, int, int]] = ()
    """Label, how many of, how many."""
    faults: Sequence[str] = ()
    sound: Sequence[str] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class TrainerPages:
    """The pages of one server."""

    handbook: Handbook
    store: Store
    token: str
    """What opens them; empty where nothing does."""
    clock: Callable[[], datetime]
    rules: Rules
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
            Route("/{name}", self.page, methods=["GET"]),
        ]

    async def entrance(self, request: Request) -> Response:
        """Lead to the first page, or to the sign-in."""
        return _to("roles" if self._knows(request) else "sign-in")

    async def sign_in(self, request: Request) -> Response:
        """Ask for the token; give a cookie to whoever has it."""
        if not self.token:
            return _sign_in(
                "培训师页面没有开通。请管理员设置环境变量 HANDBOOK_TRAINERS，再启动手册。",
                404,
            )
        if request.method != "POST":
            return _to("roles") if self._knows(request) else _sign_in("")
        if from_elsewhere(request.headers):
            return _sign_in("请在本页输入口令。", 403)
        asker = request.client.host if request.client else ""
        if wait := self.guesses.wait(asker):
            answer = _sign_in(f"试的次数太多了，请等 {wait} 秒再试。", 429)
            answer.headers["Retry-After"] = str(wait)
            return answer
        if not is_token(await _typed(request, "token"), self.token):
            self.guesses.take(asker)
            return _sign_in("口令不对。", 403)
        answer = _to("roles")
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
        if not self._knows(request):
            return _to("sign-in")
        name, _, style = request.path_params["name"].partition(".")
        if name not in PAGES or style not in {"", "csv", "xlsx"}:
            return _sign_in("没有这一页。", 404)
        asked = dict(request.query_params)
        try:
            return await anyio.to_thread.run_sync(
                self._answer, name, style, asked, limiter=self.limiter
            )
        except StoreError as error:
            _LOG.error("%s", error)
            return _sign_in("现在读不了记录库，请稍后再试。", 503)

    def _knows(self, request: Request) -> bool:
        value = request.cookies.get(COOKIE, "")
        return is_signed_in(value, self.token, self.clock())

    def _answer(self, name: str, style: str, asked: Mapping[str, str]) -> Response:
        now = self.clock()
        view = self._view(name, asked, now, whole=not style)
        file = f"{name}-{day(now).isoformat()}.{style}"
        if style == "csv":
            return _file(csv_text(view.sheet).encode(), "text/csv; charset=utf-8", file)
        if style == "xlsx":
            return _file(xlsx_bytes(view.sheet), _XLSX, file)
        page = render(
            "trainers_list.html",
            title=PAGES[name],
            pages=PAGES,
            here=name,
            moment=written(now),
            columns=view.sheet.columns,
            rows=view.sheet.rows,
            bars=view.bars,
            faults=view.faults,
            sound=view.sound,
            about=view.about,
            query=f"?{urlencode(asked)}" if asked else "",
        )
        return _html(page)

    def _view(
        self, name: str, asked: Mapping[str, str], now: datetime, *, whole: bool
    ) -> View:
        book = self.handbook
        people = self.store.people()
        events = list(self.store.events())
        found = list(standing(book.exams, people, events, now, self.rules))
        if name == "roles":
            ready = list(readiness.readiness(book.roles, book.exams, found))
            return View(readiness.as_sheet(ready), readiness.totals(ready))
        if name == "reminders":
            return View(attention.reminders(book, found))
        if name == "exceptions":
            sheet = attention.exceptions(book, people, events, found, now)
            sound, lines = verify_text(self.store, None) if whole else (True, ())
            return View(
                sheet, faults=() if sound else lines, sound=lines if sound else ()
            )
        return View(reports.as_sheet(_chosen(found, asked)))


def trainer_pages(
    handbook: Handbook, store: Store, token: str, clock: Callable[[], datetime]
) -> TrainerPages:
    """Return the pages; what hangs on the handbook alone is prepared once."""
    return TrainerPages(handbook, store, token, clock, rules_of(handbook))


def _chosen(found: Sequence[Standing], asked: Mapping[str, str]) -> list[Standing]:
    state = asked.get("state")
    return reports.select(
        found,
        exam=asked.get("exam"),
        number=asked.get("person"),
        states=(state,) if state else (),
    )


async def _typed(request: Request, name: str) -> str:
    """Return a field of a small form; empty if it is not there or far too long."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _LONGEST_FORM:
            return ""
    fields = parse_qs(raw.decode("utf-8", "replace"), max_num_fields=10)
    return fields.get(name, [""])[0]


def _to(name: str) -> Response:
    answer = RedirectResponse(f"{_PATH}/{name}", 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sign_in(fault: str, code: int = 200) -> Response:
    minutes = int(LASTING.total_seconds() // 60)
    page = render(
        "trainers_sign_in.html",
        title="培训师登录",
        pages={},
        here="",
        fault=fault,
        minutes=minutes,
    )
    return _html(page, code)


def _html(page: str, code: int = 200) -> Response:
    return HTMLResponse(page, code, headers={"Cache-Control": "no-store"})


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content,
        media_type=kind,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
