"""Who sits where: rosters, clashes, and what people are booked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from piccolo.querystring import QueryString as Sql

from training.access import Actor
from training.courses.queries import course_name
from training.enrolments.rules import Attendance, Freed
from training.enrolments.tables import Enrolment
from training.errors import Missing
from training.people.queries import in_sight, now_at
from training.sessions.rules import Timed, named
from training.words import Message, Named

ROSTER = """
SELECT e.id, e.person, p.name, p.pinyin, p.staff_number, p.left_on, s.name AS site, o.name AS position,
       e.attendance, e.withdrawn_at, e.withdrawn_reason
FROM enrolment e
JOIN person p ON p.id = e.person
{}
WHERE e.session = {} AND {}
ORDER BY (e.withdrawn_at IS NOT NULL), s.pinyin, s.id, p.pinyin, p.id
"""

CLASHES = """
SELECT e.person, s.starts_on, c.name, c.name_en
FROM enrolment e
JOIN session s ON s.id = e.session
JOIN course c ON c.id = s.course
WHERE e.person = ANY({}) AND e.withdrawn_at IS NULL AND s.cancelled_on IS NULL AND s.id <> {}
  AND s.starts_on <= {} AND s.ends_on >= {} AND s.starts_at < {} AND s.ends_at > {}
ORDER BY s.starts_on, s.id
"""

BOOKED = """
SELECT DISTINCT ON (e.person, c.leads_to)
       e.person, c.leads_to, s.id AS session, s.starts_on, c.name, c.name_en
FROM enrolment e
JOIN session s ON s.id = e.session
JOIN course c ON c.id = s.course
WHERE e.withdrawn_at IS NULL AND s.cancelled_on IS NULL AND s.completed_at IS NULL AND s.ends_on >= {}
  AND c.leads_to IS NOT NULL AND (e.person = ANY({}) OR {})
ORDER BY e.person, c.leads_to, s.starts_on, s.id
"""

LOST_BY_LEAVING = """
SELECT count(DISTINCT e.session) AS lost
FROM enrolment e
JOIN session s ON s.id = e.session
WHERE e.person = {} AND e.withdrawn_reason = {} AND s.starts_on >= {} AND s.cancelled_on IS NULL
  AND NOT EXISTS (
    SELECT FROM enrolment x WHERE x.session = e.session AND x.person = e.person AND x.withdrawn_at IS NULL
  )
"""

ATTENDED_BY = """
SELECT e.id AS enrolment, e.person, e.attendance, e.withdrawn_at, r.id AS session, r.starts_on, r.ends_on,
       r.starts_at, r.ends_at, r.place, r.cancelled_on, r.completed_at, c.id AS course, c.name, c.name_en, c.minutes,
       c.leads_to
FROM enrolment e
JOIN session r ON r.id = e.session
JOIN course c ON c.id = r.course
JOIN person p ON p.id = e.person
{}
WHERE e.person = {} AND {}
ORDER BY r.starts_on DESC, r.id DESC, e.id DESC
"""


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person in one session."""

    enrolment: int
    person: int
    name: str
    pinyin: str
    staff_number: str | None
    site: str | None
    position: str | None
    left_on: date | None
    attendance: Attendance
    withdrawn: bool
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class Booking:
    """The first session ahead in which a person has a seat and whose course leads to a certificate type."""

    session: int
    starts_on: date
    named: Message


@dataclass(frozen=True, slots=True)
class Training:
    """One enrolment of a person with its session; fits the session rules as it is."""

    enrolment: int
    person: int
    session: int
    course: int
    course_name: Named
    minutes: int
    leads_to: int | None  # a certificate type; None: to none
    starts_on: date
    ends_on: date
    starts_at: time
    ends_at: time
    place: str
    attendance: Attendance
    withdrawn: bool
    cancelled_on: date | None
    completed_at: datetime | None


