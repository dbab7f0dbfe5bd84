"""What axe-core finds wrong with a page, for whoever cannot see it or use a mouse."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def checker() -> str:
    """The accessibility checker, from the lock file; fetched at test time only."""
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    version = json.loads(lock)["packages"]["node_modules/axe-core"]["version"]
    folder = ROOT / ".cache/e2e" / version
    script = folder / "node_modules/axe-core/axe.min.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if not npm:
            _without_axe("npm 没有安装：apt-get install npm")
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        ran = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if ran.returncode:
            _without_axe(f"npm ci 失败：{ran.stderr[-500:]}")
    return script.read_text(encoding="utf-8")


def _without_axe(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(f"无障碍检查没有运行。{reason}")


def serious(page: Page, axe: str, within: str = "html") -> list[str]:
    """What axe-core finds serious or worse, one line each."""
    page.evaluate(axe)
    found = page.evaluate(
        "within => axe.run(within, {resultTypes: ['violations']})", within
    )
    return [
        f"{rule['id']}: {node['html'][:160]} | {' '.join(node['target'])[:90]} | "
        f"{node['failureSummary'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]
