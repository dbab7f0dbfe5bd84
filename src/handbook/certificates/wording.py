"""What a certificate says, the same on the page and in the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handbook.harmless import visible
from handbook.records.certificates import Certificate

TITLE = "合格证"


@dataclass(frozen=True, slots=True)
class Wording:
    """A certificate in words."""

    company: str
    name: str
    number: str
    sentence: str
    band: str
    facts: tuple[tuple[str, str], ...]
    code: str
    check: str
    """How to find out whether it holds."""


def wording(certificate: Certificate, company: Mapping[str, str]) -> Wording:
    """Return what a certificate says.

    Args:
        certificate: whose it is.
        company: texts of `company.yml`; `handbook_url` tells where codes are verified.
    """
    site = company.get("handbook_url", "").rstrip("/")
    where = (
        f"在 {site}/verify 输入验证码" if site else "在手册网站的 /verify 页输入验证码"
    )
    return Wording(
        company=visible(company.get("name", "")),
        name=visible(certificate.person.name),
        number=visible(certificate.person.number),
        sentence=f"通过“{visible(certificate.title)}”，成绩",
        band=certificate.band,
        facts=(
            ("通过日期", spoken(certificate.passed_on)),
            ("有效期至", spoken(certificate.until)),
            ("考核依据版本", certificate.version),
        ),
        code=certificate.code,
        check=f"核对真伪：{visible(where)}。",
    )


def spoken(day: date) -> str:
    """Return a day as a certificate writes it."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
