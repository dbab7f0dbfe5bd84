"""Dates and times as the department reads them: China Standard Time, everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

from handbook.model.zone import CHINA


def day(moment: datetime) -> date:
    """Return the calendar day of a moment."""
    return moment.astimezone(CHINA).date()


def written(moment: datetime) -> str:
    """Return a moment as a trainer reads it: `2026-11-23 09:25`."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def stored(moment: datetime) -> str:
    """Return a moment as it stands in the records: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()
