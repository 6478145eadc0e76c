"""Sessions as pages and other rooms ask for them. They hold no personal data: whoever sees training sees all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

from training.access import Actor, Permission
from training.courses.queries import course_name
from training.errors import Missing
from training.sessions.rules import Plan, named, names_place, names_trainer
from training.sessions.tables import Session
from training.words import Message, Named

PAGE = 50

COLUMNS = """
SELECT s.id, s.course, c.name, c.name_en, c.kind, c.leads_to, t.name_zh AS type_zh, t.name_en AS type_en,
       s.starts_on, s.ends_on, s.starts_at, s.ends_at, s.place, s.trainer, s.examiner, a.name AS examiner_name,
       s.seats, s.booked, s.remark, s.cancelled_on, s.cancelled_reason, s.completed_at
FROM session s
JOIN course c ON c.id = s.course
LEFT JOIN certificate_type t ON t.id = c.leads_to
LEFT JOIN account a ON a.id = s.examiner
"""

ONE = COLUMNS + "WHERE s.id = {}"

UPCOMING = (
    COLUMNS
    + """
WHERE s.ends_on >= {} AND (s.course = {} OR {})
ORDER BY s.starts_on, s.starts_at, s.id
LIMIT {}
"""
)

PAST = (
    COLUMNS
    + """
WHERE s.ends_on < {} AND (s.course = {} OR {}) AND (s.starts_on, s.id) < ({}, {})
ORDER BY s.starts_on DESC, s.id DESC
LIMIT {}
"""
)

COUNTS_AHEAD = """
SELECT course, count(*) AS sessions
FROM session
WHERE ends_on >= {} AND cancelled_on IS NULL
GROUP BY course
"""

ENROLLABLE = (
    COLUMNS
    + """
WHERE s.ends_on >= {} AND s.cancelled_on IS NULL AND s.completed_at IS NULL AND s.booked < s.seats
  AND (c.leads_to = ANY({}) OR {})
ORDER BY s.starts_on, s.starts_at, s.id
LIMIT 50
"""
)

AWAITING = (
    COLUMNS
    + """
WHERE s.starts_on <= {} AND s.cancelled_on IS NULL AND s.completed_at IS NULL AND s.booked > 0
  AND (s.examiner = {} OR {})
ORDER BY s.ends_on, s.id
LIMIT 200
"""
)

SUBMITTED = (
    COLUMNS
    + """
WHERE s.completed_at IS NOT NULL AND (s.examiner = {} OR {})
ORDER BY s.completed_at DESC, s.id DESC
LIMIT {}
"""
)

LATEST = (
    COLUMNS
    + """
WHERE s.course = {} AND s.cancelled_on IS NULL
ORDER BY s.starts_on DESC, s.id DESC
LIMIT 1
"""
)

AT_THE_SAME_TIME = """
SELECT s.id, s.starts_on, s.trainer, s.place, c.name, c.name_en
FROM session s
JOIN course c ON c.id = s.course
WHERE s.cancelled_on IS NULL AND s.id <> {}
  AND s.starts_on <= {} AND s.ends_on >= {} AND s.starts_at < {} AND s.ends_at > {}
  AND (lower(s.trainer) = lower({}) OR lower(s.place) = lower({}))
ORDER BY s.starts_on, s.id
"""

USED_BEFORE = """
SELECT kind, word
FROM (
    SELECT 'place' AS kind, place AS word, max(starts_on) AS last FROM session WHERE place <> '' GROUP BY place
    UNION ALL
    SELECT 'trainer', trainer, max(starts_on) FROM session WHERE trainer <> '' GROUP BY trainer
) used
ORDER BY last DESC
LIMIT 100
"""

EXAMINERS = """
SELECT DISTINCT a.id, a.name
FROM account a
JOIN role_grant g ON g.account = a.id
WHERE a.active AND g.role IN ('examiner', 'hr') AND (a.id = {} OR {})
ORDER BY a.name, a.id
"""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as lists and its own page show it; fits the rules as it is."""

    id: int
    course: int
    course_name: Named
    kind: str
    leads_to: int | None
    type_name: Named | None
    starts_on: date
    ends_on: date
    starts_at: time
    ends_at: time
    place: str
    trainer: str
    examiner: int | None
    examiner_name: str | None
    seats: int
    booked: int
    remark: str
    cancelled_on: date | None
    cancelled_reason: str
    completed_at: datetime | None

    @property
    def seats_left(self) -> int:
        return self.seats - self.booked

    @property
    def mark(self) -> str:
        """A name for this state of the plan: a form carries it, so that it changes only what its user saw."""
        planned = (self.starts_on, self.ends_on, self.starts_at, self.ends_at, self.place, self.trainer)
        stored = map(str, (*planned, self.examiner, self.seats, self.remark))
        return sha256("\n".join(stored).encode()).hexdigest()[:32]

    @property
    def named(self) -> Message:
        return named(self.course_name, self.starts_on)


@dataclass(frozen=True, slots=True)
class Examiner:
    """An account that may be asked to record the marks of a session."""

    id: int
    name: str


