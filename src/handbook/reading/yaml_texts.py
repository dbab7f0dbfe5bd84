"""Texts as YAML has them: written so that whoever reads them finds the same text."""

from __future__ import annotations

import json
import re

from handbook.reading.yaml_files import Scalar, Sequence, read_yaml

_LIKE_NUMBERS = re.compile(
    r"(?=.*\d)[-+]?[\d.:_,eExXoO%-]+|[-+.]*(inf|nan)", re.IGNORECASE
)
_LIKE_VALUES = frozenset(
    {"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"}
)


_FOUR_DIGITS = 0xFFFF
"""Up to here YAML's short escape goes."""


def scalar(text: str, *, flow: bool = False) -> str:
    """Return a text as YAML: plain where it stays the same text, else in quotes.

    Args:
        text: what it must say.
        flow: whether it stands in brackets or braces.
    """
    return text if _may_be_plain(text, flow=flow) else _quoted(text)


def _may_be_plain(text: str, *, flow: bool) -> bool:
    """Whether YAML reads a plain scalar as this very text, and people too.

    Our reader converts nothing; but whoever opens the file elsewhere must not find a
    number where a text stands.
    """
    if text.lower() in _LIKE_VALUES or _LIKE_NUMBERS.fullmatch(text):
        return False
    if not text.isprintable() or "{{" in text or ": " in text or " #" in text:
        return False
    if text[0] in "!&*?|>%@`\"'#,[]{}-:~=<" or text[-1] in ": ":
        return False
    if flow and re.search(r"[,\[\]{}]", text):
        return False
    return _reads_back(f"[{text}]" if flow else f"- {text}", text)


def _reads_back(source: str, text: str) -> bool:
    node, problems = read_yaml(source, "")
    if problems or not isinstance(node, Sequence) or len(node.items) != 1:
        return False
    only = node.items[0]
    return isinstance(only, Scalar) and only.text == text


def _quoted(text: str) -> str:
    """Return a text in double quotes, Chinese as it is."""
    escaped = (_escape(c) for c in json.dumps(text, ensure_ascii=False)[1:-1])
    return f'"{"".join(escaped)}"'


def _escape(character: str) -> str:
    """Escape what does not show; JSON's own escapes are YAML's too."""
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= _FOUR_DIGITS else f"\\U{code:08x}"
