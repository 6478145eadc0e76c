"""What became of a seat in a session, as the person in it is told."""

from datetime import date
from typing import NamedTuple

from training.completion.queries import Trained
from training.enrolments.rules import Attendance
from training.exams.rules import Outcome
from training.sessions.rules import Stage, stage
from training.words import Message, say


class Happened(NamedTuple):
    word: Message
    tint: str
    icon: str
    settled: bool  # whether marks may be shown: they are not final before the results are submitted


def is_ahead(one: Trained, *, today: date) -> bool:
    """Whether the person has a seat in it and it is not over."""
    return not one.training.withdrawn and stage(one.training, today=today) in {Stage.UPCOMING, Stage.RUNNING}


def happened(one: Trained, *, today: date) -> Happened:
    """One word for it, the same on every page of the employee."""
    at = stage(one.training, today=today)
    if one.training.withdrawn:
        return Happened(say("Withdrawn"), "", "undo-2", settled=False)
    if at is Stage.CANCELLED:
        return Happened(say("Cancelled"), "", "circle-slash", settled=False)
    if at in {Stage.UPCOMING, Stage.RUNNING}:
        return Happened(say("Booked"), "plan", "calendar-check", settled=False)
    if one.done is not None and not one.done.revoked:
        return Happened(say("Passed") if one.parts else say("Completed"), "ok", "check", settled=True)
    if at is not Stage.COMPLETED:
        return Happened(say("Awaiting results"), "", "hourglass", settled=False)
    if one.training.attendance is Attendance.ABSENT:
        return Happened(say("Did not attend"), "warn", "circle-minus", settled=True)
    if one.result.outcome is Outcome.PASSED:
        return Happened(say("Awaiting results"), "", "hourglass", settled=True)
    return Happened(say("Not passed"), "warn", "circle-x", settled=True)
