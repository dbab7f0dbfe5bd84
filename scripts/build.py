"""Build the site: check, build by the host, write what stands beside, look for leaks."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib import util
from pathlib import Path

import click

from handbook.commands import Command
from handbook.loading import load
from handbook.problems import summary
from handbook.publishing import LeakError, publish

ROOT = Path(__file__).resolve().parents[1]


def build_pages(host: str, target: Path) -> subprocess.CompletedProcess[str]:
    """Run a host on the repository; `publish` comes after it, whichever host it is."""
    # Never with --quiet: it hides broken links from --strict.
    return subprocess.run(
        [sys.executable, "-m", host, "build", "--strict", "-f", ROOT / "mkdocs.yml",
         "-d", target],
        cwd=ROOT,
        env=os.environ
        | {
            "HANDBOOK_BUILD": "true",
            "HANDBOOK_PUBLISH": "after",
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONUTF8": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )  # fmt: skip


def theme_files() -> frozenset[str]:
    """Return the digests of what the theme ships, which nobody here wrote."""
    found = util.find_spec("material")
    places = found.submodule_search_locations if found else None
    return frozenset(
        hashlib.sha256(path.read_bytes()).hexdigest()
        for place in places or ()
        for path in (Path(place) / "templates/assets").rglob("*")
        if path.is_file()
    )


def fail(message: str) -> None:
    """End with a message; what was there before stays."""
    click.echo(message, err=True)
    sys.exit(1)


@click.command(
    cls=Command, help="检查并构建网站；有错误或发现考试机密时停下，原来的网站不动。"
)
@click.option(
    "--host",
    type=click.Choice(["mkdocs", "properdocs"]),
    default="mkdocs",
    help="用哪个程序生成网页。",
)
@click.option(
    "--site-dir",
    type=click.Path(path_type=Path),
    default=ROOT / "site",
    help="网站写到哪个文件夹。",
)
def main(host: str, site_dir: Path) -> None:
    """Build into a folder aside, and put it in place only when it is whole and clean."""
    click.echo("1/4 检查内容……")
    handbook = load(ROOT)
    for problem in handbook.problems:
        click.echo(problem)
    click.echo(summary(handbook.problems))
    if not handbook.sound:
        fail("有阻断的问题，没有构建。改好后再来一次。")
    site_dir = site_dir.resolve()
    aside = site_dir.with_name(f".{site_dir.name}.new")
    try:
        click.echo("2/4 生成网页……")
        ran = build_pages(host, aside)
        if ran.returncode:
            fail(f"{ran.stdout}\n生成网页时出错，上面是原因；没有换掉原来的网站。")
        click.echo("3/4 写入查找数据和表单文件，检查有没有泄漏考试内容……")
        publish(handbook, aside, known=theme_files(), processes=os.cpu_count() or 1)
        click.echo("4/4 换上新网站……")
        shutil.rmtree(site_dir, ignore_errors=True)
        aside.replace(site_dir)
    except LeakError as leak:
        fail(str(leak))
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    click.echo(f"完成：{site_dir}")


if __name__ == "__main__":
    main()
