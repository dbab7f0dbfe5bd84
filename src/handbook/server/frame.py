"""Around everything: who may call, headers on every answer, a line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handbook.server.answers import problem
from handbook.server.policy import HEADERS

_LOG = logging.getLogger("handbook.server")


class Frame:
    """The application as it is served."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        """Put the frame around an application.

        Args:
            app: what answers.
            hosts: names by which it may be called; None for any.
        """
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
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
        if self._hosts is not None and _called(scope) not in self._hosts:
            app = problem(421, "这个地址不通向本手册。", "请用启动时显示的地址打开。")
        try:
            await app(scope, receive, answer)
        finally:
            spent = round((time.monotonic() - began) * 1000)
            _LOG.info("%s %s %s %d ms", scope["method"], _asked(scope), status, spent)


def _called(scope: Scope) -> str:
    """Return the name, without a port, by which the server is called."""
    try:
        return urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _asked(scope: Scope) -> str:
    """Return the path for the log.

    As sent, still percent-encoded, so that no line break gets into the log; without the
    query and the client: who looked for what is nobody's business.
    """
    path: bytes = scope.get("raw_path", b"").partition(b"?")[0]
    return path[:200].decode("ascii", "replace")
