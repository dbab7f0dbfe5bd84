"""Answer files: what a hand-in must look like, and every way in which one does not."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

FORMAT = "handbook-answers/1"
"""What the `format` field of an answer file says."""

MAX_BYTES = 1024 * 1024
MAX_TEXT = 1000
"""Characters of a text typed into a gap."""
MAX_PARTS = 50
"""Options, gaps or pairs in one answer."""
MAX_ANSWERS = 500
MAX_NUMBER = 32
MAX_NAME = 40
MAX_REFUSALS = 20
"""How many faults of one file are told one by one."""

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "A601": "答卷文件读不出来",
        "A602": "不是本手册的答卷文件",
        "A603": "答卷缺少内容",
        "A604": "答卷里有不认识或重复的内容",
        "A605": "答卷的内容写法不对",
        "A606": "答卷的校验码对不上",
        "A607": "答卷的时间不合理",
        "A611": "没有这个考试",
        "A612": "现在的手册组不出这份试卷",
        "A613": "试卷发出后手册改过",
        "A614": "卷号和试卷对不上",
        "A615": "答卷里有别的试卷的题",
        "A616": "答案的写法不对",
    }
)
"""Every way in which grading turns an answer file down."""

Via = Literal["file", "server", "invitation", "csv"]
"""By which way a submission came; the server saw only what came to it itself arrive,
and knows who sat it and since when only with an invitation."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a hand-in is turned down: where, what is wrong, what to do, in Chinese."""

    code: str
    place: str
    """The file's name, and within it the field: `王小明.json /person/id`."""
    message: str
    remedy: str
    person: Person | None = field(default=None, compare=False, repr=False)
    """Whose hand-in it was, where that could be read."""
    exam: str = field(default="", compare=False, repr=False)
    """Of which exam, where that could be read."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.code} {self.message}\n    改法：{self.remedy}"


@dataclass(frozen=True, slots=True)
class Person:
    """Who sat the exam, as they said."""

    number: str
    """Staff number, without white space, in capitals, half width."""
    name: str


@dataclass(frozen=True, slots=True)
class Submission:
    """An answer file that is whole; whether its paper exists is for grading to say."""

    exam: str
    form: int
    paper: str
    """Digest of the paper that was shown."""
    sitting: str
    """A UUID made when the sitting began; handing in twice does not change it."""
    person: Person
    started_at: datetime
    submitted_at: datetime
    answers: Mapping[str, object]
    """By item token: a tuple of texts, or a mapping for match."""
    via: Via
    digest: str
    """SHA-256 of the canonical JSON of all that was handed in."""
    delta: str = ""
    """Of a delta paper the day that names it; empty for the whole exam."""


def canonical(document: Mapping[str, object]) -> bytes:
    """Return canonical JSON: keys sorted, no white space, UTF-8 unescaped."""
    text = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def checksum(document: Mapping[str, object]) -> str:
    """Return the checksum of an answer file; its own `checksum` field is left out."""
    rest = {name: value for name, value in document.items() if name != "checksum"}
    return hashlib.sha256(canonical(rest)).hexdigest()


def read_answers(
    raw: bytes, *, name: str, via: Via
) -> Submission | tuple[Refusal, ...]:
    """Read an answer file, trusting nothing in it; never raises.

    Args:
        raw: the file as it came.
        name: what to call it in messages; empty for what came without a file.
        via: by which way it came.
    """
    faults = _Faults(clean(name, 80))
    document = _parse(raw, faults)
    if document is None or not _known_format(document, faults):
        return faults.told()
    reading = _Reading(faults, document, "")
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


def clean(text: str, longest: int) -> str:
    """Return text that is safe to print on one line: no controls, nothing invisible."""
    shown = "".join(
        "\ufffd" if unicodedata.category(c) in _UNSEEN else c
        for c in text[: longest + 1]
    )
    return shown if len(shown) <= longest else shown[:longest] + "…"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IDENTIFIER = re.compile(r"[a-z][a-z0-9]{0,79}(-[a-z0-9]{1,80}){0,20}")
_HEX = re.compile(r"[0-9a-f]{8,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TIME = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)
_LONGEST_INTEGER = 9
"""Digits of the longest number worth reading; no field holds a longer one."""
_MOST = 99
_RESAVE = "请学员在考试页面重新保存答卷，直接交原文件，不要打开修改。"
_ASK = "请学员用手册的考试页面交卷；文件若是别的程序做的，请对照格式改正。"


class _Odd:
    """Stands for a JSON number that no field of the format can hold."""

    def __init__(self, written: str) -> None:
        self.written = written


class _Object(dict[str, object]):
    """A JSON object that remembers which of its names came twice."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        times = Counter(name for name, _ in pairs)
        made.repeated = tuple(name for name, count in times.items() if count > 1)
    return made


