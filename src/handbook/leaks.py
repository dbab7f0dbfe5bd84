"""What must never stand in a built site, and how it is found in every disguise.

Secret are, of items with `use: exam`: their ids, their rationales, their accepted
answers, which option is right; and their stems anywhere but in the papers that show
them. What also stands, word for word, in the handbook's rules, phrases or practice is
no secret. Every file is read in many *views* (unescaped, without markup, decoded,
reversed …), each of which is searched once for all secrets together.
"""

from __future__ import annotations

import base64
import codecs
import gzip
import html
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import ahocorasick

from handbook.confirmations import PAGE, confirmations
from handbook.handbook import Handbook
from handbook.model.items import (
    GAP,
    BlankItem,
    Item,
    MatchItem,
    MultipleItem,
    Option,
    OrderItem,
    SingleItem,
    TrueFalseItem,
)
from handbook.model.pages import Kind
from handbook.papers import item_token, option_token, papers_of
from handbook.problems import Place

CANARY = "handbook-canary-5d41c7b2e09f"
"""A marker that is never in a site; put into an exam item, it proves the scan."""

_MIN = 8
"""Letters and digits below which words are too common to be called a secret."""

_MIN_ANSWER = 6
"""The same for an accepted answer of a blank."""

_MIN_MASKED = 10
"""Bytes below which a match of differences may be chance."""

_DEPTH = 2
"""Encodings within encodings that are followed."""

_LARGEST = 64 * 1024 * 1024
"""Bytes that a compressed file may unfold to."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One secret in one file of the site."""

    file: str
    """Relative to the site's folder."""
    item: str
    what: str
    """题目编号, 解析, 题干 …"""
    disguise: str
    """By which view it was found; empty where it stands openly."""
    place: Place | None

    def __str__(self) -> str:
        source = f"，题目在 {self.place}" if self.place else ""
        how = f"（经过{self.disguise}）" if self.disguise else ""
        return f"{self.file}: 出现考试题 {self.item} 的{self.what}{how}{source}"


@dataclass(frozen=True, slots=True, eq=False)
class _Secret:
    item: str
    what: str
    text: str
    """As authored."""
    stem: bool = False
    name: bool = False
    """An identifier: found as a whole word only."""


_Hit = tuple[_Secret, str]
"""A secret, and the disguise that a needle itself undoes."""


def find_leaks(handbook: Handbook, site_dir: Path) -> list[Leak]:
    """Search every file of a built site; an empty list means it may be published."""
    scan = _Scan(handbook)
    found: list[Leak] = []
    for path in sorted(site_dir.rglob("*")):
        if path.is_file():
            name = path.relative_to(site_dir).as_posix()
            found += scan.file(name, path.read_bytes())
    return found


