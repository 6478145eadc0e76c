from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.courses.rules import Part
from training.exams import rules
from training.exams.rules import ABSENT, Outcome, PartResult, Score
from training.words import Message

DAY = date(2026, 12, 11)
LATER = date(2026, 12, 18)


class Dated(NamedTuple):
    starts_on: date = date(2026, 12, 10)
    ends_on: date = date(2026, 12, 11)
    cancelled_on: date | None = None
    completed_at: datetime | None = None


class Asked(NamedTuple):
    part: str
    pass_mark: int


class Entered(NamedTuple):
    part: str
    attempt: int
    mark: Decimal | None
    examined_on: date = DAY


CANCELLED = Dated(cancelled_on=date(2026, 11, 20))
SUBMITTED = Dated(completed_at=datetime(2026, 12, 12, 3, tzinfo=UTC))
BOTH = [Asked("theory", 80), Asked("practical", 80)]


def words(objections) -> list[str]:
    return [str(objection) for objection in objections]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("71", "71"),
        ("71分", "71"),
        ("71 分", "71"),
        ("７１", "71"),
        (" 85.5 ", "85.5"),
        ("85.50", "85.5"),
        ("85．5", "85.5"),
        ("0", "0"),
        ("00", "0"),
        ("100", "100"),
        ("100.0", "100"),
        ("099.9", "99.9"),
    ],
)
def test_mark_from_reads_numbers(text: str, mark: str) -> None:
    assert rules.mark_from(text) == Score(Decimal(mark))


