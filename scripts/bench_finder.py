"""Measure the finder beside its peers: time to ready, time per key, how often right."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from bench_corpus import documents as generate
from bench_corpus import entries_of, queries_of
from bench_corpus import queries as ask
from bench_engines import Data, Results, in_browser, in_node, install_peers
from rich.console import Console
from rich.table import Table

from handbook.finder.index import entries, index_data
from handbook.loading import load

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "finder"


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
