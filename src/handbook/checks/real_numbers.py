"""Numbers that look like a real person's: phones, identity cards, bank cards.

Examples are read by many, copied, and published. A number made up at random is
somebody's. So examples use what nobody can have: four zeros in a row in a phone or card
number, an identity number whose check digit is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from handbook.handbook import Handbook
from handbook.problems import Problem
from handbook.reading.sources import Lines
from handbook.reading.written import Written

SHORTEST = 10
"""Characters of the shortest number that is looked for."""

COMPANY = "content/_data/company.yml"
"""The one file where real numbers of the company belong."""

_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z_.#/-])(?:"
    r"(?:\+?86[ -]?)?(?P<mobile>1[3-9]\d[ -]?\d{4}[ -]?\d{4})"
    r"|(?P<identity>\d{17}[\dXx])"
    r"|(?P<card>\d{4}(?: ?\d{4}){3}(?: ?\d{1,3})?)"
    r"|(?P<landline>0\d{2,3}[ -]\d{7,8}|[(（]0\d{2,3}[)）] ?\d{7,8})"
    r"|(?P<hotline>[48]00-?\d{3}-?\d{4}|[48]00-?\d{4}-?\d{3})"
    r")(?![0-9A-Za-z_]|[.-]\d)"
)
_RUN = re.compile(r"\d[\d -]{2,}[\dXx)）][ \d-]*")
"""Where there is anything to look at; much faster to find than a candidate."""

_FAKE = "0000"

_WORDS = {
    "mobile": ("手机号", "例子里的手机号写四个连着的 0，例如 138-0000-0000。"),
    "identity": (
        "身份证号",
        "例子里的身份证号把最后一位写成校验不过的，或遮住中间，例如 110101********0000。",
    ),
    "card": ("银行卡号", "例子里的卡号遮住中间，例如 6222 **** **** 0000。"),
    "landline": ("电话号码", "例子里的座机写四个连着的 0，例如 010-0000-0000。"),
    "hotline": (
        "服务电话",
        "本公司的电话写在 content/_data/company.yml，用 {{ company(…) }} 引用；"
        "例子写 400-000-0000。",
    ),
}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OLDEST = 1900
"""Year of birth; nobody alive is older."""
_CHECK_DIGITS = "10X98765432"
"""ISO 7064 MOD 11-2, as GB 11643-1999 has it."""


def numbers_are_made_up(_handbook: Handbook, written: Written) -> Iterator[Problem]:
    """No number in a page or a data file could be somebody's."""
    for path, source in written.sources.items():
        if path == COMPANY:
            continue
        lines: Lines | None = None
        for found in _candidates(source):
            kind = str(found.lastgroup)
            shown = found[kind]
            if not _real(kind, re.sub(r"[^\dXx]", "", shown)):
                continue
            lines = lines or Lines(source, path)
            name, remedy = _WORDS[kind]
            yield Problem(
                lines.place(found.start(kind)),
                "D651",
                f"“{shown}”像是真实的{name}",
                remedy,
            )


def _candidates(source: str) -> Iterator[re.Match[str]]:
    for run in _RUN.finditer(source):
        start, end = run.span()
        if end - start >= SHORTEST:
            # A little on both sides, for what may not stand beside a number.
            yield from _CANDIDATE.finditer(source, max(start - 2, 0), end + 2)


def _real(kind: str, digits: str) -> bool:
    if kind == "identity":
        return is_identity(digits.upper()) or (digits.isdecimal() and is_card(digits))
    if kind == "card":
        return is_card(digits)
    if kind == "hotline":
        return _FAKE not in digits and "000" not in digits[3:6]
    return _FAKE not in digits


def is_identity(number: str) -> bool:
    """Whether eighteen characters are an identity number that may be issued."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True))
    return born.year >= _OLDEST and number[17] == _CHECK_DIGITS[total % 11]


def is_card(digits: str) -> bool:
    """Whether digits are a bank card's: an issuer's prefix, and Luhn's sum is right."""
    if not digits.startswith(("62", "4", "5", "34", "37")) or _FAKE in digits:
        return False
    total = 0
    for number, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if number % 2 else 1)
        total += sum(divmod(value, 10))  # its digits
    return total % 10 == 0
