"""What a request brings, read up to a size and for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

PATIENCE = 30
"""Seconds in which a body must have arrived."""

LONGEST_FORM = 4096
"""Bytes; no form of ours sends more."""


class TooLongError(Exception):
    """A body has more bytes than may be."""


async def body(request: Request, most: int) -> bytes:
    """Return a body of at most so many bytes; what is over it is never kept.

    Raises:
        TooLongError: it has more, or says that it has.
        TimeoutError: it did not arrive in time.
        ClientDisconnect: whoever sent it went away.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
        raise TooLongError
    parts: list[bytes] = []
    size = 0
    async with asyncio.timeout(PATIENCE):
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise TooLongError
            parts.append(chunk)
    return b"".join(parts)


async def typed(request: Request) -> Mapping[str, str]:
    """Return what somebody typed into a small form of ours; nothing if it is none."""
    try:
        raw = await body(request, LONGEST_FORM)
        fields = parse_qs(raw.decode("utf-8", "replace"), max_num_fields=10)
    except (ValueError, TooLongError, TimeoutError, ClientDisconnect):
        return {}
    return {name: values[0] for name, values in fields.items()}
