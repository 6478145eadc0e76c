"""Who must renew what, and by when: the list with its tabs and counts, in pages that stay quick however many there are.

Nothing of this is stored. `certificates/clocks.py` says who must act as of the day; here it is narrowed, ordered, and
joined with who has a seat in a session that leads to the certificate.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from piccolo.querystring import QueryString as Sql

from training.access import Actor
from training.certificates.clocks import DEADLINE, JUDGED, RULE
from training.certificates.rules import Standing
from training.db import DB
from training.people.directory import matching
from training.people.queries import all_of, in_sight, now_at
from training.people.rules import searched
from training.words import Named

HORIZON = 90  # days ahead that the list looks, unless asked otherwise
FURTHEST = 3650


class Tab(StrEnum):
    ALL = "all"
    EXPIRED = "expired"
    GRACE = "grace"
    NEEDS_VERIFICATION = "needs_verification"
    DUE = "due"


class Sort(StrEnum):
    DUE = "due"
    NAME = "name"
    SITE = "site"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty sets and None ask for everything. `q` is searched as in the list of people.

    `due_from` and `due_until` ask for what is due on these days and between; the latter takes the horizon's place.
    """

    tab: Tab = Tab.ALL
    horizon: int = HORIZON
    sites: frozenset[int] = field(default_factory=frozenset)
    types: frozenset[int] = field(default_factory=frozenset)
    positions: frozenset[int] = field(default_factory=frozenset)
    planned: bool | None = None
    q: str = ""
    due_from: date | None = None
    due_until: date | None = None

    def until(self, today: date) -> date:
        if self.due_until is not None:
            return max(today, min(self.due_until, today + timedelta(days=FURTHEST)))
        return today + timedelta(days=max(0, min(self.horizon, FURTHEST)))


@dataclass(frozen=True, slots=True)
class Line:
    """One certificate whose holder must act. `due_on` is its end or the review that is open (None: nothing is known);
    `session` the nearest one the holder has a seat in that leads to it."""

    certificate: int
    person: int
    name: str
    pinyin: str
    staff_number: str | None
    site: int | None
    site_name: str | None
    position: int | None
    position_name: str | None
    type: int
    type_code: str
    type_name: Named
    item: str
    level: str
    number: str
    tab: Tab
    standing: Standing
    ends_on: date | None
    review_on: date | None
    due_on: date | None
    act_by: date | None
    days_left: int | None
    session: int | None
    session_starts_on: date | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to: sites and positions as (id, name), types people hold as (code, id, name)."""

    sites: list[tuple[int, str]]
    positions: list[tuple[int, str]]
    types: list[tuple[str, int, Named]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list. `first` is the place of its first line, from 1; `total` counts the tab; `counts` all tabs.

    `before` and `after` are the cursors of the pages around it, None at the ends.
    """

    lines: tuple[Line, ...]
    counts: dict[Tab, int]
    first: int
    before: int | None
    after: int | None

    def total(self, tab: Tab) -> int:
        return self.counts[tab]


BOOKED = """
booked AS (
    SELECT DISTINCT ON (e.person, c.leads_to) e.person, c.leads_to AS type, s.id AS session, s.starts_on
    FROM session s
    JOIN course c ON c.id = s.course
    JOIN enrolment e ON e.session = s.id
    WHERE s.ends_on >= $1 AND s.cancelled_on IS NULL AND s.completed_at IS NULL
        AND e.withdrawn_at IS NULL AND c.leads_to IS NOT NULL
    ORDER BY e.person, c.leads_to, s.starts_on, s.id
)
"""

# The first parameters are the day and the last day looked at: $1 and $2 of the clocks.
ASKED = "WITH asked AS (SELECT {}::date AS today, {}::date AS until), " + ", ".join((RULE, DEADLINE, BOOKED))

# Leavers have nothing to renew, nor has who holds something that was cancelled.
FOUND = """
found AS MATERIALIZED (
    SELECT d.id, d.person, d.type, d.due_on, d.tab, {} AS key, COALESCE(d.due_on, 'infinity'::date) AS due
    FROM deadline d
    {}
    WHERE d.type NOT IN (SELECT id FROM certificate_type WHERE status = 'cancelled')
        AND NOT EXISTS (SELECT FROM person leaver WHERE leaver.id = d.person AND leaver.left_on < $1)
        AND {}
)
"""

COUNTS = "SELECT tab, count(*) FROM found GROUP BY tab"

