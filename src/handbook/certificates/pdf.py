"""A certificate as a PDF, A4 landscape, with the characters it uses embedded."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, time

from fpdf import FPDF
from fpdf.fonts import TTFFont

from handbook.certificates.fonts import Font
from handbook.certificates.wording import TITLE, wording
from handbook.records.certificates import Certificate, CertificateError

_WIDE, _HIGH = 297.0, 210.0
"""Millimetres of A4, landscape."""
_INK = (28, 43, 45)
_QUIET = (86, 106, 108)
_FRAME = (15, 94, 99)
_RED = (179, 38, 30)
_PAPER = (252, 254, 253)

# It reports every subset it makes.
logging.getLogger("fontTools").setLevel(logging.ERROR)


def certificate_pdf(
    certificate: Certificate, company: Mapping[str, str], font: Font | None
) -> bytes:
    """Return the file; the same certificate gives the same bytes.

    Raises:
        CertificateError: there is no font, or it lacks a character of the name.
    """
    if font is None:
        raise CertificateError(
            "这台电脑上没有找到中文字体，做不了 PDF。"
            "请用 --font 写一个字体文件，或者不写 --pdf，打印网页。"
        )
    words = wording(certificate, company)
    sheet = _Sheet(font)
    sheet.frame()
    sheet.line(words.company, 33, 15, _QUIET, spacing=2)
    sheet.line(TITLE, 53, 46, _INK, spacing=14)
    sheet.line(words.name, 88, 34, _INK, spacing=3)
    sheet.rule(105)
    sheet.line(f"工号 {words.number}", 109, 12, _QUIET)
    sheet.line(f"{words.sentence}{words.band}，特发此证。", 124, 18, _INK)
    sheet.facts(words.facts, 147)
    sheet.line(words.code, 173, 17, _INK, spacing=1.2)
    sheet.line(words.check, 184, 9.5, _QUIET)
    sheet.seal()
    sheet.missing()
    made = datetime.combine(certificate.passed_on, time(), UTC)
    return sheet.file(f"{TITLE} {certificate.code}", made)


class _Sheet:
    """One page, and what is put on it."""

    def __init__(self, font: Font) -> None:
        self._pdf = FPDF(orientation="landscape", unit="mm", format="A4")
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.add_page()
        try:
            self._pdf.add_font(
                "words", fname=str(font.path), collection_font_number=font.index
            )
        except Exception as error:  # noqa: BLE001 - a broken file makes the reader raise anything
            raise CertificateError(
                f"字体文件 {font.path} 读不出来（{error}）。"
            ) from None
        self._font = font
        self._said: set[str] = set()

    def frame(self) -> None:
        """Draw the paper and its double frame."""
        pdf = self._pdf
        pdf.set_fill_color(*_PAPER)
        pdf.rect(0, 0, _WIDE, _HIGH, style="F")
        pdf.set_draw_color(*_FRAME)
        for margin, width in ((10.0, 1.2), (13.0, 0.3)):
            pdf.set_line_width(width)
            pdf.rect(margin, margin, _WIDE - 2 * margin, _HIGH - 2 * margin)
        corner = 9.0
        pdf.set_line_width(0.5)
        for x, to_x in ((13.0, corner), (_WIDE - 13, -corner)):
            for y, to_y in ((13.0, corner), (_HIGH - 13, -corner)):
                pdf.polyline([(x + to_x, y), (x + to_x, y + to_y), (x, y + to_y)])

    def line(
        self,
        text: str,
        top: float,
        size: float,
        colour: tuple[int, int, int],
        *,
        spacing: float = 0,
    ) -> None:
        """Write a line in the middle; one that is too long is set smaller."""
        pdf = self._pdf
        self._said |= set(text)
        pdf.set_char_spacing(spacing)
        pdf.set_font("words", size=size)
        widest = _WIDE - 60
        width = pdf.get_string_width(text)
        if width > widest:
            pdf.set_char_spacing(0)
            pdf.set_font(
                "words", size=size * widest / pdf.get_string_width(text) * 0.98
            )
        pdf.set_text_color(*colour)
        pdf.set_xy(20, top)
        pdf.cell(_WIDE - 40, size * 0.45, text, align="C")

    def rule(self, top: float) -> None:
        """Draw the line under the name."""
        self._pdf.set_line_width(0.3)
        self._pdf.line(_WIDE / 2 - 50, top, _WIDE / 2 + 50, top)

    def facts(self, facts: tuple[tuple[str, str], ...], top: float) -> None:
        """Write the facts side by side."""
        pdf = self._pdf
        each = 62.0
        left = (_WIDE - each * len(facts)) / 2
        pdf.set_char_spacing(0)
        for number, (name, value) in enumerate(facts):
            self._said |= set(name + value)
            for text, size, colour, down in (
                (name, 10, _QUIET, 0.0),
                (value, 14, _INK, 6.5),
            ):
                pdf.set_font("words", size=size)
                pdf.set_text_color(*colour)
                pdf.set_xy(left + number * each, top + down)
                pdf.cell(each, 6, text, align="C")

    def seal(self) -> None:
        """Draw the mark at the right: a square, so that nobody takes it for a chop."""
        pdf = self._pdf
        side, x, y = 24.0, _WIDE - 57, 163.0
        pdf.set_draw_color(*_RED)
        with pdf.rotation(-6, x + side / 2, y + side / 2):
            pdf.set_line_width(1.1)
            pdf.rect(x, y, side, side, round_corners=True, corner_radius=2)
            pdf.set_text_color(*_RED)
            pdf.set_char_spacing(1)
            pdf.set_font("words", size=26)
            pdf.set_xy(x, y)
            pdf.cell(side, side, "合格", align="C")
        self._said |= set("合格")

    def missing(self) -> None:
        """Refuse to print a name with boxes in it.

        Raises:
            CertificateError: the font lacks characters that were written.
        """
        font = self._pdf.fonts["words"]
        known = font.cmap if isinstance(font, TTFFont) else {}
        lacking = "".join(
            sorted(c for c in self._said if c != " " and ord(c) not in known)
        )
        if lacking:
            raise CertificateError(
                f"字体 {self._font.path.name} 里没有“{lacking}”。"
                "请用 --font 换一个字体文件，或者打印网页。"
            )

    def file(self, title: str, made: datetime) -> bytes:
        """Return the file."""
        self._pdf.set_title(title)
        self._pdf.set_lang("zh-CN")
        self._pdf.set_creation_date(made)
        return bytes(self._pdf.output())
