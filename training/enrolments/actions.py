"""What people do with seats: take one or many, give them back, and say who was there.

Whoever needs several locks takes them in this order: people by id, the session, trainer and place, certificates. So
two at once wait for each other and never in a circle; the journal's lock is the last by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from training.access import Actor, Permission
from training.db import transaction
from training.enrolments import queries, rules
from training.enrolments.rules import Attendance, Freed
from training.enrolments.tables import Enrolment
from training.errors import Missing, Refused
from training.journal import actions as journal
from training.people.tables import Person
from training.sessions import actions as sessions
from training.sessions.queries import SessionLine, examines
from training.sessions.rules import Plan
from training.sessions.tables import Session
from training.words import Message, say

LOCK_PEOPLE = "SELECT id, name, left_on FROM person WHERE id = ANY({}) ORDER BY id FOR NO KEY UPDATE"

TAKE_SEATS = """
UPDATE session
SET booked = booked + {}
WHERE id = {} AND booked + {} <= seats AND cancelled_on IS NULL AND completed_at IS NULL
RETURNING booked
"""

GIVE_BACK = """
UPDATE enrolment
SET withdrawn_at = now(), withdrawn_by = {}, withdrawn_reason = {}
WHERE id = ANY({}) AND withdrawn_at IS NULL
RETURNING id
"""

LEAVERS_SEATS = """
SELECT e.id, e.session
FROM enrolment e
JOIN person p ON p.id = e.person
JOIN session s ON s.id = e.session
WHERE e.withdrawn_at IS NULL AND e.attendance = 'unknown' AND p.left_on < s.ends_on AND s.starts_on >= {}
  AND s.cancelled_on IS NULL AND s.completed_at IS NULL AND (p.id = {} OR {})
ORDER BY e.session, e.id
"""

PRESENT_OR_ABSENT = """
UPDATE enrolment
SET attendance = {}, attendance_by = {}, attendance_at = now()
WHERE id = ANY({}) AND withdrawn_at IS NULL AND attendance <> {}
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who got a seat."""

    enrolment: int
    person: int
    name: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Somebody who got none, and why."""

    person: int
    name: str
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of enrolling many: everybody asked for is in exactly one of the two."""

    session: int
    seats: tuple[Seat, ...]
    skipped: tuple[Skip, ...]


async def enrol(session: int, *, person: int, by: Actor, today: date) -> int:
    """Give one person a seat; the enrolment's id. Raises Missing, Refused with every objection."""
    async with transaction():
        people = await _locked_people([person])
        found = await sessions.locked(session)
        enrolled = await queries.enrolled(session)
        clashes = await queries.clashes([person], found, session=session)
        objections = rules.objections_to_enrolling(
            found,
            seats_left=found.seats_left,
            enrolled=person in enrolled,
            left_on=people[person]["left_on"],
            clashes=clashes.get(person, []),
            today=today,
        )
        if objections:
            raise Refused(*objections)
        seat = (await _take(session, [people[person]], by=by))[0]
        await journal.note(by, "session.people_enrolled", session, enrolments=[seat.enrolment])
    return seat.enrolment


async def enrol_many(session: int, *, people: Sequence[int], by: Actor, today: date) -> Enrolled:
    """Give a seat to each of these people who can take one, in the order given, while there are seats.

    Raises Missing for an unknown session or person, Refused when the session takes nobody.
    """
    async with transaction():
        found_people = await _locked_people(people)
        found = await sessions.locked(session)
        if objections := rules.objections_to_session(found, today=today):
            raise Refused(*objections)
        outcome = await _enrol_each(found, found_people, by=by)
        if outcome.seats:
            enrolments = [seat.enrolment for seat in outcome.seats]
            await journal.note(by, "session.people_enrolled", session, enrolments=enrolments)
    return outcome


async def schedule_and_enrol(plan: Plan, *, people: Sequence[int], by: Actor, today: date) -> Enrolled:
    """Schedule a session and enrol these people in it, whole or not at all. Raises Missing, Refused."""
    async with transaction():
        found_people = await _locked_people(people)
        if objections := rules.objections_to_choosing(chosen=len(found_people), seats=plan.seats):
            raise Refused(*objections, field="seats")
        session = await sessions.schedule(plan, by=by, today=today)
        outcome = await _enrol_each(await sessions.locked(session), found_people, by=by)
        if outcome.seats:
            enrolments = [seat.enrolment for seat in outcome.seats]
            await journal.note(by, "session.people_enrolled", session, enrolments=enrolments)
    return outcome


