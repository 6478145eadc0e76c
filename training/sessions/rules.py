"""When a session may be scheduled, changed or cancelled, and when two sessions are at one time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from training.words import Message, Named, say, says

MOST_SEATS = 500
LEAD = timedelta(days=14)  # how far ahead a new session is proposed

# Words written where a trainer or a place is asked for, which name nobody and no room in particular.
NAMES_NO_TRAINER = frozenset({"外聘", "待定", "外聘讲师", "tbd", "external"})
NAMES_NO_PLACE = frozenset({"线上", "各项目部", "待定", "online", "tbd"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody means to schedule. Every day from the first to the last has the same hours."""

    course: int
    starts_on: date
    ends_on: date
    starts_at: time
    ends_at: time
    seats: int
    place: str = ""
    trainer: str = ""
    examiner: int | None = None
    remark: str = ""


def likely_day(today: date) -> date:
    """The day a form proposes: in two weeks, or on the Monday after where that is a weekend."""
    day = today + LEAD
    return day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())


class Timed(Protocol):
    """Anything that lasts from a day to a day, between two times of each day."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def starts_at(self) -> time: ...
    @property
    def ends_at(self) -> time: ...


class Dated(Protocol):
    """A session as the rules about its people see it."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def cancelled_on(self) -> date | None: ...
    @property
    def completed_at(self) -> datetime | None: ...


class Stage(StrEnum):
    """Where a session stands on a day."""

    UPCOMING = "upcoming"
    RUNNING = "running"
    AWAITING_RESULTS = "awaiting_results"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


STAGE_WORDS: dict[Stage, Message] = {
    Stage.UPCOMING: say("Scheduled"),
    Stage.RUNNING: say("Under way"),
    Stage.AWAITING_RESULTS: say("Awaiting results"),
    Stage.COMPLETED: say("Results submitted"),
    Stage.CANCELLED: say("Cancelled"),
}


def stage(session: Dated, *, today: date) -> Stage:
    """Where a session stands. On its last day it is still under way; results are awaited from the day after."""
    if session.cancelled_on is not None:
        return Stage.CANCELLED
    if session.completed_at is not None:
        return Stage.COMPLETED
    if today < session.starts_on:
        return Stage.UPCOMING
    return Stage.RUNNING if today <= session.ends_on else Stage.AWAITING_RESULTS


def named(course: Named, starts_on: date) -> Message:
    """What a session is called in a sentence: its course and its first day."""
    return say("{course} on {day}", course=course, day=starts_on)


def overlap(one: Timed, other: Timed) -> bool:
    """Whether nobody could be in both: they share a day, and on it a stretch of time.

    A session that begins the minute another ends does not overlap it.
    """
    same_days = one.starts_on <= other.ends_on and other.starts_on <= one.ends_on
    return same_days and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def names_trainer(words: str) -> bool:
    """Whether this names somebody who cannot teach two sessions at once."""
    return words.strip().lower() not in NAMES_NO_TRAINER | {""}


def names_place(words: str) -> bool:
    """Whether this names a room that cannot hold two sessions at once."""
    return words.strip().lower() not in NAMES_NO_PLACE | {""}


def objections_to_days(*, starts_on: date, ends_on: date, today: date) -> list[Message]:
    if ends_on < starts_on:
        return [say("The last day is before the first day.")]
    if starts_on < today:
        return [say("{day} is past: a session is scheduled for today or later.", day=starts_on)]
    return []


def objections_to_times(*, starts_at: time, ends_at: time) -> list[Message]:
    return [say("The session ends before it starts: check the times.")] if ends_at <= starts_at else []


def objections_to_seats(*, seats: int, booked: int = 0) -> list[Message]:
    if not 1 <= seats <= MOST_SEATS:
        return [say("A session has between 1 and {most} seats.", most=MOST_SEATS)]
    if seats < booked:
        return [
            says(
                "{count} seat is taken: there cannot be fewer.",
                "{count} seats are taken: there cannot be fewer.",
                booked,
            )
        ]
    return []


def objections_to_scheduling(
    plan: Plan,
    *,
    course_active: bool,
    today: date,
    examiner_fits: bool = True,
    trainer_clashes: Sequence[Message] = (),
    place_clashes: Sequence[Message] = (),
) -> list[Message]:
    """What stands against a new session. `examiner_fits`: the chosen account may record marks.

    The clashes are names of sessions (`named`) at the same time with the same trainer or at the same place.
    """
    objections = [] if course_active else [say("The course is no longer taught.")]
    objections += objections_to_days(starts_on=plan.starts_on, ends_on=plan.ends_on, today=today)
    objections += objections_to_times(starts_at=plan.starts_at, ends_at=plan.ends_at)
    objections += objections_to_seats(seats=plan.seats)
    objections += _objections_to_company(plan, examiner_fits, trainer_clashes, place_clashes)
    return objections


def objections_to_changing(
    plan: Plan,
    *,
    before: Dated,
    booked: int,
    today: date,
    examiner_fits: bool = True,
    trainer_clashes: Sequence[Message] = (),
    place_clashes: Sequence[Message] = (),
) -> list[Message]:
    """What stands against changing a session to `plan`. Its first day may be past only where it already was."""
    if closed := objections_to_touching(before):
        return closed
    kept_day = plan.starts_on == before.starts_on
    day = plan.starts_on if kept_day else today
    objections = objections_to_days(starts_on=plan.starts_on, ends_on=plan.ends_on, today=day)
    objections += objections_to_times(starts_at=plan.starts_at, ends_at=plan.ends_at)
    objections += objections_to_seats(seats=plan.seats, booked=booked)
    objections += _objections_to_company(plan, examiner_fits, trainer_clashes, place_clashes)
    return objections


def objections_to_touching(session: Dated) -> list[Message]:
    """What closes a session for every change: it was cancelled, or its results were submitted."""
    if session.cancelled_on is not None:
        return [say("The session was cancelled on {day}.", day=session.cancelled_on)]
    if session.completed_at is not None:
        return [say("The results of this session are submitted.")]
    return []


def objections_to_cancelling(session: Dated, *, reason: str) -> list[Message]:
    objections = objections_to_touching(session)
    if not reason.strip():
        objections.append(say("Say why: the people enrolled will read it."))
    return objections


def _objections_to_company(
    plan: Plan, examiner_fits: bool, trainer_clashes: Sequence[Message], place_clashes: Sequence[Message]
) -> list[Message]:
    objections = [] if examiner_fits else [say("The chosen examiner may not record marks: choose another.")]
    objections += [
        say("{trainer} teaches {session} at that time.", trainer=plan.trainer, session=clash)
        for clash in trainer_clashes
    ]
    objections += [
        say("{place} is taken by {session} at that time.", place=plan.place, session=clash) for clash in place_clashes
    ]
    return objections
