"""Where a request comes from: which site made a browser send it, which address."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request


def asker(request: Request) -> str:
    """Return the address that asks; empty where the server cannot know."""
    return request.client.host if request.client else ""


def from_elsewhere(headers: Headers) -> bool:
    """Whether a page of another site made the browser send this."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    # Scheme and all, but for `https` that a proxy took off before us.
    return (
        origin is not None
        and origin.lower().partition("://")[2] != headers.get("host", "").lower()
    )
