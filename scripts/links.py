"""Check every link and anchor of the built site with linkchecker, over HTTP.

Over HTTP because linkchecker, run as root, gives up its rights and then cannot read a
private folder; and because it checks encoded Chinese anchors rightly there.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import click

from handbook.commands import Command

ROOT = Path(__file__).resolve().parents[1]

CONFIGURATION = """
[AnchorCheck]
[checking]
maxrequestspersecond=10000
[filtering]
checkextern=0
[output]
status=0
"""
"""Without `[AnchorCheck]` dead anchors pass; nothing outside this machine is asked."""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and does not talk about it."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Serves until it is told to stop."""

    def handle_error(self, *_: object) -> None:
        """Say nothing: linkchecker hangs up once it has read enough."""


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
    """Serve the site to linkchecker; exit with its code."""
    server = Server(("127.0.0.1", 0), partial(Quiet, directory=str(site_dir)))
    Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.NamedTemporaryFile("w", suffix=".rc", delete=False) as settings:
        settings.write(CONFIGURATION)
    linkchecker = Path(sys.executable).with_name("linkchecker")
    address = f"http://127.0.0.1:{server.server_port}/index.html"
    try:
        ran = subprocess.run(
            [linkchecker, "--config", settings.name, address], check=False
        )
    finally:
        Path(settings.name).unlink()
        server.shutdown()
    sys.exit(ran.returncode)


if __name__ == "__main__":
    main()
