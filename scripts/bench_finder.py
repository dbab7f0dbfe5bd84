"""Measure the finder and its peers: time to ready, time per key, how often they are right."""

from __future__ import annotations

import functools
import gzip
import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from bench_corpus import documents as generate
from bench_corpus import queries as ask
from rich.console import Console
from rich.table import Table

from handbook.finder.index import entries, index_data
from handbook.loading import load

ROOT = Path(__file__).resolve().parents[1]
RUNNER = Path(__file__).with_name("bench_finder.mjs")
CASES = ROOT / "tests" / "cases" / "finder"
MODULES = ROOT / ".cache" / "bench"
PEERS = {"minisearch": "7", "flexsearch": "0.8", "pagefind": "1"}
"""Packages of the npm registry; installed when measured, never committed."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
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


def entries_of(documents: list[Any]) -> list[dict[str, Any]]:
    """Return index entries of `{id, title, scene, tags, text}` documents.

    Whatever is missing is empty; numbers are read as text, one word as a list of one.
    """
    made = []
    for number, document in enumerate(documents):
        fields = document if isinstance(document, dict) else {"text": document}
        name = _text(fields.get("id"), str(number))
        made.append(
            {
                "id": name,
                "kind": _text(fields.get("kind"), "phrase"),
                "url": f"{name}.html",
                "title": _text(fields.get("title")),
                "scene": _texts(fields.get("scene")),
                "keywords": _words(fields.get("tags", fields.get("keywords"))),
                "text": _text(fields.get("text")),
            }
        )
    return made


def queries_of(asked: list[dict[str, Any]]) -> Queries:
    """Return queries with their targets as lists of text, whatever they were."""
    return [
        {
            "id": query.get("id", number),
            "cls": _text(query.get("cls"), "all"),
            "split": _text(query.get("split")),
            "q": _text(query.get("q")),
            "targets": _texts(query.get("targets", query.get("target"))),
        }
        for number, query in enumerate(asked)
    ]


def _text(value: object, otherwise: str = "") -> str:
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return otherwise if value is None else str(value)


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value if one is not None]
    return [] if value in (None, "") else [str(value)]


def _words(tags: object) -> list[str]:
    if isinstance(tags, str):
        return [word for word in re.split(r"[、，,;；|\s]+", tags) if word]
    return _texts(tags)


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
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        click.echo("没有 Chromium，跳过浏览器里的测量。", err=True)
        return {}
    results: Results = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        engines = _lay_out(folder, data, queries, modules)
        with served(folder) as url, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
            for engine in engines:
                page = chromium.new_page()
                page.goto(f"{url}/index.html")
                page.set_default_timeout(600_000)
                try:
                    results[engine] = page.evaluate(
                        """async (name) => {
                          const { measure } = await import("/bench_finder.mjs");
                          const job = await (await fetch("/job.json")).json();
                          return measure(name, { ...job, base: "/finder",
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
    shutil.copytree(ROOT / "src/handbook/web/finder", folder / "finder")
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


def build_twice(
    made: list[dict[str, Any]], synonyms: Sequence[Sequence[str]]
) -> tuple[Data, dict[str, float]]:
    """Return index data, and how long it takes anew and after one edit."""
    with TemporaryDirectory() as cache:
        begun = time.perf_counter()
        data = index_data(made, synonyms, Path(cache))
        first = time.perf_counter() - begun
        edits = []
        for number in range(3):
            edited = list(made)
            if edited:
                last = edited[-1]
                text = f"{last.get('text', '')}请您再说{number}遍。"
                edited[-1] = last | {"text": text}
            begun = time.perf_counter()
            index_data(edited, synonyms, Path(cache))
            edits.append(time.perf_counter() - begun)
    return data, {"first_s": round(first, 3), "edited_s": round(min(edits), 3)}


def sizes_of(data: Data) -> dict[str, float]:
    """Return kilobytes after gzip: what is shown, and the tables beside it."""

    def kilobytes(value: object) -> float:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9)
        return round(len(packed) / 1000, 1)

    names = ("syllables", "traditional", "lexicon")
    tables = {name: kilobytes(data[name]) for name in names}
    shown, beside = kilobytes(data["entries"]), round(sum(tables.values()), 1)
    share = round(beside / shown, 4) if shown else 0.0
    return {"text_kb": shown, "tables_kb": beside, "share": share} | tables


def measure_handbook(root: Path = ROOT) -> dict[str, Any]:
    """Measure this handbook with its judged queries, in Node."""
    handbook = load(root)
    data = index_data(
        list(entries(handbook)), handbook.synonyms, root / ".cache/finder"
    )
    queries = json.loads((CASES / "handbook.json").read_text("utf-8"))
    return in_node(data, queries, ["finder"])["finder"]


def measure_short() -> dict[str, float | str]:
    """Measure the finder on 3,000 generated phrases beside MiniSearch."""
    made = generate(3000)
    queries = ask(made, each=8)
    data, python = build_twice(entries_of(made), [])
    modules = install_peers()
    names = ["finder", *(["MiniSearch"] if modules else [])]
    results = in_node(data, queries, names, modules)
    finder = results["finder"]
    figures: dict[str, float | str] = {
        "python_first_s": python["first_s"],
        "python_edited_s": python["edited_s"],
        "ready_ms": finder["times"]["ready_ms"],
        "key_p50_ms": finder["times"]["p50_ms"],
        "key_p95_ms": finder["times"]["p95_ms"],
        "key_max_ms": finder["times"]["max_ms"],
        "hit5": _share(finder, "hit5"),
    }
    if not modules:
        return figures | {"minisearch": "跳过：没有 npm"}
    peer = results["MiniSearch"]
    return figures | {
        "ready_over_minisearch": finder["times"]["ready_ms"]
        / peer["times"]["ready_ms"],
        "p95_over_minisearch": finder["times"]["p95_ms"] / peer["times"]["p95_ms"],
        "hit5_minisearch": _share(peer, "hit5"),
    }


def _rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for cls, row in result["classes"].items() if "/" not in cls]


def _share(result: dict[str, Any], name: str) -> float:
    rows = _rows(result)
    whole = sum(row["count"] for row in rows) or 1
    return float(sum(row[name] * row["count"] for row in rows) / whole)


def print_results(where: str, results: Results) -> None:
    """Print times, and hits by class, an engine a column."""
    console = Console(width=160)
    heads = ("ready ms", "first", "longest task", "p50", "p95", "max")
    figures = (
        "ready_ms",
        "first_ready_ms",
        "longest_task_ms",
        "p50_ms",
        "p95_ms",
        "max_ms",
    )
    times = Table("engine", *heads, title=where)
    for name, result in results.items():
        row = result["times"]
        shown = (f"{row[figure]:,.2f}" for figure in figures)
        times.add_row(name, *shown)
    console.print(times)
    hits = Table("class", "n", *results, title=f"{where}: hit@1, hit@5, MRR")
    every = dict.fromkeys(
        cls for result in results.values() for cls in result["classes"]
    )
    for cls in every:
        rows = [result["classes"].get(cls) for result in results.values()]
        cells = [
            f"{row['hit1']:.3f} {row['hit5']:.3f} {row['mrr']:.3f}" if row else ""
            for row in rows
        ]
        hits.add_row(cls, str(max(row["count"] for row in rows if row)), *cells)
    whole = [
        " ".join(f"{_share(result, name):.3f}" for name in ("hit1", "hit5", "mrr"))
        for result in results.values()
    ]
    count = max(
        (sum(r["count"] for r in _rows(x)) for x in results.values()), default=0
    )
    hits.add_row("all", str(count), *whole, style="bold")
    console.print(hits)


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help="测查找引擎和别的引擎的速度、命中率；数字随机器变化，比值可比。")
@click.option("--documents", type=FILE, help="文档：[{id, title, scene, tags, text}]。")
@click.option(
    "--queries", type=FILE, help="查询：[{id, cls, split, q, targets: [id]}]。"
)
@click.option("--generate", "count", type=int, help="不给文档，改用生成的这么多条。")
@click.option("--sentences", default=1, help="生成的每条有几句；60 句相当于一长页。")
@click.option("--synonyms", type=FILE, help="同义词：[[词, 词], …]。")
@click.option("--engine-only", is_flag=True, help="只在 Node 里测本引擎。")
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="除了打印的表，把 JSON 也写进这个文件。",
)
def main(  # noqa: PLR0913 an option each
    documents: Path | None,
    queries: Path | None,
    count: int | None,
    sentences: int,
    synonyms: Path | None,
    *,
    engine_only: bool,
    as_json: bool,
    save: Path | None,
) -> None:
    """Measure one corpus with one set of queries."""
    if documents and queries:
        made = json.loads(documents.read_text("utf-8"))
        asked = json.loads(queries.read_text("utf-8"))
    elif count is not None:
        made = generate(count, sentences=sentences)
        asked = ask(made)
    else:
        raise click.UsageError("请给 --documents 和 --queries，或者给 --generate。")
    groups = json.loads(synonyms.read_text("utf-8")) if synonyms else []
    data, python = build_twice(entries_of(made), groups)
    asked = queries_of(asked)
    sizes = sizes_of(data)
    node = in_node(data, asked, ["finder"])
    browser = {} if engine_only else in_browser(data, asked, install_peers())
    result = node["finder"] | {"python": python, "sizes": sizes, "browser": browser}
    if save:
        save.write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    click.echo(
        f"{len(made)} 条 · Python 首次 {python['first_s']} 秒，"
        f"改一条 {python['edited_s']} 秒 · gzip 后正文 {sizes['text_kb']} KB，"
        f"查找用的表 {sizes['tables_kb']} KB（{sizes['share']:.1%}）"
    )
    print_results("Node", node)
    if browser:
        print_results("Chromium", browser)


if __name__ == "__main__":
    main()
