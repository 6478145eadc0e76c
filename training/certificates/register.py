"""The register: every certificate on record, searched, filtered, ordered, in pages that stay quick with very many."""

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
from training.people.rules import embedded_id, normal, searched
from training.sealing import blind_index
from training.words import Named

STEP = 200  # certificates judged at a time while those of a standing are looked for
SHORTEST_END = 4  # of a number, to be found by it
COUNTED = 10_000  # how many are judged, at most, to count those of a standing


class Sort(StrEnum):
    NAME = "name"
    RECORDED = "recorded"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty sets ask for everything. `q` finds holders, and certificates by their whole number or
    its end. `current` leaves out what was replaced or revoked, and what people hold who left; `unnumbered` leaves
    what has a number, for that of an external certificate is known only when the paper is there."""

    standings: frozenset[Standing] = field(default_factory=frozenset)
    sites: frozenset[int] = field(default_factory=frozenset)
    types: frozenset[int] = field(default_factory=frozenset)
    positions: frozenset[int] = field(default_factory=frozenset)
    q: str = ""
    current: bool = False
    unnumbered: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One certificate on the register, with its holder and where they work on the day, or worked at last."""

    certificate: int
    person: int
    name: str
    pinyin: str
    staff_number: str | None
    left_on: date | None
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
    issuer: str
    own: bool
    issued_on: date | None
    standing: Standing
    ends_on: date | None
    review_on: date | None
    due_on: date | None
    act_by: date | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the register. `before` and `after` are cursors, None at the ends; `total` None: too many to judge."""

    lines: tuple[Line, ...]
    total: int | None
    before: int | None
    after: int | None


ASKED = "WITH asked AS (SELECT {}::date AS today, {}::date AS until), " + ", ".join((RULE, DEADLINE))

# The widest horizon of any rule: nothing farther away is due.
WIDEST = """
    SELECT max(GREATEST(renewal_window_days, apply_deadline_days, (SELECT max(days) FROM unnest(reminder_days) days)))
    FROM rule_version
"""

PAGE = """
here AS (
    SELECT {} AS key, c.id FROM certificate c JOIN person p ON p.id = c.person WHERE c.id = {}
), page AS (
    SELECT c.id, {} AS key
    FROM certificate c
    JOIN person p ON p.id = c.person
    {}
    WHERE {} AND (NOT EXISTS (SELECT FROM here) OR ({}, c.id) {} (SELECT key, id FROM here))
    ORDER BY key {}, c.id {}
    LIMIT {}
), chosen AS (
    SELECT id FROM page
)
"""
LINES = """
SELECT
    page.id, c.person, p.name, p.pinyin, p.staff_number, p.left_on, a.site, s.name, a.position, o.name,
    c.type, t.code, t.name_zh, t.name_en, c.item, c.level, c.number, c.issuer, c.own, c.issued_on,
    judged.standing, judged.ends_on, judged.review_on, judged.due_on, judged.act_by
