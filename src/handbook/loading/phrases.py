"""The phrases of a script page: headings with a quote and a definition list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from handbook.loading.gathered import Gathered
from handbook.loading.page_files import PageFile, figures_called
from handbook.model.pages import Channel, Kind, Phrase
from handbook.problems import Place, Problem, guess
from handbook.reading.links import resolve
from handbook.reading.markdown_files import Definition, Section, link_targets

PHRASE_TERMS = ("适用", "渠道", "不要说", "换个说法", "接着", "依据", "关键词")
"""Terms of a phrase's definition list."""

_Terms = Mapping[str, list[Definition]]

_LINKED = re.compile(r"(?<!!)\[([^\[\]]+)\]\([^()\s]*\)")
"""A Markdown link in running text."""

_BETWEEN_WORDS = re.compile(r"[、，,；;\n]")


def phrases_of(
    gathered: Gathered, one: PageFile, kinds: Mapping[str, Kind]
) -> Iterator[Phrase]:
    """Yield a page's phrases in order; what they lack is told on the way.

    Args:
        gathered: what was read so far; calls are filled in from it.
        one: a script page.
        kinds: the kind of every page that could be read, by path.
    """
    above: list[Section] = []
    for section in one.file.sections:
        if not section.level:
            continue
        above = [other for other in above if other.level < section.level]
        quote = section.quote()
        if not quote:
            _check_unquoted(gathered, one.path, section)
            above.append(section)
            continue
        if not section.id:
            continue  # P202 says so
        terms = _terms(gathered, section)
        linked = [
            resolved
            for term in ("接着", "依据")
            for definition in terms.get(term, ())
            for target in link_targets(definition.text)
            if (resolved := resolve(one.path, target))
        ]
        phrase = Phrase(
            page=one.path,
            id=section.id,
            title=section.words,
            scene=tuple(other.words for other in above),
            channels=_channels(gathered, section, terms, one.front.channel),
            words=gathered.plain(quote),
            when="\n".join(_each(gathered, terms, "适用")),
            never=_each(gathered, terms, "不要说"),
            keywords=tuple(
                word.strip()
                for definition in terms.get("关键词", ())
                for word in _BETWEEN_WORDS.split(gathered.plain(definition.text))
                if word.strip()
            ),
            next_text=_steps(gathered, terms),
            next=_addresses(linked, kinds, lambda kind: kind is Kind.SCRIPT),
            basis=_addresses(linked, kinds, lambda kind: kind.has_clauses),
            variants=_each(gathered, terms, "换个说法"),
            figures=figures_called(section.text()),
            place=section.place,
        )
        rests_on_unread = any(page not in kinds for page, _ in linked)
        gathered.problems += _lacking(phrase, rests_on_unread=rests_on_unread)
        yield phrase


def _terms(gathered: Gathered, section: Section) -> _Terms:
    terms: dict[str, list[Definition]] = {}
    for definition in section.definitions():
        terms.setdefault(definition.term, []).append(definition)
        if definition.term not in PHRASE_TERMS:
            gathered.problems.append(
                Problem(
                    Place(section.place.path, definition.line),
                    "P204",
                    f"话术里没有“{definition.term}”这一栏",
                    guess(definition.term, PHRASE_TERMS)
                    or f"可以写：{'、'.join(PHRASE_TERMS)}；每栏单独一行，下一行以“: ”开头。",
                )
            )
    return terms


def _channels(
    gathered: Gathered, section: Section, terms: _Terms, usual: tuple[Channel, ...]
) -> tuple[Channel, ...]:
    """Return where a phrase is used: some of its page's channels, or all of them."""
    own: list[Channel] = []
    allowed = usual or tuple(Channel)
    for definition in terms.get("渠道", ()):
        for word in _BETWEEN_WORDS.split(gathered.plain(definition.text)):
            channel = next((one for one in Channel if one == word.strip()), None)
            if channel in allowed:
                own.append(channel)
            elif word.strip():
                gathered.problems.append(
                    Problem(
                        Place(section.place.path, definition.line),
                        "P204",
                        *_not_a_channel(word.strip(), channel, allowed),
                    )
                )
    return tuple(dict.fromkeys(own)) or usual


def _not_a_channel(
    word: str, channel: Channel | None, allowed: tuple[Channel, ...]
) -> tuple[str, str]:
    """Return what is wrong with a word under 渠道, and the cure."""
    if channel is None:
        cure = guess(word, allowed) or f"可以写：{'、'.join(allowed)}。"
        return f"没有“{word}”这个渠道", cure
    return (
        f"渠道写了“{word}”，这一页的 channel 里没有它",
        f"这一页是：{'、'.join(allowed)}。把“{word}”加进文件头的 channel，或者从这里去掉。",
    )


def _steps(gathered: Gathered, terms: _Terms) -> str:
    """Return 接着 with the titles it links in quotes, so that it reads without links."""
    told = (_LINKED.sub(r"“\1”", d.text) for d in terms.get("接着", ()))
    return "\n".join(filter(None, map(gathered.plain, told)))


def _each(gathered: Gathered, terms: _Terms, term: str) -> tuple[str, ...]:
    texts = (gathered.plain(definition.text) for definition in terms.get(term, ()))
    return tuple(_unquoted(text) for text in texts if text)


def _unquoted(text: str) -> str:
    """Return a text without the quotation marks around the whole of it."""
    if text.startswith("“") and text.endswith("”") and text.count("“") == 1:
        return text[1:-1]
    return text


def _addresses(
    linked: list[tuple[str, str]],
    kinds: Mapping[str, Kind],
    wanted: Callable[[Kind], bool],
) -> tuple[str, ...]:
    """Return, each once, the links with an anchor to pages of a wanted kind."""
    return tuple(
        dict.fromkeys(
            f"{page}#{anchor}"
            for page, anchor in linked
            if anchor and page in kinds and wanted(kinds[page])
        )
    )


def _check_unquoted(gathered: Gathered, path: str, section: Section) -> None:
    """A heading with a phrase's terms but no quote is a phrase nobody would find."""
    if any(definition.term in PHRASE_TERMS for definition in section.definitions()):
        gathered.tell(
            "phrase",
            f"{path}#{section.id}",
            [
                Problem(
                    section.place,
                    "P204",
                    f"话术“{section.words}”没有写要说的话",
                    "在标题下面另起一行，以“> ”开头写要说的话；前后各空一行。",
                )
            ],
        )


def _lacking(phrase: Phrase, *, rests_on_unread: bool) -> Iterator[Problem]:
    """Yield what a phrase lacks; a clause that could not be read may be its basis."""
    missing = [
        term
        for term, value in (
            ("适用", phrase.when),
            ("接着", phrase.next_text),
            ("关键词", phrase.keywords),
        )
        if not value
    ]
    if not phrase.basis and not rests_on_unread:
        missing.append("依据（指向条款的链接）")
    if missing:
        yield Problem(
            phrase.place,
            "P204",
            f"话术“{phrase.title}”缺少：{'、'.join(missing)}",
            "在引用块下面补上：单独一行写栏名，下一行以“: ”开头写内容。",
        )
