"""The wall clock, for the date on what is made. Nothing is decided by it: it may be set back at any time."""

from datetime import UTC, date, datetime


def day() -> date:
    """Today, where this runs."""
    return date.today()


def moment() -> str:
    """Now in UTC, to the second, as in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
