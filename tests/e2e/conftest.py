"""A real server and a real browser for what people do."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from accessibility import checker
from bare_site import learner
from chromium import FLAGS, executable
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
INTRANET = "kb.corp.example"
"""A host without https: no secure context, no clipboard interface."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, so that a machine without a browser can leave it out."""
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that `CHROMIUM` names."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker."""
    return checker()


@dataclass
class Watched:
    """A page and everything that went wrong or left the machine while it was used."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile that speaks Chinese."""
    fresh = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    yield fresh
    fresh.close()


@pytest.fixture
def watched(context: BrowserContext) -> Watched:
    """A page whose console, errors and requests are kept."""
    found = Watched(context.new_page())
    found.page.on("pageerror", lambda error: found.faults.append(str(error)))
    found.page.on(
        "console",
        lambda said: found.faults.append(said.text) if said.type == "error" else None,
    )
    found.page.on("request", lambda request: found.requests.append(request.url))
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A learner's tab without any past; an error in a page fails the test."""
    with learner(browser) as fresh:
        yield fresh.new_page()


@dataclass
class Served:
    """The handbook as `make serve` serves it."""

    url: str
    database: Path


@pytest.fixture
def options() -> list[str]:
    """What `served` is started with besides; a module may say something else."""
    return []


@pytest.fixture
def served(site: Path, tmp_path: Path, options: list[str]) -> Iterator[Served]:
    """`scripts/serve.py` on a free port with its own records, stopped afterwards."""
    database = tmp_path / "records.sqlite"
    process = subprocess.Popen(
        [sys.executable, ROOT / "scripts/serve.py", "--no-build", "--port", "0",
         "--db", database, "--site-dir", site, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )  # fmt: skip
    heard: list[str] = []
    found = threading.Event()

    def listen() -> None:
        for line in process.stdout:
            heard.append(line)
            if "已经启动" in line:
                found.set()
        found.set()

    threading.Thread(target=listen, daemon=True).start()
    found.wait(60)
    address = re.search(r"http://\S+", "".join(heard))
    try:
        assert address, "".join(heard)
        yield Served(address[0].rstrip("/。") + "/", database)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def hosts(site: Path) -> Iterator[dict[str, str]]:
    """The same site by its three ways: an address, a plain-http name, a folder."""
    handler = partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        yield {
            "http": f"http://127.0.0.1:{port}/",
            "plain http": f"http://{INTRANET}:{port}/",
            "file": f"{site.as_uri()}/",
        }
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: a test's output is its failures."""


@pytest.fixture(scope="module")
def chromium(browser: Browser) -> Iterator[Browser]:
    """A browser that finds the intranet's host on this machine."""
    rules = f"--host-resolver-rules=MAP {INTRANET} 127.0.0.1"
    found = browser.browser_type.launch(
        executable_path=executable(), args=[*FLAGS, rules]
    )
    yield found
    found.close()


@pytest.fixture
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile; whatever goes wrong in any of its pages fails the test."""
    fresh = chromium.new_context(
        locale="zh-CN", viewport={"width": 1280, "height": 900}
    )
    faults: list[str] = []
    fresh.on("weberror", lambda error: faults.append(str(error.error)))
    fresh.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" else None,
    )
    asked: list[str] = []
    fresh.on("request", lambda request: asked.append(request.url))
    yield fresh
    fresh.close()
    near = (
        "file:",
        "data:",
        "blob:",
        "about:",
        "http://127.0.0.1",
        f"http://{INTRANET}",
    )
    assert [] == faults
    assert [] == [url for url in asked if not url.startswith(near)]
