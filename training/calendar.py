"""The company's day: its time zone, and arithmetic in calendar months."""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

# No day that anything here is about lies farther away; what does is a slip of the pen.
EARLIEST, LATEST = date(1920, 1, 1), date(2120, 12, 31)


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


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def typed_date(text: str) -> date | None:
    """A day as people type it: 2026-12-2, 2026/12/02, 2026.12.2, 20261202, 2026年12月2日, 2 Dec 2026; else None.

    So is one of another age: a year such as 0026 or 9999 was never meant.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    numbers = re.fullmatch(r"(\d{4})\s*[-/.年、]\s*(\d{1,2})\s*[-/.月、]\s*(\d{1,2})\s*日?", plain)
    numbers = numbers or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain)
    named = re.fullmatch(r"(\d{1,2})\s+([a-z]{3})[a-z]{0,6}\.?,?\s+(\d{4})", plain)
    if numbers:
        year, month, day = map(int, numbers.groups())
    elif named and named[2] in MONTHS:
        year, month, day = int(named[3]), MONTHS.index(named[2]) + 1, int(named[1])
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def typed_time(text: str) -> time | None:
    """A time of day as people type it: 9:00, 09:00, 0900, 9：00; else None."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"([01]?\d|2[0-3]):?([0-5]\d)", plain)
    return time(int(found[1]), int(found[2])) if found else None
