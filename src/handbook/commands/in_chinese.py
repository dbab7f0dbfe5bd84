"""Commands whose help and complaints a reader of Chinese understands."""

from __future__ import annotations

import re
import sys
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text


class Command(click.Command):
    """A command whose help and complaints a reader of Chinese understands."""

    options_metavar: str | None = "[选项]"

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:  # noqa: ANN401 — click's own signature
        """Run; say mistakes of use in Chinese and end with click's exit codes."""
        run: Any = super().main  # click tells its two modes apart by overloads
        if not standalone_mode:
            return run(*args, standalone_mode=False, **extra)
        try:
            code = run(*args, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            code = error.exit_code
        except click.ClickException as error:
            _show(error)
            code = error.exit_code
        except click.Abort:
            click.echo("已停止。", err=True)
            code = 1
        sys.exit(code if isinstance(code, int) else 0)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Name the options in Chinese, then the arguments."""
        return ["[选项]", *super().collect_usage_pieces(ctx)[1:]]

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the list of options."""
        records = [
            record
            for one in self.get_params(ctx)
            if isinstance(one, click.Option) and (record := one.get_help_record(ctx))
        ]
        with formatter.section("选项"):
            told = [(_kinds(names), _in_chinese(text)) for names, text in records]
            _in_columns(formatter, told)


class Group(Command, click.Group):
    """A script of several verbs."""

    command_class = Command

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's own signature
        """Say that a verb follows."""
        return ["[选项]", "命令", "[参数]..."]

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the options, then the verbs."""
        super().format_options(ctx, formatter)
        verbs = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        with formatter.section("命令"):
            _in_columns(
                formatter,
                [(name, verb.help or "") for name, verb in verbs.items() if verb],
            )


def _in_columns(formatter: click.HelpFormatter, rows: list[tuple[str, str]]) -> None:
    """Write names and what they do side by side; click takes a Han character for one."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=32, overflow="fold")
    table.add_column(overflow="fold")
    for name, told in rows:
        table.add_row(Text(name), Text(told))
    indent = " " * formatter.current_indent
    console = Console(width=formatter.width - len(indent), color_system=None)
    with console.capture() as shown:
        console.print(table)
    for line in shown.get().splitlines():
        formatter.write(f"{indent}{line}".rstrip() + "\n")


_KINDS = {
    "DIRECTORY": "文件夹",
    "FILE": "文件",
    "PATH": "文件",
    "TEXT": "文字",
    "INTEGER RANGE": "数字",
    "INTEGER": "数字",
    "[%Y-%m-%d]": "年-月-日",
}
"""What click calls the kinds of values."""


def _kinds(names: str) -> str:
    """Say in Chinese what is to be written behind an option."""
    option, _, kind = names.partition(" ")
    return f"{option} {_KINDS.get(kind, kind)}".rstrip()


def _in_chinese(text: str) -> str:
    """Put into Chinese what click itself writes beside an option."""
    text = text.replace("Show this message and exit.", "显示这段说明。")
    return (
        text.replace("[required]", "[必填]")
        .replace("; required]", "；必填]")
        .replace("[default: ", "[默认：")
    )


def _show(error: click.ClickException) -> None:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.UsageError) and context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(f"看说明：{context.command_path} --help\n", err=True)
    click.echo(f"错误：{said(error)}", err=True)


def said(error: click.ClickException) -> str:  # noqa: PLR0911 — one kind of mistake each
    """Return what a mistake of use is, in Chinese; our own words stay as they are."""
    message = error.format_message()
    if isinstance(error, click.MissingParameter):
        return f"缺少{_name(error).rstrip()}。"
    if isinstance(error, click.NoSuchOption):
        near = "、".join(error.possibilities or ())
        return f"没有 {error.option_name} 这个选项。" + (
            f"是不是想写 {near}？" if near else ""
        )
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 的写法不对：看看后面是不是少了或多了内容。"
    if message.startswith("No such command"):
        return f"没有“{_quoted(message)}”这个命令。"
    if message.startswith("Got unexpected extra argument"):
        return f"多写了内容：{message.partition('(')[2].rstrip(').')}。"
    if isinstance(error, click.BadParameter) and (why := _why(error)):
        return f"{_name(error)}不对：{why}"
    return error.message


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "参数")
    if isinstance(parameter, click.Option):
        return f"选项 {max(parameter.opts, key=len)} "
    return f"“{parameter.human_readable_name.rstrip('.')}”"


def _why(error: click.BadParameter) -> str:
    """Return in Chinese what click found wrong with a value; empty if we said it."""
    kind = error.param.type if error.param else None
    written = _quoted(error.message)
    if isinstance(kind, click.Choice) and "is not one of" in error.message:
        return f"没有“{written}”。可以写：{'、'.join(map(str, kind.choices))}。"
    if isinstance(kind, click.IntRange) and "range" in error.message:
        return f"要写 {kind.min} 到 {kind.max} 之间的整数。"
    for english, chinese in _VALUES.items():
        if english in error.message:
            return chinese.format(written)
    return ""


_VALUES = {
    "does not exist": "找不到 {}。检查名字和所在的文件夹。",
    "is a directory": "{} 是文件夹，这里要写文件。",
    "is a file": "{} 是文件，这里要写文件夹。",
    "is not readable": "{} 打不开，没有读取的权限。",
    "is not writable": "{} 不能写入。",
    "is not a valid integer": "“{}”不是整数。",
}


def _quoted(message: str) -> str:
    """Return what click put between quotation marks."""
    found = re.search("'(.*?)'", message, re.DOTALL)
    return found[1] if found else message
