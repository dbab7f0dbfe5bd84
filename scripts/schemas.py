"""Write the JSON Schemas by which an editor completes and explains YAML files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from handbook.commands import Command, root_option
from handbook.editor_schemas import files

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="生成 VS Code 用的 JSON Schema：写数据、题库和考试文件时有提示和说明。"
    "改了 src/handbook/model/ 以后运行一次，连同改动一起提交。",
)
@click.option("--check", is_flag=True, help="不写，只看是不是最新的；不是就退出 1。")
@root_option(ROOT)
def main(*, check: bool, root: Path) -> None:
    """Write what is not current; with --check only name it."""
    stale = [
        (root / name, data)
        for name, data in files()
        if not (root / name).is_file() or (root / name).read_bytes() != data
    ]
    for path, data in stale:
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        click.echo(f"{'要更新' if check else '已写'}：{path.relative_to(root)}")
    if not stale:
        click.echo("都是最新的。")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
