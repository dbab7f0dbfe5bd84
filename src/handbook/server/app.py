"""The web application: static files of the site, status, hand-in."""

from __future__ import annotations

import asyncio
import logging
import mimetypes
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handbook.grading.submissions import MAX_BYTES, Refusal
from handbook.grading.verdict import learner_verdict
from handbook.handbook import Handbook
from handbook.records import invitations, invited
from handbook.records.certificates import Issuer
from handbook.records.currency import rules_of
from handbook.records.history import REFUSALS
from handbook.records.intake import Outcome
from handbook.records.invitations import Invitation, check_secret
from handbook.records.store import Store, StoreError
from handbook.records.telling import again_at
from handbook.records.times import stored
from handbook.records.together import Steps
from handbook.server.certificates import CertificatePages
from handbook.server.desk import Desk
from handbook.server.limits import Limit
from handbook.server.origin import from_elsewhere
from handbook.server.policy import HEADERS
from handbook.server.trainers import trainer_pages

LIMIT = MAX_BYTES
"""Bytes of a hand-in; a real one has a few thousand."""

_PATIENCE = 30
"""Seconds in which a hand-in must have arrived."""

_LOG = logging.getLogger("handbook.server")

INVITATION = "handbook-invitation"
"""The header that an invitation comes in: never in an address, so in no log."""

_FORBIDDEN = frozenset({"A694", "A695"})

_LATER = "请稍后再交；也可以先保存答卷文件，发给培训师。"

_Result = TypeVar("_Result")

# Windows keeps its own table of types, and `nosniff` makes a wrong one fatal.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/css", ".css")
mimetypes.add_type("image/svg+xml", ".svg")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True, slots=True)
class Door:
    """Who may hand in."""

    secret: str = ""
    """Signs invitations; without one there are none."""
    invited_only: bool = False
    """Whether a hand-in needs an invitation."""
    trainers: str = ""
    """Opens the trainers' pages; without one they stay shut."""
    strangers: Limit = field(default_factory=lambda: Limit(burst=30, every=2))
    """For each address: requests with no good invitation, where one is needed."""
    guests: Limit = field(default_factory=lambda: Limit(burst=20, every=3))
    """For each invitation: a page that tries again asks less often."""


OPEN = Door()
"""Anyone may hand in; only for a server that nobody else reaches."""


def door_for(
    secret: str, trainers: str = "", *, local: bool, invited_only: bool
) -> Door:
    """Return the door of a server that starts.

    Args:
        secret: `HANDBOOK_SECRET`; empty where it is not set.
        trainers: `HANDBOOK_TRAINERS`; empty where it is not set.
        local: whether only this machine can reach the server.
        invited_only: whether to want invitations there as well.

    Raises:
        InvitationError: one of them is none, or is missing where it is needed.
    """
    needed = invited_only or not local
    if needed or secret:
        check_secret(secret, "HANDBOOK_SECRET")
    if trainers:
        check_secret(trainers, "HANDBOOK_TRAINERS")
    return Door(secret, needed, trainers)


