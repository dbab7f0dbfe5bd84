"""The time zone of the department, in which every time is told."""

from __future__ import annotations

from datetime import timedelta, timezone

ZONE = "Asia/Shanghai"
"""Its name, for calendars and browsers."""

CHINA = timezone(timedelta(hours=8), "CST")
"""Eight hours ahead the whole year. Fixed, so that a pass has the same date on a server
that keeps another time, and where no data on zones is installed."""