def squeeze(text: str) -> str:
    """Return only the letters and digits of a text, in one case and width."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _NOISE.sub("", text.casefold())


T = TypeVar("T")

_NOISE = re.compile(r"[\W_]+")
_WORD = re.compile(r"[a-z0-9-]")


class _Scan:
    """All secrets of a handbook, ready to be looked for in any number of files."""

    def __init__(self, handbook: Handbook) -> None:
        self._places = handbook.places
        public = _public_words(handbook)
        papers = _papers(handbook)
        self._shown = {
            page: squeeze("\0".join(words)) for page, words in papers.items()
        }
        """What the papers on a page may show, by the page's file."""
        every_paper = "\0".join(self._shown.values())
        names = _public_names(handbook)
        keys = [
            _TokenKey.of(item) for item in handbook.items.values() if item.use == "exam"
        ]
        secrets = [
            secret
            for item in handbook.items.values()
            if item.use == "exam"
            for secret in _secrets(item)
            if _is_secret(secret, public, every_paper, names)
        ]
        secrets.append(_Secret("（标记）", "泄漏标记", CANARY))
        words = _word_needles(secrets)
        self._words = _Finder(words)
        self._ascii_words = _Finder({t: n for t, n in words.items() if t.isascii()})
        """For views without a single Chinese character: most of the theme's scripts."""
        self._names = _Finder(_name_needles(secrets))
        self._tokens = _Finder({key.token: [key] for key in keys if key.tells})
        self._masked_bytes = _Finder(_masked_needles(secrets, _masked_bytes))
        self._masked_units = _Finder(_masked_needles(secrets, _masked_units))

    def file(self, name: str, data: bytes) -> list[Leak]:
        """Return what one file leaks, each secret once."""
        found: dict[tuple[str, str], Leak] = {}
        for view, how in _views(data):
            for secret, disguise in self._hits(name, view):
                key = (secret.item, secret.what)
                if key not in found:
                    found[key] = Leak(
                        name,
                        secret.item,
                        secret.what,
                        "、".join(filter(None, (how, disguise))),
                        self._places.get(("item", secret.item)),
                    )
        return list(found.values())

    def _hits(self, name: str, view: str | bytes) -> Iterator[tuple[_Secret, str]]:
        if isinstance(view, bytes):
            masked = self._masked_bytes.search(_masked_bytes(view))
            yield from (
                hit
                for hit in self._stems_aside(name, masked)
                if not (hit[0].name and hit[0].text.encode() in view)
            )
            return
        words = self._ascii_words if view.isascii() else self._words
        yield from self._stems_aside(name, words.search(squeeze(view)))
        lower = view.casefold()
        for start, end, hit in self._names.search(lower):
            before = lower[start - 1 : start] if start else ""
            if not (_WORD.match(before) or _WORD.match(lower[end : end + 1])):
                yield hit
        for key in {key for _, _, key in self._tokens.search(lower)}:
            if key.told_in(lower):
                yield _Secret(key.item, "正确选项", ""), ""
        if isinstance(view, _Looked):
            return
        masked = self._masked_units.search(_masked_units(view))
        yield from (
            hit
            for hit in self._stems_aside(name, masked)
            if not (hit[0].name and hit[0].text in view)
        )

    def _stems_aside(
        self, name: str, found: Iterable[tuple[int, int, _Hit]]
    ) -> Iterator[_Hit]:
        """Leave out the stems that a paper on this page shows."""
        for _, _, hit in found:
            if not self._allowed(hit[0], name):
                yield hit

    def _allowed(self, secret: _Secret, name: str) -> bool:
        shown = self._shown.get(name.removesuffix(".gz"), "")
        return secret.stem and squeeze(secret.text) in shown


def _papers(handbook: Handbook) -> dict[str, list[str]]:
    """Return the words that each exam page may show: stems, options and prompts."""
    words: dict[str, list[str]] = {}
    confirmed = PAGE.removesuffix(".md") + ".html"
    where = {name: f"exams/{name}.html" for name in handbook.exams}
    where |= dict.fromkeys(confirmations(handbook), confirmed)
    for name, page in where.items():
        shown = words.setdefault(page, [])
        try:
            papers = papers_of(handbook, name)
        except (KeyError, ValueError):
            continue  # the check reports it; what cannot be drawn shows nothing
        for paper in papers:
            for item in paper.items:
                shown.append(item.stem)
                shown += [option.text for option in (*item.options, *item.prompts)]
    return words


def _public_words(handbook: Handbook) -> str:
    """Return, squeezed, what everyone may read: rules, phrases, data and practice.

    Pages of free text (lessons, guides) do not count: an exam question pasted there is
    a leak.
    """
    words: list[str] = [page.front.title for page in handbook.pages.values()]
    words += [
        page.text
        for page in handbook.pages.values()
        if page.front.kind.has_clauses or page.front.kind is Kind.SCRIPT
    ]
    words += [f"{clause.title}\n{clause.text}" for clause in handbook.clauses.values()]
    for phrase in handbook.phrases.values():
        words += [phrase.words, phrase.when, phrase.next_text]
        words += [*phrase.never, *phrase.variants]
    for figure in handbook.figures.values():
        words += [figure.name, figure.wording, figure.measured]
    for form in handbook.forms.values():
        words += [form.title, form.note, form.keep, *(f.name for f in form.fields)]
    words += handbook.company.values()
    for item in handbook.items.values():
        if item.use == "practice":
            words += [item.stem, item.rationale]
            words += [text for o in _options(item) for text in (o.text, o.rationale)]
    return "\0".join(map(squeeze, words))


def _public_names(handbook: Handbook) -> frozenset[str]:
    """Return identifiers that stand in pages and addresses anyway."""
    names = {
        heading.id for page in handbook.pages.values() for heading in page.headings
    }
    names |= {path.rsplit("/", 1)[-1].removesuffix(".md") for path in handbook.pages}
    for known in (
        handbook.figures, handbook.roles, handbook.forms, handbook.banks,
        handbook.exams, handbook.flows, handbook.company,
    ):  # fmt: skip
        names |= set(known)
    names |= {stage.id for role in handbook.roles.values() for stage in role.path}
    names |= {step.id for flow in handbook.flows.values() for step in flow.steps}
    return frozenset(name.casefold() for name in names)


