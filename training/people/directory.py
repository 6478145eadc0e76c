"""The list of people: searched, filtered, ordered, in pages that stay quick with a hundred thousand."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from piccolo.querystring import QueryString as Sql

from training.access import Actor
from training.people import rules
from training.people.queries import PersonSeen, all_of, employed, in_sight, now_at, sees_numbers
from training.people.tables import Person

OWN_STAFF = "-"  # the employer to filter by for the company's own staff

LINES = """
    SELECT p.id, p.name, p.pinyin, p.staff_number, p.hired_on, p.left_on, p.employer,
           a.site, s.name AS site_name, a.position, o.name AS position_name, p.identity_tail, p.phone_tail
    FROM person p
    {}
    WHERE {}
    ORDER BY {}
    LIMIT {}
"""

COUNTS = """
    SELECT count(*) FILTER (WHERE employed) AS employed,
           count(*) FILTER (WHERE NOT employed) AS departed,
           count(*) FILTER (WHERE listed) AS total,
           count(*) FILTER (WHERE listed AND passed) AS preceding
    FROM (SELECT {} AS employed, {} AS listed, {} AS passed FROM person p {} WHERE {}) found
"""

CURSOR = """
    SELECT {}
    FROM person p
    {}
    WHERE p.id = {} AND {}
"""

EMPLOYERS = """
    SELECT DISTINCT p.employer
    FROM person p
    {}
    WHERE p.employer <> '' AND {}
    ORDER BY p.employer
"""

# An exact staff number before an exact name, before exact initials, before the rest by sound.
SUGGESTED_ORDER = "p.staff_number = {} DESC NULLS LAST, p.name = {} DESC, p.initials = {} DESC, p.pinyin, p.id"


class State(StrEnum):
    EMPLOYED = "employed"
    LEFT = "left"
    ALL = "all"


class Sort(StrEnum):
    NAME = "name"
    NAME_DOWN = "-name"
    SITE = "site"
    SITE_DOWN = "-site"
    HIRED = "hired"
    HIRED_DOWN = "-hired"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which people are asked for. Empty tuples and texts ask for all."""

    q: str = ""
    sites: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    state: State = State.EMPLOYED
    employer: str = ""  # an agency, or OWN_STAFF
    sort: Sort = Sort.NAME


@dataclass(frozen=True, slots=True)
class PersonLine(PersonSeen):
    """A person in a list: numbers by their last 4 characters, none for those who may see none."""

    identity_tail: str
    phone_tail: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some lines of a list and where they stand in it; `after` and `before` are its neighbours' cursors, 0 for none."""

    lines: list[PersonLine]
    employed: int
    departed: int
    total: int
    first: int  # counted from 1
    after: int
    before: int


@dataclass(frozen=True, slots=True)
class _Order:
    """What an order compares, most telling first; the id last, so that every key differs."""

    columns: tuple[str, ...]
    down: bool

    def reading(self, *, back: bool) -> Sql:
        return Sql(", ".join(f"{column} {'DESC' if self.down != back else 'ASC'}" for column in self.columns))

    def beyond(self, key: Sequence[Any], *, back: bool) -> Sql:
        """The condition of standing after the key, or before it when read backwards."""
        places = ", ".join("{}" for _ in self.columns)
        return Sql(f"({', '.join(self.columns)}) {'<' if self.down != back else '>'} ({places})", *key)


_ORDERS = {
    "name": ("p.pinyin", "p.id"),
    "site": ("coalesce(s.pinyin, '~')", "p.pinyin", "p.id"),
    "hired": ("coalesce(p.hired_on, '-infinity')", "p.id"),
}