FROM page
JOIN judged ON judged.id = page.id
JOIN certificate c ON c.id = page.id
JOIN certificate_type t ON t.id = c.type
JOIN person p ON p.id = c.person
{}
ORDER BY page.key {}, page.id {}
"""
BY_TYPE = "SELECT c.type, count(*) FROM certificate c {} WHERE {} GROUP BY c.type"
TOTAL = "SELECT count(*) FROM certificate c {} WHERE {}"
SOME = "chosen AS (SELECT c.id FROM certificate c {} WHERE {} LIMIT {})"
TOTAL_OF_STANDINGS = "SELECT count(*) AS judged, count(*) FILTER (WHERE standing = ANY({})) AS found FROM judged"

# What counts on the day: neither replaced nor revoked, and its holder has not left.
COUNTING_NOW = """
(c.superseded_on IS NULL OR c.superseded_on > $1) AND (c.revoked_on IS NULL OR c.revoked_on > $1)
AND NOT EXISTS (SELECT FROM person leaver WHERE leaver.id = c.person AND leaver.left_on < $1)
"""

# Holders and numbers are searched apart, each by its own index.
SEARCHED = """
c.id IN (
    SELECT id FROM certificate WHERE number = {} OR number_index = {}
    UNION ALL
    SELECT id FROM certificate WHERE "right"(number, 4) = "right"({}, 4) AND number LIKE {}
    UNION ALL
    SELECT held.id FROM person p JOIN certificate held ON held.person = p.id WHERE {}
)
"""

KEYS = {Sort.NAME: Sql("p.pinyin"), Sort.RECORDED: Sql("c.id"), Sort.TYPE: Sql("c.type")}

# What of a standing an index can find. What is valid or does not expire is most of the register: it is just read.
NARROWED = {
    Standing.REVOKED: "c.revoked_on <= $1",
    Standing.SUPERSEDED: "c.superseded_on <= $1",
    Standing.SUSPENDED: "c.suspended_on <= $1",
    Standing.IN_PROCESS: "c.in_process_on <= $1",
    Standing.EXPIRED: "c.id IN (SELECT id FROM deadline WHERE tab = 'expired')",
    Standing.GRACE: "c.id IN (SELECT id FROM deadline WHERE tab = 'grace')",
    Standing.NEEDS_VERIFICATION: "c.id IN (SELECT id FROM deadline WHERE tab = 'needs_verification')",
    Standing.DUE: "c.id IN (SELECT id FROM deadline WHERE tab = 'due')",
}


async def register(
    filters: Filters,
    *,
    by: Actor,
    today: date,
    sort: Sort = Sort.NAME,
    descending: bool = False,
    after: int | None = None,
    before: int | None = None,
    limit: int = 20,
    counted: bool = True,
) -> Page:
    """The certificates of those in the actor's sight, `limit` of them after or before a certificate.

    A cursor that is not there gives the first page, going back the last. Whoever reads page after page has them
    not `counted`, and no `total`.
    """
    backwards = before is not None
    up = descending == backwards
    asked = Sql(ASKED, today, await _until(filters, today))
    step = max(STEP, limit + 1) if filters.standings else limit + 1
    lines: list[Line] = []
    cursor = before or after or 0
    while True:
        rows = await _read(asked, filters, by, today, sort, cursor, up=up, step=step)
        lines += [line for line in map(_line, rows) if not filters.standings or line.standing in filters.standings]
        if len(rows) < step or len(lines) > limit:
            break
        cursor = rows[-1]["id"]
    more = len(lines) > limit
    page = lines[:limit][::-1] if backwards else lines[:limit]
    return Page(
        lines=tuple(page),
        total=await _total(asked, filters, by, today) if counted else None,
        before=page[0].certificate if page and (more if backwards else after) else None,
        after=page[-1].certificate if page and (backwards or more) else None,
    )


async def by_type(filters: Filters, *, by: Actor, today: date) -> dict[int, int]:
    """How many certificates of each type are on the register by these filters, which name no standing."""
    joins, wanted = _wanted(filters, by, today)
    people = Sql("JOIN person p ON p.id = c.person {}", joins) if joins else Sql("")
    rows = await _rows(Sql("{} {}", Sql(ASKED, today, today), Sql(BY_TYPE, people, wanted)))
    return {row["type"]: row["count"] for row in rows}


async def unnumbered(*, by: Actor, today: date) -> int:
    """How many certificates that count now still lack their number: what the register lists as such."""
    asked = Sql(ASKED, today, today)
    return await _total(asked, Filters(current=True, unnumbered=True), by, today) or 0


async def _until(filters: Filters, today: date) -> date:
    """How far ahead to look for what is due: as far as any rule does."""
    if Standing.DUE not in filters.standings:
        return today
    return today + timedelta(days=(await DB.rows(WIDEST))[0][0] or 0)


async def _read(
    asked: Sql, filters: Filters, by: Actor, today: date, sort: Sort, cursor: int, *, up: bool, step: int
) -> list[Any]:
    onwards, order = (Sql(">"), Sql("ASC")) if up else (Sql("<"), Sql("DESC"))
    joins, wanted = _wanted(filters, by, today)
    key = KEYS[sort]
    page = Sql(PAGE, key, cursor, key, joins or Sql(""), wanted, key, onwards, order, order, step)
    return await _rows(Sql("{}, {}, {} {}", asked, page, Sql(JUDGED), Sql(LINES, now_at(today), order, order)))


async def _total(asked: Sql, filters: Filters, by: Actor, today: date) -> int | None:
    joins, wanted = _wanted(filters, by, today)
    people = Sql("JOIN person p ON p.id = c.person {}", joins) if joins else Sql("")
    if not filters.standings:
        return int((await _rows(Sql("{} {}", asked, Sql(TOTAL, people, wanted))))[0]["count"])
    some = Sql(SOME, people, wanted, COUNTED + 1)
    standings = sorted(filters.standings)
    counted = await _rows(Sql("{}, {}, {} {}", asked, some, Sql(JUDGED), Sql(TOTAL_OF_STANDINGS, standings)))
    return None if counted[0]["judged"] > COUNTED else int(counted[0]["found"])


def _wanted(filters: Filters, by: Actor, today: date) -> tuple[Sql | None, Sql]:
    """The joins that the conditions need beyond person `p`, and the conditions."""
    conditions = [Sql("(c.issued_on IS NULL OR c.issued_on <= $1)")]
    if by.sites is not None:
        conditions.append(in_sight(by, today))
    if filters.sites:
        conditions.append(Sql("a.site = ANY({})", sorted(filters.sites)))
    if filters.positions:
        conditions.append(Sql("a.position = ANY({})", sorted(filters.positions)))
    joins = now_at(today) if len(conditions) > 1 else None
    if filters.types:
        conditions.append(Sql("c.type = ANY({})", sorted(filters.types)))
    if filters.standings and filters.standings <= set(NARROWED):
        conditions.append(Sql("(" + " OR ".join(NARROWED[standing] for standing in sorted(filters.standings)) + ")"))
    if filters.current:
        conditions.append(Sql(COUNTING_NOW))
    if filters.unnumbered:
        conditions.append(Sql("c.number = ''"))
    if plain := searched(filters.q):
        number = normal(filters.q)
        index = blind_index(number) if embedded_id(number) else None
        end = number if len(number) >= SHORTEST_END and number.isalnum() and number.isascii() else None
        conditions.append(Sql(SEARCHED, number, index, end, f"%{end}" if end else None, matching(plain)))
    return joins, all_of(conditions)


async def _rows(joined: Sql) -> list[Any]:
    sql, arguments = joined.compile_string()
    return await DB.rows(sql, *arguments)


def _line(row: Any) -> Line:
    values: list[Any] = [*row[:12], Named(row[12], row[13]), *row[14:20], Standing(row[20]), *row[21:]]
    return Line(*values)