async def change_session(session: int, plan: Plan, *, by: Actor, today: date, mark: str = "") -> None:
    """Change a session, unless somebody enrolled would then have to be in two at once. Raises Missing, Refused.

    `mark` names the state that was seen; a later one is not overwritten.
    """
    async with transaction():
        await _locked_people(await queries.enrolled(session))
        found = await sessions.locked(session)
        if mark and mark != found.mark:
            raise Refused(say("Somebody changed this session meanwhile. Look at it as it is now, then try again."))
        people = await queries.enrolled(session)
        clashes = await queries.clashes(people, plan, session=session)
        if clashes:
            names = await Person.select(Person.id, Person.name).where(Person.id.is_in(list(clashes)))
            raise Refused(
                *(
                    say("{person} is then in {session}.", person=row["name"], session=clashes[row["id"]][0])
                    for row in names
                )
            )
        await sessions.change(session, plan, by=by, today=today)


async def withdraw(enrolment: int, *, reason: str, by: Actor) -> None:
    """Give one seat back. Raises Missing, Refused."""
    session = await queries.enrolment_session(enrolment)
    async with transaction():
        found = await sessions.locked(session)
        row = (await _enrolments([enrolment]))[0]
        objections = rules.objections_to_withdrawing(
            found, withdrawn=row["withdrawn_at"] is not None, attendance=row["attendance"], reason=reason
        )
        if objections:
            raise Refused(*objections, field="reason")
        await _give_back(session, [enrolment], reason=reason.strip(), by=by)
        await journal.note(by, "enrolment.withdrawn", enrolment, reason=reason.strip())


async def undo(session: int, *, enrolments: Collection[int], by: Actor) -> int:
    """Take back a bulk enrolment: give back those of its seats that are still held; how many. Raises Refused."""
    async with transaction():
        found = await sessions.locked(session)
        rows = [row for row in await _enrolments(enrolments) if row["session"] == session]
        held = [row for row in rows if row["withdrawn_at"] is None]
        for row in held:
            objections = rules.objections_to_withdrawing(
                found, withdrawn=False, attendance=row["attendance"], reason=Freed.UNDONE
            )
            if objections:
                raise Refused(*objections)
        if held:
            ids = [row["id"] for row in held]
            await _give_back(session, ids, reason=Freed.UNDONE, by=by)
            await journal.note(by, "session.enrolment_undone", session, enrolments=ids)
    return len(held)


async def undo_span(session: int, *, first: int, last: int, by: Actor) -> int:
    """Take back what one's own enrolment of many gave, by its first and last id; how many. Raises Missing, Refused.

    While somebody enrols, the session is held, so nobody else's ids in it lie between.
    """
    rows = await Enrolment.select(Enrolment.id).where(
        Enrolment.session == session,
        Enrolment.id >= first,
        Enrolment.id <= last,
        Enrolment.withdrawn_at.is_null(),
        Enrolment.enrolled_by == by.account,
    )
    return await undo(session, enrolments=[row["id"] for row in rows], by=by)


async def free_seats_of_leavers(*, by: Actor, today: date, person: int | None = None) -> int:
    """Give back the seats of people who leave before the session ends: of one person, or of everybody; how many."""
    rows = await Enrolment.raw(LEAVERS_SEATS, today, person or 0, person is None)
    freed = 0
    for session in sorted({row["session"] for row in rows}):
        async with transaction():
            await sessions.locked(session)
            still = await Enrolment.raw(LEAVERS_SEATS, today, person or 0, person is None)
            ids = [row["id"] for row in still if row["session"] == session]
            if ids:
                await _give_back(session, ids, reason=Freed.LEFT, by=by)
                await journal.note(by, "session.leavers_withdrawn", session, enrolments=ids)
                freed += len(ids)
    return freed


async def mark_attendance(enrolment: int, *, attendance: Attendance, by: Actor, today: date) -> None:
    """Say whether somebody was there. Saying the same twice changes nothing. Raises Missing, Refused."""
    session = await queries.enrolment_session(enrolment)
    async with transaction():
        found = await sessions.locked(session)
        _must_examine(found, by)
        row = (await _enrolments([enrolment]))[0]
        objections = rules.objections_to_marking_attendance(
            found,
            withdrawn=row["withdrawn_at"] is not None,
            own=row["person"] == by.person,
            may_mend=by.may(Permission.CHANGE_TRAINING),
            today=today,
        )
        if objections:
            raise Refused(*objections)
        await _set_attendance(session, [enrolment], attendance, by=by)


