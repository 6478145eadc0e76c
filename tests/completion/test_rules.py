from datetime import date
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


def test_numbers() -> None:
    assert rules.company_number(2026, 123) == "CZ-2026-000123"
    assert rules.company_number(2026, 1_234_567) == "CZ-2026-1234567"
    assert rules.embedded_number("11010519491231002X") == "T11010519491231002X"
