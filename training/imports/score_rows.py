"""Judges the rows of a score sheet against the people who are enrolled in its session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from training.access import Actor
from training.courses import queries as courses
from training.courses.queries import Examined
from training.db import DB
from training.errors import Missing, Refused
from training.exams import queries as exams
from training.exams import rules as exam_rules
from training.exams.queries import Entry
from training.imports import answers as answered
from training.imports import cells, scores
from training.imports.judging import Case, Judged, uncollected
from training.imports.records import ScoreRow
from training.imports.rules import Code, Finding, Outcome, stands_in_the_way
from training.sealing import blind_index
from training.sessions import queries as sessions
from training.sessions.queries import SessionLine
from training.words import say

ENROLLED = """
    SELECT e.id, p.id, p.name, p.staff_number, p.identity_index, coalesce(s.name, ''), coalesce(o.name, '')
    FROM enrolment e
    JOIN person p ON p.id = e.person
    LEFT JOIN assignment a ON a.person = p.id AND a.ends_on IS NULL
    LEFT JOIN site s ON s.id = a.site
    LEFT JOIN position o ON o.id = a.position
    WHERE e.session = $1 AND e.withdrawn_at IS NULL
    ORDER BY p.id
"""

# How many of these names each session has that has begun.
WHERE_FROM = """
    SELECT e.session, count(DISTINCT p.name) AS names
    FROM enrolment e
    JOIN session s ON s.id = e.session
    JOIN person p ON p.id = e.person
    WHERE p.name = ANY($1) AND e.withdrawn_at IS NULL AND s.starts_on <= $2 AND s.cancelled_on IS NULL
    GROUP BY e.session
    ORDER BY names DESC, e.session DESC
    LIMIT 2
"""


class Seat(NamedTuple):
    """Somebody enrolled in the session."""

    enrolment: int
    id: int
    name: str
    staff_number: str | None
    identity_index: bytes | None
    site: str
    position: str


@dataclass(frozen=True, slots=True)
class Class:
    """The session whose marks are read: who is in it, what it examines, and what is recorded."""

    session: SessionLine
    seats: Sequence[Seat]
    asked: Sequence[Examined]
    entries: dict[int, list[Entry]]


async def opened(session: int | None, rows: Sequence[ScoreRow], *, by: Actor, today: date) -> Class:
    """The class that a sheet belongs to: the one that was named, or the only one that has everybody in the sheet.

    Raises Refused where that is not certain, or where no marks may be recorded in it.
    """
    line = await _named(session if session is not None else await _only(rows, today), by)
    objections = exam_rules.objections_to_recording_marks(line, own=False, withdrawn=False, examines=True, today=today)
    asked = await courses.parts_asked(line.course, on=line.starts_on)
    if not asked:
        objections.append(say("This session has no exam."))
    if objections:
        raise Refused(*objections, field="session")
    seats = [Seat._make(row) for row in await DB.rows(ENROLLED, line.id)]
    return Class(line, seats, asked, await exams.of_session(line.id))


async def _named(session: int, by: Actor) -> SessionLine:
    try:
        return await sessions.examined_session(session, by=by)
    except Missing:
        raise Refused(say("There is no such session."), field="session") from None


async def _only(rows: Sequence[ScoreRow], today: date) -> int:
    names = {row.name for row in rows if row.name}
    found = await DB.rows(WHERE_FROM, list(names), today)
    if not found or found[0]["names"] < len(names) or (len(found) > 1 and found[1]["names"] == found[0]["names"]):
        raise Refused(say("It is not certain which session these marks are of. Choose the session."), field="session")
    return int(found[0]["session"])


def judge(rows: Sequence[ScoreRow], of: Class, case: Case, *, by: Actor) -> list[Judged]:
    """What becomes of each row."""
    with uncollected():
        return [case.counted(_judged(row, of, case, by)) for row in rows]


def _judged(row: ScoreRow, of: Class, case: Case, by: Actor) -> Judged:
    if skipped := case.skipped(row):
        return skipped
    findings = [said.finding() for said in row.said]
    seat, about = _seat(row, of, case)
    findings += about
    judged = Judged(row.sheet, row.row, row.cells, Outcome.REFUSED, findings, person=seat.id if seat else None)
    if seat and seat.id == by.person:
        findings.append(Finding(Code.PERSON_OWN, say("Nobody records their own marks."), "name"))
    if seat and not stands_in_the_way(findings):
        plan = scores.plan(row, enrolment=seat.enrolment, asked=of.asked, entries=of.entries.get(seat.enrolment, ()))
        findings += plan.findings
        findings += case.repeated([("enrolment", seat.enrolment)], row, "name")
        judged.outcome, judged.changes, judged.plans = plan.outcome, plan.changes, (plan,) if plan.marks else ()
    if way := stands_in_the_way(findings):
        judged.plans, judged.changes, judged.outcome = (), (), way
    return judged


def _seat(row: ScoreRow, of: Class, case: Case) -> tuple[Seat | None, list[Finding]]:
    """Whose row it is: by number, or by name and site where exactly one in the class fits, never by name alone."""
    chosen = case.answers.people.get(case.key(row))
    if chosen is not None:
        seat = next((seat for seat in of.seats if seat.id == chosen), None)
        return seat, [] if seat else [_not_enrolled(row)]
    index = blind_index(row.identity) if row.identity else None
    if index or row.staff_number:
        field = "id_number" if index else "employee_no"
        seat = next(
            (s for s in of.seats if (s.identity_index == index if index else s.staff_number == row.staff_number)), None
        )
        if seat is None:
            return None, [_not_enrolled(row, field)]
        if row.name and cells.key(row.name) != cells.key(seat.name):
            message = say(
                "The number belongs to {known}, but the row says {name}. Is it the same person?",
                known=seat.name,
                name=row.name,
            )
            return None, [Finding(Code.NAME_DIFFERS, message, "name", (str(seat.id),))]
        return seat, []
    return _by_name(row, of)


def _by_name(row: ScoreRow, of: Class) -> tuple[Seat | None, list[Finding]]:
    namesakes = [seat for seat in of.seats if cells.key(seat.name) == cells.key(row.name)]
    site, position = answered.site_key(row.site), answered.site_key(row.position)
    fitting = [seat for seat in namesakes if site and answered.site_key(seat.site) == site]
    if position and len(fitting) > 1:
        fitting = [seat for seat in fitting if answered.site_key(seat.position) == position]
    if len(fitting) == 1:
        message = say("Found by name and site among those enrolled: {name}, {site}.", name=row.name, site=row.site)
        return fitting[0], [Finding(Code.MATCHED_BY_NAME, message, "name")]
    if not namesakes:
        return None, [_not_enrolled(row)] if row.name else []
    message = say("A name alone does not tell who {name} is. Choose the person.", name=row.name)
    choices = tuple(str(seat.id) for seat in fitting or namesakes)
    return None, [Finding(Code.PERSON_AMBIGUOUS, message, "name", choices)]


def _not_enrolled(row: ScoreRow, column: str = "name") -> Finding:
    message = say("{name} is not enrolled in this session. Enrol them first, or correct the name.", name=row.name)
    return Finding(Code.PERSON_NOT_ENROLLED, message, column)
