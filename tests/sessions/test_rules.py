from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import NamedTuple

import pytest

from training.sessions import rules
from training.sessions.rules import Plan
from training.words import Named, say

TODAY = date(2026, 11, 24)
PLAN = Plan(
    course=1,
    starts_on=date(2026, 12, 10),
    ends_on=date(2026, 12, 11),
    starts_at=time(9),
    ends_at=time(17),
    seats=24,
)


class Dated(NamedTuple):
    starts_on: date = date(2026, 12, 10)
    ends_on: date = date(2026, 12, 11)
    cancelled_on: date | None = None
    completed_at: datetime | None = None


class Timed(NamedTuple):
    starts_on: date
    ends_on: date
    starts_at: time
    ends_at: time


CANCELLED = Dated(cancelled_on=date(2026, 11, 20))
SUBMITTED = Dated(completed_at=datetime(2026, 12, 12, 3, tzinfo=UTC))
NOT_TAUGHT = say("The course is no longer taught.")


def words(objections: list) -> list[str]:
    return [str(objection) for objection in objections]


def test_scheduling_takes_a_plain_plan() -> None:
    assert rules.objections_to_scheduling(PLAN, course_active=True, today=TODAY) == []


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2026, 11, 23), date(2026, 11, 25), ["2026-11-23 is past: a session is scheduled for today or later."]),
        (date(2026, 11, 24), date(2026, 11, 24), []),
        (date(2026, 11, 25), date(2026, 11, 25), []),
        (date(2026, 12, 2), date(2026, 12, 1), ["The last day is before the first day."]),
    ],
)
def test_scheduling_by_day(starts_on: date, ends_on: date, expected: list[str]) -> None:
    plan = replace(PLAN, starts_on=starts_on, ends_on=ends_on)

    assert words(rules.objections_to_scheduling(plan, course_active=True, today=TODAY)) == expected


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "fine"),
    [(time(9), time(9), False), (time(9), time(8, 59), False), (time(9), time(9, 1), True)],
)
def test_scheduling_by_time(starts_at: time, ends_at: time, fine: bool) -> None:
    plan = replace(PLAN, starts_at=starts_at, ends_at=ends_at)

    assert (rules.objections_to_scheduling(plan, course_active=True, today=TODAY) == []) is fine


@pytest.mark.parametrize(("seats", "fine"), [(0, False), (-1, False), (1, True), (500, True), (501, False)])
def test_scheduling_by_seats(seats: int, fine: bool) -> None:
    plan = replace(PLAN, seats=seats)

    assert (rules.objections_to_scheduling(plan, course_active=True, today=TODAY) == []) is fine


def test_scheduling_says_everything_at_once() -> None:
    plan = replace(
        PLAN,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 1, 1),
        ends_at=time(8),
        seats=0,
        trainer="郭勇",
        place="2 号教室",
    )
    clash = rules.named(Named("低压电工", "Low voltage"), date(2026, 1, 1))

    objections = rules.objections_to_scheduling(
        plan, course_active=False, examiner_fits=False, trainer_clashes=[clash], place_clashes=[clash], today=TODAY
    )

    assert words(objections) == [
        "The course is no longer taught.",
        "2026-01-01 is past: a session is scheduled for today or later.",
        "The session ends before it starts: check the times.",
        "A session has between 1 and 500 seats.",
        "The chosen examiner may not record marks: choose another.",
        "郭勇 teaches Low voltage on 2026-01-01 at that time.",
        "2 号教室 is taken by Low voltage on 2026-01-01 at that time.",
    ]


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        (24, []),
        (25, ["25 seats are taken: there cannot be fewer."]),
    ],
)
def test_changing_keeps_the_booked_seats(booked: int, expected: list[str]) -> None:
    assert words(rules.objections_to_changing(PLAN, before=Dated(), booked=booked, today=TODAY)) == expected


