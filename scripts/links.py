"""Check every link, anchor and file of the built site with linkchecker."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from handbook.commands import Command
from handbook.dead_links import CheckerError, find_dead_links

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="检查已生成网站里的全部链接、编号、图片和文件（linkchecker）。先运行 build。",
)
@click.option(
    "--site-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT / "site",
    help="网站在哪个文件夹。",
)
def main(site_dir: Path) -> None:
    """Print what leads nowhere; exit 1 where something does."""
    try:
        found = find_dead_links(site_dir)
    except CheckerError as failure:
        click.echo(str(failure), err=True)
        sys.exit(2)
    for one in found:
        click.echo(one)
    click.echo(f"共 {len(found)} 个问题。" if found else "链接和编号都在。")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
