"""Sites and positions: lists of them, one of them, and what forms and filters offer."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from piccolo.querystring import QueryString as Sql

from training.access import Actor, Permission
from training.errors import Missing
from training.people.queries import employed
from training.people.tables import Position, Site

SITES = """
    SELECT s.id, s.name, s.pinyin, s.active, coalesce(n.people, 0) AS people
    FROM site s
    LEFT JOIN ({}) n ON n.site = s.id
    WHERE {}
    ORDER BY s.active DESC, s.pinyin, s.id
"""

# Assignments of the day of people who are still here.
PEOPLE_NOW = """
    FROM assignment a
    JOIN person p ON p.id = a.person
    WHERE (a.starts_on IS NULL OR a.starts_on <= {}) AND (a.ends_on IS NULL OR a.ends_on >= {}) AND {} AND {}
"""

BY_SITE = "SELECT a.site, count(*) AS people {} GROUP BY a.site"
BY_POSITION = "SELECT a.position, count(*) AS people {} GROUP BY a.position"

POSITIONS = """
    SELECT o.id, o.name, o.pinyin, o.active, coalesce(n.people, 0) AS people
    FROM position o
    LEFT JOIN ({}) n ON n.position = o.id
    WHERE {}
    ORDER BY o.active DESC, o.pinyin, o.id
"""


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A site or a position with the people in sight who are there on the day. `people` is None out of sight."""

    id: int
    name: str
    pinyin: str
    active: bool
    people: int | None


@dataclass(frozen=True, slots=True)
class SitePage:
    """A site, and the positions that people in sight have there."""

    site: PlaceLine
    positions: list[PlaceLine]


class Choice(NamedTuple):
    id: int
    name: str


async def sites(*, by: Actor, today: date) -> list[PlaceLine]:
    """The sites within reach, open ones first. Whoever may change sites sees them all, without the people there."""
    rows = await Site.raw(SITES, Sql(BY_SITE, _now(by, today)), _reached(by))
    return [PlaceLine(**{**row, "people": row["people"] if by.sees_site(row["id"]) else None}) for row in rows]


async def site(site: int, *, by: Actor, today: date) -> SitePage:
    """One site with the positions of the people there. Raises Missing."""
    found = [line for line in await sites(by=by, today=today) if line.id == site]
    if not found:
        raise Missing("site")
    return SitePage(found[0], await _positions(_now(by, today, site), Sql("n.people > 0")))


async def positions(*, by: Actor, today: date) -> list[PlaceLine]:
    """All positions, those in use first, with the people in sight who have them."""
    return await _positions(_now(by, today), Sql("TRUE"))


async def position(position: int, *, by: Actor, today: date) -> PlaceLine:
    """One position. Raises Missing."""
    found = await _positions(_now(by, today), Sql("o.id = {}", position))
    if not found:
        raise Missing("position")
    return found[0]


async def site_choices(*, by: Actor) -> list[Choice]:
    """The open sites within the actor's sight, as forms and filters offer them."""
    within = Sql("TRUE") if by.sites is None else Sql("id = ANY({})", sorted(by.sites))
    rows = await Site.raw("SELECT id, name FROM site WHERE active AND {} ORDER BY pinyin, id", within)
    return [Choice(**row) for row in rows]


async def position_choices() -> list[Choice]:
    """The positions in use, as forms and filters offer them."""
    rows = await Position.raw("SELECT id, name FROM position WHERE active ORDER BY pinyin, id")
    return [Choice(**row) for row in rows]


def _reached(by: Actor) -> Sql:
    if by.sites is None or by.may(Permission.CHANGE_SITES):
        return Sql("TRUE")
    return Sql("s.id = ANY({})", sorted(by.sites))


def _now(by: Actor, today: date, site: int | None = None) -> Sql:
    within = Sql("TRUE") if by.sites is None else Sql("a.site = ANY({})", sorted(by.sites))
    at = Sql("TRUE") if site is None else Sql("a.site = {}", site)
    return Sql(PEOPLE_NOW, today, today, employed(today), Sql("{} AND {}", within, at))


async def _positions(now: Sql, condition: Sql) -> list[PlaceLine]:
    rows = await Position.raw(POSITIONS, Sql(BY_POSITION, now), condition)
    return [PlaceLine(**row) for row in rows]