@dataclass(slots=True)
class _Faults:
    """Collects what is wrong with one file."""

    name: str
    found: list[Refusal] = field(default_factory=list)

    def add(self, code: str, pointer: str, message: str, remedy: str) -> None:
        place = f"{self.name} {pointer}".strip()
        self.found.append(Refusal(code, place, message, remedy))

    def told(self) -> tuple[Refusal, ...]:
        left = len(self.found) - MAX_REFUSALS
        if left <= 0:
            return tuple(self.found)
        more = Refusal("A605", self.name, f"同一个文件还有 {left} 处不对", _RESAVE)
        return (*self.found[:MAX_REFUSALS], more)

    def __bool__(self) -> bool:
        return bool(self.found)


def _parse(raw: bytes, faults: _Faults) -> _Object | None:
    """Return the JSON object in a file, or None after noting why there is none."""
    remedy = _RESAVE
    document: object = None
    if len(raw) > MAX_BYTES:
        message = "文件超过 1 MB，不是考试页面保存的答卷"
        remedy = "请确认选对了文件：答卷是考试页面保存的 .json 文件。"
    elif not raw.strip():
        message = "文件是空的"
    else:
        try:
            document = json.loads(
                raw.decode("utf-8-sig"),
                object_pairs_hook=_object,
                parse_int=_integer,
                parse_float=_Odd,
                parse_constant=_Odd,
            )
        except UnicodeDecodeError:
            message = "文件不是 UTF-8 编码的文字"
        except json.JSONDecodeError as error:
            message = f"第 {error.lineno} 行第 {error.colno} 个字起不是正确的 JSON"
        except RecursionError:
            message = "文件里的括号套得太深"
        else:
            if isinstance(document, _Object):
                return document
            message = f"文件里应当是一个对象，这里是{_kind(document)}"
    faults.add("A601", "", message, remedy)
    return None


def _integer(written: str) -> int | _Odd:
    return int(written) if len(written) <= _LONGEST_INTEGER else _Odd(written)


def _known_format(document: _Object, faults: _Faults) -> bool:
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


@dataclass(frozen=True, slots=True)
class _Reading:
    """Takes fields out of one JSON object, noting each that is not as it must be."""

    faults: _Faults
    source: _Object
    at: str

    def only(self, *names: str) -> None:
        """Note names that do not belong here, and names that came twice."""
        for name in self.source:
            if name not in names:
                self.refuse("A604", name, f"不认识的字段 {clean(name, 40)}", _ASK)
        self.once()

    def once(self) -> None:
        for name in self.source.repeated:
            self.refuse("A604", name, f"字段 {clean(name, 40)} 出现了两次", _RESAVE)

    def refuse(self, code: str, name: str, message: str, remedy: str) -> None:
        # `/` and `~` in a name are written as a JSON pointer writes them.
        step = clean(name, 40).replace("~", "~0").replace("/", "~1")
        self.faults.add(code, f"{self.at}/{step}", message, remedy)

    def take(self, name: str, title: str) -> object:
        """Return a field's value; None, noted, where there is none."""
        if name not in self.source:
            self.refuse("A603", name, f"缺少{title}（{name}）", _ASK)
            return None
        value = self.source[name]
        if value is None:
            self.refuse("A605", name, f"{title}（{name}）是空值", _ASK)
        return value

    def plain_text(self, name: str, title: str) -> str:
        """Return a field's text; empty, noted, if it is none."""
        value = self.take(name, title)
        if value is None:
            return ""
        if not isinstance(value, str):
            message = f"{title}（{name}）应当是文字，这里是{_kind(value)}"
            self.refuse("A605", name, message, _ASK)
            return ""
        if _broken(value):
            message = f"{title}（{name}）里有残缺的字符"
            self.refuse("A605", name, message, _RESAVE)
            return ""
        return value

    def text(
        self, name: str, title: str, pattern: re.Pattern[str], example: str
    ) -> str:
        """Return a field's text where it follows a pattern."""
        faults = len(self.faults.found)
        value = self.plain_text(name, title)
        if pattern.fullmatch(value) or len(self.faults.found) > faults:
            return value
        message = f"{title}（{name}）应当是{example}，这里是“{clean(value, 40)}”"
        self.refuse("A605", name, message, _RESAVE)
        return ""

    def small_number(self, name: str, title: str) -> int:
        """Return a field's whole number from 1 to `_MOST`; 0, noted, if it is none."""
        value = self.take(name, title)
        if value is None:
            return 0
        if type(value) is int and 1 <= value <= _MOST:
            return value
        found = value if type(value) is int else _kind(value)
        message = f"{title}（{name}）应当是 1 到 {_MOST} 的整数，这里是{found}"
        self.refuse("A605", name, message, _RESAVE)
        return 0

    def inner(self, name: str, title: str) -> _Reading | None:
        """Return a reading of an object within this one."""
        value = self.take(name, title)
        if isinstance(value, _Object):
            return _Reading(self.faults, value, f"{self.at}/{name}")
        if value is not None:
            message = f"{title}（{name}）应当是一个对象，这里是{_kind(value)}"
            self.refuse("A605", name, message, _ASK)
        return None