async def mark_rest_present(session: int, *, by: Actor, today: date) -> int:
    """Say that everybody of whom nothing is recorded was there, oneself excepted; how many. Raises Missing, Refused."""
    async with transaction():
        found = await sessions.locked(session)
        _must_examine(found, by)
        objections = rules.objections_to_marking_attendance(
            found, withdrawn=False, own=False, may_mend=by.may(Permission.CHANGE_TRAINING), today=today
        )
        if objections:
            raise Refused(*objections)
        rows = await Enrolment.select(Enrolment.id, Enrolment.person).where(
            Enrolment.session == session, Enrolment.withdrawn_at.is_null(), Enrolment.attendance == Attendance.UNKNOWN
        )
        ids = [row["id"] for row in rows if row["person"] != by.person]
        return await _set_attendance(session, ids, Attendance.PRESENT, by=by)


def _must_examine(session: SessionLine, by: Actor) -> None:
    """A session that is neither one's own to examine nor HR's to keep does not exist for whoever asks."""
    if not examines(session, by=by):
        raise Missing(f"session {session.id}")


async def _enrol_each(session: SessionLine, people: dict[int, dict[str, Any]], *, by: Actor) -> Enrolled:
    enrolled = await queries.enrolled(session.id)
    clashes = await queries.clashes(people, session, session=session.id)
    fit: list[dict[str, Any]] = []
    skipped = []
    for person, row in people.items():
        objections = rules.objections_to_person(
            session, enrolled=person in enrolled, left_on=row["left_on"], clashes=clashes.get(person, [])
        )
        if not objections and len(fit) >= session.seats_left:
            objections = [say("The session is full.")]
        if objections:
            skipped.append(Skip(person, row["name"], tuple(objections)))
        else:
            fit.append(row)
    return Enrolled(session.id, tuple(await _take(session.id, fit, by=by)), tuple(skipped))


async def _take(session: int, people: Sequence[dict[str, Any]], *, by: Actor) -> list[Seat]:
    """Book these people's seats. The statement that counts them is the one that checks them."""
    if not people:
        return []
    if not await Session.raw(TAKE_SEATS, len(people), session, len(people)):
        raise Refused(say("The session is full."))
    rows = await Enrolment.insert(
        *(Enrolment(session=session, person=row["id"], enrolled_by=by.account) for row in people)
    ).returning(Enrolment.id, Enrolment.person)
    ids = {row["person"]: row["id"] for row in rows}
    return [Seat(ids[row["id"]], row["id"], row["name"]) for row in people]


async def _give_back(session: int, enrolments: list[int], *, reason: str, by: Actor) -> None:
    freed = await Enrolment.raw(GIVE_BACK, by.account, reason, enrolments)
    await Session.raw("UPDATE session SET booked = booked - {} WHERE id = {}", len(freed), session)


async def _set_attendance(session: int, enrolments: list[int], attendance: Attendance, *, by: Actor) -> int:
    changed = await Enrolment.raw(PRESENT_OR_ABSENT, str(attendance), by.account, enrolments, str(attendance))
    if changed:
        ids = [row["id"] for row in changed]
        await journal.note(by, "session.attendance", session, attendance=str(attendance), enrolments=ids)
    return len(changed)


async def _locked_people(people: Collection[int]) -> dict[int, dict[str, Any]]:
    """These people in the order given, each once, held until the transaction ends. Raises Missing."""
    wanted = list(dict.fromkeys(people))
    rows = {row["id"]: row for row in await Person.raw(LOCK_PEOPLE, wanted)} if wanted else {}
    if unknown := [person for person in wanted if person not in rows]:
        raise Missing(f"person {unknown[0]}")
    return {person: rows[person] for person in wanted}


async def _enrolments(ids: Collection[int]) -> list[dict[str, Any]]:
    """These enrolments as they are now. Raises Missing when one of them is not there."""
    rows: list[dict[str, Any]] = await Enrolment.raw(
        "SELECT id, session, person, attendance, withdrawn_at FROM enrolment WHERE id = ANY({}) ORDER BY id", list(ids)
    )
    if len(rows) < len(set(ids)):
        raise Missing("enrolment")
    return rows
