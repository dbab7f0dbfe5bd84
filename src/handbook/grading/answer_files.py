"""Answer files: what a hand-in must look like, and every way in which one does not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from handbook.canonical import canonical
from handbook.grading.fields import (
    SAVE_AGAIN,
    USE_OUR_PAGE,
    Faults,
    Fields,
    JsonObject,
    is_broken,
    kind_of,
    parse,
)
from handbook.grading.submissions import (
    MAX_ANSWERS,
    MAX_NAME,
    MAX_NUMBER,
    MAX_PARTS,
    MAX_TEXT,
    Person,
    Refusal,
    Submission,
    Via,
    clean,
)
from handbook.harmless import tidied

FORMAT = "handbook-answers/1"
"""What the `format` field of an answer file says."""

_IDENTIFIER = re.compile(r"[a-z][a-z0-9]{0,79}(-[a-z0-9]{1,80}){0,20}")
_HEX = re.compile(r"[0-9a-f]{8,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TIME = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)


def checksum(document: Mapping[str, object]) -> str:
    """Return the checksum of an answer file; its own `checksum` field is left out."""
    rest = {name: value for name, value in document.items() if name != "checksum"}
    return hashlib.sha256(canonical(rest).encode()).hexdigest()


def read_answers(
    raw: bytes, *, name: str, via: Via
) -> Submission | tuple[Refusal, ...]:
    """Read an answer file, trusting nothing in it; never raises.

    Args:
        raw: the file as it came.
        name: what to call it in messages; empty for what came without a file.
        via: by which way it came.
    """
    faults = Faults(clean(name, 80))
    document = parse(raw, faults)
    if document is None or not _known_format(document, faults):
        return faults.told()
    reading = Fields(faults, document, "")
    reading.only(
        "format", "exam", "delta", "form", "paper", "sitting", "person",
        "started_at", "submitted_at", "answers", "checksum",
    )  # fmt: skip
    exam = reading.text("exam", "考试编号", _IDENTIFIER, "例如 front-desk")
    delta = ""
    if "delta" in document:
        delta = reading.text("delta", "补考的日期", _DAY, "例如 2026-11-20")
    form = reading.small_number("form", "卷号")
    paper = reading.text("paper", "试卷标识", _HEX, "一串十六进制字符")
    sitting = reading.text("sitting", "考次标识", _UUID, "一个 UUID")
    person = _person(reading)
    started = _moment(reading, "started_at", "开始时间")
    submitted = _moment(reading, "submitted_at", "交卷时间")
    if started and submitted and submitted < started:
        faults.add(
            "A607",
            "/submitted_at",
            f"交卷时间 {submitted.isoformat()} 早于开始时间 {started.isoformat()}",
            "请核对考试用的电脑的时钟，校准后重新参加考试。",
        )
    answers = _answers(reading)
    said = reading.text("checksum", "校验码", _SHA256, "64 位十六进制字符")
    if said:
        _hold_against(document, said, faults)
    if (
        faults
        or not (exam and form and paper and sitting and person and said)
        or not (started and submitted)
        or answers is None
    ):
        whole = not any("/person" in one.place for one in faults.found)
        whose = person if whole else None
        return tuple(replace(one, person=whose, exam=exam) for one in faults.told())
    return Submission(
        exam, form, paper, sitting.lower(), person, started, submitted,
        MappingProxyType(answers), via, said, delta,
    )  # fmt: skip


def _known_format(document: JsonObject, faults: Faults) -> bool:
    said = document.get("format")
    if said == FORMAT:
        return True
    family = FORMAT.partition("/")[0]
    if isinstance(said, str) and said.startswith(f"{family}/"):
        faults.add(
            "A602",
            "/format",
            f"答卷格式 {clean(said, 40)} 和这份手册的 {FORMAT} 不是同一版",
            "请用同一版手册的考试页面作答；若手册旧了，先更新手册再评分。",
        )
    else:
        message = f"没有写明 format 是 {FORMAT}，不是本手册保存的答卷"
        faults.add("A602", "/format", message, "请选考试页面保存的 .json 文件。")
    return False


def _person(reading: Fields) -> Person | None:
    inner = reading.inner("person", "学员")
    if inner is None:
        return None
    inner.only("id", "name")
    number = _tidy(inner.plain_text("id", "工号"), space="").upper()
    name = _tidy(inner.plain_text("name", "姓名"), space=" ")
    ask = "请学员在考试页面把工号和姓名填对，再保存答卷。"
    for field_name, title, value, most in (
        ("id", "工号", number, MAX_NUMBER),
        ("name", "姓名", name, MAX_NAME),
    ):
        written = inner.source.get(field_name)
        if not value and isinstance(written, str) and not is_broken(written):
            inner.refuse("A603", field_name, f"没有填{title}", ask)
        elif len(value) > most:
            message = f"{title}有 {len(value)} 个字，最多 {most} 个"
            inner.refuse("A605", field_name, message, ask)
    if 0 < len(number) <= MAX_NUMBER and not (
        number[0].isalnum() and all(c.isalnum() or c in "-_.@" for c in number)
    ):
        message = f"工号“{clean(number, 40)}”里有不能用的符号"
        inner.refuse(
            "A605", "id", message, "工号由字母、数字、汉字和 - _ . @ 组成。" + ask
        )
    return Person(number, name)


def _tidy(text: str, *, space: str) -> str:
    """Return what a person typed, half width, without what cannot be seen."""
    if len(text) > MAX_TEXT:
        return text  # too long either way: not worth the work
    return tidied(text, space)


def _moment(reading: Fields, name: str, title: str) -> datetime | None:
    written = reading.text(
        name, title, _TIME, "带时区的时间，例如 2026-11-23T09:00:00+08:00"
    )
    if not written:
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        message = f"{title}（{name}）“{written}”不是日历上有的时间"
        reading.refuse("A607", name, message, SAVE_AGAIN)
        return None


def _answers(reading: Fields) -> dict[str, object] | None:
    inner = reading.inner("answers", "答案")
    if inner is None:
        return None
    inner.once()
    if len(inner.source) > MAX_ANSWERS:
        message = f"答案有 {len(inner.source)} 题，最多 {MAX_ANSWERS} 题"
        reading.refuse("A605", "answers", message, USE_OUR_PAGE)
        return None
    answers: dict[str, object] = {}
    for token, value in inner.source.items():
        if type(value) is list and len(value) == 1 and _HEX.fullmatch(token):
            # One token, as nearly every answer is: there is nothing to find fault with.
            part = value[0]
            if type(part) is str and len(part) <= MAX_TEXT and part.isascii():
                answers[token] = (part,)
                continue
        frozen = _answer(inner, token, value)
        if frozen is not None:
            answers[token] = frozen
    return answers


def _answer(reading: Fields, token: str, value: object) -> object:
    """Return one answer, unchangeable; None, noted, if it has no shape of an answer."""
    if not _HEX.fullmatch(token):
        reading.refuse("A605", token, "题目的标识不是考试页面写的", USE_OUR_PAGE)
        return None
    parts: list[object]
    if isinstance(value, JsonObject):
        pairs = value
        if pairs.repeated:
            reading.refuse("A604", token, "匹配题的同一个提示出现了两次", SAVE_AGAIN)
            return None
        parts = [*pairs.keys(), *pairs.values()]
        size = len(pairs)
    elif isinstance(value, list):
        parts = value
        size = len(parts)
    else:
        message = f"答案应当是一组选项或文字，这里是{kind_of(value)}"
        reading.refuse("A605", token, message, USE_OUR_PAGE)
        return None
    if size > MAX_PARTS:
        message = f"一题的答案有 {size} 项，最多 {MAX_PARTS} 项"
        reading.refuse("A605", token, message, USE_OUR_PAGE)
        return None
    for part in parts:
        if not isinstance(part, str):
            message = f"答案里每一项应当是文字，这里是{kind_of(part)}"
        elif len(part) > MAX_TEXT:
            message = f"答案里有一段 {len(part)} 个字，最多 {MAX_TEXT} 个"
        elif is_broken(part):
            message = "答案里有残缺的字符"
        else:
            continue
        reading.refuse("A605", token, message, USE_OUR_PAGE)
        return None
    return MappingProxyType(dict(value)) if isinstance(value, dict) else tuple(parts)


def _hold_against(document: JsonObject, said: str, faults: Faults) -> None:
    """Note a checksum that does not match; what cannot be summed is noted already."""
    try:
        real = checksum(document)
    except (TypeError, ValueError, RecursionError):
        real = ""
    if real != said and (real or not faults):
        faults.add(
            "A606",
            "/checksum",
            "校验码和内容对不上：文件保存以后被改过，或者传送时损坏了",
            "请学员重新交考试页面保存的原文件；若是手工改过，答卷作废，重新参加考试。",
        )
