"""When attendance and marks make a completion, and what its certificate is numbered."""

from datetime import date

from training.enrolments.rules import Attendance
from training.exams.rules import Outcome, Result
from training.sessions.rules import Dated
from training.words import Message, say, says


def objections_to_completing(*, attendance: str, result: Result, own: bool, withdrawn: bool = False) -> list[Message]:
    """Which precondition of a completion is missing: every one of them, so that it can be mended in one go."""
    if withdrawn:
        return [say("The enrolment is withdrawn.")]
    objections = []
    if own:
        objections.append(say("Nobody certifies themselves: somebody else must submit this result."))
    if attendance == Attendance.ABSENT:
        objections.append(say("Did not attend."))
    elif attendance != Attendance.PRESENT:
        objections.append(say("Attendance is not recorded."))
    if result.outcome is not Outcome.PASSED:
        objections += result.because
    return objections


def settled(*, attendance: str, result: Result) -> bool:
    """Whether nothing is left to enter about somebody: they were absent, or there and every part has its mark."""
    if attendance == Attendance.ABSENT:
        return True
    return attendance == Attendance.PRESENT and result.outcome is not Outcome.INCOMPLETE


def objections_to_submitting(session: Dated, *, unsettled: int, enrolled: int, today: date) -> list[Message]:
    """What stands against submitting the results of a session; `unsettled` counts the people not `settled`.

    Submitting again is no objection: it certifies whoever passed since, and nobody twice.
    """
    if session.cancelled_on is not None:
        return [say("The session was cancelled on {day}.", day=session.cancelled_on)]
    if session.ends_on > today:
        return [say("The session ends on {day}: its results are submitted from that day on.", day=session.ends_on)]
    if enrolled == 0:
        return [say("Nobody is enrolled.")]
    if unsettled and session.completed_at is None:
        return [
            says(
                "Attendance or a mark of {count} person is still to be entered.",
                "Attendance or marks of {count} people are still to be entered.",
                unsettled,
            )
        ]
    return []


def contradicts(*, attendance: str, result: Result) -> bool:
    """Whether a completion on record no longer follows from what is recorded, because something was corrected."""
    return attendance != Attendance.PRESENT or result.outcome is not Outcome.PASSED


def company_number(year: int, completion: int) -> str:
    """The number of a certificate that the company itself issues: traceable to its completion, never used twice."""
    return f"CZ-{year}-{completion:06d}"


def embedded_number(identity: str) -> str:
    """The number of a special-operations certificate: T and the holder's resident identity number."""
    return f"T{identity}"