async def people(
    filters: Filters, *, by: Actor, today: date, after: int = 0, before: int = 0, limit: int = 50
) -> PeoplePage:
    """The people asked for: `limit` of them after, or before, the person who is the cursor.

    A cursor that is out of sight, or after which nobody is left, starts from the top.
    """
    order = _Order(_ORDERS[filters.sort.lstrip("-")], filters.sort.startswith("-"))
    asked, state = [in_sight(by, today), *_conditions(filters)], _in_state(filters.state, today)
    key = await _key(after or before, order, by, today) if after or before else None
    back = bool(key and not after)
    passed = Sql("FALSE")
    if key:
        passed = order.beyond(key, back=True) if back else Sql("NOT {}", order.beyond(key, back=False))
    counts = (await Person.raw(COUNTS, employed(today), state, passed, _joined(filters, by, today), all_of(asked)))[0]
    if key and counts["preceding"] == (0 if back else counts["total"]):
        key, back = None, False
    shown = [*asked, state, *([order.beyond(key, back=back)] if key else [])]
    rows = await Person.raw(LINES, now_at(today), all_of(shown), order.reading(back=back), limit)
    lines = [_line(row, by) for row in (reversed(rows) if back else rows)]
    preceding = counts["preceding"] if key else 0
    first = preceding - len(lines) + 1 if back else preceding + 1
    return PeoplePage(
        lines=lines,
        employed=counts["employed"],
        departed=counts["departed"],
        total=counts["total"],
        first=first,
        after=lines[-1].id if first + len(lines) <= counts["total"] else 0,
        before=lines[0].id if lines and first > 1 else 0,
    )


async def suggestions(q: str, *, by: Actor, today: date, limit: int = 8) -> list[PersonLine]:
    """The people here now whom a few typed letters or digits may mean, likeliest first."""
    plain = rules.searched(q)
    if not plain:
        return []
    order = Sql(SUGGESTED_ORDER, plain.upper(), plain, plain)
    wanted = all_of([in_sight(by, today), employed(today), matching(plain)])
    return [_line(row, by) for row in await Person.raw(LINES, now_at(today), wanted, order, limit)]


async def employers(*, by: Actor, today: date) -> list[str]:
    """The agencies that people in sight come from."""
    rows = await Person.raw(EMPLOYERS, _joined(Filters(), by, today), in_sight(by, today))
    return [row["employer"] for row in rows]


def _joined(filters: Filters, by: Actor, today: date) -> Sql:
    """The assignment of the day where a condition or an order asks for it: counting everybody is quicker without."""
    unneeded = by.sites is None and not filters.sites and not filters.positions and "site" not in filters.sort
    return Sql("") if unneeded else now_at(today)


def _conditions(filters: Filters) -> list[Sql]:
    conditions = []
    if plain := rules.searched(filters.q):
        conditions.append(matching(plain))
    if filters.sites:
        conditions.append(Sql("a.site = ANY({})", list(filters.sites)))
    if filters.positions:
        conditions.append(Sql("a.position = ANY({})", list(filters.positions)))
    if filters.employer:
        conditions.append(Sql("p.employer = {}", "" if filters.employer == OWN_STAFF else filters.employer))
    return conditions


def _in_state(state: State, today: date) -> Sql:
    match state:
        case State.EMPLOYED:
            return employed(today)
        case State.LEFT:
            return Sql("NOT {}", employed(today))
        case State.ALL:
            return Sql("TRUE")


def matching(plain: str) -> Sql:
    """Characters stand anywhere in the name; letters begin its pinyin or initials; digits begin or end a number."""
    literal = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    if not plain.isascii():
        return Sql("p.name LIKE {}", f"%{literal}%")
    starts = f"{literal}%"
    found = Sql(
        "replace(p.pinyin, ' ', '') LIKE {} OR p.initials LIKE {} OR p.staff_number LIKE {}",
        starts,
        starts,
        starts.upper(),
    )
    if len(plain) == 4 and plain.isdigit():
        found = Sql('{} OR "right"(p.staff_number, 4) = {} OR p.phone_tail = {}', found, plain, plain)
    return Sql("({})", found)


async def _key(cursor: int, order: _Order, by: Actor, today: date) -> tuple[Any, ...] | None:
    """Where the person who is the cursor stands, if they are in sight. The address holds their id, never their name."""
    columns = Sql(", ".join(f"{column} AS k{n}" for n, column in enumerate(order.columns)))
    rows = await Person.raw(CURSOR, columns, now_at(today), cursor, in_sight(by, today))
    return tuple(rows[0].values()) if rows else None


def _line(row: dict[str, Any], by: Actor) -> PersonLine:
    line = {field.name: row[field.name] for field in fields(PersonLine)}
    return PersonLine(**line if sees_numbers(by) else {**line, "identity_tail": "", "phone_tail": ""})
