"""Invitations: who may sit which exam until when, signed so that nobody else makes one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import quote

from handbook.canonical import canonical
from handbook.grading.submissions import MAX_NAME, MAX_NUMBER, Person, Refusal
from handbook.handbook import Handbook
from handbook.harmless import tidied
from handbook.model.exams import no_such_exam
from handbook.model.zone import CHINA
from handbook.papers.confirmations import PAGE, PREFIX, exam_of
from handbook.papers.deltas import deltas
from handbook.records.history.people import fold_number
from handbook.records.history.times import written

SHORTEST_SECRET = 24
"""Characters of a secret that nobody guesses."""

_VERSION = 1
_WITH_DELTA = 2
"""The version of invitations to a delta paper; the whole exam's stay as they were."""
_PURPOSE = b"handbook invitation\n"
"""Signed with each invitation, so that no other signature of ours passes for one."""

_LONGEST = 2000
"""Characters of an invitation; a real one has a few hundred."""


class InvitationError(Exception):
    """An invitation cannot be made; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a trainer signed."""

    person: Person
    exam: str
    until: datetime
    """By when the sitting must have begun."""
    nonce: str
    """Makes each invitation another one; each is good for one sitting."""
    delta: bool = False
    """Whether it is to the delta paper that suits the person when they begin."""

    @property
    def sitting(self) -> str:
        """The sitting it is good for, as a UUID."""
        digest = hashlib.sha256(f"sitting\n{self.nonce}\n{self.exam}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))


def invite(  # noqa: PLR0913 - who, to what, until when
    handbook: Handbook,
    person: Person,
    exam: str,
    until: datetime,
    now: datetime,
    *,
    delta: bool = False,
) -> Invitation:
    """Return a new invitation.

    Args:
        handbook: holds the exams.
        person: who is invited.
        exam: to which exam.
        until: by when the sitting must have begun.
        now: the moment of signing.
        delta: whether only to what changed of it since the person passed.

    Raises:
        InvitationError: something about it cannot be.
    """
    number = fold_number(person.number)
    name = tidied(person.name)
    known = exam_of(handbook, exam)
    if known is None:
        raise InvitationError(no_such_exam(exam, handbook.exams))
    if delta and not deltas(handbook, known):
        raise InvitationError(
            f"{exam} 没有要补考的改动：考到的条款没有实质改动，"
            "或者这门考试写的不是 on_change: recertify。"
        )
    if not (
        0 < len(number) <= MAX_NUMBER
        and number[0].isalnum()
        and all(c.isalnum() or c in "-_.@" for c in number)
    ):
        raise InvitationError(
            f"工号“{person.number}”写得不对。工号由字母、数字、汉字和 - _ . @ 组成，"
            f"最多 {MAX_NUMBER} 个字。"
        )
    if not name:
        raise InvitationError(f"工号 {number} 还没有登记过，请用 --name 写上姓名。")
    if len(name) > MAX_NAME:
        raise InvitationError(f"姓名最多 {MAX_NAME} 个字。")
    if until <= now:
        raise InvitationError(f"截止时间 {written(until)} 已经过了，请写以后的日期。")
    return Invitation(Person(number, name), exam, until, secrets.token_hex(16), delta)


def read_until(text: str) -> datetime:
    """Return a moment from `2026-12-01` (through that day) or `2026-12-01 18:00`.

    Raises:
        InvitationError: it is neither.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvitationError(
            f"看不懂截止时间“{text}”。写日期，例如 2026-12-01；"
            "或日期和时间，例如“2026-12-01 18:00”。"
        ) from None
    if len(text.strip()) <= len("2026-12-01"):
        found = datetime.combine(found, time(23, 59, 59))
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def check_secret(secret: str, variable: str = "HANDBOOK_SECRET") -> None:
    """Refuse a secret that is missing or that could be guessed.

    Raises:
        InvitationError: it is.
    """
    if len(secret) < SHORTEST_SECRET:
        raise InvitationError(
            ("" if secret else f"环境变量 {variable} 没有设置。")
            + f"{variable} 要有至少 {SHORTEST_SECRET} 个字，并且猜不到。"
            "可以这样生成：python -c 'import secrets; print(secrets.token_urlsafe())'。"
            + "发邀请和启动手册要用同一个。"
            * (variable == "HANDBOOK_SECRET")
        )


def sign(invitation: Invitation, secret: str) -> str:
    """Return an invitation as a text that a link can carry."""
    body = canonical(
        [
            _WITH_DELTA if invitation.delta else _VERSION,
            invitation.person.number,
            invitation.person.name,
            invitation.exam,
            int(invitation.until.timestamp()),
            invitation.nonce,
        ]
    ).encode()
    return f"{_base64(body)}.{_base64(_signature(body, secret))}"


def read(text: str, secret: str) -> Invitation | Refusal:
    """Return the invitation behind a text, if it was signed with the secret."""
    body, _, signature = text.partition(".")
    if not text:
        return MISSING
    try:
        raw = _bytes(body) if len(text) <= _LONGEST else b""
        genuine = hmac.compare_digest(_signature(raw, secret), _bytes(signature))
        if not raw or not genuine or not secret:
            return _FORGED
        version, number, name, exam, until, nonce = json.loads(raw)
        if version not in {_VERSION, _WITH_DELTA}:
            return _FORGED
        moment = datetime.fromtimestamp(until, CHINA)
    except (binascii.Error, ValueError, TypeError):
        return _FORGED
    return Invitation(
        Person(number, name), exam, moment, nonce, delta=version == _WITH_DELTA
    )


def expired(invitation: Invitation, now: datetime) -> Refusal | None:
    """Say that the time to begin is over, if it is."""
    if now <= invitation.until:
        return None
    return Refusal(
        "A695",
        "",
        f"这份邀请到 {written(invitation.until)} 为止，已经过期，考试没有开始。",
        "请向培训师要一个新的链接。",
    )


def link(site: str, exam: str, token: str) -> str:
    """Return the address to send; what follows `#` stays in the learner's browser."""
    page = PAGE.removesuffix(".md") if exam.startswith(PREFIX) else f"exams/{exam}"
    return f"{site.rstrip('/')}/{quote(page)}.html#invitation={token}"


MISSING = Refusal(
    "A694",
    "",
    "这场考试要凭邀请参加，现在没有邀请，没有登记。",
    "请用培训师发给您的考试链接打开考试页。还没有链接，请向培训师要一个。",
)

_FORGED = Refusal(
    "A694",
    "",
    "这份邀请不是本手册发出的，或者链接没有复制完整。",
    "请把培训师发来的链接整条复制，重新打开；还不行，就向培训师要一个新的链接。",
)


def _signature(body: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE + body, "sha256")


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(
        text + "=" * (-len(text) % 4), altchars=b"-_", validate=True
    )
