"""A connection of the server, before there is a request."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from handbook.server.policy import HEADERS

PATIENCE = 30
"""Seconds in which the head of a request must have arrived."""


class Connection(H11Protocol):
    """A connection that is not kept for a head that never ends, and is always curt.

    uvicorn waits for ever for the rest of a head, so that a few hundred connections of
    one machine would keep everybody else out; and its own answer to what is no HTTP
    lacks the headers of all our answers. `tests/test_server_doors.py` meets both.
    """

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; wait on, if it is part of a head."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_more()
        elif self._waiting is None:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        cycle = self.cycle
        if cycle and cycle.response_started and not cycle.response_complete:
            self.transport.close()  # in the middle of an answer there is no other one
            return
        answer = [
            "HTTP/1.1 400 Bad Request",
            "Content-Type: text/plain; charset=utf-8",
            "Connection: close",
            *(f"{name}: {value}" for name, value in HEADERS.items()),
            "",
            msg,
        ]
        self.transport.write("\r\n".join(answer).encode())
        self.transport.close()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(PATIENCE, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None
