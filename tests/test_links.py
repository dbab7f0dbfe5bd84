"""`scripts/links.py` finds every planted fault of a built site, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from handbook.dead_links import find_dead_links
from handbook.dead_links.skeleton import write_skeleton

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts/links.py"
GOLDEN = yaml.safe_load((ROOT / "tests/cases/links.yml").read_text(encoding="utf-8"))
NAV = '<nav><a href="{up}index.html">首页</a><a href="{up}rules/b.html">乙</a></nav>'
PAGE = """<!doctype html>
<html lang="zh"><head><title>页</title><script src="{up}assets/a.js"></script></head>
<body>
{nav}
<h1 id="甲">甲<a href="#甲">¶</a></h1><h2 id="plain">乙</h2>
{links}
</body></html>
"""


def small(folder: Path, links: str = "", **edits: str) -> Path:
    """A site of three pages; `links` stand on its start, edits replace in all pages."""
    (folder / "rules").mkdir(parents=True)
    (folder / "assets").mkdir()
    (folder / "assets/a.js").write_text("")
    (folder / "assets/a.css").write_text("")
    (folder / "assets/图.png").write_bytes(b"")
    (folder / "rules/表.xlsx").write_bytes(b"")
    for name, up in (
        ("index.html", ""),
        ("rules/b.html", "../"),
        ("rules/c.html", "../"),
    ):
        nav = edits.get("nav", NAV).replace("{up}", up)
        own = links if name == "index.html" else edits.get("other", "")
        text = PAGE.format(up=up, nav=nav, links=own)
        (folder / name).write_text(text, encoding="utf-8")
    folder.chmod(0o700)
    return folder


def said(folder: Path) -> list[str]:
    """What is found in a site, one line each, with the number of places."""
    return [f"{one.what}（{len(one.spots)} 处）" for one in find_dead_links(folder)]


def test_sound_site_passes(tmp_path):
    """Pages, files, anchors: plain, Chinese, percent-encoded, repeated; and elsewhere."""
    links = "".join(GOLDEN["sound"])

    assert [] == said(small(tmp_path / "site", links))


def test_every_planted_fault_is_found(tmp_path):
    """All at once: each is told once, and nothing else is."""
    planted = GOLDEN["planted"]
    links = "\n".join(GOLDEN["sound"] + [one["link"] for one in planted])

    assert sorted(one["expect"] for one in planted) == sorted(
        said(small(tmp_path / "site", links))
    )


def test_dead_link_of_the_navigation_is_told_with_every_page(tmp_path):
    """It is checked once, and known to stand on all three pages."""
    nav = NAV + '<a href="{up}gone.html#x">没了</a>'
    ran = subprocess.run(
        [sys.executable, SCRIPT, "--site-dir", small(tmp_path / "site", nav=nav)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ran.returncode == 1
    assert re.sub(r":\d+:\d+", "", ran.stdout).splitlines() == [
        "找不到 gone.html",
        "    index.html（content/index.md）",
        "    rules/b.html（content/rules/b.md）",
        "    rules/c.html（content/rules/c.md）",
        "共 1 个问题。",
    ]


def test_pages_that_nothing_leads_to_are_checked_too(tmp_path):
    """An orphan's dead link is found; a page for missing addresses is left alone."""
    folder = small(tmp_path / "site", other='<a href="d.html">丁</a>')
    (folder / "404.html").write_text('<a href="/x.html">x</a>', encoding="utf-8")

    assert said(folder) == ["找不到 rules/d.html（2 处）"]


def test_nothing_is_left_out_where_a_base_turns_links_around(tmp_path):
    """After `base`, the same letters lead elsewhere; the checker sees them all."""
    folder = small(tmp_path / "site")
    page = folder / "index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("<title>", '<base href="rules/"><title>'), "utf-8")

    found = said(folder)

    assert "找不到 rules/index.html（1 处）" in found
    assert "找不到 rules/assets/a.js（1 处）" in found


@pytest.mark.parametrize("name", ["index.html", "rules/b.html", "rules/c.html"])
def test_ids_are_all_kept(tmp_path, name):
    """A skeleton has every id of its page: anchors can be looked up in it."""
    folder, copy = small(tmp_path / "site"), tmp_path / "copy"
    copy.mkdir()
    write_skeleton(folder, copy)

    ids = re.findall(r' id="([^"]*)"', (copy / name).read_text(encoding="utf-8"))

    assert ids == ["甲", "plain"]


def test_faults_planted_in_this_handbook_are_found(site, tmp_path):
    """The built handbook is sound; what is then broken in it, and only that, is told."""
    folder = Path(shutil.copytree(site, tmp_path / "site"))
    assert [] == said(folder)
    (folder / "forms/phone-message.xlsx").unlink()
    (folder / "assets/frame.js").unlink()
    text = (folder / "policies/appeals.html").read_text(encoding="utf-8")
    (folder / "policies/appeals.html").write_text(
        text.replace("</article>", '<a href="#没有">x</a></article>'), "utf-8"
    )
    text = (folder / "practice/phone.html").read_text(encoding="utf-8")
    (folder / "practice/phone.html").write_text(
        text.replace("workflows/phone.html#hold", "workflows/phone.html#held"), "utf-8"
    )

    found = [one.what for one in find_dead_links(folder)]

    assert sorted(found) == [
        "policies/appeals.html 里没有编号“没有”",
        "workflows/phone.html 里没有编号“held”",
        "找不到 assets/frame.js",
        "找不到 forms/phone-message.xlsx",
    ]
