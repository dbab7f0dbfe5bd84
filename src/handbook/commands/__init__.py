"""How every script speaks on the command line: Chinese help, Chinese mistakes.

`in_chinese` has the commands, `options` what several of them take, `printing` what they
answer with, `running` what is around it.
"""

from __future__ import annotations

from handbook.commands.in_chinese import Command, Group, said
from handbook.commands.options import (
    RECORDS,
    db_option,
    format_option,
    output_option,
    root_option,
)
from handbook.commands.printing import put, screen
from handbook.commands.running import leaving, mended_first, spare_collector

__all__ = [
    "RECORDS",
    "Command",
    "Group",
    "db_option",
    "format_option",
    "leaving",
    "mended_first",
    "output_option",
    "put",
    "root_option",
    "said",
    "screen",
    "spare_collector",
]
