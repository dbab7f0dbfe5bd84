"""Links of a built site that lead nowhere, as linkchecker finds them, told in Chinese."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from handbook.dead_links.skeleton import START, UNLINKED, Skeleton, Spot, write_skeleton

SETTINGS = """
[checking]
threads=4
[AnchorCheck]
[filtering]
checkextern=0
[output]
status=0
log=csv
[csv]
parts=parentname,url,valid,result,warningstring,line,column
separator=;
"""
"""Without `[AnchorCheck]` dead anchors pass; nothing outside this machine is asked."""

_SHOWN = 5
"""Places of one dead target that are listed."""


class CheckerError(Exception):
    """linkchecker could not be run to its end; says what it said."""


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A target that is not there, or is there twice."""

    target: str
    """From the site's root, decoded."""
    what: str
    spots: tuple[Spot, ...]
    """Every place that links to it."""

    def __str__(self) -> str:
        shown = "\n".join(f"    {spot}{_source(spot)}" for spot in self.spots[:_SHOWN])
        more = len(self.spots) - _SHOWN
        rest = f"\n    还有 {more} 处" if more > 0 else ""
        return f"{self.what}\n{shown}{rest}"


def _source(spot: Spot) -> str:
    """Return which page of the handbook a built page comes from."""
    return f"（content/{spot.page.removesuffix('.html')}.md）"


def find_dead_links(site: Path) -> tuple[DeadLink, ...]:
    """Return every dead page, anchor, picture, script and file, and every repeated id.

    linkchecker reads a copy by file, not by HTTP, for there it waits between requests.
    The copy stands where everyone may read: run as root, it gives up its rights first.

    Raises:
        CheckerError: linkchecker did not come to an end.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "site"
        copy.mkdir()
        skeleton = write_skeleton(site, copy)
        settings = folder / "linkcheckerrc"
        settings.write_text(SETTINGS, encoding="utf-8")
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        ran = subprocess.run(
            [Path(sys.executable).with_name("linkchecker"), "--config", settings,
             copy / START, copy / UNLINKED],
            capture_output=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
            check=False,
        )  # fmt: skip
    if ran.returncode not in {0, 1}:
        raise CheckerError(f"linkchecker 没有跑完：\n{ran.stdout}{ran.stderr}")
    found = [*_dead(ran.stdout, copy, skeleton), *_plain(skeleton)]
    if ran.returncode and not found:
        raise CheckerError(f"linkchecker 报错，看不懂它说了什么：\n{ran.stdout}")
    return tuple(sorted(set(found), key=lambda one: (one.spots, one.target)))


def _dead(said: str, copy: Path, skeleton: Skeleton) -> Iterator[DeadLink]:
    lines = (line for line in said.splitlines() if not line.startswith("#"))
    start = copy.as_uri() + "/"
    for row in csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"):
        if row["valid"] == "True" and not row["warningstring"]:
            continue
        written = row["url"].removeprefix(start)
        target = unquote(written)
        page, _, anchor = target.partition("#")
        parent = unquote(row["parentname"]).removeprefix(unquote(start))
        spots = skeleton.linked(written) or (
            Spot(parent, int(row["line"] or 1), int(row["column"] or 1)),
        )
        if row["valid"] != "True":
            what = f"找不到 {page}"
        elif "Anchor" in row["warningstring"]:
            what = f"{page} 里没有编号“{anchor}”"
        else:
            what = f"{target}：{row['warningstring']}"
        yield DeadLink(target, what, spots)


def _plain(skeleton: Skeleton) -> Iterator[DeadLink]:
    """Yield what shows without asking whether a file is there."""
    for one in skeleton.repeated:
        what = f"编号“{one.id}”在这一页用了两次，第一次在第 {one.first_line} 行"
        yield DeadLink(f"{one.spot.page}#{one.id}", what, (one.spot,))
    for spot, written in skeleton.outside:
        what = f"{written} 指到网站外面去了：链接要从本页算起，不能以 / 开头"
        yield DeadLink(written, what, (spot,))
