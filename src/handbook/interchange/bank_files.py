"""Banks as the YAML that trainers read and edit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from handbook.interchange.fields import ORDER
from handbook.interchange.readings import Fields
from handbook.reading import yaml_files
from handbook.reading.yaml_files import Data, Scalar, read_yaml

WIDTH = 120
"""Characters of a line in which a list still stands on one line."""

_TO_FILL = {"rationale", "source"}
"""Required fields that a question of another tool may not have."""
_LIKE_NUMBERS = re.compile(
    r"(?=.*\d)[-+]?[\d.:_,eExXoO%-]+|[-+.]*(inf|nan)", re.IGNORECASE
)
_VALUES = frozenset({"critical", "difficulty"})
"""Fields whose value is no text."""
_ALWAYS = {"difficulty": "1", "use": "practice"}
"""Fields that banks write though they stand at their default."""
_LIKE_VALUES = frozenset(
    {"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"}
)


def bank_text(topic: str, title: str, items: Iterable[Fields], remark: str = "") -> str:
    """Return the file of a bank; read again, it gives the same items.

    A required field that an item lacks stands there empty, with a mark to fill it in:
    `check.py` names each with its line until somebody has.
    """
    lines = [f"# {line}" for line in remark.splitlines()]
    lines += [f"topic: {scalar(topic)}", f"title: {scalar(title)}", "items:"]
    for item in items:
        lines += _item(item)
    return "\n".join(lines) + "\n"


def scalar(text: str, *, flow: bool = False) -> str:
    """Return a text as YAML: plain where it stays the same text, else in quotes.

    Args:
        text: what it must say.
        flow: whether it stands in brackets or braces.
    """
    return text if _may_be_plain(text, flow=flow) else _quoted(text)


def _item(item: Fields) -> list[str]:
    lines: list[str] = []
    item = {**_ALWAYS, **item}
    names = [name for name in ORDER if name in item or name in _TO_FILL]
    for name in names:
        value = item.get(name)
        if not value and name in _TO_FILL:
            empty = "[]" if name == "source" else '""'
            lines.append(f"{name}: {empty}  # 待补")
        elif isinstance(value, list) and _is_table(value):
            lines.append(f"{name}:")
            lines += [f"  - {_flow(one)}" for one in value]
        elif isinstance(value, list) and any(isinstance(v, list) for v in value):
            lines += _lists(name, value)
        elif isinstance(value, str) and name in _VALUES and value.isalnum():
            lines.append(f"{name}: {value}")
        elif isinstance(value, str):
            lines.append(f"{name}: {scalar(value)}")
        elif value is not None:
            lines.append(f"{name}: {_flow(value)}")
    return [("  - " if n == 0 else "    ") + line for n, line in enumerate(lines)]


def _lists(name: str, value: Sequence[Data]) -> list[str]:
    """Write wordings on one line where they are short, else one gap a line."""
    line = f"{name}: {_flow(list(value))}"
    if len(value) == 1 and len(line) <= WIDTH:
        return [line]
    return [f"{name}:", *(f"  - {_flow(one)}" for one in value)]


def _is_table(value: Sequence[Data]) -> bool:
    return bool(value) and all(isinstance(one, dict) for one in value)


def _flow(value: Data) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_flow(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{scalar(k, flow=True)}: {_flow(v)}' for k, v in value.items())}}}"
    return scalar(value, flow=True)


def _may_be_plain(text: str, *, flow: bool) -> bool:
    """Whether YAML reads a plain scalar as this very text, and people too.

    The reader of banks converts nothing; but whoever opens a bank elsewhere must not
    find a number where a text stands.
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
    if problems or not isinstance(node, yaml_files.Sequence) or len(node.items) != 1:
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
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - YAML's two lengths