def _kind(value: object) -> str:
    if isinstance(value, _Odd):
        return f"数字 {clean(value.written, 20)}"
    names: Mapping[type, str] = {
        type(None): "空值", bool: "是非值", int: "数字", str: "文字", list: "列表",
    }  # fmt: skip
    return names.get(type(value), "对象")


def _broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)


def _person(reading: _Reading) -> Person | None:
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
        if not value and isinstance(written, str) and not _broken(written):
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
    spaced = "".join(
        " " if c.isspace() else "" if unicodedata.category(c) in _UNSEEN else c
        for c in unicodedata.normalize("NFKC", text)
    )
    return space.join(spaced.split())


def _moment(reading: _Reading, name: str, title: str) -> datetime | None:
    written = reading.text(
        name, title, _TIME, "带时区的时间，例如 2026-11-23T09:00:00+08:00"
    )
    if not written:
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        message = f"{title}（{name}）“{written}”不是日历上有的时间"
        reading.refuse("A607", name, message, _RESAVE)
        return None


def _answers(reading: _Reading) -> dict[str, object] | None:
    inner = reading.inner("answers", "答案")
    if inner is None:
        return None
    inner.once()
    if len(inner.source) > MAX_ANSWERS:
        message = f"答案有 {len(inner.source)} 题，最多 {MAX_ANSWERS} 题"
        reading.refuse("A605", "answers", message, _ASK)
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


def _answer(reading: _Reading, token: str, value: object) -> object:
    """Return one answer, unchangeable; None, noted, if it has no shape of an answer."""
    if not _HEX.fullmatch(token):
        reading.refuse("A605", token, "题目的标识不是考试页面写的", _ASK)
        return None
    parts: list[object]
    if isinstance(value, _Object):
        pairs = value
        if pairs.repeated:
            reading.refuse("A604", token, "匹配题的同一个提示出现了两次", _RESAVE)
            return None
        parts = [*pairs.keys(), *pairs.values()]
        size = len(pairs)
    elif isinstance(value, list):
        parts = value
        size = len(parts)
    else:
        message = f"答案应当是一组选项或文字，这里是{_kind(value)}"
        reading.refuse("A605", token, message, _ASK)
        return None
    if size > MAX_PARTS:
        message = f"一题的答案有 {size} 项，最多 {MAX_PARTS} 项"
        reading.refuse("A605", token, message, _ASK)
        return None
    for part in parts:
        if not isinstance(part, str):
            message = f"答案里每一项应当是文字，这里是{_kind(part)}"
        elif len(part) > MAX_TEXT:
            message = f"答案里有一段 {len(part)} 个字，最多 {MAX_TEXT} 个"
        elif _broken(part):
            message = "答案里有残缺的字符"
        else:
            continue
        reading.refuse("A605", token, message, _ASK)
        return None
    return MappingProxyType(dict(value)) if isinstance(value, dict) else tuple(parts)


def _hold_against(document: _Object, said: str, faults: _Faults) -> None:
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
