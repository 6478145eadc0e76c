"""The company's day: its time zone, and arithmetic in calendar months."""

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_at(now: datetime, zone: ZoneInfo) -> date:
    """The company's date at an instant: at 16:30 UTC on 31 December it is 1 January in Shanghai."""
    return now.astimezone(zone).date()


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day where there is no such day.

    31 August + 6 months is the end of February; 29 February + 12 months is 28 February. Always count from the
    anchor date, never from an earlier sum: clamping twice loses days. Raises OverflowError past year 9999.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("date out of range")
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])
