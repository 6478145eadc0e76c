"""What is on record about the people and certificates of a whole chunk of rows: a few queries, however many rows."""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from training.certificates import queries as certificate_queries
from training.certificates.queries import Type as CertificateType
from training.db import DB
from training.imports.cells import key

# Each asks one table by one index: plans that stay right while an import fills the tables.
BY_IDENTITY = "SELECT id FROM person WHERE identity_index = ANY($1::bytea[])"
BY_STAFF_NUMBER = "SELECT id FROM person WHERE staff_number = ANY($1::text[])"
BY_NAME = "SELECT id FROM person WHERE name = ANY($1::text[]) AND (left_on IS NULL OR left_on >= $2::date)"
BY_NAME_WITHOUT_NUMBER = BY_NAME + " AND identity_index IS NULL"

PEOPLE = """
    SELECT id, name, staff_number, sex, identity_index, phone_sealed, hired_on, left_on, employer, remark, pinyin
    FROM person
    WHERE id = ANY($1)
    ORDER BY id
"""
LOCKED_PEOPLE = PEOPLE + "FOR NO KEY UPDATE"

# The open assignment may be yet to begin. It is read after its person was locked, by a statement of its own.
ASSIGNMENTS = """
    SELECT a.person, a.id, a.starts_on, a.site, s.name, a.position, o.name
    FROM assignment a
    JOIN site s ON s.id = a.site
    JOIN position o ON o.id = a.position
    WHERE a.person = ANY($1) AND a.ends_on IS NULL
"""

CERTIFICATES = """
    SELECT id, person, type, item, level, number, number_index, issuer, own, first_issued_on, issued_on, expires_on,
        expires_precision, no_expiry, review_due_on, reviewed_on, in_process_on, revoked_on, superseded_by,
        original_keeper, remark
    FROM certificate
    WHERE person = ANY($1)
    ORDER BY id
"""


HOLDERS = "SELECT type, number, person FROM certificate WHERE number = ANY($1) AND revoked_on IS NULL"


@dataclass(frozen=True, slots=True)
class Place:
    """A site or a position; `id` is None for one that a batch is about to make."""

    id: int | None
    name: str
    active: bool = True


class OnRecord(NamedTuple):
    """A person on record, with where and as what they work (empty: nowhere)."""

    id: int
    name: str
    staff_number: str | None
    sex: str
    identity_index: bytes | None
    phone_sealed: str | None
    hired_on: date | None
    left_on: date | None
    employer: str
    remark: str
    pinyin: str
    assignment: int | None
    starts_on: date | None
    site_id: int | None
    site: str
    position_id: int | None
    position: str

    @property
    def identified(self) -> bool:
        return self.identity_index is not None


class Held(NamedTuple):
    """A certificate on record."""

    id: int
    person: int
    type: int
    item: str
    level: str
    number: str
    number_index: bytes | None
    issuer: str
    own: bool
    first_issued_on: date | None
    issued_on: date | None
    expires_on: date | None
    expires_precision: str
    no_expiry: bool
    review_due_on: date | None
    reviewed_on: date | None
    in_process_on: date | None
    revoked_on: date | None
    superseded_by: int | None
    original_keeper: str
    remark: str


@dataclass(slots=True)
class Found:
    """The people that a chunk's clues lead to, by each clue."""

    by_id: dict[int, OnRecord] = field(default_factory=dict)
    by_index: dict[bytes, OnRecord] = field(default_factory=dict)
    by_staff_number: dict[str, OnRecord] = field(default_factory=dict)
    by_name: dict[str, list[OnRecord]] = field(default_factory=dict)


_NOWHERE = (None, None, None, "", None, "")


async def people(
    *,
    indexes: Collection[bytes],
    staff_numbers: Collection[str],
    names: Collection[str],
    names_without_number: Collection[str] = (),
    ids: Collection[int],
    today: date,
    lock: bool = False,
    but: Set[int] = frozenset(),
) -> Found:
    """Everybody whom any of the clues leads to. Who left is found by number, never by name.

    Those in `but` are passed over. `names_without_number` lead only to people of whom no identity number is recorded.

    `lock` keeps them as they are until the transaction ends.
    """
    wanted = set(ids)
    if indexes:
        wanted.update(row[0] for row in await DB.rows(BY_IDENTITY, list(indexes)))
    if staff_numbers:
        wanted.update(row[0] for row in await DB.rows(BY_STAFF_NUMBER, list(staff_numbers)))
    if names:
        wanted.update(row[0] for row in await DB.rows(BY_NAME, list(names), today))
    if names_without_number:
        wanted.update(row[0] for row in await DB.rows(BY_NAME_WITHOUT_NUMBER, list(names_without_number), today))
    wanted -= but
    found = Found()
    if not wanted:
        return found
    rows = await DB.rows(LOCKED_PEOPLE if lock else PEOPLE, list(wanted))
    places = {row[0]: tuple(row)[1:] for row in await DB.rows(ASSIGNMENTS, list(wanted))}
    for row in rows:
        person = OnRecord(*row, *places.get(row[0], _NOWHERE))
        found.by_id[person.id] = person
        if person.identity_index:
            found.by_index[person.identity_index] = person
        if person.staff_number:
            found.by_staff_number[person.staff_number] = person
        if person.left_on is None or person.left_on >= today:
            found.by_name.setdefault(person.name, []).append(person)
    for namesakes in found.by_name.values():
        namesakes.sort(key=lambda person: person.id)
    return found


async def certificates(holders: Iterable[int]) -> dict[int, list[Held]]:
    """All certificates of these people, by person."""
    ids = list(set(holders))
    found: dict[int, list[Held]] = {}
    for row in await DB.rows(CERTIFICATES, ids) if ids else ():
        found.setdefault(row[1], []).append(Held._make(row))
    return found


async def holders(numbers: Collection[str]) -> dict[tuple[int, str], set[int]]:
    """Who holds certificates with these numbers, by type and number."""
    found: dict[tuple[int, str], set[int]] = {}
    for type_, number, person in await DB.rows(HOLDERS, list(numbers)) if numbers else ():
        found.setdefault((type_, number), set()).add(person)
    return found


async def types() -> list[CertificateType]:
    """Every certificate type, those out of use too: a ledger may hold what is no longer issued."""
    return list((await certificate_queries.types()).values())


async def sites() -> dict[str, Place]:
    """Every site by the key of its name, closed ones too: a name is given once."""
    return {key(row["name"]): Place(**row) for row in await DB.rows("SELECT id, name, active FROM site ORDER BY id")}


async def positions() -> dict[str, Place]:
    """Every position by the key of its name, retired ones too."""
    rows = await DB.rows("SELECT id, name, active FROM position ORDER BY id")
    return {key(row["name"]): Place(**row) for row in rows}
