from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest

from training.enrolments import rules
from training.sessions.rules import named
from training.words import Named

TODAY = date(2026, 11, 24)


class Dated(NamedTuple):
    starts_on: date = date(2026, 12, 10)
    ends_on: date = date(2026, 12, 11)
    cancelled_on: date | None = None
    completed_at: datetime | None = None


CANCELLED = Dated(cancelled_on=date(2026, 11, 20))
SUBMITTED = Dated(completed_at=datetime(2026, 12, 12, 3, tzinfo=UTC))
CLASH = named(Named("急救", "First aid"), date(2026, 12, 10))


def words(objections: list) -> list[str]:
    return [str(objection) for objection in objections]


@pytest.mark.parametrize(
    ("session", "today", "expected"),
    [
        (Dated(), date(2026, 12, 10), []),
        (Dated(), date(2026, 12, 11), []),
        (Dated(), date(2026, 12, 12), ["The session is past: it ended on 2026-12-11."]),
        (CANCELLED, TODAY, ["The session was cancelled on 2026-11-20."]),
        (SUBMITTED, TODAY, ["The results of this session are submitted."]),
    ],
)
def test_enrolling_by_session(session: Dated, today: date, expected: list[str]) -> None:
    objections = rules.objections_to_enrolling(session, seats_left=1, enrolled=False, left_on=None, today=today)

    assert words(objections) == expected


@pytest.mark.parametrize(
    ("seats_left", "expected"), [(1, []), (0, ["The session is full."]), (-1, ["The session is full."])]
)
def test_enrolling_by_seats(seats_left: int, expected: list[str]) -> None:
    objections = rules.objections_to_enrolling(
        Dated(), seats_left=seats_left, enrolled=False, left_on=None, today=TODAY
    )

    assert words(objections) == expected


@pytest.mark.parametrize(
    ("left_on", "expected"),
    [
        (None, []),
        (date(2026, 12, 12), []),
        (date(2026, 12, 11), []),
        (date(2026, 12, 10), ["Their last day of work, 2026-12-10, is before the session ends."]),
        (date(2026, 1, 1), ["Their last day of work, 2026-01-01, is before the session ends."]),
    ],
)
def test_enrolling_by_last_day_of_work(left_on: date | None, expected: list[str]) -> None:
    objections = rules.objections_to_enrolling(Dated(), seats_left=1, enrolled=False, left_on=left_on, today=TODAY)

    assert words(objections) == expected


def test_enrolling_names_the_clash() -> None:
    objections = rules.objections_to_enrolling(
        Dated(), seats_left=0, enrolled=False, left_on=None, clashes=[CLASH], today=TODAY
    )

    assert words(objections) == ["It clashes with First aid on 2026-12-10.", "The session is full."]


def test_enrolling_twice_says_only_that() -> None:
    objections = rules.objections_to_enrolling(
        Dated(), seats_left=0, enrolled=True, left_on=None, clashes=[CLASH], today=TODAY
    )

    assert words(objections) == ["Already enrolled."]


@pytest.mark.parametrize(
    ("session", "withdrawn", "attendance", "reason", "expected"),
    [
        (Dated(), False, "unknown", "调班", []),
        (Dated(), False, "absent", "调班", []),
        (Dated(), True, "unknown", "调班", ["Already withdrawn."]),
        (Dated(), False, "unknown", "  ", ["Give a reason for the withdrawal."]),
        (Dated(), False, "present", "调班", ["They attended: whoever was there stays on the record."]),
        (SUBMITTED, False, "unknown", "调班", ["The results of this session are submitted."]),
        (CANCELLED, False, "unknown", "调班", []),
    ],
)
def test_withdrawing(session: Dated, withdrawn: bool, attendance: str, reason: str, expected: list[str]) -> None:
    objections = rules.objections_to_withdrawing(session, withdrawn=withdrawn, attendance=attendance, reason=reason)

    assert words(objections) == expected


@pytest.mark.parametrize(
    ("session", "today", "may_mend", "expected"),
    [
        (
            Dated(),
            date(2026, 12, 9),
            True,
            ["The session starts on 2026-12-10: attendance is recorded from that day on."],
        ),
        (Dated(), date(2026, 12, 10), False, []),
        (Dated(), date(2027, 12, 10), False, []),
        (CANCELLED, date(2026, 12, 10), True, ["The session was cancelled on 2026-11-20."]),
        (SUBMITTED, date(2026, 12, 13), False, ["The results are submitted: ask HR to put it right."]),
        (SUBMITTED, date(2026, 12, 13), True, []),
    ],
)
def test_marking_attendance(session: Dated, today: date, may_mend: bool, expected: list[str]) -> None:
    objections = rules.objections_to_marking_attendance(
        session, withdrawn=False, own=False, may_mend=may_mend, today=today
    )

    assert words(objections) == expected


def test_marking_attendance_of_oneself_is_refused_to_everybody() -> None:
    objections = rules.objections_to_marking_attendance(
        Dated(), withdrawn=False, own=True, may_mend=True, today=date(2026, 12, 10)
    )

    assert words(objections) == ["Nobody records their own attendance."]


def test_marking_attendance_of_the_withdrawn_is_refused() -> None:
    objections = rules.objections_to_marking_attendance(
        Dated(), withdrawn=True, own=False, may_mend=True, today=date(2026, 12, 10)
    )

    assert words(objections) == ["The enrolment is withdrawn."]
