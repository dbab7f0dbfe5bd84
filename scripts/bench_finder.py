"""Measure the finder: time to ready, time per key, and how often the right entry leads."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from handbook.finder.index import index_data

RUNNER = Path(__file__).with_name("bench_finder.mjs")


def entries_of(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return index entries of `{id, title, scene, tags, text}` documents."""
    made = []
    for document in documents:
        scene = document.get("scene") or []
        made.append(
            {
                "id": str(document["id"]),
                "kind": document.get("kind", "phrase"),
                "url": f"{document['id']}.html",
                "title": document.get("title") or "",
                "scene": [scene] if isinstance(scene, str) else list(scene),
                "keywords": _words(document.get("tags")),
                "text": document.get("text") or "",
            }
        )
    return made


def _words(tags: object) -> list[str]:
    if isinstance(tags, str):
        return [word for word in tags.replace("，", "、").split("、") if word]
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def measure(data: dict[str, Any], queries: list[dict[str, Any]]) -> dict[str, Any]:
    """Run the engine under Node and return what it printed."""
    node = shutil.which("node") or shutil.which("nodejs")
    if not node:
        click.echo("没有找到 Node，不能测查找引擎。请先安装 nodejs。", err=True)
        sys.exit(1)
    with TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        job.write_text(json.dumps({"data": data, "queries": queries}), "utf-8")
        ran = subprocess.run(
            [node, RUNNER, job], capture_output=True, text=True, check=True
        )
    result: dict[str, Any] = json.loads(ran.stdout)
    return result


@click.command(help="测查找引擎的速度和命中率。")
@click.option(
    "--documents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="文档：[{id, title, scene, tags, text}]。",
)
@click.option(
    "--queries",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="查询：[{id, cls, split, q, targets: [id]}]。",
)
@click.option("--synonyms", type=click.Path(exists=True, path_type=Path), default=None)
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
def main(
    documents: Path, queries: Path, synonyms: Path | None, *, as_json: bool
) -> None:
    """Measure one corpus with one set of queries."""
    groups = json.loads(synonyms.read_text("utf-8")) if synonyms else []
    entries = entries_of(json.loads(documents.read_text("utf-8")))
    with TemporaryDirectory() as cache:
        begun = time.perf_counter()
        data = index_data(entries, groups, Path(cache))
        first = time.perf_counter() - begun
        begun = time.perf_counter()
        index_data(entries, groups, Path(cache))
        again = time.perf_counter() - begun
    result = measure(data, json.loads(queries.read_text("utf-8")))
    result["python"] = {"first_s": round(first, 3), "again_s": round(again, 3)}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    times = result["times"]
    click.echo(
        f"{len(entries)} documents · python {first:.2f} s, again {again:.2f} s · "
        f"ready {times['ready_ms']} ms · "
        f"key p50 {times['p50_ms']} / p95 {times['p95_ms']} / max {times['max_ms']} ms"
    )
    for name, row in result["classes"].items():
        click.echo(
            f"{name:<16} {row['count']:>4}  hit@1 {row['hit1']:.2f}  "
            f"hit@5 {row['hit5']:.2f}  MRR {row['mrr']:.2f}"
        )


if __name__ == "__main__":
    main()
