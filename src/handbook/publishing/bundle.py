"""How browser modules become one classic script: `file://` loads no modules.

A strict joiner for our own code, no parser of JavaScript: it knows the few forms of
import and export that we write, each at the start of a line, and refuses all others.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable

ENTRY = "main.js"

_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.{1,2}/[^"]+\.js)";$', re.MULTILINE)
_DECLARATION = re.compile(
    r"^export (?=(?:(?:async )?function\*? ?|const |class )([A-Za-z_$][\w$]*))",
    re.MULTILINE,
)
_LIST = re.compile(r"^export \{([^{}]*)\};$", re.MULTILINE)
_ANY = re.compile(r"^[ \t]*(?:import|export)\b(?!\w).*", re.MULTILINE)
_DYNAMIC = re.compile(r"\bimport\s*[(.].*")
_NAME = re.compile(r"([A-Za-z_$][\w$]*)(?:\s+as\s+([A-Za-z_$][\w$]*))?")


class JoinError(ValueError):
    """A module uses a form that the joiner does not know."""


@dataclass(frozen=True, slots=True)
class _Module:
    path: str
    body: str
    imports: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Path of the other module, and pairs of its name and ours."""
    exports: tuple[tuple[str, str], ...]
    """Pairs of our name and the name that others see."""


@dataclass(slots=True)
class _Joining:
    folder: Traversable
    done: dict[str, _Module] = field(default_factory=dict)
    """In the order in which they must run."""
    open: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        if path in self.done:
            return
        if path in self.open:
            circle = " → ".join([*self.open[self.open.index(path) :], path])
            raise JoinError(f"modules import one another in a circle: {circle}")
        self.open.append(path)
        module = _read(self.folder, path)
        for other, names in module.imports:
            self.add(other)
            offered = {outer for _, outer in self.done[other].exports}
            for name, _ in names:
                if name not in offered:
                    raise JoinError(f"{path}: {other} does not export {name}")
        self.open.pop()
        self.done[path] = module


def join(folder: Traversable | None = None, entry: str = ENTRY) -> str:
    """Return a module and all it imports as one script in a function of its own.

    Raises:
        JoinError: a form that the joiner does not know, a name that is not exported,
            a missing module or a circle.
    """
    joining = _Joining(files("handbook") / "web" if folder is None else folder)
    joining.add(entry)
    numbers = {path: number for number, path in enumerate(joining.done)}
    parts = ["(() => {", '"use strict";']
    for path, module in joining.done.items():
        parts.append(f"// {path}")
        parts.append(f"const m{numbers[path]} = (() => {{")
        for other, names in module.imports:
            taken = ", ".join(n if n == ours else f"{n}: {ours}" for n, ours in names)
            parts.append(f"const {{ {taken} }} = m{numbers[other]};")
        parts.append(module.body.strip("\n"))
        given = ", ".join(n if n == out else f"{out}: {n}" for n, out in module.exports)
        parts.append(f"return {{ {given} }};" if given else "return {};")
        parts.append("})();")
    return "\n".join([*parts, "})();", ""])


def _read(folder: Traversable, path: str) -> _Module:
    file = folder.joinpath(*path.split("/"))
    if path.startswith("..") or not file.is_file():
        raise JoinError(f"there is no module {path}")
    source = file.read_text("utf-8")
    home = posixpath.dirname(path)
    imports = tuple(
        (posixpath.normpath(posixpath.join(home, found[2])), _names(found[1], path))
        for found in _IMPORT.finditer(source)
    )
    exports = [(found[1], found[1]) for found in _DECLARATION.finditer(source)]
    for found in _LIST.finditer(source):
        exports += _names(found[1], path)
    body = _LIST.sub("", _DECLARATION.sub("", _IMPORT.sub("", source)))
    unknown = _ANY.search(body) or _DYNAMIC.search(body)
    if unknown:
        raise JoinError(f"{path}: cannot join “{unknown[0].strip()}”")
    return _Module(path, body, imports, tuple(exports))


def _names(written: str, path: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in filter(None, (piece.strip() for piece in written.split(","))):
        found = _NAME.fullmatch(part)
        if not found:
            raise JoinError(f"{path}: cannot join “{part}”")
        pairs.append((found[1], found[2] or found[1]))
    return tuple(pairs)