# With the counts in one statement, so that what is counted is what is listed. The page is read in its own direction.
PAGE = """
listed AS (
    SELECT * FROM found WHERE {}
), here AS (
    SELECT key, due, id FROM listed WHERE id = {}
), page AS (
    SELECT * FROM listed
    WHERE NOT EXISTS (SELECT FROM here) OR (key, due, id) {} (SELECT key, due, id FROM here)
    ORDER BY key {}, due {}, id {}
    LIMIT {}
), chosen AS (
    SELECT id FROM page
)
"""
LINES = """
SELECT
    counted.counts, counted.first,
    page.id, page.person, p.name, p.pinyin, p.staff_number, a.site, s.name, a.position, o.name,
    page.type, t.code, t.name_zh, t.name_en, c.item, c.level, c.number, page.tab,
    judged.standing, judged.ends_on, judged.review_on, page.due_on, judged.act_by, booked.session, booked.starts_on
FROM (
    SELECT
        (SELECT json_object_agg(tab, count) FROM (SELECT tab, count(*) FROM found GROUP BY tab) tabs) AS counts,
        (
            SELECT count(*) FROM listed
            WHERE (key, due, id) {} (SELECT key, due, id FROM page ORDER BY key {}, due {}, id {} LIMIT 1)
        ) AS first
) counted
LEFT JOIN page ON TRUE
LEFT JOIN judged ON judged.id = page.id
LEFT JOIN certificate c ON c.id = page.id
LEFT JOIN certificate_type t ON t.id = page.type
LEFT JOIN person p ON p.id = page.person
{}
LEFT JOIN booked ON booked.person = page.person AND booked.type = page.type
ORDER BY page.key {}, page.due {}, page.id {}
"""
CONCERNED = "SELECT id, person, type FROM found WHERE {} ORDER BY key, due, id"

BY_MONTH = """
SELECT date_trunc('month', GREATEST(due_on, $1))::date AS month, tab, count(*)
FROM found
WHERE due_on IS NOT NULL
GROUP BY month, tab
ORDER BY month
"""

BY_TYPE = "SELECT type, count(*) FROM found GROUP BY type"
BY_SITE = """
SELECT a.site, s.name, count(DISTINCT found.person) AS people
FROM found
JOIN person p ON p.id = found.person
{}
WHERE a.site IS NOT NULL
GROUP BY a.site, s.name, s.pinyin
ORDER BY people DESC, s.pinyin, a.site
"""

KEYS = {
    Sort.DUE: Sql("COALESCE(d.due_on, 'infinity'::date)"),
    Sort.NAME: Sql("p.pinyin"),
    Sort.SITE: Sql("COALESCE(s.pinyin, '')"),
    Sort.TYPE: Sql("d.type"),
}
_UP, _DOWN = Sql("ASC"), Sql("DESC")
_AFTER, _BEFORE = Sql(">"), Sql("<")


CHOICES = """
    SELECT 'site', id, name, '', '', pinyin
    FROM site
    WHERE active AND ($1::integer[] IS NULL OR id = ANY($1))
    UNION ALL
    SELECT 'position', id, name, '', '', pinyin
    FROM position
    WHERE active
    UNION ALL
    SELECT 'type', id, name_zh, name_en, code, to_char(id, 'FM000000')
    FROM certificate_type t
    WHERE active AND EXISTS (SELECT FROM certificate c WHERE c.type = t.id)
    ORDER BY 1, 6, 2
"""


async def choices(*, by: Actor) -> Choices:
    """What the filters offer this actor."""
    found = Choices([], [], [])
    for kind, id_, name, name_en, code, _ in await DB.rows(CHOICES, None if by.sites is None else sorted(by.sites)):
        if kind == "type":
            found.types.append((code, id_, Named(name, name_en)))
        else:
            (found.sites if kind == "site" else found.positions).append((id_, name))
    return found


async def renewals(
    filters: Filters,
    *,
    by: Actor,
    today: date,
    sort: Sort = Sort.DUE,
    descending: bool = False,
    after: int | None = None,
    before: int | None = None,
    limit: int | None = 20,
) -> Page:
    """Whoever within the actor's sites must act by the horizon; `limit` lines after or before a certificate, or all.

    A cursor that is no longer on the list gives the first page, going back the last.
    """
    backwards = before is not None
    down = descending != backwards
    onwards, order = (_BEFORE, _DOWN) if down else (_AFTER, _UP)
    earlier, shown = (_AFTER, _DOWN) if descending else (_BEFORE, _UP)
    parts = [
        _found(filters, by, today, sort),
        Sql(PAGE, _on_tab(filters.tab), before or after or 0, onwards, order, order, order, _limit(limit)),
        Sql(JUDGED),
    ]
    lines = Sql(LINES, earlier, shown, shown, shown, now_at(today), shown, shown, shown)
    rows = await _rows(filters, today, parts, lines)
    return _page(rows, filters.tab, backwards=backwards, limit=limit, today=today)


async def counts(filters: Filters, *, by: Actor, today: date) -> dict[Tab, int]:
    """How many stand on each tab, by the other filters."""
    rows = await _rows(filters, today, [_found(filters, by, today, Sort.DUE)], Sql(COUNTS))
    return _counts({row["tab"]: row["count"] for row in rows})


