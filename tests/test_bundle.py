"""The joiner of browser modules: what it joins, and what it refuses."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from handbook.publishing.bundle import JoinError, join


@pytest.fixture
def modules(tmp_path):
    """Write modules by name and return their folder."""

    def write(**sources: str):
        for name, source in sources.items():
            path = tmp_path / (name.replace("__", "/") + ".js")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.node
def test_joined_modules_do_what_they_did_apart(modules):
    """Every form we write: lists over lines, renaming, functions, classes, folders."""
    if not shutil.which("node"):
        pytest.skip("Node.js 没有安装：apt install nodejs")
    folder = modules(
        main='import {\n  add,\n  Box as Case,\n} from "./deep/a.js";\n'
        'import { one } from "./one.js";\n'
        "console.log(add(one, new Case().size), typeof local);\n",
        deep__a='import { one as base } from "../one.js";\n'
        "const local = 1;\n"
        "export function add(a, b) {\n  return a + b + base;\n}\n"
        "export class Box {\n  size = 40;\n}\n"
        "export async function later() {}\nexport { local as inner };\n",
        one="export const one = 1;\n",
    )
    (folder / "joined.js").write_text(join(folder), encoding="utf-8")

    ran = subprocess.run(
        ["node", folder / "joined.js"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert "42 undefined\n" == ran.stdout


def test_each_module_runs_once_after_what_it_needs(modules):
    """A module that two others import stands once, before both."""
    folder = modules(
        main='import { b } from "./b.js";\nimport { c } from "./c.js";\nb(c);\n',
        b='import { d } from "./d.js";\nexport const b = d;\n',
        c='import { d } from "./d.js";\nexport const c = d;\n',
        d="export const d = 1;\n",
    )

    joined = join(folder)

    order = [line[3:] for line in joined.splitlines() if line.startswith("// ")]
    assert ["d.js", "b.js", "c.js", "main.js"] == order


@pytest.mark.parametrize(
    "source",
    [
        'import * as all from "./one.js";',
        'import one from "./one.js";',
        'import "./one.js";',
        'import { one } from "one";',
        'import { one } from "https://example.com/one.js";',
        'export * from "./one.js";',
        'export { one } from "./one.js";',
        "export default 1;",
        "export let moving = 1;",
        "export const { a } = {};",
        'const later = import("./one.js");',
        "const here = import.meta.url;",
        '  import { one } from "./one.js";',
    ],
)
def test_other_forms_are_refused(modules, source):
    """Nothing is joined on a guess."""
    folder = modules(main=source + "\n", one="export const one = 1;\n")

    with pytest.raises(JoinError):
        join(folder)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({"main": 'import { two } from "./one.js";\n'}, "does not export two"),
        ({"main": 'import { x } from "./none.js";\n'}, "no module none.js"),
        ({"main": 'import { x } from "../main.js";\n'}, "no module"),
        (
            {
                "main": 'import { a } from "./a.js";\n',
                "a": 'import { b } from "./b.js";\nexport const a = 1;\n',
                "b": 'import { a } from "./a.js";\nexport const b = 1;\n',
            },
            "a.js → b.js → a.js",
        ),
    ],
)
def test_what_cannot_work_is_refused(modules, sources, message):
    """Missing names, missing modules, circles."""
    folder = modules(**{"one": "export const one = 1;\n"} | sources)

    with pytest.raises(JoinError, match=message):
        join(folder)


@pytest.mark.node
def test_our_own_modules_join(tmp_path):
    """What ships is a script that Node can at least read."""
    joined = tmp_path / "handbook.js"
    joined.write_text(join(), encoding="utf-8")

    assert "\nimport " not in joined.read_text(encoding="utf-8")
    if not shutil.which("node"):
        pytest.skip("Node.js 没有安装：apt install nodejs")
    subprocess.run(["node", "--check", joined], check=True)
