"""The finder and its peers as they run in Node, and in Chromium."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from of_tests import of_tests

ROOT = Path(__file__).resolve().parents[1]
RUNNER = Path(__file__).with_name("bench_finder.mjs")
MODULES = ROOT / ".cache" / "bench"
PEERS = {"minisearch": "7", "flexsearch": "0.8", "pagefind": "1"}
"""Packages of the npm registry; installed when measured, never committed."""

CHROMIUM = of_tests("chromium")
PAGEFIND = """
import { readFileSync } from "node:fs";
const { createIndex } = await import(process.argv[3]);
const { entries } = JSON.parse(readFileSync(process.argv[2], "utf8")).data;
const { index } = await createIndex({ forceLanguage: "zh" });
for (const { id, title, keywords = [], text = "" } of entries) {
  const content = [title, ...keywords, text].join("\\n");
  await index.addCustomRecord({ url: `/${id}`, content, language: "zh", meta: { id, title } });
}
await index.writeFiles({ outputPath: process.argv[4] });
process.exit(0);
"""

Data = dict[str, Any]
Queries = list[dict[str, Any]]
Results = dict[str, dict[str, Any]]


def install_peers(folder: Path = MODULES) -> Path | None:
    """Install the peers by npm; return their folder, or say why there is none."""
    npm = shutil.which("npm")
    if not npm:
        click.echo("没有 npm，跳过其他引擎：只测本引擎。", err=True)
        return None
    modules = folder / "node_modules"
    if all((modules / name).is_dir() for name in PEERS):
        return modules
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [f"{name}@{version}" for name, version in PEERS.items()]
    ran = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--prefix", folder, *wanted],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode:
        click.echo(f"其他引擎装不上，跳过：{ran.stderr.strip()[-200:]}", err=True)
        return None
    return modules


def in_node(
    data: Data, queries: Queries, names: Sequence[str], modules: Path | None = None
) -> Results:
    """Measure engines under Node."""
    node = shutil.which("node") or shutil.which("nodejs")
    if not node:
        click.echo("没有找到 Node，不能测查找引擎。请先安装 nodejs。", err=True)
        sys.exit(1)
    with TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        job.write_text(json.dumps({"data": data, "queries": queries}), "utf-8")
        ran = subprocess.run(
            [node, RUNNER, job, ",".join(names), modules or ""],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    results: Results = json.loads(ran.stdout)
    return results


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 the way of http.server
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
    }

    def end_headers(self) -> None:
        """Isolate the page: the browser's clock is finer there."""
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; yield its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def in_browser(data: Data, queries: Queries, modules: Path | None) -> Results:
    """Measure the finder and every peer that can be had in Chromium, a page for each."""
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 a development package
    except ImportError:
        click.echo("没有 playwright，跳过浏览器里的测量。", err=True)
        return {}
    path = CHROMIUM.executable()
    if not path:
        click.echo("没有 Chromium，跳过浏览器里的测量。", err=True)
        return {}
    results: Results = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        engines = _lay_out(folder, data, queries, modules)
        with served(folder) as url, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=path, args=CHROMIUM.FLAGS
            )
            for engine in engines:
                page = chromium.new_page()
                page.goto(f"{url}/index.html")
                page.set_default_timeout(600_000)
                try:
                    results[engine] = page.evaluate(
                        """async (name) => {
                          const { measure } = await import("/bench_finder.mjs");
                          const job = await (await fetch("/job.json")).json();
                          return measure(name, { ...job, base: "/engine",
                            modules: "/node_modules", pagefind: "/pagefind/pagefind.js",
                            material: "/assets/workers/search.js" });
                        }""",
                        engine,
                    )
                except Error as error:
                    click.echo(f"{engine} 没有测成：{error.message[:200]}", err=True)
                page.close()
            chromium.close()
    return results


def _lay_out(
    folder: Path, data: Data, queries: Queries, modules: Path | None
) -> list[str]:
    """Put together what the browser loads; return the engines that can be measured."""
    job = folder / "job.json"
    job.write_text(json.dumps({"data": data, "queries": queries}), "utf-8")
    (folder / "index.html").write_text("<!doctype html><title>bench</title>", "utf-8")
    shutil.copy(RUNNER, folder / RUNNER.name)
    shutil.copytree(ROOT / "src/handbook/web/finder/engine", folder / "engine")
    engines = ["finder", "indexOf"]
    if _copy_material(folder / "assets"):
        engines.append("Material")
    if not modules:
        return engines
    (folder / "node_modules").symlink_to(modules)
    engines += ["MiniSearch", "FlexSearch"]
    script = folder / "pagefind.mjs"
    script.write_text(PAGEFIND, "utf-8")
    ran = subprocess.run(
        ["node", script, job, modules / "pagefind/lib/index.js", folder / "pagefind"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode:
        click.echo(f"Pagefind 没有测成：{ran.stderr.strip()[-200:]}", err=True)
    else:
        engines.append("Pagefind")
    return engines


def _copy_material(target: Path) -> bool:
    """Copy the search of the theme, as it stands in its package."""
    spec = importlib.util.find_spec("material")
    if not spec or not spec.origin:
        return False
    scripts = Path(spec.origin).parent / "templates/assets/javascripts"
    workers = sorted((scripts / "workers").glob("search.*.min.js"))
    if not workers:
        return False
    (target / "workers").mkdir(parents=True)
    shutil.copy(workers[0], target / "workers/search.js")
    shutil.copytree(scripts / "lunr", target / "lunr")
    return True
