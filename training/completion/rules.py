"""When attendance and marks make a completion, and what its certificate is numbered."""

from collections.abc import Sequence
from datetime import date

from training.certificates.rules import RuleVersion, computed_end, renewed_until, version_at
from training.enrolments.rules import Attendance
from training.exams.rules import Outcome, Result
from training.people.rules import embedded_id, normal
from training.sessions.rules import Dated
from training.words import Message, say, says

IN_HOUSE = "in_house"  # the status of the certificate types that the company itself issues
SPECIAL_OPERATIONS = "special_operations"  # the category of those numbered after their holder


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


def number(
    *, before: str, identity: str, own: bool, embeds: bool, special_operations: bool, year: int, completion: int
) -> str:
    """The number of a new certificate; empty where only the authority knows it.

    A renewal keeps its number, unless that holds somebody else's identity number. The company numbers its own. A
    special-operations certificate is numbered T and the holder's resident identity number.
    """
    inside = embedded_id(before) if embeds else None
    if before and (inside is None or not identity or inside == normal(identity)):
        return before
    if own:
        return company_number(year, completion)
    return f"T{normal(identity)}" if identity and embeds and special_operations else ""


def end_to_print(old_end: date | None, issued_on: date, versions: Sequence[RuleVersion], *, own: bool) -> date | None:
    """The last valid day to record on a new certificate: of the company's own always, for they print it; of others
    only where renewing early keeps the anniversary, so that the rule alone does not say it. None: it is computed.
    """
    end = renewed_until(old_end, issued_on, version_at(versions, issued_on))
    return end if own or end != computed_end(issued_on, versions) else None
