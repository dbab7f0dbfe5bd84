"""A real PostgreSQL server for tests: Debian's, in a temporary folder, stopped after."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

_ACCOUNTS = ("postgres", "nobody")
"""PostgreSQL will not run as root; then it runs as one of these."""


def binaries() -> Path | None:
    """Where Debian keeps the newest PostgreSQL; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    known = shutil.which("initdb")
    return Path(known).resolve().parent if known else None


@dataclass
class Server:
    """A running server; each test gets a namespace of its own in it."""

    folder: Path
    port: int
    tools: Path
    user: str | None

    def run(self, tool: str, *arguments: object, before: Sequence[str] = ()) -> None:
        """Run one of its tools as the account that owns it."""
        subprocess.run(
            [*before, self.tools / tool, *map(str, arguments)],
            check=True,
            user=self.user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )

    def start(self, largest: int = 0) -> None:
        """Start it, and wait until it answers; no file may get larger, if that is given."""
        small = ("prlimit", f"--fsize={largest}") if largest else ()
        self.run(
            "pg_ctl", "start", "-w", "-D", self.folder / "data",
            "-l", self.folder / "log",
            "-o", f"-p {self.port} -k {self.folder} -h 127.0.0.1",
            before=small,
        )  # fmt: skip

    def stop(self) -> None:
        """Stop it at once; connections are cut."""
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.folder / "data")

    def plain_url(self) -> str:
        """The address as libpq writes it."""
        return f"postgresql://tester@127.0.0.1:{self.port}/postgres"

    def namespace(self) -> str:
        """Make an empty namespace; return the address of records in it."""
        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.plain_url(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")  # type: ignore[arg-type]
        return (
            f"postgresql+psycopg://tester@127.0.0.1:{self.port}/postgres"
            f"?options=-csearch_path%3D{name}"
        )


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _owner(folder: Path) -> str:
    """Give a folder to an account that may run the server; return its name."""
    for account in _ACCOUNTS:
        try:
            shutil.chown(folder, account)
        except LookupError:
            continue
        return account
    raise LookupError(_ACCOUNTS)


@contextmanager
def postgres() -> Iterator[Server]:
    """Start a server of one's own; its log comes in small pieces, for a small disk."""
    tools = binaries()
    assert tools
    # A short path: a Unix socket's may have 107 characters, pytest's folders have more.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    user = _owner(folder) if os.geteuid() == 0 else None
    server = Server(folder, free_port(), tools, user)
    try:
        server.run(
            "initdb", "-D", folder / "data", "-U", "tester", "-E", "UTF8",
            "--locale=C", "-A", "trust", "--wal-segsize=1",
        )  # fmt: skip
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