def _secrets(item: Item) -> Iterator[_Secret]:
    yield _Secret(item.id, "题目编号", item.id, name=True)
    yield _Secret(item.id, "题干", item.stem, stem=True)
    yield _Secret(item.id, "解析", item.rationale)
    for option in _options(item):
        if option.rationale:
            yield _Secret(item.id, "选项解析", option.rationale)
    if isinstance(item, BlankItem):
        yield from _blank_secrets(item)


def _blank_secrets(item: BlankItem) -> Iterator[_Secret]:
    for accepted in item.key:
        # A list of wordings is recognised as a list; one wording only if it is long.
        for separators in ((", ", ": "), (",", ":")):
            written = json.dumps(accepted, ensure_ascii=False, separators=separators)
            yield _Secret(item.id, "填空答案", written)
    first = iter([accepted[0] for accepted in item.key])
    pieces = item.stem.split(GAP)
    filled = pieces[0] + "".join(next(first, "") + piece for piece in pieces[1:])
    yield _Secret(item.id, "填好的题干", filled)


def _options(item: Item) -> tuple[Option, ...]:
    if isinstance(item, MatchItem):
        return (*item.prompts, *item.options)
    if isinstance(item, SingleItem | MultipleItem | OrderItem):
        return item.options
    return ()


def _is_secret(
    secret: _Secret, public: str, papers: str, names: frozenset[str]
) -> bool:
    if secret.name:
        known = secret.text.casefold() in names
        return not known and len(secret.text) >= _MIN_ANSWER
    words = squeeze(secret.text)
    least = _MIN_ANSWER if secret.what == "填空答案" else _MIN
    if CANARY in secret.text.casefold():
        return True
    if len(words) < least or words in public:
        return False
    return secret.stem or words not in papers


@dataclass(frozen=True, slots=True)
class _TokenKey:
    """The key of an item in the words of its paper: tokens."""

    item: str
    token: str
    right: frozenset[str]
    options: frozenset[str]

    @classmethod
    def of(cls, item: Item) -> _TokenKey:
        if isinstance(item, SingleItem | MultipleItem):
            tokens = {o.id: option_token(item.id, o.text) for o in item.options}
            right = frozenset(tokens[key] for key in item.key if key in tokens)
            return cls(item.id, item_token(item.id), right, frozenset(tokens.values()))
        if isinstance(item, TrueFalseItem):
            right = frozenset({"true" if item.key == "对" else "false"})
            return cls(
                item.id, item_token(item.id), right, frozenset({"true", "false"})
            )
        return cls(item.id, item_token(item.id), frozenset(), frozenset())

    @property
    def tells(self) -> bool:
        """Whether a list of right options would say anything."""
        return bool(self.right) and self.right != self.options

    def told_in(self, text: str) -> bool:
        """Whether the item's token is followed by its right options and no others."""
        any_option = "|".join(map(re.escape, sorted(self.options)))
        gap = r"[^0-9a-z]{0,12}"
        run = re.compile(
            rf"{self.token}{gap}(?:(?:key|answers?|correct|right){gap})?"
            rf"((?:(?:{any_option}){gap})+)"
        )
        told = {
            frozenset(re.findall(any_option, found[1])) for found in run.finditer(text)
        }
        return told == {self.right}


_Needles = Mapping[str, list[_Hit]]


def _word_needles(secrets: Iterable[_Secret]) -> _Needles:
    needles: dict[str, list[_Hit]] = {}
    for secret in secrets:
        if secret.name:
            continue
        plain = squeeze(secret.text)
        for text, how in (
            (plain, ""),
            (plain[::-1], "倒写"),
            (squeeze(codecs.encode(secret.text, "rot13")), "字母移位"),
        ):
            if text not in needles or not how:
                needles.setdefault(text, []).append((secret, how))
    return needles


def _name_needles(secrets: Iterable[_Secret]) -> _Needles:
    needles: dict[str, list[_Hit]] = {}
    for secret in secrets:
        if not secret.name:
            continue
        plain = secret.text.casefold()
        needles.setdefault(plain, []).append((secret, ""))
        needles.setdefault(plain[::-1], []).append((secret, "倒写"))
        needles.setdefault(codecs.encode(plain, "rot13"), []).append(
            (secret, "字母移位")
        )
    return needles


def _masked_needles(
    secrets: Iterable[_Secret], differences: Callable[[str], str]
) -> _Needles:
    needles: dict[str, list[_Hit]] = {}
    for secret in secrets:
        different = differences(secret.text)
        if len(different) >= _MIN_MASKED:
            needles.setdefault(different, []).append((secret, "异或"))
    return needles