async def roster(session: int, *, by: Actor, today: date, everybody: bool = False) -> list[RosterLine]:
    """Who is in a session, by site and name, the withdrawn last: of the reader's sites, or `everybody` for those who
    examine the session.
    """
    seen = Sql("TRUE") if everybody else in_sight(by, today)
    return [_roster_line(row) for row in await Enrolment.raw(ROSTER, now_at(today), session, seen)]


async def clashes(people: Collection[int], slot: Timed, *, session: int = 0) -> dict[int, list[Message]]:
    """For each of these people with a seat in another session at the time of `slot`: the names of those sessions."""
    found: dict[int, list[Message]] = {}
    for row in await Enrolment.raw(
        CLASHES, list(people), session, slot.ends_on, slot.starts_on, slot.ends_at, slot.starts_at
    ):
        clash = named(course_name(row["name"], row["name_en"]), row["starts_on"])
        found.setdefault(row["person"], []).append(clash)
    return found


async def booked(people: Collection[int] | None, *, today: date) -> dict[tuple[int, int], Booking]:
    """By person and certificate type: the session that leads to it and is not over. None asks for everybody.

    Whoever has a seat is planned, which is shown beside a certificate's standing and never in its place.
    """
    rows = await Enrolment.raw(BOOKED, today, list(people or ()), people is None)
    return {
        (row["person"], row["leads_to"]): Booking(
            row["session"], row["starts_on"], named(course_name(row["name"], row["name_en"]), row["starts_on"])
        )
        for row in rows
    }


async def of_person(person: int, *, by: Actor, today: date) -> list[Training]:
    """Every enrolment of a person, the latest first: of the reader's sites, or the reader themselves."""
    seen = Sql("TRUE") if person == by.person else in_sight(by, today)
    rows = await Enrolment.raw(ATTENDED_BY, now_at(today), person, seen)
    return [_training(row) for row in rows]


async def holdings(certificates: Sequence[int]) -> list[tuple[int, int]]:
    """The (person, type) of these certificates, in the order given; for those whose people are everybody."""
    if not certificates:
        return []
    rows = await Enrolment.raw("SELECT id, person, type FROM certificate WHERE id = ANY({})", list(certificates))
    found = {row["id"]: (row["person"], row["type"]) for row in rows}
    return [found[one] for one in certificates if one in found]


async def enrolled(session: int) -> set[int]:
    """Who has a seat in a session."""
    rows = await Enrolment.select(Enrolment.person).where(
        Enrolment.session == session, Enrolment.withdrawn_at.is_null()
    )
    return {row["person"] for row in rows}


async def enrolment_session(enrolment: int) -> int:
    """The session of an enrolment. Raises Missing."""
    row = await Enrolment.select(Enrolment.session).where(Enrolment.id == enrolment).first()
    if row is None:
        raise Missing(f"enrolment {enrolment}")
    session: int = row["session"]
    return session


def _roster_line(row: dict[str, Any]) -> RosterLine:
    return RosterLine(
        enrolment=row["id"],
        person=row["person"],
        name=row["name"],
        pinyin=row["pinyin"],
        staff_number=row["staff_number"],
        site=row["site"],
        position=row["position"],
        left_on=row["left_on"],
        attendance=Attendance(row["attendance"]),
        withdrawn=row["withdrawn_at"] is not None,
        withdrawn_reason=row["withdrawn_reason"],
    )


def _training(row: dict[str, Any]) -> Training:
    return Training(
        enrolment=row["enrolment"],
        person=row["person"],
        session=row["session"],
        course=row["course"],
        course_name=course_name(row["name"], row["name_en"]),
        minutes=row["minutes"],
        leads_to=row["leads_to"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        place=row["place"],
        attendance=Attendance(row["attendance"]),
        withdrawn=row["withdrawn_at"] is not None,
        cancelled_on=row["cancelled_on"],
        completed_at=row["completed_at"],
    )


async def lost_by_leaving(person: int, *, today: date) -> int:
    """How many sessions to come somebody gave up because they left, and is in no more."""
    rows: list[dict[str, Any]] = await Enrolment.raw(LOST_BY_LEAVING, person, Freed.LEFT.value, today)
    lost: int = rows[0]["lost"]
    return lost
