"""Check every link and anchor of the built site with linkchecker.

It reads a copy in a folder that everyone may read: run as root, linkchecker gives up its
rights first. Files and not HTTP, for it waits a quarter of a second between requests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from handbook.commands import Command

ROOT = Path(__file__).resolve().parents[1]

CONFIGURATION = """
[AnchorCheck]
[filtering]
checkextern=0
[output]
status=0
"""
"""Without `[AnchorCheck]` dead anchors pass; nothing outside this machine is asked."""


@click.command(
    cls=Command, help="检查已生成网站里的全部链接和编号（linkchecker）。先运行 build。"
)
@click.option(
    "--site-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT / "site",
    help="网站在哪个文件夹。",
)
def main(site_dir: Path) -> None:
    """Hand a copy of the site to linkchecker; exit with its code."""
    linkchecker = Path(sys.executable).with_name("linkchecker")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        copy = Path(shutil.copytree(site_dir, folder / "site"))
        for path in (copy, *copy.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        settings = folder / "linkcheckerrc"
        settings.write_text(CONFIGURATION, encoding="utf-8")
        ran = subprocess.run(
            [linkchecker, "--config", settings, copy / "index.html"], check=False
        )
    sys.exit(ran.returncode)


if __name__ == "__main__":
    main()
