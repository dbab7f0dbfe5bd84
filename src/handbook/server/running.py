"""Finding a free port, and running the application on it until somebody stops it."""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from handbook.server.connection import Connection

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine that no other site can take."""

_PROXIES = "127.0.0.1,::1"
"""Where a proxy stands whose word is taken for who asks."""


class NoFreePortError(Exception):
    """No port near the wanted one can be had; the message is in Chinese."""


def is_local(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def names_of(host: str, proxy: str) -> frozenset[str] | None:
    """Return the names by which a server may be called; None for any.

    Args:
        host: where it listens.
        proxy: the name that a proxy in front of it has, or its whole address; empty
            without one.
    """
    if proxy:
        found = urlsplit(proxy if "//" in proxy else f"//{proxy}")
        return LOCAL_NAMES | {found.hostname or proxy}
    return LOCAL_NAMES | {host.lower()} if is_local(host) else None


def listen(host: str, port: int, tries: int = 50) -> socket.socket:
    """Return a listening socket on the first free port from the wanted one on.

    The socket itself is handed to the server, so that nobody can take the port between
    looking and serving. Port 0 takes any free one.

    Raises:
        NoFreePortError: none of `tries` ports is free, or the host is none of ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + tries, 65536)):
        # The protocol is named, else asyncio does not know it for TCP and lets each
        # answer on a connection that is kept wait for 40 ms (Nagle's algorithm).
        found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if sys.platform == "win32":
            # There, SO_REUSEADDR would share the port with a server already on it.
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, candidate))
            found.listen(512)
        except OSError:
            found.close()
        else:
            return found
    raise NoFreePortError(
        f"{host} 的 {port} 端口和它后面的端口都用不了。请换一个 --port 或 --host。"
    )


def address(bound: socket.socket) -> str:
    """Return the address to open in a browser."""
    host, port = bound.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - read, not bound
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def make_server(app: ASGIApp, *, proxied: bool = False) -> uvicorn.Server:
    """Return a server that logs no client and names no software.

    Args:
        app: what answers.
        proxied: whether to believe a proxy on this machine about who asks.
    """
    # `access_log` only takes the handlers away; whoever sets up logging gives them back.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            http=Connection,
            ws="none",
            proxy_headers=proxied,
            forwarded_allow_ips=_PROXIES,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=10,
            lifespan="off",
        )
    )


def run(app: ASGIApp, bound: socket.socket, *, proxied: bool = False) -> None:
    """Serve until the process is told to stop; hand-ins under way are finished."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    # Python lets a thread work for five milliseconds before another may go on; with
    # one that marks answers, each word from the database would wait for that long.
    sys.setswitchinterval(0.0005)
    try:
        make_server(app, proxied=proxied).run(sockets=[bound])
    except KeyboardInterrupt:
        logging.getLogger("handbook.server").debug("stopped by keyboard")


@contextmanager
def in_background(app: ASGIApp) -> Iterator[str]:
    """Serve on a free port of this machine as long as a block runs; give the address.

    For whoever looks at the pages from the same process, as pictures and tests do.
    """
    bound = listen("127.0.0.1", 0)
    server = make_server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield address(bound)
    finally:
        server.should_exit = True
        thread.join()
        bound.close()
