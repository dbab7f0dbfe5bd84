"""Every command that the guide and the front pages quote is one that its script takes."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

import by_hand
import click
import pytest

ROOT = Path(__file__).parents[1]
FRONT = [ROOT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")]
PAGES = [*sorted((ROOT / "content").rglob("*.md")), *FRONT]
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
SHELLS = {"bash", "sh", "bat", "powershell"}
QUOTED = re.compile(r"`([^`\n]+)`")
SCRIPT = re.compile(r"(?:^|\s)(?:\S*python3? )?(?:scripts[/\\])?(\w+\.py)((?: .*)?)$")
PLACEHOLDERS = {"答卷文件或文件夹", "导出文件或文件夹", "文件", "文件夹", "FILE"}
"""What a page writes where a trainer puts a file of their own."""


def commands() -> list[tuple[str, str]]:
    """Return script and arguments of every command that is quoted, once each."""
    found: dict[tuple[str, str], None] = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        quoted = [
            *(
                line
                for language, block in FENCED.findall(text)
                if language in SHELLS
                for line in block.splitlines()
            ),
            *QUOTED.findall(FENCED.sub("", text)),
        ]
        for line in quoted:
            match = SCRIPT.search(line)
            if match and (ROOT / "scripts" / match[1]).exists():
                found[match[1], match[2].partition(" > ")[0].strip()] = None
    return [command for command in found if command[1]]


def parse(script: str, words: list[str]) -> None:
    """Let a script read its arguments, and do nothing with them."""
    main = by_hand.command(script.removesuffix(".py"))
    if not isinstance(main, click.Group):
        main.make_context(script, words)
        return
    group = main.make_context(script, words[:1])
    name, command, rest = main.resolve_command(group, words)
    assert command
    assert name
    command.make_context(name, rest, parent=group)


@pytest.mark.parametrize(("script", "arguments"), commands())
def test_a_quoted_command_is_understood(script, arguments, tmp_path, monkeypatch):
    """Its script has the options, the choices and the arguments; files are made up."""
    monkeypatch.chdir(tmp_path)
    words = shlex.split(arguments)
    for word in words:
        if word.endswith("/"):
            Path(word).mkdir(parents=True)
        elif (Path(word).suffix or word in PLACEHOLDERS) and not word.startswith("-"):
            Path(word).parent.mkdir(parents=True, exist_ok=True)
            Path(word).touch()

    monkeypatch.setattr(sys, "stdin", io.StringIO())
    # What asks for the rest has understood what it was told.
    with contextlib.suppress(click.Abort):
        parse(script, words)


def test_a_command_that_is_not_there_would_be_noticed(tmp_path, monkeypatch):
    """An option that was renamed, a choice that was taken away."""
    monkeypatch.chdir(tmp_path)

    for wrong in ("--no-such-option", "front-desk --format pdf", ""):
        with pytest.raises(click.ClickException):
            parse("stats.py", shlex.split(wrong))


def test_many_commands_are_quoted():
    """So that a fence written another way does not empty the list unseen."""
    assert len(commands()) > 80
