"""Measure in Chromium how long a key takes until its results are painted, beside Material."""

from __future__ import annotations

import functools
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from bench_corpus import documents as generate
from bench_corpus import entries_of
from bench_corpus import queries as ask
from bench_engines import CHROMIUM, served
from rich.console import Console
from rich.table import Table

from handbook.commands import Command

ROOT = Path(__file__).resolve().parents[1]
RECORDER = Path(__file__).with_name("bench_paint.js")
PAGE = "scripts/phone.html"
"""A long page of this handbook: what is painted stands above it."""

KEYS = 120
COLD = 25
ASKED = 12
"""Queries that the theme's search is asked."""
PAUSE_S = 0.035
"""Between two keys: a quick typist; a random part of a frame is added."""

UNTHROTTLED = ["--disable-frame-rate-limit", "--disable-gpu-vsync"]

STOCK = """
site_name: stock
theme: {name: material, language: zh, font: false}
plugins: [{search: {lang: zh}}]
"""

Entries = list[dict[str, Any]]


@dataclass(frozen=True)
class Corpus:
    """What is searched, and how fast a key shall be on the screen."""

    name: str
    count: int
    sentences: int
    goal_ms: int


CORPORA = (
    Corpus("300 phrases", 300, 1, 16),
    Corpus("3,000 phrases", 3000, 1, 16),
    Corpus("30,000 phrases", 30_000, 1, 16),
    Corpus("1,000 long pages", 1000, 60, 20),
)


def keys_of(queries: Sequence[dict[str, Any]], count: int) -> list[str]:
    """Return queries that are typed by letters, until they make so many keys."""
    typed, chosen = 0, []
    for query in queries:
        words = query["q"]
        if not words.isascii() or not words.isalpha():
            continue
        chosen.append(words)
        typed += len(words)
        if typed >= count:
            break
    return chosen


