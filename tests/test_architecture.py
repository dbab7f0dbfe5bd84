"""The layers of DESIGN.md, read from the imports."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src/handbook"
DESIGN = (LIBRARY / "DESIGN.md").read_text(encoding="utf-8")
HOSTS = {"mkdocs", "mkdocs_macros", "material", "properdocs", "zensical"}
LONGEST_FACE = 60
"""Statements of a script, imports apart; options and their help are none."""


def modules() -> dict[str, Path]:
    """Return every module of the library by its dotted name below `handbook`."""
    found = {}
    for path in sorted(LIBRARY.rglob("*.py")):
        parts = path.relative_to(LIBRARY).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name:
            found[name] = path
    return found


def imports(path: Path) -> set[str]:
    """Return the dotted names that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layers() -> list[tuple[str, int]]:
    """Return the patterns of DESIGN.md's table with their layer, in its order."""
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", DESIGN, re.MULTILINE)
    return [
        (pattern, int(number))
        for number, cell in rows
        for pattern in re.findall(r"`([\w./*]+)`", cell)
    ]


def layer_of(module: str) -> int | None:
    """Return the layer of a module by the design's table."""
    for pattern, number in layers():
        stem = pattern.removesuffix(".*")
        if module == stem or (pattern != stem and module.startswith(stem + ".")):
            return number
    return None


MODULES = modules()


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_layer(module):
    """The table in DESIGN.md names every module."""
    assert layer_of(module) is not None


def test_the_table_names_what_there_is_and_each_once():
    """A row that merging doubled, or a module that moved, shows."""
    named = [pattern for pattern, _ in layers()]

    assert len(named) == len(set(named))
    assert {pattern.removesuffix(".*") for pattern in named} <= MODULES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_downwards(module):
    """A module imports from its own layer or a lower one."""
    mine = layer_of(module)
    for name in imports(MODULES[module]):
        below = name.removeprefix("handbook.")
        if name.startswith("handbook.") and below in MODULES:
            assert layer_of(below) <= mine, f"{module} imports {below}"


@pytest.mark.parametrize("module", MODULES)
def test_library_imports_no_host(module):
    """The host stays at the door."""
    tops = {name.partition(".")[0] for name in imports(MODULES[module])}

    assert not tops & HOSTS


def reachable(start: set[str]) -> set[str]:
    """Return the modules that some modules import, directly or not."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        waiting += [
            name.removeprefix("handbook.")
            for name in imports(MODULES[module])
            if name.removeprefix("handbook.") in MODULES
        ]
    return seen


def test_site_build_never_reaches_records():
    """Nothing that the site build touches can see who passed."""
    faces = [*(ROOT / "macros").rglob("*.py"), ROOT / "scripts/build.py"]
    start = {
        name.removeprefix("handbook.") for face in faces for name in imports(face)
    } & set(MODULES)

    assert not {m for m in reachable(start) if m.startswith("records")}


def test_rendering_never_imports_keys():
    """Whatever writes HTML takes drawn papers, never items with their keys."""
    for module, path in MODULES.items():
        if module.startswith("rendering"):
            names = imports(path)

            assert not {n for n in names if n.startswith("handbook.model.items")}
            assert not {n for n in names if n.startswith("handbook.grading")}


def test_rooms_of_the_records_follow_one_another():
    """As the package says itself: a room imports only from those named before it."""
    told = (LIBRARY / "records/__init__.py").read_text(encoding="utf-8")
    named = re.findall(r"`(\w+)`", told)
    rooms = {
        module.split(".")[1] for module in MODULES if module.startswith("records.")
    }
    assert rooms == set(named)
    for module, path in MODULES.items():
        if module.startswith("records."):
            here = named.index(module.split(".")[1])
            for name in imports(path):
                below = name.removeprefix("handbook.records.").split(".")[0]
                if name.startswith("handbook.records.") and below in rooms:
                    assert named.index(below) <= here, f"{module} imports {name}"


def test_faces_are_thin():
    """A script is a verb: what decides stands in the library.

    What measures the handbook or takes pictures of it stands outside and is no face.
    """
    for path in (ROOT / "scripts").glob("*.py"):
        if not path.name.startswith(("bench", "pictures")):
            count = sum(
                isinstance(node, ast.stmt)
                and not isinstance(node, ast.Import | ast.ImportFrom)
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            )

            assert count <= LONGEST_FACE, f"{path.name} has {count} statements"


@pytest.mark.parametrize(
    "path", sorted((LIBRARY / "web/finder/engine").glob("*.js")), ids=lambda p: p.stem
)
def test_the_finders_engine_knows_no_page(path):
    """It runs in Node and in any window: it imports nothing but itself, and draws not."""
    source = path.read_text(encoding="utf-8")
    ours = re.sub(r"//[^\n]*|/\*.*?\*/", "", source, flags=re.DOTALL)

    assert not re.findall(r'from "(?!\./[\w-]+\.js")[^"]*"', ours)
    assert not re.findall(r"\b(?:document|window|localStorage)\b", ours)
