"""A review counts whom a change concerns as the standing will."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from reviewing import (
    DAY,
    RULE,
    TWO_RINGS,
    entry,
    run_review,
)
from test_check import plant

from handbook.loading import load
from handbook.records.database.store import Store
from handbook.review.passes import (
    Outdated,
    Summary,
    SummaryError,
    count_outdated,
    read_summary,
    summarise,
)


def passed(*sat: date, fingerprint: str, until: date = date(2027, 11, 22)) -> Summary:
    """So many people who passed on these days, one pass each."""
    return Summary.model_validate(
        {
            "holders": [
                {
                    "exam": "front-desk",
                    "people": 1,
                    "passes": [
                        {"sat": day, "until": until, "clauses": {RULE: fingerprint}}
                    ],
                }
                for day in sat
            ]
        }
    )


@pytest.mark.parametrize(
    ("sat", "until", "told", "expected"),
    [
        (date(2026, 11, 22), date(2027, 11, 22), DAY, Outdated(1, 1)),
        (DAY, date(2027, 11, 22), DAY, Outdated(1, 1)),
        (DAY, date(2027, 11, 22), date(2026, 11, 22), Outdated(1, 0)),
        (date(2026, 11, 22), date(2026, 11, 22), DAY, None),
        (date(2026, 11, 22), date(2027, 11, 22), date(2026, 12, 1), Outdated(1, 1)),
    ],
    ids=["before", "the same day", "entry too old", "expired", "entry to come"],
)
def test_people_are_counted_as_the_standing_will_count_them(  # noqa: PLR0913, PLR0917
    sat, until, told, expected, base, tmp_path
):
    """A pass falls by an entry of its day or later, not by an older one."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(changed, [*TWO_RINGS, *entry("material", told)])
    before, after = load(base), load(changed)
    held = passed(sat, fingerprint=before.clauses[RULE].fingerprint, until=until)

    counts = count_outdated(held, before, after, (), DAY)

    assert counts.get("front-desk") == expected


def test_who_passed_on_the_new_words_is_not_counted(base, tmp_path):
    """A pass that tested today's words stands."""
    changed = Path(shutil.copytree(base, tmp_path / "changed"))
    plant(changed, [*TWO_RINGS, *entry("material")])
    before, after = load(base), load(changed)
    held = passed(DAY, fingerprint=after.clauses[RULE].fingerprint)

    counts = count_outdated(held, before, after, (), DAY)

    assert counts["front-desk"] == Outdated(1, 0)


def test_a_waived_or_erased_person_is_not_counted(records, tree):
    """Only passes that hold, of people who are on record."""
    book, now = load(tree), datetime.now(UTC)
    with Store(str(records)) as store:
        people, outlines = list(store.people()), list(store.outlines())

    whole = summarise(book.exams, people, outlines, now)
    later = summarise(book.exams, people, outlines, now + timedelta(days=800))

    assert sum(one.people for one in whole.holders) == 2
    assert summarise(book.exams, [], outlines, now).holders == ()
    assert later.holders == ()


def test_a_summary_counts_as_the_records_do(tree, records, tmp_path):
    """A host without the records counts from a file that names nobody."""
    file = tmp_path / "passes.json"
    made = run_review(tree, "--db", records, "--export-summary", file)
    assert made.returncode == 0, made.stderr
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"A1|A2|李", text)
    plant(tree, TWO_RINGS)

    one = run_review(tree, "--base", "HEAD", "--db", records)
    other = run_review(tree, "--base", "HEAD", "--summary", file)

    assert one.stdout == other.stdout
    assert "2 人要补考" in other.stdout


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "x", "holders": []}'])
def test_a_wrong_summary_is_refused(text):
    """Anything else than a summary is told, never half read."""
    with pytest.raises(SummaryError, match="不是成绩汇总"):
        read_summary(text)