async def session(session_id: int) -> SessionLine:
    """One session. Raises Missing."""
    if not (rows := await Session.raw(ONE, session_id)):
        raise Missing(f"session {session_id}")
    return _line(rows[0])


async def upcoming(*, today: date, course: int | None = None, limit: int = 200) -> list[SessionLine]:
    """Sessions that are not over, the next one first."""
    return _lines(await Session.raw(UPCOMING, today, course or 0, course is None, limit))


async def past(
    *, today: date, course: int | None = None, before: tuple[date, int] | None = None, limit: int = PAGE
) -> list[SessionLine]:
    """Sessions that are over, the latest first; a page begins after the (first day, id) `before`."""
    day, session_id = before or (date.max, 0)
    return _lines(await Session.raw(PAST, today, course or 0, course is None, day, session_id, limit))


async def counts_ahead(*, today: date) -> dict[int, int]:
    """How many sessions of each course are not over and not called off."""
    return {row["course"]: row["sessions"] for row in await Session.raw(COUNTS_AHEAD, today)}


async def enrollable(types: Collection[int] | None, *, today: date) -> list[SessionLine]:
    """Sessions with free seats whose course leads to one of these certificate types (None: to any or none)."""
    return _lines(await Session.raw(ENROLLABLE, today, list(types or []), types is None))


async def awaiting_results(*, by: Actor, today: date) -> list[SessionLine]:
    """Sessions that have begun and whose results are not submitted: an examiner's own; all for HR and auditors."""
    return _lines(await Session.raw(AWAITING, today, by.account or 0, sees_all_results(by)))


async def submitted(*, by: Actor, limit: int = 20) -> list[SessionLine]:
    """The sessions whose results were submitted last, in the same scope."""
    return _lines(await Session.raw(SUBMITTED, by.account or 0, sees_all_results(by), limit))


async def examined_session(session_id: int, *, by: Actor) -> SessionLine:
    """One session whose results the reader may see. Raises Missing for everybody else's."""
    found = await session(session_id)
    if not sees_all_results(by) and (found.examiner is None or found.examiner != by.account):
        raise Missing(f"session {session_id}")
    return found


def sees_all_results(by: Actor) -> bool:
    """Whether the results of every session are within reach, not only those of one's own."""
    return by.sites is None and by.may(Permission.SEE_RESULTS)


def examines(session: SessionLine, *, by: Actor) -> bool:
    """Whether somebody may record what happened in a session: it is theirs to examine, or they keep all training."""
    mine = session.examiner is not None and session.examiner == by.account
    return by.may(Permission.RECORD_RESULTS) and (mine or sees_all_results(by))


async def latest(course: int) -> SessionLine | None:
    """The session of this course that starts last: the next one is likely to have its times, place and trainer."""
    rows = await Session.raw(LATEST, course)
    return _line(rows[0]) if rows else None


async def clashes(plan: Plan, *, session_id: int = 0) -> tuple[list[Message], list[Message]]:
    """The names of sessions at the time of this plan with the same trainer, and at the same place."""
    trainer = plan.trainer.strip() if names_trainer(plan.trainer) else "\n"
    place = plan.place.strip() if names_place(plan.place) else "\n"
    rows = await Session.raw(
        AT_THE_SAME_TIME, session_id, plan.ends_on, plan.starts_on, plan.ends_at, plan.starts_at, trainer, place
    )

    def those(column: str, word: str) -> list[Message]:
        same = [row for row in rows if row[column].lower() == word.lower()]
        return [named(course_name(row["name"], row["name_en"]), row["starts_on"]) for row in same]

    return those("trainer", trainer), those("place", place)


async def used_before() -> tuple[list[str], list[str]]:
    """The places and the trainers of earlier sessions, the latest first."""
    rows = await Session.raw(USED_BEFORE)
    places = [row["word"] for row in rows if row["kind"] == "place"]
    return places, [row["word"] for row in rows if row["kind"] == "trainer"]


async def examiners() -> list[Examiner]:
    """Everybody who may be asked to record marks."""
    return [Examiner(row["id"], row["name"]) for row in await Session.raw(EXAMINERS, 0, True)]


async def examiner_fits(account: int | None) -> bool:
    """Whether this account may record marks; without one HR does."""
    return account is None or bool(await Session.raw(EXAMINERS, account, False))


def _lines(rows: Sequence[dict[str, Any]]) -> list[SessionLine]:
    return [_line(row) for row in rows]


def _line(row: dict[str, Any]) -> SessionLine:
    return SessionLine(
        id=row["id"],
        course=row["course"],
        course_name=course_name(row["name"], row["name_en"]),
        kind=row["kind"],
        leads_to=row["leads_to"],
        type_name=Named(row["type_zh"], row["type_en"]) if row["leads_to"] else None,
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        place=row["place"],
        trainer=row["trainer"],
        examiner=row["examiner"],
        examiner_name=row["examiner_name"],
        seats=row["seats"],
        booked=row["booked"],
        remark=row["remark"],
        cancelled_on=row["cancelled_on"],
        cancelled_reason=row["cancelled_reason"],
        completed_at=row["completed_at"],
    )
