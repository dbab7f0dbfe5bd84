"""How every script speaks on the command line: Chinese help, Chinese mistakes.

`in_chinese` has the commands, `options` what several of them take, `printing` what they
answer with, `private` where they may write it, `running` what is around it.
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
from handbook.commands.private import (
    PrivateFile,
    for_owner,
    text_for_owner,
    unpublished,
)
from handbook.commands.running import leaving, mended_first, spare_collector

__all__ = [
    "RECORDS",
    "Command",
    "Group",
    "PrivateFile",
    "db_option",
    "for_owner",
    "format_option",
    "leaving",
    "mended_first",
    "output_option",
    "put",
    "root_option",
    "said",
    "screen",
    "spare_collector",
    "text_for_owner",
    "unpublished",
]
