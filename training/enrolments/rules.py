"""Who may take a seat, give it back, and be marked present."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from training.sessions.rules import Dated
from training.words import Message, say, says


class Attendance(StrEnum):
    UNKNOWN = "unknown"
    PRESENT = "present"
    ABSENT = "absent"


ATTENDANCE_WORDS: dict[Attendance, Message] = {
    Attendance.UNKNOWN: say("Not recorded"),
    Attendance.PRESENT: say("Present"),
    Attendance.ABSENT: say("Absent"),
}


class Freed(StrEnum):
    """Why a seat was given back when nobody wrote a reason: kept in the place of one."""

    LEFT = "@left"
    UNDONE = "@undone"


FREED_WORDS: dict[Freed, Message] = {
    Freed.LEFT: say("Left the company"),
    Freed.UNDONE: say("Enrolment undone"),
}


def reason_words(reason: str) -> Message | str:
    """A reason of withdrawal as it is shown: ours in the reader's language, a person's as they wrote it."""
    return FREED_WORDS[Freed(reason)] if reason.startswith("@") else reason


def objections_to_session(session: Dated, *, today: date) -> list[Message]:
    """What keeps everybody out of a session. Its last day still takes people in."""
    if session.cancelled_on is not None:
        return [say("The session was cancelled on {day}.", day=session.cancelled_on)]
    if session.completed_at is not None:
        return [say("The results of this session are submitted.")]
    if session.ends_on < today:
        return [say("The session is past: it ended on {day}.", day=session.ends_on)]
    return []


def objections_to_person(
    session: Dated, *, enrolled: bool, left_on: date | None, clashes: Sequence[Message] = ()
) -> list[Message]:
    """What keeps one person out of a session that is open. The clashes are names of sessions at the same time."""
    if enrolled:
        return [say("Already enrolled.")]
    if left_on is not None and left_on < session.ends_on:
        return [say("Their last day of work, {day}, is before the session ends.", day=left_on)]
    return [say("It clashes with {session}.", session=clash) for clash in clashes]


def objections_to_enrolling(
    session: Dated,
    *,
    seats_left: int,
    enrolled: bool,
    left_on: date | None,
    clashes: Sequence[Message] = (),
    today: date,
) -> list[Message]:
    """What stands against enrolling one person; all of it, so that the page can say everything at once."""
    objections = objections_to_session(session, today=today)
    objections += objections_to_person(session, enrolled=enrolled, left_on=left_on, clashes=clashes)
    if seats_left < 1 and not enrolled:
        objections.append(say("The session is full."))
    return objections


def objections_to_choosing(*, chosen: int, seats: int) -> list[Message]:
    """What stands against scheduling a session for these people: there must be a seat for each."""
    if chosen <= seats:
        return []
    return [
        says(
            "{count} person is chosen: give the session as many seats, or choose fewer.",
            "{count} people are chosen: give the session as many seats, or choose fewer.",
            chosen,
        )
    ]


def objections_to_withdrawing(session: Dated, *, withdrawn: bool, attendance: str, reason: str) -> list[Message]:
    """What stands against giving a seat back. Whoever attended stays on the record."""
    if withdrawn:
        return [say("Already withdrawn.")]
    objections = []
    if session.completed_at is not None:
        objections.append(say("The results of this session are submitted."))
    if attendance == Attendance.PRESENT:
        objections.append(say("They attended: whoever was there stays on the record."))
    if not reason.strip():
        objections.append(say("Give a reason for the withdrawal."))
    return objections


def objections_to_marking_attendance(
    session: Dated, *, withdrawn: bool, own: bool, may_mend: bool, today: date
) -> list[Message]:
    """What stands against saying who was there. `own`: of the person who says so. `may_mend`: HR, who may still put
    it right when the results are submitted.
    """
    if own:
        return [say("Nobody records their own attendance.")]
    if withdrawn:
        return [say("The enrolment is withdrawn.")]
    if session.cancelled_on is not None:
        return [say("The session was cancelled on {day}.", day=session.cancelled_on)]
    if session.starts_on > today:
        return [say("The session starts on {day}: attendance is recorded from that day on.", day=session.starts_on)]
    if session.completed_at is not None and not may_mend:
        return [say("The results are submitted: ask HR to put it right.")]
    return []