def _masked_bytes(data: bytes | str) -> str:
    """Return each byte XOR the next: the same whatever one key the bytes hide under."""
    raw = data.encode() if isinstance(data, str) else data
    number = int.from_bytes(raw, "little")
    mixed = (number ^ (number >> 8)).to_bytes(len(raw), "little")
    return mixed[:-1].decode("latin-1")


def _masked_units(text: str) -> str:
    """The same for the code units of a browser's string."""
    raw = text.encode("utf-16-le", "surrogatepass")
    number = int.from_bytes(raw, "little")
    mixed = (number ^ (number >> 16)).to_bytes(len(raw), "little")
    return mixed[:-2].decode("utf-16-le", "surrogatepass")


class _Finder(Generic[T]):
    """Finds any of many needles in a text, all in one pass.

    The automaton looks through the children of its root one by one, for nearly every
    character of a text. So needles are entered from the first of a few common
    characters on, which keeps the root small (six times faster here); what comes
    before it is compared when the rest was found.
    """

    def __init__(self, needles: Mapping[str, Sequence[T]]) -> None:
        self._automaton = ahocorasick.Automaton()
        rests: dict[str, list[tuple[str, Sequence[T]]]] = {}
        for needle, at in _anchored(needles):
            rests.setdefault(needle[at:], []).append((needle, needles[needle]))
        for rest, whole in rests.items():
            self._automaton.add_word(rest, whole)
        if rests:
            self._automaton.make_automaton()

    def search(self, text: str) -> Iterator[tuple[int, int, T]]:
        """Yield start, end and value of each needle in a text."""
        if not len(self._automaton):
            return
        for last, candidates in self._automaton.iter(text):
            for needle, values in candidates:
                start = last + 1 - len(needle)
                if start >= 0 and text.startswith(needle, start):
                    for value in values:
                        yield start, last + 1, value


_REST = 4
"""Characters of a needle, at least, that the automaton itself compares."""


def _anchored(needles: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield each needle with a place in it where one of a few characters stands."""
    waiting = set(needles)
    while waiting:
        counts = Counter(
            character
            for needle in waiting
            for character in set(needle[: max(1, len(needle) - _REST)])
        )
        common = min(counts, key=lambda c: (-counts[c], c))
        for needle in sorted(waiting):
            at = needle.find(common, 0, max(1, len(needle) - _REST))
            if at >= 0:
                waiting.discard(needle)
                yield needle, at


class _Looked(str):
    """A view that is only read, not unmasked: what it is made of was unmasked before."""

    __slots__ = ()


@dataclass(slots=True)
class _Unfolding:
    """Views of a file, each once."""

    seen: set[int] = field(default_factory=set)

    def data(
        self, data: bytes, how: str, depth: int
    ) -> Iterator[tuple[str | bytes, str]]:
        if not data or depth > _DEPTH or self._known(data):
            return
        for inner, name in _unpacked(data):
            yield from self.data(inner, _then(how, name), depth + 1)
        for text, name in _texts(data, depth):
            if (
                depth and name
            ):  # a guess at the encoding of decoded data: only looked at
                yield _Looked(text), _then(how, name)
            else:
                yield from self.prose(text, _then(how, name), depth)
        yield data, how

    def prose(
        self, text: str, how: str, depth: int
    ) -> Iterator[tuple[str | bytes, str]]:
        if not text or self._known(text):
            return
        yield text, how
        bare = unescape(text)
        if not self._known(bare):
            yield bare, _then(how, "转义")
        for view in (unescape(_TAG.sub("", text)), _TAG.sub("", bare)):
            if not self._known(view):
                yield _Looked(view), _then(how, "标记和转义")
        for view, name in ((text, ""), (bare, "转义")):
            # Bytes that a script keeps as characters, to be unmasked in the browser.
            narrow = view.encode("latin-1", "ignore")
            if (name or not view.isascii()) and not self._known(narrow):
                yield narrow, _then(how, name)
        for data, name in _decoded(bare):
            yield from self.data(data, _then(how, name), depth + 1)

    def _known(self, view: str | bytes) -> bool:
        key = hash((isinstance(view, bytes), view))  # b"a" and "a" hash alike
        if key in self.seen:
            return True
        self.seen.add(key)
        return False


def _views(data: bytes) -> Iterator[tuple[str | bytes, str]]:
    """Yield everything a file says, openly or in an encoding, and how it was reached."""
    yield from _Unfolding().data(data, "", 0)


def _then(how: str, name: str) -> str:
    return f"{how}、{name}" if how and name else how or name


def _unpacked(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield what a compressed file or an archive holds."""
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as inner:
                yield inner.read(_LARGEST), "压缩"
        except (OSError, EOFError, zlib.error):
            return
    elif data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for entry in archive.infolist():
                    if entry.file_size <= _LARGEST:
                        yield archive.read(entry), f"压缩包里的{entry.filename}"
        except (
            zipfile.BadZipFile,
            OSError,
            RuntimeError,
            NotImplementedError,
            zlib.error,
        ):
            return
    elif data.startswith(_COMPRESSED):
        try:
            yield zlib.decompressobj().decompress(data, _LARGEST), "压缩"
        except zlib.error:
            return


def _texts(data: bytes, depth: int) -> Iterator[tuple[str, str]]:
    """Yield data as text, in each encoding that it may be in."""
    try:
        yield data.decode("utf-8"), ""
        whole = data.count(0) * 5 <= len(data)
    except UnicodeDecodeError:
        yield data.decode("utf-8", "ignore"), ""
        whole = False
    if not whole:
        yield data.decode("utf-16-le", "ignore"), "UTF-16"
        yield data.decode("utf-16-be", "ignore"), "UTF-16"
        if not depth:
            yield data.decode("gb18030", "ignore"), "GB 18030"


_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_ESCAPE = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})"
    r"|%u([0-9a-fA-F]{4})|\\([0-9a-fA-F]{4,6}) ?"
)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_NUMBERS = re.compile(r"(?:\b\d{2,5}\b[\s,;]{1,3}){7,}\d{2,5}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{11,}")
_WRAPPED = re.compile(
    r"(?<=[A-Za-z0-9+/]{40})(?:\\n|[\s\"',]|(?<=[\s\"'])\+)+(?=[A-Za-z0-9+/=])"
)
_NOT_HEX = re.compile(r"[^0-9a-fA-F]")
_DIGITS = re.compile(r"\d+")
_BYTE = 255
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:,\\x]{0,4}){8,}[0-9a-fA-F]?")


