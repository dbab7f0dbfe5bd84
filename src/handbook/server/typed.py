"""What somebody typed into a small form of ours."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

LONGEST = 4096
"""Bytes; no form of ours sends more."""


async def typed(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; none if it is far too long."""
    raw = b""
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > LONGEST:
                return {}
        fields = parse_qs(raw.decode("utf-8", "replace"), max_num_fields=10)
    except (ValueError, ClientDisconnect):
        return {}
    return {name: values[0] for name, values in fields.items()}
