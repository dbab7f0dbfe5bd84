"""`scripts/links.py` finds dead pages and dead anchors, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts/links.py"
PAGE = """<!doctype html><html lang="zh"><head><title>页</title></head>
<body><h1 id="甲">甲</h1>{links}</body></html>"""


def check(folder: Path, links: str) -> subprocess.CompletedProcess[str]:
    """Check a site of two pages, the first with the given links."""
    folder.chmod(0o700)
    (folder / "index.html").write_text(PAGE.format(links=links), encoding="utf-8")
    (folder / "b.html").write_text(PAGE.format(links=""), encoding="utf-8")
    return subprocess.run(
        [sys.executable, SCRIPT, "--site-dir", folder],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_sound_site_passes(tmp_path):
    """Pages, plain anchors and Chinese ones, also percent-encoded."""
    links = '<a href="b.html#甲">1</a><a href="b.html#%E7%94%B2">2</a><a href="b.html">3</a>'

    ran = check(tmp_path, links)

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("target", ["c.html", "b.html#乙", "#丙", "folder/b.html"])
def test_planted_fault_is_found(tmp_path, target):
    """A dead page or a dead anchor fails the check and is named."""
    ran = check(tmp_path, f'<a href="{target}">x</a>')

    assert ran.returncode == 1, ran.stdout
