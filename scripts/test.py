"""Run every test: Python, browser code under Node, Chromium end to end.

Where Chromium or Node is missing, say so and how to get it; in CI that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from handbook.commands import Command

ROOT = Path(__file__).resolve().parents[1]
NEEDED = {
    "node": (
        "浏览器代码的测试",
        "apt-get install nodejs（或从系统的软件源安装 Node.js 18 以上）",
    ),
    "chromium": (
        "端到端测试",
        "apt-get install chromium（或设置环境变量 CHROMIUM 指向浏览器）",
    ),
}

SHARED = ["--numprocesses", "auto", "--dist", "loadfile"]
"""Every core takes whole files, so that what a file sets up is set up once."""


def find(program: str) -> str | None:
    """Return the path of a program; `CHROMIUM` and `NODE` override it."""
    named = os.environ.get(program.upper())
    return named or shutil.which(program)


@click.command(
    cls=Command,
    help="运行全部测试；多出的参数交给 pytest。",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def main(pytest_arguments: tuple[str, ...]) -> None:
    """Look for the browser and Node, then hand over to pytest and node --test."""
    missing = [program for program in NEEDED if not find(program)]
    for program in missing:
        what, remedy = NEEDED[program]
        click.secho(f"缺少 {program}：跳过{what}。安装：{remedy}", fg="red", err=True)
    if missing and os.environ.get("CI") == "true":
        click.secho("在 CI 里不能跳过测试。", fg="red", err=True)
        sys.exit(1)
    marks = [] if "chromium" not in missing else ["-m", "not e2e"]
    codes = [
        subprocess.run(
            [sys.executable, "-m", "pytest", *SHARED, *marks, *pytest_arguments],
            cwd=ROOT,
            check=False,
        ).returncode
    ]
    if "node" not in missing:
        files = sorted(str(path) for path in (ROOT / "tests/web").glob("*.test.mjs"))
        codes.append(
            subprocess.run(
                [find("node") or "node", "--test", *files], cwd=ROOT, check=False
            ).returncode
        )
    sys.exit(max(codes))


if __name__ == "__main__":
    main()
