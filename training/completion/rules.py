"""When attendance and marks make a completion, and what its certificate is numbered."""

from training.enrolments.rules import Attendance
from training.exams.rules import Outcome, Result
from training.words import Message, say


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


def contradicts(*, attendance: str, result: Result) -> bool:
    """Whether a completion on record no longer follows from what is recorded, because something was corrected."""
    return attendance != Attendance.PRESENT or result.outcome is not Outcome.PASSED


def company_number(year: int, completion: int) -> str:
    """The number of a certificate that the company itself issues: traceable to its completion, never used twice."""
    return f"CZ-{year}-{completion:06d}"


def embedded_number(identity: str) -> str:
    """The number of a special-operations certificate: T and the holder's resident identity number."""
    return f"T{identity}"