async def concerned(filters: Filters, *, by: Actor, today: date) -> list[tuple[int, int, int]]:
    """Everything on the tab as (certificate, person, type), by due date: for doing one thing with all of them."""
    found = Sql(CONCERNED, _on_tab(filters.tab))
    rows = await _rows(filters, today, [_found(filters, by, today, Sort.DUE)], found)
    return [(row["id"], row["person"], row["type"]) for row in rows]


async def by_month(filters: Filters, *, by: Actor, today: date) -> dict[date, dict[Tab, int]]:
    """How many are due in each month (its first day), what is overdue in the month of `today`."""
    rows = await _rows(filters, today, [_found(filters, by, today, Sort.DUE)], Sql(BY_MONTH))
    months: dict[date, dict[Tab, int]] = {}
    for row in rows:
        months.setdefault(row["month"], {})[Tab(row["tab"])] = row["count"]
    return months


async def by_type(filters: Filters, *, by: Actor, today: date) -> dict[int, int]:
    """How many of each certificate type are on the list, whatever the tab."""
    rows = await _rows(filters, today, [_found(filters, by, today, Sort.DUE)], Sql(BY_TYPE))
    return {row["type"]: row["count"] for row in rows}


async def by_site(filters: Filters, *, by: Actor, today: date) -> list[tuple[int, str, int]]:
    """How many people must renew at each site, as (site, its name, people), most first."""
    rows = await _rows(filters, today, [_found(filters, by, today, Sort.DUE)], Sql(BY_SITE, now_at(today)))
    return [(row["site"], row["name"], row["people"]) for row in rows]


def _found(filters: Filters, by: Actor, today: date, sort: Sort) -> Sql:
    """What passes the filters, whatever its tab. People and places are joined only where something asks for them."""
    conditions = []
    if by.sites is not None:
        conditions.append(in_sight(by, today))
    if plain := searched(filters.q):
        conditions.append(matching(plain))
    if filters.sites:
        conditions.append(Sql("a.site = ANY({})", sorted(filters.sites)))
    if filters.positions:
        conditions.append(Sql("a.position = ANY({})", sorted(filters.positions)))
    joins = Sql("")
    if conditions or sort in {Sort.NAME, Sort.SITE}:
        joins = Sql("JOIN person p ON p.id = d.person {}", now_at(today))
    if filters.types:
        conditions.append(Sql("d.type = ANY({})", sorted(filters.types)))
    if filters.due_from is not None:
        conditions.append(Sql("d.due_on >= {}", filters.due_from))
    if filters.due_until is not None:
        conditions.append(Sql("d.due_on <= {}", filters.due_until))
    if filters.planned is not None:
        joins = Sql("{} LEFT JOIN booked b ON b.person = d.person AND b.type = d.type", joins)
        conditions.append(Sql("b.session IS NOT NULL" if filters.planned else "b.session IS NULL"))
    return Sql(FOUND, KEYS[sort], joins, all_of(conditions))


def _on_tab(tab: Tab) -> Sql:
    return Sql("TRUE") if tab is Tab.ALL else Sql("tab = {}", tab.value)


def _limit(limit: int | None) -> Sql:
    # One more than asked tells whether there is another page.
    return Sql("ALL") if limit is None else Sql("{}", limit + 1)


async def _rows(filters: Filters, today: date, parts: Iterable[Sql], select: Sql) -> list[Any]:
    asked = Sql(ASKED, today, filters.until(today))
    joined = Sql(", ".join("{}" for _ in (asked, *parts)) + " {}", asked, *parts, select)
    sql, arguments = joined.compile_string()
    return await DB.rows(sql, *arguments)


def _counts(found: dict[str, int]) -> dict[Tab, int]:
    counted: dict[Tab, int] = {tab: found.get(tab.value, 0) for tab in Tab}
    return counted | {Tab.ALL: sum(found.values())}


def _page(rows: list[Any], tab: Tab, *, backwards: bool, limit: int | None, today: date) -> Page:
    counted = _counts(json.loads(rows[0]["counts"] or "{}"))
    first = rows[0]["first"] + 1
    found = [_line(row, today) for row in rows if row["id"] is not None]
    if limit is not None and len(found) > limit:
        # The line that only told that there are more is the farthest in the direction of reading.
        found, first = (found[1:], first + 1) if backwards else (found[:-1], first)
    last = first + len(found) - 1
    return Page(
        lines=tuple(found),
        counts=counted,
        first=first if found else 0,
        before=found[0].certificate if found and first > 1 else None,
        after=found[-1].certificate if found and last < counted[tab] else None,
    )


def _line(row: Any, today: date) -> Line:
    days_left = (row["due_on"] - today).days if row["due_on"] else None
    values: list[Any] = [*row[2:13], Named(row[13], row[14]), *row[15:18], Tab(row[18]), Standing(row[19])]
    values += [*row[20:24], days_left, *row[24:26]]
    return Line(*values)
