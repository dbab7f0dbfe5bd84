"""Write CODEOWNERS from the owners of pages and the accounts of roles."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from handbook.code_owners import PATH, code_owners
from handbook.commands import Command, root_option
from handbook.loading import load

ROOT = Path(__file__).resolve().parents[1]


@click.command(
    cls=Command,
    help="按各页的 owner 和 roles.yml 里岗位的 accounts 生成 CODEOWNERS，"
    "代码托管平台据此请负责的人审阅。",
)
@root_option(ROOT)
def main(*, root: Path) -> None:
    """Write it; say what to do where no role has an account."""
    text = code_owners(load(root))
    if not text:
        click.echo(
            "没有岗位写了 accounts，没有生成。"
            "在 content/_data/roles.yml 的岗位里写，例如 accounts: ['@wang']。",
            err=True,
        )
        sys.exit(1)
    (root / PATH).write_text(text, encoding="utf-8")
    click.echo(f"已写：{PATH}，{len(text.splitlines()) - 1} 行。")


if __name__ == "__main__":
    main()
