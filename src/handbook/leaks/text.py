"""Texts without what carries no meaning, and with their escapes undone."""

from __future__ import annotations

import html
import re
import unicodedata

DEPTH = 2
"""Encodings within encodings that are followed."""

_NOISE = re.compile(r"[\W_]+")
_LOWER = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")
_ASCII_NOISE = bytes(code for code in range(128) if _NOISE.fullmatch(chr(code)))
_PLAIN = re.compile(
    "[^\x00-\u02ff\u2000-\u20cf\u2100-\u3029\u3030-\u3098\u309b-\u312f\u3190-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe1f\ufe30-\uff9d\uffe0-\uffef"
    "\U00020000-\U0003ffff]"
)
"""What may be composed with a character before it, or come apart into such."""

_CHINESE_NOISE = re.compile(
    r"[\u2000-\u206f\u3000-\u3003\u3008-\u3011、，。：；！？（）【】]+"
)
"""Marks between words: with or without their compatible forms, no letters or digits."""


def squeeze(text: str) -> str:
    """Return only the letters and digits of a text, in one case and width."""
    if _PLAIN.search(text):
        # A mark that belongs to the letter before it must find it still there.
        return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())
    raw = text.encode("utf-8", "surrogatepass").translate(_LOWER, _ASCII_NOISE)
    text = raw.decode("utf-8", "surrogatepass")
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _CHINESE_NOISE.sub("", text))
    return _NOISE.sub("", text.casefold())


_ESCAPE = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})"
    r"|%u([0-9a-fA-F]{4})|\\([0-9a-fA-F]{4,6}) ?"
)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")


def unescape(text: str) -> str:
    """Undo HTML entities, JavaScript, JSON and CSS escapes and percent-encoding."""
    for _ in range(DEPTH):
        before = text
        if "&" in text:
            text = html.unescape(text)
        if "\\" in text or "%u" in text:
            text = _ESCAPE.sub(_character, text)
        if "%" in text:
            text = _PERCENT.sub(_bytes, text)
        if text == before:
            break
    return text


def _bytes(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "ignore")


def _character(found: re.Match[str]) -> str:
    number = int(next(filter(None, found.groups())), 16)
    try:
        return chr(number)
    except (ValueError, OverflowError):
        return ""
