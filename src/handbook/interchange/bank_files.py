"""Banks as the YAML that trainers read and edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handbook.interchange.fields import ORDER
from handbook.interchange.readings import Fields
from handbook.model.placeholders import GAP, Placeholder
from handbook.reading.yaml_files import Data
from handbook.reading.yaml_texts import scalar

WIDTH = 120
"""Characters of a line in which a list still stands on one line."""

_TO_FILL = {"rationale": scalar(Placeholder.RATIONALE), "source": "[]"}
"""Required fields that a question of another tool may not have, and what stands there
until somebody writes them: P218 reminds of the one, the check explains the other."""
_VALUES = frozenset({"critical", "difficulty"})
"""Fields whose value is no text."""
_ALWAYS = {"difficulty": "1", "use": "practice"}
"""Fields that banks write though they stand at their default."""


def bank_text(topic: str, title: str, items: Iterable[Fields], remark: str = "") -> str:
    """Return the file of a bank; read again, it gives the same items.

    A required field that an item lacks stands there with a mark to fill it in:
    `check.py` names each with its line until somebody has.
    """
    lines = [f"# {line}" for line in remark.splitlines()]
    lines += [f"topic: {scalar(topic)}", f"title: {scalar(title)}", "items:"]
    for item in items:
        lines += _item(item)
    return "\n".join(lines) + "\n"


def _item(item: Fields) -> list[str]:
    lines: list[str] = []
    item = {**_ALWAYS, **item}
    names = [name for name in ORDER if name in item or name in _TO_FILL]
    for name in names:
        value = item.get(name)
        if not value and name in _TO_FILL:
            lines.append(f"{name}: {_TO_FILL[name]}  {GAP}")
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
