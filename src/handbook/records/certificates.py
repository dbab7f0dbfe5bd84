"""Certificates of passes: who gets one, its code, and whether a code still holds.

A code is no signature over what is printed: it names a `graded` event by its number,
masked, and proves with the server's secret that this is that event with that hash. So it
says nothing to whoever reads it, cannot be made without the secret, and fails when the
record behind it was edited.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from handbook.canonical import canonical
from handbook.grading.submissions import Person
from handbook.handbook import Handbook
from handbook.records.database.dossiers import Dossier
from handbook.records.database.store import Store
from handbook.records.history.attempts import Attempt, History
from handbook.records.history.times import day
from handbook.records.standing.currency import Rules, outdated

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which are misread."""

LENGTH = 16
"""Letters of a code: 80 bits."""

_NUMBER_BITS = 28
"""Of the event's sequence: 268 million events."""
_PROOF_BITS = 5 * LENGTH - _NUMBER_BITS
"""52: at a thousand guesses a second, one in 140,000 years is right."""
_PURPOSE = b"handbook certificate\n"
"""Signed with each code, so that no other signature of ours passes for one."""
_MASK = b"handbook certificate number\n"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


class CertificateError(Exception):
    """There is no certificate to give; the message says why, in Chinese."""


class Verdict(StrEnum):
    """All that is ever said of a code."""

    VALID = "有效"
    EXPIRED = "已失效：过期"
    VOIDED = "已失效：作废"
    OUTDATED = "已失效：条款已改"
    UNKNOWN = "查不到"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is printed."""

    code: str
    person: Person
    exam: str
    title: str
    band: str
    passed_on: date
    until: date
    """Last day on which it holds."""
    version: str
    """Of the rules that were tested; see `version_of`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What else a certificate says, for whoever wants it compared; empty is anything."""

    name: str = ""
    exam: str = ""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives certificates and knows them again."""

    handbook: Handbook
    store: Store
    rules: Rules
    """What the handbook says now."""
    secret: str
    """`HANDBOOK_SECRET`; the server that verifies has the one that issued."""

    def issue(self, number: str, exam: str, now: datetime) -> Certificate:
        """Return the certificate of the pass that somebody holds.

        Args:
            number: staff number.
            exam: id of the exam.
            now: the moment asked about.

        Raises:
            CertificateError: there is no pass that holds; why.
            StoreError: the records cannot be read.
        """
        dossier = self.store.dossier(number, exam)
        if dossier is None:
            raise CertificateError(f"没有工号为 {number} 的人。")
        if dossier.edited:
            raise CertificateError(
                "这个人的记录被改动过，不能发合格证。"
                "请运行 python scripts/records.py verify 核对。"
            )
        history = dossier.history
        judged = [
            (self._judge(exam, history, attempt, now), attempt)
            for attempt in history.attempts
            if attempt.until
        ]
        good = [attempt for verdict, attempt in judged if verdict is Verdict.VALID]
        if not good or not self.secret:
            raise CertificateError(_why({verdict for verdict, _ in judged}))
        held = max(good, key=lambda a: (a.until or date.min, a.ended))
        event = next(e for e in dossier.events if e.sequence == held.sequence)
        return Certificate(
            code=code_for(event.sequence, event.hash, self.secret),
            person=dossier.person,
            exam=exam,
            title=str(event.payload["title"]),
            band=held.band,
            passed_on=day(held.ended),
            until=held.until or date.min,
            version=version_of(held),
        )

    def verify(self, code: str, now: datetime, claim: Claim = Claim()) -> Verdict:
        """Say whether a code holds; nothing of whose it is.

        A claim that does not fit is answered like a code that does not exist: whoever
        tries names under a code learns no more than whoever tries codes. So is a code
        whose record was edited: a voiding may be what was edited away.

        Raises:
            StoreError: the records cannot be read.
        """
        read = _read(code)
        if read is None or not self.secret:
            return Verdict.UNKNOWN
        proof, masked = read
        sequence = masked ^ _mask(proof, self.secret)
        dossier = self.store.dossier_with(sequence)
        if dossier is None or dossier.edited:
            return Verdict.UNKNOWN
        event = next(e for e in dossier.events if e.sequence == sequence)
        if not _same(proof, _proof(sequence, event.hash, self.secret)):
            return Verdict.UNKNOWN
        if not _fits(claim, dossier):
            return Verdict.UNKNOWN
        history = dossier.history
        attempt = next((a for a in history.attempts if a.sequence == sequence), None)
        if attempt is None:
            return Verdict.VOIDED
        return self._judge(dossier.exam, history, attempt, now)

    def _judge(
        self, exam: str, history: History, attempt: Attempt, now: datetime
    ) -> Verdict:
        today = day(now)
        if attempt.until is None:
            return Verdict.VOIDED  # a regrade found that it was no pass
        if attempt.until < today:
            return Verdict.EXPIRED
        known = self.handbook.exams.get(exam)
        renewals = history.renewals(attempt)
        if known and known.on_change == "recertify":
            changed = outdated(self.rules, attempt, today, renewals)
            return Verdict.OUTDATED if changed else Verdict.VALID
        return Verdict.VALID


