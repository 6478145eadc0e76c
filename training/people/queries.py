"""One person, and the one door through which a person is reached.

Every query shows people within the actor's sites only, by where they work on the day: a manager sees who is now at the
sites they manage. Somebody out of sight is Missing, exactly as somebody who never was.
"""

from collections.abc import Iterable, Mapping
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

PERSON = """
    SELECT p.*, a.site, s.name AS site_name, a.position, o.name AS position_name
    FROM person p
    {}
    WHERE p.id = {} AND {}
"""

ASSIGNMENTS = """
    SELECT a.id, a.site, s.name AS site_name, a.position, o.name AS position_name, a.starts_on, a.ends_on
    FROM assignment a
    JOIN site s ON s.id = a.site
    JOIN position o ON o.id = a.position
    WHERE a.person = {}
    ORDER BY a.starts_on DESC NULLS LAST, a.id DESC
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
    row = await _row(person, by, today)
    return PersonSeen(**{field.name: row[field.name] for field in fields(PersonSeen)})


async def person(person: int, *, by: Actor, today: date) -> PersonPage:
    """One person with all their assignments, latest first. Raises Missing."""
    row = await _row(person, by, today)
    lines = await Person.raw(ASSIGNMENTS, person)
    kind = IdentityKind(row["identity_kind"])
    sees = sees_numbers(by)
    clear = numbers.identity_number(person, row["identity_sealed"]) if sees else ""
    odd = kind is IdentityKind.RESIDENT_ID and clear and by.may(Permission.CHANGE_PEOPLE)
    worked_out: dict[str, Any] = {
        "identity_kind": kind,
        "identity": rules.mask(clear),
        "phone": rules.mask_phone(numbers.phone(person, row["phone_sealed"])) if sees else "",
        "assignments": tuple(AssignmentLine(**line) for line in lines),
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


async def _row(person: int, by: Actor, today: date) -> dict[str, Any]:
    rows = await Person.raw(PERSON, now_at(today), person, in_sight(by, today))
    if not rows:
        raise Missing("person")
    row: dict[str, Any] = rows[0]
    return row
