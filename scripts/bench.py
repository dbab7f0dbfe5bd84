"""Measure: loading, building, grading, finding, beside peers. Ratios, not promises."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
from bench_finder import measure_handbook, measure_short
from bench_paint import in_short
from bench_paint import measure as measure_paint
from bench_records import measure_records
from bench_tree import write_tree
from rich.console import Console
from rich.table import Table

from handbook.commands import Command
from handbook.dead_links import find_dead_links
from handbook.loading import load
from handbook.reading.templates import FoundCall, fill

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3

LOAD = """
import sys, time
from pathlib import Path
from handbook.loading import load
root = Path(sys.argv[1])
begun, used = time.perf_counter(), time.process_time()
book = load(root)
if sys.argv[2:]:
    assert not book.problems, book.problems[:3]
print(time.perf_counter() - begun, time.process_time() - used)
"""

REVIEW = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from handbook.loading import load
from handbook.review.comment import comment
from handbook.review.entries import problems
from handbook.review.impact import impact
from handbook.review.markup import Markdown
begun = time.perf_counter()
before, after = (load(Path(root)) for root in sys.argv[1:])
found = problems(before, after, datetime.now(UTC).date())
assert comment(impact(before, after), found, Markdown())
print(time.perf_counter() - begun)
"""

STOCK = """
site_name: stock
docs_dir: docs
theme: {name: material, language: zh, font: false}
plugins: [search]
markdown_extensions: [admonition, attr_list, def_list, footnotes, md_in_html, tables,
  pymdownx.details, pymdownx.superfences]
"""


def median(measure: Callable[[], float]) -> float:
    """Return the median of a few runs."""
    return statistics.median(measure() for _ in range(ROUNDS))


def bench_load(folder: Path) -> dict[str, float | str]:
    """Load a generated tree in a fresh process, as every command does."""
    write_tree(folder, pages=1000, items=5000)
    wall, cpu = timed_load(folder)
    return {
        "load_1000_pages_5000_items_s": wall,
        "of_it_cpu_s": cpu,
        "goal_s": 2.0,
    }


def timed_load(folder: Path, *asked: str) -> tuple[float, float]:
    """Return wall and CPU seconds of loading in a fresh process, medians of a few.

    With anything asked, every check is run too, and must find nothing.
    """

    def once() -> tuple[float, float]:
        ran = subprocess.run(
            [sys.executable, "-c", LOAD, folder, *asked],
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        wall, cpu = map(float, ran.stdout.split())
        return wall, cpu

    walls, cpus = zip(*(once() for _ in range(ROUNDS)), strict=True)
    return statistics.median(walls), statistics.median(cpus)


def bench_check(folder: Path) -> dict[str, float | str]:
    """Run the whole check: on this handbook as a trainer does, and on two sizes.

    The larger has ten times the pages, phrases and items of the smaller.
    """

    def script() -> float:
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, ROOT / "scripts/check.py"],
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - begun

    small, large = folder / "small", folder / "large"
    small.mkdir()
    large.mkdir()
    write_tree(small, pages=100, items=500, phrases=1000)
    write_tree(large, pages=1000, items=5000, phrases=10_000)
    wall_small, cpu_small = timed_load(small, "problems")
    wall_large, cpu_large = timed_load(large, "problems")
    return {
        "this_handbook_with_start_s": median(script),
        "goal_this_handbook_s": 2.0,
        "100_pages_1000_phrases_500_items_s": wall_small,
        "1000_pages_10000_phrases_5000_items_s": wall_large,
        "goal_1000_pages_s": 10.0,
        "times_by_wall": wall_large / wall_small,
        "times_by_cpu": cpu_large / cpu_small,
        "goal_times": 11.0,
    }