def create_app(  # noqa: PLR0913 - what a server consists of
    handbook: Handbook,
    store: Store,
    site: Path,
    *,
    hosts: Collection[str] | None = None,
    door: Door = OPEN,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ASGIApp:
    """Return the application.

    Args:
        handbook: the one the site was built from; holds the keys.
        store: where hand-ins are recorded.
        site: the built site.
        hosts: names by which the server may be called; None for any. On localhost
            they keep a foreign page from reaching it through a name of its own.
        door: who may hand in.
        clock: tells the time of a start and of a hand-in.
    """
    intake = _Intake(handbook, clock, door, Desk(store))
    issuer = Issuer(handbook, store, rules_of(handbook), door.secret)
    pages = trainer_pages(issuer, door.trainers, clock)
    certificates = CertificatePages(issuer, clock)
    app = Starlette(
        routes=[
            Mount(
                "/api",
                routes=[
                    Route("/status", intake.status, methods=["GET"]),
                    Route("/start", intake.start, methods=["POST"]),
                    Route("/hand-in", intake.hand_in, methods=["POST"]),
                ],
            ),
            Route("/trainers", pages.entrance, methods=["GET"]),
            Mount("/trainers", routes=pages.routes()),
            *certificates.routes(),
            Mount("/", app=_Pages(directory=site, html=True)),
        ],
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )
    return _Frame(app, hosts)


@dataclass(frozen=True, slots=True)
class _Intake:
    handbook: Handbook
    clock: Callable[[], datetime]
    door: Door
    desk: Desk

    async def status(self, _request: Request) -> Response:
        needed = self.door.invited_only
        return _json({"handbook": "1", "hand_in": True, "invitation": needed})

    async def start(self, request: Request) -> Response:
        if response := _foreign(request.headers):
            return response
        guest = self._guest(request)
        if guest is None:
            return _refusals((invitations.MISSING,))
        if isinstance(guest, Response):
            return guest
        steps = invited.starting(self.handbook, guest, self.clock())
        found = await self._settled(steps)
        if isinstance(found, Response):
            return found
        if isinstance(found, tuple):
            return _refusals(found)
        return _json(
            {
                "sitting": found.sitting,
                "exam": found.exam,
                "delta": found.delta,
                "form": found.form,
                "paper": found.paper,
                "seconds": found.seconds,
                "spent": found.spent,
                "person": {"id": found.person.number, "name": found.person.name},
            }
        )

    async def hand_in(self, request: Request) -> Response:
        if response := _foreign(request.headers):
            return response
        guest = self._guest(request)
        if isinstance(guest, Response):
            return guest
        raw = await _body(request)
        if isinstance(raw, Response):
            return raw
        outcome = await self._settled(self._handing_in(raw, guest))
        return outcome if isinstance(outcome, Response) else self._answer(outcome)

    def _guest(self, request: Request) -> Invitation | Response | None:
        """Return whose invitation a request brings; None if it brings and needs none."""
        token = request.headers.get(INVITATION, "")
        if not token and not self.door.invited_only:
            return None
        read = invitations.read(token, self.door.secret)
        if isinstance(read, Refusal):
            asker = request.client.host if request.client else ""
            if wait := self.door.strangers.take(asker):
                return _too_many(wait)
            return _refusals((read,))
        if wait := self.door.guests.take(read.nonce):
            return _too_many(wait)
        return read

    async def _settled(self, steps: Steps[_Result]) -> _Result | Response:
        try:
            return await self.desk.bring(steps)
        except StoreError as error:
            _LOG.error("%s", error)
            return _problem(503, "现在登记不了，您的答卷没有登记，也没有丢。", _LATER)

    def _handing_in(self, raw: bytes, guest: Invitation | None) -> Steps[Outcome]:
        now = self.clock()
        if guest:
            return invited.handing_in_invited(self.handbook, guest, raw, now)
        return invited.handing_in_uninvited(self.handbook, raw, now)

    def _answer(self, outcome: Outcome) -> Response:
        receipt = outcome.receipt
        if receipt is None:
            return _refusals(outcome.refusals)
        return _json(
            {
                "receipt": receipt.code,
                "duplicate": receipt.duplicate,
                "recorded_at": stored(receipt.event.at),
                "again_at": again_at(self.handbook, receipt),
                "verdict": learner_verdict(self.handbook, receipt.grade),
            }
        )


class _Pages(StaticFiles):
    """The site's files; a browser asks each time whether its copy is still good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or the page that says that there is none."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


class _Frame:
    """Around everything: who may call, headers on every answer, a line in the log."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        app = self._app
        host = Headers(scope=scope).get("host", "")
        if self._hosts is not None and _name(f"//{host}") not in self._hosts:
            app = _problem(421, "这个地址不通向本手册。", "请用启动时显示的地址打开。")
        try:
            await app(scope, receive, answer)
        finally:
            # As sent, still percent-encoded, so that no line break gets into the log;
            # without the query and the client: who looked for what is nobody's business.
            path = (
                scope.get("raw_path", b"")
                .partition(b"?")[0][:200]
                .decode("ascii", "replace")
            )
            spent = round((time.monotonic() - began) * 1000)
            _LOG.info("%s %s %s %d ms", scope["method"], path, status, spent)


async def _body(request: Request) -> bytes | Response:
    """Read a body of at most LIMIT bytes; what is over it is never kept."""
    too_long = _problem(
        413,
        "交来的内容超过 1 MB，不是一份答卷。",
        "请在考试页上交卷，或交考试页保存的答卷文件。",
    )
    too_long.headers["Connection"] = "close"
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > LIMIT:
        return too_long
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                size += len(chunk)
                if size > LIMIT:
                    return too_long
                parts.append(chunk)
    except TimeoutError:
        return _problem(408, "答卷没有传完，没有登记。", "请检查网络后再交一次。")
    except ClientDisconnect:
        return Response(status_code=400)
    return b"".join(parts)


def _foreign(headers: Headers) -> Response | None:
    """Refuse what a page of another site could make a browser send."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return _problem(
            415, "交来的内容不是答卷格式（application/json）。", "请在考试页上交卷。"
        )
    if from_elsewhere(headers):
        return _problem(403, "只接受本手册考试页交来的答卷。", "请在考试页上交卷。")
    return None


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def _refused(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    extra = error.headers if isinstance(error, HTTPException) else None
    message = {
        404: "没有这一页。请回到首页，用查找框找一找。",
        405: "这个地址不接受这种请求。",
    }.get(code, "这个请求无法处理。")
    if request.url.path.startswith("/api/"):
        response: Response = _problem(code, message, "请从手册首页进入。")
    else:
        response = PlainTextResponse(message + "\n", code)
    response.headers.update(extra or {})
    return response


async def _failed(_request: Request, _error: Exception) -> Response:
    # Starlette raises it again after this answer, and the server's log has the trace.
    return _problem(500, "服务器出错了，这次没有登记。", _LATER)


def _problem(code: int, message: str, remedy: str) -> Response:
    return _problems(code, [(message, remedy)])


def _problems(code: int, problems: Iterable[tuple[str, str]]) -> Response:
    listed = [{"message": message, "remedy": remedy} for message, remedy in problems]
    return _listed(listed, code)


def _listed(problems: list[dict[str, str]], code: int) -> Response:
    return _json({"problems": problems}, code)


def _refusals(refusals: Collection[Refusal]) -> Response:
    codes = {refusal.code for refusal in refusals}
    code = 403 if codes & _FORBIDDEN else 409 if codes & set(REFUSALS) else 422
    return _listed(
        [
            {"code": one.code, "message": one.message, "remedy": one.remedy}
            for one in refusals
        ],
        code,
    )


def _too_many(wait: int) -> Response:
    response = _problem(429, "请求太多了。", f"请等 {wait} 秒再试。")
    response.headers["Retry-After"] = str(wait)
    return response


def _json(content: object, code: int = 200) -> Response:
    return JSONResponse(content, code, headers={"Cache-Control": "no-store"})
