"""What a customer hears or reads: blanks, breath, promises, superlatives, 您.

How long a phrase may be is taken from how Mandarin is spoken. Its prosodic phrases have
seven, give or take two, syllables (曹剑芬, 汉语普通话的节奏); calls are spoken at about 240
characters a minute, four a second. Between two pauses 24 characters then take six
seconds, three such phrases, which is what one breath carries; 120 take half a minute,
after which a listener has lost the beginning. Of the phrases written for this handbook
none that is spoken has more than 23 and 109.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbook.handbook import Handbook
from handbook.model.pages import Channel, Phrase, fold
from handbook.problems import Place, Problem
from handbook.reading.prose import SAY, TO_CUSTOMERS, ProseLine
from handbook.reading.written import Written

BREATH = 24
"""Most characters between two pauses."""

TURN = 120
"""Most characters before the other side gets a word in."""

SPOKEN = frozenset({Channel.PHONE, Channel.DESK, Channel.SITE})

_PAUSE = re.compile(r"[，。！？；：、…—\n]+|[,.!?;:]+(?![A-Za-z0-9])")
_SYLLABLES = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|\d")
_LATIN = 2
"""Syllables of a Latin word, about."""

_BLANKS = re.compile(
    r"(?<![A-Za-z])[Xx\uff38\uff58\u00d7]{2,}(?![A-Za-z])"
    r"|(?<![A-Za-z])[Xx\uff38\uff58\u00d7](?=先生|女士|小姐|老师|经理|主任|总|年|月|日|号|点|分|元|天|小时)"
    r"|_{3,}|(?<!\w)_{2,}(?!\w)|\uff3f+|(?<=[\u3400-\u9fff])_{2,}"
    r"|(?<!\{)\$?\{(?![{%])(?!:?\s*[#.])[^{}]*\}(?!\})"
    r"|(?<![!\]])\[[^\[\]()【】]{1,12}\](?![(\[:{])"
    r"|[<\uff1c][\u3400-\u9fff]{1,12}[>\uff1e]"
    r"|[\u3007○◯□■]{2,}|某某"
    r"|（\s*）|\([ \u3000]*\)(?!\))"
    r"|【\s*】"
)
"""What people write where something is to be filled in, `【…】` apart."""

_MACROS = re.compile(r"`[^`]*`|\{\{.*?\}\}|(?<=\])\([^)]*\)|\{:?\s*[#.][^{}]*\}")

_PROMISES = re.compile(
    r"一定(?!程度|的?(?:时间|条件|范围|数量|距离|比例|难度|基础|要带|得带))|保证(?!金|人|书|期)"
    r"|绝对|肯定(?!了|的答复)|百分之?百|(?<!\d)100\s*[%％]|万无一失|包您|包在我|永远"
    r"|[绝决]不|绝无|再也不会|不会再(?:发生|出现)"
)
_DENIED = re.compile(r"(?:[不没未别]|无法|难以)[^，。！？；]{0,4}$")
"""What turns a promise into its opposite: 不敢保证, 不一定."""

_SUPERLATIVES = re.compile(
    r"最(?:好|强|棒|大|高|快|新|全|低|优惠|优质|专业|安全|完善|周到|实惠|划算|权威|先进|满意)的"
    r"|最(?:佳|优(?!先|惠)|高级|强大)|国家级|世界级|顶级|顶尖|一流|首屈一指|独一无二|无与伦比|史无前例"
    r"|极致|完美|(?:全国|全市|全省|行业|业内|世界|全球|本地)(?:第一|最)|第一品牌|唯一(?=的?(?:品牌|选择|正规))"
)
"""Words of 《广告法》第九条(三) and their like."""

_NOT_CUSTOMERS = re.compile(r"同事|小朋友|孩子|交班|接班|报修|急救")
"""Whom a phrase is for, said in its title, its scene or under 适用."""


def blanks_are_filled_in(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """A blank is written as 【…】: only then the finder knows that it must be filled."""
    for _phrase, path, line in _heard(handbook, written):
        text = _MACROS.sub(lambda found: "\0" * len(found[0]), line.written)
        for found in _BLANKS.finditer(text):
            shown = found[0]
            yield Problem(
                _at(path, line, found.start()),
                "S601",
                "【】里没有写要填什么"
                if shown[0] == "【"
                else f"“{shown}”不是空格的写法",
                "要临场填的内容写成【…】，里面写填什么，例如【姓名】。",
            )
        alone = _unpaired(text)
        if alone is not None:
            yield Problem(
                _at(path, line, alone),
                "S601",
                f"“{text[alone]}”没有成对",
                "要临场填的内容写成【…】，里面写填什么，例如【姓名】。",
            )


def _unpaired(text: str) -> int | None:
    """Return where a 【 or 】 stands without its other half."""
    opened: int | None = None
    for at, character in enumerate(text):
        if character == "【":
            if opened is not None:
                return opened
            opened = at
        elif character == "】":
            if opened is None:
                return at
            opened = None
    return opened


def phrases_fit_a_breath(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """What is said aloud pauses often enough, and ends before the listener drifts."""
    said = _first_lines(handbook, written)
    for phrase in handbook.phrases.values():
        if not SPOKEN & set(phrase.channels) or phrase.address not in said:
            continue
        stretches = [
            (_length(stretch), stretch) for stretch in _PAUSE.split(phrase.words)
        ]
        longest, words = max(stretches)
        total = sum(length for length, _ in stretches)
        place = said[phrase.address]
        if longest > BREATH:
            yield Problem(
                place,
                "S602",
                f"话术“{phrase.title}”里“{words.strip()[:8]}…”一口气要说 {longest} 个字，"
                f"超过 {BREATH} 个字就说不顺",
                "在中间断开：加逗号，或拆成两句。",
            )
        elif total > TURN:
            yield Problem(
                place,
                "S602",
                f"话术“{phrase.title}”一共 {total} 个字，超过 {TURN} 个字客户就听不进去了",
                "只留这一步要说的；后面的另写一句话术，用“接着”连上。",
            )


def _length(stretch: str) -> int:
    return sum(
        _LATIN if found[0].isascii() and found[0].isalpha() else 1
        for found in _SYLLABLES.finditer(stretch)
    )


def words_do_not_overpromise(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """Nobody promises what others, or chance, must keep."""
    for _phrase, path, line in _heard(handbook, written):
        for found in _PROMISES.finditer(line.text):
            if not _DENIED.search(line.text[: found.start()]):
                yield Problem(
                    _at(path, line, found.start()),
                    "S603",
                    f"“{found[0]}”把话说满了",
                    "说清做什么、什么时候做完，例如“今天下班前给您答复”。",
                )


def words_do_not_boast(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """No superlatives: what cannot be proved is not said."""
    for _phrase, path, line in _heard(handbook, written):
        for found in _SUPERLATIVES.finditer(line.text):
            yield Problem(
                _at(path, line, found.start()),
                "S604",
                f"“{found[0]}”是自夸的话，拿不出证明",
                "换成说得清的事实，例如几个人、几天、哪些步骤。",
            )


def customers_are_addressed_politely(
    handbook: Handbook, written: Written
) -> Iterator[Problem]:
    """A customer is 您; 你 is for colleagues and children, as the phrase says."""
    for phrase, path, line in _heard(handbook, written):
        at = line.text.find("你")
        told = "".join([phrase.title, phrase.when, *phrase.scene])
        if at >= 0 and not _NOT_CUSTOMERS.search(told):
            yield Problem(
                _at(path, line, at),
                "S605",
                "对客户说了“你”",
                "换成“您”；几个人写“各位”或“您几位”。"
                "对同事或孩子说的，在“适用”里写明对谁说。",
            )


def phrases_differ(handbook: Handbook, written: Written) -> Iterator[Problem]:
    """One thing to say stands in one place, or the two drift apart."""
    first: dict[str, Phrase] = {}
    places = _first_lines(handbook, written)
    for phrase in handbook.phrases.values():
        before = first.setdefault(fold(phrase.words), phrase)
        if before is not phrase and phrase.address in places:
            yield Problem(
                places[phrase.address],
                "S606",
                f"话术“{phrase.title}”和“{before.title}”（{before.address}）一字不差",
                "只留一处；另一处要用到它的，从“接着”链接过去。",
            )


def _heard(
    handbook: Handbook, written: Written
) -> Iterator[tuple[Phrase, str, ProseLine]]:
    """Yield each line that a customer hears or reads, with its phrase and page."""
    for path in handbook.pages:
        if path not in written.scripts:
            continue
        for line in written.prose(path):
            if line.role in TO_CUSTOMERS:
                phrase = handbook.phrases.get(f"{path}#{line.section}")
                if phrase:
                    yield phrase, path, line


def _first_lines(handbook: Handbook, written: Written) -> dict[str, Place]:
    """Return where the words of each phrase begin, by its address."""
    places: dict[str, Place] = {}
    for phrase, path, line in _heard(handbook, written):
        if line.role == SAY:
            places.setdefault(phrase.address, _at(path, line, 0))
    return places


def _at(path: str, line: ProseLine, offset: int) -> Place:
    return Place(f"content/{path}", line.number, offset + 1)
