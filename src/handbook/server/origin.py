"""Where a request comes from: which site made a browser send it, which address."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.requests import Request

_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers that a proxy adds."""


def asker(request: Request) -> str:
    """Return the address that asks; empty where the server cannot know.

    Of IPv6 it is the network: whoever has one has 2**64 addresses in it.
    """
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(found, ipaddress.IPv4Address):
        return host
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found.packed, 64), strict=False))


def forwarded(request: Request) -> bool:
    """Whether a proxy passed this on; browsers have not spoken HTTP/1.0 for long.

    Not every proxy shows: whoever puts one in front must say so (`--proxy`).
    """
    return request.scope.get("http_version") == "1.0" or any(
        name in request.headers for name in _PASSED_ON
    )


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
