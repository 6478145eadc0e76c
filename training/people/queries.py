"""One person, and the one door through which a person is reached.

Every query shows people within the actor's sites only, by where they work on the day: a manager sees who is now at the
sites they manage. Somebody out of sight is Missing, exactly as somebody who never was.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Any

from piccolo.querystring import QueryString as Sql

from training.access import Actor, Permission, Role
from training.errors import Missing
from training.people import numbers, rules
from training.people.rules import IdentityKind
from training.people.tables import Person
from training.words import Message

# Nobody has two assignments on one day, so this join never doubles a person. Who left is where they were at last.
NOW_AT = """
    LEFT JOIN assignment a ON a.person = p.id
        AND (a.starts_on IS NULL OR a.starts_on <= least({}, p.left_on))
        AND (a.ends_on IS NULL OR a.ends_on >= least({}, p.left_on))
    LEFT JOIN site s ON s.id = a.site
    LEFT JOIN position o ON o.id = a.position
"""

SEEN = """
    SELECT p.id, p.name, p.pinyin, p.staff_number, p.hired_on, p.left_on, p.employer,
           a.site, s.name AS site_name, a.position, o.name AS position_name
    FROM person p
    {}
    WHERE p.id = {} AND {}
"""

PERSON = """
    SELECT p.*, a.site, s.name AS site_name, a.position, o.name AS position_name,
           (
               SELECT json_agg(
                   json_build_array(b.id, b.site, site.name, b.position, position.name, b.starts_on, b.ends_on)
                   ORDER BY b.starts_on DESC NULLS LAST, b.id DESC
               )
               FROM assignment b
               JOIN site ON site.id = b.site
               JOIN position ON position.id = b.position
               WHERE b.person = p.id
           ) AS assignments
    FROM person p
    {}
    WHERE p.id = {} AND {}
"""

DETAILS = ("name", "pinyin", "staff_number", "sex", "identity_kind", "hired_on", "employer", "remark")


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    id: int
    site: int
    site_name: str
    position: int
    position_name: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """A person as every room may show them to somebody who has them in sight."""

    id: int
    name: str
    pinyin: str
    staff_number: str | None
    hired_on: date | None
    left_on: date | None
    employer: str
    site: int | None  # on the day, or on their last; None: at no site
    site_name: str | None
    position: int | None
    position_name: str | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything the room of people knows of somebody, with numbers masked. `mark` names this state of the details."""

    id: int
    name: str
    pinyin: str
    staff_number: str | None
    sex: str
    identity_kind: IdentityKind
    identity: str  # empty where there is none, or for those who may see no numbers
    phone: str
    hired_on: date | None
    left_on: date | None
    leaving_reason: str
    employer: str
    remark: str
    site: int | None
    site_name: str | None
    position: int | None
    position_name: str | None
    assignments: tuple[AssignmentLine, ...]
    warnings: tuple[Message, ...]
    mark: str

    @property
    def open_assignment(self) -> AssignmentLine | None:
        """The assignment without an end, which may be yet to begin."""
        return next((line for line in self.assignments if line.ends_on is None), None)


def now_at(today: date) -> Sql:
    """Joins to person `p` the assignment `a` of the day, or of their last day, with its site `s` and position `o`."""
    return Sql(NOW_AT, today, today)


def employed(today: date) -> Sql:
    """The condition on person `p` of working here on the day, or later."""
    return Sql("(p.left_on IS NULL OR p.left_on >= {})", today)


def in_sight(by: Actor, today: date) -> Sql:
    """The condition on `p` and `a`, joined by `now_at`, under which a person is within the actor's sites."""
    return Sql("TRUE") if by.sites is None else Sql("(a.site = ANY({}) AND {})", sorted(by.sites), employed(today))


def all_of(conditions: Iterable[Sql]) -> Sql:
    """The conditions joined by AND."""
    held = list(conditions)
    return Sql(" AND ".join("{}" for _ in held), *held) if held else Sql("TRUE")


async def visible_person(person: int, *, by: Actor, today: date) -> PersonSeen:
    """The door to a person, for every room: whoever is not within the actor's sites on the day is Missing."""
    return PersonSeen(**await _row(SEEN, person, by, today))


async def person(person: int, *, by: Actor, today: date) -> PersonPage:
    """One person with all their assignments, latest first. Raises Missing."""
    row = await _row(PERSON, person, by, today)
    kind = IdentityKind(row["identity_kind"])
    sees = sees_numbers(by)
    clear = numbers.identity_number(person, row["identity_sealed"]) if sees else ""
    odd = kind is IdentityKind.RESIDENT_ID and clear and by.may(Permission.CHANGE_PEOPLE)
    worked_out: dict[str, Any] = {
        "identity_kind": kind,
        "identity": rules.mask(clear),
        "phone": rules.mask_phone(numbers.phone(person, row["phone_sealed"])) if sees else "",
        "assignments": tuple(_assignments(row["assignments"])),
        "warnings": tuple(identity_warnings(clear, row["sex"], today)) if odd else (),
        "mark": mark(row),
    }
    stored = {field.name: row[field.name] for field in fields(PersonPage) if field.name not in worked_out}
    return PersonPage(**stored, **worked_out)


def sees_numbers(by: Actor) -> bool:
    """Whether an actor may see identity numbers and phones, masked. Auditors see none."""
    return by.may(Permission.REVEAL_NUMBERS) or Role.MANAGER in by.roles


def identity_warnings(number: str, sex: str, today: date) -> list[Message]:
    """What is odd about a resident identity number, alone and beside the sex that is recorded."""
    return [*rules.id_warnings(number, today), *rules.contradictions(number, sex_says=sex)]


def mark(row: Mapping[str, Any]) -> str:
    """A name for this state of a person's details: a form carries it, so that it changes only what its user saw."""
    stored = [str(row[name]) for name in DETAILS]
    index = row["identity_index"].hex() if row["identity_index"] else ""
    return sha256("\n".join([*stored, index, row["phone_sealed"] or ""]).encode()).hexdigest()[:32]


def _assignments(packed: str | None) -> Iterator[AssignmentLine]:
    for id_, site, site_name, position, position_name, *days in json.loads(packed or "[]"):
        starts_on, ends_on = (date.fromisoformat(day) if day else None for day in days)
        yield AssignmentLine(id_, site, site_name, position, position_name, starts_on, ends_on)


async def _row(sql: str, person: int, by: Actor, today: date) -> dict[str, Any]:
    rows = await Person.raw(sql, now_at(today), person, in_sight(by, today))
    if not rows:
        raise Missing("person")
    row: dict[str, Any] = rows[0]
    return row
