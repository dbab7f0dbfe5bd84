"""The pipelines for three code hosts run what is there, with rights as small as can be."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from by_hand import command

ROOT = Path(__file__).parents[1]
GITHUB = sorted((ROOT / ".github/workflows").glob("*.yml"))
FILES = [*GITHUB, ROOT / ".gitlab-ci.yml", *sorted((ROOT / ".workflow").glob("*.yml"))]
TEMPLATES = (
    ".github/pull_request_template.md",
    ".gitlab/merge_request_templates/Default.md",
    ".gitee/PULL_REQUEST_TEMPLATE.zh-CN.md",
)
BY_NAME = pytest.mark.parametrize(
    "path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix()
)
BY_WORKFLOW = pytest.mark.parametrize("path", GITHUB, ids=lambda p: p.name)


def read(path: Path) -> Any:
    """Parse a pipeline; `on` is a word here, not YAML 1.1's true."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only


def commands(value: Any, key: str = "") -> Iterator[str]:
    """Yield every line that a pipeline hands to a shell."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from commands(below, name)
    elif isinstance(value, list):
        for below in value:
            yield from commands(below, key)
    elif key in {"run", "script", "before_script", "commands"}:
        yield from value.splitlines()


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def options(script: str) -> set[str]:
    """Return the options of a script, from the command itself."""
    return {name for one in command(script).params for name in one.opts}


@BY_NAME
def test_every_command_is_there(path):
    """Scripts and their options, make's targets and our own programs."""
    lines = list(commands(read(path)))
    targets = re.findall(
        r"^([\w./$()-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE
    )

    assert lines or "pages" in path.name
    for line in lines:
        for script, rest in re.findall(r"scripts/(\w+)\.py([^;|>]*)", line):
            assert set(re.findall(r"(?<![\w-])--[\w-]+", rest)) <= options(script), line
        for target in re.findall(r"(?:^|\s)make ([\w./-]+)", line):
            assert target in targets or target == ".venv/.ready", line
        for program in re.findall(r"(?:^|\s)(\.ci/\w+)", line):
            assert (ROOT / program).stat().st_mode & 0o111, line


@BY_NAME
def test_shell_can_read_it(path):
    """Every command is a whole one for bash."""
    for line in ["\n".join(commands(read(path)))]:
        ran = subprocess.run(
            ["bash", "-n", "-c", line],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ran.returncode == 0, ran.stderr


@BY_WORKFLOW
def test_actions_are_pinned_by_commit(path):
    """A tag can be moved; the comment says which version the commit is."""
    for line in re.findall(r"uses: .*", path.read_text(encoding="utf-8")):
        assert re.fullmatch(r"uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


@BY_WORKFLOW
def test_no_foreign_code_runs_with_rights(path):
    """Changes, perhaps from forks, are checked with the right to read, and nothing else."""
    text, flow = path.read_text(encoding="utf-8"), read(path)

    assert "pull_request_target" not in flow["on"]
    assert flow["permissions"] in ({}, {"contents": "read"})
    if "pull_request" in flow["on"]:
        assert "secrets." not in text
        assert "github.token" not in text
        assert all("permissions" not in job for job in flow["jobs"].values())
    if "workflow_run" in flow["on"]:
        assert "ref:" not in text  # the default branch, never the change
    for step in steps(path):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] == "false"


@BY_WORKFLOW
def test_nothing_from_outside_is_pasted_into_a_shell(path):
    """Names of branches and titles are variables, never part of a command."""
    assert [] == [line for line in commands(read(path)) if "${{" in line]


def test_comment_waits_for_the_check():
    """By the name that the check bears."""
    comment = read(ROOT / ".github/workflows/comment.yml")

    assert comment["on"]["workflow_run"]["workflows"] == [
        read(ROOT / ".github/workflows/check.yml")["name"]
    ]


def test_templates_ask_the_same_on_every_host():
    """One text, where each host looks for it."""
    assert len({(ROOT / name).read_text(encoding="utf-8") for name in TEMPLATES}) == 1


def deploy(tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run `.ci/deploy` on a small site."""
    site = tmp_path / "site"
    site.mkdir(exist_ok=True)
    (site / "index.html").write_text("新", encoding="utf-8")
    return subprocess.run(
        [ROOT / ".ci/deploy", site],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **given},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not installed here")
def test_deploy_by_rsync_puts_the_site_in_place(tmp_path):
    """What is new comes, what is gone goes."""
    target = tmp_path / "web"
    target.mkdir()
    (target / "old.html").write_text("旧", encoding="utf-8")

    ran = deploy(tmp_path, DEPLOY_TO="rsync", DEPLOY_TARGET=str(target))

    assert ran.returncode == 0, ran.stderr
    assert [path.name for path in target.iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "DEPLOY_TARGET"),
        ({"DEPLOY_TARGET": "x"}, "DEPLOY_TO 要写 rsync 或 s3"),
        ({"DEPLOY_TARGET": "u@h:/w", "DEPLOY_TO": "rsync"}, "DEPLOY_SSH_KEY"),
    ],
)
def test_deploy_says_what_is_missing(tmp_path, given, said):
    """In Chinese, before anything is touched."""
    ran = deploy(tmp_path, **given)

    assert ran.returncode != 0
    assert said in ran.stderr