def code_for(sequence: int, event_hash: str, secret: str) -> str:
    """Return the code of a `graded` event: `8Q2F-KX7M-0TZC-W4HN`."""
    proof = _proof(sequence, event_hash, secret)
    value = proof << _NUMBER_BITS | (sequence ^ _mask(proof, secret))
    letters = [ALPHABET[value >> 5 * n & 31] for n in reversed(range(LENGTH))]
    return "-".join("".join(letters[n : n + 4]) for n in range(0, LENGTH, 4))


def version_of(attempt: Attempt) -> str:
    """Return the version of the rules that a sitting tested: `3F9A-1B22`.

    It is taken from the fingerprints of the clauses as the record holds them, so it is
    the same whenever and wherever the certificate is printed, with Git and without.
    """
    told = hashlib.sha256(canonical(dict(attempt.clauses)).encode()).hexdigest().upper()
    return f"{told[:4]}-{told[4:8]}"


def _why(verdicts: set[Verdict]) -> str:
    if Verdict.VALID in verdicts:
        return "没有设置 HANDBOOK_SECRET，不能发合格证。"
    if Verdict.OUTDATED in verdicts:
        return "考过的条款后来有实质改动，补考以后才有合格证。"
    if Verdict.EXPIRED in verdicts:
        return "成绩已经过期，重考以后才有合格证。"
    return "没有通过这门考试的记录，没有合格证。"


def _fits(claim: Claim, dossier: Dossier) -> bool:
    name = _folded(claim.name)
    return (not name or name == _folded(dossier.person.name)) and (
        not claim.exam or claim.exam == dossier.exam
    )


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _read(code: str) -> tuple[int, int] | None:
    """Return proof and masked number of a code as somebody typed it."""
    plain = unicodedata.normalize("NFKC", code[:200]).upper().translate(_MISREAD)
    letters = [c for c in plain if c.isalnum()]
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    value = 0
    for letter in letters:
        value = value << 5 | ALPHABET.index(letter)
    return value >> _NUMBER_BITS, value & (1 << _NUMBER_BITS) - 1


def _proof(sequence: int, event_hash: str, secret: str) -> int:
    return _bits(secret, _PURPOSE + f"{sequence}\n{event_hash}".encode(), _PROOF_BITS)


def _mask(proof: int, secret: str) -> int:
    return _bits(secret, _MASK + str(proof).encode(), _NUMBER_BITS)


def _bits(secret: str, message: bytes, count: int) -> int:
    digest = hmac.digest(secret.encode(), message, "sha256")
    return int.from_bytes(digest[:8]) >> 64 - count


def _same(one: int, other: int) -> bool:
    return hmac.compare_digest(one.to_bytes(8), other.to_bytes(8))
