"""Why records cannot be opened, read or written."""

from __future__ import annotations


class StoreError(Exception):
    """The records failed; the message says why, in Chinese."""


class BrokenEventError(StoreError):
    """An event is not as the program wrote it."""

    def __init__(self, sequence: int) -> None:
        super().__init__(
            f"第 {sequence} 条记录读不出来，可能被改动过。"
            "请运行 python scripts/records.py verify 核对。"
        )