def at(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them lies."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def type_all(page: Any, words: Sequence[str], box: str) -> None:  # noqa: ANN401 playwright's
    """Type words as a person would, one after the other, into an emptied box."""
    jitter = random.Random(1)  # noqa: S311 phases of frames, no secret
    for word in words:
        page.locator(box).fill("")
        time.sleep(0.1)
        for letter in word:
            page.keyboard.press(letter)
            time.sleep(PAUSE_S + jitter.random() / 60)
    time.sleep(0.3)


def figures(found: dict[str, list[float]]) -> dict[str, float]:
    """Return what a run says, in milliseconds."""
    painted, work = found["painted"], found["work"]
    made = {"p50_ms": at(painted, 0.5), "p95_ms": at(painted, 0.95)}
    made |= {"max_ms": at(painted, 1), "keys": len(painted)}
    return made | ({"work_p95_ms": at(work, 0.95)} if work else {})


def taken(page: Any) -> dict[str, list[float]]:  # noqa: ANN401 playwright's
    """Return what the page has recorded, and begin anew."""
    found: dict[str, list[float]] = page.evaluate(
        "(({painted, work, events}) => ({painted: painted.splice(0),"
        " work: work.splice(0), events: events.splice(0)}))(benchPaint)"
    )
    return found


def measure_finder(
    chromium: Any,  # noqa: ANN401 playwright's
    url: str,
    words: Sequence[str],
) -> dict[str, dict[str, float]]:
    """Open the finder as soon as the page stands, type; type again when it is warm."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(path=RECORDER)
    page.goto(url + PAGE)
    page.keyboard.press("/")
    page.locator(".hf-row").first.wait_for(timeout=60_000)
    few = keys_of([{"q": word} for word in words], COLD)
    page.evaluate("benchPaint.painted.length = benchPaint.work.length = 0")
    type_all(page, few, ".hf-box")
    cold = figures(taken(page))
    time.sleep(2)  # what the finder does in idle time is done
    type_all(page, words, ".hf-box")
    warm = figures(taken(page))
    longest = page.evaluate("benchPaint.longest")
    page.close()
    return {"cold": cold, "warm": warm | {"longest_task_ms": round(longest)}}


def measure_material(
    chromium: Any,  # noqa: ANN401 playwright's
    url: str,
    words: Sequence[str],
    there: str,
) -> dict[str, dict[str, float]]:
    """Ask the search of the theme in Chinese: it knows no pinyin, and listens to keyup.

    Args:
        chromium: a browser.
        url: where its page is served.
        words: what to ask, a character a key.
        there: a title that it finds once its index is built.
    """
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(path=RECORDER)
    page.goto(url + "index.html")
    page.keyboard.press("f")
    box = page.locator(".md-search__input")
    item = page.locator(".md-search-result__item").first
    until = time.monotonic() + 60
    while not item.is_visible():
        if time.monotonic() > until:
            page.close()
            return {}
        box.fill(there)
        page.keyboard.press("Shift")
        time.sleep(0.2)
    page.evaluate("benchPaint.watch('.md-search-result__list')")
    jitter = random.Random(1)  # noqa: S311 phases of frames, no secret
    for word in words:
        box.fill("")
        page.keyboard.press("Shift")
        time.sleep(0.3)
        for letter in word:
            page.keyboard.insert_text(letter)
            page.keyboard.press("Shift")
            time.sleep(PAUSE_S * 3 + jitter.random() / 60)
    time.sleep(0.5)
    found = taken(page)
    page.close()
    return {"warm": figures(found)} if found["painted"] else {}


def lay_out(folder: Path, site: Path, entries: Entries, data: str) -> None:
    """Put a real page with other data into `ours`, and a page of the theme into `stock`."""
    ours = folder / "ours"
    shutil.copytree(site / "assets", ours / "assets")
    (ours / PAGE).parent.mkdir(parents=True)
    shutil.copy(site / PAGE, ours / PAGE)
    (ours / "assets/finder-data.js").write_text(data, encoding="utf-8")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# 首页\n", encoding="utf-8")
    (folder / "mkdocs.yml").write_text(STOCK, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-d", folder / "stock"],
        cwd=folder,
        check=True,
        capture_output=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    index = folder / "stock/search/search_index.json"
    whole = json.loads(index.read_text("utf-8"))
    whole["docs"] = [
        {
            "location": entry["url"],
            "title": entry["title"],
            "text": " ".join([*entry["keywords"], *entry["scene"], entry["text"]]),
        }
        for entry in entries
    ]
    index.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


def measure(site: Path, corpora: Sequence[Corpus] = CORPORA) -> dict[str, Any]:
    """Measure corpora; empty where there is no Chromium.

    Args:
        site: a built site; its page and its scripts are measured.
        corpora: what to search; generated.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 for development

    from handbook.finder.index import index_data  # noqa: PLC0415 slow to load

    path = CHROMIUM.executable()
    if not path:
        click.echo("没有 Chromium，跳过“按键到画出”。", err=True)
        return {}
    results: dict[str, Any] = {}
    for corpus in corpora:
        made = generate(corpus.count, sentences=corpus.sentences)
        entries = entries_of(made)
        asked = ask(made)
        words = keys_of(asked, KEYS)
        literal = [query["q"] for query in asked if not query["q"].isascii()]
        with TemporaryDirectory() as name:
            folder = Path(name)
            data = index_data(entries, [], folder / "cache")
            script = f"window.handbookFinder={json.dumps(data, ensure_ascii=False)};"
            lay_out(folder, site, entries, script)
            rows: dict[str, Any] = {"goal_ms": corpus.goal_ms}
            with served(folder) as url, sync_playwright() as playwright:
                launch = functools.partial(
                    playwright.chromium.launch, executable_path=path
                )
                chromium = launch(args=CHROMIUM.FLAGS)
                rows["finder"] = measure_finder(chromium, f"{url}/ours/", words)
                rows["material"] = measure_material(
                    chromium, f"{url}/stock/", literal[:ASKED], made[0]["title"]
                )
                chromium.close()
                chromium = launch(args=[*CHROMIUM.FLAGS, *UNTHROTTLED])
                rows["finder, frames at once"] = measure_finder(
                    chromium, f"{url}/ours/", words
                )
                chromium.close()
        results[corpus.name] = rows
    return results


def in_short(results: dict[str, Any]) -> dict[str, float | str]:
    """Return what belongs into the table of all figures."""
    made: dict[str, float | str] = {}
    for corpus, rows in results.items():
        for name, runs in rows.items():
            if name == "goal_ms":
                continue
            for state, row in runs.items():
                made[f"{corpus}, {name}, {state}: p95 ms"] = row["p95_ms"]
        made[f"{corpus}: goal ms"] = float(rows["goal_ms"])
    return made or {"painted": "跳过：没有 Chromium"}


def print_results(results: dict[str, Any]) -> None:
    """Print a row for each corpus and engine."""
    table = Table("corpus", "what", "keys", "p50", "p95", "max", "work p95", "goal")
    table.title = "key → painted, ms"
    for corpus, rows in results.items():
        for name, runs in rows.items():
            if name == "goal_ms":
                continue
            for state, row in runs.items():
                cells = (row["p50_ms"], row["p95_ms"], row["max_ms"])
                table.add_row(
                    corpus,
                    f"{name}, {state}",
                    str(row["keys"]),
                    *map(str, cells),
                    str(row.get("work_p95_ms", "")),
                    str(rows["goal_ms"]),
                )
    Console(width=120).print(table)


@click.command(
    cls=Command, help="在 Chromium 里测按一个键到画出结果要多久，旁边是主题自带的搜索。"
)
@click.option(
    "--site",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT / "site",
    help="生成好的网站。",
)
@click.option("--corpus", "names", multiple=True, help="只测这几种，如“300 phrases”。")
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
def main(site: Path, names: tuple[str, ...], *, as_json: bool) -> None:
    """Measure and print."""
    wanted = [corpus for corpus in CORPORA if not names or corpus.name in names]
    results = measure(site, wanted)
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False))
    else:
        print_results(results)


if __name__ == "__main__":
    main()
