"""How Han characters are read: syllables with all their characters, Traditional forms."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from handbook.finder.kept import kept

Readings = Mapping[str, Sequence[str]]
"""Character → its common and its rare syllables, each joined by blanks."""

EVERYDAY_SHARE = 0.02
"""A reading is common when at least this share of the dictionary's words has it."""

CURATED = {
    "弹": "dan tan",
    "还": "huan hai",
    "重": "zhong chong",
    "行": "xing hang",
    "长": "chang zhang",
    "便": "bian pian",
    "调": "diao tiao",
    "差": "cha chai",
    "降": "jiang xiang",
    "率": "lv shuai",
    "传": "chuan zhuan",
    "朝": "chao zhao",
    "系": "xi ji",
    "模": "mo mu",
    "校": "xiao jiao",
    "参": "can shen cen",
    "盛": "sheng cheng",
    "解": "jie",
    "卡": "ka qia",
    "薄": "bo bao",
    "藏": "cang zang",
    "露": "lu lou",
    "种": "zhong",
    "着": "zhe zhao zhuo",
    "数": "shu",
    "省": "sheng xing",
    "会": "hui kuai",
    "没": "mei mo",
    "倒": "dao",
    "折": "zhe she",
    "褪": "tui tun",
    "给": "gei ji",
    "了": "le liao",
    "得": "de dei",
    "都": "dou du",
    "和": "he huo",
    "单": "dan",
    "什": "shen shi",
    "谁": "shui shei",
    "这": "zhe zhei",
    "那": "na nei",
    "哪": "na nei",
    "熟": "shu shou",
    "血": "xue xie",
    "剥": "bao bo",
    "削": "xiao xue",
    "钥": "yao yue",
    "吓": "xia he",
    "色": "se shai",
    "绿": "lv lu",
    "尿": "niao",
    "扎": "zha za",
    "轧": "ya zha",
    "咽": "yan ye",
    "角": "jiao jue",
    "觉": "jue jiao",
    "曝": "pu bao",
    "宿": "su xiu",
    "称": "cheng chen",
    "奇": "qi ji",
    "切": "qie",
    "期": "qi",
    "识": "shi",
    "为": "wei",
    "地": "di de",
    "的": "de di",
    "大": "da dai",
}
"""Everyday polyphones of service talk, where a dictionary ranks them otherwise."""


def everyday_characters() -> str:
    """The 3,755 characters of GB 2312's first level: what people are likely to type."""
    codes = (
        bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
    )
    return "".join(code.decode("gb2312") for code in codes if code < b"\xd7\xfa")


def is_han(character: str) -> bool:
    """Whether a character is a Han character of one UTF-16 unit."""
    return "一" <= character <= "鿿" or "㐀" <= character <= "䶿"


def read_all(cache_dir: Path | None) -> Readings:
    """Return the readings of every character that the dictionary knows.

    Args:
        cache_dir: where the table is kept between builds; `None` keeps nothing.
    """
    table: Readings = kept(
        cache_dir, "readings.json", f"3-{version('pypinyin')}", _read_dictionary
    )
    return table


def _read_dictionary() -> dict[str, list[str]]:
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415 dear to import, often cached
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 the same

    shares: dict[str, Counter[str]] = defaultdict(Counter)
    for word, spoken in phrases_dict.items():
        if len(word) == len(spoken):
            for character, reading in zip(word, spoken, strict=True):
                shares[character][reading[0]] += 1
    readings: dict[str, list[str]] = {}
    for code, written in pinyin_dict.items():
        character = chr(code)
        if not is_han(character):
            continue
        marked = written.split(",")
        share = shares[character]
        least = max(2, EVERYDAY_SHARE * share.total())
        common = CURATED.get(character, "").split()
        if not common:
            common = [marked[0], *(r for r, count in share.items() if count >= least)]
        common = list(dict.fromkeys(filter(None, map(plain_syllable, common))))
        rare = dict.fromkeys(map(plain_syllable, chain(marked, share)))
        readings[character] = [
            " ".join(common),
            " ".join(r for r in rare if r and r not in common),
        ]
    return readings


def plain_syllable(reading: str) -> str:
    """Return a reading as it is typed: `lǜ` → `lv`; empty where none can be typed."""
    letters = unicodedata.normalize("NFD", reading.replace("ü", "v"))
    letters = letters.replace("u\u0308", "v")
    plain = "".join(c for c in letters if not unicodedata.combining(c)).lower()
    plain = {"lve": "lue", "nve": "nue"}.get(plain, plain)
    typed = plain.isascii() and plain.isalpha() and any(c in "aeiouv" for c in plain)
    return plain if typed else ""


def syllable_table(written: Iterable[str], readings: Readings) -> str:
    """Return `syllable common|rare` lines joined by `;`, syllables in order.

    Args:
        written: the characters of the text, with all their readings. Everyday
            characters beside them, which may be typed by mistake, have their first.
        readings: what `read_all` returned.
    """
    common: dict[str, list[str]] = defaultdict(list)
    rare: dict[str, list[str]] = defaultdict(list)
    present = set(written)
    for character in sorted(present | set(everyday_characters())):
        often, seldom = readings.get(character, ("", ""))
        if character not in present:
            often, seldom = often.partition(" ")[0], ""
        for syllable in often.split():
            common[syllable].append(character)
        for syllable in seldom.split():
            rare[syllable].append(character)
    return ";".join(
        f"{s} {''.join(common[s])}" + (f"|{''.join(rare[s])}" if s in rare else "")
        for s in sorted({*common, *rare})
    )


def traditional_pairs(characters: Iterable[str]) -> str:
    """Return Traditional characters with their Simplified one: `訴诉轉转…`.

    Only pairs that are needed: a Traditional character stands in the text, or its
    Simplified one does, so that it may be typed.
    """
    from zhconv import zhconv  # noqa: PLC0415 reads a dictionary when imported

    zhconv.loaddict()
    present = set(characters)
    pairs = {
        old: new
        for old, new in zhconv.zhcdicts["zh2Hans"].items()
        if len(old) == len(new) == 1 and is_han(old) and is_han(new) and old != new
    } | {"著": "着"}
    needed = (
        (old, new)
        for old, new in sorted(pairs.items())
        if old in present or (new in present and _in_big5(old))
    )
    return "".join(chain.from_iterable(needed))


def _in_big5(character: str) -> bool:
    """Whether a Traditional keyboard offers it; leaves out thousands of rarities."""
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return False
    return True
