"""Whatever a test is about, made with one call: `await make.session(world.electrician_class, seats=1)`.

Everything has a sensible default; nothing asks a rule. For what rules would refuse, that is the point.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from fixtures import rows
from training.access import Actor, Role
from training.accounts import queries as accounts

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # nine in the morning in Shanghai

certificate_type = rows.certificate_type
assignment = rows.assignment
enrolment = rows.enrolment
mark = rows.mark
_numbers = count(1)


def identity_number(*, born: date = date(1990, 1, 1), sequence: int | None = None, area: str = "110105") -> str:
    """A resident identity number that nobody else in the test has."""
    number = next(_numbers)
    return rows.identity_number(
        born=born + timedelta(days=number // 1000),
        sequence=number % 1000 if sequence is None else sequence,
        area=area,
    )


async def site(name: str = "") -> int:
    return await rows.site(name or f"项目{next(_numbers)}")


async def position(name: str = "") -> int:
    return await rows.position(name or f"岗位{next(_numbers)}")


async def person(name: str = "单丹", *, site: int | None = None, position: int | None = None, **columns: Any) -> int:
    """Somebody; with `site` alone also in a position, made for them."""
    if site is not None and position is None:
        position = await rows.position(f"岗位{next(_numbers)}")
    return await rows.person(name, site=site, position=position, **columns)


async def certificate(person: int, code: str = "SO_ELEC_LV", **columns: Any) -> int:
    """A low-voltage certificate issued a year ago today, unless told otherwise."""
    if not {"issued_on", "expires_on", "no_expiry"} & set(columns):
        columns["issued_on"] = TODAY.replace(year=TODAY.year - 1)
    return await rows.certificate(person, code, **columns)


async def course(name: str = "", **columns: Any) -> int:
    """A course with no exam that leads to no certificate, unless told otherwise."""
    return await rows.course(name or f"培训{next(_numbers)}", **columns)


async def session(course: int, *, starts_on: date = TODAY + timedelta(days=7), **columns: Any) -> int:
    """A session of one day in a week, with 20 seats, unless told otherwise."""
    return await rows.session(course, starts_on=starts_on, **columns)


async def account(*roles: Role, sites: set[int] | None = None, person: int | None = None, name: str = "某人") -> int:
    """An account with a user name of its own and no password."""
    username = f"user{next(_numbers)}"
    return await rows.account(username, name=name, roles=set(roles), sites=sites or set(), person=person)


async def actor(*roles: Role, sites: set[int] | None = None, person: int | None = None) -> Actor:
    """A fresh account as the one who acts."""
    return await accounts.actor_of(await account(*roles, sites=sites, person=person))