def test_changing_may_keep_a_first_day_that_is_past() -> None:
    today = date(2026, 12, 11)

    assert rules.objections_to_changing(PLAN, before=Dated(), booked=0, today=today) == []


def test_changing_may_not_move_to_the_past() -> None:
    moved = replace(PLAN, starts_on=date(2026, 11, 23))

    assert words(rules.objections_to_changing(moved, before=Dated(), booked=0, today=TODAY)) == [
        "2026-11-23 is past: a session is scheduled for today or later."
    ]


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        (Dated(), []),
        (CANCELLED, ["The session was cancelled on 2026-11-20."]),
        (SUBMITTED, ["The results of this session are submitted."]),
    ],
)
def test_closed_sessions_are_not_changed(session: Dated, expected: list[str]) -> None:
    assert words(rules.objections_to_changing(PLAN, before=session, booked=0, today=TODAY)) == expected
    assert words(rules.objections_to_cancelling(session, reason="讲师生病")) == expected


@pytest.mark.parametrize("reason", ["", "  "])
def test_cancelling_asks_for_a_reason(reason: str) -> None:
    assert words(rules.objections_to_cancelling(Dated(), reason=reason)) == [
        "Say why: the people enrolled will read it."
    ]


NINE_TO_FIVE = Timed(date(2026, 12, 10), date(2026, 12, 11), time(9), time(17))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (NINE_TO_FIVE, True),
        (NINE_TO_FIVE._replace(starts_on=date(2026, 12, 11), ends_on=date(2026, 12, 12)), True),
        (NINE_TO_FIVE._replace(starts_on=date(2026, 12, 12), ends_on=date(2026, 12, 12)), False),
        (NINE_TO_FIVE._replace(starts_on=date(2026, 12, 9), ends_on=date(2026, 12, 9)), False),
        (NINE_TO_FIVE._replace(starts_on=date(2026, 12, 9), ends_on=date(2026, 12, 12)), True),
        (NINE_TO_FIVE._replace(starts_at=time(17), ends_at=time(19)), False),
        (NINE_TO_FIVE._replace(starts_at=time(16, 59), ends_at=time(19)), True),
        (NINE_TO_FIVE._replace(starts_at=time(7), ends_at=time(9)), False),
        (NINE_TO_FIVE._replace(starts_at=time(12), ends_at=time(13)), True),
    ],
)
def test_overlap(other: Timed, expected: bool) -> None:
    assert rules.overlap(NINE_TO_FIVE, other) is expected
    assert rules.overlap(other, NINE_TO_FIVE) is expected


@pytest.mark.parametrize(("text", "expected"), [("郭勇", True), ("外聘", False), (" ", False), ("External", False)])
def test_names_trainer(text: str, expected: bool) -> None:
    assert rules.names_trainer(text) is expected


@pytest.mark.parametrize(("text", "expected"), [("2 号教室", True), ("线上", False), ("", False), ("Online", False)])
def test_names_place(text: str, expected: bool) -> None:
    assert rules.names_place(text) is expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 27), date(2026, 12, 11)),
        (date(2026, 11, 28), date(2026, 12, 14)),
        (date(2026, 11, 29), date(2026, 12, 14)),
        (date(2026, 11, 30), date(2026, 12, 14)),
    ],
)
def test_likely_day_is_no_weekend(today: date, expected: date) -> None:
    assert rules.likely_day(today) == expected


@pytest.mark.parametrize(
    ("session", "today", "expected"),
    [
        (Dated(), date(2026, 12, 9), "upcoming"),
        (Dated(), date(2026, 12, 10), "running"),
        (Dated(), date(2026, 12, 11), "running"),
        (Dated(), date(2026, 12, 12), "awaiting_results"),
        (SUBMITTED, date(2026, 12, 12), "completed"),
        (CANCELLED, date(2026, 12, 12), "cancelled"),
    ],
)
def test_stage(session: Dated, today: date, expected: str) -> None:
    assert rules.stage(session, today=today) == expected