def unescape(text: str) -> str:
    """Undo HTML entities, JavaScript, JSON and CSS escapes and percent-encoding."""
    for _ in range(_DEPTH):
        before = text
        if "&" in text:
            text = html.unescape(text)
        if "\\" in text or "%u" in text:
            text = _ESCAPE.sub(_character, text)
        if "%" in text:
            text = _PERCENT.sub(_bytes, text)
        if text == before:
            break
    return text


def _bytes(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "ignore")


def _character(found: re.Match[str]) -> str:
    number = int(next(filter(None, found.groups())), 16)
    try:
        return chr(number)
    except (ValueError, OverflowError):
        return ""


def _decoded(text: str) -> Iterator[tuple[bytes, str]]:
    """Yield the data behind runs of base64, hexadecimal digits and character codes.

    The runs of a text are decoded one by one but searched together: a script holds
    thousands of words that might be base64.
    """
    joined = _WRAPPED.sub("", text)
    runs = [
        run.replace("-", "+").replace("_", "/")
        for run in _BASE64.findall(joined)
        if not run.islower() and not run.isupper()  # names of styles, digests
    ]
    for start in range(4):
        yield from _together((_base64(run[start:]) for run in runs), "Base64")
    digits = [_NOT_HEX.sub("", found[0]) for found in _HEX.finditer(text)]
    for start in range(2):
        parts = (run[start:] for run in digits)
        yield from _together(
            (bytes.fromhex(part[: len(part) // 2 * 2]) for part in parts), "十六进制"
        )
    codes = [
        [int(code) for code in _DIGITS.findall(found[0])]
        for found in _NUMBERS.finditer(text)
    ]
    yield from _together(
        ("".join(map(chr, run)).encode("utf-8", "ignore") for run in codes), "字符编码"
    )
    small = (bytes(run) for run in codes if max(run) <= _BYTE)
    yield from _together(small, "字符编码")


def _together(blobs: Iterable[bytes], how: str) -> Iterator[tuple[bytes, str]]:
    """Yield blobs as one; what is compressed, by itself."""
    plain = []
    for blob in blobs:
        if blob.startswith(_COMPRESSED):
            yield blob, how
        # An even length keeps pairs of bytes together for UTF-16.
        plain.append(blob if len(blob) % 2 == 0 else blob + b"\0")
    if plain:
        yield b"\0\0".join(plain), how


def _base64(run: str) -> bytes:
    whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


__all__ = ["CANARY", "Leak", "find_leaks", "squeeze", "unescape"]
