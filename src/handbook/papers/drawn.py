"""Exam papers: what each parallel form shows of the items it draws."""

from __future__ import annotations

from dataclasses import dataclass

from handbook.handbook import Handbook
from handbook.model.exams import Exam
from handbook.model.items import Item
from handbook.papers import deltas
from handbook.papers.confirmations import confirmation_paper, exam_of
from handbook.papers.drawing import keyed_hash, shortfall, whole_paper
from handbook.papers.shown import PaperItem, shown


@dataclass(frozen=True, slots=True)
class Paper:
    """One of an exam's parallel forms. It holds no keys and may be published."""

    exam: str
    title: str
    form: int
    """Counted from 1."""
    seconds: int
    """Time allowed."""
    items: tuple[PaperItem, ...]
    digest: str
    """Hash of all the above; another wording is another paper."""
    delta: str = ""
    """Of a delta paper the day from which it asks about changes; see `deltas`."""


def draw(handbook: Handbook, exam_id: str, form: int, delta: str = "") -> Paper:
    """Draw one of an exam's parallel forms; the same handbook gives the same paper.

    Args:
        handbook: holds exam and banks.
        exam_id: which exam.
        form: counted from 1.
        delta: the day of a delta paper, such as `2026-11-20`; empty for the whole exam.

    Raises:
        KeyError: there is no such exam, nor a change of this id to confirm.
        ValueError: the exam has no such form or delta, or its banks cannot fill it.
    """
    exam = _exam(handbook, exam_id)
    if not 1 <= form <= exam.forms:
        raise ValueError(f"{exam_id} has forms 1 to {exam.forms}, not {form}")
    drawn = _drawn(handbook, exam, form, delta)
    # The whole exam's papers are named as they were before there were others.
    which = (delta,) if delta else ()
    items = tuple(shown(item, exam_id, *which, form) for item in drawn)
    seconds = deltas.seconds(exam, len(items)) if delta else exam.time_limit.seconds
    title = delta_title(exam) if delta else exam.title
    digest = keyed_hash(
        "paper", exam_id, *which, title, form, seconds, [_plain(one) for one in items]
    )[:32]
    return Paper(exam_id, title, form, seconds, items, digest, delta)


def papers_of(handbook: Handbook, exam_id: str) -> tuple[Paper, ...]:
    """Return every paper that may be sat: the whole exam's forms, then its deltas'.

    Raises:
        KeyError: there is no such exam.
        ValueError: its banks cannot fill it.
    """
    exam = _exam(handbook, exam_id)
    days = ("", *(one.name for one in deltas.deltas(handbook, exam)))
    return tuple(
        draw(handbook, exam_id, form, day)
        for day in days
        for form in range(1, exam.forms + 1)
    )


def delta_title(exam: Exam) -> str:
    """Return what a delta paper of an exam is called."""
    return f"{exam.title}：补考改动部分"


def drawn_items(handbook: Handbook, paper: Paper) -> tuple[Item, ...]:
    """Return the items behind a drawn paper, keys and all, in its order."""
    exam = _exam(handbook, paper.exam)
    return tuple(_drawn(handbook, exam, paper.form, paper.delta))


def _exam(handbook: Handbook, exam_id: str) -> Exam:
    exam = exam_of(handbook, exam_id)
    if exam is None:
        raise KeyError(exam_id)
    return exam


def _drawn(handbook: Handbook, exam: Exam, form: int, delta: str) -> list[Item]:
    if exam.id not in handbook.exams:
        return confirmation_paper(handbook, exam.id, form)
    if short := shortfall(handbook, exam):
        raise ValueError(f"{exam.id} cannot be drawn: {short}")
    if not delta:
        return whole_paper(handbook, exam, form)
    changed = deltas.named(handbook, exam, delta)
    if changed is None:
        raise ValueError(f"{exam.id} has no delta paper of {delta}")
    return deltas.delta_paper(handbook, exam, changed, form)


def _plain(item: PaperItem) -> list[object]:
    return [
        item.token,
        item.type,
        item.stem,
        [[option.token, option.text] for option in item.options],
        [[prompt.token, prompt.text] for prompt in item.prompts],
        item.gaps,
        item.scoring,
    ]
