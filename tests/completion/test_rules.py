from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest

from training.completion import rules
from training.exams.rules import Result, result

DAY = date(2026, 12, 11)


class Asked(NamedTuple):
    part: str
    pass_mark: int


class Entered(NamedTuple):
    part: str
    attempt: int
    mark: Decimal | None
    examined_on: date = DAY


class Dated(NamedTuple):
    starts_on: date = date(2026, 12, 10)
    ends_on: date = DAY
    cancelled_on: date | None = None
    completed_at: datetime | None = None


BOTH = [Asked("theory", 80), Asked("practical", 80)]
PASSED = result(BOTH, [Entered("theory", 1, Decimal(92)), Entered("practical", 1, Decimal(80))])
FAILED = result(BOTH, [Entered("theory", 1, Decimal(92)), Entered("practical", 1, Decimal(79))])
EMPTY = result(BOTH, [])
NO_PARTS = result([], [])


@pytest.mark.parametrize(
    ("attendance", "outcome", "facts", "expected"),
    [
        ("present", PASSED, {}, []),
        ("present", NO_PARTS, {}, []),
        ("absent", NO_PARTS, {}, ["Did not attend."]),
        ("absent", PASSED, {}, ["Did not attend."]),
        ("unknown", PASSED, {}, ["Attendance is not recorded."]),
        ("present", FAILED, {}, ["Practical: 79 of the 80 needed."]),
        (
            "unknown",
            EMPTY,
            {},
            ["Attendance is not recorded.", "Theory: no mark yet.", "Practical: no mark yet."],
        ),
        ("present", PASSED, {"own": True}, ["Nobody certifies themselves: somebody else must submit this result."]),
        ("present", PASSED, {"withdrawn": True}, ["The enrolment is withdrawn."]),
    ],
)
def test_completing(attendance: str, outcome: Result, facts: dict[str, bool], expected: list[str]) -> None:
    objections = rules.objections_to_completing(attendance=attendance, result=outcome, **{"own": False, **facts})

    assert [str(objection) for objection in objections] == expected


@pytest.mark.parametrize(
    ("attendance", "outcome", "expected"),
    [("present", PASSED, False), ("absent", PASSED, True), ("present", FAILED, True), ("unknown", PASSED, True)],
)
def test_contradicts(attendance: str, outcome: Result, expected: bool) -> None:
    assert rules.contradicts(attendance=attendance, result=outcome) is expected


ID = "11010519491231002X"
NUMBERED = {"before": "", "identity": "", "own": False, "embeds": False, "special_operations": False}
LV = {"embeds": True, "special_operations": True}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"own": True}, "CZ-2026-000123"),
        ({"own": True, "before": "CZ-2024-000007"}, "CZ-2024-000007"),
        ({"before": "3160530504004812"}, "3160530504004812"),
        ({}, ""),
        ({"identity": ID}, ""),
        ({**LV, "identity": ID}, f"T{ID}"),
        ({**LV, "identity": ID.lower()}, f"T{ID}"),
        ({**LV, "identity": ID, "before": f"T{ID}"}, f"T{ID}"),
        ({**LV, "identity": ID, "before": "T440524188001010014"}, f"T{ID}"),
        ({**LV, "before": "T440524188001010014"}, "T440524188001010014"),
        ({**LV}, ""),
        ({"embeds": True, "identity": ID}, ""),
    ],
)
def test_number(facts: dict[str, object], expected: str) -> None:
    assert rules.number(**{**NUMBERED, **facts}, year=2026, completion=123) == expected


def test_company_number_outgrows_six_digits() -> None:
    assert rules.company_number(2026, 1_234_567) == "CZ-2026-1234567"


class Version(NamedTuple):
    validity_months: int
    renewal_window_days: int = 60
    keeps_anniversary: bool = True
    effective_from: date = date.min
    review_interval_months: int = 0
    apply_deadline_days: int = 0
    reminder_days: tuple[int, ...] = ()
    grace_days: int = 0
    legal_basis: str = ""
    confidence: str = "high"


@pytest.mark.parametrize(
    ("old_end", "months", "own", "expected"),
    [
        (None, 24, True, date(2028, 12, 10)),
        (None, 24, False, None),
        (None, 0, True, None),
        (date(2027, 1, 10), 24, True, date(2029, 1, 10)),
        (date(2027, 1, 10), 24, False, date(2029, 1, 10)),
        (date(2026, 12, 1), 24, False, None),
    ],
)
def test_end_to_print(old_end: date | None, months: int, own: bool, expected: date | None) -> None:
    assert rules.end_to_print(old_end, DAY, [Version(months)], own=own) == expected


@pytest.mark.parametrize(
    ("attendance", "outcome", "expected"),
    [
        ("absent", EMPTY, True),
        ("present", PASSED, True),
        ("present", FAILED, True),
        ("present", NO_PARTS, True),
        ("present", EMPTY, False),
        ("unknown", PASSED, False),
    ],
)
def test_settled(attendance: str, outcome: Result, expected: bool) -> None:
    assert rules.settled(attendance=attendance, result=outcome) is expected


SUBMITTED = Dated(completed_at=datetime(2026, 12, 12, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("session", "unsettled", "enrolled", "today", "expected"),
    [
        (Dated(), 0, 12, DAY, []),
        (Dated(), 0, 12, date(2026, 12, 12), []),
        (
            Dated(),
            0,
            12,
            date(2026, 12, 10),
            ["The session ends on 2026-12-11: its results are submitted from that day on."],
        ),
        (Dated(), 0, 0, DAY, ["Nobody is enrolled."]),
        (Dated(), 1, 12, DAY, ["Attendance or a mark of 1 person is still to be entered."]),
        (Dated(), 3, 12, DAY, ["Attendance or marks of 3 people are still to be entered."]),
        (Dated(cancelled_on=date(2026, 12, 1)), 0, 12, DAY, ["The session was cancelled on 2026-12-01."]),
        (SUBMITTED, 0, 12, DAY, []),
        (SUBMITTED, 2, 12, DAY, []),
    ],
)
def test_submitting(session: Dated, unsettled: int, enrolled: int, today: date, expected: list[str]) -> None:
    objections = rules.objections_to_submitting(session, unsettled=unsettled, enrolled=enrolled, today=today)

    assert [str(objection) for objection in objections] == expected