@pytest.mark.parametrize("text", ["缺考", " 缺考 ", "缺", "未参加", "absent", "ABSENT", "q"])
def test_mark_from_reads_absence(text: str) -> None:
    assert rules.mark_from(text) == ABSENT


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("101", "A mark is between 0 and 100."),
        ("100.1", "A mark is between 0 and 100."),
        ("820", "A mark is between 0 and 100."),
        ("-1", "A mark is between 0 and 100."),
        ("-0.5", "A mark is between 0 and 100."),
        ("+90", "A mark is between 0 and 100."),
        ("NaN", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("inf", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("-Infinity", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("1e2", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("0x10", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("分", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("优秀", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("九十", "Write the mark in digits: 90?"),
        ("九十分", "Write the mark in digits: 90?"),
        ("八十五", "Write the mark in digits: 85?"),
        ("十", "Write the mark in digits: 10?"),
        ("一百", "Write the mark in digits: 100?"),
        ("8 5", "Write the mark without a space: 85?"),
        ("85,5", "Write the decimal with a point: 85.5?"),
        ("85。5", "Write the decimal with a point: 85.5?"),
        ("85.55", "A mark has one decimal at most: 85.6?"),
        ("85.", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("99999999999999999999", "Write a mark from 0 to 100 in digits, or “absent”."),
        ("٤٥", "Write a mark from 0 to 100 in digits, or “absent”."),
    ],
)
def test_mark_from_says_what_would_be_right(text: str, right: str) -> None:
    assert str(rules.mark_from(text)) == right


@given(st.text(max_size=12))
def test_mark_from_yields_a_mark_of_100_or_a_message(text: str) -> None:
    read = rules.mark_from(text)

    assert isinstance(read, Message) or read.mark is None or 0 <= read.mark <= 100


@given(st.decimals(0, 100, places=1))
def test_mark_from_reads_back_what_is_shown(mark: Decimal) -> None:
    assert rules.mark_from(rules.shown(mark)) == Score(mark)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (Score(Decimal("79.9")), False),
        (Score(Decimal(80)), True),
        (Score(Decimal("80.1")), True),
        (ABSENT, False),
    ],
)
def test_passed_at_the_pass_mark(score: Score, expected: bool) -> None:
    assert rules.passed(score, pass_mark=80) is expected


def test_result_passed_when_every_part_is() -> None:
    found = rules.result(BOTH, [Entered("theory", 1, Decimal(92)), Entered("practical", 1, Decimal(80), LATER)])

    assert (found.outcome, found.because, found.passed_on) == (Outcome.PASSED, (), LATER)


def test_result_failed_names_the_part_and_what_was_needed() -> None:
    found = rules.result(BOTH, [Entered("theory", 1, Decimal("79.5")), Entered("practical", 1, Decimal(90))])

    assert (found.outcome, words(found.because), found.passed_on) == (
        Outcome.FAILED,
        ["Theory: 79.5 of the 80 needed."],
        None,
    )


def test_result_incomplete_until_every_part_is_entered() -> None:
    found = rules.result(BOTH, [Entered("theory", 1, Decimal(92))])

    assert (found.outcome, words(found.because)) == (Outcome.INCOMPLETE, ["Practical: no mark yet."])


def test_result_absent_only_when_absent_from_all() -> None:
    nowhere = rules.result(BOTH, [Entered("theory", 1, None), Entered("practical", 1, None)])
    half = rules.result(BOTH, [Entered("theory", 1, Decimal(92)), Entered("practical", 1, None)])

    assert (nowhere.outcome, words(nowhere.because)) == (Outcome.ABSENT, ["Theory: absent.", "Practical: absent."])
    assert (half.outcome, words(half.because)) == (Outcome.FAILED, ["Practical: absent."])


def test_result_without_parts_asks_for_attendance_only() -> None:
    found = rules.result([], [])

    assert (found.outcome, found.because, found.passed_on) == (Outcome.PASSED, (), None)


def test_result_counts_the_best_attempt_and_the_first_that_passed() -> None:
    marks = [Entered("theory", 1, Decimal(60)), Entered("theory", 2, Decimal(85), LATER), Entered("theory", 3, None)]

    found = rules.result(BOTH[:1], marks)

    assert found.parts == (PartResult(Part.THEORY, 80, 3, Score(Decimal(85)), LATER),)
    assert found.outcome is Outcome.PASSED


def test_result_ignores_marks_of_parts_that_are_not_asked() -> None:
    found = rules.result(BOTH[:1], [Entered("practical", 1, Decimal(10)), Entered("theory", 1, Decimal(90))])

    assert found.outcome is Outcome.PASSED


@given(st.lists(st.none() | st.decimals(0, 100, places=1), min_size=1, max_size=5))
def test_result_never_gets_worse_by_a_resit(marks: list[Decimal | None]) -> None:
    entries = [Entered("theory", number, mark) for number, mark in enumerate(marks, start=1)]
    before = rules.result(BOTH[:1], entries[:-1])
    after = rules.result(BOTH[:1], entries)

    assert before.outcome is not Outcome.PASSED or after.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("mark", "expected"), [("71.0", "71"), ("85.5", "85.5"), ("100.0", "100"), ("0.0", "0"), ("10", "10")]
)
def test_shown(mark: str, expected: str) -> None:
    assert rules.shown(Decimal(mark)) == expected


@pytest.mark.parametrize(
    ("session", "today", "facts", "expected"),
    [
        (Dated(), DAY, {}, []),
        (Dated(), date(2026, 12, 10), {}, []),
        (
            Dated(),
            date(2026, 12, 9),
            {},
            ["The session starts on 2026-12-10: marks are recorded from that day on."],
        ),
        (Dated(), DAY, {"own": True}, ["Nobody records their own marks."]),
        (Dated(), DAY, {"examines": False}, ["Another examiner records the marks of this session."]),
        (Dated(), DAY, {"withdrawn": True}, ["The enrolment is withdrawn."]),
        (CANCELLED, DAY, {}, ["The session was cancelled on 2026-11-20."]),
        (SUBMITTED, DAY, {}, []),
    ],
)
def test_recording_marks(session: Dated, today: date, facts: dict[str, bool], expected: list[str]) -> None:
    given_facts = {"own": False, "withdrawn": False, "examines": True, **facts}

    assert words(rules.objections_to_recording_marks(session, **given_facts, today=today)) == expected


@pytest.mark.parametrize(
    ("examined_on", "expected"),
    [
        (date(2026, 12, 9), ["The exam day 2026-12-09 is before the session starts."]),
        (date(2026, 12, 10), []),
        (date(2026, 12, 18), []),
        (date(2026, 12, 19), ["The exam day 2026-12-19 is still to come."]),
    ],
)
def test_exam_day(examined_on: date, expected: list[str]) -> None:
    assert words(rules.objections_to_exam_day(Dated(), examined_on=examined_on, today=LATER)) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (PartResult(Part.THEORY, 80, 1, Score(Decimal(79)), None), []),
        (PartResult(Part.THEORY, 80, 1, ABSENT, None), []),
        (PartResult(Part.THEORY, 80, 0, None, None), ["Theory: no mark yet."]),
        (
            PartResult(Part.THEORY, 80, 1, Score(Decimal(80)), DAY),
            ["Theory is passed already; a wrong mark is corrected, with a reason."],
        ),
    ],
)
def test_another_attempt(part: PartResult, expected: list[str]) -> None:
    assert words(rules.objections_to_another_attempt(part)) == expected


@pytest.mark.parametrize(
    ("session", "after", "reason", "may_mend", "expected"),
    [
        (Dated(), Score(Decimal(90)), "录错", False, []),
        (Dated(), ABSENT, "录错", False, []),
        (Dated(), Score(Decimal("80.0")), "录错", False, ["The mark is the same as before."]),
        (
            Dated(),
            Score(Decimal(90)),
            " ",
            False,
            ["A mark is corrected with a reason: say what was wrong."],
        ),
        (SUBMITTED, Score(Decimal(90)), "录错", False, ["The results are submitted: ask HR to put it right."]),
        (SUBMITTED, Score(Decimal(90)), "录错", True, []),
    ],
)
def test_correcting(session: Dated, after: Score, reason: str, may_mend: bool, expected: list[str]) -> None:
    objections = rules.objections_to_correcting(
        session, before=Score(Decimal(80)), after=after, reason=reason, may_mend=may_mend
    )

    assert words(objections) == expected
