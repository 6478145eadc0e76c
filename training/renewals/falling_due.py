"""What falls due, counted by month and by site, and how much of it has a seat: for the pages that watch over many."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from training.access import Actor
from training.calendar import add_months
from training.certificates.clocks import DEADLINE, RULE
from training.db import DB
from training.renewals.queries import BOOKED

MONTHS = 12
SOON, NEAR = timedelta(days=30), timedelta(days=90)

# What falls due until $2, of people at the sites $3 (NULL: at all), as few rows: by site, month, tab and nearness.
# $4 and $5 are the days 30 and 90 days ahead. A timestamp without zone spares the month a conversion of each day.
TALLIED = """
tallied AS (
    SELECT
        a.site,
        CASE WHEN d.tab = 'due' THEN date_trunc('month', d.due_on::timestamp)::date END AS month,
        d.tab,
        CASE WHEN d.tab = 'due' THEN CASE WHEN d.due_on <= $4 THEN 30 WHEN d.due_on <= $5 THEN 90 END END AS within,
        booked.session IS NOT NULL AS scheduled,
        count(*) AS certificates
    FROM deadline d
    LEFT JOIN assignment a ON a.person = d.person
        AND (a.starts_on IS NULL OR a.starts_on <= $1)
        AND (a.ends_on IS NULL OR a.ends_on >= $1)
    LEFT JOIN booked ON booked.person = d.person AND booked.type = d.type
    WHERE d.type NOT IN (SELECT id FROM certificate_type WHERE status = 'cancelled')
        AND NOT EXISTS (SELECT FROM person leaver WHERE leaver.id = d.person AND leaver.left_on < $1)
        AND ($3::integer[] IS NULL OR a.site = ANY($3))
    GROUP BY 1, 2, 3, 4, 5
)
"""

# As a whole, by month and by site, each told apart by what it is not grouped by.
SUMMED = """
summed AS (
    SELECT
        GROUPING(site) = 0 AS of_site,
        GROUPING(month) = 0 AS of_month,
        site,
        month,
        COALESCE(sum(certificates) FILTER (WHERE tab = 'expired'), 0)::integer AS expired,
        COALESCE(sum(certificates) FILTER (WHERE tab = 'expired' AND scheduled), 0)::integer AS expired_scheduled,
        COALESCE(sum(certificates) FILTER (WHERE tab = 'grace'), 0)::integer AS grace,
        COALESCE(sum(certificates) FILTER (WHERE tab = 'needs_verification'), 0)::integer AS unverified,
        COALESCE(sum(certificates) FILTER (WHERE within = 30), 0)::integer AS due_30,
        COALESCE(sum(certificates) FILTER (WHERE within = 30 AND scheduled), 0)::integer AS due_30_scheduled,
        COALESCE(sum(certificates) FILTER (WHERE within = 90), 0)::integer AS due_90,
        COALESCE(sum(certificates) FILTER (WHERE within = 90 AND scheduled), 0)::integer AS due_90_scheduled,
        COALESCE(sum(certificates) FILTER (WHERE tab = 'due'), 0)::integer AS due,
        COALESCE(sum(certificates) FILTER (WHERE tab = 'due' AND scheduled), 0)::integer AS due_scheduled
    FROM tallied
    GROUP BY GROUPING SETS ((), (month), (site))
)
"""

SUMS = """
SELECT summed.*, site.name AS site_name
FROM summed
LEFT JOIN site ON site.id = summed.site
ORDER BY month, expired + grace DESC, due_30 DESC, unverified DESC, due_90 DESC, site.pinyin, site.id
"""
FALLING_DUE = "WITH " + ", ".join((RULE, DEADLINE, BOOKED, TALLIED, SUMMED)) + SUMS


@dataclass(frozen=True, slots=True)
class Counts:
    """Certificates whose holder must act, by how near the day is. `*_scheduled`: those whose holder has a seat."""

    expired: int
    expired_scheduled: int
    grace: int
    unverified: int
    due_30: int
    due_30_scheduled: int
    due_90: int  # from 31 to 90 days
    due_90_scheduled: int

    @property
    def near(self) -> int:
        """Ended, or ending within 90 days."""
        return self.expired + self.due_30 + self.due_90

    @property
    def near_scheduled(self) -> int:
        return self.expired_scheduled + self.due_30_scheduled + self.due_90_scheduled


@dataclass(frozen=True, slots=True)
class MonthDue:
    """What falls due in a month; in the first, from today on."""

    first: date
    last: date
    due: int
    scheduled: int


@dataclass(frozen=True, slots=True)
class SiteDue:
    site: int
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class FallingDue:
    """The total, the months one after the other from this one on, and the sites, the largest gaps first."""

    total: Counts
    months: tuple[MonthDue, ...]
    sites: tuple[SiteDue, ...]


async def falling_due(*, by: Actor, today: date) -> FallingDue:
    """What must be renewed by people of the actor's sites within twelve months, this one included."""
    starts = [add_months(today.replace(day=1), number) for number in range(MONTHS + 1)]
    until = starts[-1] - timedelta(days=1)
    within = None if by.sites is None else sorted(by.sites)
    rows = await DB.rows(FALLING_DUE, today, until, within, today + SOON, today + NEAR)
    by_month = {row["month"]: row for row in rows if row["of_month"] and row["month"]}
    months = [
        MonthDue(
            first=max(first, today),
            last=following - timedelta(days=1),
            due=by_month[first]["due"] if first in by_month else 0,
            scheduled=by_month[first]["due_scheduled"] if first in by_month else 0,
        )
        for first, following in pairwise(starts)
    ]
    return FallingDue(
        total=next(_counts(row) for row in rows if not row["of_month"] and not row["of_site"]),
        months=tuple(months),
        sites=tuple(SiteDue(row["site"], row["site_name"], _counts(row)) for row in rows if row["site"] is not None),
    )


def _counts(row: Any) -> Counts:
    return Counts(**{name: row[name] for name in Counts.__slots__})