def bench_review(folder: Path) -> dict[str, float | str]:
    """Review the largest change there is of this handbook: every wording is another."""
    for part in ("content", "quizzes"):
        shutil.copytree(ROOT / part, folder / part)
    figures = folder / "content/_data/figures.yml"
    text = figures.read_text(encoding="utf-8")
    reworded = re.sub(r'(wording: "?)', r"\1约", text)
    figures.write_text(reworded, encoding="utf-8")

    def once() -> float:
        ran = subprocess.run(
            [sys.executable, "-c", REVIEW, ROOT, folder],
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        return float(ran.stdout)

    return {"every_figure_reworded_s": median(once), "goal_s": 10.0}


def bench_build(folder: Path) -> dict[str, float | str]:
    """Build this handbook cold, and the same words under stock mkdocs-material."""
    handbook = load(ROOT)

    def words(call: FoundCall) -> str:
        if call.name == "fig":
            return handbook.figures[call.arguments[0]].wording
        return ""

    docs = folder / "docs"
    for page in handbook.pages.values():
        target = docs / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        source = (ROOT / "content" / page.path).read_text(encoding="utf-8")
        target.write_text(fill(source, words), encoding="utf-8")
    (folder / "mkdocs.yml").write_text(STOCK, encoding="utf-8")

    def timed(command: list[str | Path], where: Path) -> tuple[float, float]:
        """Return wall and CPU seconds of a command and all that it starts."""
        begun, before = time.perf_counter(), os.times()
        subprocess.run(
            command,
            cwd=where,
            check=True,
            capture_output=True,
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        )
        after = os.times()
        used = (after.children_user + after.children_system) - (
            before.children_user + before.children_system
        )
        return time.perf_counter() - begun, used

    build: list[str | Path] = [
        sys.executable,
        ROOT / "scripts/build.py",
        "--site-dir",
        folder / "ours",
    ]
    ours, stock = [], []
    for _ in range(ROUNDS):
        for made in (folder / "ours", folder / "site", ROOT / ".cache"):
            shutil.rmtree(made, ignore_errors=True)
        ours.append(timed(build, ROOT))
        stock.append(timed([sys.executable, "-m", "mkdocs", "build", "-q"], folder))
    pairs = list(zip(ours, stock, strict=True))
    return {
        "pages": len(handbook.pages),
        "ours_cold_s": statistics.median(wall for wall, _ in ours),
        "stock_material_s": statistics.median(wall for wall, _ in stock),
        "ours_over_stock_wall": statistics.median(a[0] / b[0] for a, b in pairs),
        "ours_over_stock_cpu": statistics.median(a[1] / b[1] for a, b in pairs if b[1]),
    }


def bench_links(site: Path) -> dict[str, float | str]:
    """Check every link of the built site, as `make check` does."""

    def once() -> float:
        begun = time.perf_counter()
        find_dead_links(site)
        return time.perf_counter() - begun

    return {"links_s": median(once), "goal_s": 40.0}


@click.command(
    cls=Command, help="测量读取、生成、评分和查找的速度；数字随机器变化，比值可比。"
)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
def main(style: str) -> None:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as name:
        tree, sites, checked, changed = (
            Path(name) / one for one in ("tree", "sites", "check", "changed")
        )
        for one in (tree, sites, checked, changed):
            one.mkdir()
        figures: dict[str, dict[str, float | str]] = {
            "machine": {
                "python": platform.python_version(),
                "cores": os.cpu_count() or 0,
            },
            "load": bench_load(tree),
            "check": bench_check(checked),
            "review": bench_review(changed),
            "build": bench_build(sites),
            "links": bench_links(sites / "ours"),
            **measure_records(sites),
            "finder, 3,000 phrases": measure_short(),
            "finder, key to painted": in_short(measure_paint(sites / "ours")),
        }
    judged = measure_handbook()
    figures["finder, judged queries"] = {
        f"{cls} hit@5": row["hit5"]
        for cls, row in judged["classes"].items()
        if "/" not in cls
    }
    if style == "json":
        whole = figures | {"finder misses": judged["misses"]}
        click.echo(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    table = Table("part", "figure", "value")
    for part, values in figures.items():
        for figure, value in values.items():
            shown = f"{value:,.2f}" if isinstance(value, float) else str(value)
            table.add_row(part, figure, shown)
    Console().print(table)
    missed = "、".join(f"{miss['q']}（{miss['cls']}）" for miss in judged["misses"])
    click.echo(f"前五条里没有要找的：{missed or '无'}")


if __name__ == "__main__":
    main()
