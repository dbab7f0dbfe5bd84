"""What a database raises, in words for a trainer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

from handbook.records.database.engine import DRIVER_ERRORS
from handbook.records.history.errors import StoreError

_ON_SERVERS = (
    ("lock timeout", "正被别的程序占用。请稍候再试。"),
    ("No space left", "写不进去，服务器的磁盘满了。"),
    ("could not extend", "写不进去，服务器的磁盘满了。"),
    ("duplicate key", "前后对不上。请运行 python scripts/records.py verify 核对。"),
    ("authentication failed", "不认这个账号或密码。请检查 --db。"),
    ("does not exist", "打不开：没有这个库或这个账号。请检查 --db。"),
    ("permission denied", "没有权限。请管理员给这个账号建表和写入的权限。"),
)


@contextmanager
def in_chinese(url: URL) -> Iterator[None]:
    """Say what a database raised in words for a trainer.

    Raises:
        StoreError: for every error of a driver.
    """
    try:
        yield
    except DRIVER_ERRORS as error:
        where = url.render_as_string(hide_password=True).removeprefix("sqlite:///")
        cause = str(getattr(error, "orig", error))
        known: Sequence[tuple[str, str]] = (
            (
                "locked",
                "正被别的程序占用。请稍候再试；一直这样，就关掉打开着它的程序。",
            ),
            ("not a database", "不是记录库文件。请检查 --db 写得对不对。"),
            ("unable to open", "打不开。请检查文件夹是否存在、有没有权限。"),
            ("readonly", "只能读，不能写。请检查文件权限。"),
            ("malformed", "已经损坏。请用备份恢复。"),
            ("disk is full", "写不进去，磁盘满了。"),
            (
                "disk",
                "读写出错：磁盘满了、坏了，或文件不完整。请检查磁盘；磁盘没事，就用备份恢复。",
            ),
            ("UNIQUE", "前后对不上。请运行 python scripts/records.py verify 核对。"),
            *_ON_SERVERS,
        )
        lost = (
            isinstance(error, OperationalError) and url.get_backend_name() != "sqlite"
        )
        if lost and not any(word in cause for word, _ in _ON_SERVERS):
            # Whether the last commit still arrived there, nobody here can know.
            raise StoreError(
                f"记录库 {where} 连不上，或中途断开了。请稍候再试一次；"
                "已经登记的不会重复登记。"
            ) from error
        hint = next((text for word, text in known if word in cause), f"出错：{cause}")
        raise StoreError(f"记录库 {where} {hint}没有登记任何内容。") from error
