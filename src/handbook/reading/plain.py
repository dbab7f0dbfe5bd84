"""Markdown without its markup: the words that a reader sees."""

from __future__ import annotations

import re

LINK = re.compile(
    r"(?<!!)\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)"
)
"""A link within a line; its first group is the target."""

_MULTI = re.MULTILINE
_PLAIN: tuple[tuple[str | tuple[str, ...], re.Pattern[str], str | None], ...] = (
    ("<!--", re.compile(r"<!--.*?-->", re.DOTALL), ""),
    ("{%", re.compile(r"\{%-?\s*(end)?raw\s*-?%\}"), ""),
    ("```", re.compile(r"^\s*```.*$", _MULTI), ""),
    ("~~~", re.compile(r"^\s*~~~.*$", _MULTI), ""),
    ("![", re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    ("](", LINK, None),
    ("<http", re.compile(r"<(https?://[^>]+)>"), r"\1"),
    ("<", re.compile(r"</?[a-zA-Z][^<>]*>"), ""),
    ("{", re.compile(r"[ \t]*\{:?\s*[.#][^{}]*\}"), ""),
    (":", re.compile(r":(?:material|fontawesome|octicons|simple)-[\w-]+:"), ""),
    ("!!!", re.compile(r"^(\s*)!!!\s*[\w -]*(?:\"([^\"]*)\")?\s*$", _MULTI), r"\1\2"),
    ("???", re.compile(r"^(\s*)\?\?\?\+?\s*[\w -]*(?:\"([^\"]*)\")?\s*$", _MULTI), r"\1\2"),
    ("===", re.compile(r"^(\s*)===\s*[!+]*\s*\"([^\"]*)\"\s*$", _MULTI), r"\1\2"),
    ("-", re.compile(r"^\s*\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*(?::?-+:?)?[ \t]*$", _MULTI), ""),
    (("#", ">", ":"), re.compile(r"^\s{0,3}(?:#{1,6}\s*|>\s?|: +)", _MULTI), ""),
    (("-", "*", "+", ".", ")"), re.compile(r"^(\s*)(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?", _MULTI), r"\1"),
    ("|", re.compile(r"[ \t]*\|[ \t]*"), " "),
    (("*", "_", "~", "=", "^", "`"), re.compile(r"\*\*|__(?=\S)|(?<=\S)__|~~|==|\^\^|`+"), ""),
    ("*", re.compile(r"(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)"), ""),
    ("_", re.compile(r"(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"), ""),
    ("\\", re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)  # fmt: skip
"""What must be in a text (one of several) for a rule to matter, the rule, what takes
its place."""

_NO_MARKUP = re.compile(r"[\w，。；：？！、（）“”《》【】]*")


def plain(markdown: str) -> str:
    """Return a fragment's words without markup, one line per paragraph or cell row."""
    if _NO_MARKUP.fullmatch(markdown) and "_" not in markdown:
        return markdown
    text = markdown
    for needle, pattern, replacement in _PLAIN:
        if (
            needle in text
            if isinstance(needle, str)
            else any(mark in text for mark in needle)
        ):
            text = pattern.sub(_label if replacement is None else replacement, text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _label(link: re.Match[str]) -> str:
    """Return a link's words."""
    return link[0][1 : link[0].rindex("](")]
