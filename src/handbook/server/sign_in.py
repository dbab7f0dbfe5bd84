"""A trainer's token, and the short-lived signed cookie that stands for it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

COOKIE = "handbook_trainer"

LASTING = timedelta(minutes=60)
"""How long a sign-in is good for."""

_PURPOSE = b"handbook trainer cookie\n"


def is_token(said: str, token: str) -> bool:
    """Whether what somebody typed is the token; takes as long whatever they typed."""
    return bool(token) and hmac.compare_digest(_digest(said), _digest(token))


def cookie(token: str, now: datetime) -> str:
    """Return a cookie that is good from now on."""
    end = str(int((now + LASTING).timestamp()))
    return f"{end}.{_signature(end, token)}"


def is_signed_in(value: str, token: str, now: datetime) -> bool:
    """Whether a cookie was made with this token and still holds.

    Another token ends every sign-in; so does a cookie of a clock far ahead.
    """
    end, _, signature = value.partition(".")
    genuine = hmac.compare_digest(
        _signature(end, token).encode(), signature.encode("utf-8", "replace")
    )
    if not (token and genuine and end.isascii() and end.isdigit()):
        return False
    left = int(end) - now.timestamp()
    return 0 < left <= LASTING.total_seconds()


def _digest(text: str) -> bytes:
    # Of one length, whatever came: comparing tells nothing about the token's.
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def _signature(end: str, token: str) -> str:
    body = _PURPOSE + end.encode("utf-8", "replace")
    return hmac.digest(token.encode(), body, "sha256").hex()
