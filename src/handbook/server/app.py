"""The web application: the site, the exam page's interface, trainers, certificates."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from handbook.handbook import Handbook
from handbook.records.certificates import Issuer
from handbook.records.database.store import Store
from handbook.records.standing.currency import rules_of
from handbook.server.answers import problem
from handbook.server.certificates import CertificatePages
from handbook.server.desk import Desk
from handbook.server.door import OPEN, Door
from handbook.server.exam_api import LATER, ExamApi
from handbook.server.frame import Frame
from handbook.server.pages import LOOKS
from handbook.server.trainers import trainer_pages

# Windows keeps its own table of types, and `nosniff` makes a wrong one fatal.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/css", ".css")
mimetypes.add_type("image/svg+xml", ".svg")
mimetypes.add_type("font/woff2", ".woff2")


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
    rules = rules_of(handbook)
    exams = ExamApi(handbook, clock, door, Desk(store), rules)
    issuer = Issuer(handbook, store, rules, door.secret)
    trainers = trainer_pages(issuer, door.trainers, clock)
    certificates = CertificatePages(issuer, clock)
    app = Starlette(
        routes=[
            Mount("/api", routes=exams.routes()),
            Route("/trainers", trainers.entrance, methods=["GET"]),
            Mount("/trainers", routes=trainers.routes()),
            *certificates.routes(),
            *LOOKS,
        ],
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )
    # Not a route: it would answer for the others whatever method they do not take.
    app.router.default = _Pages(directory=site, html=True)
    return Frame(app, hosts)


class _Pages(StaticFiles):
    """The site's files; a browser asks each time whether its copy is still good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or the page that says that there is none."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _refused(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    extra = error.headers if isinstance(error, HTTPException) else None
    message = {
        404: "没有这一页。请回到首页，用查找框找一找。",
        405: "这个地址不接受这种请求。",
    }.get(code, "这个请求无法处理。")
    if request.url.path.startswith("/api/"):
        response = problem(code, message, "请从手册首页进入。")
    else:
        response = PlainTextResponse(message + "\n", code)
    response.headers.update(extra or {})
    return response


async def _failed(_request: Request, _error: Exception) -> Response:
    # Starlette raises it again after this answer, and the server's log has the trace.
    return problem(500, "服务器出错了，这次没有登记。", LATER)
