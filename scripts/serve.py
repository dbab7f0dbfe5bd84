"""Check, build and serve the handbook with the hand-in of exams."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import click

from handbook.commands import Command, db_option, spare_collector
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.problems import summary
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.invitations.tokens import InvitationError
from handbook.server.app import create_app
from handbook.server.door import door_for
from handbook.server.running import (
    NoFreePortError,
    address,
    is_local,
    listen,
    names_of,
    run,
)

ROOT = Path(__file__).resolve().parents[1]


def checked() -> Handbook:
    """Return the handbook; leave if something in it stops a build."""
    click.echo("正在检查手册……")
    handbook = load(ROOT)
    if handbook.blocking:
        for problem in handbook.problems:
            click.echo(str(problem))
        click.echo(summary(handbook.problems))
        click.echo("请先改好上面的问题，再启动。")
        sys.exit(1)
    click.echo(
        f"检查完成：{len(handbook.pages)} 页，{len(handbook.phrases)} 条话术，"
        f"{len(handbook.items)} 道题，{len(handbook.exams)} 门考试。"
    )
    return handbook


def build(site_dir: Path) -> None:
    """Build the site; leave if that fails."""
    click.echo("正在生成网站……")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/build.py", "--site-dir", site_dir],
        check=False,
        cwd=ROOT,
    )
    if done.returncode:
        click.echo("网站没有生成，原因见上面。")
        sys.exit(done.returncode)


@click.command(
    cls=Command, help="检查并生成手册，在本机打开网站，并接收考试答卷。按 Ctrl+C 停止。"
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="端口；被占用时自动用后面空着的。",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="监听的地址。默认只有本机能打开；0.0.0.0 让同一网络的人也能打开。",
)
@db_option(ROOT, "答卷登记到哪个记录库")
@click.option(
    "--site-dir",
    default=ROOT / "site",
    type=click.Path(path_type=Path),
    help="网站在哪个文件夹。",
)
@click.option(
    "--invited",
    is_flag=True,
    help="在本机也只收凭邀请交来的答卷。--host 不是本机时总是这样。",
)
@click.option(
    "--proxy",
    default="",
    metavar="域名",
    help="前面有反向代理（nginx 等）时，写学员打开的域名，例如 kb.example.com；"
    "考试就要凭邀请。",
)
@click.option("--no-build", is_flag=True, help="不重新生成，直接用上次的网站。")
def main(  # noqa: PLR0913 - one per option
    port: int,
    host: str,
    db: str,
    site_dir: Path,
    proxy: str,
    *,
    invited: bool,
    no_build: bool,
) -> None:
    """Check, build, serve."""
    local = is_local(host) and not proxy
    try:
        names = ("HANDBOOK_SECRET", "HANDBOOK_TRAINERS")
        secrets = (os.environ.get(name, "") for name in names)
        door = door_for(*secrets, local=local, invited_only=invited)
    except InvitationError as failure:
        click.echo(str(failure))
        sys.exit(2)
    handbook = checked()
    if not no_build:
        build(site_dir)
    if not (site_dir / "index.html").is_file():
        click.echo("还没有生成过网站。请去掉 --no-build 再启动。")
        sys.exit(1)
    spare_collector()
    try:
        store = Store(db)
        bound = listen(host, port)
    except (StoreError, NoFreePortError) as failure:
        click.echo(str(failure))
        sys.exit(2)
    taken = bound.getsockname()[1]
    if port and taken != port:
        click.echo(f"端口 {port} 已被占用，改用 {taken}。")
    if door.invited_only:
        who = "" if is_local(host) else "同一网络的人都能打开手册；"
        click.echo(f"{who}考试要凭 scripts/invite.py 发的邀请。")
    click.echo(f"手册已经启动：{address(bound)}")
    if door.trainers:
        click.echo(f"培训师页面：{address(bound)}trainers/")
    click.echo(f"考试答卷登记在 {store.url.render_as_string()}。按 Ctrl+C 停止。")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    with store:
        hosts = names_of(host, proxy)
        app = create_app(handbook, store, site_dir, hosts=hosts, door=door)
        run(app, bound, proxied=bool(proxy))
    click.echo("已停止。")


if __name__ == "__main__":
    main()
